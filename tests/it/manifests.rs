//! What is shipped to be applied, against a real API server.

use crate::support::control_plane::ControlPlane;
use crate::support::kubectl::Kubectl;
use crate::support::parts::repository;

const APISERVICE: &str = "v1beta1.external.metrics.k8s.io";

#[test]
fn the_api_server_accepts_every_manifest_without_a_warning() {
    let cluster = ControlPlane::start();
    let kubectl = cluster.kubectl();
    // A dry run creates nothing, so that the namespaces have to be there before what is in them.
    for namespace in ["manifests/base/namespace.yaml", "manifests/overlays/example/workload/namespace.yaml"] {
        kubectl.apply(&read(namespace));
    }
    accepts(kubectl, &[], &rendered(kubectl, "manifests/overlays/example"));
    accepts(kubectl, &[], &without_cert_manager(&rendered(kubectl, "manifests/overlays/cert-manager")));
    for hpa in ["task-consumer", "task-consumer-to-zero", "task-consumer-behavior"] {
        accepts(kubectl, &["-n", "leveret-example"], &read(&format!("manifests/hpa/{hpa}.yaml")));
    }
}

#[test]
fn the_aggregator_is_told_to_trust_the_authority_of_the_certificate_that_leveret_serves_with() {
    let cluster = ControlPlane::start();
    let kubectl = cluster.kubectl();
    kubectl.apply(&rendered(kubectl, "manifests/overlays/example"));
    let service = kubectl.get("default", &format!("apiservice/{APISERVICE}")).expect("it was applied");
    let secret = kubectl.get("leveret", "secret/leveret-tls").expect("it was applied");
    assert_eq!(service["spec"]["caBundle"], secret["data"]["ca.crt"]);
    assert!(service["spec"]["caBundle"].as_str().is_some_and(|bundle| !bundle.is_empty()), "{service}");
    assert!(service["spec"].get("insecureSkipTLSVerify").is_none(), "{service}");
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
