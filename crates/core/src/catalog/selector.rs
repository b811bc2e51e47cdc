//! The text form of a Kubernetes label selector.
//!
//! The grammar is that of apimachinery `labels/selector.go`: `k=v`, `k==v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`, `k`,
//! `!k`, joined by commas. Comparisons by `<` and `>` cannot be written in an HPA and are refused.

/// One requirement of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// The label.
    pub(super) key: String,
    /// What its value must be.
    pub(super) operator: Operator,
}

/// What the value of a label must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// One of these: `=`, `==` or `in`.
    In(Vec<String>),
    /// None of these: `!=` or `notin`.
    NotIn(Vec<String>),
    /// Anything.
    Exists,
    /// The label must not be there.
    DoesNotExist,
}

/// The longest selector that is parsed, far beyond what an HPA can hold.
const BYTES_MAX: usize = 8192;

/// Parses a selector; an empty one has no requirement.
///
/// # Errors
/// What was expected, and where.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    if text.len() > BYTES_MAX {
        return Err(format!("it is longer than {BYTES_MAX} bytes"));
    }
    let mut rest = Cursor(text.trim());
    let mut requirements = Vec::new();
    while !rest.0.is_empty() {
        requirements.push(rest.requirement()?);
        if !rest.0.is_empty() {
            rest.expect(",")?;
            if rest.0.is_empty() {
                return Err("it ends with a comma".to_owned());
            }
        }
    }
    Ok(requirements)
}

/// The text that is left to parse, without leading white space.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn requirement(&mut self) -> Result<Requirement, String> {
        if self.take("!") {
            return Ok(Requirement { key: self.word("a label")?.to_owned(), operator: Operator::DoesNotExist });
        }
        let key = self.word("a label")?.to_owned();
        let operator = if self.take("!=") {
            Operator::NotIn(vec![self.value().to_owned()])
        } else if self.take("==") || self.take("=") {
            Operator::In(vec![self.value().to_owned()])
        } else if self.0.is_empty() || self.0.starts_with(',') {
            Operator::Exists
        } else {
            match self.word("an operator")? {
                "in" => Operator::In(self.list()?),
                "notin" => Operator::NotIn(self.list()?),
                other => return Err(format!("`{other}` is not an operator; use =, ==, !=, in or notin")),
            }
        };
        Ok(Requirement { key, operator })
    }

    fn list(&mut self) -> Result<Vec<String>, String> {
        self.expect("(")?;
        let mut values = vec![self.value().to_owned()];
        while self.take(",") {
            values.push(self.value().to_owned());
        }
        self.expect(")")?;
        Ok(values)
    }

    /// A value may be empty, as in `k=`.
    fn value(&mut self) -> &'a str {
        let end = self.0.find(|c: char| c.is_whitespace() || ",()=!<>".contains(c)).unwrap_or(self.0.len());
        self.split(end)
    }

    fn word(&mut self, what: &str) -> Result<&'a str, String> {
        let found = self.value();
        if found.is_empty() { Err(format!("expected {what} {}", self.here())) } else { Ok(found) }
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.0.starts_with(token);
        if found {
            self.split(token.len());
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(format!("expected `{token}` {}", self.here())) }
    }

    fn split(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest.trim_start();
        taken
    }

    fn here(&self) -> String {
        let next: String = self.0.chars().take(20).collect();
        if next.is_empty() { "at the end".to_owned() } else { format!("before `{next}`") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(key: &str, operator: Operator) -> Vec<Requirement> {
        vec![Requirement { key: key.to_owned(), operator }]
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn every_operator_is_parsed() {
        assert_eq!(parse(" "), Ok(vec![]));
        assert_eq!(parse("queue=a"), Ok(one("queue", Operator::In(words(&["a"])))));
        assert_eq!(parse("queue == a"), Ok(one("queue", Operator::In(words(&["a"])))));
        assert_eq!(parse("queue!=a"), Ok(one("queue", Operator::NotIn(words(&["a"])))));
        assert_eq!(parse("queue in (a, b)"), Ok(one("queue", Operator::In(words(&["a", "b"])))));
        assert_eq!(parse("queue notin (a,b)"), Ok(one("queue", Operator::NotIn(words(&["a", "b"])))));
        assert_eq!(parse("queue"), Ok(one("queue", Operator::Exists)));
        assert_eq!(parse("!queue"), Ok(one("queue", Operator::DoesNotExist)));
        assert_eq!(parse("queue="), Ok(one("queue", Operator::In(words(&[""])))));
        assert_eq!(parse("broker=b,queue in (in)").map(|all| all.len()), Ok(2));
    }

    #[test]
    fn errors_say_what_was_expected_and_where() {
        assert_eq!(parse("queue in a"), Err("expected `(` before `a`".to_owned()));
        assert_eq!(parse("queue in (a"), Err("expected `)` at the end".to_owned()));
        assert_eq!(parse("=a"), Err("expected a label before `=a`".to_owned()));
        assert_eq!(parse("queue=a,"), Err("it ends with a comma".to_owned()));
        assert_eq!(parse("queue>5"), Err("expected an operator before `>5`".to_owned()));
        assert_eq!(parse("queue is a"), Err("`is` is not an operator; use =, ==, !=, in or notin".to_owned()));
        assert_eq!(parse("a b"), Err("`b` is not an operator; use =, ==, !=, in or notin".to_owned()));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}") {
            let _ = parse(&text);
        }
    }
}
