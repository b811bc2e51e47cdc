//! The parts themselves: what the other tests stand on.

use std::time::Duration;

use crate::support::control_plane::ControlPlane;
use crate::support::node_agent::NodeAgent;
use crate::support::wait;

const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: sleeper, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: sleeper}}
  template:
    metadata: {labels: {app: sleeper}}
    spec:
      containers:
      - {name: sleeper, image: none, command: [/bin/sleep], args: ['1000']}
";

#[test]
fn a_deployment_s_pods_are_processes_of_this_machine() {
    let cluster = ControlPlane::start();
    let _agent = NodeAgent::start(cluster.kubectl().kubeconfig(), cluster.folder());
    cluster.kubectl().apply(DEPLOYMENT);
    let ready = |wanted: u64| {
        wait::until(&format!("{wanted} ready pods"), Duration::from_secs(60), || {
            let deployment = cluster.kubectl().get("default", "deployment/sleeper")?;
            let (ready, all) =
                (deployment["status"]["readyReplicas"].as_u64(), deployment["status"]["replicas"].as_u64());
            if (ready, all) == (Some(wanted), Some(wanted)) { Ok(()) } else { Err(format!("{ready:?} of {all:?}")) }
        });
    };
    ready(2);
    cluster.kubectl().run(&["scale", "deployment/sleeper", "--replicas=1"], "").expect("it can be scaled");
    ready(1);
    wait::until("the pod that is not needed to be gone", Duration::from_secs(60), || {
        let pods = cluster.kubectl().get("default", "pods")?["items"].as_array().map_or(0, Vec::len);
        if pods == 1 { Ok(()) } else { Err(format!("{pods} pods\n{}", cluster.tail())) }
    });
}
