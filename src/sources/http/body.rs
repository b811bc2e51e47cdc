//! A response's body, in pieces or whole, up to a limit.

use bytes::Bytes;
use reqwest::{Response, Url};
use serde::Deserialize;

use super::{Shown, failure};
use leveret_core::observation::{Failure, FailureKind};

/// How much of an error's body is read. RabbitMQ's are below 200 bytes.
const REASON_BYTES_MAX: usize = 4096;

/// A body that has not been read yet. Limits count decompressed bytes.
#[derive(Debug)]
pub(in crate::sources) struct Body {
    response: Response,
    url: Url,
    read: usize,
}

#[derive(Deserialize)]
struct ErrorBody {
    reason: String,
}

impl Body {
    pub(super) fn new(response: Response, url: Url) -> Self {
        Self { response, url, read: 0 }
    }

    /// The next piece, or none at the end. Fails once the body is larger than `limit` bytes, and at once if it is a web page.
    pub(in crate::sources) async fn next(&mut self, limit: usize) -> Result<Option<Bytes>, Failure> {
        let piece = self.response.chunk().await.map_err(|error| failure::of_request(&self.url, &error))?;
        if self.read == 0 && piece.as_ref().is_some_and(|piece| is_markup(piece)) {
            return Err(failure::web_page(&self.url));
        }
        self.read = self.read.saturating_add(piece.as_ref().map_or(0, Bytes::len));
        if self.read > limit {
            let mebibytes = limit >> 20;
            return Err(Failure::new(
                FailureKind::TooLarge,
                format!(
                    "the response of `{}` is larger than {mebibytes} MiB, so the rest was not read",
                    Shown(&self.url)
                ),
            ));
        }
        Ok(piece)
    }

    /// The whole body, of at most `limit` bytes.
    pub(in crate::sources) async fn whole(mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next(limit).await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// The reason in the body of an error, if RabbitMQ wrote one.
    pub(super) async fn reason(self) -> Option<String> {
        let bytes = self.whole(REASON_BYTES_MAX).await.ok()?;
        serde_json::from_slice::<ErrorBody>(&bytes).ok().map(|error| error.reason)
    }
}

/// Whether a body begins as HTML and XML do, and as neither JSON nor the Prometheus format does.
fn is_markup(beginning: &[u8]) -> bool {
    beginning.trim_ascii_start().starts_with(b"<")
}
