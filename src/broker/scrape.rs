//! Reading the Prometheus endpoint of every node.

mod target;

use futures_util::{StreamExt, stream};
use reqwest::{Client, Url};

use self::target::Target;
use super::families::{FAMILIES, NodeRead, QUEUES_MAX};
use super::http::{Body, Deadline, Fault, Http, Shown, get};
use super::parse::{NodeAnswer, Unusable};
use crate::config::PrometheusNodes;
use leveret_core::observation::{FailureKind, UnreadNode};
use leveret_runtime::secret::Login;

/// How many nodes are read at the same time. Clusters have three or five; more at once would only make each slower.
const NODES_AT_ONCE: usize = 8;

/// The largest answer of one node: some 600 bytes a queue in all families, so 400 000 queues. It is never held whole.
const NODE_BYTES_MAX: usize = 256 << 20;

/// The Prometheus endpoints of one broker.
#[derive(Debug)]
pub(super) struct Scrape {
    nodes: PrometheusNodes,
    /// Whether they asked for a password once. It is not sent before, because the endpoint usually takes none.
    asked_for_login: bool,
}

/// What came back from all nodes.
#[derive(Debug)]
pub(super) struct Scraped {
    /// The answers, at least one. Two of them may be of the same node.
    pub(super) reads: Vec<NodeRead>,
    /// What could not be read.
    pub(super) unread: Vec<UnreadNode>,
}

impl Scrape {
    pub(super) fn new(nodes: PrometheusNodes) -> Self {
        Self { nodes, asked_for_login: false }
    }

    /// Reads every node. A fault when none of them could be read.
    pub(super) async fn read(
        &mut self,
        http: &mut Http,
        login: Option<&Login>,
        deadline: Deadline,
    ) -> Result<Scraped, Fault> {
        let targets = target::find(&self.nodes, deadline).await?;
        http.refresh(|pinned| targets.iter().any(|target| target.pinned.as_ref() == Some(pinned)))?;
        let outcomes = self.read_targets(&targets, http, login.filter(|_| self.asked_for_login), deadline).await;
        let refused = |(_, outcome): &(Target, Result<_, Fault>)| {
            matches!(outcome, Err(Fault { kind: FailureKind::Unauthorized, .. }))
        };
        if !self.asked_for_login && login.is_some() && outcomes.iter().any(refused) {
            self.asked_for_login = true;
            return sort(self.read_targets(&targets, http, login, deadline).await);
        }
        sort(outcomes)
    }

    async fn read_targets(
        &self,
        targets: &[Target],
        http: &mut Http,
        login: Option<&Login>,
        deadline: Deadline,
    ) -> Vec<(Target, Result<NodeRead, Fault>)> {
        let requests: Vec<_> =
            targets.iter().map(|target| (target.clone(), http.client(&target.url, target.pinned.as_ref()))).collect();
        stream::iter(requests)
            .map(|(target, client)| async move {
                let outcome = match client {
                    Ok(client) => deadline.bound(&target, read_node(client, &target.url, login)).await,
                    Err(fault) => Err(fault),
                };
                (target, outcome)
            })
            .buffer_unordered(NODES_AT_ONCE)
            .collect()
            .await
    }
}

/// Reads one node, line by line as they arrive.
async fn read_node(client: Client, base: &Url, login: Option<&Login>) -> Result<NodeRead, Fault> {
    let mut url = base.clone();
    url.set_path(&format!("{}/metrics/detailed", base.path().trim_end_matches('/')));
    url.set_query(Some(FAMILIES));
    let shown = Shown(&url);
    let Some(mut body) = get(&client, url.clone(), login).await? else {
        return Err(Fault::new(
            FailureKind::Status,
            format!(
                "`{shown}` answered 404 Not Found; is this the port of the plugin `rabbitmq_prometheus` (15692), and is the \
                 broker RabbitMQ 3.10 or later?"
            ),
        ));
    };
    understand(&mut body).await?.map_err(|unusable| blame(unusable, &url))
}

async fn understand(body: &mut Body) -> Result<Result<NodeRead, Unusable>, Fault> {
    let mut answer = NodeAnswer::default();
    while let Some(piece) = body.next(NODE_BYTES_MAX).await? {
        if let Err(unusable) = answer.push(&piece) {
            return Ok(Err(unusable));
        }
    }
    Ok(answer.finish())
}

/// What is said of an answer that came and is none.
fn blame(unusable: Unusable, url: &Url) -> Fault {
    let shown = Shown(url);
    match unusable {
        Unusable::Nameless => Fault::new(
            FailureKind::Malformed,
            format!(
                "`{shown}` answered 200 without saying which RabbitMQ node it is; is this the port of the plugin \
                 `rabbitmq_prometheus` (15692)?"
            ),
        ),
        Unusable::Cut => Fault::new(
            FailureKind::Connect,
            format!(
                "the answer of `{shown}` ended in the middle of a line; check whether the broker or a proxy in between was \
                 stopped at this time"
            ),
        ),
        Unusable::TooManyQueues => Fault::new(
            FailureKind::TooLarge,
            format!(
                "the answer of `{shown}` has more than {QUEUES_MAX} queues and was not read to its end; is something creating \
                 queues without deleting them?"
            ),
        ),
    }
}

/// Sorts answers from failures.
fn sort(outcomes: Vec<(Target, Result<NodeRead, Fault>)>) -> Result<Scraped, Fault> {
    let (mut reads, mut failed) = (Vec::new(), Vec::new());
    let mut answered = Vec::new();
    for (target, outcome) in outcomes {
        match outcome {
            Ok(read) => {
                answered.push(target);
                reads.push(read);
            }
            Err(fault) => failed.push((target, fault)),
        }
    }
    if reads.is_empty() {
        let nodes = failed.len();
        let (_, fault) = failed.into_iter().next().ok_or_else(target::none_found)?;
        return Err(match nodes {
            1 => fault,
            _ => Fault::new(fault.kind, format!("none of {nodes} nodes could be read; the first: {}", fault.message)),
        });
    }
    // A name may have addresses of two families of which the broker listens on one.
    failed.retain(|(target, _)| answered.iter().any(|other| target.is_reached_like(other)));
    let unread = failed.into_iter().map(|(target, fault)| UnreadNode { node: target.to_string(), why: fault.message });
    Ok(Scraped { reads, unread: unread.collect() })
}
