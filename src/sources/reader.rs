//! Reading one broker through its sources.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use leveret_core::Moment;
use leveret_core::observation::{Absences, Failure, FailureKind, Names, Observation, SourceKind};
use leveret_runtime::Clock;
use leveret_runtime::secret::Login;

use super::context::Context;
use super::gaps::gaps;
use super::http::{Deadline, Http, Shown};
use super::merge::{Outcome, merge};
use super::nodes::Nodes;
use super::source::Source;
use super::wanted::Wanted;
use crate::config::{Connection, Credentials, PrometheusNodes};

/// The part of a read's time that one source leaves to the next: a third, by default 1.3 s, in which a quiet broker lists
/// 10 000 queues.
const SHARE_OF_THE_NEXT: u32 = 3;

/// Reads one broker, and remembers its connections, its nodes and the size of its list from read to read.
#[derive(Debug)]
pub struct Reader {
    connection: Arc<Connection>,
    sources: Vec<Source>,
    http: Http,
    nodes: Nodes,
    failures: Vec<(SourceKind, Failure)>,
    clock: Clock,
}

impl Reader {
    /// A reader that has not connected yet.
    pub fn new(connection: Arc<Connection>, clock: Clock) -> Self {
        Self {
            sources: Source::configured(&connection).collect(),
            // Connecting may take half of the time, so that the other half is left for the answer.
            http: Http::new(connection.tls.clone(), connection.timeout / 2),
            nodes: Nodes::new(origin(&connection)),
            connection,
            failures: Vec::new(),
            clock,
        }
    }

    /// Reads the broker once, within its `timeout`. `names` are those of the queues that are known from earlier reads, and
    /// `at` is the present moment and becomes the observation's time. A source that fails while another one can be read is
    /// listed in the observation.
    ///
    /// # Errors
    /// The failure of the only source, or of the first if all failed.
    pub async fn read(&mut self, wanted: &Wanted, names: &Arc<Names>, at: Moment) -> Result<Observation, Failure> {
        let timeout = self.connection.timeout;
        let deadline = Deadline::after(self.clock.instant(), timeout);
        let login = self.login().inspect_err(|failure| {
            self.failures = self.sources.iter().map(|source| (source.kind(), failure.clone())).collect();
        })?;
        let mut context = Context {
            http: &mut self.http,
            nodes: &mut self.nodes,
            login: login.as_ref(),
            names: Arc::clone(names),
            deadline,
            listed: None,
            proven: false,
            certificates_read: false,
        };
        let outcomes = read_in_order(&mut self.sources, &mut context, timeout, wanted, at).await;
        let failed = outcomes.iter().filter_map(|(source, outcome)| Some((*source, outcome.failure()?.clone())));
        self.failures = failed.collect();
        merge(outcomes, wanted, at)
    }

    /// The sources that could not be read in the last read, whether or not another one could.
    pub fn failures(&self) -> &[(SourceKind, Failure)] {
        &self.failures
    }

    /// When the client certificate that was last read for the broker expires; none without one, or if that cannot be told.
    pub fn client_certificate_expiry(&self) -> Option<Timestamp> {
        self.http.client_certificate_expiry()
    }

    /// Credentials are read every time, because they rotate.
    fn login(&self) -> Result<Option<Login>, Failure> {
        let login = self.connection.credentials.as_ref().map(Credentials::read).transpose();
        login.map_err(|message| Failure::new(FailureKind::Credentials, message))
    }
}

/// Reads the sources in their order: everything that is wanted from the first one that answers, and from those after it
/// only what is still missing. All but the last leave a share of the time to the next.
async fn read_in_order(
    sources: &mut [Source],
    context: &mut Context<'_>,
    timeout: Duration,
    wanted: &Wanted,
    at: Moment,
) -> Vec<(SourceKind, Outcome)> {
    let (whole, count) = (context.deadline, sources.len());
    let mut outcomes: Vec<(SourceKind, Outcome)> = Vec::with_capacity(count);
    for (position, source) in sources.iter_mut().enumerate() {
        let is_last = position + 1 == count;
        context.deadline = if is_last { whole } else { whole.leaving(timeout / SHARE_OF_THE_NEXT) };
        let first = outcomes.iter().find_map(|(_, outcome)| outcome.partial());
        context.listed = first.map(|partial| partial.queues.len());
        if let Some(first) = first {
            context.names = Arc::clone(first.queues.names());
        }
        context.proven = first.is_some_and(|partial| matches!(partial.absences, Absences::Proven { .. }));
        let missing = match first {
            Some(partial) => gaps(partial, wanted).map(Cow::Owned),
            None => Some(Cow::Borrowed(wanted)),
        };
        let outcome = match missing {
            Some(missing) => source
                .read(context, &missing, at)
                .await
                .map_or_else(Outcome::Failed, |partial| Outcome::Read(Box::new(partial))),
            None => Outcome::NotNeeded,
        };
        outcomes.push((source.kind(), outcome));
    }
    outcomes
}

/// The addresses at which a broker is read: what distinguishes it from another one whose nodes have the same names.
fn origin(connection: &Connection) -> String {
    let prometheus = match &connection.prometheus {
        Some(PrometheusNodes::Urls(urls)) => urls.as_slice(),
        Some(PrometheusNodes::Dns { url, .. }) => std::slice::from_ref(url),
        None => &[],
    };
    let urls = prometheus.iter().chain(&connection.management);
    urls.map(|url| Shown(url).to_string()).collect::<Vec<_>>().join(" ")
}
