//! A broker whose queues never change, and which shows too little around everything that happens to it.

use proptest::prelude::*;

use super::*;
use crate::observation::UnreadNode;

const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// What each queue holds, for ever.
const DEPTH: u64 = 5;

/// The node that queues move to and from.
const OTHER: &str = "rabbit@two";

/// One thing that can happen between two polls.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    /// The node restarts: for some seconds it shows the first `shown` queues, each with `depth`.
    Restart {
        shown: usize,
        depth: u64,
    },
    /// A queue gets a new leader: for some seconds it has no row, or 0 messages.
    Move {
        queue: usize,
        row: bool,
    },
    Refused,
    /// The other node cannot be read: its half of the queues is missing.
    Unread,
}

/// The broker, and what is going on in it.
struct Model {
    management: bool,
    starts: i64,
    restarted: Option<(u64, usize, u64)>,
    moved: [Option<(u64, bool)>; 8],
    leaders: [u32; 8],
}

impl Model {
    fn new(management: bool) -> Self {
        Self { management, starts: 0, restarted: None, moved: [None; 8], leaders: [0; 8] }
    }

    fn happens(&mut self, event: Event, now: u64) {
        match event {
            Event::Restart { shown, depth } => {
                self.starts += 1;
                self.restarted = Some((now, shown, depth));
            }
            // An election ends; one that is followed by another at once, or follows a start, shows nothing in between.
            Event::Move { queue, .. } if self.moved[queue].is_some_and(|(since, _)| now < since + 25) => {}
            Event::Move { .. } if self.restarted.is_some_and(|(since, ..)| now < since + 15) => {}
            Event::Move { queue, row } => {
                self.leaders[queue] += 1;
                // A Prometheus endpoint never shows a wrong row of a queue that moved.
                self.moved[queue] = Some((now, row && self.management));
            }
            Event::Nothing | Event::Refused | Event::Unread => {}
        }
    }

    fn observation(&self, event: Event, now: u64) -> Observation {
        // The longest that was measured: seven seconds without a row, ten with a wrong one.
        let lasts = |since: u64| now < since + if self.management { 10 } else { 7 };
        let mut shown: Vec<(usize, u64)> = Vec::new();
        for queue in 0..NAMES.len() {
            match (self.restarted, self.moved[queue]) {
                (Some((since, first, depth)), _) if lasts(since) => {
                    if queue < first {
                        shown.push((queue, depth));
                    }
                }
                (_, Some((since, row))) if lasts(since) => {
                    if row {
                        shown.push((queue, 0));
                    }
                }
                _ => shown.push((queue, DEPTH)),
            }
        }
        let unread = matches!(event, Event::Unread);
        if unread {
            shown.retain(|(queue, _)| queue % 2 == 0);
        }
        let queues: Vec<_> = shown.iter().map(|(queue, depth)| (NAMES[*queue], *depth)).collect();
        let mut observation = observation(now, &queues);
        let since = self.restarted.map_or(0, |(since, ..)| since);
        let went_on = since != now;
        let one = NodeSeen { went_on, ..restarted(self.starts, now - since) };
        observation.nodes = vec![one.clone(), NodeSeen { name: OTHER.into(), ..one }];
        if self.management {
            observation = managed(observation);
            observation.nodes.iter_mut().for_each(|node| node.start = None);
        }
        for (queue, _) in shown {
            let reading = observation.queues.get_mut("/", NAMES[queue]).expect("shown");
            let node = NodeId::of(if self.leaders[queue].is_multiple_of(2) { NODE } else { OTHER });
            reading.origin = reading.origin.map(|origin| Origin { node: Some(node), ..origin });
        }
        if unread {
            observation.unread = vec![UnreadNode { node: "rabbit@two".to_owned(), why: "refused".to_owned() }];
            observation.absences = Absences::Unproven("a node is not read".to_owned());
        }
        observation
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Nothing),
        1 => (0..8_usize, 0..2_u64).prop_map(|(shown, depth)| Event::Restart { shown, depth: depth * DEPTH }),
        1 => (0..8_usize, any::<bool>()).prop_map(|(queue, row)| Event::Move { queue, row }),
        1 => Just(Event::Refused),
        1 => Just(Event::Unread),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever happens, no number other than the right one is ever used and no queue counts as deleted; and when nothing
    /// has happened for a while, every number is there and of this read.
    #[test]
    fn nothing_that_happens_shows_a_wrong_number(
        events in prop::collection::vec(event(), 1..60), management in any::<bool>(), interval in 1..8_u64,
        begins_in_the_middle in any::<bool>(),
    ) {
        let (mut model, mut state, mut quiet) = (Model::new(management), BrokerState::default(), 0);
        if !begins_in_the_middle {
            for seconds in [0, 20] {
                state = state.advance(&model.observation(Event::Nothing, seconds));
            }
        }
        for (poll, event) in events.into_iter().enumerate() {
            let now = 21 + poll as u64 * interval;
            model.happens(event, now);
            state = match event {
                // Without uptimes a restart shows in the read that fails meanwhile, or not at all.
                Event::Restart { .. } if management => state.failed(at(now), refused()),
                Event::Refused => state.failed(at(now), refused()),
                _ => state.advance(&model.observation(event, now)),
            };
            quiet = if matches!(event, Event::Nothing) { quiet + interval } else { 0 };
            for name in NAMES {
                let shown = ready(&state, name);
                prop_assert!(shown.is_none_or(|(ready, _)| ready == DEPTH), "queue {} is {:?} at {} s", name, shown, now);
                prop_assert!(shown.is_some() || begins_in_the_middle, "queue {} is gone at {} s", name, now);
                prop_assert!(quiet < 30 || shown == Some((DEPTH, now)), "queue {} is {:?} at {} s", name, shown, now);
            }
            let absent = |name: &&str| state.queues.get("/", name).is_none();
            let proves = state.seen.as_ref().is_some_and(|seen| seen.proves_absence_in("/"));
            prop_assert!(!(proves && NAMES.iter().any(absent)), "a queue counts as missing at {} s", now);
        }
    }
}
