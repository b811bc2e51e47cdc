//! The server as a whole: bound before anything else starts, then served as a supervised task.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::net::TcpListener;

use super::access::Access;
use super::app::App;
use super::gate::Gate;
use super::health::HealthChecks;
use super::listener::Listener;
use super::observer::Observer;
use super::tls::ServingCertificate;
use super::values::Answers;
use leveret_runtime::Clock;
use leveret_runtime::tasks::Tasks;

/// What a server is made of.
pub struct Setup {
    /// Where to listen; port 0 takes any free one.
    pub address: SocketAddr,
    /// What to show to clients.
    pub certificate: ServingCertificate,
    /// Whom to let in.
    pub access: Access,
    /// What to answer.
    pub answers: Arc<dyn Answers>,
    /// What readiness depends on.
    pub health: HealthChecks,
    /// Who counts; `()` for nobody.
    pub observer: Arc<dyn Observer>,
    /// The signals to list in discovery, in a stable order.
    pub signals: &'static [&'static str],
    /// The time.
    pub clock: Clock,
    /// How long to go on accepting connections after the tasks were told to stop, while `/readyz` already fails: the time
    /// until Kubernetes has taken the pod's address out of its endpoints. Zero where nobody balances loads.
    pub drain_delay: Duration,
}

/// A server that has its address and does not answer yet.
pub struct Server {
    socket: TcpListener,
    address: SocketAddr,
    setup: Setup,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// The address cannot be had, or is open to other machines although a token is all that guards it.
    pub async fn bind(setup: Setup) -> Result<Self> {
        let asked = setup.address;
        ensure!(
            matches!(setup.access, Access::Delegated(_)) || asked.ip().is_loopback(),
            "a server that is guarded by a token only listens on a loopback address such as 127.0.0.1, not on `{asked}`; \
             other machines are served with delegated authentication only"
        );
        let cannot_listen = || format!("cannot listen on `{asked}`; is another program using the port?");
        let socket = TcpListener::bind(asked).await.with_context(cannot_listen)?;
        let address = socket.local_addr().with_context(cannot_listen)?;
        Ok(Self { socket, address, setup })
    }

    /// The address that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the tasks are told to stop.
    pub fn serve(self, tasks: &Tasks) {
        let Setup { certificate, access, answers, health, observer, signals, clock, drain_delay, address: _ } =
            self.setup;
        let certificate = Arc::new(certificate);
        if certificate.is_from_files() {
            let (certificate, observer) = (Arc::clone(&certificate), Arc::clone(&observer));
            let stop = tasks.stop().clone();
            tasks.critical("serving certificate", async move {
                certificate.follow(&*observer, &stop).await;
                Ok(())
            });
        }
        let gate = Gate::new(access);
        let app = App::new(gate, answers, health, observer, clock, signals);
        let listener = Listener { socket: self.socket, app: Arc::new(app), certificate, drain_delay };
        tracing::info!(address = %self.address, "external metrics API listening");
        tasks.critical("api", listener.run(tasks.clone()));
    }
}
