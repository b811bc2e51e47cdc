//! What a source needs for one read.

use std::sync::Arc;

use leveret_core::observation::{Failure, Names};
use leveret_runtime::secret::Login;

use super::http::{Deadline, Http};
use super::nodes::Nodes;

/// What the sources of one broker share during one read.
pub(super) struct Context<'a> {
    /// The HTTP clients for the broker.
    pub(super) http: &'a mut Http,
    /// What is remembered about the broker's nodes.
    pub(super) nodes: &'a mut Nodes,
    /// Who to log in as, if credentials are configured.
    pub(super) login: Option<&'a Login>,
    /// The names of the broker's queues, as far as they are known.
    pub(super) names: Arc<Names>,
    /// When this source must have finished.
    pub(super) deadline: Deadline,
    /// How many queues another source has listed in this read. A source that sees this only fills gaps: it need not check
    /// that the broker is up, nor look for queues by itself.
    pub(super) listed: Option<usize>,
    /// Whether another source has proved in this read which queues do not exist.
    pub(super) proven: bool,
    /// Whether the certificate files were read in this read.
    pub(super) certificates_read: bool,
}

impl Context<'_> {
    /// Reads the certificate files again, once per read. If that fails for one source, the next one goes on with the
    /// certificates of the read before.
    pub(super) fn refresh_certificates(&mut self) -> Result<(), Failure> {
        if std::mem::replace(&mut self.certificates_read, true) {
            return Ok(());
        }
        self.http.refresh_certificates()
    }
}
