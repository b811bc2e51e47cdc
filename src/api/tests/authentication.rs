//! How callers are authenticated.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::kit::{Running, VALUES};
use super::reviewers::TOKEN;
use crate::api::Caller;
use leveret_harness::Authority;

const AUTHENTICATED: &str = "system:authenticated";

fn path() -> String {
    format!("{VALUES}/m")
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn every_detail_of_the_front_proxys_caller_is_used() {
    let running = Running::start().await;
    let headers = [
        ("X-Remote-User", "system:serviceaccount:kube-system:horizontal-pod-autoscaler"),
        ("X-Remote-Uid", "u-1"),
        ("X-Remote-Group", "system:serviceaccounts"),
        ("X-Remote-Group", "system:serviceaccounts:kube-system"),
        ("X-Remote-Extra-Authentication.kubernetes.io%2Fcredential-Id", "JTI=1"),
        ("X-Remote-Extra-100%", "raw"),
    ];
    let answer = running.get(&running.proxy(), &path(), &headers).await;
    assert_eq!(answer.code, 200, "{answer:?}");
    let extra = [("authentication.kubernetes.io/credential-id", "JTI=1"), ("100%", "raw")];
    let expected = Caller {
        name: "system:serviceaccount:kube-system:horizontal-pod-autoscaler".to_owned(),
        uid: Some("u-1".to_owned()),
        groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", AUTHENTICATED]
            .map(str::to_owned)
            .into(),
        extra: extra.into_iter().map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).collect(),
    };
    assert_eq!(running.reviewers.only_caller(), expected);
}

#[tokio::test]
async fn an_anonymous_caller_of_the_front_proxy_stays_anonymous() {
    let running = Running::start().await;
    let headers = [("X-Remote-User", "system:anonymous"), ("X-Remote-Group", "system:unauthenticated")];
    running.get(&running.proxy(), &path(), &headers).await;
    assert_eq!(running.reviewers.only_caller(), Caller::anonymous());
}

#[tokio::test]
async fn a_front_proxy_needs_a_valid_certificate_with_an_allowed_name() {
    let running = Running::start().await;
    let pairs = [
        running.front.client("another-name", &[]),
        running.front.client("", &[]),
        running.front.expired_client("front-proxy-client"),
        running.front.server(&["localhost", "127.0.0.1"]),
        Authority::new("front").client("front-proxy-client", &[]),
    ];
    for pair in pairs {
        let answer = running.get(&running.client(Some(&pair)), &path(), &[("X-Remote-User", "root")]).await;
        assert_eq!(answer.status(401, "Unauthorized"), "Unauthorized");
    }
    assert_eq!(running.reviewers.asked(), []);
}

#[tokio::test]
async fn headers_without_the_proxys_certificate_are_ignored() {
    let running = Running::start().await;
    let headers = [("X-Remote-User", "root"), ("X-Remote-Group", "system:masters")];
    running.get(&running.client(None), &path(), &headers).await;
    assert_eq!(running.reviewers.only_caller(), Caller::anonymous());
    // The front proxy's name in a certificate of the authority for ordinary clients does not make a front proxy.
    let impostor = running.clients.client("front-proxy-client", &[]);
    running.get(&running.client(Some(&impostor)), &path(), &headers).await;
    let asked = running.reviewers.asked();
    assert_eq!(asked[1].0.name, "front-proxy-client");
    assert_eq!(asked[1].0.groups, [AUTHENTICATED]);
}

#[tokio::test]
async fn a_client_certificate_names_its_user_and_groups() {
    let running = Running::start().await;
    let pair = running.clients.client("ann", &["ops", "dev"]);
    let fingerprint = ring::digest::digest(&ring::digest::SHA256, &pair.der().0[0]);
    let id = format!("X509SHA256={}", crate::api::wire::encoding::hex(fingerprint.as_ref()));
    assert_eq!(running.get(&running.client(Some(&pair)), &path(), &[]).await.code, 200);
    let expected = Caller {
        name: "ann".to_owned(),
        uid: None,
        groups: ["ops", "dev", AUTHENTICATED].map(str::to_owned).into(),
        extra: BTreeMap::from([("authentication.kubernetes.io/credential-id".to_owned(), vec![id])]),
    };
    assert_eq!(running.reviewers.only_caller(), expected);
}

#[tokio::test]
async fn a_token_is_reviewed_once_for_many_requests() {
    let running = Running::start().await;
    let (client, token, path) = (running.client(None), bearer(TOKEN), path());
    let headers = [("authorization", &*token)];
    let burst = (0..8).map(|_| running.get(&client, &path, &headers));
    for answer in futures_util::future::join_all(burst).await {
        assert_eq!(answer.code, 200, "{answer:?}");
    }
    assert_eq!(running.reviewers.tokens_asked.load(Ordering::SeqCst), 1);
    let caller = running.reviewers.only_caller();
    assert_eq!((&*caller.name, &*caller.groups), ("token-user", &["g".to_owned(), AUTHENTICATED.to_owned()][..]));
}

#[tokio::test]
async fn an_invalid_token_is_refused_and_reviewed_once() {
    let running = Running::start().await;
    let (client, token) = (running.client(None), bearer("stolen"));
    for _ in 0..2 {
        running.get(&client, &path(), &[("authorization", &token)]).await.status(401, "Unauthorized");
    }
    assert_eq!(running.reviewers.tokens_asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_whose_review_fails_is_refused_and_reviewed_again() {
    let running = Running::start().await;
    let (client, token) = (running.client(None), bearer(TOKEN));
    running.reviewers.out.store(true, Ordering::SeqCst);
    running.get(&client, &path(), &[("authorization", &token)]).await.status(401, "Unauthorized");
    running.reviewers.out.store(false, Ordering::SeqCst);
    assert_eq!(running.get(&client, &path(), &[("authorization", &token)]).await.code, 200);
}

#[tokio::test]
async fn a_good_token_makes_up_for_a_bad_certificate() {
    let running = Running::start().await;
    let client = running.client(Some(&Authority::new("elsewhere").client("ann", &[])));
    running.get(&client, &path(), &[]).await.status(401, "Unauthorized");
    let token = bearer(TOKEN);
    assert_eq!(running.get(&client, &path(), &[("authorization", &token)]).await.code, 200);
    assert_eq!(running.reviewers.only_caller().name, "token-user");
}

#[tokio::test]
async fn impersonation_is_refused() {
    let running = Running::start().await;
    let client = running.client(Some(&running.clients.client("ann", &["system:masters"])));
    for header in ["Impersonate-User", "Impersonate-Group", "Impersonate-Extra-Scopes"] {
        let answer = running.get(&client, &path(), &[(header, "bob")]).await;
        assert!(answer.status(403, "Forbidden").contains("impersonation is not supported here"));
    }
}
