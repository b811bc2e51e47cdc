//! Secrets: a type that cannot be printed, and where secrets come from.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::file::read_file;

/// A text that must never be seen. It has no `Display`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

/// Where a secret is read from, again at every use, because secrets rotate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
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

// === impl SecretRef ===

impl SecretRef {
    /// The secret as it is now.
    ///
    /// # Errors
    /// A message that names the file or variable and never its content.
    pub fn read(&self) -> Result<Secret, String> {
        let text = match self {
            Self::File(path) => String::from_utf8(read_file(path)?)
                .map_err(|_| format!("`{}` does not hold text in UTF-8", path.display()))?,
            Self::Env(name) => text(name, variable(name))?,
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

/// Whether an environment variable holds anything; what it holds may still be no text.
pub fn is_set(name: &str) -> bool {
    variable(name).is_some_and(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "`config` is the module that reads the environment for all others")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The value of a variable as text. The system's own error is not passed on, for it repeats the value.
fn text(name: &str, value: Option<OsString>) -> Result<String, String> {
    let value = value.ok_or_else(|| format!("environment variable `{name}` is not set"))?;
    value.into_string().map_err(|_| format!("environment variable `{name}` does not hold text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_secret_cannot_be_printed() {
        let login = Login { username: Secret::new("ann"), password: Secret::new("hunter2") };
        let printed = format!("{login:?} {login:#?}");
        assert!(!printed.contains("ann") && !printed.contains("hunter2"), "{printed}");
    }

    #[test]
    fn a_variable_that_is_not_text_is_refused_and_not_shown() {
        let latin = OsString::from_vec(b"hunter2\xe9".to_vec());
        let refused = text("LEVERET_PASSWORD", Some(latin)).expect_err("it is not text");
        assert_eq!(refused, "environment variable `LEVERET_PASSWORD` does not hold text in UTF-8");
        let absent = text("LEVERET_PASSWORD", None).expect_err("it is not set");
        assert_eq!(absent, "environment variable `LEVERET_PASSWORD` is not set");
    }

    #[test]
    fn a_file_is_read_again_at_each_use_without_its_line_break() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("password");
        let source = SecretRef::File(path.clone());
        assert!(source.read().expect_err("no file yet").contains("password"));
        std::fs::write(&path, "first \n").expect("writable");
        assert_eq!(source.read(), Ok(Secret::new("first ")));
        std::fs::write(&path, "second\r\n").expect("writable");
        assert_eq!(source.read(), Ok(Secret::new("second")));
        std::fs::write(&path, "\n").expect("writable");
        assert!(source.read().expect_err("nothing in it").contains("is empty"));
    }
}
