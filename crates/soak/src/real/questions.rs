//! What is asked about real brokers.

use super::plan::{CHANGING, REALS};
use crate::question::{About, Question, Signal};

/// All questions about real brokers.
pub(crate) fn all() -> Vec<Question> {
    let mut questions = Vec::new();
    for reading in REALS.iter().flat_map(|setup| &setup.readings) {
        let broker = reading.alias;
        let queue = |name: &str, signal| {
            let selector = format!("broker={broker},queue={name}");
            Question { broker, signal, about: About::Queue(name.to_owned()), selector }
        };
        for number in 0..CHANGING {
            for kind in ["classic", "quorum"] {
                questions.push(queue(&format!("{kind}-{number}"), Signal::Messages));
            }
        }
        questions.push(queue("ghost-0", Signal::Messages));
        questions.push(queue("quorum-0", Signal::Ready));
        questions.push(queue("classic-0", Signal::Consumers));
        questions.extend(["quorum-0", "classic-1"].map(|name| queue(name, Signal::PublishRate)));
        let backlog = |name: &str, about| {
            let selector = format!("backlog={broker}-{name}");
            Question { broker, signal: Signal::Messages, about, selector }
        };
        questions.push(backlog("named", About::Names(&["quorum-1", "ghost-1"])));
        if reading.pattern {
            questions.push(backlog("quorums", About::Prefix { prefix: "quorum-", zero: false }));
            questions.push(backlog("classics", About::Prefix { prefix: "classic-", zero: true }));
            questions.push(backlog("nothing", About::Prefix { prefix: "ghost-", zero: true }));
        }
    }
    questions
}
