//! Queues that do not exist, and what was probably meant.

use super::*;

#[track_caller]
fn missing(answer: Result<Vec<Item>, Refusal>, message: &str) {
    check_refusal(answer, Reason::QueueMissing, message);
}

/// A state with these queues, each in its virtual host.
fn having(queues: &[(&str, &str)]) -> BrokerState {
    let ids = queues.iter().map(|(vhost, name)| (QueueId::new(*vhost, *name), reading(1, 0, 0, None)));
    long_read().advance(&Observation { queues: ids.collect(), ..observation(5, vec![]) })
}

/// Checks the end of the message for a selector.
#[track_caller]
fn check_hint(state: BrokerState, selector: &str, expected: &str) {
    let refusal = ask_of(state, "rabbitmq_queue_messages", selector, 8).expect_err("it is missing");
    let hint = refusal.message.split_once("the broker's list of queues does not have it; ").expect("a hint").1;
    assert_eq!((refusal.reason, hint), (Reason::QueueMissing, expected), "{selector}");
}

#[test]
fn a_queue_or_virtual_host_that_nothing_resembles() {
    missing(
        ask("rabbitmq_queue_messages", "queue=c"),
        "queue `c` in vhost `/` of broker `main` does not exist: the broker's list of queues does not have it; declare it, or \
         correct the selector's label `queue`",
    );
    missing(
        ask("rabbitmq_queue_messages", "queue=c,vhost=b"),
        "queue `c` in vhost `b` of broker `main` does not exist: the broker's list of queues does not have it; no queue is \
         known in that vhost: correct the label `vhost`, or give Leveret's user permission on it",
    );
    missing(
        ask("rabbitmq_queue_messages", "backlog=strict"),
        "backlog `strict` on broker `main`: queue `not_yet` in vhost `/` of broker `main` does not exist: the broker's list of \
         queues does not have it; declare it, or correct the backlog's `queues`",
    );
    missing(
        ask("rabbitmq_queue_messages", "backlog=nothing"),
        "backlog `nothing` on broker `main`: its pattern matches none of the queues in vhost `/`; correct the pattern, or set \
         `whenMissing: zero` if no queue means no messages",
    );
}

#[test]
fn a_queue_that_another_virtual_host_has() {
    let leave_out = "the default vhost `/` has a queue of that name: leave the label `vhost` out";
    check_hint(state(), "queue=a,vhost=b", leave_out);
    let set = "vhost `b` has a queue of that name: set the label `vhost` to it";
    check_hint(having(&[("z", "a"), ("b", "a")]), "queue=a", set);
    check_hint(
        having(&[("shop/eu", "a")]),
        "queue=a",
        "vhost `shop/eu` has a queue of that name, but a label cannot hold `shop/eu`: configure a backlog with this `vhost`",
    );
    check_hint(
        having(&[("b", "a"), ("/", "c")]),
        "backlog=strict",
        "vhost `b` has a queue of that name: correct the backlog's `vhost`",
    );
}

#[test]
fn a_queue_whose_name_is_misspelt() {
    let known = || having(&[("/", "task_queue"), ("/", "task_queue.dlq"), ("/", "mail:eu"), ("v", "task_quee")]);
    check_hint(known(), "queue=task_que", "did you mean `task_queue`?");
    check_hint(known(), "queue=Task_Queue", "did you mean `task_queue`?");
    check_hint(
        known(),
        "queue=mail-eu",
        "did you mean `mail:eu`? A label cannot hold this name: configure a backlog with it",
    );
    check_hint(having(&[("/", "a"), ("/", "not_yes")]), "backlog=strict", "did you mean `not_yes`?");
    let declare = "declare it, or correct the selector's label `queue`";
    check_hint(known(), "queue=tasks", declare);
    check_hint(known(), "queue=orders", declare);
}

#[test]
fn of_equally_near_names_the_first_is_meant_at_every_question() {
    for order in [["orders_c", "orders_b", "orders_d"], ["orders_d", "orders_c", "orders_b"]] {
        check_hint(having(&order.map(|name| ("/", name))), "queue=orders_a", "did you mean `orders_b`?");
    }
}

#[test]
fn of_very_many_names_that_are_alike_none_is_meant() {
    let names: Vec<String> = (0..2000).map(|n| format!("order-{n:04}")).collect();
    let queues: Vec<_> = names.iter().map(|name| ("/", name.as_str())).collect();
    check_hint(having(&queues), "queue=order-12345", "declare it, or correct the selector's label `queue`");
    check_hint(having(&queues[..400]), "queue=order-0400", "did you mean `order-0000`?");
}

#[test]
fn a_virtual_host_of_very_many_queues_has_no_suggestion() {
    let names: Vec<String> = (0..20_000).map(|n| format!("{n}")).collect();
    let mut queues: Vec<_> = names.iter().map(|name| ("/", name.as_str())).collect();
    queues[0].1 = "task_queue";
    check_hint(having(&queues), "queue=task_que", "did you mean `task_queue`?");
    queues.push(("/", "one_more"));
    check_hint(having(&queues), "queue=task_que", "declare it, or correct the selector's label `queue`");
}

#[test]
fn gauges_suggest_nothing() {
    let state = having(&[("/", "task_queue"), ("shop", "task_que"), ("shop", "jobs")]);
    let snapshot = Snapshot::default().with("main", state);
    let queue = QueueId::new("/", "task_que");
    let refusal = crate::catalog::of_queue(Signal::Messages, &broker("main"), &queue, &snapshot, at(8));
    let message = refusal.expect_err("it is missing").message;
    assert!(message.ends_with("declare it, or correct the selector's label `queue`"), "{message}");
}

#[test]
fn a_name_in_a_backlog_that_looks_like_a_pattern() {
    let (sum, error) = (Aggregate::Sum, WhenMissing::Error);
    let (queues, vhosts) = (backlog("queues", names(&["orders.*"]), sum, error), names(&["shop-.*", "/"]));
    let of_pattern = Backlog { vhosts: pattern(".*", None), ..(*queues).clone() };
    let in_vhosts = Backlog { vhosts, queues: names(&["a"]), ..(*queues).clone() };
    for (backlog, hint) in [
        ((*queues).clone(), "names are taken literally: in the backlog's `queues`, write `match` for a pattern"),
        (of_pattern, "names are taken literally: in the backlog's `queues`, write `match` for a pattern"),
        (
            in_vhosts,
            "no queue is known in that vhost: names are taken literally: write `vhosts: {match: …}` for a pattern, or give \
             Leveret's user permission on it",
        ),
    ] {
        let view = View { backlogs: vec![Arc::new(backlog)], ..view() };
        let snapshot = Snapshot::default().with("main", having(&[("/", "orders.eu"), ("/", "orders.e")]));
        let refusal = answer(&view, &snapshot, "rabbitmq_queue_messages", "backlog=queues", at(8)).1;
        let message = refusal.expect_err("it is missing").message;
        assert!(message.ends_with(hint), "{message}");
    }
}
