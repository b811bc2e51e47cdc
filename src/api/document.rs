//! A document that never changes while the program runs: served with a tag, so that pollers need not read it again.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::hex::hex;
use super::reply::{self, Reply};

/// A JSON document with its tag.
#[derive(Clone, Debug)]
pub(super) struct Document {
    content_type: &'static str,
    body: Bytes,
    /// The digest of the body in hexadecimal, without the quotes of the header.
    hash: String,
}

impl Document {
    /// A document of this content type.
    pub(super) fn new(content_type: &'static str, value: &serde_json::Value) -> Self {
        let body = Bytes::from(value.to_string());
        let digest = ring::digest::digest(&ring::digest::SHA512, &body);
        Self { content_type, body, hash: hex(digest.as_ref()) }
    }

    /// The tag, to be put into a link to the document.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// The document, or that the caller has it already.
    pub(super) fn serve(&self, request: &HeaderMap) -> Reply {
        let tag = format!("\"{}\"", self.hash);
        let known = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = known.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        let mut reply = if tags.any(|known| known == tag || known == "*") {
            let mut reply = Reply::default();
            *reply.status_mut() = StatusCode::NOT_MODIFIED;
            reply
        } else {
            reply::with_type(self.content_type, self.body.clone())
        };
        let headers = reply.headers_mut();
        headers.insert(ETAG, HeaderValue::try_from(tag).expect("quoted hexadecimal digits are a header value"));
        headers.insert(VARY, HeaderValue::from_static("Accept"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        reply
    }
}
