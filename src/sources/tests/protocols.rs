//! Ports and certificates that do not go with what is configured: a table of mistakes, with the whole text about each.

use leveret_harness::Authority;
use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::prometheus::PATH;
use super::setup::{at, connection, names, reader, wanted};
use crate::config::{Connection, PrometheusNodes, TlsFiles};
use leveret_core::observation::FailureKind;

#[tokio::test]
async fn a_port_that_speaks_another_protocol_has_its_text() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ca = folder.path().join("ca.crt");
    Authority::new("ca").write(&ca);
    // The first bytes of each protocol: a TLS alert, the header of AMQP, and what an HTTP server thinks of a handshake.
    for (scheme, bytes, kind, said) in [
        (
            "http",
            &b"\x15\x03\x03\0\x02\x02\x0a"[..],
            FailureKind::Connect,
            "speaks TLS or AMQP, not HTTP: write `https://`, or check the port",
        ),
        (
            "http",
            b"AMQP\0\0\x09\x01",
            FailureKind::Connect,
            "speaks TLS or AMQP, not HTTP: write `https://`, or check the port",
        ),
        (
            "https",
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            FailureKind::Tls,
            "answers plain HTTP: write `http://`, or check the port",
        ),
    ] {
        let mut serving = JoinSet::new();
        let url = format!("{scheme}://127.0.0.1:{}", serve(bytes, &mut serving).await);
        let files = TlsFiles { ca: Some(ca.clone()), ..TlsFiles::default() };
        let failure =
            reader(read_at(&url, files)).read(&wanted(&[]), &names(), at(0)).await.expect_err("it is not a node");
        assert_eq!((failure.kind, failure.message), (kind, format!("`{url}{PATH}` {said}")));
    }
}

#[tokio::test]
async fn a_certificate_with_the_key_of_another_has_its_text() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = Authority::new("ca");
    let [ca, certificate, key] = ["ca.crt", "tls.crt", "tls.key"].map(|name| folder.path().join(name));
    authority.write(&ca);
    std::fs::write(&certificate, authority.client("one", &[]).certificate).expect("writable");
    std::fs::write(&key, authority.client("other", &[]).key).expect("writable");
    let files = TlsFiles { ca: Some(ca), certificate: Some(certificate), key: Some(key) };
    let failure = reader(read_at("https://127.0.0.1:1", files)).read(&wanted(&[]), &names(), at(0)).await;
    let failure = failure.expect_err("they are of two pairs");
    let said = "the certificate in `tls.certFile` (`--cert-file`) and the key in `tls.keyFile` (`--key-file`) do not belong \
                together; give the two files of one pair";
    assert_eq!((failure.kind, failure.message), (FailureKind::Credentials, said.into()));
}

/// A port where every client is sent these bytes, whatever it says. The connection stays open until the client closes it.
async fn serve(bytes: &'static [u8], serving: &mut JoinSet<()>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    serving.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read_u8().await;
            let _ = stream.write_all(bytes).await;
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    });
    port
}

fn read_at(url: &str, tls: TlsFiles) -> Connection {
    let url = Url::parse(url).expect("a URL");
    Connection { prometheus: Some(PrometheusNodes::Urls(vec![url])), tls, ..connection() }
}
