//! One loop per broker: wait, read, advance the snapshot, publish it.

mod demand;
mod first_reads;
mod health;
mod pace;
mod pollers;
mod publish;
mod schedule;
mod shield;

pub use demand::{Demand, REMEMBERED};
pub use first_reads::FirstReads;
pub use pace::Pacing;
pub use pollers::Pollers;
pub use publish::Publisher;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::config::Connection;
use crate::expiry::ExpiryWarning;
use crate::sources::Reader;
use leveret_core::Backlog;
use leveret_core::observation::{Failure, FailureKind, Observation, SourceKind};
use leveret_runtime::Clock;
use leveret_runtime::backoff::Backoff;

use self::health::Health;
use self::pace::Pace;
use self::shield::shielded;

/// Receives the outcome of every read of a broker.
pub trait PollReport: Send + Sync {
    /// A read of `broker` ended with `outcome` after `took`.
    fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, took: Duration);

    /// In a read of `broker`, one of its sources could not be read. Another one may have been.
    fn source_failed(&self, broker: &str, source: SourceKind, failure: &Failure);

    /// From now on `broker` is read at this interval.
    fn paced(&self, broker: &str, pacing: Pacing);

    /// After a read of `broker`, when the client certificate that is shown to it expires. None without one, or if that cannot
    /// be told.
    fn client_certificate_expires(&self, broker: &str, at: Option<Timestamp>);
}

/// What one broker's loop needs.
pub struct Poll {
    /// The broker to read.
    pub connection: Arc<Connection>,
    /// All configured backlogs; those of other brokers are passed over.
    pub backlogs: Vec<Arc<Backlog>>,
    /// Recently requested queues.
    pub demand: Arc<Demand>,
    /// Where the broker's state is published.
    pub publisher: Publisher,
    /// Who counts the reads.
    pub report: Arc<dyn PollReport>,
    /// The time.
    pub clock: Clock,
}

impl Poll {
    /// Reads the broker until `stop` is cancelled; then a read in flight is abandoned, and what it had read so far is
    /// not published. Reads never overlap. A failure is published too: it is part of what is known about the broker.
    pub async fn run(self, stop: CancellationToken) {
        let _: Option<Infallible> = stop.run_until_cancelled(self.run_forever(&stop)).await;
    }

    async fn run_forever(self, stop: &CancellationToken) -> Infallible {
        let interval = self.connection.poll_interval;
        let mut backoff = Backoff::new(schedule::FIRST_RETRY.min(interval), interval);
        let mut reader = Reader::new(Arc::clone(&self.connection), self.clock);
        let (mut health, mut warning) = (Health::default(), ExpiryWarning::default());
        let mut pace = Pace::new(interval, self.connection.broker.max_sample_age);
        let mut spread = Some(fastrand::f64());
        loop {
            let (succeeded, took) = self.read_once(&mut reader, &mut health, &mut pace, stop).await;
            self.follow_certificate(&reader, &mut warning);
            let retry = if succeeded {
                backoff.reset();
                None
            } else {
                Some(backoff.next_delay())
            };
            let pause = schedule::pause(pace.interval(), took, retry);
            let pause = spread.take().map_or(pause, |fraction| schedule::first_pause(pause, fraction));
            tokio::time::sleep(pause).await;
        }
    }

    /// Reports when the client certificate expires, and warns before.
    fn follow_certificate(&self, reader: &Reader, warning: &mut ExpiryWarning) {
        let (broker, expires) = (&*self.connection.broker.name, reader.client_certificate_expiry());
        self.report.client_certificate_expires(broker, expires);
        if let Some(expires) = expires.filter(|expires| warning.is_due(*expires, self.clock.now())) {
            tracing::warn!(
                broker,
                expires = expires.to_string(),
                "the client certificate for the broker has expired or will within a week; after that the broker rejects it, and \
                 HPAs on its queues get no numbers: renew the files of `tls.certFile` and `tls.keyFile`"
            );
        }
    }

    /// One read, published and counted: whether it succeeded, and how long it took.
    async fn read_once(
        &self,
        reader: &mut Reader,
        health: &mut Health,
        pace: &mut Pace,
        stop: &CancellationToken,
    ) -> (bool, Duration) {
        let name = &*self.connection.broker.name;
        let at = self.clock.now();
        let backlogs = self.backlogs.iter().map(|backlog| &**backlog);
        let wanted = self.demand.wanted(name, at).with_backlogs(name, backlogs);
        // A read's future is large, and lives on the heap so that the loop's stays small.
        let outcome = shielded(Box::pin(async {
            let before = self.publisher.broker(name);
            let observation = reader.read(&wanted, before.queues.names(), at).await?;
            let after = before.advance(&observation);
            Ok((observation, after))
        }));
        let outcome = outcome.await;
        let took = self.clock.now().since(at);
        let (outcome, after) = match outcome {
            Ok((observation, after)) => (Ok(observation), after),
            Err(failure) => {
                if failure.kind == FailureKind::Internal {
                    *reader = Reader::new(Arc::clone(&self.connection), self.clock);
                }
                let after = self.publisher.broker(name).failed(at, failure.clone());
                (Err(failure), after)
            }
        };
        health.note(&self.connection.broker, &after, at);
        if outcome.is_ok() {
            self.pace(pace, took, wanted.count().unwrap_or(after.queues.len()));
        }
        self.publisher.publish(name, after, stop);
        for (source, failure) in reader.failures() {
            self.report.source_failed(name, *source, failure);
        }
        self.report.polled(name, outcome.as_ref(), took);
        (outcome.is_ok(), took)
    }

    /// Takes a read into account in the pace of the next ones, and says so if that changes it.
    fn pace(&self, pace: &mut Pace, took: Duration, wanted: usize) {
        let Some(pacing) = pace.note(took, wanted) else { return };
        let (broker, why) = (&*self.connection.broker.name, pacing.why);
        tracing::info!(broker, interval = ?pacing.interval, ?took, wanted, reason = why.as_str(), "the broker is read at another interval: {why}");
        self.report.paced(broker, pacing);
    }
}

#[cfg(test)]
mod tests;
