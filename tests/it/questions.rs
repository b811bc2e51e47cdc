//! Every question gets the right answer or the right Status, through the aggregator and past it.

use std::time::Duration;

use leveret_core::catalog::SIGNALS;
use serde_json::Value;

use crate::support::broker::{Sources, Version};
use crate::support::scene::Scene;
use crate::support::{wait, workload};
use leveret_harness::Client;
use leveret_harness::{Authority, Certificate};

const MINUTE: Duration = Duration::from_secs(60);

const API: &str = "/apis/external.metrics.k8s.io/v1beta1";

const QUESTION: &str =
    "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/rabbitmq_queue_messages?labelSelector=queue%3Dtask_queue";

#[test]
fn every_question_gets_its_answer_or_the_right_status() {
    let mut scene = Scene::start(Version::V4_0, &[], |broker| {
        broker.declare("/", "task_queue", "classic");
        broker.publish("/", "task_queue", 3);
        format!("brokers:\n{}", broker.configured("main", Sources::Both, "pollInterval: 1s\nmaxSampleAge: 4s"))
    });
    let list: Value = wait::until("the first answer", MINUTE, || {
        let answer = scene.kubectl().raw(QUESTION).map_err(|seen| format!("{seen}\n{}", scene.leveret.tail()))?;
        let list: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        if list["items"][0]["value"] == "3" { Ok(list) } else { Err(answer) }
    });
    assert_eq!(list["kind"], "ExternalMetricValueList", "{list}");
    assert_eq!(list["items"][0]["metricLabels"]["queue"], "task_queue", "{list}");

    discovery(&scene);
    refusals(&scene);
    callers_through_the_aggregator(&scene);
    callers_past_the_aggregator(&scene);

    scene.broker.process().stop();
    let stale = wait::until("the numbers to be too old", MINUTE, || match scene.kubectl().raw(QUESTION) {
        Ok(answer) => Err(answer),
        Err(complaint) => Ok(complaint),
    });
    assert!(
        stale.contains("ServiceUnavailable") && stale.contains("longer ago than `maxSampleAge` (4s) allows"),
        "{stale}"
    );
}

fn discovery(scene: &Scene) {
    let plain: Value = serde_json::from_str(&scene.kubectl().raw(API).expect("it is served")).expect("it is JSON");
    let served: Vec<_> = plain["resources"].as_array().into_iter().flatten().map(|it| it["name"].clone()).collect();
    assert_eq!(served, SIGNALS.map(|row| Value::from(row.name)), "{plain}");

    wait::until("the API server to list the group's description", MINUTE * 2, || {
        let versions = scene.kubectl().raw("/openapi/v3")?;
        if versions.contains("apis/external.metrics.k8s.io/v1beta1") { Ok(()) } else { Err("it does not".to_owned()) }
    });

    // kubectl cannot ask for the aggregated form by itself.
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let client = scene.cluster.client().header("accept", accept);
    wait::until("the group to be current in aggregated discovery", MINUTE, || {
        let groups = client.get(&format!("{}/apis", scene.cluster.url()))?.json();
        let group = groups["items"].as_array().into_iter().flatten();
        let group = group.into_iter().find(|it| it["metadata"]["name"] == "external.metrics.k8s.io");
        let version = group.ok_or("the group is not there")?["versions"][0].clone();
        let complete = version["resources"].as_array().is_some_and(|all| all.len() == SIGNALS.len());
        if complete && version["freshness"] == "Current" { Ok(()) } else { Err(version.to_string()) }
    });
}

fn refusals(scene: &Scene) {
    let refused = |path: &str, words: &[&str]| {
        // That a queue does not exist is not said before the broker has been read for some seconds.
        wait::until(&format!("`{path}` to be refused with {words:?}"), MINUTE, || {
            let complaint = scene.kubectl().raw(&format!("{API}/namespaces/default/{path}")).expect_err(path);
            if words.iter().all(|word| complaint.contains(word)) { Ok(()) } else { Err(complaint) }
        });
    };
    refused("rabbitmq_queue_messages", &["BadRequest", "neither a `queue` nor a `backlog`"]);
    refused("rabbitmq_queue_messages?labelSelector=vhost%3Dv", &["BadRequest", "neither a `queue` nor a `backlog`"]);
    refused("rabbitmq_queue_messages?labelSelector=queue%3E5", &["BadRequest", "queue>5"]);
    refused("rabbitmq_queue_massages?labelSelector=queue%3Da", &["NotFound", "rabbitmq_queue_massages"]);
    refused("rabbitmq_queue_messages?labelSelector=queue%3Dno", &["NotFound", "queue `no`", "does not exist"]);

    let complains = |name: &str, hpa: Value, words: &[&str]| {
        scene.apply(&[workload::sleepers(name, 1), hpa]);
        scene.wait_for_complaint(name, words);
    };
    complains("no-queue", workload::hpa("no-queue", &[("vhost", "v")], 1, 4), &["neither a `queue` nor a `backlog`"]);
    let mut unknown = workload::hpa("unknown", &[("queue", "task_queue")], 1, 4);
    unknown["spec"]["metrics"][0]["external"]["metric"]["name"] = "rabbitmq_queue_massages".into();
    complains("unknown", unknown, &["rabbitmq_queue_massages"]);
}

