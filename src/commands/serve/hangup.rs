//! SIGHUP, at which the configuration file is read again, and the signals that change nothing.

use std::sync::Arc;

use tokio::sync::Notify;

use leveret_runtime::signals::{OtherSignal, OtherSignals};
use leveret_runtime::tasks::Tasks;

/// Asks for another read of the configuration file at each SIGHUP, and logs the signals that change nothing. `reread` is
/// absent if there is no such file.
pub(super) fn follow(mut signals: OtherSignals, reread: Option<Arc<Notify>>, tasks: &Tasks) {
    let stop = tasks.stop().clone();
    tasks.critical("signals", async move {
        while let Some(signal) = stop.run_until_cancelled(signals.next()).await {
            match (signal, &reread) {
                (OtherSignal::Hangup, Some(reread)) => reread.notify_one(),
                (OtherSignal::Hangup, None) => {
                    tracing::info!(signal = "SIGHUP", "signal ignored: there is no configuration file to read again");
                }
                (OtherSignal::User(signal), _) => tracing::info!(signal, "signal ignored: it has no meaning here"),
            }
        }
        Ok(())
    });
}
