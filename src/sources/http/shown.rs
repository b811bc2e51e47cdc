//! URLs in messages.

use std::fmt;

use reqwest::Url;

/// Shows a URL without its query, and without the user and password that it may contain.
pub(in crate::sources) struct Shown<'a>(pub(in crate::sources) &'a Url);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(url) = self;
        write!(f, "{}://{}", url.scheme(), url.host_str().unwrap_or_default())?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_and_nothing_long_is_shown() {
        let url = Url::parse("https://ann:secret@b:15671/api/queues?columns=name#x").expect("a URL");
        assert_eq!(Shown(&url).to_string(), "https://b:15671/api/queues");
    }
}
