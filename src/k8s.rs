//! The client side of Kubernetes: connecting to it, reviews, and the authentication ConfigMap.

mod auth_config;
mod reviews;

pub use auth_config::follow_auth_config;
pub use reviews::Reviews;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// The limit for connecting and for sending a request. Responses are limited where they are awaited, since a watch lasts for
/// hours.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// The cluster to connect to.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// The kubeconfig file. By default `KUBECONFIG`, `~/.kube/config`, or the pod's service account.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it. By default its current one.
    pub context: Option<String>,
}

impl Cluster {
    /// A client. Nothing is sent yet.
    ///
    /// # Errors
    /// The kubeconfig is unreadable or unusable, or there is neither a kubeconfig nor a service account.
    pub async fn client(&self) -> Result<Client> {
        let mut config = self.config().await?;
        config.connect_timeout = Some(CONNECT_MAX);
        config.write_timeout = Some(CONNECT_MAX);
        let agent = HeaderValue::from_static(concat!("leveret/", env!("CARGO_PKG_VERSION")));
        config.headers.push((USER_AGENT, agent));
        Client::try_from(config).context("cannot create a client from the Kubernetes configuration")
    }

    /// The library's errors show their causes in their own text, so that a chain of contexts would repeat them.
    async fn config(&self) -> Result<Config> {
        let options = KubeConfigOptions { context: self.context.clone(), ..KubeConfigOptions::default() };
        match (&self.kubeconfig, &self.context) {
            (Some(path), _) => {
                let unusable = |error| anyhow!("cannot use the kubeconfig `{}`: {error}", path.display());
                let kubeconfig = Kubeconfig::read_from(path).map_err(unusable)?;
                Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(unusable)
            }
            (None, Some(context)) => {
                let unusable = |error| anyhow!("cannot use the kubeconfig's context `{context}`: {error}");
                Config::from_kubeconfig(&options).await.map_err(unusable)
            }
            (None, None) => Config::infer().await.map_err(|error| {
                anyhow!(
                    "found neither a kubeconfig nor a pod's service account; set `KUBECONFIG`, or run inside a cluster: \
                     {error}"
                )
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_cause_of_an_unusable_kubeconfig_is_said_once() {
        let cluster = Cluster { kubeconfig: Some("/nowhere/kubeconfig".into()), context: None };
        let refused = cluster.client().await.map(drop).expect_err("there is no such file");
        let expected = "cannot use the kubeconfig `/nowhere/kubeconfig`: failed to read kubeconfig from \
                        '\"/nowhere/kubeconfig\"': No such file or directory (os error 2)";
        assert_eq!(format!("{refused:#}"), expected);
    }
}
