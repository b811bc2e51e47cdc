//! A random user for each broker: `guest` is never created.

use std::fmt;
use std::fs::File;
use std::io::Read as _;

use anyhow::Context as _;

/// A user of the broker with all rights. Its `Debug` form shows no password.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) username: String,
    pub(crate) password: String,
}

impl Credentials {
    /// Makes up a user with a random password.
    pub(crate) fn invent() -> anyhow::Result<Self> {
        let name: [u8; 4] = random().context("cannot invent a user")?;
        let password: [u8; 16] = random().context("cannot invent a password")?;
        Ok(Self { username: format!("user-{}", hexadecimal(&name)), password: hexadecimal(&password) })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Bytes from the kernel's random source.
pub(crate) fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("cannot read `/dev/urandom`")?;
    Ok(bytes)
}

/// `bytes` in lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_password() {
        let user = Credentials::invent().unwrap();
        assert!(!format!("{user:?}").contains(&user.password));
        assert_ne!(user.password, Credentials::invent().unwrap().password);
    }
}
