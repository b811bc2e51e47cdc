//! What is scaled, and by which HPA: the shipped definitions with a test's numbers in them.

use std::path::Path;

use serde_json::{Value, json};

use super::broker::Broker;
use super::parts;

/// A definition that is shipped, as JSON.
#[track_caller]
pub(crate) fn shipped(path: &str) -> Value {
    let text = std::fs::read_to_string(parts::repository(path)).expect("the definition is there");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("`{path}`: {error}"))
}

/// The shipped HPA, from `minimum` to `maximum`, that reacts within seconds when there is less to do.
pub(crate) fn hpa(name: &str, selector: &[(&str, &str)], minimum: u32, maximum: u32) -> Value {
    let file =
        if minimum == 0 { "manifests/hpa/task-consumer-to-zero.yaml" } else { "manifests/hpa/task-consumer.yaml" };
    let mut hpa = shipped(file);
    hpa["metadata"]["name"] = json!(name);
    hpa["metadata"]["namespace"] = json!("default");
    let spec = &mut hpa["spec"];
    spec["scaleTargetRef"]["name"] = json!(name);
    (spec["minReplicas"], spec["maxReplicas"]) = (json!(minimum), json!(maximum));
    let labels: serde_json::Map<_, _> = selector.iter().map(|&(key, value)| (key.to_owned(), json!(value))).collect();
    spec["metrics"][0]["external"]["metric"]["selector"]["matchLabels"] = Value::Object(labels);
    spec["behavior"] = json!({"scaleDown": {"stabilizationWindowSeconds": 2}});
    hpa
}

/// A Deployment whose pods are there and do nothing.
pub(crate) fn sleepers(name: &str, replicas: u32) -> Value {
    let container = json!({"name": "sleeper", "image": "none", "command": ["/bin/sleep"], "args": ["1000"]});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [container], "terminationGracePeriodSeconds": 5},
            },
        },
    })
}

/// The shipped Deployment of consumers of `task_queue`, except for where it finds the broker and for how long a task's
/// work takes; in `journal` the consumers note what they do.
pub(crate) fn consumers(broker: &Broker, journal: &Path, work: &str) -> Value {
    let mut deployment = shipped("reference/manifests/consumer.yaml");
    deployment["metadata"]["namespace"] = json!("default");
    let container = &mut deployment["spec"]["template"]["spec"]["containers"][0];
    // What the image's entry point is; the node agent has no images.
    container["command"] = json!(["task-consumer"]);
    let mine = [
        ("--amqp-url", broker.amqp_url()),
        ("--username-file", broker.administrator_file("username")),
        ("--password-file", broker.administrator_file("password")),
        ("--work", work.to_owned()),
        ("--metrics-listen", "127.0.0.1:0".to_owned()),
    ];
    let arguments = container["args"].as_array_mut().expect("the container has arguments");
    for (flag, value) in mine {
        let shipped = arguments.iter_mut().find(|it| it.as_str().is_some_and(|it| it.starts_with(flag)));
        *shipped.unwrap_or_else(|| panic!("the shipped consumer has `{flag}`")) = json!(format!("{flag}={value}"));
    }
    arguments.push(json!(format!("--journal={}", journal.display())));
    deployment
}
