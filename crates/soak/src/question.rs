//! What is asked of Leveret.

use crate::plan::SETUPS;

/// One question, asked again and again.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The broker as Leveret knows it.
    pub(crate) broker: &'static str,
    pub(crate) signal: Signal,
    pub(crate) about: About,
    pub(crate) selector: String,
}

/// Which number is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Ready,
    Unacked,
    Messages,
    Consumers,
    PublishRate,
}

/// Which queues are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// The queue of this name, which may not exist.
    Queue(String),
    /// These queues, where one that does not exist counts as empty.
    Names(&'static [&'static str]),
    /// All queues whose names begin so, except streams.
    Prefix {
        prefix: &'static str,
        /// Whether it is zero if there is none.
        zero: bool,
    },
}

impl About {
    /// Whether a queue of this name may be one of those that are meant.
    pub(crate) fn may_mean(&self, name: &str) -> bool {
        match self {
            Self::Queue(it) => name == it,
            Self::Names(names) => names.contains(&name),
            Self::Prefix { prefix, .. } => name.starts_with(prefix),
        }
    }
}

impl Signal {
    /// Its name in the API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ready => "rabbitmq_queue_messages_ready",
            Self::Unacked => "rabbitmq_queue_messages_unacked",
            Self::Messages => "rabbitmq_queue_messages",
            Self::Consumers => "rabbitmq_queue_consumers",
            Self::PublishRate => "rabbitmq_queue_publish_rate",
        }
    }

    /// Which of a queue's levels it is; none for a rate.
    pub(crate) fn level(self) -> Option<usize> {
        match self {
            Self::Ready => Some(0),
            Self::Unacked => Some(1),
            Self::Messages => Some(2),
            Self::Consumers => Some(3),
            Self::PublishRate => None,
        }
    }
}

/// All questions.
pub(crate) fn all() -> Vec<Question> {
    let mut questions = Vec::new();
    for setup in SETUPS {
        let broker = setup.alias();
        if questions.iter().any(|question: &Question| question.broker == broker) {
            continue;
        }
        let queue = |name: String, signal| {
            let selector = format!("broker={broker},queue={name}");
            Question { broker, signal, about: About::Queue(name), selector }
        };
        // Where queues are read one by one, only a few may be asked for.
        let counts = if setup.pattern { [10, 6, 3, 3] } else { [3, 2, 1, 1] };
        for (group, count) in ["steady", "busy", "comes", "edge"].into_iter().zip(counts) {
            questions.extend((0..count).map(|number| queue(format!("{group}-{number}"), Signal::Messages)));
        }
        questions.push(queue("ghost-0".to_owned(), Signal::Messages));
        for signal in [Signal::Ready, Signal::Unacked, Signal::Consumers, Signal::PublishRate] {
            questions.push(queue("busy-0".to_owned(), signal));
            questions.push(queue("steady-1".to_owned(), signal));
        }
        let backlog = |name: &str, about| {
            let selector = format!("backlog={broker}-{name}");
            Question { broker, signal: Signal::Messages, about, selector }
        };
        questions.push(backlog("named", About::Names(&["steady-0", "ghost-1"])));
        if setup.pattern {
            questions.push(backlog("comes", About::Names(&["comes-0", "comes-1"])));
            questions.push(backlog("pattern", About::Prefix { prefix: "steady-", zero: false }));
            questions.push(backlog("empty", About::Prefix { prefix: "comes-", zero: true }));
            questions.push(backlog("nothing", About::Prefix { prefix: "ghost-", zero: true }));
        }
    }
    questions
}
