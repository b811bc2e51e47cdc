//! Two nodes that form one cluster.

use leveret_harness::{Options, PrivateBroker};

#[test]
fn a_second_node_joins_the_first_and_shares_its_queues() {
    let first = PrivateBroker::start(Options::default()).unwrap();
    let join = Some(first.member().unwrap());
    let mut second = PrivateBroker::start(Options { join, ..Options::default() }).unwrap();
    let declared = serde_json::json!({"durable": true, "node": second.node()});
    first.management().put("/api/queues/%2F/there", &declared).unwrap();
    let queue = second.management().get("/api/queues/%2F/there").unwrap();
    assert_eq!(queue["node"], second.node());
    let nodes = first.management().get("/api/nodes?columns=name,running").unwrap();
    assert_eq!(nodes.as_array().map(Vec::len), Some(2), "{nodes}");

    second.kill();
    second.restart().unwrap();
    let queue = second.management().get("/api/queues/%2F/there").unwrap();
    assert_eq!(queue["node"], second.node(), "it is the same node again");
}
