//! What the user may know of the nodes.

use std::time::Duration;

use serde::Deserialize;

use super::session::Session;
use leveret_core::observation::Failure;
use leveret_runtime::secret::Login;

/// What the user may see. This is asked once for each user, because the broker logs every refusal.
#[derive(Debug, Default)]
pub(super) struct User(Option<(Login, Sight)>);

/// How much a user sees, by the tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// The virtual hosts with permission.
    Permitted,
    /// The queues in the virtual hosts with permission, the names of all virtual hosts, and the nodes.
    Nodes,
    /// Everything.
    All,
}

/// The nodes of the cluster, as a user with the tag `monitoring` sees them.
#[derive(Debug, Default)]
pub(super) struct NodeList {
    pub(super) running: Vec<RunningNode>,
    /// Whether a node has found that it was cut off from another one.
    pub(super) is_partitioned: bool,
}

/// A running node.
#[derive(Debug)]
pub(super) struct RunningNode {
    pub(super) name: Box<str>,
    /// Absent for some seconds after a start.
    pub(super) uptime: Option<Duration>,
}

#[derive(Deserialize)]
struct Node {
    name: Box<str>,
    #[serde(default)]
    running: bool,
    /// Milliseconds.
    uptime: Option<u64>,
    #[serde(default)]
    partitions: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct WhoAmI {
    tags: Tags,
}

/// RabbitMQ 3.10 and later write a list; earlier versions wrote one text with commas.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tags {
    List(Vec<String>),
    Text(String),
}

impl User {
    /// How much the user sees. The first time, the request also shows that the broker is up and knows the user.
    pub(super) async fn sight(&mut self, session: &Session<'_>) -> Result<Sight, Failure> {
        if let Some((_, sight)) = self.0.as_ref().filter(|(asked, _)| asked == session.login) {
            return Ok(*sight);
        }
        let user: WhoAmI = session.document(&["api", "whoami"], "").await?;
        let sight = user.tags.sight();
        self.0 = Some((session.login.clone(), sight));
        Ok(sight)
    }
}

impl NodeList {
    /// Asks for the nodes, for which the user needs the tag `monitoring`.
    pub(super) async fn read(session: &Session<'_>) -> Result<Self, Failure> {
        let nodes: Vec<Node> = session.document(&["api", "nodes"], "columns=name,running,uptime,partitions").await?;
        let is_partitioned = nodes.iter().any(|node| !node.partitions.is_empty());
        let running = nodes.into_iter().filter(|node| node.running);
        let running =
            running.map(|node| RunningNode { name: node.name, uptime: node.uptime.map(Duration::from_millis) });
        Ok(Self { running: running.collect(), is_partitioned })
    }
}

impl Tags {
    fn sight(&self) -> Sight {
        let tags: Vec<&str> = match self {
            Self::List(tags) => tags.iter().map(|tag| tag.trim()).collect(),
            Self::Text(tags) => tags.split(',').map(str::trim).collect(),
        };
        match () {
            () if tags.contains(&"administrator") => Sight::All,
            () if tags.contains(&"monitoring") => Sight::Nodes,
            () => Sight::Permitted,
        }
    }
}
