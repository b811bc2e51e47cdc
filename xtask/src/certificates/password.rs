//! Random passwords, and the form in which RabbitMQ stores them.

use anyhow::{Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};

/// A password of 192 random bits, in characters that need no quotes in a URL, a shell or YAML.
pub(super) fn random() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<24>()?))
}

/// The salted hash of a password, for a definitions file.
///
/// base64(salt ‖ SHA-256(salt ‖ password)) with a salt of four bytes; see "Computing a Password Hash" in
/// <https://www.rabbitmq.com/docs/passwords>.
pub(super) fn rabbitmq_hash(password: &str) -> Result<String> {
    Ok(salted(random_bytes::<4>()?, password))
}

fn salted(salt: [u8; 4], password: &str) -> String {
    let hash = digest(&SHA256, &[&salt, password.as_bytes()].concat());
    STANDARD.encode([&salt, hash.as_ref()].concat())
}

fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("cannot get random bytes from the system"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_computed_as_rabbitmq_documents_it() {
        // The example of RabbitMQ's documentation: password `test12`, salt 908D C60A.
        let hash = salted([0x90, 0x8D, 0xC6, 0x0A], "test12");
        assert_eq!(hash, "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
    }

    #[test]
    fn passwords_and_salts_differ_each_time() {
        assert_ne!(random().expect("random"), random().expect("random"));
        assert_ne!(rabbitmq_hash("same").expect("random"), rabbitmq_hash("same").expect("random"));
    }
}
