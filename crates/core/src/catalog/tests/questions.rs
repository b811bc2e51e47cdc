//! Questions that are wrong.

use super::*;

#[test]
fn questions_that_are_wrong() {
    let bad = |selector, message| {
        check_refusal(ask("rabbitmq_queue_messages", selector), Reason::BadSelector, message);
    };
    bad(
        "",
        "the selector names neither a `queue` nor a `backlog`, so it would add up unrelated queues; write for example `matchLabels: {queue: task_queue}`",
    );
    bad("queue=a,broker=other", "there is no broker `other` in the configuration; the configured brokers are: `main`");
    bad("queue=a,app=x", "label `app` is unknown; the labels are `queue`, `vhost`, `broker` and `backlog`");
    bad("queue!=a", "label `queue` must be given with `=` or `in`; other operators do not say which queues are meant");
    bad("vhost in (a,b),queue=a", "label `vhost` takes one value; only `queue` takes several");
    bad("queue=", "label `queue` is empty");
    bad("queue=a,queue=b", "label `queue` is given twice");
    bad(
        "backlog=both,queue=a",
        "label `backlog` cannot be combined with other labels, because the configured backlog already has its queues, virtual host and broker",
    );
    bad("queue in a", "the label selector `queue in a` cannot be parsed: expected `(` before `a`");
    check_refusal(
        ask("rabbitmq_queue_depth", "queue=a"),
        Reason::UnknownMetric,
        "there is no metric `rabbitmq_queue_depth`; Leveret serves rabbitmq_queue_messages_ready, rabbitmq_queue_messages_unacked, \
         rabbitmq_queue_messages, rabbitmq_queue_consumers, rabbitmq_queue_publish_rate, rabbitmq_queue_deliver_rate, \
         rabbitmq_queue_ack_rate, rabbitmq_queue_redeliver_rate, backlog_per_consumer",
    );
}

#[test]
fn several_brokers_need_the_label() {
    let two = View { brokers: vec![broker("main"), broker("other")], backlogs: vec![] };
    let answer = answer(&two, &Snapshot::default(), "rabbitmq_queue_messages", "queue=a", at(0)).1;
    let message = "several brokers are configured, so the selector needs the label `broker`: `main`, `other`";
    check_refusal(answer, Reason::BadSelector, message);
}
