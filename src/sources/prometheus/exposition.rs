//! The Prometheus text format as RabbitMQ writes it: from pieces of a body to lines, and from a line to a sample. No input
//! or output, and only a line that spans two pieces is copied.

mod labels;
mod lines;

pub(super) use labels::{QueueLabels, unescape};
pub(super) use lines::Lines;

/// One parsed line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `# TYPE metric kind`: the endpoint has this metric, with or without samples.
    Type(&'a str),
    /// `metric{labels} number`.
    Sample {
        /// The metric's name.
        metric: &'a str,
        /// The text between the outer braces; empty without labels.
        labels: &'a str,
        /// The number; none for `NaN`, an infinity, or text that is not a number.
        number: Option<f64>,
    },
    /// An empty line or a comment.
    Nothing,
}

impl<'a> Line<'a> {
    /// Parses one line without its line break. None if it is not UTF-8 or not in this format.
    ///
    /// The labels end at the *last* `"} `: RabbitMQ 3.10 writes names into them unescaped, including quotes and braces, and
    /// nothing after the labels can contain a quote.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Some(Self::Nothing);
        }
        if let Some(comment) = line.strip_prefix('#') {
            let metric = comment.strip_prefix(" TYPE ").and_then(|rest| rest.split(' ').next());
            return Some(metric.map_or(Self::Nothing, Self::Type));
        }
        let end_of_metric = line.find(['{', ' '])?;
        let (metric, rest) = line.split_at(end_of_metric);
        let (labels, value) = match rest.strip_prefix('{') {
            None => ("", rest.strip_prefix(' ')?),
            Some(rest) => {
                let last_quote = rest.rfind("\"} ")?;
                (&rest[..=last_quote], &rest[last_quote + 3..])
            }
        };
        if value.is_empty() {
            return None;
        }
        let number = number(value);
        (!metric.is_empty()).then_some(Self::Sample { metric, labels, number })
    }
}

/// The number of a sample. A time stamp may follow it; if anything else does, there is no number.
fn number(value: &str) -> Option<f64> {
    let (number, timestamp) = value.split_once(' ').map_or((value, None), |(number, rest)| (number, Some(rest)));
    let number = number.parse().ok().filter(|number: &f64| number.is_finite());
    number.filter(|_| timestamp.is_none_or(|timestamp| timestamp.parse::<i64>().is_ok()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(line: &str, metric: &str, labels: &str, number: Option<f64>) {
        assert_eq!(Line::parse(line.as_bytes()), Some(Line::Sample { metric, labels, number }));
    }

    #[test]
    fn samples() {
        check("up 7.532", "up", "", Some(7.532));
        check(r#"q{vhost="/",queue="a"} 12"#, "q", r#"vhost="/",queue="a""#, Some(12.0));
        check(r#"q{vhost="/",queue="a"} 12 1700000000"#, "q", r#"vhost="/",queue="a""#, Some(12.0));
        check(r#"q{queue="brace{a="b"}"} 1"#, "q", r#"queue="brace{a="b"}""#, Some(1.0));
        check(r#"q{queue="x"} 5"} 7"#, "q", r#"queue="x"} 5""#, Some(7.0));
    }

    #[test]
    fn text_that_is_not_a_number_is_absent() {
        for text in ["NaN", "+Inf", "-Inf", "undefined", "1e999", "5 6 7", "5 x", "5 6.5", "5 ", " 5"] {
            check(&format!("q {text}"), "q", "", None);
        }
    }

    #[test]
    fn comments_announce_metrics() {
        assert_eq!(Line::parse(b"# TYPE m gauge"), Some(Line::Type("m")));
        assert_eq!(Line::parse(b"# HELP m What it is"), Some(Line::Nothing));
        assert_eq!(Line::parse(b""), Some(Line::Nothing));
    }

    #[test]
    fn malformed_lines_are_refused() {
        for line in [&b"q"[..], b"q{a=\"b\"", b"q{a=\"b\"} ", b"{a=\"b\"} 1", b"q \xff"] {
            assert_eq!(Line::parse(line), None, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Line::parse(&line);
        }

        #[test]
        fn never_panics_on_nearly_right_lines(line in r#"[a#{}"\\=, 0-9NaTYPE]{0,60}"#) {
            let _ = Line::parse(line.as_bytes());
        }
    }
}
