//! Certificates and authorities that change while the server runs.

use std::fs;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use reqwest::Method;

use super::kit::{Running, VALUES, auth_config, client, eventually, send};
use crate::api::ServingCertificate;
use leveret_harness::{Authority, Pair};

fn write(folder: &Path, pair: &Pair) {
    fs::write(folder.join("tls.crt"), &pair.certificate).expect("writable");
    fs::write(folder.join("tls.key"), &pair.key).expect("writable");
}

#[tokio::test]
async fn a_new_serving_certificate_is_used_without_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (certificate, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    let running = Running::start_with(Duration::ZERO, |serving| {
        write(folder.path(), &serving.server_until(2090, &["localhost", "127.0.0.1"]));
        ServingCertificate::from_files(certificate.clone(), key.clone()).expect("a pair")
    })
    .await;
    let reloads = || running.seen.reloaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let expires = || running.seen.expires.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let beginning = |year: i16| Some(format!("{year}-01-01T00:00:00Z").parse().expect("a time"));
    assert_eq!(expires(), [beginning(2090)]);
    let old = running.client(None);
    assert_eq!(running.get(&old, "/livez", &[]).await.code, 200);

    // Halfway through a rotation the key does not belong to the certificate.
    let (authority, next) = (Authority::new("next"), Authority::new("next").server(&["localhost", "127.0.0.1"]));
    fs::write(&key, &next.key).expect("writable");
    eventually("the unusable pair is noticed", async || reloads() == [false]).await;
    assert_eq!(running.get(&running.client(None), "/livez", &[]).await.code, 200);

    fs::remove_file(&key).expect("removable");
    eventually("the missing key is noticed", async || reloads() == [false, false]).await;
    assert_eq!(running.get(&running.client(None), "/livez", &[]).await.code, 200);

    assert_eq!(expires(), [beginning(2090)], "the old pair is in use");
    write(folder.path(), &authority.server_until(2091, &["localhost", "127.0.0.1"]));
    eventually("the new pair is in use", async || reloads().last() == Some(&true)).await;
    eventually("the new end is known", async || expires() == [beginning(2090), beginning(2091)]).await;
    let fresh = client(&authority.pem(), None);
    assert_eq!(running.get(&fresh, "/livez", &[]).await.code, 200);
    let distrustful = send(&running.client(None), running.address, Method::GET, "/livez", &[]).await;
    assert!(distrustful.is_err(), "a new connection sees the new certificate");
    assert_eq!(running.get(&old, "/livez", &[]).await.code, 200, "an open connection stays usable");
}

#[tokio::test]
async fn new_authorities_replace_the_old_ones() {
    let running = Running::start().await;
    let (user, path) = ([("x-remote-user", "ann")], format!("{VALUES}/m"));
    let (front, clients) = (Authority::new("next-front"), Authority::new("next-clients"));
    let old_proxy = running.proxy();
    let new_proxy = running.client(Some(&front.client("front-proxy-client", &[])));
    let new_client = running.client(Some(&clients.client("bob", &[])));
    assert_eq!(running.get(&old_proxy, &path, &user).await.code, 200);
    running.get(&new_proxy, &path, &user).await.status(401, "Unauthorized");
    running.get(&new_client, &path, &[]).await.status(401, "Unauthorized");

    running.auth_config.store(Arc::new(auth_config(&front, &clients)));
    running.get(&old_proxy, &path, &user).await.status(401, "Unauthorized");
    assert_eq!(running.get(&new_proxy, &path, &user).await.code, 200);
    assert_eq!(running.get(&new_client, &path, &[]).await.code, 200);
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let authority = Authority::new("serving");
    let (one, other) = (authority.server(&["localhost", "127.0.0.1"]), authority.server(&["localhost", "127.0.0.1"]));
    let error = ServingCertificate::from_pem(&one.certificate, &other.key).err().expect("refused");
    assert!(error.to_string().contains("do not belong together"), "{error:#}");
    let error = ServingCertificate::from_pem("", &other.key).err().expect("refused");
    assert!(error.to_string().contains("contains no certificate"), "{error:#}");
}
