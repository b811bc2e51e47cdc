//! The text that a configuration was read from, for showing where a problem is without showing a secret.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::keys;

/// The widest part of a line that is shown.
const WIDTH_MAX: usize = 120;

/// What stands in a URL that holds more than scheme, host, port and path, be it written with a scheme or without. The
/// rest may be a password or a token; `%` writes any of them differently.
pub(super) const SECRET_MARKS: [char; 4] = ['@', '?', '#', '%'];

/// Where something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere in particular.
    #[default]
    Whole,
    /// In the file: line and column from 1, the column and the width in characters.
    Text { line: usize, column: usize, width: usize },
    /// In this flag or its environment variable.
    Flag(&'static str),
}

/// A part of a file that no snippet may show: from one position on, and the lines after it up to the last.
#[derive(Clone, Copy)]
pub(super) struct Veil {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) last_line: usize,
}

/// A named text, line by line; none for flags.
pub(super) struct Source {
    name: String,
    text: String,
}

/// One line of a file with a mark below the part in question.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Snippet {
    number: usize,
    line: String,
    indent: String,
    marks: usize,
}

// === impl Place ===

impl Place {
    /// What problems are sorted by.
    pub(super) fn position(&self) -> (usize, usize) {
        match self {
            Self::Whole | Self::Flag(_) => (0, 0),
            Self::Text { line, column, .. } => (*line, *column),
        }
    }
}

// === impl Source ===

impl Source {
    /// The text of a file.
    pub(super) fn new(name: impl Into<String>, text: &str) -> Self {
        Self { name: name.into(), text: text.trim_start_matches('\u{feff}').to_owned() }
    }

    /// Something that has no text, such as the flags.
    pub(super) fn nowhere(name: String) -> Self {
        Self { name, text: String::new() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it shows a secret, or a key that is not known and whose value therefore may be one.
    pub(super) fn may_hold_secrets(&self) -> bool {
        static KEY: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r#"(\w+)["']?\s*:(\s|$)"#).expect("the pattern is constant"));
        let unknown = |line: &str| KEY.captures_iter(line).any(|key| !keys::all().any(|known| known == &key[1]));
        self.text.lines().any(|line| secret_begins(line).is_some() || line.contains('@') || unknown(line))
    }

    /// The place as editors and terminals understand it.
    pub(super) fn locate(&self, place: &Place) -> String {
        match place {
            Place::Whole => self.name.clone(),
            Place::Text { line, column, .. } => format!("{}:{line}:{column}", self.name),
            Place::Flag(flag) => match flag.strip_prefix("--") {
                Some(name) => format!("`{flag}` (`LEVERET_{}`)", name.replace('-', "_").to_uppercase()),
                None => format!("`{flag}`"),
            },
        }
    }

    /// The line of a place, up to where a secret may begin; nothing if one may begin at or before the place.
    pub(super) fn snippet(&self, place: &Place, veils: &[Veil]) -> Option<Snippet> {
        let Place::Text { line: number, column, width } = *place else { return None };
        let line = self.text.lines().nth(number.checked_sub(1)?)?;
        let column = column.saturating_sub(1);
        let end = veils.iter().filter_map(|veil| veil.begins(number)).chain(secret_begins(line)).min();
        if end.is_some_and(|end| end <= column) {
            return None;
        }
        let visible: Vec<char> = line.chars().take(end.unwrap_or(usize::MAX)).map(harmless).collect();
        let from = if visible.len() > WIDTH_MAX { column.saturating_sub(WIDTH_MAX / 2) } else { 0 };
        let shown: String = visible.iter().skip(from).take(WIDTH_MAX).collect();
        let indent: String = shown.chars().take(column - from).map(|c| if c == '\t' { c } else { ' ' }).collect();
        let room = shown.trim_end().chars().count().saturating_sub(column - from);
        Some(Snippet { number, line: shown.trim_end().to_owned(), indent, marks: width.min(room).max(1) })
    }
}

impl Veil {
    /// All of a file.
    pub(super) const EVERYTHING: Self = Self { line: 1, column: 1, last_line: usize::MAX };

    /// How many characters of a line may be shown, if not all.
    fn begins(&self, line: usize) -> Option<usize> {
        if line == self.line {
            Some(self.column.saturating_sub(1))
        } else {
            (self.line < line && line <= self.last_line).then_some(0)
        }
    }
}

/// How many characters of a line come before what may be a secret: a login in a URL, or the value of a key that is
/// named like one. This needs no parsed document, so that it also covers a file that is no YAML, and what follows a URL as
/// a comment because it was not put into quotes.
fn secret_begins(line: &str) -> Option<usize> {
    static LOGIN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"://(.*@|\S*[?#%])").expect("the pattern is constant"));
    static URL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(urls?|dns)["']?\s*:\s*(.*@|\S*[?#%])"#).expect("the pattern is constant"));
    static KEY: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?i)(pass\w*|pwd|secret|token|user(name)?)(env)?["']?\s*:"#;
        Regex::new(pattern).expect("the pattern is constant")
    });
    let login = LOGIN.find(line).map(|found| found.start() + "://".len());
    // Paths of files with secrets are no secrets.
    let key =
        KEY.find_iter(line).find(|found| !found.as_str().to_lowercase().contains("file")).map(|found| found.end());
    let url = URL.captures(line).and_then(|found| found.get(2)).map(|value| value.start());
    let at = [login, url, key].into_iter().flatten().min()?;
    Some(line.get(..at)?.chars().count())
}

/// A terminal must not be moved by what stands in a file.
fn harmless(c: char) -> char {
    if c.is_control() && c != '\t' { '\u{fffd}' } else { c }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = " ".repeat(self.number.to_string().len());
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{} | {}", self.number, self.line)?;
        write!(f, "{gutter} | {}{}", self.indent, "^".repeat(self.marks))
    }
}
