//! One queue's state in a third of its size.

use crate::Moment;
use crate::observation::{Absence, QueueKind, QueueReading, Reading, SourceKind};
use crate::snapshot::Sample;
use crate::snapshot::queue_state::{Change, QueueState, Unseen};

use super::tables::Tables;

/// No value, where a number refers to a table.
const NONE: u32 = u32::MAX;

/// How many bits tell whether a number is absent, and why.
const ABSENCE_BITS: u32 = 4;

/// Every reason for an absence, in the order of their codes from 1 on; 0 is a number that is present.
const ABSENCES: [Absence; 10] = [
    Absence::NotInAnswer,
    Absence::NotOffered,
    Absence::NoTraffic,
    Absence::CollectorOff,
    Absence::QueueDown,
    Absence::Unsettled,
    Absence::TwoNodes,
    Absence::FillFailed,
    Absence::NotYetAsked,
    Absence::RatesOff,
];

const TRUTHS: [bool; 2] = [false, true];

const KINDS: [QueueKind; 4] = [QueueKind::Classic, QueueKind::Quorum, QueueKind::Stream, QueueKind::Other];

/// A [`QueueState`], packed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    latest: PackedSample,
    previous: PackedSample,
    successor: PackedSample,
    peak: u32,
    unseen_since: u32,
    proof_since: u32,
    proof_reads: u32,
    origin: u32,
    changed_at: u32,
    change: Change,
}

/// A [`Sample`], packed; or none.
#[derive(Clone, Copy, Debug)]
struct PackedSample {
    /// Four levels and four counters.
    numbers: [u64; 8],
    work: u64,
    /// [`ABSENCE_BITS`] for each of the numbers.
    absences: u32,
    /// [`NONE`] if there is no sample.
    taken: u32,
    origin: u32,
    kind: Code,
    single_active: Code,
    counted_by: Code,
    has_work: bool,
}

/// The place of a value in a list of all, from 1 on; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Code(u8);

impl Packed {
    /// Packs a state; what it shares with others goes into `tables`.
    pub(super) fn of(state: &QueueState, tables: &mut Tables) -> Self {
        let QueueState { latest, previous, successor, peak, unseen, origin, changed } = state;
        let peak = peak.map_or(NONE, |peak| {
            tables.peaks.push(peak);
            number(tables.peaks.len() - 1)
        });
        let mut moment = |moment: Option<Moment>| moment.map_or(NONE, |moment| tables.moments.number(moment));
        let proof = unseen.and_then(|unseen| unseen.proof);
        let unseen_since = moment(unseen.map(|unseen| unseen.since));
        let proof_since = moment(proof.map(|(since, _)| since));
        let changed_at = moment(changed.map(|(at, _)| at));
        Self {
            latest: PackedSample::of(Some(latest), tables),
            previous: PackedSample::of(previous.as_ref(), tables),
            successor: PackedSample::of(successor.as_ref(), tables),
            peak,
            unseen_since,
            proof_since,
            proof_reads: proof.map_or(0, |(_, reads)| reads),
            origin: origin.map_or(NONE, |origin| tables.origins.number(origin)),
            changed_at,
            change: changed.map_or(Change::Moved, |(_, change)| change),
        }
    }

    /// The state.
    pub(super) fn state(&self, tables: &Tables) -> QueueState {
        let moment = |number: u32| (number != NONE).then(|| tables.moments.get(number));
        let proof = moment(self.proof_since).map(|since| (since, self.proof_reads));
        QueueState {
            latest: self.latest(tables),
            previous: self.previous.sample(tables),
            successor: self.successor.sample(tables),
            peak: (self.peak != NONE).then(|| tables.peaks[self.peak as usize]),
            unseen: self.unseen_since(tables).map(|since| Unseen { since, proof }),
            origin: (self.origin != NONE).then(|| tables.origins.get(self.origin)),
            changed: moment(self.changed_at).map(|at| (at, self.change)),
        }
    }

    /// Its last sample.
    pub(super) fn latest(&self, tables: &Tables) -> Sample {
        self.latest.sample_taken(tables)
    }

    /// When its last sample was taken.
    pub(super) fn at(&self, tables: &Tables) -> Moment {
        tables.taken.get(self.latest.taken).0
    }

