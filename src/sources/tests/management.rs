//! Reading the management API alone.

use super::fake::{Fake, Reply, Then};
use super::fixtures;
use super::setup::{Files, at, names, reader, wanted};
use crate::config::Connection;
use crate::sources::Wanted;
use leveret_core::observation::{
    Absence, Absences, FailureKind, Finding, Observation, QueueId, QueueReading, Reading, Scope, SourceKind, Vhosts,
};

/// A management API that knows its user, and answers `/api/queues` with `list`.
pub(super) async fn api(list: impl AsRef<[u8]>) -> Fake {
    let fake = Fake::start().await;
    fake.answer("/api/whoami", Reply::ok(r#"{"name":"ann","tags":["management"]}"#));
    fake.answer("/api/queues", Reply::ok(list));
    fake.answer("/api/vhosts", Reply::ok(r#"[{"name":"/","cluster_state":{"a@b":"running"}}]"#));
    fake
}

/// For how long the nodes have been answering.
fn answering(seen: &Observation) -> Vec<Option<std::time::Duration>> {
    seen.nodes.iter().map(|node| node.answering).collect()
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
    let seen = reader(files.management(&fake)).read(&wanted(&["qq"]), &names(), at(0)).await.expect("readable");
    assert_eq!((seen.queues.len(), seen.scope, seen.finding), (25, Scope::Everything, None));
    let qq = seen.queues.get("/", "qq").expect("listed");
    assert_eq!((qq.ready, qq.delivered), (Reading::Present(101), Reading::Present(51)));
}

#[tokio::test]
async fn few_of_many_queues_are_asked_for_by_name() {
    let (files, fake) = (Files::new(), api(list_of(100)).await);
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","state":"running","messages_ready":70}"#));
    let page = "/api/queues/%2F?page=1&page_size=500&name=gone&columns=name";
    fake.answer(page, Reply::ok(r#"{"filtered_count":1,"items":[{"name":"gone2"}]}"#));
    let (mut reader, wanted) = (reader(files.management(&fake)), wanted(&["gone", "q7"]));
    reader.read(&wanted, &names(), at(0)).await.expect("readable");
    fake.take_requests();
    let seen = reader.read(&wanted, &names(), at(5)).await.expect("readable");
    let mut requests = fake.take_requests();
    requests.sort_unstable();
    let paths: Vec<_> = requests.iter().filter_map(|request| request.split(' ').next()).collect();
    assert_eq!(paths, ["/api/queues/%2F", "/api/queues/%2F/gone", "/api/queues/%2F/q7", "/api/vhosts"]);
    assert_eq!(seen.queues.get("/", "q7").map(|queue| queue.ready), Some(Reading::Present(70)));
    assert!(seen.queues.len() == 1 && seen.scope.covers("/", "gone") && !seen.scope.covers("/", "q8"));
    reader.read(&Wanted::Everything, &names(), at(10)).await.expect("readable");
    assert!(fake.take_requests()[1].starts_with("/api/queues "));
}

/// What a read of two single queues, of which `/` has `q7` and `gone` gives 404, proves about `gone`.
async fn covers_gone(page: Reply, vhosts: &str) -> bool {
    let (files, fake) = (Files::new(), api(list_of(100)).await);
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","messages_ready":70,"consumers":0}"#));
    fake.answer("/api/queues/%2F?page=1&page_size=500&name=gone&columns=name", page);
    let (mut reader, wanted) = (reader(files.management(&fake)), wanted(&["gone", "q7"]));
    reader.read(&wanted, &names(), at(0)).await.expect("readable");
    fake.answer("/api/vhosts", Reply::ok(vhosts));
    let seen = reader.read(&wanted, &names(), at(5)).await.expect("readable");
    assert_eq!(seen.queues.get("/", "q7").map(|queue| queue.ready), Some(Reading::Present(70)));
    seen.scope.covers("/", "gone") && matches!(seen.absences, Absences::Proven { .. })
}

#[tokio::test]
async fn a_404_alone_proves_nothing() {
    let running = r#"[{"name":"/","cluster_state":{"a@b":"running"}}]"#;
    let empty = || Reply::ok(r#"{"filtered_count":0,"item_count":0,"items":[],"page":1}"#);
    assert!(covers_gone(empty(), running).await);
    assert!(!covers_gone(Reply::ok(r#"{"filtered_count":1,"items":[{"name":"gone"}]}"#), running).await, "it is there");
    assert!(
        !covers_gone(Reply::ok(r#"{"filtered_count":501,"items":[]}"#), running).await,
        "it may be on another page"
    );
    assert!(!covers_gone(Reply::new("404 Not Found", "{}"), running).await);
    let refused = r#"{"error":"not_authorised","reason":"User not authorised to access virtual host"}"#;
    assert!(!covers_gone(Reply::new("401 Unauthorized", refused), running).await);
    assert!(!covers_gone(empty(), r#"[{"name":"/","cluster_state":{"a@b":"running","b@b":"stopped"}}]"#).await);
}

#[tokio::test]
async fn a_list_proves_something_about_the_virtual_hosts_that_the_user_may_see() {
    let (files, fake) = (Files::new(), api(list_of(3)).await);
    let mut reader = reader(files.management(&fake));
    let only = |names: &[&str]| Vhosts::Only(names.iter().map(|name| (*name).into()).collect());
    let proven = |seen: &Observation| match &seen.absences {
        Absences::Proven { by: SourceKind::Management, vhosts } => vhosts.clone(),
        other => panic!("{other:?}"),
    };
    fake.answer("/api/vhosts", Reply::ok(r#"[{"name":"/"},{"name":"shop"}]"#));
    let seen = reader.read(&Wanted::Everything, &names(), at(0)).await.expect("readable");
    assert_eq!(proven(&seen), only(&["/", "shop"]), "the user's own");

    // With the tag `monitoring` the names of all are told, whether or not their queues may be seen.
    files.rotate("eve", "another secret");
    fake.answer("/api/whoami", Reply::ok(r#"{"name":"eve","tags":["monitoring"]}"#));
    fake.answer("/api/nodes", Reply::ok("[]"));
    fake.answer("/api/vhosts", Reply::ok(r#"[{"name":"/"},{"name":"empty"},{"name":"shop"}]"#));
    fake.answer("/api/queues/empty", Reply::ok(r#"{"filtered_count":0,"items":[]}"#));
    fake.answer("/api/queues/shop", Reply::new("401 Unauthorized", "{}"));
    let seen = reader.read(&Wanted::Everything, &names(), at(5)).await.expect("readable");
    assert_eq!(proven(&seen), Vhosts::AllBut(vec!["shop".into()]), "it knows of all");

    files.rotate("root", "a third secret");
    fake.answer("/api/whoami", Reply::ok(r#"{"name":"root","tags":["administrator"]}"#));
    let seen = reader.read(&Wanted::Everything, &names(), at(10)).await.expect("readable");
    assert_eq!(proven(&seen), Vhosts::All);

    fake.answer("/api/nodes", Reply::ok(r#"[{"name":"a@b","running":true,"partitions":["b@b"]}]"#));
    let seen = reader.read(&Wanted::Everything, &names(), at(15)).await.expect("readable");
    assert!(matches!(&seen.absences, Absences::Unproven(why) if why.contains("cut off")), "{:?}", seen.absences);
}

#[tokio::test]
async fn a_virtual_host_that_refuses_the_user_costs_only_its_own_queues() {
    let (files, fake) = (Files::new(), api(list_of(100)).await);
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","messages_ready":70}"#));
    let refusal = r#"{"error":"not_authorised","reason":"User not authorised to access virtual host"}"#;
    fake.answer("/api/queues/other/q7", Reply::new("401 Unauthorized", refusal));
    let (mut reader, other) = (reader(files.management(&fake)), QueueId::new("other", "q7"));
    let both = Wanted::Queues(vec![QueueId::new("/", "q7"), other.clone()]);
    reader.read(&both, &names(), at(0)).await.expect("readable");
    let seen = reader.read(&both, &names(), at(5)).await.expect("readable");
    assert_eq!((seen.queues.len(), seen.scope), (1, Scope::Only(vec![QueueId::new("/", "q7")])));
    let failure = reader.read(&Wanted::Queues(vec![other]), &names(), at(10)).await.expect_err("nothing was learnt");
    assert!(failure.message.contains("set_permissions"), "{failure}");
}

#[tokio::test]
async fn an_answer_about_one_queue_that_cannot_be_used_costs_only_that_queue() {
    let (files, fake) = (Files::new(), api(list_of(100)).await);
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","messages_ready":70}"#));
    let mut reader = reader(files.management(&fake));
    reader.read(&wanted(&["odd", "q7"]), &names(), at(0)).await.expect("readable");
    for reply in [Reply::ok("<html>"), Reply::new("500 Internal Server Error", "{}")] {
        fake.answer("/api/queues/%2F/odd", reply);
        let seen = reader.read(&wanted(&["odd", "q7"]), &names(), at(5)).await.expect("readable");
        assert_eq!((seen.queues.len(), seen.scope), (1, Scope::Only(vec![QueueId::new("/", "q7")])));
    }
    reader.read(&wanted(&["odd"]), &names(), at(10)).await.expect_err("nothing was learnt");
}

#[tokio::test]
async fn success_that_is_none_is_a_finding() {
    let (files, fake) = (Files::new(), api("[]").await);
    let mut reader = reader(files.management(&fake));
    let seen = reader.read(&wanted(&["a"]), &names(), at(0)).await.expect("readable");
    assert_eq!(seen.finding, Some(Finding::EmptyList));
    fake.answer("/api/queues", Reply::ok(fixtures::read("4.0.5", "nocollector-queues.json")));
    for second in [5, 10] {
        let seen = reader.read(&wanted(&["qq"]), &names(), at(second)).await.expect("readable");
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
        assert_eq!(answering(&reader.read(&wanted(&[]), &names(), at(second)).await.expect("readable")), [None]);
    }
    let asked = fake.take_requests().into_iter().filter(|path| path.contains("whoami") || path.contains("nodes"));
    assert_eq!(asked.count(), 1);
    fake.answer("/api/whoami", Reply::ok(r#"{"name":"eve","tags":["monitoring"]}"#));
    files.rotate("eve", "another secret");
    let seen = reader.read(&wanted(&[]), &names(), at(10)).await.expect("readable");
    let up = |seconds| Some(std::time::Duration::from_secs(seconds));
    assert_eq!(answering(&seen), [Some(std::time::Duration::from_millis(3_254_200)), up(90)]);
}

#[tokio::test]
async fn credentials_are_read_again_at_each_read() {
    let (files, fake) = (Files::new(), api(list_of(3)).await);
    let mut reader = reader(files.management(&fake));
    reader.read(&wanted(&[]), &names(), at(0)).await.expect("readable");
    let before = fake.take_requests();
    files.rotate("ann", "second secret");
    reader.read(&wanted(&[]), &names(), at(5)).await.expect("readable");
    assert_ne!(before.last(), fake.take_requests().last());
    files.rotate("ann", "");
    let failure = reader.read(&wanted(&[]), &names(), at(10)).await.expect_err("no password");
    assert_eq!(failure.kind, FailureKind::Credentials);
    assert!(failure.message.contains("password") && failure.message.contains("is empty"), "{failure}");
}

#[tokio::test]
async fn a_list_that_never_comes_does_not_keep_a_single_queue_from_being_read() {
    let (files, fake) = (Files::new(), api(list_of(1)).await);
    fake.answer("/api/queues", Reply::ok("[]").without_last(1, Then::Hang));
    fake.answer("/api/queues/%2F/q7", Reply::ok(r#"{"name":"q7","vhost":"/","messages":7,"consumers":0}"#));
    let timeout = std::time::Duration::from_millis(700);
    let mut reader = reader(Connection { timeout, ..files.management(&fake) });
    let failure = reader.read(&wanted(&["q7"]), &names(), at(0)).await.expect_err("the first read is a list");
    assert_eq!(failure.kind, FailureKind::Timeout);
    fake.take_requests();
    let seen = reader.read(&wanted(&["q7"]), &names(), at(1)).await.expect("a single queue is read");
    assert_eq!(seen.queues.get("/", "q7").map(|queue| queue.messages), Some(Reading::Present(7)));
    let asked = fake.take_requests();
    assert!(asked.iter().all(|path| !path.starts_with("/api/queues ")), "{asked:?}");
}

/// A broker of three virtual hosts, of which `tenant` has a queue whose name RabbitMQ cannot write.
async fn with_a_bad_name() -> Fake {
    let fake = api("").await;
    let error = || Reply::new("500 Internal Server Error", r#"{"error":"Internal Server Error"}"#);
    fake.answer("/api/vhosts", Reply::ok(r#"[{"name":"/"},{"name":"shop"},{"name":"tenant"}]"#));
    fake.answer("/api/queues", error());
    fake.answer("/api/queues/%2F", Reply::ok(list_of(3)));
    fake.answer("/api/queues/shop", Reply::ok(r#"[{"name":"jobs","vhost":"shop","messages":4,"consumers":1}]"#));
    fake.answer("/api/queues/tenant", error());
    fake.answer("/api/queues/tenant/mine", Reply::ok(r#"{"name":"mine","vhost":"tenant","messages":9,"consumers":1}"#));
    fake
}

#[tokio::test]
async fn a_name_that_rabbitmq_cannot_write_costs_only_the_list_of_its_virtual_host() {
    let (files, fake) = (Files::new(), with_a_bad_name().await);
    let mut reader = reader(files.management(&fake));
    let mine = Wanted::Queues(vec![QueueId::new("tenant", "mine")]);
    for second in [0, 5] {
        let seen = reader.read(&mine, &names(), at(second)).await.expect("readable");
        let messages = |vhost: &str, name: &str| seen.queues.get(vhost, name).map(|queue| queue.messages);
        assert_eq!((seen.queues.len(), &seen.scope), (5, &Scope::Everything));
        assert_eq!(messages("shop", "jobs"), Some(Reading::Present(4)));
        assert_eq!(messages("tenant", "mine"), Some(Reading::Present(9)), "it can be read by itself");
        let vhosts = Vhosts::Only(vec!["/".into(), "shop".into()]);
        assert_eq!(seen.absences, Absences::Proven { by: SourceKind::Management, vhosts });
        let [unread] = &*seen.unread_vhosts else { panic!("{:?}", seen.unread_vhosts) };
        assert!(unread.vhost == "tenant".into() && unread.why.contains("500"), "{unread:?}");
    }
    let whole = fake.take_requests().into_iter().filter(|path| path.starts_with("/api/queues "));
    assert_eq!(whole.count(), 1, "the whole list is not tried at each read");

    fake.answer("/api/queues", Reply::ok(list_of(4)));
    let mut seen = reader.read(&mine, &names(), at(10)).await.expect("readable");
    for second in 11..30 {
        seen = reader.read(&Wanted::Everything, &names(), at(second)).await.expect("readable");
    }
    assert!(seen.unread_vhosts.is_empty() && seen.queues.len() == 4, "it is gone, and the whole list is read again");
}

#[tokio::test]
async fn a_broker_without_a_virtual_host_that_can_be_listed_cannot_be_read() {
    let (files, fake) = (Files::new(), with_a_bad_name().await);
    fake.answer("/api/vhosts", Reply::ok(r#"[{"name":"tenant"}]"#));
    let failure =
        reader(files.management(&fake)).read(&Wanted::Everything, &names(), at(0)).await.expect_err("unreadable");
    assert_eq!(failure.kind, FailureKind::Status);
}

#[tokio::test]
async fn the_first_read_after_an_outage_is_a_list() {
    let (files, fake) = (Files::new(), api(list_of(3)).await);
    let mut reader = reader(files.management(&fake));
    reader.read(&Wanted::Everything, &names(), at(0)).await.expect("readable");
    for path in ["/api/queues", "/api/vhosts"] {
        fake.answer(path, Reply::new("503 Service Unavailable", ""));
    }
    for second in 1..40 {
        reader.read(&Wanted::Everything, &names(), at(second)).await.expect_err("it is down");
    }
    fake.answer("/api/queues", Reply::ok(list_of(3)));
    fake.answer("/api/vhosts", Reply::ok(r#"[{"name":"/","cluster_state":{"a@b":"running"}}]"#));
    let seen = reader.read(&Wanted::Everything, &names(), at(40)).await.expect("it is up again");
    assert_eq!(seen.queues.len(), 3);
}

#[tokio::test]
async fn a_broker_that_counts_nothing_per_queue_says_so() {
    let queue = r#"[{"name":"a","vhost":"/","state":"running","messages":1,"messages_ready":1,"consumers":0}]"#;
    let (files, fake) = (Files::new(), api(queue).await);
    let mut first = reader(files.management(&fake));
    let published = |seen: Observation| seen.queues.get("/", "a").map(|queue| queue.published);
    let unknown = first.read(&Wanted::Everything, &names(), at(0)).await.expect("readable");
    assert_eq!(published(unknown), Some(Reading::Absent(Absence::NoTraffic)), "the mode cannot be read");
    fake.answer("/api/overview?columns=rates_mode", Reply::ok(r#"{"rates_mode":"none"}"#));
    let off = reader(files.management(&fake)).read(&Wanted::Everything, &names(), at(5)).await.expect("readable");
    assert_eq!(published(off), Some(Reading::Absent(Absence::RatesOff)));
    fake.take_requests();
    let later = first.read(&Wanted::Everything, &names(), at(299)).await.expect("readable");
    assert_eq!(published(later), Some(Reading::Absent(Absence::NoTraffic)));
    assert!(fake.take_requests().iter().all(|request| !request.contains("overview")), "it is asked for rarely");
    let later = first.read(&Wanted::Everything, &names(), at(301)).await.expect("readable");
    assert_eq!(published(later), Some(Reading::Absent(Absence::RatesOff)));
}
