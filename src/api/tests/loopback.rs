//! Without a cluster: a token, and only on this machine.

use std::sync::Arc;

use reqwest::Method;

use super::kit::{VALUES, client, send, serve, setup};
use crate::api::{Access, LoopbackToken, SelfMade, Server, Setup};

fn guarded(address: [u8; 4]) -> (Setup, LoopbackToken, String) {
    let token = LoopbackToken::generate().expect("random numbers");
    let made = SelfMade::new(&["localhost", "127.0.0.1"]).expect("a certificate");
    let setup = setup(made.certificate, Access::Loopback(token.clone()), Arc::new(()));
    (Setup { address: (address, 0).into(), ..setup }, token, made.authority_pem)
}

#[tokio::test]
async fn only_the_token_opens() {
    let (setup, token, authority) = guarded([127, 0, 0, 1]);
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
async fn a_token_does_not_guard_an_address_that_others_reach() {
    let (setup, _, _) = guarded([0, 0, 0, 0]);
    let error = Server::bind(setup).await.err().expect("refused");
    assert!(error.to_string().contains("only listens on a loopback address"), "{error}");
}

#[test]
fn tokens_are_long_and_never_the_same() {
    let make = || LoopbackToken::generate().expect("random numbers").secret().expose().to_owned();
    let (one, other) = (make(), make());
    assert_eq!(one.len(), 64);
    assert_ne!(one, other);
}
