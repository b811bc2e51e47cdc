//! How long the nodes have been up, where the user may know.

use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;

use super::{Management, SINGLE_BYTES_MAX, address, malformed, not_found};
use crate::broker::http::{Fault, get};
use leveret_runtime::secret::Login;

/// A running node.
#[derive(Debug)]
pub(super) struct RunningNode {
    pub(super) name: Box<str>,
    pub(super) uptime: Duration,
}

#[derive(Deserialize)]
struct Node {
    name: Box<str>,
    #[serde(default)]
    running: bool,
    /// Milliseconds.
    uptime: Option<u64>,
}

#[derive(Deserialize)]
struct Who {
    tags: Tags,
}

/// RabbitMQ 3.10 and later write a list; earlier ones wrote it with commas.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tags {
    List(Vec<String>),
    Text(String),
}

impl Management {
    /// The running nodes; empty when the user lacks the tag `monitoring`, which the least privilege does not need. The
    /// question also shows that the broker answers and knows the user, even when no queue is asked for.
    pub(super) async fn running_nodes(&mut self, client: &Client, login: &Login) -> Result<Vec<RunningNode>, Fault> {
        let asked = self.sees_nodes.as_ref().filter(|(asked, _)| asked == login).map(|(_, sees)| *sees);
        let sees_nodes = if let Some(sees) = asked {
            sees
        } else {
            let who: Who = self.small(client, login, &["api", "whoami"], "").await?;
            let sees = who.tags.include_monitoring();
            self.sees_nodes = Some((login.clone(), sees));
            sees
        };
        if !sees_nodes {
            return Ok(Vec::new());
        }
        let nodes: Vec<Node> = self.small(client, login, &["api", "nodes"], "columns=name,running,uptime").await?;
        let running = nodes.into_iter().filter(|node| node.running);
        let known = running.filter_map(|Node { name, running: _, uptime }| {
            Some(RunningNode { name, uptime: Duration::from_millis(uptime?) })
        });
        Ok(known.collect())
    }

    async fn small<T: for<'de> Deserialize<'de>>(
        &self,
        client: &Client,
        login: &Login,
        segments: &[&str],
        query: &str,
    ) -> Result<T, Fault> {
        let url = address::of(&self.base, segments, query);
        let Some(body) = get(client, url.clone(), Some(login)).await? else { return Err(not_found(&url)) };
        serde_json::from_slice(&body.whole(SINGLE_BYTES_MAX).await?).map_err(|error| malformed(&url, &error))
    }
}

impl Tags {
    fn include_monitoring(&self) -> bool {
        let sees = |tag: &str| matches!(tag.trim(), "monitoring" | "administrator");
        match self {
            Self::List(tags) => tags.iter().any(|tag| sees(tag)),
            Self::Text(tags) => tags.split(',').any(sees),
        }
    }
}
