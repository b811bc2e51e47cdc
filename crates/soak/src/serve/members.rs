//! The rows of `/metrics` by which a node tells of the other members of its cluster.

use std::fmt::Write as _;
use std::time::Instant;

use crate::model::Model;

/// The answer of one node. Its connection to another one ends with that one's virtual machine, or once it has been silent for
/// long; a stopped application in a virtual machine that goes on stays connected.
pub(super) fn body(model: &Model, node: usize, now: Instant) -> String {
    let name = &model.nodes[node].name;
    let mut text = format!(
        "# TYPE rabbitmq_identity_info untyped\nrabbitmq_identity_info{{rabbitmq_node=\"{name}\"}} 1\n\
         # TYPE erlang_vm_dist_node_state gauge\n\
         erlang_vm_dist_node_state{{peer=\"rabbitmqcli-402-{name}\"}} 3\n"
    );
    let mut unreachable = 0;
    for (_, other) in model.nodes.iter().enumerate().filter(|(number, _)| *number != node) {
        let is_connected = other.connected && (!other.is_up() || other.is_answering(now));
        if is_connected {
            let _ = writeln!(text, "erlang_vm_dist_node_state{{peer=\"{}\"}} 3", other.name);
        } else {
            unreachable += 1;
        }
    }
    let _ = writeln!(text, "# TYPE rabbitmq_unreachable_cluster_peers_count gauge");
    let _ = writeln!(text, "rabbitmq_unreachable_cluster_peers_count {unreachable}");
    text
}
