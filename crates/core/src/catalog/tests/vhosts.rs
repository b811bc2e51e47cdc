//! Backlogs over several virtual hosts.

use super::*;
use crate::observation::{UnreadVhost, Vhosts};

fn over(name: &str, vhosts: Choice, queues: Choice, when_missing: WhenMissing) -> Arc<Backlog> {
    let one = backlog(name, queues, Aggregate::Sum, when_missing);
    Arc::new(Backlog { vhosts, ..(*one).clone() })
}

fn tenants() -> Choice {
    pattern("tenant-.*", Some(".*-test"))
}

fn view() -> View {
    let (error, zero) = (WhenMissing::Error, WhenMissing::Zero);
    let (two, three) = (names(&["tenant-1", "tenant-2"]), names(&["tenant-1", "tenant-2", "tenant-3"]));
    let backlogs = vec![
        over("two", two.clone(), names(&["jobs"]), error),
        over("three", three.clone(), names(&["jobs"]), error),
        over("three_or_zero", three.clone(), names(&["jobs"]), zero),
        over("all_of_two", two, pattern(".*", None), error),
        over("all_of_three", three.clone(), pattern(".*", None), error),
        over("all_of_three_or_zero", three, pattern(".*", None), zero),
        over("tenants", tenants(), names(&["jobs"]), error),
        over("tenants_with_mail", tenants(), names(&["jobs", "mail"]), error),
        over("misspelt", tenants(), names(&["jobs", "mial"]), error),
        over("misspelt_or_zero", tenants(), names(&["jobs", "mial"]), zero),
        over("all_of_tenants", tenants(), pattern(".*", Some("mail")), error),
        over("none", pattern("customer-.*", None), pattern(".*", None), error),
        over("none_or_zero", pattern("customer-.*", None), pattern(".*", None), zero),
    ];
    View { brokers: vec![broker("main")], backlogs }
}

fn poll(seconds: u64, vhosts: Vhosts) -> Observation {
    let queues = [
        ("/", "jobs", 1000),
        ("tenant-1", "jobs", 1),
        ("tenant-1", "mail", 10),
        ("tenant-2", "jobs", 100),
        ("tenant-4-test", "jobs", 1000),
    ];
    let queues = queues.map(|(vhost, name, ready)| (QueueId::new(vhost, name), reading(ready, 0, 1, None)));
    let absences = Absences::Proven { by: SourceKind::Management, vhosts };
    Observation { queues: queues.into_iter().collect(), absences, ..crate::testing::observation(seconds, &[]) }
}

fn ask(backlog: &str, vhosts: Vhosts) -> Result<Item, Refusal> {
    let snapshot = Snapshot::default().with("main", long_read().advance(&poll(5, vhosts)));
    let selector = format!("backlog={backlog}");
    answer(&view(), &snapshot, "rabbitmq_queue_messages", &selector, at(8)).1.map(|mut items| items.remove(0))
}

#[track_caller]
fn check(backlog: &str, expected: &str) {
    assert_eq!(ask(backlog, Vhosts::All).expect("a number").value.to_string(), expected, "{backlog}");
}

#[track_caller]
fn check_refused(backlog: &str, vhosts: Vhosts, reason: Reason, message: &str) {
    check_refusal(ask(backlog, vhosts).map(|item| vec![item]), reason, message);
}

#[test]
fn the_queues_of_all_virtual_hosts_are_one_number() {
    check("two", "101");
    check("three_or_zero", "101");
    check("all_of_two", "111");
    check("all_of_three_or_zero", "111");
    check("tenants", "101");
    check("tenants_with_mail", "111");
    check("misspelt_or_zero", "101");
    check("all_of_tenants", "101");
    check("none_or_zero", "0");
    let item = ask("two", Vhosts::All).expect("a number");
    let labels: Vec<_> = item.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!((labels.as_slice(), item.at), (["broker=main".to_owned(), "backlog=two".to_owned()].as_slice(), at(5)));
}

#[test]
fn a_listed_queue_is_expected_in_every_listed_virtual_host() {
    check_refused(
        "three",
        Vhosts::All,
        Reason::QueueMissing,
        "backlog `three` on broker `main`: queue `jobs` in vhost `tenant-3` of broker `main` does not exist: the broker's list \
         of queues does not have it; no queue is known in that vhost: correct the backlog's `vhosts`, or give Leveret's user \
         permission on it",
    );
    check_refused(
        "all_of_three",
        Vhosts::All,
        Reason::QueueMissing,
        "backlog `all_of_three` on broker `main`: its pattern matches none of the queues in vhost `tenant-3`; no queue is known \
         in that vhost: correct the backlog's `vhosts`, or give Leveret's user permission on it",
    );
}

