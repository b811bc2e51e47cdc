//! A broker from a folder that holds a whole small system.

use std::path::PathBuf;

use leveret_harness::{Options, PrivateBroker};

#[test]
fn a_broker_runs_in_a_root_of_its_own_and_leaves_no_mount_behind() {
    let root = std::env::var_os("LEVERET_TEST_RABBITMQ_4").map(PathBuf::from);
    let root = root.expect("`LEVERET_TEST_RABBITMQ_4` names a folder with RabbitMQ 4: run `make test`");
    let root = root.canonicalize().unwrap();
    let mut broker = PrivateBroker::start(Options { root: Some(root.clone()), ..Options::default() }).unwrap();
    let folder = broker.folder().to_owned();

    let version = broker.management().get("/api/overview").unwrap()["rabbitmq_version"].clone();
    assert!(version.as_str().unwrap().starts_with("4."), "{version}");
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
    assert!(!mounts.contains(root.to_str().unwrap()), "the mounts are the broker's alone: {mounts}");

    broker.kill();
    broker.restart().unwrap();
    drop(broker);
    assert!(!folder.exists());
    assert_eq!(std::fs::read_dir(root.join("srv")).unwrap().count(), 0);
}
