//! One connection: the TLS handshake, then requests until the connection is idle, broken or closed by the server.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Request;
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::handler::{Handler, Observer};
use super::limits::{
    DRAIN_MAX, HANDSHAKE_MAX, HEADER_READ_MAX, HEADERS_MAX, IDLE_MAX, PING_INTERVAL, PING_TIMEOUT, STREAMS_MAX,
    UNAUTHENTICATED_DRAIN_MAX, UNAUTHENTICATED_FOR,
};
use super::unauthenticated::AuthState;
use crate::api::wire::reply::Reply;
use leveret_runtime::tasks::Tasks;

/// What serving one connection needs.
pub(super) struct Connection<H> {
    pub(super) config: Arc<ServerConfig>,
    pub(super) handler: Arc<H>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) state: Arc<AuthState>,
    /// Cancelled when connections are to end.
    pub(super) closing: CancellationToken,
    pub(super) tasks: Tasks,
}

/// Runs the streams of an HTTP/2 connection as supervised tasks.
#[derive(Clone)]
struct OnTasks(Tasks);

/// Counts the requests of a connection.
#[derive(Default)]
struct Activity {
    running: AtomicUsize,
    ended: AtomicUsize,
}

impl<H: Handler> Connection<H> {
    /// Serves a connection to its end, or until it is evicted.
    pub(super) async fn serve(self, stream: TcpStream) {
        let state = Arc::clone(&self.state);
        tokio::select! {
            why = state.evicted() => tracing::debug!(why, "connection closed"),
            () = self.handshake(stream) => {}
        }
    }

    async fn handshake(self, stream: TcpStream) {
        // Responses are small and complete: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let handshake = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream);
        match timeout(HANDSHAKE_MAX, handshake).await {
            Ok(Ok(stream)) => self.requests(stream).await,
            Ok(Err(error)) => {
                tracing::debug!(%error, "TLS handshake failed");
                self.observer.handshake_failed();
            }
            Err(_) => self.observer.handshake_failed(),
        }
    }

    async fn requests(self, stream: TlsStream<TcpStream>) {
        let peer: Arc<[CertificateDer<'static>]> = stream.get_ref().1.peer_certificates().unwrap_or_default().into();
        let activity = Arc::new(Activity::default());
        let service = service_fn(|request: Request<Incoming>| {
            let (handler, state) = (Arc::clone(&self.handler), Arc::clone(&self.state));
            let (peer, activity) = (Arc::clone(&peer), Arc::clone(&activity));
            async move {
                let _running = activity.begin();
                Ok::<Reply, Infallible>(handler.answer(&peer, &state, request.into_parts().0).await)
            }
        });
        let builder = self.builder();
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let mut authentication_deadline = pin!(tokio::time::sleep(UNAUTHENTICATED_FOR));
        let mut deadline_ahead = true;
        loop {
            let ended_before = activity.ended.load(Ordering::Relaxed);
            tokio::select! {
                outcome = connection.as_mut() => return log_end(outcome),
                () = self.closing.cancelled() => break,
                () = &mut authentication_deadline, if deadline_ahead => {
                    if !self.state.is_authenticated() {
                        break;
                    }
                    deadline_ahead = false;
                }
                () = tokio::time::sleep(IDLE_MAX) => {
                    let ended = activity.ended.load(Ordering::Relaxed);
                    if activity.running.load(Ordering::Relaxed) == 0 && ended == ended_before {
                        break;
                    }
                }
            }
        }
        connection.as_mut().graceful_shutdown();
        let in_use = self.state.is_authenticated() || activity.running.load(Ordering::Relaxed) > 0;
        let drain_max = if in_use { DRAIN_MAX } else { UNAUTHENTICATED_DRAIN_MAX };
        if let Ok(outcome) = timeout(drain_max, connection).await {
            log_end(outcome);
        }
    }

    fn builder(&self) -> Builder<OnTasks> {
        let mut builder = Builder::new(OnTasks(self.tasks.clone()));
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_READ_MAX)
            .max_buf_size(HEADERS_MAX as usize);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEADERS_MAX)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT);
        builder
    }
}

impl Activity {
    fn begin(self: &Arc<Self>) -> impl Drop + use<> {
        struct Running(Arc<Activity>);
        impl Drop for Running {
            fn drop(&mut self) {
                self.0.running.fetch_sub(1, Ordering::Relaxed);
                self.0.ended.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(self))
    }
}

impl<F: Future<Output: Send + 'static> + Send + 'static> Executor<F> for OnTasks {
    fn execute(&self, future: F) {
        self.0.spawn(future);
    }
}

fn log_end(outcome: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = outcome {
        tracing::debug!(error, "connection ended");
    }
}