fn callers_through_the_aggregator(scene: &Scene) {
    let unprivileged = scene.cluster.kubectl_as("unprivileged", &[]);
    let complaint = unprivileged.raw(QUESTION).expect_err("this user may not ask");
    assert!(complaint.contains("Forbidden") && complaint.contains(r#"User "unprivileged" cannot list"#), "{complaint}");
    grant(scene, "reader", "--user=reader");
    let reader = scene.cluster.kubectl_as("reader", &[]);
    wait::until("the reader's answer", MINUTE, || reader.raw(QUESTION));
}

fn callers_past_the_aggregator(scene: &Scene) {
    let anonymous = scene.leveret.anonymous();
    let status = |client: &Client, path: &str| scene.leveret.ask_as(client, path).expect("there is an answer").status;

    assert_eq!(status(&anonymous, QUESTION), 403, "an anonymous request is denied");
    assert_eq!(status(&anonymous.clone().header("authorization", "Bearer made-up"), QUESTION), 401);
    let claims = |client: Client| client.header("x-remote-user", "admin").header("x-remote-group", "system:masters");
    assert_eq!(status(&claims(anonymous.clone()), QUESTION), 403, "a header without the proxy's certificate is denied");

    let folder = scene.folder();
    let forged = Authority::new("front-proxy").client("front-proxy-client", &["system:masters"]);
    let poser = claims(anonymous.clone()).identity(&forged.pem());
    // The handshake may already refuse a certificate of an authority that is not trusted.
    let answer = scene.leveret.ask_as(&poser, QUESTION);
    assert!(answer.as_ref().map_or(true, |it| it.status == 401), "a forged certificate is accepted: {answer:?}");

    let front_proxy = Certificate::in_folder(folder, "front-proxy-client");
    assert_eq!(
        status(&claims(anonymous.clone()).identity(&pem(&front_proxy)), QUESTION),
        200,
        "the front proxy itself"
    );
    let unprivileged = Certificate::in_folder(folder, "unprivileged");
    let posing = claims(anonymous.clone()).identity(&pem(&unprivileged));
    assert_eq!(status(&posing, QUESTION), 403, "another client's certificate does not make it a front proxy");
    let reader = Certificate::in_folder(folder, "reader");
    assert_eq!(status(&anonymous.clone().identity(&pem(&reader)), QUESTION), 200, "a client with rights");

    let token = |account: &str| {
        let made = scene.kubectl().run(&["create", "serviceaccount", account], "");
        made.expect("an account can be made");
        let token = scene.kubectl().run(&["create", "token", account], "").expect("it gets a token");
        anonymous.clone().header("authorization", &format!("Bearer {}", token.trim()))
    };
    assert_eq!(status(&token("without-rights"), QUESTION), 403);
    let with_rights = token("with-rights");
    grant(scene, "with-rights", "--serviceaccount=default:with-rights");
    wait::until("the right to be known", MINUTE, || scene.leveret.ask_as(&with_rights, QUESTION)?.ok());

    for open in ["/livez", "/readyz", "/healthz"] {
        assert_eq!(status(&anonymous, open), 200, "{open} is for everybody");
    }
}

fn grant(scene: &Scene, name: &str, subject: &str) {
    let role = "--clusterrole=leveret-external-metrics-reader";
    scene.kubectl().run(&["create", "clusterrolebinding", name, role, subject], "").expect("a right can be granted");
}

fn pem(certificate: &Certificate) -> String {
    let read = |path| std::fs::read_to_string(path).expect("the file was written");
    read(&certificate.certificate) + &read(&certificate.key)
}
