//! Prometheus and promtool, as Debian packages them.

use anyhow::Result;

use crate::apt;
use crate::process::find;
use crate::step::step;

/// The programs the tests start: a server that scrapes, and the checker of rules.
const PROGRAMS: [&str; 2] = ["prometheus", "promtool"];

/// Installs Prometheus if it is not there, without starting it.
pub(crate) fn ensure() -> Result<()> {
    if PROGRAMS.iter().all(|program| find(program).is_some()) {
        return Ok(());
    }
    step("installing Prometheus, without starting it", "15 s", || apt::install(&["prometheus"]))
}
