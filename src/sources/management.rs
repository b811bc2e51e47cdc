//! The management API: the list of all queues, or single queues if few are wanted.

mod address;
mod nodes;
mod parts;
mod plan;
mod proof;
pub(super) mod queues;
mod rates_mode;
mod session;
mod vhosts;

use reqwest::Url;

use self::nodes::RunningNode;
use self::parts::{Listed, Parts};
use self::plan::{LastList, Plan};
use self::proof::{Ground, Proof};
use self::queues::List;
use self::rates_mode::RatesMode;
use self::session::{Session, Singles};
use super::context::Context;
use super::http::Shown;
use super::nodes::NodeReport;
use super::partial::Partial;
use super::wanted::Wanted;
use leveret_core::Moment;
use leveret_core::observation::{Absences, Failure, FailureKind, Finding, QueueId, Scope, SourceKind, UnreadVhost};

/// The management API of one broker.
#[derive(Debug)]
pub(super) struct Management {
    base: Url,
    last_list: LastList,
    parts: Parts,
    proof: Proof,
    rates_mode: RatesMode,
}

/// What one read found.
struct Found {
    list: List,
    unread_vhosts: Vec<UnreadVhost>,
    scope: Scope,
    nodes: Vec<RunningNode>,
    absences: Absences,
}

impl Management {
    pub(super) fn new(base: Url) -> Self {
        Self {
            base,
            last_list: LastList::default(),
            parts: Parts::default(),
            proof: Proof::default(),
            rates_mode: RatesMode::default(),
        }
    }

    /// Reads the wanted queues, or all of them if that costs the broker less. Unless another source has proved which queues
    /// do not exist, it also asks for what is needed to prove that.
    pub(super) async fn read(
        &mut self,
        context: &mut Context<'_>,
        wanted: &Wanted,
        at: Moment,
    ) -> Result<Partial, Failure> {
        let login = context.login.ok_or_else(no_credentials)?;
        context.refresh_certificates()?;
        let client = context.http.client(&self.base, None)?;
        let session = Session { client, base: &self.base, login, names: &context.names };
        let plan = match context.listed {
            None => self.last_list.plan(wanted)?,
            Some(known) => Plan::of(wanted, known),
        };
        let mut only_list_is_open = false;
        let mut memory = (&mut self.proof, &mut self.parts);
        let read = find(&mut memory, &session, (plan, wanted), context.proven, &mut only_list_is_open, at);
        let found = context.deadline.bound(Shown(&self.base), read).await;
        if let (Err(failure), true) = (&found, only_list_is_open) {
            self.last_list.note_failure(failure);
        }
        let Found { mut list, unread_vhosts, scope, nodes, absences } = found?;
        if list.queues.iter().any(|(_, _, reading)| rates_mode::lacks_counters(reading)) {
            let is_none = async { Ok(self.rates_mode.is_none(&session, at).await) };
            if let Ok(true) = context.deadline.bound(Shown(&self.base), is_none).await {
                rates_mode::explain(&mut list.queues);
            }
        }
        let finding = match scope {
            Scope::Everything if list.queues.is_empty() && unread_vhosts.is_empty() => Some(Finding::EmptyList),
            Scope::Everything if list.without_counts => Some(Finding::CollectorOff),
            _ => None,
        };
        if context.listed.is_none() {
            self.last_list.note(&scope, list.queues.len(), finding);
        }
        let reports: Vec<_> =
            nodes.iter().map(|node| NodeReport { name: &node.name, uptime: node.uptime, scrapes: None }).collect();
        let nodes = context.nodes.note(SourceKind::Management, &reports, at);
        Ok(Partial {
            queues: list.queues,
            scope,
            nodes,
            unread: Vec::new(),
            unread_vhosts,
            absences,
            unattributed: None,
            finding,
            skipped: list.skipped,
        })
    }
}

/// Reads as planned. `only_list_is_open` becomes true when the small questions are answered and the list is asked for: if the
/// read fails after that, it is because of the list, and not because the broker is down.
async fn find(
    (proof, parts): &mut (&mut Proof, &mut Parts),
    session: &Session<'_>,
    (plan, wanted): (Plan, &Wanted),
    is_proven: bool,
    only_list_is_open: &mut bool,
    at: Moment,
) -> Result<Found, Failure> {
    let ground = if is_proven { None } else { Some(proof.ground(session).await?) };
    let elsewhere = || Absences::Unproven("another source proves which queues do not exist".to_owned());
    let (listed, scope, absences) = match plan {
        Plan::List => {
            *only_list_is_open = ground.as_ref().is_none_or(Ground::is_answered);
            let listed = parts.list(session, ground.as_ref().and_then(Ground::vhosts), wanted).await?;
            let absences = match &ground {
                Some(ground) => proof.of_list(session, ground, &listed.list.queues, &listed.unread, at).await,
                None => elsewhere(),
            };
            (listed, Scope::Everything, absences)
        }
        Plan::Singles(queues) => {
            let Singles { queues, not_found } = session.singles(queues).await?;
            let mut known: Vec<_> = queues.iter().map(|(vhost, name, _)| QueueId::new(vhost, name)).collect();
            for queue in not_found {
                if ground.is_none() || proof.is_absent(session, &queue, at).await? {
                    known.push(queue);
                }
            }
            known.sort_unstable();
            let listed = Listed { list: List { queues, ..List::default() }, unread: Vec::new() };
            (listed, Scope::Only(known), ground.as_ref().map_or_else(elsewhere, Ground::of_singles))
        }
    };
    let nodes = ground.map_or_else(Vec::new, |ground| ground.running);
    Ok(Found { list: listed.list, unread_vhosts: listed.unread, scope, nodes, absences })
}

fn no_credentials() -> Failure {
    Failure::new(FailureKind::Credentials, "the management API requires a user and a password; configure `credentials`")
}
