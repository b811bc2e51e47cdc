//! What is shipped to be applied, against a real API server.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::control_plane::ControlPlane;
use crate::support::kubectl::Kubectl;
use crate::support::parts::{self, repository};

const APISERVICE: &str = "v1beta1.external.metrics.k8s.io";

/// The `APIService` of another program, as the chart of prometheus-adapter makes it.
const UNVERIFIED: &str = "
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.external.metrics.k8s.io}
spec:
  group: external.metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: prometheus-adapter, namespace: monitoring}
";

#[test]
fn the_api_server_accepts_every_manifest_without_a_warning() {
    let cluster = ControlPlane::start();
    let kubectl = cluster.kubectl();
    // A dry run creates nothing, so that the namespaces have to be there before what is in them.
    for namespace in ["manifests/base/namespace.yaml", "manifests/overlays/example/workload/namespace.yaml"] {
        kubectl.apply(&read(namespace));
    }
    accepts(kubectl, &[], &rendered(kubectl, "manifests/overlays/example"));
    for overlay in ["manifests/overlays/cert-manager", "manifests/overlays/two-brokers"] {
        accepts(kubectl, &[], &without_cert_manager(&rendered(kubectl, overlay)));
    }
    for hpa in ["task-consumer", "task-consumer-to-zero", "task-consumer-behavior"] {
        accepts(kubectl, &["-n", "leveret-example"], &read(&format!("manifests/hpa/{hpa}.yaml")));
    }
}

#[test]
fn the_aggregator_trusts_the_authority_of_the_certificate_that_leveret_serves_with() {
    let cluster = ControlPlane::start();
    let kubectl = cluster.kubectl();
    kubectl.apply(&rendered(kubectl, "manifests/overlays/example"));
    let service = kubectl.get("default", &format!("apiservice/{APISERVICE}")).expect("it was applied");
    let secret = kubectl.get("leveret", "secret/leveret-tls").expect("it was applied");
    assert_eq!(service["spec"]["caBundle"], secret["data"]["ca.crt"]);
    assert!(service["spec"]["caBundle"].as_str().is_some_and(|bundle| !bundle.is_empty()), "{service}");
    assert!(service["spec"].get("insecureSkipTLSVerify").is_none(), "{service}");
}

#[test]
fn an_owner_before_that_verified_nothing_leaves_no_trace() {
    let cluster = ControlPlane::start();
    let kubectl = cluster.kubectl();
    let installs = [
        ("the base alone", read("manifests/base/apiservice.yaml")),
        ("the example", rendered(kubectl, "manifests/overlays/example")),
    ];
    for (install, manifest) in installs {
        kubectl.run(&["create", "-f", "-"], UNVERIFIED).expect("another program may own the API");
        // As the documentation says it, from the client's side: the server's would take the field over.
        kubectl.run(&["apply", "-f", "-"], &manifest).expect("it can be applied");
        let service = kubectl.get("default", &format!("apiservice/{APISERVICE}")).expect("it was applied");
        assert_eq!(service["spec"]["service"]["name"], "leveret", "{install}");
        assert!(service["spec"].get("insecureSkipTLSVerify").is_none(), "{install}: {service}");
        kubectl.run(&["delete", "apiservice", APISERVICE], "").expect("it can be deleted");
    }
}

