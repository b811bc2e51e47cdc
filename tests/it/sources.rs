//! What is served is what the broker has, by every way of reading it. No cluster is needed for that.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::leveret::Leveret;
use crate::support::scene::FAST;
use crate::support::wait;

const MINUTE: Duration = Duration::from_secs(60);

const WAYS: [(&str, Sources); 3] =
    [("prometheus", Sources::Prometheus), ("management", Sources::Management), ("both", Sources::Both)];

/// Names that no label of a selector can hold.
const STRANGE: [&str; 5] = ["with space", "größe-木", r#"in "quotes""#, "a/b:c", r"back\slash"];

#[test]
fn rabbitmq_3_10_is_read_right_by_every_source() {
    every_source(Version::V3_10);
}

#[test]
fn rabbitmq_4_0_is_read_right_by_every_source() {
    every_source(Version::V4_0);
}

fn every_source(version: Version) {
    let broker = Broker::start(version, &[]);
    let folder = TempDir::new().expect("a temporary folder");
    for kind in ["classic", "quorum", "stream"] {
        broker.declare("/", kind, kind);
        broker.publish("/", kind, 7);
    }
    for (count, queue) in (1..).zip(STRANGE) {
        broker.declare("/", queue, "classic");
        broker.publish("/", queue, count);
    }
    broker.add_vhost("other/vhost");
    broker.declare("other/vhost", "elsewhere", "classic");
    broker.publish("other/vhost", "elsewhere", 3);
    // A consumer at work on one of five messages, and a queue through which messages flow.
    let _busy = broker.worker("task-consumer", folder.path(), &["--queue", "busy", "--work", "10m"]);
    let _five = broker.worker("task-producer", folder.path(), &["--queue", "busy", "--interval", "0s", "--count", "5"]);
    let _source = broker.worker("task-producer", folder.path(), &["--queue", "flow", "--interval", "100ms"]);
    let _sink = broker.worker("task-consumer", folder.path(), &["--queue", "flow", "--work", "1ms"]);
    let leveret = Leveret::without_cluster(&configuration(&broker));
    for (way, sources) in WAYS {
        let asked = Asked { leveret: &leveret, way };
        depths(&asked);
        strange_names(&asked);
        busy(&asked);
        // Brokers renew their counters every 5 s; read more often, a rate would be zero now and too much then.
        rates(&Asked { leveret: &leveret, way: &format!("{way}-by-default") }, version, sources);
    }
    rotated_credentials(&broker, &leveret);
}

fn depths(asked: &Asked<'_>) {
    for queue in ["classic", "quorum"] {
        asked.becomes("rabbitmq_queue_messages", &format!("queue={queue}"), |depth| depth == 7.0);
        asked.becomes("rabbitmq_queue_messages_ready", &format!("queue={queue}"), |depth| depth == 7.0);
        asked.becomes("rabbitmq_queue_consumers", &format!("queue={queue}"), |depth| depth == 0.0);
    }
    // Neither 3.10 nor 4.0 names the type of a queue in its Prometheus endpoint.
    asked.is_refused("rabbitmq_queue_messages", "queue=stream", 503, "it is a stream, whose entries stay");
    asked.becomes("rabbitmq_queue_consumers", "queue=stream", |consumers| consumers == 0.0);
}

fn strange_names(asked: &Asked<'_>) {
    for (number, count) in (0..STRANGE.len()).zip(1_u32..) {
        let label = format!("backlog={}-strange-{number}", asked.way);
        asked.becomes("rabbitmq_queue_messages", &label, |depth| depth == f64::from(count));
    }
    asked.becomes("rabbitmq_queue_messages", &format!("backlog={}-elsewhere", asked.way), |depth| depth == 3.0);
    let both = format!("backlog={}-pattern", asked.way);
    asked.becomes("rabbitmq_queue_messages", &both, |depth| depth == 14.0);
}

fn busy(asked: &Asked<'_>) {
    asked.becomes("rabbitmq_queue_consumers", "queue=busy", |consumers| consumers == 1.0);
    asked.becomes("rabbitmq_queue_messages_unacked", "queue=busy", |depth| depth == 1.0);
    asked.becomes("rabbitmq_queue_messages_ready", "queue=busy", |depth| depth == 4.0);
    asked.becomes("backlog_per_consumer", "queue=busy", |depth| depth == 5.0);
}

fn rates(asked: &Asked<'_>, version: Version, sources: Sources) {
    let about_ten = |rate: f64| rate > 5.0 && rate < 15.0;
    let signals = ["rabbitmq_queue_publish_rate", "rabbitmq_queue_deliver_rate", "rabbitmq_queue_ack_rate"];
    for signal in signals {
        if version == Version::V3_10 && sources == Sources::Prometheus {
            asked.is_refused(signal, "queue=flow", 503, "configure `management` for the broker beside `prometheus`");
        } else {
            asked.becomes(signal, "queue=flow", about_ten);
        }
    }
}

/// The broker's password changes, and then the file: what is served goes on, from new numbers.
fn rotated_credentials(broker: &Broker, leveret: &Leveret) {
    broker.change_password("open barley");
    wait::until("the old password to be refused", MINUTE, || {
        let failures = r#"leveret_poll_failures_total{broker="management",kind="unauthorized"}"#;
        if leveret.series(failures) > Some(0.0) { Ok(()) } else { Err(leveret.tail()) }
    });
    broker.write_password("open barley");
    broker.publish("/", "classic", 1);
    for (way, _) in WAYS {
        Asked { leveret, way }.becomes("rabbitmq_queue_messages", "queue=classic", |depth| depth == 8.0);
    }
}

/// RabbitMQ 4.0 answers 500 to the list of all queues while there is one with such a name; 3.10 writes it as it is.
fn a_queue_whose_name_is_no_text(version: Version, list: u16) {
    let broker = Broker::start(version, &[]);
    broker.declare("/", "jobs", "classic");
    broker.publish("/", "jobs", 7);
    broker.add_vhost("tenant");
    broker.declare("tenant", "mine", "classic");
    broker.publish("tenant", "mine", 3);
    broker.amqp("tenant").declare(b"a\xed\xa0\x80b");
    let answered = || broker.management().request("GET", "/api/queues", None).map(|answer| answer.status);
    wait::until("the list to be what this is about", MINUTE, || match answered() {
        Ok(status) if status == list => Ok(()),
        other => Err(format!("{other:?}")),
    });
    let brokers = WAYS.map(|(way, sources)| broker.configured(way, sources, FAST)).concat();
    let backlogs = WAYS.map(|(way, _)| {
        format!(
            "- {{name: {way}-mine, broker: {way}, vhost: tenant, queues: {{names: [mine]}}}}\n\
             - {{name: {way}-zero, broker: {way}, queues: {{names: [nothing]}}, whenMissing: zero}}\n"
        )
    });
    let leveret = Leveret::without_cluster(&format!("brokers:\n{brokers}backlogs:\n{}", backlogs.concat()));
    for (way, _) in WAYS {
        let asked = Asked { leveret: &leveret, way };
        asked.becomes("rabbitmq_queue_messages", "queue=jobs", |depth| depth == 7.0);
        asked.becomes("rabbitmq_queue_messages", &format!("backlog={way}-mine"), |depth| depth == 3.0);
        asked.becomes("rabbitmq_queue_messages", &format!("backlog={way}-zero"), |depth| depth == 0.0);
    }
}

#[test]
fn a_name_that_is_no_text_costs_no_other_queue_of_rabbitmq_4_0() {
    a_queue_whose_name_is_no_text(Version::V4_0, 500);
}

#[test]
fn a_name_that_is_no_text_costs_no_other_queue_of_rabbitmq_3_10() {
    a_queue_whose_name_is_no_text(Version::V3_10, 200);
}

#[test]
fn a_poll_that_never_ends_does_not_hold_up_the_end() {
    // It takes connections and never says a word.
    let mute = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let port = mute.local_addr().expect("it is bound").port();
    let mut leveret = Leveret::without_cluster_unready(&format!(
        "brokers:\n- name: mute\n  prometheus: {{urls: ['http://127.0.0.1:{port}']}}\n  pollInterval: 2m\n  timeout: 1m\n  \
         maxSampleAge: 10m\n"
    ));
    let (_connection, _) = mute.accept().expect("the poll begins");
    leveret.stop(Duration::from_secs(5));
}

fn configuration(broker: &Broker) -> String {
    let brokers = WAYS.map(|(way, sources)| {
        broker.configured(way, sources, FAST) + &broker.configured(&format!("{way}-by-default"), sources, "")
    });
    let brokers = brokers.concat();
    let strange = |way| {
        let backlog = move |(number, queue): (usize, &&str)| {
            let queue = Value::from(*queue);
            format!("- {{name: {way}-strange-{number}, broker: {way}, queues: {{names: [{queue}]}}}}\n")
        };
        STRANGE.iter().enumerate().map(backlog).collect::<Vec<_>>().concat()
    };
    let backlogs = WAYS.map(|(way, _)| {
        format!(
            "{}- {{name: {way}-elsewhere, broker: {way}, vhost: other/vhost, queues: {{names: [elsewhere]}}}}\n\
             - {{name: {way}-pattern, broker: {way}, queues: {{match: 'classic|quorum'}}}}\n",
            strange(way)
        )
    });
    format!("brokers:\n{brokers}backlogs:\n{}", backlogs.concat())
}

/// Leveret, asked about one of its brokers.
struct Asked<'a> {
    leveret: &'a Leveret,
    way: &'a str,
}

impl Asked<'_> {
    /// Waits until the answer is a number that is right.
    #[track_caller]
    fn becomes(&self, signal: &str, selector: &str, right: impl Fn(f64) -> bool) {
        let selector = self.selector(selector);
        wait::until(&format!("`{signal}` of `{selector}` to be right"), MINUTE, || {
            let answer = self.leveret.signal(signal, &selector)?;
            if right(answer) { Ok(()) } else { Err(format!("{answer}\n{}", self.leveret.tail())) }
        });
    }

    /// Waits until the answer is a refusal with this status and these words.
    #[track_caller]
    fn is_refused(&self, signal: &str, selector: &str, status: u16, words: &str) {
        let selector = self.selector(selector);
        wait::until(&format!("`{signal}` of `{selector}` to be refused"), MINUTE, || {
            let answer = self.leveret.question(signal, &selector)?;
            let refused = answer.status == status && answer.text.contains(words);
            if refused { Ok(()) } else { Err(format!("{answer:?}")) }
        });
    }

    fn selector(&self, selector: &str) -> String {
        if selector.starts_with("backlog=") { selector.to_owned() } else { format!("{selector},broker={}", self.way) }
    }
}
