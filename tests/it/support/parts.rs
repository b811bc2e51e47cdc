//! Where the real parts are: `make test` sets the variables.

use std::net::TcpListener;
use std::path::PathBuf;

/// The path that a variable of `tests/README.md` names.
#[track_caller]
fn part(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => panic!("`{variable}` is not set, so this test does not know where its parts are: run `make test`"),
    }
}

/// etcd, kube-apiserver, kube-controller-manager and kubectl in one.
#[track_caller]
pub(crate) fn control_plane() -> PathBuf {
    part("LEVERET_TEST_CONTROL_PLANE")
}

/// The root folder of RabbitMQ 4.
#[track_caller]
pub(crate) fn rabbitmq_4() -> PathBuf {
    part("LEVERET_TEST_RABBITMQ_4")
}

/// The Prometheus server.
#[track_caller]
pub(crate) fn prometheus() -> PathBuf {
    part("LEVERET_TEST_PROMETHEUS")
}

/// The checker of Prometheus's files.
#[track_caller]
pub(crate) fn promtool() -> PathBuf {
    part("LEVERET_TEST_PROMTOOL")
}

/// One of this workspace's programs.
#[track_caller]
pub(crate) fn program(name: &str) -> PathBuf {
    part("LEVERET_TEST_PROGRAMS").join(name)
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A loopback port that is free at the moment.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
    listener.local_addr().expect("a bound listener has an address").port()
}
