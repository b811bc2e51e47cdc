//! The machine's own RabbitMQ: 3.10.8 on Debian 12.

use std::path::Path;

use anyhow::Result;

use crate::apt;
use crate::step::step;

/// The server's script in the package. The `rabbitmq-server` on `PATH` is a wrapper that changes the user.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// Installs RabbitMQ if it is missing, without starting it: the demo and the tests start private brokers.
pub(crate) fn ensure() -> Result<()> {
    if Path::new(SERVER).exists() {
        return Ok(());
    }
    step("installing RabbitMQ, without starting it", "about 20 s", || apt::install(&["rabbitmq-server"]))
}
