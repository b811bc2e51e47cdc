//! The format of the probes.

use std::sync::Arc;

use reqwest::Method;

use super::kit::{Running, Seen, client, send, serve, setup};
use crate::api::resources::health::HealthChecks;
use crate::api::{Gate, LoopbackToken, ServingCertificate, Setup};
use leveret_harness::Authority;

#[tokio::test]
async fn a_probe_reports_as_much_as_requested() {
    let running = Running::start().await;
    let check = async |path: &str, expected: &str| {
        let answer = running.get_as("ann", path).await;
        assert_eq!((answer.code, &*answer.body), (200, expected), "{path}");
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    };
    check("/readyz", "ok").await;
    check("/readyz/ping", "ok").await;
    check("/livez?verbose", "[+]ping ok\nlivez check passed\n").await;
    let all = "[+]ping ok\n[+]brokers-attempted ok\nreadyz check passed\n";
    check("/readyz?verbose", all).await;
    let excluded = "[+]ping excluded: ok\n[+]brokers-attempted ok\nwarn: some health checks cannot be excluded: no \
                    matches for \"x\"\nreadyz check passed\n";
    check("/readyz?verbose&exclude=ping&exclude=x", excluded).await;
    running.get_as("ann", "/readyz/nothing").await.status(404, "NotFound");
}

#[tokio::test]
async fn an_unready_server_names_the_failing_check_and_stays_alive() {
    let authority = Authority::new("serving");
    let pair = authority.server(&["localhost", "127.0.0.1"]);
    let certificate = ServingCertificate::from_pem(&pair.certificate, &pair.key).expect("a pair");
    let token = LoopbackToken::generate().expect("random numbers");
    let bearer = format!("Bearer {}", token.secret().expose());
    let setup = setup(certificate, Gate::loopback(token), Arc::new(Seen::default()));
    let health: HealthChecks = Arc::new(|| vec![("brokers-attempted", true), ("shutdown", false)]);
    let (address, stop) = serve(Setup { health, ..setup }).await;
    let _stop = stop.drop_guard();
    let client = client(&authority.pem(), None);
    let get = async |path: &str, headers: &[(&str, &str)]| {
        let answer = send(&client, address, Method::GET, path, headers).await.expect("an answer");
        (answer.code, answer.body)
    };
    let expected = "[+]ping ok\n[+]brokers-attempted ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n";
    assert_eq!(get("/readyz", &[]).await, (500, expected.to_owned()));
    assert_eq!(get("/livez", &[]).await, (200, "ok".to_owned()));
    assert_eq!(get("/readyz?exclude=shutdown", &[]).await, (200, "ok".to_owned()));
    let single = get("/readyz/shutdown", &[("authorization", &bearer)]).await;
    assert_eq!(single, (500, "internal server error: the check does not pass\n".to_owned()));
}
