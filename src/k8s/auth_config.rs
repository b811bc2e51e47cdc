//! A live view of the ConfigMap `kube-system/extension-apiserver-authentication`, in which the Kubernetes API server publishes
//! which certificates and headers to trust.
//!
//! The server must not listen before the first usable content has arrived. Afterwards, if the ConfigMap becomes unusable or is
//! deleted, the last usable content stays in force: authorities rotate with overlap, and rejecting all callers would stop
//! every autoscaler.

use std::sync::Arc;

use anyhow::{Result, bail};
use arc_swap::ArcSwap;
use futures_util::{Stream, StreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client};

use crate::api::AuthConfig;
use leveret_runtime::tasks::Tasks;

const NAMESPACE: &str = "kube-system";
const NAME: &str = "extension-apiserver-authentication";

/// Waits until the ConfigMap has usable content, then keeps following it. Retries without limit, because no request can be
/// authenticated without it.
///
/// # Errors
/// Shutdown began first.
pub async fn follow_auth_config(client: Client, tasks: &Tasks) -> Result<Arc<ArcSwap<AuthConfig>>> {
    let api = Api::<ConfigMap>::namespaced(client, NAMESPACE);
    let settings = watcher::Config::default().fields(&format!("metadata.name={NAME}"));
    let mut contents = Box::pin(contents(watcher::watcher(api, settings).default_backoff()));
    let first = tasks.stop().run_until_cancelled(contents.next()).await.flatten();
    let Some(first) = first else { bail!("shutdown began before ConfigMap `{NAMESPACE}/{NAME}` could be read") };
    tracing::info!(config_map = format!("{NAMESPACE}/{NAME}"), "authentication configuration loaded");
    let current = Arc::new(ArcSwap::from_pointee(first));
    let (published, stop) = (Arc::clone(&current), tasks.stop().clone());
    tasks.critical("authentication configuration", async move {
        while let Some(next) = stop.run_until_cancelled(contents.next()).await {
            let Some(next) = next else { bail!("the watch of ConfigMap `{NAMESPACE}/{NAME}` ended") };
            published.store(Arc::new(next));
            tracing::info!(config_map = format!("{NAMESPACE}/{NAME}"), "authentication configuration reloaded");
        }
        Ok(())
    });
    Ok(current)
}

/// The usable contents, one after another. Unusable contents are logged and skipped.
fn contents(events: impl Stream<Item = watcher::Result<Event<ConfigMap>>>) -> impl Stream<Item = AuthConfig> {
    let mut seen = false;
    events.filter_map(move |event| {
        let content = match event {
            Ok(Event::Apply(map) | Event::InitApply(map)) => {
                seen = true;
                content(&map)
            }
            Ok(Event::Init) => {
                seen = false;
                None
            }
            Ok(Event::InitDone) if seen => None,
            Ok(Event::InitDone | Event::Delete(_)) => {
                warn("it does not exist; is this a cluster with an aggregation layer?");
                None
            }
            Err(error) => {
                warn(&format!(
                    "{error}; may this service account read it (Role `extension-apiserver-authentication-reader`)?"
                ));
                None
            }
        };
        std::future::ready(content)
    })
}

fn content(map: &ConfigMap) -> Option<AuthConfig> {
    match AuthConfig::from_config_map(&map.data.clone().unwrap_or_default()) {
        Ok(config) => Some(config),
        Err(error) => {
            warn(&error);
            None
        }
    }
}

fn warn(why: &str) {
    tracing::warn!(
        config_map = format!("{NAMESPACE}/{NAME}"),
        why,
        "authentication configuration is unusable; retrying"
    );
}

#[cfg(test)]
mod tests;
