//! Accepts connections until it is told to stop, then lets them finish.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rustls::ServerConfig;
use rustls::sign::CertifiedKey;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::app::App;
use super::authn::AuthConfig;
use super::connection::Connection;
use super::limits::{CONNECTIONS_MAX, STRANGERS_MAX};
use super::strangers::Strangers;
use super::tls::{self, ServingCertificate};
use leveret_runtime::tasks::Tasks;

/// How long to wait after the system refused a connection, which it does when file descriptors run out.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// The accepting side.
pub(super) struct Listener {
    pub(super) socket: TcpListener,
    pub(super) app: Arc<App>,
    pub(super) certificate: Arc<ServingCertificate>,
    /// From the wish to end to the last accepted connection: the time it takes until no new ones are sent here.
    pub(super) drain_delay: Duration,
}

/// The TLS settings, kept until what they are made of changes.
struct Settings {
    certificate: Arc<CertifiedKey>,
    trust: Option<Arc<AuthConfig>>,
    config: Arc<ServerConfig>,
}

impl Listener {
    /// Serves until the tasks are told to stop and the delay has passed. Connections end on their own tasks.
    pub(super) async fn run(self, tasks: Tasks) -> Result<()> {
        let (closing, places) = (CancellationToken::new(), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
        let mut strangers = Strangers::new(STRANGERS_MAX);
        let end = async {
            tasks.stop().cancelled().await;
            tokio::time::sleep(self.drain_delay).await;
        };
        tokio::pin!(end);
        let mut settings = Settings::new(self.certificate.current(), self.app.gate.auth_config())?;
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (self.socket.accept().await, place)
            };
            let (stream, place) = tokio::select! {
                biased;
                () = &mut end => break,
                (accepted, place) = accepted => match (accepted, place) {
                    (Ok((stream, _)), Ok(place)) => (stream, place),
                    (Err(error), _) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(REFUSED_PAUSE).await;
                        continue;
                    }
                    (_, Err(_)) => break,
                },
            };
            let connection = Connection {
                config: settings.refresh(self.certificate.current(), self.app.gate.auth_config())?,
                app: Arc::clone(&self.app),
                standing: strangers.welcome(),
                closing: closing.clone(),
                tasks: tasks.clone(),
            };
            tasks.spawn(async move {
                connection.serve(stream).await;
                drop(place);
            });
        }
        closing.cancel();
        Ok(())
    }
}

impl Settings {
    fn new(certificate: Arc<CertifiedKey>, trust: Option<Arc<AuthConfig>>) -> Result<Self> {
        let authorities = trust.as_ref().map(|trust| trust.subjects());
        let config = Arc::new(tls::server_config(Arc::clone(&certificate), authorities)?);
        Ok(Self { certificate, trust, config })
    }

    /// The settings for the next connection. Made anew only after a change, so that sessions can be resumed in between.
    fn refresh(&mut self, certificate: Arc<CertifiedKey>, trust: Option<Arc<AuthConfig>>) -> Result<Arc<ServerConfig>> {
        let same_trust = self.trust.as_ref().map(Arc::as_ptr) == trust.as_ref().map(Arc::as_ptr);
        if !Arc::ptr_eq(&self.certificate, &certificate) || !same_trust {
            *self = Self::new(certificate, trust)?;
        }
        Ok(Arc::clone(&self.config))
    }
}
