//! A question that has no number is in the log, once, and in the metrics.

use leveret_harness::Client;

use crate::program::{Program, Stderr};

/// The log lines with these words.
fn lines(leveret: &Program, words: &str) -> Vec<String> {
    leveret.log().lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
}

/// Asks for a metric as an HPA does, and expects an error.
#[track_caller]
fn ask(leveret: &Program, metric: &str, selector: &str) {
    let file = |name: &str| std::fs::read_to_string(leveret.file("credentials").join(name)).expect("it is written");
    let client = Client::trusting(&file("ca.crt")).header("authorization", &format!("Bearer {}", file("token")));
    let path = format!("apis/external.metrics.k8s.io/v1beta1/namespaces/a/{metric}?labelSelector={selector}");
    let answer = client.get(&format!("https://{}/{path}", file("address"))).expect("an answer");
    assert!(answer.status >= 400, "{answer:?}");
}

#[test]
fn a_question_without_a_number_is_in_the_log_once_and_in_the_metrics() {
    let mut leveret = Program::without_cluster(Stderr::File, &["--config", "leveret.yaml"]);
    leveret.logs("external metrics API listening");
    // The broker refuses connections.
    leveret.logs("the broker cannot be read broker=\"main\" reason=\"unreadable\"");
    for _ in 0..3 {
        ask(&leveret, "rabbitmq_queue_messages", "queue%20in%20(a,b)");
        ask(&leveret, "rabbitmq_queue_massages", "queue%3Da");
    }
    let logged = lines(&leveret, "no number");
    assert_eq!(logged.len(), 3, "{logged:?}");
    for (line, queue) in logged.iter().zip(["a", "b"]) {
        for words in [
            "WARN no number metric=\"rabbitmq_queue_messages\" broker=\"main\" vhost=\"/\"",
            &format!(
                "queue=\"{queue}\" reason=\"unreadable\" why=\"queue `{queue}` in vhost `/` of broker `main`: reads of \
                      broker `main` have failed since "
            ),
        ] {
            assert!(line.contains(words), "{words}: {line}");
        }
    }
    assert!(
        logged[2].contains("reason=\"unknown_metric\" why=\"there is no metric `rabbitmq_queue_massages`"),
        "{logged:?}"
    );

    let metrics = leveret.page("/metrics");
    let shown: Vec<&str> = metrics.lines().filter(|line| line.starts_with("leveret_queue_has_number{")).collect();
    let series = |queue: &str| {
        format!(
            "leveret_queue_has_number{{backlog=\"\",broker=\"main\",queue=\"{queue}\",reason=\"unreadable\",\
             signal=\"rabbitmq_queue_messages\",vhost=\"/\"}} 0"
        )
    };
    assert_eq!(shown, [series("a"), series("b")]);
    leveret.stop();
}
