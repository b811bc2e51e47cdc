//! The server without a cluster: requests need the token, and only this machine can send them.

use std::sync::Arc;

use reqwest::Method;

use super::kit::{Seen, VALUES, client, send, serve, setup};
use crate::api::{Gate, LoopbackToken, Server, ServingCertificate, Setup};

fn protected(address: [u8; 4]) -> (Setup, LoopbackToken, String) {
    let token = LoopbackToken::generate().expect("random numbers");
    let (certificate, pem) = ServingCertificate::self_signed(&["localhost", "127.0.0.1"]).expect("a certificate");
    let setup = setup(certificate, Gate::loopback(token.clone()), Arc::new(Seen::default()));
    (Setup { address: (address, 0).into(), ..setup }, token, pem)
}

#[tokio::test]
async fn requests_need_the_token() {
    let (setup, token, authority) = protected([127, 0, 0, 1]);
    let (address, stop) = serve(setup).await;
    let _stop = stop.drop_guard();
    let client = client(&authority, None);
    let path = format!("{VALUES}/m");
    let get = async |headers: &[(&str, &str)], path: &str| {
        send(&client, address, Method::GET, path, headers).await.expect("an answer")
    };
    let right = format!("Bearer {}", token.secret().expose());
    assert_eq!(get(&[("authorization", &right)], &path).await.code, 200);
    let wrong = [&right[..right.len() - 1], "Bearer x", "Bearer ", "Basic eDp5"];
    for header in wrong {
        get(&[("authorization", header)], &path).await.status(401, "Unauthorized");
    }
    get(&[("x-remote-user", "root"), ("x-remote-group", "system:masters")], &path).await.status(401, "Unauthorized");
    get(&[], "/apis").await.status(401, "Unauthorized");
    assert_eq!(get(&[], "/readyz").await.body, "ok");
}

#[tokio::test]
async fn a_token_is_not_enough_on_an_address_that_others_can_reach() {
    let (setup, _, _) = protected([0, 0, 0, 0]);
    let error = Server::bind(setup).await.err().expect("refused");
    assert!(error.to_string().contains("only listens on a loopback address"), "{error}");
}

#[test]
fn tokens_are_long_and_all_different() {
    let make = || LoopbackToken::generate().expect("random numbers").secret().expose().to_owned();
    let (one, other) = (make(), make());
    assert_eq!(one.len(), 64);
    assert_ne!(one, other);
}
