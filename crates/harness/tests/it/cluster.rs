//! Two nodes that form one cluster.

use std::net::TcpStream;
use std::time::Duration;

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

#[test]
fn the_first_node_fails_as_the_others_do() {
    let options = || Options { net_tick: Some(Duration::from_secs(8)), ..Options::default() };
    let mut first = PrivateBroker::start(options()).unwrap();
    let join = Some(first.member().unwrap());
    let second = PrivateBroker::start(Options { join, ..options() }).unwrap();
    let running = || {
        let nodes = second.management().get("/api/nodes?columns=name,running").unwrap();
        nodes.as_array().unwrap().iter().filter(|node| node["running"] == true).count()
    };
    assert_eq!(second.control(&["eval", "net_kernel:get_net_ticktime()."]).unwrap().trim(), "8");

    first.kill();
    assert_eq!(running(), 1);
    first.restart().unwrap();
    assert_eq!(running(), 2, "it finds the other node again");

    first.control(&["stop_app"]).unwrap();
    assert!(first.is_running(), "the virtual machine goes on");
    assert_eq!(running(), 1);
    first.control(&["start_app"]).unwrap();
    first.wait_until_ready().unwrap();
    assert_eq!(running(), 2);
    let error = first.control(&["no_such_command"]).unwrap_err().to_string();
    assert!(error.contains("`rabbitmqctl no_such_command` ended with"), "{error}");

    first.freeze();
    TcpStream::connect(("127.0.0.1", first.management_port())).expect("the kernel still takes connections");
    first.thaw();
    assert!(first.management().get("/api/overview").is_ok());
}
