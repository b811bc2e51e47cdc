//! Accepts connections until shutdown, then lets them finish.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rustls::sign::CertifiedKey;
use rustls::{DistinguishedName, ServerConfig};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::connection::Connection;
use super::handler::{Handler, Observer};
use super::limits::{CONNECTIONS_MAX, DIRECT_MAX, UNAUTHENTICATED_MAX};
use super::tls::{self, ServingCertificate};
use super::unauthenticated::Unauthenticated;
use leveret_runtime::tasks::Tasks;

/// How long to wait after the system refused to accept a connection, as it does when file descriptors run out.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// A bound socket and what serving its connections takes.
pub struct Listener<H> {
    /// The bound socket.
    pub socket: TcpListener,
    /// What answers the requests.
    pub handler: Arc<H>,
    /// What counts failed handshakes.
    pub observer: Arc<dyn Observer>,
    /// The certificate that new connections are shown.
    pub certificate: Arc<ServingCertificate>,
    /// How long connections are still accepted after shutdown began: the time until the cluster sends no new ones here.
    pub drain_delay: Duration,
}

/// The TLS settings, kept until the certificate or the authorities change.
struct Settings {
    certificate: Arc<CertifiedKey>,
    authorities: Option<Arc<[DistinguishedName]>>,
    config: Arc<ServerConfig>,
}

impl<H: Handler> Listener<H> {
    /// Accepts connections until shutdown has begun and the delay has passed. Connections end on their own tasks.
    pub async fn run(self, tasks: Tasks) -> Result<()> {
        let (closing, places) = (CancellationToken::new(), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
        let mut unauthenticated = Unauthenticated::new(UNAUTHENTICATED_MAX, DIRECT_MAX);
        let end = async {
            tasks.stop().cancelled().await;
            tokio::time::sleep(self.drain_delay).await;
        };
        tokio::pin!(end);
        let mut settings = Settings::new(self.certificate.current(), self.handler.authorities())?;
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
                config: settings.refresh(self.certificate.current(), self.handler.authorities())?,
                handler: Arc::clone(&self.handler),
                observer: Arc::clone(&self.observer),
                state: unauthenticated.admit(),
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
    fn new(certificate: Arc<CertifiedKey>, authorities: Option<Arc<[DistinguishedName]>>) -> Result<Self> {
        let config = tls::server_config(Arc::clone(&certificate), authorities.as_deref().map(<[_]>::to_vec))?;
        Ok(Self { certificate, authorities, config: Arc::new(config) })
    }

    /// The settings for the next connection. They are rebuilt only after a change, so that TLS sessions can be resumed in
    /// between.
    fn refresh(
        &mut self,
        certificate: Arc<CertifiedKey>,
        authorities: Option<Arc<[DistinguishedName]>>,
    ) -> Result<Arc<ServerConfig>> {
        let same_authorities = self.authorities.as_ref().map(Arc::as_ptr) == authorities.as_ref().map(Arc::as_ptr);
        if !Arc::ptr_eq(&self.certificate, &certificate) || !same_authorities {
            *self = Self::new(certificate, authorities)?;
        }
        Ok(Arc::clone(&self.config))
    }
}
