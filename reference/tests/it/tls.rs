//! `amqps`, with an authority of one's own.

use std::net::TcpListener;

use leveret_harness::{Options, PrivateBroker};

use crate::support::{Journal, Program, Vhost, eventually};

#[test]
fn amqps_is_spoken_only_with_a_certificate_of_the_authority() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let conf = vec![
        format!("listeners.ssl.local = 127.0.0.1:{port}"),
        format!("ssl_options.certfile = {}", certificate.display()),
        format!("ssl_options.keyfile = {}", key.display()),
    ];
    let broker = PrivateBroker::start(Options { conf, ..Options::default() }).unwrap();
    let mut vhost = Vhost::on(&broker);
    vhost.amqp_url = format!("amqps://127.0.0.1:{port}");

    let trust = ["--ca-file", certificate.to_str().unwrap()];
    let count = ["--count", "3", "--interval", "0s"];
    let mut producer = Program::producer(&vhost, &[&count[..], &trust].concat());
    assert!(producer.wait().success(), "{}", producer.log());
    let journal = Journal::new();
    let consumer = Program::consumer(&vhost, &journal.path(), &[&["--work", "1ms"][..], &trust].concat());
    eventually("the tasks", || consumer.metric("task_consumer_done_total") == 3);

    let stranger = Program::consumer(&vhost, &journal.path(), &[]);
    stranger.logs("trying again");
    assert!(stranger.log().contains("certificate"), "{}", stranger.log());
    assert!(!stranger.log().contains(&vhost.password));
}
