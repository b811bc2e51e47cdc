//! Every change of what Deployments want, so that not even a short scale-in goes unseen.

use std::path::Path;
use std::time::Duration;

use super::kubectl::Kubectl;
use super::wait;
use leveret_harness::Process;

/// What every Deployment of the namespace `default` has wanted since this began.
pub(crate) struct Replicas(Process);

impl Replicas {
    /// Begins to watch. The watch starts with the replicas that are wanted now.
    #[track_caller]
    pub(crate) fn watch(kubectl: &Kubectl, folder: &Path) -> Self {
        let columns = r#"jsonpath={.metadata.name} {.spec.replicas}{"\n"}"#;
        let arguments = ["get", "deployments", "--watch", "-o", columns];
        let watch = Self(kubectl.start("watch", folder, &arguments));
        wait::until("the first replicas to be reported", Duration::from_secs(20), || {
            if watch.0.log().is_empty() { Err(watch.0.tail()) } else { Ok(()) }
        });
        watch
    }

    /// All that one Deployment has wanted, in order.
    pub(crate) fn of(&self, deployment: &str) -> Vec<u64> {
        let log = self.0.log();
        let lines = log.lines().filter_map(|line| line.split_once(' ')).filter(|(name, _)| *name == deployment);
        let mut wanted: Vec<u64> = lines.filter_map(|(_, replicas)| replicas.parse().ok()).collect();
        wanted.dedup();
        wanted
    }
}
