//! The list of all queues, as a whole or virtual host by virtual host.
//!
//! RabbitMQ 4.0 answers `/api/queues` with 500 while any queue has a name that is not UTF-8, and a user who may declare queues in a
//! virtual host of their own can declare one. The lists of the other virtual hosts are complete all the same.

use std::sync::Arc;

use super::address::is_addressable;
use super::queues::List;
use super::session::{Session, concerns_one};
use crate::sources::QUEUES_MAX;
use crate::sources::wanted::{FEW, Wanted};
use leveret_core::observation::{Failure, FailureKind, QueueId, QueueMap, UnreadVhost};

/// For how many lists the whole one is not tried after it has failed: it costs the broker as much as one that succeeds.
const LISTS_PER_TRY: u32 = 12;

/// How many virtual hosts are listed one by one at most.
const VHOSTS_MAX: usize = 200;

/// How lists are made.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// How the whole list failed, and for how many lists it is not tried again.
    failed: Option<(u32, Failure)>,
}

/// The queues that could be listed.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) list: List,
    pub(super) unread: Vec<UnreadVhost>,
}

impl Parts {
    /// All queues, where the user may see these virtual hosts. If the whole list has an error status, one list for each of them;
    /// of a virtual host that cannot be listed either, the wanted queues are read one by one.
    pub(super) async fn list(
        &mut self,
        session: &Session<'_>,
        vhosts: Option<&[Box<str>]>,
        wanted: &Wanted,
    ) -> Result<Listed, Failure> {
        let vhosts = vhosts.filter(|vhosts| vhosts.len() <= VHOSTS_MAX);
        let failure = match (self.failed.take(), vhosts) {
            (Some((lists, failure)), Some(_)) if lists > 0 => {
                self.failed = Some((lists - 1, failure.clone()));
                failure
            }
            _ => match session.list(None).await {
                Ok(list) => return Ok(Listed { list, unread: Vec::new() }),
                Err(failure) => failure,
            },
        };
        let Some(vhosts) = vhosts.filter(|_| failure.kind == FailureKind::Status) else { return Err(failure) };
        let listed = by_vhost(session, vhosts, wanted).await?.ok_or_else(|| failure.clone())?;
        self.failed.get_or_insert((LISTS_PER_TRY, failure));
        Ok(listed)
    }
}

/// The lists of these virtual hosts; none if not one of them can be read.
async fn by_vhost(session: &Session<'_>, vhosts: &[Box<str>], wanted: &Wanted) -> Result<Option<Listed>, Failure> {
    let list = List { queues: QueueMap::with_names(Arc::clone(session.names)), ..List::default() };
    let (mut listed, mut lists, mut without_counts) = (Listed { list, unread: Vec::new() }, 0, true);
    for vhost in vhosts {
        match session.list(Some(vhost)).await {
            Ok(list) => {
                lists += 1;
                without_counts &= list.without_counts || list.queues.is_empty();
                add(&mut listed.list, &list)?;
            }
            // That it is not one that the user may see, is found where absences are proved.
            Err(failure) if failure.kind == FailureKind::Unauthorized => {}
            Err(failure) if concerns_one(failure.kind) => {
                let why = format!("{failure}; is there a queue whose name is not UTF-8?");
                listed.unread.push(UnreadVhost { vhost: vhost.clone(), why });
            }
            Err(failure) => return Err(failure),
        }
    }
    listed.list.without_counts &= without_counts;
    if lists == 0 {
        return Ok(None);
    }
    let is_unread = |queue: &&QueueId| listed.unread.iter().any(|unread| unread.vhost == queue.vhost);
    let queues: Vec<_> = match wanted {
        Wanted::Queues(queues) => queues.iter().filter(is_unread).filter(|it| is_addressable(it)).take(FEW).collect(),
        Wanted::Everything => Vec::new(),
    };
    match session.singles(queues.into_iter().cloned().collect()).await {
        Ok(singles) => {
            listed.list.queues.merge(&singles.queues, |slot, reading| *slot = Some(*reading));
        }
        Err(failure) if concerns_one(failure.kind) => {}
        Err(failure) => return Err(failure),
    }
    Ok(Some(listed))
}

fn add(all: &mut List, list: &List) -> Result<(), Failure> {
    if all.queues.len() + list.queues.len() > QUEUES_MAX {
        let message =
            format!("the virtual hosts together have more than {QUEUES_MAX} queues, which is more than is read");
        return Err(Failure::new(FailureKind::TooLarge, message));
    }
    all.queues.merge(&list.queues, |slot, reading| *slot = Some(*reading));
    all.skipped = all.skipped.saturating_add(list.skipped);
    all.without_counts |= list.without_counts;
    Ok(())
}
