//! The machine's own RabbitMQ: 3.10.8 on Debian 12.

use std::path::Path;

use anyhow::Result;

use crate::apt;
use crate::step::step;

/// The server as packages install it. The `rabbitmq-server` on `PATH` is a wrapper that changes the user.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// Installs RabbitMQ if it is not there. It is not started: what needs a broker starts a private one.
pub(crate) fn ensure() -> Result<()> {
    if Path::new(SERVER).exists() {
        return Ok(());
    }
    step("installing RabbitMQ, without starting it", "about 20 s", || apt::install(&["rabbitmq-server"]))
}