#[test]
fn a_listed_queue_is_expected_in_one_of_the_virtual_hosts_that_match() {
    check_refused(
        "misspelt",
        Vhosts::All,
        Reason::QueueMissing,
        "backlog `misspelt` on broker `main`: none of the virtual hosts that `vhosts` matches has queue `mial`; correct `vhosts` \
         or `queues`, or set `whenMissing: zero` if no queue means no messages",
    );
    check_refused(
        "none",
        Vhosts::All,
        Reason::QueueMissing,
        "backlog `none` on broker `main`: none of the virtual hosts that `vhosts` matches has a queue that its pattern matches; \
         correct `vhosts` or `queues`, or set `whenMissing: zero` if no queue means no messages",
    );
}

#[test]
fn a_pattern_needs_a_list_of_all_virtual_hosts_that_match() {
    let seen = || ["/", "tenant-1", "tenant-2"].map(Into::into).to_vec();
    for backlog in ["tenants", "all_of_tenants", "misspelt_or_zero", "none_or_zero"] {
        let message = format!(
            "backlog `{backlog}` on broker `main`: Leveret's user on broker `main` is shown only the virtual hosts that it has \
             permission on, so others that `vhosts` matches may be missing; give the user the tag `monitoring`, configure \
             `prometheus` for the broker, or list the virtual hosts"
        );
        check_refused(backlog, Vhosts::Only(seen()), Reason::Unproven, &message);
    }
    assert_eq!(ask("two", Vhosts::Only(seen())).expect("both are shown").value.to_string(), "101");

    let hidden = |names: &[&str]| Vhosts::AllBut(names.iter().map(|name| (*name).into()).collect());
    let other = ask("tenants", hidden(&["shop", "tenant-5-test"])).expect("the hidden ones do not match");
    assert_eq!(other.value.to_string(), "101");
    check_refused(
        "tenants",
        hidden(&["shop", "tenant-3"]),
        Reason::NoPermission,
        "backlog `tenants` on broker `main`: Leveret's user on broker `main` may not see virtual host `tenant-3`, which `vhosts` \
         matches; let an administrator run `rabbitmqctl set_permissions -p tenant-3 USER '^$' '^$' '^$'`, or exclude it",
    );
}

#[test]
fn the_first_queue_without_a_number_is_named_with_its_virtual_host() {
    let snapshot = Snapshot::default().with("main", long_read().advance(&poll(5, Vhosts::All)));
    for (backlog, queue) in [("two", "`jobs` in vhost `tenant-1`"), ("all_of_tenants", "`jobs` in vhost `tenant-1`")] {
        let refusal = answer(&view(), &snapshot, "rabbitmq_queue_ack_rate", &format!("backlog={backlog}"), at(8)).1;
        let refusal = refusal.expect_err("nothing was counted");
        assert!(refusal.message.starts_with(&format!("queue {queue} of broker `main` has no")), "{refusal}");
    }
}

#[test]
fn a_pattern_is_refused_when_its_list_is_too_old() {
    let snapshot = Snapshot::default().with("main", long_read().advance(&poll(5, Vhosts::All)));
    let refusal = answer(&view(), &snapshot, "rabbitmq_queue_messages", "backlog=none_or_zero", at(60)).1;
    assert_eq!(refusal.expect_err("it is stale").reason, Reason::Unseen);
}

#[test]
fn a_virtual_host_that_cannot_be_read_has_the_reason() {
    let unread = UnreadVhost { vhost: "tenant-3".into(), why: "it answered 500".to_owned() };
    let state = long_read()
        .advance(&Observation { unread_vhosts: vec![unread], ..poll(5, Vhosts::AllBut(vec!["tenant-3".into()])) });
    let snapshot = Snapshot::default().with("main", state);
    let ask = |selector: &str| answer(&view(), &snapshot, "rabbitmq_queue_messages", selector, at(8)).1;
    let why =
        "the queues of virtual host `tenant-3` on broker `main` have not been read since 00:00:05Z: it answered 500";
    for (selector, subject) in [
        ("queue=jobs,vhost=tenant-3", "queue `jobs` in vhost `tenant-3` of broker `main`"),
        ("backlog=three_or_zero", "queue `jobs` in vhost `tenant-3` of broker `main`"),
        ("backlog=all_of_three_or_zero", "backlog `all_of_three_or_zero` on broker `main`"),
        ("backlog=tenants", "backlog `tenants` on broker `main`"),
    ] {
        check_refusal(ask(selector), Reason::Unreadable, &format!("{subject}: {why}"));
    }
    assert_eq!(ask("backlog=two").expect("a number")[0].value.to_string(), "101");
}
