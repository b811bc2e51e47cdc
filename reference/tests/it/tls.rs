//! `amqps`, with an authority of one's own.

use std::net::TcpListener;

use leveret_harness::{Authority, Certificate, Options, PrivateBroker};

use crate::support::{Journal, Program, Vhost, eventually};

#[test]
fn amqps_is_spoken_only_with_a_certificate_of_the_authority() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("broker");
    let ca = authority.write(&folder.path().join("ca.crt"));
    let Certificate { certificate, key } = authority.server(&["127.0.0.1"]).write(folder.path(), "tls");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let conf = vec![
        format!("listeners.ssl.local = 127.0.0.1:{port}"),
        format!("ssl_options.certfile = {}", certificate.display()),
        format!("ssl_options.keyfile = {}", key.display()),
    ];
    let broker = PrivateBroker::start(Options { conf, ..Options::default() }).unwrap();
    let mut vhost = Vhost::on(&broker);
    vhost.amqp_url = format!("amqps://127.0.0.1:{port}");

    let trust = ["--ca-file", ca.to_str().unwrap()];
    let count = ["--count", "3", "--interval", "0s"];
    let mut producer = Program::producer(&vhost, &[&count[..], &trust].concat());
    assert!(producer.wait().success(), "{}", producer.log());
    let journal = Journal::new();
    let consumer = Program::consumer(&vhost, &journal.path(), &[&["--work", "1ms"][..], &trust].concat());
    eventually("the tasks", || consumer.metric("task_consumer_done_total") == 3);

    let untrusting = Program::consumer(&vhost, &journal.path(), &[]);
    untrusting.logs("trying again");
    assert!(untrusting.log().contains("certificate"), "{}", untrusting.log());
    assert!(!untrusting.log().contains(&vhost.password));
}
