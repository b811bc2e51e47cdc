//! How the management API proves that a queue does not exist.
//!
//! A 404 proves nothing: RabbitMQ 3.10 answers so for a queue whose node is down, every version for every queue while it
//! starts or stops, and a proxy that decodes `%2F` causes one. What proves it is a sentence that only RabbitMQ can say: the
//! virtual host is one that the user may see, no virtual host is stopped on a node, and a page of the queues with that text in
//! their names, or the whole list, does not have it.

use std::collections::HashMap;
use std::time::Duration;

use super::nodes::{NodeList, RunningNode, Sight, User};
use super::session::Session;
use super::vhosts::VhostList;
use leveret_core::Moment;
use leveret_core::observation::{Absences, Failure, QueueId, QueueMap, QueueReading, SourceKind, UnreadVhost, Vhosts};

/// How long the proof that a queue does not exist, or what a user may see, is used. A page costs a broker about as much as a
/// hundred single queues.
const PROOF_FOR: Duration = Duration::from_secs(10);

/// How many virtual hosts without a queue are looked at in one read.
const LOOKS_MAX: usize = 8;

/// What is remembered for proofs.
#[derive(Debug, Default)]
pub(super) struct Proof {
    user: User,
    /// The queues that were proved not to exist, and when.
    absent: HashMap<QueueId, Moment>,
    /// Whether the user may see a virtual host, and since when that is known.
    visible: HashMap<Box<str>, (Moment, bool)>,
}

/// What one read has found out before any queue is read.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) running: Vec<RunningNode>,
    sight: Sight,
    is_partitioned: bool,
    vhosts: Result<VhostList, Failure>,
}

impl Proof {
    /// Asks for the nodes and the virtual hosts.
    pub(super) async fn ground(&mut self, session: &Session<'_>) -> Result<Ground, Failure> {
        let sight = self.user.sight(session).await?;
        let nodes = if sight == Sight::Permitted { NodeList::default() } else { NodeList::read(session).await? };
        let vhosts = VhostList::read(session).await;
        let mut running = nodes.running;
        if let (Sight::Permitted, Ok(vhosts)) = (sight, &vhosts) {
            running = vhosts.running.iter().map(|name| RunningNode { name: name.clone(), uptime: None }).collect();
        }
        Ok(Ground { running, sight, is_partitioned: nodes.is_partitioned, vhosts })
    }

    /// Whether a queue for which a request gave 404 does not exist.
    pub(super) async fn is_absent(
        &mut self,
        session: &Session<'_>,
        queue: &QueueId,
        at: Moment,
    ) -> Result<bool, Failure> {
        self.absent.retain(|_, proved| at.since(*proved) < PROOF_FOR);
        if self.absent.contains_key(queue) {
            return Ok(true);
        }
        let absent = session.has_no(queue).await?;
        if absent {
            self.absent.insert(queue.clone(), at);
        }
        Ok(absent)
    }

    /// What the absence from the list of all queues proves.
    pub(super) async fn of_list(
        &mut self,
        session: &Session<'_>,
        ground: &Ground,
        list: &QueueMap<QueueReading>,
        unread: &[UnreadVhost],
        at: Moment,
    ) -> Absences {
        let names = match ground.whole() {
            Ok(_) if ground.sight == Sight::All && unread.is_empty() => return proven(Vhosts::All),
            Ok(vhosts) => &vhosts.names,
            Err(why) => return Absences::Unproven(why),
        };
        let is_unread = |name: &str| unread.iter().any(|unread| *unread.vhost == *name);
        match ground.sight {
            Sight::All => {
                return proven(Vhosts::AllBut(names.iter().filter(|name| is_unread(name)).cloned().collect()));
            }
            Sight::Permitted => {
                return proven(Vhosts::Only(names.iter().filter(|name| !is_unread(name)).cloned().collect()));
            }
            Sight::Nodes => {}
        }
        self.visible.retain(|_, (looked, _)| at.since(*looked) < PROOF_FOR * 6);
        let (mut hidden, mut looks) = (Vec::new(), 0);
        for name in names {
            let visible = if is_unread(name) {
                false
            } else if list.has_vhost(name) {
                true
            } else if let Some((_, visible)) = self.visible.get(name) {
                *visible
            } else if looks < LOOKS_MAX {
                looks += 1;
                // A virtual host whose page cannot be read is one that is not known.
                let visible = session.may_see(name).await.unwrap_or(false);
                self.visible.insert(name.clone(), (at, visible));
                visible
            } else {
                false
            };
            hidden.extend((!visible).then(|| name.clone()));
        }
        proven(Vhosts::AllBut(hidden))
    }
}

impl Ground {
    /// The virtual hosts: those that the user may see, or all.
    pub(super) fn vhosts(&self) -> Option<&[Box<str>]> {
        self.vhosts.as_ref().ok().map(|vhosts| &*vhosts.names)
    }

    /// Whether every question was answered.
    pub(super) fn is_answered(&self) -> bool {
        self.vhosts.is_ok()
    }

    /// What it proves that single queues, each looked for by its name, were not found.
    pub(super) fn of_singles(&self) -> Absences {
        self.whole().map_or_else(Absences::Unproven, |_| proven(Vhosts::All))
    }

    /// The virtual hosts, if the cluster is whole.
    fn whole(&self) -> Result<&VhostList, String> {
        if self.is_partitioned {
            return Err(
                "its nodes were cut off from each other, and each shows its own part; see the page Partitions of \
                        RabbitMQ's documentation"
                    .to_owned(),
            );
        }
        let vhosts = self.vhosts.as_ref().map_err(|failure| failure.message.clone())?;
        match &vhosts.stopped {
            Some(vhost) => Err(format!(
                "virtual host `{vhost}` is stopped on a node; if it stays so, run `rabbitmqctl restart_vhost -p {vhost}`"
            )),
            None => Ok(vhosts),
        }
    }
}

fn proven(vhosts: Vhosts) -> Absences {
    Absences::Proven { by: SourceKind::Management, vhosts }
}
