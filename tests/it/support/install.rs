//! Leveret's own manifests, installed into a test's cluster as they are shipped.
//!
//! Only what a machine without containers cannot have is replaced: the Deployment (the test starts the program itself),
//! and the way to it (the Service is a name for this machine, and the port is the one that was free).

use std::path::{Component, Path};

use super::control_plane::ControlPlane;
use super::parts;

/// The name by which the aggregator verifies Leveret.
pub(crate) const SERVICE: &str = "leveret.leveret.svc";

/// What the `APIService` names while Leveret, which needs the other manifests to start, has no port yet.
pub(crate) const UNKNOWN_PORT: u16 = 1;

/// Applies `manifests/base` for a Leveret on this port; `folder` holds `tls.crt`, `tls.key` and `ca.crt`.
#[track_caller]
pub(crate) fn apply(cluster: &ControlPlane, folder: &Path, port: u16) {
    let base = relative(&folder.canonicalize().expect("the folder exists"), &parts::repository("manifests/base"));
    let overlay = format!(
        "
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: ['{base}']
secretGenerator:
- {{name: leveret-tls, namespace: leveret, type: kubernetes.io/tls, files: [tls.crt, tls.key, ca.crt]}}
generatorOptions: {{disableNameSuffixHash: true}}
replacements:
- source: {{kind: Secret, name: leveret-tls, fieldPath: 'data.[ca.crt]'}}
  targets:
  - select: {{kind: APIService, name: v1beta1.external.metrics.k8s.io}}
    fieldPaths: [spec.caBundle]
    options: {{create: true}}
patches:
- target: {{kind: Deployment, name: leveret}}
  patch: '{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: leveret}}, $patch: delete}}'
- target: {{kind: Service, name: leveret}}
  patch: '- {{op: replace, path: /spec, value: {{type: ExternalName, externalName: localhost}}}}'
- target: {{kind: APIService}}
  patch: '- {{op: replace, path: /spec/service/port, value: {port}}}'
"
    );
    std::fs::write(folder.join("kustomization.yaml"), overlay).expect("the test's folder is writable");
    let folder = folder.to_str().expect("temporary folders have plain names");
    let manifests = cluster.kubectl().run(&["kustomize", folder], "").expect("the manifests can be rendered");
    cluster.kubectl().apply(&manifests);
}

/// Whether the aggregator finds the API available.
pub(crate) fn available(cluster: &ControlPlane) -> Result<(), String> {
    let service = cluster.kubectl().get("default", "apiservice/v1beta1.external.metrics.k8s.io")?;
    let conditions = service["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let available = conditions.iter().any(|it| it["type"] == "Available" && it["status"] == "True");
    if available { Ok(()) } else { Err(format!("{conditions:?}")) }
}

/// The way from one folder to another, as kustomize wants it.
fn relative(from: &Path, to: &Path) -> String {
    let up = from.components().filter(|part| matches!(part, Component::Normal(_))).count();
    "../".repeat(up) + to.to_str().expect("the repository has a plain path").trim_start_matches('/')
}
