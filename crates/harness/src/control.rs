//! `rabbitmqctl`, run in the broker's own system.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::installation::Installation;
use crate::layout::Layout;
use crate::options::Options;
use crate::ports::Ports;
use crate::server;

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs `rabbitmqctl` with these arguments for the node of `layout`, and returns what it printed.
pub(crate) fn run(
    installation: &Installation,
    layout: &Layout,
    ports: &Ports,
    options: &Options,
    arguments: &[&str],
) -> anyhow::Result<String> {
    let shown = arguments.join(" ");
    let path = layout.control_log();
    let log = File::create(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
    let mut command = server::inside(installation.root(), layout.folder(), OsStr::new(&installation.control()), None);
    command.args(arguments).env_clear().envs(layout.environment(ports, options)).current_dir("/");
    let mut guard = command.spawn(log).with_context(|| format!("cannot start `rabbitmqctl {shown}`"))?;
    let ended = guard.wait(PATIENCE);
    drop(guard);
    let printed = fs::read_to_string(&path).unwrap_or_default();
    match ended {
        Some(status) if status.success() => Ok(printed),
        Some(status) => bail!("`rabbitmqctl {shown}` ended with {status}: {printed}"),
        None => bail!("`rabbitmqctl {shown}` did not end within {PATIENCE:?}: {printed}"),
    }
}
