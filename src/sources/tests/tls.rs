//! Certificates.

use std::path::Path;
use std::sync::Arc;

use leveret_harness::Authority;
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::fake::Reply;
use super::fixtures;
use super::setup::{at, connection, names, reader, wanted};
use crate::config::{Connection, PrometheusNodes, TlsFiles};
use leveret_core::observation::FailureKind;

/// A node with a certificate of `ca` that demands one of it from its clients.
async fn serve(ca: &Authority, serving: &mut JoinSet<()>) -> u16 {
    serve_as("localhost", ca, serving).await
}

/// The same with a certificate for `name`.
async fn serve_as(name: &str, ca: &Authority, serving: &mut JoinSet<()>) -> u16 {
    let (chain, key) = ca.server(&[name]).der();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.pem().as_bytes()).expect("PEM")).expect("a certificate");
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(clients.expect("roots"))
        .with_single_cert(chain, key)
        .expect("they fit");
    let (acceptor, listener) =
        (TlsAcceptor::from(Arc::new(tls)), TcpListener::bind(("127.0.0.1", 0)).await.expect("free"));
    let port = listener.local_addr().expect("bound").port();
    let reply = Reply::ok(fixtures::read("4.0.5", "metrics-detailed-poll.txt")).bytes;
    serving.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let Ok(byte) = stream.read_u8().await else { break };
                request.push(byte);
            }
            let _ = stream.write_all(&reply).await;
            let _ = stream.shutdown().await;
        }
    });
    port
}

fn over(port: u16, tls: TlsFiles) -> Connection {
    let url = Url::parse(&format!("https://localhost:{port}")).expect("a URL");
    Connection { prometheus: Some(PrometheusNodes::Dns { url, server_name: None }), tls, ..connection() }
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("writable");
    path
}

#[tokio::test]
async fn a_broker_and_its_client_show_each_other_certificates() {
    let (ca, other, mut serving) = (Authority::new("ca"), Authority::new("other"), JoinSet::new());
    let port = serve(&ca, &mut serving).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let client = ca.client("leveret", &[]);
    let files = TlsFiles {
        ca: Some(write(folder.path(), "ca.crt", &other.pem())),
        certificate: Some(write(folder.path(), "tls.crt", &client.certificate)),
        key: Some(write(folder.path(), "tls.key", &client.key)),
    };
    let mut reader = reader(over(port, files));
    let failure = reader.read(&wanted(&[]), &names(), at(0)).await.expect_err("signed by another authority");
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
    assert!(
        failure.message.contains("invalid peer certificate") && failure.message.contains("`tls.caFile`"),
        "{failure}"
    );
    // The file is replaced, as a mounted Secret is, and the next read takes it.
    write(folder.path(), "ca.crt", &ca.pem());
    let seen = reader.read(&wanted(&[]), &names(), at(5)).await.expect("readable");
    assert!(seen.queues.len() > 20 && seen.unread.is_empty());
}

#[tokio::test]
async fn the_end_of_the_client_certificate_is_known_after_each_read() {
    let (ca, folder) = (Authority::new("ca"), tempfile::tempdir().expect("a temporary folder"));
    let (expired, client) = (ca.expired_client("leveret"), ca.client("leveret", &[]));
    let files = TlsFiles {
        ca: Some(write(folder.path(), "ca.crt", &ca.pem())),
        certificate: Some(write(folder.path(), "tls.crt", &expired.certificate)),
        key: Some(write(folder.path(), "tls.key", &expired.key)),
    };
    let mut reader = reader(over(1, files));
    assert_eq!(reader.client_certificate_expiry(), None, "nothing has been read");
    let mut expiry = async |moment| {
        reader.read(&wanted(&[]), &names(), at(moment)).await.expect_err("nothing listens there");
        reader.client_certificate_expiry().expect("there is a certificate")
    };
    let before = expiry(0).await;
    write(folder.path(), "tls.crt", &client.certificate);
    write(folder.path(), "tls.key", &client.key);
    assert!(before < expiry(5).await, "it was renewed");
}

#[tokio::test]
async fn nodes_behind_a_name_may_have_certificates_for_another_one() {
    let (ca, mut serving) = (Authority::new("ca"), JoinSet::new());
    let port = serve_as("*.nodes.test", &ca, &mut serving).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let client = ca.client("leveret", &[]);
    let files = || TlsFiles {
        ca: Some(write(folder.path(), "ca.crt", &ca.pem())),
        certificate: Some(write(folder.path(), "tls.crt", &client.certificate)),
        key: Some(write(folder.path(), "tls.key", &client.key)),
    };
    let failure =
        reader(over(port, files())).read(&wanted(&[]), &names(), at(0)).await.expect_err("it is not for `localhost`");
    assert!(failure.kind == FailureKind::Tls && failure.message.contains("serverName"), "{failure}");
    let mut connection = over(port, files());
    let url = Url::parse(&format!("https://localhost:{port}")).expect("a URL");
    connection.prometheus = Some(PrometheusNodes::Dns { url, server_name: Some("any.nodes.test".into()) });
    let seen = reader(connection).read(&wanted(&[]), &names(), at(5)).await.expect("readable");
    assert!(seen.queues.len() > 20 && seen.unread.is_empty(), "{:?}", seen.unread);
}

#[tokio::test]
async fn what_is_no_certificate_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = |ca: &str| TlsFiles { ca: Some(write(folder.path(), "ca.crt", ca)), ..TlsFiles::default() };
    let failure =
        reader(over(1, files("hello"))).read(&wanted(&[]), &names(), at(0)).await.expect_err("no certificate");
    assert_eq!(failure.kind, FailureKind::Credentials, "{failure}");
    assert!(failure.message.contains("`tls.caFile`") && failure.message.contains("PEM"), "{failure}");
    let missing = TlsFiles { ca: Some(folder.path().join("missing.crt")), ..TlsFiles::default() };
    let failure = reader(over(1, missing)).read(&wanted(&[]), &names(), at(0)).await.expect_err("no file");
    assert!(failure.kind == FailureKind::Credentials && failure.message.contains("missing.crt"), "{failure}");
}
