//! From what each source saw to one observation: pure.

use leveret_core::Moment;
use leveret_core::observation::{
    Absence, Absences, Failure, FailureKind, Observation, QueueMap, QueueReading, Reading, SourceKind,
};

use super::partial::Partial;
use super::wanted::Wanted;

/// How one source contributed to a read.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was read.
    Read(Box<Partial>),
    /// It could not be read.
    Failed(Failure),
    /// It was not asked, because nothing was missing.
    NotNeeded,
}

impl Outcome {
    /// What the source saw, if it was read.
    pub(super) fn partial(&self) -> Option<&Partial> {
        match self {
            Self::Read(partial) => Some(partial),
            Self::Failed(_) | Self::NotNeeded => None,
        }
    }

    /// Why the source could not be read, if it could not.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Read(_) | Self::NotNeeded => None,
        }
    }
}

/// Merges what the sources saw, in the order in which they were read.
///
/// The first source that could be read gives the observation: its scope, its nodes and what is wrong with it. The others
/// fill in numbers that it lacks, and prove absences where it cannot. A counter that no node exports is not final while another source may have it: it comes
/// after the next poll, or could not be read. If no source could be read, the first failure is the reason.
pub(super) fn merge(outcomes: Vec<(SourceKind, Outcome)>, wanted: &Wanted, at: Moment) -> Result<Observation, Failure> {
    let (mut first, mut degraded): (Option<Partial>, Vec<(SourceKind, Failure)>) = (None, Vec::new());
    let mut read_by = Vec::new();
    for (source, outcome) in outcomes {
        if let Some(first) = &mut first {
            mark(&mut first.queues, Absence::NotYetAsked, None);
        }
        if outcome.partial().is_some() {
            read_by.push(source);
        }
        match (&mut first, outcome) {
            (None, Outcome::Read(partial)) => first = Some(*partial),
            (Some(first), Outcome::Read(partial)) => add(first, *partial),
            (first, Outcome::Failed(failure)) => {
                if let Some(first) = first {
                    mark(&mut first.queues, Absence::FillFailed, Some(wanted));
                }
                degraded.push((source, failure));
            }
            (_, Outcome::NotNeeded) => {}
        }
    }
    match first {
        Some(Partial { queues, scope, nodes, unread, unread_vhosts, absences, unattributed, finding, skipped }) => {
            Ok(Observation {
                at,
                queues,
                scope,
                unread,
                unread_vhosts,
                coverage: nodes.coverage,
                nodes: nodes.seen,
                read_by,
                absences,
                unattributed,
                finding,
                skipped,
                degraded,
            })
        }
        None => Err(degraded.into_iter().next().map_or_else(no_source, |(_, failure)| failure)),
    }
}

fn no_source() -> Failure {
    Failure::new(FailureKind::Credentials, "neither `prometheus` nor `management` is configured for the broker")
}

/// Adds what a later source saw. Where the first one cannot prove that a queue does not exist, the other one may, for what
/// it was asked for.
fn add(first: &mut Partial, partial: Partial) {
    fill(&mut first.queues, &partial.queues);
    first.nodes.seen.extend(partial.nodes.seen);
    if let (Absences::Unproven(_), Absences::Proven { .. }) = (&first.absences, &partial.absences) {
        (first.absences, first.scope, first.skipped) = (partial.absences, partial.scope, partial.skipped);
        first.unread_vhosts = partial.unread_vhosts;
        first.finding = first.finding.filter(|_| first.queues.is_empty());
    }
}

fn fill(queues: &mut QueueMap<QueueReading>, from: &QueueMap<QueueReading>) {
    queues.merge(from, |known, reading| match known {
        Some(known) => known.fill_from(reading),
        None => *known = Some(*reading),
    });
}

