//! Which addresses to read.

use std::fmt;
use std::net::SocketAddr;

use reqwest::Url;

use crate::config::PrometheusNodes;
use crate::sources::http::{Deadline, Pinned, Shown};
use leveret_core::observation::{Failure, FailureKind};

/// How many addresses behind one name are read: many times the size of a large cluster, and few enough that a wrong name
/// cannot cause a flood of requests.
const ADDRESSES_MAX: usize = 64;

/// One address to read.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    /// The address to connect to, if every address behind the name is read by itself.
    pub(super) pinned: Option<Pinned>,
}

/// Finds the addresses to read.
pub(super) async fn find(nodes: &PrometheusNodes, deadline: Deadline) -> Result<Vec<Target>, Failure> {
    let (url, server_name) = match nodes {
        PrometheusNodes::Urls(urls) => {
            return Ok(urls.iter().map(|url| Target { url: url.clone(), pinned: None }).collect());
        }
        PrometheusNodes::Dns { url, server_name } => (url, server_name),
    };
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(0);
    let lookup = async {
        let found = tokio::net::lookup_host((bare, port)).await;
        found.map(Vec::from_iter).map_err(|cause| {
            let help = "check the name, and that it is a headless Service with `publishNotReadyAddresses`";
            Failure::new(FailureKind::Dns, format!("`{}`: `{host}` does not resolve: {cause}; {help}", Shown(url)))
        })
    };
    let mut addresses: Vec<SocketAddr> = deadline.bound(Shown(url), lookup).await?;
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.len() > ADDRESSES_MAX {
        let found = addresses.len();
        let message = format!(
            "`{host}` resolves to {found} addresses, and at most {ADDRESSES_MAX} are read; is it the right name?"
        );
        return Err(Failure::new(FailureKind::Dns, message));
    }
    // The name in the URL is the one that is verified; the addresses are known already.
    let mut named = url.clone();
    if let Some(name) = server_name {
        let unusable = |error| Failure::new(FailureKind::Tls, format!("`{name}` cannot be a server's name: {error}"));
        named.set_host(Some(name)).map_err(unusable)?;
    }
    let host = named.host_str().unwrap_or_default();
    let pin = |address| Target { url: named.clone(), pinned: Some(Pinned { host: host.to_owned(), address }) };
    Ok(addresses.into_iter().map(pin).collect())
}

/// The failure when there is no address to read.
pub(super) fn none_found() -> Failure {
    Failure::new(FailureKind::Dns, "the host name of the Prometheus endpoints resolves to no address")
}

impl Target {
    /// Whether both were configured as URLs, or have addresses of the same family.
    pub(super) fn is_reached_like(&self, other: &Self) -> bool {
        let is_v4 = |target: &Self| target.pinned.as_ref().map(|pinned| pinned.address.is_ipv4());
        is_v4(self) == is_v4(other)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pinned {
            Some(pinned) => write!(f, "{} at {}", Shown(&self.url), pinned.address),
            None => Shown(&self.url).fmt(f),
        }
    }
}
