//! Reading the management API: the list of all queues, or single queues when few are wanted.

mod address;
mod overview;
mod plan;

use std::fmt;

use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Url};

pub(super) use plan::{Plan, SINGLES_MAX};

use self::plan::Listed;
use super::http::{Deadline, Fault, Http, Shown, get};
use super::nodes::{Heard, Nodes};
use super::queue_json::{self, COLUMNS, List};
use crate::broker::Wanted;
use leveret_core::Moment;
use leveret_core::observation::{
    FailureKind, Finding, Observation, QueueId, QueueMap, QueueReading, Scope, SourceKind,
};
use leveret_runtime::secret::Login;

/// How many queues are asked for at the same time: a GET costs the broker half a millisecond of one core.
const SINGLES_AT_ONCE: usize = 4;

/// The largest list that is read: with the columns asked for, a queue takes some 180 bytes, and below 700 with the
/// longest names, so 90 000 queues at the least. It is held whole while it is understood.
const LIST_BYTES_MAX: usize = 64 << 20;

/// The largest answer about one queue or one user.
const SINGLE_BYTES_MAX: usize = 1 << 20;

/// The management API of one broker.
#[derive(Debug)]
pub(super) struct Management {
    base: Url,
    listed: Listed,
    /// Whether this user may ask for the nodes' uptimes; asked once for each user, because the broker logs refusals.
    sees_nodes: Option<(Login, bool)>,
}

/// Single queues, asked for one by one.
#[derive(Debug)]
pub(super) struct Singles {
    /// Those that exist.
    pub(super) queues: QueueMap<QueueReading>,
    /// Those about which something was learnt.
    pub(super) asked: Vec<QueueId>,
}

impl Management {
    pub(super) fn new(base: Url) -> Self {
        Self { base, listed: Listed::default(), sees_nodes: None }
    }

    /// An observation from the management API alone.
    pub(super) async fn observe(
        &mut self,
        http: &mut Http,
        login: &Login,
        wanted: &Wanted,
        nodes: &mut Nodes,
        at: Moment,
        deadline: Deadline,
    ) -> Result<Observation, Fault> {
        let client = http.client(&self.base, None)?;
        let base = self.base.clone();
        let read = async {
            let running = self.running_nodes(&client, login).await?;
            let (list, scope) = match self.listed.plan(wanted) {
                Plan::List => (self.list(&client, login).await?, Scope::Everything),
                Plan::Singles(queues) => {
                    let Singles { queues, asked } = self.singles(&client, login, queues).await?;
                    (List { queues, without_counts: false, skipped: 0 }, Scope::Only(asked))
                }
            };
            let finding = match scope {
                Scope::Everything if list.queues.is_empty() => Some(Finding::EmptyList),
                Scope::Everything if list.without_counts => Some(Finding::CollectorOff),
                _ => None,
            };
            self.listed.note(&scope, list.queues.len(), finding);
            let up: Vec<_> = running.iter().map(|node| (&*node.name, Some(node.uptime))).collect();
            let Heard { coverage, uptime } = nodes.hear(SourceKind::Management, &up, at);
            Ok(Observation {
                at,
                coverage,
                uptime,
                queues: list.queues,
                scope,
                unread: Vec::new(),
                finding,
                skipped: list.skipped,
            })
        };
        deadline.bound(Shown(&base), read).await
    }

    /// The queues of `plan`, to fill another source's gaps. Queues that the broker does not have are left out.
    pub(super) async fn fetch(
        &self,
        http: &mut Http,
        login: &Login,
        plan: Plan,
        deadline: Deadline,
    ) -> Result<QueueMap<QueueReading>, Fault> {
        let client = http.client(&self.base, None)?;
        let read = async {
            Ok(match plan {
                Plan::List => self.list(&client, login).await?.queues,
                Plan::Singles(queues) => self.singles(&client, login, queues).await?.queues,
            })
        };
        deadline.bound(Shown(&self.base), read).await
    }

    async fn list(&self, client: &Client, login: &Login) -> Result<List, Fault> {
        let url = address::of(&self.base, &["api", "queues"], COLUMNS);
        let Some(body) = get(client, url.clone(), Some(login)).await? else {
            return Err(not_found(&url));
        };
        queue_json::list(&body.whole(LIST_BYTES_MAX).await?).map_err(|error| malformed(&url, &error))
    }

    /// Asks for single queues. A virtual host that refuses the user costs only its own queues, unless all were refused.
    async fn singles(&self, client: &Client, login: &Login, queues: Vec<QueueId>) -> Result<Singles, Fault> {
        let mut singles = Singles { queues: QueueMap::new(), asked: Vec::with_capacity(queues.len()) };
        let mut refused = None;
        let mut answers = stream::iter(queues)
            .map(|queue| async move {
                match self.single(client, login, &queue).await {
                    Err(fault) if fault.kind == FailureKind::Unauthorized => Ok((queue, Err(fault))),
                    outcome => outcome.map(|found| (queue, Ok(found))),
                }
            })
            .buffer_unordered(SINGLES_AT_ONCE);
        while let Some((queue, outcome)) = answers.try_next().await? {
            match outcome {
                Ok(found) => {
                    if let Some(reading) = found {
                        singles.queues.insert(queue.clone(), reading);
                    }
                    singles.asked.push(queue);
                }
                Err(fault) => refused = Some(fault),
            }
        }
        match refused {
            Some(fault) if singles.asked.is_empty() => Err(fault),
            _ => Ok(singles),
        }
    }

    async fn single(&self, client: &Client, login: &Login, queue: &QueueId) -> Result<Option<QueueReading>, Fault> {
        let url = address::of(&self.base, &["api", "queues", &queue.vhost, &queue.name], COLUMNS);
        let Some(body) = get(client, url.clone(), Some(login)).await? else { return Ok(None) };
        let body = body.whole(SINGLE_BYTES_MAX).await?;
        queue_json::single(&body).map(Some).map_err(|error| malformed(&url, &error))
    }
}

fn not_found(url: &Url) -> Fault {
    Fault::new(
        FailureKind::Status,
        format!(
            "`{}` answered 404 Not Found; is this the port of the plugin `rabbitmq_management` (15672)?",
            Shown(url)
        ),
    )
}

fn malformed(url: &Url, error: &dyn fmt::Display) -> Fault {
    Fault::new(
        FailureKind::Malformed,
        format!("`{}` answered something else than RabbitMQ's JSON: {error}; is a proxy in between?", Shown(url)),
    )
}
