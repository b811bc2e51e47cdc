//! The orderly end of a program that the demo runs.

use std::time::Duration;

use leveret_harness::Process;

/// From one look at a program that is ending to the next.
const GLANCE: Duration = Duration::from_millis(25);

/// Asks a program to end, as Kubernetes does (SIGTERM), and kills it after `grace`. Waiting does not block the runtime.
pub(super) async fn end(mut process: Process, grace: Duration) {
    process.signal("TERM");
    let ended = async {
        while process.ended().is_none() {
            tokio::time::sleep(GLANCE).await;
        }
    };
    // Dropping the process kills what is left.
    let _ = tokio::time::timeout(grace, ended).await;
}
