//! Everything at once: a control plane, a broker, Leveret between them, and a node whose pods are processes.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::broker::{Broker, Version};
use super::control_plane::ControlPlane;
use super::kubectl::Kubectl;
use super::leveret::Leveret;
use super::node_agent::NodeAgent;
use super::replicas::Replicas;
use super::wait;

/// A broker's settings with which a test need not wait long for a number.
pub(crate) const FAST: &str = "pollInterval: 1s";

/// A whole scene. It is ended in the order of its fields.
pub(crate) struct Scene {
    /// Leveret, behind the aggregator.
    pub(crate) leveret: Leveret,
    _agent: NodeAgent,
    /// The broker.
    pub(crate) broker: Broker,
    /// The control plane.
    pub(crate) cluster: ControlPlane,
}

/// What an HPA has decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// `True`, `False` or `Unknown`.
    pub(crate) status: String,
    /// One word.
    pub(crate) reason: String,
    /// A sentence.
    pub(crate) message: String,
}

impl Scene {
    /// Starts everything; `arrange` prepares the broker, and returns the configuration of Leveret.
    #[track_caller]
    pub(crate) fn start(version: Version, conf: &[&str], arrange: impl FnOnce(&Broker) -> String) -> Self {
        let (cluster, broker) = std::thread::scope(|scope| {
            let broker = scope.spawn(|| Broker::start(version, conf));
            let cluster = ControlPlane::start();
            (cluster, broker.join().expect("the broker's start has said what is wrong"))
        });
        let config = arrange(&broker);
        let leveret = Leveret::in_cluster(&cluster, &config);
        let agent = NodeAgent::start(cluster.kubectl().kubeconfig(), cluster.folder());
        Self { leveret, _agent: agent, broker, cluster }
    }

    /// kubectl as the administrator.
    pub(crate) fn kubectl(&self) -> &Kubectl {
        self.cluster.kubectl()
    }

    /// A folder that lives as long as the scene.
    pub(crate) fn folder(&self) -> &Path {
        self.cluster.folder()
    }

    /// Applies objects.
    #[track_caller]
    pub(crate) fn apply(&self, objects: &[Value]) {
        for object in objects {
            self.kubectl().apply(&object.to_string());
        }
    }

    /// Has the producer put so many tasks into `task_queue`, each confirmed by the broker.
    #[track_caller]
    pub(crate) fn produce(&self, count: u32) {
        let arguments = ["--interval", "0s", "--count", &count.to_string()];
        let mut producer = self.broker.worker("task-producer", self.folder(), &arguments);
        let status = wait::until("the producer to end", Duration::from_secs(60), || {
            producer.ended().ok_or_else(|| producer.tail())
        });
        assert!(status.success(), "the producer ended with {status}\n{}", producer.tail());
    }

    /// Waits until a Deployment wants, and has, exactly so many ready pods.
    #[track_caller]
    pub(crate) fn wait_for_pods(&self, deployment: &str, wanted: u64, limit: Duration) {
        wait::until(&format!("`{deployment}` to have {wanted} pods"), limit, || {
            let object = self.kubectl().get("default", &format!("deployment/{deployment}"))?;
            let count = |pointer: &str| object.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
            let seen = ["/spec/replicas", "/status/replicas", "/status/readyReplicas"].map(count);
            if seen == [wanted; 3] { Ok(()) } else { Err(format!("{seen:?}\n{}", self.explain(deployment))) }
        });
    }

    /// Begins to note every change of what the Deployments want.
    pub(crate) fn watch(&self) -> Replicas {
        Replicas::watch(self.kubectl(), self.folder())
    }

    /// A condition of an HPA.
    pub(crate) fn condition(&self, hpa: &str, kind: &str) -> Result<Condition, String> {
        let object = self.kubectl().get("default", &format!("hpa/{hpa}"))?;
        let conditions = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let found = conditions.iter().find(|it| it["type"] == kind).ok_or("the HPA has no such condition yet")?;
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        Ok(Condition { status: text("status"), reason: text("reason"), message: text("message") })
    }

    /// Waits until an HPA is inactive with a message that holds all of these words.
    #[track_caller]
    pub(crate) fn wait_for_complaint(&self, hpa: &str, words: &[&str]) -> Condition {
        wait::until(&format!("`{hpa}` to complain of {words:?}"), Duration::from_secs(60), || {
            let condition = self.condition(hpa, "ScalingActive")?;
            let complains = condition.status == "False" && words.iter().all(|word| condition.message.contains(word));
            if complains { Ok(condition) } else { Err(format!("{condition:?}\n{}", self.explain(hpa))) }
        })
    }

    /// Waits until an HPA is active.
    #[track_caller]
    pub(crate) fn wait_until_active(&self, hpa: &str) {
        wait::until(&format!("`{hpa}` to be active"), Duration::from_secs(60), || {
            let condition = self.condition(hpa, "ScalingActive")?;
            if condition.status == "True" { Ok(()) } else { Err(format!("{condition:?}\n{}", self.explain(hpa))) }
        });
    }

    /// The events of an HPA that have this reason.
    pub(crate) fn events(&self, hpa: &str, reason: &str) -> Result<Vec<Value>, String> {
        let selector = format!("involvedObject.kind=HorizontalPodAutoscaler,involvedObject.name={hpa},reason={reason}");
        let list = self.kubectl().run(&["get", "events", "--field-selector", &selector, "-o", "json"], "")?;
        let list: Value = serde_json::from_str(&list).map_err(|error| error.to_string())?;
        Ok(list["items"].as_array().cloned().unwrap_or_default())
    }

    /// `kubectl describe hpa`.
    pub(crate) fn describe(&self, hpa: &str) -> String {
        self.kubectl().run(&["describe", "hpa", hpa], "").unwrap_or_else(|error| error)
    }

    /// All that a failure needs to be understood.
    pub(crate) fn explain(&self, hpa: &str) -> String {
        format!("{}\n{}\n{}", self.describe(hpa), self.leveret.tail(), self.cluster.tail())
    }
}