    pub(super) fn kind(&self) -> Option<QueueKind> {
        self.latest.kind.among(&KINDS)
    }

    pub(super) fn is_shown_by(&self, source: SourceKind, tables: &Tables) -> bool {
        self.unseen_since == NONE && self.origin != NONE && tables.origins.get(self.origin).source == source
    }

    pub(super) fn unseen_since(&self, tables: &Tables) -> Option<Moment> {
        (self.unseen_since != NONE).then(|| tables.moments.get(self.unseen_since))
    }
}

impl PackedSample {
    fn of(sample: Option<&Sample>, tables: &mut Tables) -> Self {
        let Some(Sample { at, coverage, reading }) = sample else {
            let none = Code(0);
            return Self {
                numbers: [0; 8],
                work: 0,
                absences: 0,
                taken: NONE,
                origin: NONE,
                kind: none,
                single_active: none,
                counted_by: none,
                has_work: false,
            };
        };
        let [ready, unacked, messages, consumers] = reading.levels();
        let [published, delivered, acked, redelivered] = reading.counters();
        let (mut numbers, mut absences) = ([0; 8], 0);
        let readings = [ready, unacked, messages, consumers, published, delivered, acked, redelivered];
        for (place, reading) in readings.into_iter().enumerate() {
            match reading {
                Reading::Present(number) => numbers[place] = number,
                Reading::Absent(why) => {
                    absences |= absence_code(why) << (ABSENCE_BITS * number(place));
                }
            }
        }
        Self {
            numbers,
            work: reading.work.unwrap_or(0),
            absences,
            taken: tables.taken.number((*at, *coverage)),
            origin: reading.origin.map_or(NONE, |origin| tables.origins.number(origin)),
            kind: Code::of(reading.kind, &KINDS),
            single_active: Code::of(reading.single_active, &TRUTHS),
            counted_by: Code::of(reading.counted_by, &SourceKind::ALL),
            has_work: reading.work.is_some(),
        }
    }

    fn sample(&self, tables: &Tables) -> Option<Sample> {
        (self.taken != NONE).then(|| self.sample_taken(tables))
    }

    fn sample_taken(&self, tables: &Tables) -> Sample {
        let reading = |place: u32| {
            let mask = (1 << ABSENCE_BITS) - 1;
            match self.absences >> (ABSENCE_BITS * place) & mask {
                0 => Reading::Present(self.numbers[place as usize]),
                code => Reading::Absent(ABSENCES.get(code as usize - 1).copied().unwrap_or(Absence::NotInAnswer)),
            }
        };
        let (at, coverage) = tables.taken.get(self.taken);
        let reading = QueueReading {
            ready: reading(0),
            unacked: reading(1),
            messages: reading(2),
            consumers: reading(3),
            published: reading(4),
            delivered: reading(5),
            acked: reading(6),
            redelivered: reading(7),
            origin: (self.origin != NONE).then(|| tables.origins.get(self.origin)),
            kind: self.kind.among(&KINDS),
            single_active: self.single_active.among(&TRUTHS),
            work: self.has_work.then_some(self.work),
            counted_by: self.counted_by.among(&SourceKind::ALL),
        };
        Sample { at, coverage, reading }
    }
}

impl Code {
    fn of<T: PartialEq>(value: Option<T>, all: &[T]) -> Self {
        let place = value.and_then(|value| all.iter().position(|one| *one == value));
        Self(place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0))
    }

    fn among<T: Copy>(self, all: &[T]) -> Option<T> {
        all.get(usize::from(self.0).checked_sub(1)?).copied()
    }
}

/// The place of a reason in [`ABSENCES`], from 1 on. Written out, because a reason that the list lacks would become a zero.
fn absence_code(why: Absence) -> u32 {
    match why {
        Absence::NotInAnswer => 1,
        Absence::NotOffered => 2,
        Absence::NoTraffic => 3,
        Absence::CollectorOff => 4,
        Absence::QueueDown => 5,
        Absence::Unsettled => 6,
        Absence::TwoNodes => 7,
        Absence::FillFailed => 8,
        Absence::NotYetAsked => 9,
        Absence::RatesOff => 10,
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}

#[cfg(test)]
mod tests;
