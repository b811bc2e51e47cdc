//! Prometheus and promtool, as Debian packages them.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::apt;
use crate::process::find;
use crate::step::step;

/// Installs Prometheus if it is missing, without starting it, and returns the paths of the server and promtool.
pub(crate) fn ensure() -> Result<[PathBuf; 2]> {
    if let Some(programs) = programs() {
        return Ok(programs);
    }
    step("installing Prometheus, without starting it", "about 15 s", || apt::install(&["prometheus"]))?;
    programs().context("the package `prometheus` is installed, but its programs are not on PATH")
}

/// The server and promtool.
fn programs() -> Option<[PathBuf; 2]> {
    Some([find("prometheus")?, find("promtool")?])
}
