//! Nothing is lost by packing.

use proptest::prelude::*;

use super::*;
use crate::observation::{Coverage, NodeId, Origin};
use crate::snapshot::peak::Peak;
use crate::testing::at;

fn reading() -> impl Strategy<Value = Reading> {
    let number = prop_oneof![Just(0), Just(u64::MAX), any::<u64>()];
    prop_oneof![number.prop_map(Reading::Present), prop::sample::select(&ABSENCES[..]).prop_map(Reading::Absent)]
}

fn origin() -> impl Strategy<Value = Origin> {
    let node = prop::option::of(prop::sample::select(vec!["a", "b", "c"]));
    (prop::sample::select(&SourceKind::ALL[..]), node, any::<bool>()).prop_map(|(source, node, online)| {
        let origin = Origin::new(source, node.map(NodeId::of));
        if online { origin.with_online(["a", "b"]) } else { origin }
    })
}

fn sample() -> impl Strategy<Value = Sample> {
    let rest = (
        prop::option::of(origin()),
        prop::option::of(prop::sample::select(&KINDS[..])),
        prop::option::of(any::<bool>()),
        prop::option::of(any::<u64>()),
        prop::option::of(prop::sample::select(&SourceKind::ALL[..])),
    );
    let numbers = prop::collection::vec(reading(), 8);
    (0_u64..8, 0_u64..3, numbers, rest).prop_map(
        |(seconds, coverage, numbers, (origin, kind, single_active, work, counted_by))| {
            let reading = QueueReading {
                ready: numbers[0],
                unacked: numbers[1],
                messages: numbers[2],
                consumers: numbers[3],
                published: numbers[4],
                delivered: numbers[5],
                acked: numbers[6],
                redelivered: numbers[7],
                origin,
                kind,
                single_active,
                work,
                counted_by,
            };
            Sample { at: at(seconds), coverage: Coverage::from_number(coverage), reading }
        },
    )
}

fn state() -> impl Strategy<Value = QueueState> {
    let moment = || (0_u64..9).prop_map(at);
    let samples = (sample(), prop::option::of(sample()), prop::option::of(sample()));
    let peak = prop::option::of((sample(), moment()));
    let unseen = prop::option::of((moment(), prop::option::of((moment(), any::<u32>()))));
    let changed = prop::option::of((moment(), prop::sample::select(vec![Change::Moved, Change::Reappeared])));
    (samples, peak, unseen, prop::option::of(origin()), changed).prop_map(
        |((latest, previous, successor), peak, unseen, origin, changed)| QueueState {
            latest,
            previous,
            successor,
            peak: peak.map(|(sample, since)| Peak::new(&sample.reading, since)),
            unseen: unseen.map(|(since, proof)| Unseen { since, proof }),
            origin,
            changed,
        },
    )
}

proptest! {
    #[test]
    fn a_state_is_the_same_after_packing(states in prop::collection::vec(state(), 1..20)) {
        let mut tables = Tables::default();
        let packed: Vec<_> = states.iter().map(|state| Packed::of(state, &mut tables)).collect();
        for (state, packed) in states.iter().zip(packed) {
            prop_assert_eq!(&packed.state(&tables), state);
            prop_assert_eq!(packed.latest(&tables), state.latest);
            prop_assert_eq!((packed.at(&tables), packed.kind()), (state.latest.at, state.latest.reading.kind));
            prop_assert_eq!(packed.unseen_since(&tables), state.unseen.map(|unseen| unseen.since));
        }
    }
}

#[test]
fn a_reason_is_found_at_its_code() {
    for (place, why) in ABSENCES.into_iter().enumerate() {
        assert_eq!(absence_code(why), number(place) + 1);
    }
}

#[test]
fn a_state_takes_little_memory() {
    assert!(size_of::<Option<Packed>>() <= 296, "{}", size_of::<Option<Packed>>());
}
