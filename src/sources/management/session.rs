//! Requests to the management API.

use std::fmt;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::address;
use super::queues::{self, COLUMNS, List};
use crate::sources::QUEUES_MAX;
use crate::sources::http::{Shown, get};
use leveret_core::observation::{Failure, FailureKind, Names, QueueId, QueueMap, QueueReading};
use leveret_runtime::secret::Login;

/// How many queues are requested at the same time. A GET costs the broker half a millisecond of one core.
const SINGLES_AT_ONCE: usize = 4;

/// The size limit of a list. With the requested columns a queue takes about 220 bytes, and with the longest names less than
/// 700 beside its arguments, so at least 90 000 queues fit. The list is held whole while it is parsed.
const LIST_BYTES_MAX: usize = 64 << 20;

/// The size limit of an answer about one queue, about the user or about the nodes.
const SINGLE_BYTES_MAX: usize = 1 << 20;

/// A client of one management API, with who it logs in as.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) client: Client,
    pub(super) base: &'a Url,
    pub(super) login: &'a Login,
    /// The names of the queues, as far as they are known.
    pub(super) names: &'a Arc<Names>,
}

/// Single queues, requested one by one.
#[derive(Debug)]
pub(super) struct Singles {
    /// Those that exist.
    pub(super) queues: QueueMap<QueueReading>,
    /// Those for which RabbitMQ has answered 404, which does not prove that they do not exist.
    pub(super) not_found: Vec<QueueId>,
}

/// A page of a list of queues.
#[derive(Deserialize)]
struct Page {
    filtered_count: u64,
    items: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: Box<str>,
}

/// The largest page that RabbitMQ gives.
const PAGE_MAX: u64 = 500;

impl Session<'_> {
    /// All queues, or those of a virtual host.
    pub(super) async fn list(&self, vhost: Option<&str>) -> Result<List, Failure> {
        let segments: Vec<_> = ["api", "queues"].into_iter().chain(vhost).collect();
        let url = address::of(self.base, &segments, COLUMNS);
        let body = self.fetch(&url, LIST_BYTES_MAX).await?.ok_or_else(|| not_found(&url))?;
        let list = queues::list(&body, self.names).map_err(|error| malformed(&url, &error))?;
        if list.is_overfull {
            let shown = Shown(&url);
            let message = format!(
                "`{shown}` lists more than {QUEUES_MAX} queues, which is more than is read; is a program creating queues \
                 without deleting them?"
            );
            return Err(Failure::new(FailureKind::TooLarge, message));
        }
        Ok(list)
    }

    /// Single queues. One that the user may not read, or whose answer cannot be used, is left out, unless nothing else was
    /// answered.
    pub(super) async fn singles(&self, queues: Vec<QueueId>) -> Result<Singles, Failure> {
        let mut singles = Singles { queues: QueueMap::with_names(Arc::clone(self.names)), not_found: Vec::new() };
        let mut refused = None;
        let mut answers = stream::iter(queues)
            .map(|queue| async move {
                match self.single(&queue).await {
                    Err(failure) if concerns_one(failure.kind) => Ok((queue, Err(failure))),
                    outcome => outcome.map(|found| (queue, Ok(found))),
                }
            })
            .buffer_unordered(SINGLES_AT_ONCE);
        while let Some((queue, outcome)) = answers.try_next().await? {
            match outcome {
                Ok(Some(reading)) => singles.queues.insert(&queue.vhost, &queue.name, reading),
                Ok(None) => singles.not_found.push(queue),
                Err(failure) => refused = Some(failure),
            }
        }
        match refused {
            Some(failure) if singles.queues.is_empty() && singles.not_found.is_empty() => Err(failure),
            _ => Ok(singles),
        }
    }

    /// Whether no queue has this name: the virtual host can be read, and its list of the names that contain it does not have
    /// it.
    pub(super) async fn has_no(&self, queue: &QueueId) -> Result<bool, Failure> {
        let name = utf8_percent_encode(&queue.name, NON_ALPHANUMERIC);
        let query = format!("page=1&page_size={PAGE_MAX}&name={name}&columns=name");
        let url = address::of(self.base, &["api", "queues", &queue.vhost], &query);
        let body = match self.fetch(&url, SINGLE_BYTES_MAX).await {
            Ok(Some(body)) => body,
            Ok(None) => return Ok(false),
            Err(failure) if failure.kind == FailureKind::Unauthorized => return Ok(false),
            Err(failure) => return Err(failure),
        };
        let page: Page = serde_json::from_slice(&body).map_err(|error| malformed(&url, &error))?;
        Ok(page.filtered_count <= PAGE_MAX && page.items.iter().all(|item| item.name != queue.name))
    }

    /// Whether the user may see the queues of a virtual host.
    pub(super) async fn may_see(&self, vhost: &str) -> Result<bool, Failure> {
        let url = address::of(self.base, &["api", "queues", vhost], "page=1&page_size=1&columns=name");
        match self.fetch(&url, SINGLE_BYTES_MAX).await {
            Ok(body) => Ok(body.is_some_and(|body| serde_json::from_slice::<Page>(&body).is_ok())),
            Err(failure) if failure.kind == FailureKind::Unauthorized => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Any other small document.
    pub(super) async fn document<T: DeserializeOwned>(&self, segments: &[&str], query: &str) -> Result<T, Failure> {
        let url = address::of(self.base, segments, query);
        let body = self.fetch(&url, SINGLE_BYTES_MAX).await?.ok_or_else(|| not_found(&url))?;
        serde_json::from_slice(&body).map_err(|error| malformed(&url, &error))
    }

    async fn single(&self, queue: &QueueId) -> Result<Option<QueueReading>, Failure> {
        let url = address::of(self.base, &["api", "queues", &queue.vhost, &queue.name], COLUMNS);
        let Some(body) = self.fetch(&url, SINGLE_BYTES_MAX).await? else { return Ok(None) };
        queues::single(&body).map(Some).map_err(|error| malformed(&url, &error))
    }

    async fn fetch(&self, url: &Url, limit: usize) -> Result<Option<Vec<u8>>, Failure> {
        match get(&self.client, url.clone(), Some(self.login)).await? {
            Some(body) => body.whole(limit).await.map(Some),
            None => Ok(None),
        }
    }
}

/// Whether a failure says something about what was asked for, rather than about the broker.
pub(super) fn concerns_one(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Unauthorized | FailureKind::Malformed | FailureKind::Status)
}

fn not_found(url: &Url) -> Failure {
    Failure::new(
        FailureKind::Status,
        format!(
            "`{}` answered 404 Not Found; is this the port of the plugin `rabbitmq_management` (15672)?",
            Shown(url)
        ),
    )
}

fn malformed(url: &Url, error: &dyn fmt::Display) -> Failure {
    Failure::new(
        FailureKind::Malformed,
        format!("`{}` did not answer with RabbitMQ's JSON: {error}; is there a proxy in between?", Shown(url)),
    )
}
