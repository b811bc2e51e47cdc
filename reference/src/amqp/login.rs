//! The user's name and password: read from files or the environment at every connect, because passwords rotate.

use std::path::PathBuf;

use anyhow::Context as _;
use lapin::uri::AMQPUserInfo;
use leveret_runtime::secret::{Secret, SecretRef};

/// Where name and password come from. Flags and URLs are not among the places: every user of the machine can read them.
#[derive(Clone, Debug)]
pub struct LoginSource {
    username: SecretRef,
    password: SecretRef,
}

impl LoginSource {
    /// Each from its file, or without one from `AMQP_USERNAME` or `AMQP_PASSWORD`.
    pub fn new(username_file: Option<PathBuf>, password_file: Option<PathBuf>) -> Self {
        let source = |file: Option<PathBuf>, variable: &str| {
            file.map_or_else(|| SecretRef::Env(variable.to_owned()), SecretRef::File)
        };
        Self { username: source(username_file, "AMQP_USERNAME"), password: source(password_file, "AMQP_PASSWORD") }
    }

    /// The login as it is now.
    pub(super) fn read(&self) -> anyhow::Result<AMQPUserInfo> {
        Ok(AMQPUserInfo {
            username: read(&self.username, "--username-file")?.expose().to_owned(),
            password: read(&self.password, "--password-file")?.expose().to_owned(),
        })
    }
}

fn read(source: &SecretRef, flag: &str) -> anyhow::Result<Secret> {
    source.read().with_context(|| match source {
        SecretRef::File(path) => format!("cannot use `{}` of `{flag}`", path.display()),
        SecretRef::Env(name) => format!("there is no login: set the variable `{name}`, or give `{flag}`"),
    })
}
