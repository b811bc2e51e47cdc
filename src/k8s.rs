//! The client side of Kubernetes: connecting to it, reviews, and the authentication ConfigMap.
//!
//! The API server is reached directly, whatever proxy the environment names: it is the cluster's own, and the variables are
//! usually set for what is outside.

mod auth_config;
mod reviews;

pub use auth_config::follow_auth_config;
pub use reviews::Reviews;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

/// The limit for connecting and for sending a request. Responses are limited where they are awaited, since a watch lasts for
/// hours.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Takes the place of a missing `proxy-url` in a kubeconfig, for which the client library would look in the environment.
const NO_PROXY: &str = "http://no-proxy.invalid/";

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
        let proxy = config.proxy_url.take().filter(|proxy| *proxy != NO_PROXY);
        ensure!(
            proxy.is_none(),
            "the kubeconfig's cluster has a `proxy-url`, but Leveret reaches the API server directly; remove `proxy-url`"
        );
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
                configured(Kubeconfig::read_from(path), &options).await.map_err(unusable)
            }
            (None, Some(context)) => {
                let unusable = |error| anyhow!("cannot use the kubeconfig's context `{context}`: {error}");
                configured(Kubeconfig::read(), &options).await.map_err(unusable)
            }
            (None, None) => match configured(Kubeconfig::read(), &options).await {
                Ok(config) => Ok(config),
                Err(unusable) => Config::incluster().map_err(|error| {
                    anyhow!(
                        "found neither a kubeconfig ({unusable}) nor a pod's service account ({error}); set `KUBECONFIG`, or \
                         run inside a cluster"
                    )
                }),
            },
        }
    }
}

/// What a kubeconfig says, without the proxy of the environment.
async fn configured(
    kubeconfig: Result<Kubeconfig, KubeconfigError>,
    options: &KubeConfigOptions,
) -> Result<Config, KubeconfigError> {
    let mut kubeconfig = kubeconfig?;
    for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        let asked = cluster.proxy_url.take().filter(|url| !url.is_empty());
        cluster.proxy_url = asked.or_else(|| Some(NO_PROXY.to_owned()));
    }
    Config::from_custom_kubeconfig(kubeconfig, options).await
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
