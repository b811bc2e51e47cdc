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

/// Why a secret cannot be used. Nothing of its content is in it, nor the name of its variable: a user may have written the
/// secret itself in place of the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}; {advice}")]
pub struct Unusable {
    /// What is wrong.
    pub why: String,
    /// What to do about it.
    pub advice: String,
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
    /// The file cannot be read or the variable is not set, or there is no text in it.
    pub fn read(&self) -> Result<Secret, Unusable> {
        self.read_in(&variable)
    }

    /// The same in another environment than that of the process.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn read_in(&self, environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Secret, Unusable> {
        let (what, text) = match self {
            Self::File(path) => {
                let bytes = read_file(path).map_err(|error| Unusable { why: error.why, advice: error.advice })?;
                ("the file", String::from_utf8(bytes).ok())
            }
            Self::Env(name) => {
                let value = environment(name).ok_or_else(|| {
                    Unusable::new("the environment variable is not set", "set it where the program is started")
                })?;
                ("the environment variable", value.into_string().ok())
            }
        };
        let advice = "write the secret into it, as text in UTF-8";
        let text = text.ok_or_else(|| Unusable::new(format!("{what} does not hold text in UTF-8"), advice))?;
        let text = text.strip_suffix('\n').map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
        if text.is_empty() {
            return Err(Unusable::new(format!("{what} is empty"), advice));
        }
        Ok(Secret::new(text))
    }
}

impl Unusable {
    fn new(why: impl Into<String>, advice: &str) -> Self {
        Self { why: why.into(), advice: advice.to_owned() }
    }
}

/// Whether an environment variable holds anything; what it holds may still be no text.
pub fn is_set(name: &str) -> bool {
    variable(name).is_some_and(|value| !value.is_empty())
}

/// An environment variable of the process.
#[expect(clippy::disallowed_methods, reason = "`config` is the module that reads the environment for all others")]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
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
    fn a_variable_that_cannot_be_used_is_refused_without_its_name_or_its_value() {
        let source = SecretRef::Env("HUNTER2".to_owned());
        let refused =
            |value: Option<OsString>| source.read_in(&|_| value.clone()).expect_err("it cannot be used").to_string();
        assert_eq!(refused(None), "the environment variable is not set; set it where the program is started");
        for (value, why) in [(&b"hunter2\xe9"[..], "does not hold text in UTF-8"), (b"\n", "is empty")] {
            let expected = format!("the environment variable {why}; write the secret into it, as text in UTF-8");
            assert_eq!(refused(Some(OsString::from_vec(value.to_vec()))), expected);
        }
        assert_eq!(source.read_in(&|_| Some("first".into())), Ok(Secret::new("first")));
    }

    #[test]
    fn a_file_is_read_again_at_each_use_without_its_line_break() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("password");
        let source = SecretRef::File(path.clone());
        assert_eq!(source.read().expect_err("no file yet").why, "there is no such file");
        std::fs::write(&path, "first \n").expect("writable");
        assert_eq!(source.read(), Ok(Secret::new("first ")));
        std::fs::write(&path, "second\r\n").expect("writable");
        assert_eq!(source.read(), Ok(Secret::new("second")));
        std::fs::write(&path, "\n").expect("writable");
        assert_eq!(source.read().expect_err("nothing in it").why, "the file is empty");
    }
}
