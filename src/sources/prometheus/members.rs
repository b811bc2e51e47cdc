//! Which nodes a cluster has, and what they have counted as a whole, as one of them tells in `/metrics`. No input or output.
//!
//! The members are the node itself, those it is connected to, and those it cannot reach. RabbitMQ tells the names of the
//! second and, from 3.12 on, the number of the third.

use super::exposition::{Line, Lines};
use super::totals::Totals;

/// The state of a connection that is up.
const CONNECTED: f64 = 3.0;

/// The names that RabbitMQ's command-line tools give themselves while they are connected.
const TOOLS: &str = "rabbitmqcli";

/// The other members of a cluster, as one node tells, and what the node has counted for all queues together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sources) struct Members {
    /// Those that it is connected to.
    pub(super) connected: Vec<Box<str>>,
    /// How many it cannot reach; none if it does not tell.
    pub(super) unreachable: Option<u64>,
    /// What it has counted since it started; none if it does not tell.
    pub(super) totals: Option<Totals>,
}

/// The answer of which a part has arrived.
#[derive(Debug, Default)]
pub(super) struct MembersAnswer {
    lines: Lines,
    members: Members,
    /// Whether a count could not be parsed.
    garbled: bool,
}

impl MembersAnswer {
    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let Self { lines, members, garbled } = self;
        lines.push(piece, |line| *garbled |= members.line(line).is_none());
    }

    /// The whole answer; none if it ended in the middle of a line.
    pub(super) fn finish(self) -> Option<Members> {
        let Self { lines, mut members, garbled } = self;
        let end = lines.finish();
        // With a row that cannot be parsed, the counts may be too small.
        members.totals = members.totals.filter(|_| !garbled && end.overlong == 0);
        (!end.truncated).then_some(members)
    }
}

impl Members {
    /// Takes one line. None if it cannot be parsed, or is a count that is not a number.
    fn line(&mut self, line: &[u8]) -> Option<()> {
        let Line::Sample { metric, labels, number } = Line::parse(line)? else { return Some(()) };
        match metric {
            "erlang_vm_dist_node_state" if number == Some(CONNECTED) => {
                let peer = labels.strip_prefix("peer=\"").and_then(|rest| rest.strip_suffix('"'));
                self.connected.extend(peer.filter(|peer| !peer.starts_with(TOOLS)).map(Into::into));
            }
            "rabbitmq_unreachable_cluster_peers_count" => {
                self.unreachable = number.and_then(crate::sources::number::whole);
            }
            metric if Totals::has(metric) => self.totals.get_or_insert_default().add(metric, labels, number)?,
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(body: &str) -> Option<Members> {
        let mut answer = MembersAnswer::default();
        body.as_bytes().chunks(7).for_each(|piece| answer.push(piece));
        answer.finish()
    }

    #[test]
    fn connected_nodes_are_members_and_command_line_tools_are_not() {
        let body = "# TYPE erlang_vm_dist_node_state gauge\n\
            erlang_vm_dist_node_state{peer=\"rabbit@two\"} 3\n\
            erlang_vm_dist_node_state{peer=\"rabbit@three\"} 1\n\
            erlang_vm_dist_node_state{peer=\"rabbitmqcli-402-rabbit@one\"} 3\n\
            rabbitmq_unreachable_cluster_peers_count 1\n";
        let found = members(body).expect("it is whole");
        assert_eq!((found.connected, found.unreachable), (vec!["rabbit@two".into()], Some(1)));
        assert_eq!(members("erlang_vm_dist_node_state{peer=\"rabbit@two\"} 3\nrabbitmq_unreach"), None);
    }

    #[test]
    fn a_broker_that_does_not_count_unreachable_nodes_leaves_their_number_unknown() {
        let captured = crate::sources::tests::fixtures::read("3.10.8", "metrics.txt");
        let mut answer = MembersAnswer::default();
        answer.push(&captured);
        let totals = Some(Totals::default());
        assert_eq!(answer.finish(), Some(Members { connected: Vec::new(), unreachable: None, totals }));
        let mut answer = MembersAnswer::default();
        answer.push(&crate::sources::tests::fixtures::read("4.0.5", "metrics.txt"));
        assert_eq!(answer.finish(), Some(Members { connected: Vec::new(), unreachable: Some(0), totals }));
    }
}