#[test]
fn what_the_example_s_objects_refer_to_is_in_the_example() {
    let objects = objects("manifests/overlays/example");
    let is_there = |kind: &str, namespace: &Value, name: &Value| {
        let same = |it: &Value| it["kind"] == kind && it["metadata"]["namespace"] == *namespace;
        objects.iter().any(|it| same(it) && it["metadata"]["name"] == *name)
    };
    for object in &objects {
        let (meta, spec) = (&object["metadata"], &object["spec"]);
        for (kind, name) in mounted(&spec["template"]["spec"]) {
            assert!(is_there(kind, &meta["namespace"], name), "{}: no {kind} {name}", meta["name"]);
        }
        if object["kind"] == "HorizontalPodAutoscaler" {
            let target = &spec["scaleTargetRef"];
            assert!(is_there("Deployment", &meta["namespace"], &target["name"]), "no {target}");
        }
        if object["kind"] == "Service" {
            let selects = |it: &&Value| {
                it["metadata"]["namespace"] == meta["namespace"]
                    && has_labels(&it["spec"]["template"]["metadata"]["labels"], &spec["selector"])
            };
            let pods = objects.iter().find(selects).unwrap_or_else(|| panic!("nothing is behind {}", meta["name"]));
            let open = &pods["spec"]["template"]["spec"]["containers"][0]["ports"];
            for port in spec["ports"].as_array().expect("a Service has ports") {
                let named = open.as_array().is_some_and(|open| open.iter().any(|it| it["name"] == port["targetPort"]));
                assert!(named, "{}: no port {}", meta["name"], port["targetPort"]);
            }
        }
    }
}

/// Whether labels are those that a selector wants, or more.
fn has_labels(labels: &Value, selector: &Value) -> bool {
    let wanted = selector.as_object().expect("a Service has a selector");
    labels.is_object() && wanted.iter().all(|(key, value)| labels[key] == *value)
}

#[test]
fn every_object_says_what_it_is_a_part_of_and_no_selector_does() {
    let (example, own) = (objects("manifests/overlays/example"), objects("manifests/overlays/cert-manager"));
    // Secrets and configurations are generated, the latter with the labels of what is around them.
    let is_written = |object: &&Value| object["kind"] != "Secret" && object["kind"] != "ConfigMap";
    for object in example.iter().filter(is_written) {
        let labels = &object["metadata"]["labels"];
        let part_of = labels["app.kubernetes.io/part-of"].as_str();
        assert!(matches!(part_of, Some("leveret" | "leveret-example")), "{object}");
        assert!(!object["spec"]["selector"].to_string().contains("part-of"), "{object}");
    }
    for object in own.iter().filter(is_written) {
        let labels = &object["metadata"]["labels"];
        for label in ["part-of", "component"] {
            assert!(labels[format!("app.kubernetes.io/{label}")].is_string(), "no {label}: {object}");
        }
    }
}

#[test]
fn every_file_that_a_configuration_names_is_mounted() {
    let named = regex::Regex::new(r"/etc/leveret/[\w./-]+").expect("a pattern");
    for overlay in ["manifests/overlays/cert-manager", "manifests/overlays/two-brokers"] {
        let objects = objects(overlay);
        let configuration = find(&objects, "ConfigMap")["data"]["leveret.yaml"].as_str().expect("it has the file");
        let mut mounted = Vec::new();
        for source in sources(find(&objects, "Deployment")) {
            let items = [&source["configMap"]["items"], &source["secret"]["items"]];
            let items = items.into_iter().filter_map(Value::as_array).flatten();
            mounted.extend(items.map(|item| format!("/etc/leveret/{}", item["path"].as_str().expect("a path"))));
        }
        let files: Vec<&str> = named.find_iter(configuration).map(|found| found.as_str()).collect();
        assert!(files.len() >= 2, "{overlay} names files");
        for file in files {
            assert!(mounted.iter().any(|it| it == file), "{overlay}: `{file}` is not among {mounted:?}");
        }
    }
}

#[test]
fn the_files_of_another_broker_replace_nothing() {
    let (one, two) = (objects("manifests/overlays/cert-manager"), objects("manifests/overlays/two-brokers"));
    assert_eq!(one.len(), two.len());
    for (before, mut after) in one.iter().zip(two) {
        match before["kind"].as_str() {
            Some("ConfigMap") => continue,
            Some("Deployment") => {
                let kept = sources(before);
                assert!(sources(&after).len() > kept.len() && sources(&after).starts_with(kept));
                after["spec"]["template"]["spec"]["volumes"][0]["projected"]["sources"] = kept.to_vec().into();
            }
            _ => {}
        }
        assert_eq!(*before, after);
    }
}

