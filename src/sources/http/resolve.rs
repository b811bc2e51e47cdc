//! Name resolution.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A host name that did not resolve. It is a type of its own to distinguish it from other connection failures.
#[derive(Debug, thiserror::Error)]
#[error("`{host}` does not resolve: {cause}")]
pub(super) struct Unresolved {
    host: String,
    cause: std::io::Error,
}

/// Resolves names as the system does, with an error that can be recognised.
pub(super) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            // With port 0 the client uses the URL's.
            let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Vec::from_iter);
            match found {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(cause) => Err(Box::new(Unresolved { host, cause }) as Box<dyn std::error::Error + Send + Sync>),
            }
        })
    }
}
