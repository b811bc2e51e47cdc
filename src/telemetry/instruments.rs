//! Leveret's own counters and histograms, declared once. The help texts are the documentation.
//!
//! Labels are closed sets (kinds, outcomes, routes) or configured names (brokers), so that the number of series is bounded
//! by the configuration. What can be computed from the state when it is asked for is not kept here: see
//! [`super::queue_gauges`].

use std::time::Duration;

use jiff::Timestamp;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry, core::Collector,
};

use super::certificate::CertificateInstruments;
use leveret_core::catalog::Reason;
use leveret_core::observation::{Failure, FailureKind, Observation, SourceKind};

/// Durations of a poll, in seconds: from a single GET to the longest deadline.
const POLL_BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 4.0, 15.0];

/// Durations of an answer, in seconds: it comes from memory, so the scale begins at a microsecond.
const ANSWER_BUCKETS: [f64; 10] = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0];

/// Durations of a request to the API, in seconds: from the sparest answer from memory to the limit of a request, most of
/// which reviews by the Kubernetes API server may take.
const REQUEST_BUCKETS: [f64; 13] = [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

/// All instruments. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Instruments {
    registry: Registry,
    polls: IntCounterVec,
    poll_failures: IntCounterVec,
    source_failures: IntCounterVec,
    poll_duration: HistogramVec,
    poll_interval: GaugeVec,
    skipped_lines: IntCounterVec,
    answers: IntCounterVec,
    answer_duration: Histogram,
    http_requests: IntCounterVec,
    http_request_duration: HistogramVec,
    handshakes_failed: IntCounter,
    config_reload_successful: Gauge,
    config_reload_success_timestamp: Gauge,
    certificate: CertificateInstruments,
}

impl Instruments {
    /// The instruments, registered in a registry of their own together with those of the process.
    ///
    /// # Errors
    /// A name that is malformed or declared twice.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let build = GaugeVec::new(
            named("build_info", "The version and revision of the program; always 1"),
            &["version", "revision"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION"), env!("LEVERET_REVISION")]).set(1.0);
        add(&registry, build)?;
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        let counter =
            |name: &str, help: &str, labels: &[&str]| add(&registry, IntCounterVec::new(named(name, help), labels)?);
        let gauge = |name: &str, help: &str| add(&registry, Gauge::with_opts(named(name, help))?);
        let this = Self {
            polls: counter("polls_total", "Reads of a broker by outcome, `ok` or `failed`", &["broker", "outcome"])?,
            poll_failures: counter(
                "poll_failures_total",
                "Failed reads of a broker by kind of failure",
                &["broker", "kind"],
            )?,
            source_failures: counter(
                "source_failures_total",
                "Failed reads of a source of a broker by kind of failure, whether or not another source could be read",
                &["broker", "source", "kind"],
            )?,
            poll_duration: add(
                &registry,
                HistogramVec::new(
                    HistogramOpts::from(named(
                        "poll_duration_seconds",
                        "Duration of one read of a broker, all its nodes and sources",
                    ))
                    .buckets(POLL_BUCKETS.to_vec()),
                    &["broker"],
                )?,
            )?,
            poll_interval: add(
                &registry,
                GaugeVec::new(
                    named(
                        "poll_interval_seconds",
                        "How often a broker is read at present: longer than configured where reads take it long",
                    ),
                    &["broker"],
                )?,
            )?,
            skipped_lines: counter(
                "skipped_lines_total",
                "Lines or items of a broker's answers that could not be understood",
                &["broker"],
            )?,
            answers: counter(
                "answers_total",
                "Questions for a signal by outcome, `ok` or the reason of the refusal",
                &["signal", "outcome"],
            )?,
            answer_duration: add(
                &registry,
                Histogram::with_opts(
                    HistogramOpts::from(named(
                        "answer_duration_seconds",
                        "Time to find an answer in the snapshot, without the network",
                    ))
                    .buckets(ANSWER_BUCKETS.to_vec()),
                )?,
            )?,
            http_requests: counter(
                "http_requests_total",
                "Requests to the API by route and status",
                &["route", "code"],
            )?,
            http_request_duration: add(
                &registry,
                HistogramVec::new(
                    HistogramOpts::from(named(
                        "http_request_duration_seconds",
                        "Time from reading a request's headers to its response, reviews by the Kubernetes API server included",
                    ))
                    .buckets(REQUEST_BUCKETS.to_vec()),
                    &["route"],
                )?,
            )?,
            handshakes_failed: add(
                &registry,
                IntCounter::with_opts(named(
                    "tls_handshake_errors_total",
                    "TLS handshakes that failed or took too long",
                ))?,
            )?,
            config_reload_successful: gauge(
                "config_last_reload_successful",
                "Whether the configuration file as it is now is in use (1), or a bad one is ignored (0)",
            )?,
            config_reload_success_timestamp: gauge(
                "config_last_reload_success_timestamp_seconds",
                "When the configuration in use was loaded",
            )?,
            certificate: CertificateInstruments::new(&registry)?,
            registry,
        };
        this.config_reload_successful.set(1.0);
        Ok(this)
    }

