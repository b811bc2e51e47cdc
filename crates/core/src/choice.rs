//! Which names are meant.

use regex::Regex;

/// What regular expressions are full of and names seldom have.
const PATTERN_SIGNS: [&str; 11] = ["*", "|", "(", ")", "[", "]", "^", "$", "\\", ".+", ".?"];

/// Whether a name looks like a pattern. RabbitMQ allows such names, so it may be one all the same.
pub fn looks_like_a_pattern(name: &str) -> bool {
    PATTERN_SIGNS.iter().any(|sign| name.contains(sign))
}

/// Names that are listed, or that a pattern describes.
#[derive(Clone, Debug)]
pub enum Choice {
    /// These, each of which is expected to exist.
    Names(Vec<Box<str>>),
    /// Every name that matches as a whole. The patterns are already anchored.
    Pattern {
        /// What the whole name must match.
        matching: Regex,
        /// What the whole name must not match.
        exclude: Option<Regex>,
    },
}

impl Choice {
    /// Whether this name is one of them.
    pub fn includes(&self, name: &str) -> bool {
        match self {
            Self::Names(names) => names.iter().any(|wanted| &**wanted == name),
            Self::Pattern { matching, exclude } => {
                matching.is_match(name) && !exclude.as_ref().is_some_and(|exclude| exclude.is_match(name))
            }
        }
    }

    /// The name, if a single one is listed.
    pub fn only(&self) -> Option<&str> {
        match self {
            Self::Names(names) => names.as_slice().first().filter(|_| names.len() == 1).map(|name| &**name),
            Self::Pattern { .. } => None,
        }
    }
}

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Names(names), Self::Names(others)) => names == others,
            (
                Self::Pattern { matching, exclude },
                Self::Pattern { matching: other_matching, exclude: other_exclude },
            ) => {
                matching.as_str() == other_matching.as_str()
                    && exclude.as_ref().map(Regex::as_str) == other_exclude.as_ref().map(Regex::as_str)
            }
            (Self::Names(_) | Self::Pattern { .. }, _) => false,
        }
    }
}
