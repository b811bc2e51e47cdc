//! A bearer token for programs on the same machine, when there is no cluster to ask.

use anyhow::{Context, Result};
use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;

use crate::api::wire::encoding::hex;
use leveret_runtime::secret::Secret;

/// A random bearer token.
#[derive(Clone, Debug)]
pub struct LoopbackToken(Secret);

impl LoopbackToken {
    /// A new token of 256 random bits.
    pub fn generate() -> Result<Self> {
        let mut bits = [0; 32];
        SystemRandom::new().fill(&mut bits).ok().context("the system has no random numbers for a token")?;
        Ok(Self(Secret::new(hex(&bits))))
    }

    /// The token, to be given to its clients.
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// Whether this is the token. Takes the same time however much of it is right.
    pub(super) fn matches(&self, presented: &Secret) -> bool {
        self.0.expose().as_bytes().ct_eq(presented.expose().as_bytes()).into()
    }
}
