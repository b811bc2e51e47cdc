//! Who is let in: as the cluster decides, or, without a cluster, whoever on this machine holds the token.

use std::sync::Arc;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;

use super::authn::{AuthConfig, TokenReviewer};
use super::authz::AccessReviewer;
use super::hex::hex;
use leveret_runtime::secret::Secret;

/// How callers are told apart. There is no way to let everybody in.
pub enum Access {
    /// The Kubernetes API server says who asks and whether they may.
    Delegated(Delegation),
    /// Whoever shows the token may do everything; only for a server on a loopback address.
    Loopback(LoopbackToken),
}

/// Where the cluster's word comes from.
pub struct Delegation {
    /// Whom to believe; replaced as a whole while the server runs.
    pub auth_config: Arc<ArcSwap<AuthConfig>>,
    /// Whose tokens are whose.
    pub tokens: Arc<dyn TokenReviewer>,
    /// Who may do what.
    pub access: Arc<dyn AccessReviewer>,
}

/// A bearer token for programs on the same machine.
#[derive(Clone, Debug)]
pub struct LoopbackToken(Secret);

impl LoopbackToken {
    /// A new token of 256 random bits.
    pub fn generate() -> Result<Self> {
        let mut bits = [0; 32];
        SystemRandom::new().fill(&mut bits).ok().context("the system gives no random numbers for a token")?;
        Ok(Self(Secret::new(hex(&bits))))
    }

    /// The token, for whoever is to show it.
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// Whether this is the token, in a time that does not tell how much of it is right.
    pub(super) fn is(&self, shown: &Secret) -> bool {
        self.0.expose().as_bytes().ct_eq(shown.expose().as_bytes()).into()
    }
}