    /// The registry, to add collectors and to gather.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Makes a broker's series appear as zeros before anything has happened, so that an increase from nothing is seen.
    pub fn expect_broker(&self, broker: &str, sources: impl Iterator<Item = SourceKind>) {
        for source in sources {
            for kind in FailureKind::ALL {
                self.source_failures.with_label_values(&[broker, source.as_str(), kind.as_str()]);
            }
        }
        for outcome in ["ok", "failed"] {
            self.polls.with_label_values(&[broker, outcome]);
        }
        for kind in FailureKind::ALL {
            self.poll_failures.with_label_values(&[broker, kind.as_str()]);
        }
        self.skipped_lines.with_label_values(&[broker]);
    }

    /// Counts one read of a broker.
    pub fn polled(&self, broker: &str, outcome: Result<&Observation, &Failure>, took: Duration) {
        self.poll_duration.with_label_values(&[broker]).observe(took.as_secs_f64());
        match outcome {
            Ok(observation) => {
                self.polls.with_label_values(&[broker, "ok"]).inc();
                self.skipped_lines.with_label_values(&[broker]).inc_by(u64::from(observation.skipped));
            }
            Err(failure) => {
                self.polls.with_label_values(&[broker, "failed"]).inc();
                self.poll_failures.with_label_values(&[broker, failure.kind.as_str()]).inc();
            }
        }
    }

    /// Shows how often a broker is read from now on.
    pub fn paced(&self, broker: &str, interval: Duration) {
        self.poll_interval.with_label_values(&[broker]).set(interval.as_secs_f64());
    }

    /// Counts one failed read of a source.
    pub fn source_failed(&self, broker: &str, source: SourceKind, kind: FailureKind) {
        self.source_failures.with_label_values(&[broker, source.as_str(), kind.as_str()]).inc();
    }

    /// Counts one question. `signal` is a name from the catalog, or `unknown`.
    pub fn answered(&self, signal: &'static str, outcome: Result<(), Reason>, took: Duration) {
        let outcome = outcome.map_or_else(Reason::as_str, |()| "ok");
        self.answers.with_label_values(&[signal, outcome]).inc();
        self.answer_duration.observe(took.as_secs_f64());
    }

    /// Counts and times one request to the API.
    pub fn requested(&self, route: &'static str, code: u16, took: Duration) {
        self.http_requests.with_label_values(&[route, &code.to_string()]).inc();
        self.http_request_duration.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    /// Counts one failed TLS handshake.
    pub fn handshake_failed(&self) {
        self.handshakes_failed.inc();
    }

    /// Notes that a configuration was loaded at `unix_seconds`, or that a bad one was ignored.
    pub fn config_reloaded(&self, loaded_at_unix_seconds: Option<f64>) {
        self.config_reload_successful.set(if loaded_at_unix_seconds.is_some() { 1.0 } else { 0.0 });
        if let Some(seconds) = loaded_at_unix_seconds {
            self.config_reload_success_timestamp.set(seconds);
        }
    }

    /// Notes whether the serving certificate's files could be used.
    pub fn certificate_reloaded(&self, successful: bool) {
        self.certificate.reloaded(successful);
    }

    /// Notes when the serving certificate expires, if that can be told.
    pub fn certificate_expires(&self, at: Option<Timestamp>) {
        self.certificate.expires(at);
    }
}

pub(super) fn add<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> prometheus::Result<C> {
    registry.register(Box::new(collector.clone()))?;
    Ok(collector)
}

pub(super) fn named(name: &str, help: &str) -> Opts {
    Opts::new(name, help).namespace("leveret")
}
