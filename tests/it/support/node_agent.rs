//! A node without containers: every pod's command becomes a real process of this machine.
//!
//! It does what a scheduler and a kubelet do for a simple pod: bind it, start its program, report it running and ready,
//! and, when it is deleted, send SIGTERM, wait for the grace period, and report it gone.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams, Preconditions};
use kube::config::KubeConfigOptions;
use kube::{Client, Config, ResourceExt};
use serde_json::json;

use super::parts;
use leveret_harness::{GuardedCommand, Process};

/// The name that pods are bound to; there is no such Node object.
const NODE: &str = "this-machine";

/// How often the agent looks at the pods.
const GLANCE: Duration = Duration::from_millis(200);

/// The running agent; dropping it ends it and the processes of all pods.
pub(crate) struct NodeAgent {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct RunningPod {
    process: Process,
    /// When it is killed, once its pod has been deleted.
    killed_at: Option<Instant>,
}

struct Agent {
    client: Client,
    folder: PathBuf,
    running: HashMap<String, RunningPod>,
}

impl NodeAgent {
    /// Starts an agent for all pods of a cluster; their logs go to `folder`.
    pub(crate) fn start(kubeconfig: &Path, folder: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, kubeconfig, folder) = (Arc::clone(&stop), kubeconfig.to_owned(), folder.to_owned());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let client = connect(&kubeconfig).await;
                let mut agent = Agent { client, folder, running: HashMap::new() };
                while !stopped.load(Ordering::Relaxed) {
                    agent.look().await;
                    tokio::time::sleep(GLANCE).await;
                }
            });
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for NodeAgent {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the agent has been printed by its own thread.
            let _ = thread.join();
        }
    }
}

async fn connect(kubeconfig: &Path) -> Client {
    // A second provider may be installed already by another test of this process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = kube::config::Kubeconfig::read_from(kubeconfig).expect("the kubeconfig was written by the test");
    let config =
        Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await.expect("the kubeconfig is valid");
    Client::try_from(config).expect("a client can be made")
}

impl Agent {
    async fn look(&mut self) {
        let pods = match Api::<Pod>::all(self.client.clone()).list(&ListParams::default()).await {
            Ok(pods) => pods.items,
            // The API server may be starting or ending; the next look tries again.
            Err(_) => return,
        };
        for pod in pods {
            if let Err(error) = self.attend(&pod).await {
                eprintln!("node agent: pod `{}`: {error}", pod.name_any());
            }
        }
    }

    async fn attend(&mut self, pod: &Pod) -> kube::Result<()> {
        let namespace = pod.namespace().expect("a pod has a namespace");
        let api = Api::<Pod>::namespaced(self.client.clone(), &namespace);
        let (name, uid) = (pod.name_any(), pod.uid().expect("a stored object has a uid"));
        let bound = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref()).is_some();
        if pod.metadata.deletion_timestamp.is_some() {
            return self.end(&api, pod, &uid).await;
        }
        if !bound {
            let binding = json!({
                "apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": {"kind": "Node", "name": NODE},
            });
            let created: kube::Result<serde_json::Value> =
                api.create_subresource("binding", &name, &PostParams::default(), &binding).await;
            return created.map(|_| ());
        }
        if let Some(running) = self.running.get_mut(&uid) {
            if running.process.ended().is_some() {
                eprintln!("node agent: pod `{name}` ended by itself and is started again\n{}", running.process.tail());
                self.running.remove(&uid);
            }
            return Ok(());
        }
        let process = self.process(pod, &name);
        self.running.insert(uid, RunningPod { process, killed_at: None });
        api.patch_status(&name, &PatchParams::default(), &Patch::Merge(running_status(pod))).await.map(|_| ())
    }

    fn process(&self, pod: &Pod, name: &str) -> Process {
        let container = &pod.spec.as_ref().expect("a pod has a spec").containers[0];
        let command = container.command.clone().unwrap_or_default();
        let program = parts::program(command.first().expect("the test's pods name their program in `command`"));
        let mut process = GuardedCommand::new(program);
        process.args(&command[1..]).args(container.args.iter().flatten());
        for variable in container.env.iter().flatten() {
            process.env(&variable.name, variable.value.as_deref().unwrap_or_default());
        }
        process.env("HOSTNAME", name);
        Process::start(&format!("pod-{name}"), &self.folder, process).expect("a pod's program can be started")
    }

    async fn end(&mut self, api: &Api<Pod>, pod: &Pod, uid: &str) -> kube::Result<()> {
        if let Some(running) = self.running.get_mut(uid) {
            let grace = u64::try_from(pod.metadata.deletion_grace_period_seconds.unwrap_or(30)).unwrap_or(0);
            let killed_at = *running.killed_at.get_or_insert_with(|| {
                running.process.signal("TERM");
                Instant::now() + Duration::from_secs(grace)
            });
            if running.process.ended().is_none() && Instant::now() < killed_at {
                return Ok(());
            }
        }
        self.running.remove(uid);
        let now = DeleteParams::default()
            .grace_period(0)
            .preconditions(Preconditions { uid: Some(uid.to_owned()), resource_version: None });
        api.delete(&pod.name_any(), &now).await.map(|_| ())
    }
}

fn running_status(pod: &Pod) -> serde_json::Value {
    let now = pod.metadata.creation_timestamp.clone();
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": now});
    let container = &pod.spec.as_ref().expect("a pod has a spec").containers[0];
    json!({"status": {
        "phase": "Running",
        "startTime": now,
        "hostIP": "127.0.0.1",
        "podIP": "127.0.0.1",
        "conditions": [condition("Initialized"), condition("ContainersReady"), condition("PodScheduled"), condition("Ready")],
        "containerStatuses": [{
            "name": container.name, "image": container.image, "imageID": "", "ready": true, "started": true, "restartCount": 0,
            "state": {"running": {"startedAt": now}},
        }],
    }})
}
