//! What the three rates cover, by protocol and by the way of taking messages: docs/signals.md, on real brokers.

mod traffic;

use std::time::Duration;

use crate::support::broker::{Broker, Sources, Version};
use crate::support::leveret::Leveret;
use crate::support::scene::FAST;
use crate::support::wait;
use traffic::{Ports, Traffic};

/// A rate needs up to 30 s, and the machine may be busy.
const LIMIT: Duration = Duration::from_secs(120);

/// What a rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rate {
    /// About five messages a second.
    Five,
    /// 0.
    Zero,
    /// No number, for a reason of which these words are a part.
    No(&'static str),
}

use Rate::{Five, No, Zero};

/// The depth shows what was not counted.
const MORE: Rate = No("more messages arrived than the broker counts");
const LESS: Rate = No("more messages left than the broker counts");
/// The broker as a whole has counted messages that the depth does not show.
const EQUAL: Rate = No("messages arrived and left that the broker counts for no queue");
const NEVER: Rate = No("has not counted anything for this queue, and it is not known that nothing happened");
/// The broker is configured so.
const OFF: Rate = No("`management.rates_mode = none`");
const STREAM: Rate = No("it is a stream");

/// A queue, and its `publish_rate`, `deliver_rate` and `ack_rate` on 3.10 and on 4.0.
type Row = (&'static str, [Rate; 3], [Rate; 3]);

/// Only clients of AMQP 0-9-1 and STOMP use the broker.
const COUNTED: [Row; 9] = [
    ("acknowledged", [Five, Five, Five], [Five, Five, Five]),
    ("without-ack", [Five, Five, Five], [Five, Five, Five]),
    ("rejected", [Five, Five, Zero], [Five, Five, Zero]),
    ("by-stomp", [Five, Five, Five], [Five, Five, Five]),
    ("expired", [Five, NEVER, NEVER], [Five, Zero, Zero]),
    ("purged", [Five, LESS, LESS], [Five, Zero, Zero]),
    ("unused", [Zero, Zero, Zero], [Zero, Zero, Zero]),
    ("unused-quorum", [NEVER, NEVER, NEVER], [Zero, Zero, Zero]),
    ("stream", [STREAM, STREAM, STREAM], [STREAM, STREAM, STREAM]),
];

/// Messages arrive by other protocols and by dead-lettering as well.
const ARRIVING: [Row; 7] = [
    ("acknowledged", [Five, Five, Five], [Five, Five, Five]),
    ("dead-lettered", [MORE, Zero, Zero], [MORE, Zero, Zero]),
    ("by-mqtt", [Five, Zero, Zero], [MORE, Zero, Zero]),
    ("by-amqp10", [Five, Zero, Zero], [MORE, Zero, Zero]),
    ("amqp10-acknowledged", [Five, Five, Five], [MORE, Five, Five]),
    ("unused", [Zero, Zero, Zero], [Zero, Zero, Zero]),
    ("unused-quorum", [NEVER, NEVER, NEVER], [NEVER, Zero, Zero]),
];

/// Clients of other protocols consume as well, each as fast as messages arrive.
const CONSUMED: [Row; 6] = [
    ("acknowledged", [Five, Five, Five], [EQUAL, EQUAL, EQUAL]),
    ("amqp10-only", [Five, Five, Five], [EQUAL, EQUAL, EQUAL]),
    ("amqp10-quorum", [Five, Five, Five], [EQUAL, EQUAL, EQUAL]),
    ("mqtt-subscription-subscriberqos1", [Five, Five, Five], [NEVER, NEVER, NEVER]),
    ("unused", [Zero, Zero, Zero], [Zero, Zero, Zero]),
    ("unused-quorum", [NEVER, NEVER, NEVER], [NEVER, NEVER, NEVER]),
];

/// `rates_mode = basic`, and consumers of other protocols alone.
const BASIC: [Row; 3] = [
    ("acknowledged", [Five, Five, Five], [Five, Five, Five]),
    ("amqp10-consumed", [Five, Five, Five], [Five, LESS, LESS]),
    ("mqtt-subscription-subscriberqos1", [Five, Five, Five], [Five, NEVER, NEVER]),
];

/// `rates_mode = none`: the counters of 3.10 come from the management API, which tells the mode.
const NONE: [Row; 4] = [
    ("acknowledged", [OFF, OFF, OFF], [NEVER, NEVER, NEVER]),
    ("without-ack", [OFF, OFF, OFF], [NEVER, NEVER, NEVER]),
    ("expired", [OFF, OFF, OFF], [NEVER, NEVER, NEVER]),
    ("unused", [Zero, Zero, Zero], [Zero, Zero, Zero]),
];

#[test]
fn rabbitmq_3_10_rates_are_right_or_errors() {
    rates(Version::V3_10);
}

#[test]
fn rabbitmq_4_0_rates_are_right_or_errors() {
    rates(Version::V4_0);
}

#[test]
fn rabbitmq_3_10_counts_the_same_in_the_rates_mode_basic() {
    basic(Version::V3_10);
}

#[test]
fn rabbitmq_4_0_counts_the_same_in_the_rates_mode_basic() {
    basic(Version::V4_0);
}

#[test]
fn rabbitmq_3_10_has_no_rates_in_the_rates_mode_none() {
    none(Version::V3_10);
}

#[test]
fn rabbitmq_4_0_has_no_rates_in_the_rates_mode_none() {
    none(Version::V4_0);
}

fn rates(version: Version) {
    let scene = Scene::start(version, &[]);
    scene.during(|traffic| {
        traffic.of_counted_clients();
        scene.check(&COUNTED);
        traffic.of_other_publishers();
        scene.check(&ARRIVING);
        traffic.of_other_consumers();
        scene.check(&CONSUMED);
    });
}

fn basic(version: Version) {
    let scene = Scene::start(version, &["management.rates_mode = basic"]);
    scene.during(|traffic| {
        traffic.of_counted_clients();
        traffic.of_consumers_alone();
        scene.check(&BASIC);
    });
}

fn none(version: Version) {
    let scene = Scene::start(version, &["management.rates_mode = none"]);
    scene.during(|traffic| {
        traffic.of_counted_clients();
        scene.check(&NONE);
    });
}

struct Scene {
    version: Version,
    broker: Broker,
    ports: Ports,
    leveret: Leveret,
}

impl Scene {
    #[track_caller]
    fn start(version: Version, conf: &[&str]) -> Self {
        let ports = Ports::free();
        let broker = ports.start(version, conf);
        traffic::arrange(&broker.management());
        let config = format!("brokers:\n{}", broker.configured("main", Sources::Both, FAST));
        let leveret = Leveret::without_cluster(&config);
        Self { version, broker, ports, leveret }
    }

    /// Runs while there is traffic, which ends with it, also when a check fails.
    fn during(&self, run: impl FnOnce(&Traffic<'_, '_>)) {
        std::thread::scope(|scope| run(&Traffic::new(scope, &self.broker, self.ports, self.version)));
    }

    #[track_caller]
    fn check(&self, rows: &[Row]) {
        for (queue, v3_10, v4_0) in rows {
            let expected = match self.version {
                Version::V3_10 => v3_10,
                Version::V4_0 => v4_0,
            };
            for (signal, expected) in ["publish", "deliver", "ack"].into_iter().zip(*expected) {
                self.check_rate(signal, queue, expected);
            }
        }
    }

    /// Waits until a rate is as expected, and looks that it is not wrong after that.
    #[track_caller]
    fn check_rate(&self, signal: &str, queue: &str, expected: Rate) {
        let rate = || self.leveret.signal(&format!("rabbitmq_queue_{signal}_rate"), &format!("queue={queue}"));
        wait::until(&format!("the {signal} rate of `{queue}` to be {expected:?}"), LIMIT, || {
            let seen = rate();
            if is(expected, &seen) { Ok(()) } else { Err(format!("{seen:?}")) }
        });
        for _ in 0..5 {
            let seen = rate();
            // A refusal for a moment is not a wrong number.
            assert!(seen.is_err() || is(expected, &seen), "{signal} rate of `{queue}`: {seen:?}, not {expected:?}");
        }
    }
}

fn is(expected: Rate, seen: &Result<f64, String>) -> bool {
    match (expected, seen) {
        (Five, Ok(rate)) => (2.5..7.5).contains(rate),
        (Zero, Ok(rate)) => *rate == 0.0,
        (No(words), Err(message)) => message.contains(words),
        _ => false,
    }
}
