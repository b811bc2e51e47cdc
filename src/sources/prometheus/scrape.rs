//! Reading the Prometheus endpoint of every node.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use reqwest::{Client, Url};

use super::answer::{NodeAnswer, Unusable};
use super::families::{FAMILIES, NodeRead};
use super::members::{Members, MembersAnswer};
use super::rows::Rows;
use super::sum::Membership;
use super::target::{self, Target};
use crate::config::PrometheusNodes;
use crate::sources::QUEUES_MAX;
use crate::sources::context::Context;
use crate::sources::http::{Body, Deadline, Http, Shown, get};
use leveret_core::Moment;
use leveret_core::observation::{Failure, FailureKind, UnreadNode};
use leveret_runtime::secret::Login;

/// How many nodes are read at the same time. Clusters have three or five; more at once would only make each slower.
const NODES_AT_ONCE: usize = 8;

/// The size limit of one node's answer: about 600 bytes per queue in all families, so 400 000 queues. The answer is parsed
/// as it arrives and never held whole.
const NODE_BYTES_MAX: usize = 256 << 20;

/// How long what a node said of the members of its cluster is used while it does not answer that question.
const MEMBERS_FOR: Duration = Duration::from_secs(10);

/// The size limit of an answer about members; RabbitMQ's has 90 kB.
const MEMBERS_BYTES_MAX: usize = 4 << 20;

/// The Prometheus endpoints of one broker.
#[derive(Debug)]
pub(super) struct Scrape {
    nodes: PrometheusNodes,
    /// What each node said last of the members of its cluster, and when.
    members: HashMap<Box<str>, (Moment, Members)>,
    /// The rows of each node's last answer, by the node's address.
    rows: HashMap<String, Rows>,
    /// Whether a node has refused a request without a password. Before that none is sent, because most endpoints need none.
    login_required: bool,
}

/// What came back from all nodes.
#[derive(Debug)]
pub(in crate::sources) struct Scraped {
    /// The answers, at least one, each with the address that it came from. Two of them may be from the same node.
    pub(in crate::sources) reads: Vec<(String, NodeRead)>,
    /// The nodes that could not be read.
    pub(in crate::sources) unread: Vec<UnreadNode>,
    /// The members of the cluster.
    pub(in crate::sources) membership: Membership,
}

type Outcome = (Target, Result<NodeRead, Failure>);

impl Scrape {
    pub(super) fn new(nodes: PrometheusNodes) -> Self {
        Self { nodes, members: HashMap::new(), rows: HashMap::new(), login_required: false }
    }

    /// Reads every node. Fails if none of them could be read.
    pub(super) async fn read(&mut self, context: &mut Context<'_>, at: Moment) -> Result<Scraped, Failure> {
        let (login, deadline) = (context.login, context.deadline);
        let targets = target::find(&self.nodes, deadline).await?;
        context.refresh_certificates()?;
        context.http.retain(|pinned| targets.iter().any(|target| target.pinned.as_ref() == Some(pinned)));
        let mut outcomes =
            self.read_targets(&targets, context.http, login.filter(|_| self.login_required), deadline).await;
        if !self.login_required && login.is_some() && outcomes.iter().any(is_unauthorized) {
            self.login_required = true;
            outcomes = self.read_targets(&targets, context.http, login, deadline).await;
        }
        self.rows.clear();
        let membership = self.membership(&outcomes, context, at).await;
        partition(outcomes, membership)
    }

    /// Remembers the rows of these answers, to read the next ones faster.
    pub(super) fn remember(&mut self, scraped: Scraped) {
        self.rows.extend(scraped.reads.into_iter().map(|(address, read)| (address, read.into_rows())));
    }

    async fn read_targets(
        &mut self,
        targets: &[Target],
        http: &mut Http,
        login: Option<&Login>,
        deadline: Deadline,
    ) -> Vec<Outcome> {
        let requests: Vec<_> = targets
            .iter()
            .map(|target| {
                let rows = self.rows.remove(&target.to_string()).unwrap_or_default();
                (target.clone(), rows, http.client(&target.url, target.pinned.as_ref()))
            })
            .collect();
        stream::iter(requests)
            .map(|(target, rows, client)| async move {
                let outcome = match client {
                    Ok(client) => deadline.bound(&target, read_node(client, &target.url, login, rows)).await,
                    Err(failure) => Err(failure),
                };
                (target, outcome)
            })
            .buffer_unordered(NODES_AT_ONCE)
            .collect()
            .await
    }

    /// The members of the cluster, from every node that was read. It is asked after the queues, so that what it has counted for
    /// all of them includes what the queues' counters lack.
    async fn membership(&mut self, outcomes: &[Outcome], context: &mut Context<'_>, at: Moment) -> Membership {
        let (login, deadline) = (context.login.filter(|_| self.login_required), context.deadline);
        let read = outcomes.iter().filter_map(|(target, outcome)| Some((target, outcome.as_ref().ok()?)));
        // A node may have been read twice, through two addresses.
        let read: HashMap<_, _> = read.map(|(target, read)| (read.node.clone(), target)).collect();
        self.members.retain(|name, (asked, _)| at.since(*asked) < MEMBERS_FOR && read.contains_key(name));
        let requests: Vec<_> = read
            .into_iter()
            .map(|(node, target)| (target.clone(), node, context.http.client(&target.url, target.pinned.as_ref())))
            .collect();
        let mut answers: Vec<_> = stream::iter(requests)
            .map(|(target, node, client)| async move {
                let members = match client {
                    Ok(client) => deadline.bound(&target, read_members(client, &target.url, login)).await,
                    Err(failure) => Err(failure),
                };
                (node, members)
            })
            .buffer_unordered(NODES_AT_ONCE)
            .collect()
            .await;
        // The same reason at every read, whatever the order of the answers.
        answers.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let told: Result<Vec<_>, _> =
            answers.into_iter().map(|(node, members)| self.members_of(node, members, at)).collect();
        told.map_or_else(Membership::Unknown, Membership::Told)
    }

