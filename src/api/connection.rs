//! One connection: the TLS handshake, then requests until it is idle, broken or asked to end.

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

use super::app::App;
use super::limits::{
    DRAIN_MAX, HANDSHAKE_MAX, HEADER_READ_MAX, HEADERS_MAX, IDLE_MAX, PING_INTERVAL, PING_TIMEOUT, STRANGER_DRAIN_MAX,
    STRANGER_MAX, STREAMS_MAX,
};
use super::reply::Reply;
use super::strangers::Standing;
use leveret_runtime::tasks::Tasks;

/// What serving one connection needs.
pub(super) struct Connection {
    pub(super) config: Arc<ServerConfig>,
    pub(super) app: Arc<App>,
    /// What requests have shown of the other end.
    pub(super) standing: Arc<Standing>,
    /// Cancelled when connections are to end.
    pub(super) closing: CancellationToken,
    pub(super) tasks: Tasks,
}

/// Runs the parts of an HTTP/2 connection as supervised tasks.
#[derive(Clone)]
struct OnTasks(Tasks);

/// How busy a connection is.
#[derive(Default)]
struct Activity {
    running: AtomicUsize,
    ended: AtomicUsize,
}

impl Connection {
    /// Serves a connection to its end, which comes at once for a stranger's that gives way to another.
    pub(super) async fn serve(self, stream: TcpStream) {
        let standing = Arc::clone(&self.standing);
        tokio::select! {
            () = standing.displaced() => tracing::debug!("connection closed: too many have not shown who they are"),
            () = self.handshake(stream) => {}
        }
    }

    async fn handshake(self, stream: TcpStream) {
        // Answers are small and complete: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let handshake = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream);
        match timeout(HANDSHAKE_MAX, handshake).await {
            Ok(Ok(stream)) => self.requests(stream).await,
            Ok(Err(error)) => {
                tracing::debug!(%error, "TLS handshake failed");
                self.app.observer.handshake_failed();
            }
            Err(_) => self.app.observer.handshake_failed(),
        }
    }

    async fn requests(self, stream: TlsStream<TcpStream>) {
        let peer: Arc<[CertificateDer<'static>]> = stream.get_ref().1.peer_certificates().unwrap_or_default().into();
        let activity = Arc::new(Activity::default());
        let service = service_fn(|request: Request<Incoming>| {
            let (app, standing) = (Arc::clone(&self.app), Arc::clone(&self.standing));
            let (peer, activity) = (Arc::clone(&peer), Arc::clone(&activity));
            async move {
                let _running = activity.begin();
                Ok::<Reply, Infallible>(app.answer(&peer, &standing, request).await)
            }
        });
        let builder = self.builder();
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let mut patience = pin!(tokio::time::sleep(STRANGER_MAX));
        let mut patient = true;
        loop {
            let ended_before = activity.ended.load(Ordering::Relaxed);
            tokio::select! {
                outcome = connection.as_mut() => return log_end(outcome),
                () = self.closing.cancelled() => break,
                () = &mut patience, if patient => {
                    if !self.standing.is_known() {
                        break;
                    }
                    patient = false;
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
        let asks = self.standing.is_known() || activity.running.load(Ordering::Relaxed) > 0;
        let drain_max = if asks { DRAIN_MAX } else { STRANGER_DRAIN_MAX };
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
