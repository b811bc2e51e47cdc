//! The body of an answer, piece by piece or whole, never more of it than a bound.

use bytes::Bytes;
use reqwest::{Response, Url};
use serde::Deserialize;

use super::{Fault, Shown};
use leveret_core::observation::FailureKind;

/// The most that is read of an answer to an error: RabbitMQ's are below 200 bytes.
const REASON_BYTES_MAX: usize = 4096;

/// A body that has not been read yet. Bytes are counted as they are after decompression.
#[derive(Debug)]
pub(in crate::broker) struct Body {
    response: Response,
    url: Url,
    read: usize,
}

/// The form of RabbitMQ's error bodies.
#[derive(Deserialize)]
struct Refusal {
    reason: String,
}

impl Body {
    pub(super) fn new(response: Response, url: Url) -> Self {
        Self { response, url, read: 0 }
    }

    /// The next piece, or none at the end. A fault when the body has grown beyond `limit` bytes.
    pub(in crate::broker) async fn next(&mut self, limit: usize) -> Result<Option<Bytes>, Fault> {
        let piece = self.response.chunk().await.map_err(|error| Fault::of_request(&self.url, &error))?;
        self.read = self.read.saturating_add(piece.as_ref().map_or(0, Bytes::len));
        if self.read > limit {
            let mebibytes = limit >> 20;
            return Err(Fault::new(
                FailureKind::TooLarge,
                format!(
                    "the answer of `{}` is larger than {mebibytes} MiB and was not read to its end",
                    Shown(&self.url)
                ),
            ));
        }
        Ok(piece)
    }

    /// The whole body of at most `limit` bytes.
    pub(in crate::broker) async fn whole(mut self, limit: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next(limit).await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// The reason that RabbitMQ gives in the body of an error, if the body has one.
    pub(super) async fn reason(self) -> Option<String> {
        let bytes = self.whole(REASON_BYTES_MAX).await.ok()?;
        serde_json::from_slice::<Refusal>(&bytes).ok().map(|refusal| refusal.reason)
    }
}