    /// What a node says of the members, or said lately.
    fn members_of(&mut self, node: Box<str>, now: Result<Members, Failure>, at: Moment) -> Result<Members, String> {
        match (now, self.members.get(&node)) {
            (Ok(members), _) => {
                self.members.insert(node, (at, Members { totals: None, ..members.clone() }));
                Ok(members)
            }
            (Err(_), Some((_, members))) => Ok(members.clone()),
            (Err(failure), None) => Err(failure.message),
        }
    }
}

fn is_unauthorized((_, outcome): &Outcome) -> bool {
    outcome.as_ref().is_err_and(|failure| failure.kind == FailureKind::Unauthorized)
}

/// Asks one node for the members of its cluster.
async fn read_members(client: Client, base: &Url, login: Option<&Login>) -> Result<Members, Failure> {
    let url = page(base, "metrics");
    let failed = |kind, why: &str| Failure::new(kind, format!("`{}` {why}", Shown(&url)));
    let Some(mut body) = get(&client, url.clone(), login).await? else {
        let why = "answered 404 Not Found; let Leveret read `/metrics` beside `/metrics/detailed`";
        return Err(failed(FailureKind::Status, why));
    };
    let mut answer = MembersAnswer::default();
    while let Some(piece) = body.next(MEMBERS_BYTES_MAX).await? {
        answer.push(&piece);
    }
    answer.finish().ok_or_else(|| failed(FailureKind::Connect, "ended in the middle of a line"))
}

/// A page of a node's endpoint.
fn page(base: &Url, name: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{name}", base.path().trim_end_matches('/')));
    url
}

/// Reads one node and parses its answer as it arrives.
async fn read_node(client: Client, base: &Url, login: Option<&Login>, rows: Rows) -> Result<NodeRead, Failure> {
    let mut url = page(base, "metrics/detailed");
    url.set_query(Some(FAMILIES));
    let Some(mut body) = get(&client, url.clone(), login).await? else {
        return Err(Failure::new(
            FailureKind::Status,
            format!(
                "`{}` answered 404 Not Found; is this the port of the plugin `rabbitmq_prometheus` (15692), and is the \
                 broker RabbitMQ 3.10 or later?",
                Shown(&url)
            ),
        ));
    };
    parse(&mut body, rows).await?.map_err(|unusable| unusable.into_failure(&url))
}

async fn parse(body: &mut Body, rows: Rows) -> Result<Result<NodeRead, Unusable>, Failure> {
    let mut answer = NodeAnswer::new(rows);
    while let Some(piece) = body.next(NODE_BYTES_MAX).await? {
        if let Err(unusable) = answer.push(&piece) {
            return Ok(Err(unusable));
        }
    }
    Ok(answer.finish())
}

impl Unusable {
    /// The error for a response that arrived but cannot be used.
    fn into_failure(self, url: &Url) -> Failure {
        let shown = Shown(url);
        match self {
            Self::Nameless => Failure::new(
                FailureKind::Malformed,
                format!(
                    "`{shown}` answered 200 without naming its RabbitMQ node; is this the port of the plugin \
                     `rabbitmq_prometheus` (15692)?"
                ),
            ),
            Self::Truncated => Failure::new(
                FailureKind::Connect,
                format!(
                    "the response of `{shown}` ended in the middle of a line; check whether the broker, or a proxy in \
                     between, was stopped at this time"
                ),
            ),
            Self::TooManyQueues => Failure::new(
                FailureKind::TooLarge,
                format!(
                    "the response of `{shown}` has more than {QUEUES_MAX} queues, so the rest was not read; is a program \
                     creating queues without deleting them?"
                ),
            ),
        }
    }
}

/// Separates the answers from the failures.
fn partition(outcomes: Vec<Outcome>, membership: Membership) -> Result<Scraped, Failure> {
    let (mut reads, mut failed) = (Vec::new(), Vec::new());
    let mut answered = Vec::new();
    for (target, outcome) in outcomes {
        match outcome {
            Ok(read) => {
                reads.push((target.to_string(), read));
                answered.push(target);
            }
            Err(failure) => failed.push((target, failure)),
        }
    }
    if reads.is_empty() {
        let nodes = failed.len();
        let (_, failure) = failed.into_iter().next().ok_or_else(target::none_found)?;
        return Err(match nodes {
            1 => failure,
            _ => Failure::new(
                failure.kind,
                format!("none of {nodes} nodes could be read; the first: {}", failure.message),
            ),
        });
    }
    // A name may have addresses of two families, of which the broker listens on only one.
    failed.retain(|(target, _)| answered.iter().any(|other| target.is_reached_like(other)));
    let unread =
        failed.into_iter().map(|(target, failure)| UnreadNode { node: target.to_string(), why: failure.message });
    Ok(Scraped { reads, unread: unread.collect(), membership })
}