#[test]
fn prometheus_accepts_the_scrape_configuration() {
    let file = repository("manifests/components/prometheus/prometheus.yml");
    let checked = Command::new(parts::promtool()).args(["check", "config"]).arg(file).output();
    let checked = checked.expect("promtool can be started");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn the_alerts_fire_when_they_should_and_only_then() {
    let file = repository("tests/alerts/leveret-alerts.yml");
    let tested = Command::new(parts::promtool()).args(["test", "rules"]).arg(file).output();
    let tested = tested.expect("promtool can be started");
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}

/// The one object of this kind that is Leveret's.
#[track_caller]
fn find<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    let is_it = |object: &&Value| object["kind"] == kind && object["metadata"]["name"] == "leveret";
    objects.iter().find(is_it).unwrap_or_else(|| panic!("there is no {kind}"))
}

/// The sources of the volume that Leveret's configuration is in.
#[track_caller]
fn sources(deployment: &Value) -> &[Value] {
    let sources = deployment["spec"]["template"]["spec"]["volumes"][0]["projected"]["sources"].as_array();
    sources.expect("the volume is projected")
}

/// The names of the `ConfigMap`s and Secrets that a pod mounts.
fn mounted(pod: &Value) -> Vec<(&'static str, &Value)> {
    let volumes = pod["volumes"].as_array().into_iter().flatten();
    let parts = volumes.flat_map(|volume| {
        let projected = volume["projected"]["sources"].as_array().into_iter().flatten();
        projected.chain([volume]).flat_map(|it| {
            let secret = [&it["secret"]["name"], &it["secret"]["secretName"]];
            secret.map(|name| ("Secret", name)).into_iter().chain([("ConfigMap", &it["configMap"]["name"])])
        })
    });
    parts.filter(|(_, name)| name.is_string()).collect()
}

/// A rendered overlay, object by object.
#[track_caller]
fn objects(overlay: &str) -> Vec<Value> {
    // kubectl reads YAML and writes JSON without a server where it is to change something locally.
    let kubectl = Kubectl::new(Path::new("/dev/null"), &std::env::temp_dir());
    let arguments = ["annotate", "--local", "-f", "-", "-o", "json", "leveret.test/read="];
    let text = kubectl.run(&arguments, &rendered(&kubectl, overlay)).expect("it can be converted");
    let objects = serde_json::Deserializer::from_str(&text).into_iter();
    objects.collect::<Result<_, _>>().expect("kubectl prints JSON")
}

/// A dry run on the server: defaulting, validation and admission, Pod Security included, whose warnings count as errors.
#[track_caller]
fn accepts(kubectl: &Kubectl, flags: &[&str], manifest: &str) {
    let dry_run = ["apply", "--server-side", "--dry-run=server", "--warnings-as-errors", "-f", "-"];
    let accepted = kubectl.run(&[&dry_run, flags].concat(), manifest);
    accepted.unwrap_or_else(|error| panic!("not accepted:\n{error}\n{manifest}"));
}

#[track_caller]
fn rendered(kubectl: &Kubectl, overlay: &str) -> String {
    let folder = repository(overlay);
    let rendered = kubectl.run(&["kustomize", &folder.to_string_lossy()], "");
    rendered.unwrap_or_else(|error| panic!("`{overlay}` cannot be rendered: {error}"))
}

/// Leaves out what only a cluster with cert-manager knows.
fn without_cert_manager(manifests: &str) -> String {
    let known = manifests.split("\n---\n").filter(|it| !it.starts_with("apiVersion: cert-manager.io/"));
    known.collect::<Vec<_>>().join("\n---\n")
}

#[track_caller]
fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("cannot read `{path}`: {error}"))
}
