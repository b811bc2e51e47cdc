//! Failures, and the messages they give.

use std::time::Duration;

use reqwest::Url;

use super::fake::{Fake, Reply, Then};
use super::setup::{Files, at, connection, names, nodes, reader, unreachable_url, wanted};
use crate::config::Connection;
use leveret_core::observation::{Failure, FailureKind};

/// The failure of a read of the management API that answers `/api/whoami` with `reply`.
async fn failure_of(reply: Reply) -> Failure {
    let (files, fake) = (Files::new(), Fake::start().await);
    fake.answer("/api/whoami", reply);
    fail(files.management(&fake)).await
}

async fn fail(config: Connection) -> Failure {
    let failure = reader(config).read(&wanted(&[]), &names(), at(0)).await.expect_err("it cannot be read");
    for secret in ["first secret", "ann:", "YW5u"] {
        assert!(!failure.message.contains(secret), "{failure}");
    }
    failure
}

#[track_caller]
fn check(failure: &Failure, kind: FailureKind, said: &[&str]) {
    assert_eq!(failure.kind, kind, "{failure}");
    for part in said {
        assert!(failure.message.contains(part), "`{part}` is not in: {failure}");
    }
}

#[tokio::test]
async fn refusals_of_rabbitmq_are_distinguished() {
    let refuse =
        |reason: &str| Reply::new("401 Unauthorized", format!(r#"{{"error":"not_authorised","reason":"{reason}"}}"#));
    for wrong_password in ["Login failed", "Not_Authorized"] {
        check(&failure_of(refuse(wrong_password)).await, FailureKind::Unauthorized, &["401", "password is wrong"]);
    }
    let failure = failure_of(refuse("Not management user")).await;
    check(&failure, FailureKind::Unauthorized, &["set_user_tags", "management"]);
    let failure = failure_of(refuse("User not authorised to access virtual host")).await;
    check(&failure, FailureKind::Unauthorized, &["set_permissions"]);
    check(&failure_of(Reply::new("403 Forbidden", "<html>")).await, FailureKind::Unauthorized, &["403"]);
}

#[tokio::test]
async fn other_statuses_are_named() {
    let moved = Reply::new("302 Found\r\nlocation: http://127.0.0.1:1/", "");
    check(&failure_of(moved).await, FailureKind::Status, &["302", "redirects are not followed"]);
    let failed = Reply::new("500 Internal Server Error", r#"{"error":"x","reason":"badmatch"}"#);
    check(&failure_of(failed).await, FailureKind::Status, &["500", "`badmatch`"]);
    let missing = Reply::new("404 Not Found", "Not found.");
    check(&failure_of(missing).await, FailureKind::Status, &["404", "15672"]);
}

#[tokio::test]
async fn an_answer_that_stops_or_breaks_is_a_broken_connection() {
    let whole = Reply::ok(r#"{"name":"ann","tags":["management"]}"#);
    for then in [Then::Close, Then::Reset] {
        let failure = failure_of(whole.clone().without_last(5, then)).await;
        check(&failure, FailureKind::Connect, &["/api/whoami"]);
    }
    let nothing = Reply { bytes: Vec::new(), then: Then::Close };
    check(&failure_of(nothing).await, FailureKind::Connect, &["/api/whoami"]);
}

#[tokio::test]
async fn an_answer_that_never_ends_costs_the_deadline() {
    let (files, fake) = (Files::new(), Fake::start().await);
    fake.answer("/api/whoami", Reply::ok("{}").without_last(1, Then::Hang));
    let config = Connection { timeout: Duration::from_millis(300), ..files.management(&fake) };
    check(&fail(config).await, FailureKind::Timeout, &["within 0.3 s", "`timeout`"]);
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_malformed() {
    check(&failure_of(Reply::ok("welcome")).await, FailureKind::Malformed, &["JSON", "proxy"]);
}

#[tokio::test]
async fn a_web_page_in_the_place_of_either_source_is_named() {
    let files = Files::new();
    let page = "<!DOCTYPE html>\n<title>Sign in</title>";
    for (body, kind) in [
        (page.to_owned(), "text/html; charset=utf-8"),
        (page.to_owned(), "text/plain"),
        (format!("\n {page}"), "application/json"),
        ("Sign in".to_owned(), "Text/HTML"),
    ] {
        let fake = Fake::start().await;
        let reply = Reply::new(&format!("200 OK\r\ncontent-type: {kind}"), &body);
        for path in ["/api/whoami", "/metrics/detailed"] {
            fake.answer(path, reply.clone());
        }
        let address = fake.url();
        let prometheus = Connection { prometheus: Some(nodes(&[&fake])), ..connection() };
        for (config, path) in [(files.management(&fake), "api/whoami"), (prometheus, "metrics/detailed")] {
            let failure = fail(config).await;
            let expected = format!(
                "`{address}{path}` answered with a web page, so something else answers in the broker's place, such as the \
                 login page of a proxy; configure the broker's own address, or let the proxy pass Leveret's requests"
            );
            assert_eq!((failure.kind, failure.message), (FailureKind::Malformed, expected), "{kind}: {body}");
        }
    }
}

#[tokio::test]
async fn compressed_text_that_is_cut_is_an_error() {
    // The header of gzip and of a stored block of 1024 bytes, of which a few come.
    let cut = [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\0\x04\xff\xfb"[..], br#"{"tags":"#].concat();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", cut.len());
    let failure = failure_of(Reply { bytes: [head.as_bytes(), &cut].concat(), then: Then::Close }).await;
    assert!(matches!(failure.kind, FailureKind::Malformed | FailureKind::Connect), "{failure}");
}

#[tokio::test]
async fn an_answer_without_an_end_is_not_read_to_it() {
    let endless = [&b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\""[..], &vec![b'x'; 3 << 20]].concat();
    let failure = failure_of(Reply { bytes: endless, then: Then::Hang }).await;
    check(&failure, FailureKind::TooLarge, &["1 MiB"]);
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_are_distinguished() {
    let files = Files::new();
    let at = |url: &str| Connection {
        management: Some(Url::parse(url).expect("a URL")),
        credentials: Some(files.credentials()),
        ..connection()
    };
    check(&fail(at(unreachable_url().as_str())).await, FailureKind::Connect, &["refused", "runs"]);
    // No name server is asked about a label of more than 63 letters.
    let nowhere = format!("http://{}.invalid:15672", "a".repeat(64));
    check(&fail(at(&nowhere)).await, FailureKind::Dns, &["does not resolve"]);
}
