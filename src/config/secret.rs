//! Secrets: a type that cannot be printed, and where secrets come from.

use std::fmt;
use std::path::PathBuf;

use super::file::read_file;

/// A text that must never be seen. It has no `Display`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

/// Where a secret is read from, again at every use, because secrets rotate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// The content of a file, without the line break at its end.
    File(PathBuf),
    /// The value of an environment variable.
    Env(String),
}

/// A user's name and password, as just read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub username: Secret,
    /// The user's password.
    pub password: Secret,
}

// === impl Secret ===

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

// === impl SecretSource ===

impl SecretSource {
    /// Whether there is something to read now.
    pub(super) fn is_set(&self) -> bool {
        self.read().is_ok()
    }

    /// The secret as it is now.
    ///
    /// # Errors
    /// A message that names the file or variable and never its content.
    #[expect(clippy::disallowed_methods, reason = "`config` is the module that reads the environment for all others")]
    pub fn read(&self) -> Result<Secret, String> {
        let text = match self {
            Self::File(path) => String::from_utf8(read_file(path)?)
                .map_err(|_| format!("`{}` does not hold text in UTF-8", path.display()))?,
            Self::Env(name) => {
                std::env::var(name).map_err(|error| format!("environment variable `{name}`: {error}"))?
            }
        };
        let text = text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
        if text.is_empty() {
            return Err(match self {
                Self::File(path) => format!("`{}` is empty", path.display()),
                Self::Env(name) => format!("environment variable `{name}` is empty"),
            });
        }
        Ok(Secret::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_cannot_be_printed() {
        let login = Login { username: Secret::new("ann"), password: Secret::new("hunter2") };
        let printed = format!("{login:?} {login:#?}");
        assert!(!printed.contains("ann") && !printed.contains("hunter2"), "{printed}");
    }

    #[test]
    fn a_file_is_read_again_at_each_use_without_its_line_break() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("password");
        let source = SecretSource::File(path.clone());
        assert!(source.read().expect_err("no file yet").contains("password"));
        std::fs::write(&path, "first \n").expect("writable");
        assert_eq!(source.read(), Ok(Secret::new("first ")));
        std::fs::write(&path, "second\r\n").expect("writable");
        assert_eq!(source.read(), Ok(Secret::new("second")));
        std::fs::write(&path, "\n").expect("writable");
        assert!(source.read().expect_err("nothing in it").contains("is empty"));
    }
}
