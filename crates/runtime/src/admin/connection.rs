//! One connection to the admin port: requests until it is idle for too long, broken, too old, or in the way.

use std::convert::Infallible;
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::limits::{HEADERS_MAX, Limits};
use super::pages::Pages;

/// What serving one connection needs.
pub(super) struct Connection {
    pub(super) pages: Arc<Pages>,
    /// Cancelled when a newer connection takes the place.
    pub(super) place: Arc<CancellationToken>,
    /// Cancelled when the port closes.
    pub(super) closing: CancellationToken,
    pub(super) limits: Limits,
}

impl Connection {
    /// Serves the connection to its end.
    pub(super) async fn serve(self, stream: TcpStream) {
        tokio::select! {
            () = self.place.cancelled() => tracing::debug!("connection to the admin port closed: there are too many"),
            () = self.requests(stream) => {}
        }
    }

    async fn requests(&self, stream: TcpStream) {
        // Answers are complete: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request: Request<Incoming>| ready(Ok::<_, Infallible>(self.pages.answer(&request))));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.request_wait)
            .max_buf_size(HEADERS_MAX)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return log_end(ended),
            () = self.closing.cancelled() => {}
            () = sleep(self.limits.lifetime) => {}
        }
        connection.as_mut().graceful_shutdown();
        if let Ok(ended) = timeout(self.limits.close, connection).await {
            log_end(ended);
        }
    }
}

fn log_end(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "connection to the admin port ended");
    }
}
