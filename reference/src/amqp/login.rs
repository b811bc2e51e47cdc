//! Who we are to the broker: read from files or the environment at every connect, because passwords rotate.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lapin::uri::AMQPUserInfo;

/// Where name and password come from. Flags and URLs are no such place: every user of the machine can read them.
#[derive(Clone, Debug)]
pub struct LoginSource {
    /// A file with the name; absent: `AMQP_USERNAME`.
    pub username_file: Option<PathBuf>,
    /// A file with the password; absent: `AMQP_PASSWORD`.
    pub password_file: Option<PathBuf>,
}

impl LoginSource {
    /// The login as it is now.
    pub(super) fn read(&self) -> anyhow::Result<AMQPUserInfo> {
        Ok(AMQPUserInfo {
            username: read(self.username_file.as_deref(), "AMQP_USERNAME", "--username-file")?,
            password: read(self.password_file.as_deref(), "AMQP_PASSWORD", "--password-file")?,
        })
    }
}

fn read(file: Option<&Path>, variable: &str, flag: &str) -> anyhow::Result<String> {
    let text = match file {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?,
        None => {
            std::env::var(variable).with_context(|| format!("`{variable}` is not set: set it, or give `{flag}`"))?
        }
    };
    // Editors and `echo` end a file with a line break; no password is meant to.
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
