//! One read of one broker: bytes in, [`Observation`] out.
//!
//! Two sources. The Prometheus endpoint of every node comes first, because it costs the broker least; the management API
//! fills what that cannot give, for the queues that somebody wants. Either of them alone will do. Which features a broker
//! has is told by the rows and fields in its answers, never by a status or a version.

mod exposition;
mod families;
mod fill;
mod http;
mod management;
mod nodes;
pub mod parse;
mod queue_json;
mod scrape;
mod survey;
mod wanted;

pub use wanted::Wanted;

use std::sync::Arc;

use crate::config::Connection;
use leveret_core::Moment;
use leveret_core::observation::{Failure, FailureKind, Observation};
use leveret_runtime::secret::Login;

use self::http::{Deadline, Fault, Http};
use self::management::Management;
use self::nodes::Nodes;
use self::scrape::Scrape;

/// Of the time that a read may take, the part that is left to the management API when it is configured and the nodes do
/// not answer: a third, by default 1.3 s, in which a quiet broker lists 10 000 queues.
const MANAGEMENT_SHARE: u32 = 3;

/// One broker and what is remembered between reads of it: connections, the size of its list, its nodes.
#[derive(Debug)]
pub struct Broker {
    config: Arc<Connection>,
    http: Http,
    scrape: Option<Scrape>,
    management: Option<Management>,
    nodes: Nodes,
    /// The failure of one source while the other still gives numbers; logged when it changes.
    limping: Option<(&'static str, FailureKind)>,
}

impl Broker {
    /// Nothing is connected yet.
    pub fn new(config: Arc<Connection>) -> Self {
        Self {
            // A connection that takes longer than half of the time would leave none for the answer.
            http: Http::new(config.tls.clone(), config.timeout / 2),
            scrape: config.prometheus.clone().map(Scrape::new),
            management: config.management.clone().map(Management::new),
            nodes: Nodes::default(),
            limping: None,
            config,
        }
    }

    /// Reads the broker once, within its `timeout`. `at` is the present moment and becomes the observation's time.
    ///
    /// # Errors
    /// The failure of the only source, or of the first when both are configured and both failed.
    pub async fn read(&mut self, wanted: &Wanted, at: Moment) -> Result<Observation, Failure> {
        self.try_read(wanted, at).await.map_err(Fault::into_failure)
    }

    async fn try_read(&mut self, wanted: &Wanted, at: Moment) -> Result<Observation, Fault> {
        let deadline = Deadline::after(self.config.timeout);
        let login = self.login()?;
        let Some(scrape) = &mut self.scrape else {
            self.http.refresh(|_| false)?;
            return self.read_management(login.as_ref(), wanted, at, deadline).await;
        };
        let share = match self.management {
            Some(_) => deadline.leaving(self.config.timeout / MANAGEMENT_SHARE),
            None => deadline,
        };
        match scrape.read(&mut self.http, login.as_ref(), share).await {
            Ok(scraped) => {
                // What was known of a lost node's queues is refused after this time, so that it need not be missed longer.
                let lost_memory = self.config.broker.max_sample_age;
                let mut observation = survey::observation(scraped, &mut self.nodes, lost_memory, at);
                let trouble = self.fill(&mut observation, login.as_ref(), wanted, deadline).await;
                self.limp("management", trouble);
                Ok(observation)
            }
            Err(fault) if self.management.is_some() => {
                let observation = self.read_management(login.as_ref(), wanted, at, deadline).await;
                if observation.is_err() {
                    return Err(fault);
                }
                self.limp("prometheus", Some(fault));
                observation
            }
            Err(fault) => Err(fault),
        }
    }

    /// Credentials are read anew each time, because they rotate.
    fn login(&self) -> Result<Option<Login>, Fault> {
        let read = self.config.credentials.as_ref().map(crate::config::Credentials::read).transpose();
        read.map_err(|message| Fault::new(FailureKind::Credentials, message))
    }

    async fn read_management(
        &mut self,
        login: Option<&Login>,
        wanted: &Wanted,
        at: Moment,
        deadline: Deadline,
    ) -> Result<Observation, Fault> {
        let (Some(management), Some(login)) = (&mut self.management, login) else {
            let message = "neither Prometheus endpoints nor a management API with credentials are configured";
            return Err(Fault::new(FailureKind::Credentials, message.to_owned()));
        };
        management.observe(&mut self.http, login, wanted, &mut self.nodes, at, deadline).await
    }

    /// Notes that one source fails while the other still gives numbers, and logs when that changes.
    fn limp(&mut self, source: &'static str, fault: Option<Fault>) {
        let limping = fault.as_ref().map(|fault| (source, fault.kind));
        if limping == self.limping {
            return;
        }
        let broker = &*self.config.broker.name;
        match (fault, self.limping) {
            (Some(fault), _) => {
                tracing::warn!(
                    broker,
                    source,
                    error = fault.message,
                    "one source of the broker failed; the other goes on"
                );
            }
            (None, Some((source, _))) => tracing::info!(broker, source, "the source of the broker is read again"),
            (None, None) => {}
        }
        self.limping = limping;
    }
}

#[cfg(test)]
mod tests;
