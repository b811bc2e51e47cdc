//! How long the nodes have been up, if the user may see that.

use std::time::Duration;

use serde::Deserialize;

use super::session::Session;
use leveret_core::observation::Failure;
use leveret_runtime::secret::Login;

/// Whether the user may list the nodes. This is asked once for each user, because the broker logs every refusal.
#[derive(Debug, Default)]
pub(super) struct NodeList(Option<(Login, bool)>);

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
struct User {
    tags: Tags,
}

/// RabbitMQ 3.10 and later write a list; earlier versions wrote one text with commas.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tags {
    List(Vec<String>),
    Text(String),
}

impl NodeList {
    /// The running nodes; empty if the user lacks the tag `monitoring`, which is not needed otherwise. The request also
    /// shows that the broker is up and knows the user, even if no queue is wanted.
    pub(super) async fn running(&mut self, session: &Session<'_>) -> Result<Vec<RunningNode>, Failure> {
        let asked = self.0.as_ref().filter(|(asked, _)| asked == session.login).map(|(_, may_list)| *may_list);
        let may_list = if let Some(may_list) = asked {
            may_list
        } else {
            let user: User = session.document(&["api", "whoami"], "").await?;
            let may_list = user.tags.include_monitoring();
            self.0 = Some((session.login.clone(), may_list));
            may_list
        };
        if !may_list {
            return Ok(Vec::new());
        }
        let nodes: Vec<Node> = session.document(&["api", "nodes"], "columns=name,running,uptime").await?;
        let running = nodes.into_iter().filter(|node| node.running);
        let known = running.filter_map(|Node { name, running: _, uptime }| {
            Some(RunningNode { name, uptime: Duration::from_millis(uptime?) })
        });
        Ok(known.collect())
    }
}

impl Tags {
    fn include_monitoring(&self) -> bool {
        let suffices = |tag: &str| matches!(tag.trim(), "monitoring" | "administrator");
        match self {
            Self::List(tags) => tags.iter().any(|tag| suffices(tag)),
            Self::Text(tags) => tags.split(',').any(suffices),
        }
    }
}
