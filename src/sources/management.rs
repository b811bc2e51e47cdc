//! The management API: the list of all queues, or single queues if few are wanted.

mod address;
mod nodes;
mod plan;
pub(super) mod queues;
mod session;

use reqwest::Url;

use self::nodes::NodeList;
use self::plan::{LastList, Plan};
use self::queues::List;
use self::session::{Session, Singles};
use super::context::Context;
use super::http::Shown;
use super::partial::Partial;
use super::wanted::Wanted;
use leveret_core::Moment;
use leveret_core::observation::{Failure, FailureKind, Finding, Scope, SourceKind};

/// The management API of one broker.
#[derive(Debug)]
pub(super) struct Management {
    base: Url,
    last_list: LastList,
    nodes: NodeList,
}

impl Management {
    pub(super) fn new(base: Url) -> Self {
        Self { base, last_list: LastList::default(), nodes: NodeList::default() }
    }

    /// Reads the wanted queues, or all of them if that costs the broker less. Unless another source has read the broker
    /// before, it also asks for the nodes' uptimes, and now and then for the whole list.
    pub(super) async fn read(
        &mut self,
        context: &mut Context<'_>,
        wanted: &Wanted,
        at: Moment,
    ) -> Result<Partial, Failure> {
        let login = context.login.ok_or_else(no_credentials)?;
        context.refresh_certificates()?;
        let session = Session { client: context.http.client(&self.base, None)?, base: &self.base, login };
        let read = async {
            let (nodes, plan) = match context.listed {
                None => (self.nodes.running(&session).await?, self.last_list.plan(wanted)),
                Some(known) => (Vec::new(), Plan::of(wanted, known)),
            };
            let (list, scope) = match plan {
                Plan::List => (session.list().await?, Scope::Everything),
                Plan::Singles(queues) => {
                    let Singles { queues, asked } = session.singles(queues).await?;
                    (List { queues, without_counts: false, skipped: 0 }, Scope::Only(asked))
                }
            };
            Ok((nodes, list, scope))
        };
        let (nodes, list, scope) = context.deadline.bound(Shown(&self.base), read).await?;
        let finding = match scope {
            Scope::Everything if list.queues.is_empty() => Some(Finding::EmptyList),
            Scope::Everything if list.without_counts => Some(Finding::CollectorOff),
            _ => None,
        };
        if context.listed.is_none() {
            self.last_list.note(&scope, list.queues.len(), finding);
        }
        let uptimes: Vec<_> = nodes.iter().map(|node| (&*node.name, Some(node.uptime))).collect();
        let nodes = context.nodes.note(SourceKind::Management, &uptimes, at);
        Ok(Partial { queues: list.queues, scope, nodes, unread: Vec::new(), finding, skipped: list.skipped })
    }
}

fn no_credentials() -> Failure {
    Failure::new(FailureKind::Credentials, "the management API requires a user and a password; configure `credentials`")
}