/// Gives another reason for the counters that another source may have: of all queues, or of those that are `wanted`.
fn mark(queues: &mut QueueMap<QueueReading>, why: Absence, wanted: Option<&Wanted>) {
    queues.retain(|names, number, reading| {
        if wanted.is_none_or(|wanted| wanted.includes(names.vhost(number), names.name(number))) {
            for number in reading.counters_mut() {
                if matches!(number, Reading::Absent(Absence::NotOffered | Absence::NotYetAsked)) {
                    *number = Reading::Absent(why);
                }
            }
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::nodes::Nodes;
    use leveret_core::observation::{QueueId, Scope, Vhosts};
    use leveret_core::testing::at;

    fn partial(kind: SourceKind, queues: &[(&str, QueueReading)]) -> Outcome {
        Outcome::Read(Box::new(Partial {
            queues: queues.iter().map(|(name, reading)| (QueueId::new("/", *name), *reading)).collect(),
            scope: Scope::Everything,
            nodes: Nodes::new("here").note(kind, &[], at(0)),
            unread: Vec::new(),
            unread_vhosts: Vec::new(),
            absences: Absences::Proven { by: kind, vhosts: Vhosts::All },
            unattributed: None,
            finding: None,
            skipped: 0,
        }))
    }

    /// A queue with a depth and without counters.
    fn depth(ready: u64) -> QueueReading {
        QueueReading { ready: Reading::Present(ready), ..QueueReading::absent(Absence::NotOffered) }
    }

    fn counted(delivered: u64) -> QueueReading {
        QueueReading {
            ready: Reading::Present(9),
            delivered: Reading::Present(delivered),
            counted_by: Some(SourceKind::Management),
            ..QueueReading::absent(Absence::NoTraffic)
        }
    }

    fn refused(text: &str) -> Outcome {
        Outcome::Failed(Failure::new(FailureKind::Connect, text))
    }

    fn delivered(seen: &Observation, name: &str) -> Reading {
        seen.queues.get("/", name).expect("seen").delivered
    }

    #[test]
    fn later_sources_fill_in_what_the_first_lacks() {
        use SourceKind::{Management, Prometheus};
        let first = || partial(Prometheus, &[("a", depth(1)), ("b", depth(2))]);
        let wanted = Wanted::Queues(vec![QueueId::new("/", "a")]);
        let merged = |second| merge(vec![(Prometheus, first()), (Management, second)], &wanted, at(3)).expect("read");
        let seen = merged(partial(Management, &[("a", counted(5)), ("down", counted(6))]));
        assert_eq!((delivered(&seen, "a"), seen.at), (Reading::Present(5), at(3)));
        assert_eq!(seen.queues.get("/", "a").map(|queue| queue.ready), Some(Reading::Present(1)));
        assert_eq!(delivered(&seen, "b"), Reading::Absent(Absence::NotYetAsked));
        assert_eq!((delivered(&seen, "down"), seen.degraded.len()), (Reading::Present(6), 0));

        let seen = merged(refused("no route"));
        assert_eq!(delivered(&seen, "a"), Reading::Absent(Absence::FillFailed));
        assert_eq!(delivered(&seen, "b"), Reading::Absent(Absence::NotYetAsked));
        assert_eq!(seen.degraded, [(Management, Failure::new(FailureKind::Connect, "no route"))]);

        let seen = merged(Outcome::NotNeeded);
        assert_eq!(delivered(&seen, "a"), Reading::Absent(Absence::NotYetAsked));
        let alone = merge(vec![(Prometheus, first())], &wanted, at(3)).expect("read");
        assert_eq!(delivered(&alone, "a"), Reading::Absent(Absence::NotOffered), "no other source may have it");
    }

    #[test]
    fn a_source_that_failed_before_the_one_that_was_read_is_degraded() {
        use SourceKind::{Management, Prometheus};
        let outcomes = || vec![(Prometheus, refused("first")), (Management, partial(Management, &[("a", counted(5))]))];
        let seen = merge(outcomes(), &Wanted::Everything, at(0)).expect("read");
        assert_eq!(delivered(&seen, "a"), Reading::Present(5));
        assert_eq!(seen.degraded, [(Prometheus, Failure::new(FailureKind::Connect, "first"))]);
        let both = vec![(Prometheus, refused("first")), (Management, refused("second"))];
        let failure = merge(both, &Wanted::Everything, at(0)).expect_err("nothing was read");
        assert_eq!(failure.message, "first");
        assert!(merge(Vec::new(), &Wanted::Everything, at(0)).is_err());
    }
}
