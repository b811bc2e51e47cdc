//! Reading the management API alone.

use super::fake::{Fake, Reply};
use super::fixtures;
use super::setup::{Files, at, reader, wanted};
use crate::sources::Wanted;
use leveret_core::observation::{Absence, FailureKind, Finding, QueueId, QueueReading, Reading, Scope};

/// A management API that knows its user, and answers `/api/queues` with `list`.
pub(super) async fn api(list: impl AsRef<[u8]>) -> Fake {
    let fake = Fake::start().await;
    fake.answer("/api/whoami", Reply::ok(r#"{"name":"ann","tags":["management"]}"#));
    fake.answer("/api/queues", Reply::ok(list));
    fake
}

/// A list of so many empty queues.
fn list_of(queues: usize) -> String {
    let items: Vec<_> = (0..queues)
        .map(|n| serde_json::json!({"name": format!("q{n}"), "vhost": "/", "state": "running", "messages_ready": n}))
        .collect();
    serde_json::Value::from(items).to_string()
}

#[tokio::test]
async fn a_list_gives_every_queue() {
    let (files, fake) = (Files::new(), api(fixtures::read("3.10.8", "queues.json")).await);
    let seen = reader(files.management(&fake)).read(&wanted(&["qq"]), at(0)).await.expect("readable");
    assert_eq!((seen.queues.len(), seen.scope, seen.finding, seen.uptime), (25, Scope::Everything, None, None));
    let qq = seen.queues.get("/", "qq").expect("listed");
    assert_eq!((qq.ready, qq.delivered), (Reading::Present(101), Reading::Present(51)));
}

#[tokio::test]
async fn few_of_many_queues_are_asked_for_by_name() {
    let (files, fake) = (Files::new(), api(list_of(100)).await);
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","state":"running","messages_ready":70}"#));
    let (mut reader, wanted) = (reader(files.management(&fake)), wanted(&["gone", "q7"]));
    reader.read(&wanted, at(0)).await.expect("readable");
    fake.take_requests();
    let seen = reader.read(&wanted, at(5)).await.expect("readable");
    let mut requests = fake.take_requests();
    requests.sort_unstable();
    let paths: Vec<_> = requests.iter().filter_map(|request| request.split(' ').next()).collect();
    assert_eq!(paths, ["/api/queues/%2F/gone", "/api/queues/%2F/q7"]);
    assert_eq!(seen.queues.get("/", "q7").map(|queue| queue.ready), Some(Reading::Present(70)));
    assert!(seen.queues.len() == 1 && seen.scope.covers("/", "gone") && !seen.scope.covers("/", "q8"));
    reader.read(&Wanted::Everything, at(10)).await.expect("readable");
    assert!(fake.take_requests()[0].starts_with("/api/queues "));
}

#[tokio::test]
async fn a_virtual_host_that_refuses_the_user_costs_only_its_own_queues() {
    let (files, fake) = (Files::new(), api(list_of(100)).await);
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","messages_ready":70}"#));
    let refusal = r#"{"error":"not_authorised","reason":"User not authorised to access virtual host"}"#;
    fake.answer("/api/queues/other/q7", Reply::new("401 Unauthorized", refusal));
    let (mut reader, other) = (reader(files.management(&fake)), QueueId::new("other", "q7"));
    let both = Wanted::Queues(vec![QueueId::new("/", "q7"), other.clone()]);
    reader.read(&both, at(0)).await.expect("readable");
    let seen = reader.read(&both, at(5)).await.expect("readable");
    assert_eq!((seen.queues.len(), seen.scope), (1, Scope::Only(vec![QueueId::new("/", "q7")])));
    let failure = reader.read(&Wanted::Queues(vec![other]), at(10)).await.expect_err("nothing was learnt");
    assert!(failure.message.contains("set_permissions"), "{failure}");
}

#[tokio::test]
async fn success_that_is_none_is_a_finding() {
    let (files, fake) = (Files::new(), api("[]").await);
    let mut reader = reader(files.management(&fake));
    let seen = reader.read(&wanted(&["a"]), at(0)).await.expect("readable");
    assert_eq!(seen.finding, Some(Finding::EmptyList));
    fake.answer("/api/queues", Reply::ok(fixtures::read("4.0.5", "nocollector-queues.json")));
    for second in [5, 10] {
        let seen = reader.read(&wanted(&["qq"]), at(second)).await.expect("readable");
        assert_eq!((seen.finding, &seen.scope), (Some(Finding::CollectorOff), &Scope::Everything));
        assert_eq!(seen.queues.get("/", "qq"), Some(&QueueReading::absent(Absence::CollectorOff)));
    }
}

#[tokio::test]
async fn uptime_is_asked_for_only_where_the_user_may_know() {
    let (files, fake) = (Files::new(), api(list_of(3)).await);
    let nodes = r#"[{"uptime":3254200,"name":"a@b","running":true},{"uptime":90000,"name":"b@b","running":true},{"name":"c@b","running":false}]"#;
    fake.answer("/api/nodes", Reply::ok(nodes));
    let mut reader = reader(files.management(&fake));
    for second in [0, 5] {
        assert_eq!(reader.read(&wanted(&[]), at(second)).await.expect("readable").uptime, None);
    }
    let asked = fake.take_requests().into_iter().filter(|path| path.contains("whoami") || path.contains("nodes"));
    assert_eq!(asked.count(), 1);
    fake.answer("/api/whoami", Reply::ok(r#"{"name":"eve","tags":["monitoring"]}"#));
    files.rotate("eve", "another secret");
    let seen = reader.read(&wanted(&[]), at(10)).await.expect("readable");
    assert_eq!(seen.uptime, Some(std::time::Duration::from_secs(90)));
}

#[tokio::test]
async fn credentials_are_read_again_at_each_read() {
    let (files, fake) = (Files::new(), api(list_of(3)).await);
    let mut reader = reader(files.management(&fake));
    reader.read(&wanted(&[]), at(0)).await.expect("readable");
    let before = fake.take_requests();
    files.rotate("ann", "second secret");
    reader.read(&wanted(&[]), at(5)).await.expect("readable");
    assert_ne!(before.last(), fake.take_requests().last());
    files.rotate("ann", "");
    let failure = reader.read(&wanted(&[]), at(10)).await.expect_err("no password");
    assert_eq!(failure.kind, FailureKind::Credentials);
    assert!(failure.message.contains("password") && failure.message.contains("is empty"), "{failure}");
}
