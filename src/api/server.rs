//! The server: bound before anything else starts, then run as a supervised task.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::net::TcpListener;

use super::app::App;
use super::auth::gate::Gate;
use super::net::handler::Observer;
use super::net::listener::Listener;
use super::net::tls::ServingCertificate;
use super::resources::group::Groups;
use super::resources::health::HealthChecks;
use super::resources::values::{self, Answers};
use leveret_runtime::Clock;
use leveret_runtime::tasks::Tasks;

/// What a server consists of.
pub struct Setup {
    /// Where to listen; port 0 takes any free one.
    pub address: SocketAddr,
    /// The flag that chooses the address, for the error if it is not available.
    pub flag: &'static str,
    /// The certificate that clients are shown.
    pub certificate: ServingCertificate,
    /// Which requests are admitted.
    pub gate: Gate,
    /// The values of the external metrics.
    pub answers: Arc<dyn Answers>,
    /// What readiness depends on.
    pub health: HealthChecks,
    /// Counts requests, failed handshakes and certificate reloads.
    pub observer: Arc<dyn Observer>,
    /// The external metrics that discovery lists, in a stable order.
    pub signals: &'static [&'static str],
    /// The time.
    pub clock: Clock,
    /// How long connections are still accepted after shutdown began, while `/readyz` already fails: the time until Kubernetes
    /// has removed the pod's address from its endpoints. Zero without a load balancer.
    pub drain_delay: Duration,
}

/// A server that is bound to its address and does not answer yet.
pub struct Server {
    socket: TcpListener,
    address: SocketAddr,
    setup: Setup,
}

impl Server {
    /// Binds the address.
    ///
    /// # Errors
    /// The address is not available, or other machines can reach it although only a token protects the server.
    pub async fn bind(setup: Setup) -> Result<Self> {
        let (asked, flag) = (setup.address, setup.flag);
        ensure!(
            !setup.gate.is_loopback_only() || asked.ip().is_loopback(),
            "a server that is protected by a token only listens on a loopback address such as 127.0.0.1, not on `{asked}`; \
             other machines need delegated authentication"
        );
        let cannot_listen = || format!("cannot listen on `{asked}` for the API; choose another with `{flag}`");
        let socket = TcpListener::bind(asked).await.with_context(cannot_listen)?;
        let address = socket.local_addr().with_context(cannot_listen)?;
        Ok(Self { socket, address, setup })
    }

    /// The address that was bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts to answer. Ends with the tasks.
    pub fn serve(self, tasks: &Tasks) {
        let Setup { certificate, gate, answers, health, observer, signals, clock, drain_delay, address: _, flag: _ } =
            self.setup;
        let certificate = Arc::new(certificate);
        observer.certificate_expires(certificate.expires());
        if certificate.is_from_files() {
            let (certificate, observer) = (Arc::clone(&certificate), Arc::clone(&observer));
            let stop = tasks.stop().clone();
            tasks.critical("serving certificate", async move {
                certificate.follow(&*observer, clock, &stop).await;
                Ok(())
            });
        }
        let groups = Groups::new(vec![values::group(signals, answers)]);
        let handler = Arc::new(App::new(gate, groups, health, Arc::clone(&observer), clock));
        let listener = Listener { socket: self.socket, handler, observer, certificate, drain_delay };
        tracing::info!(address = %self.address, "external metrics API listening");
        tasks.critical("api", listener.run(tasks.clone()));
    }
}
