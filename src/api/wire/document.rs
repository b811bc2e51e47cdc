//! A document that does not change while the program runs, served with an `ETag` so that pollers need not read it again.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::encoding::hex;
use super::reply::{self, Reply};

/// A JSON document with its tag.
#[derive(Clone, Debug)]
pub struct Document {
    content_type: &'static str,
    body: Bytes,
    /// The SHA-512 digest of the body in hexadecimal, without the quotes of the header.
    hash: String,
}

impl Document {
    /// Serializes a document, to be served with this content type.
    pub fn new(content_type: &'static str, value: &serde_json::Value) -> Self {
        let body = Bytes::from(value.to_string());
        let digest = ring::digest::digest(&ring::digest::SHA512, &body);
        Self { content_type, body, hash: hex(digest.as_ref()) }
    }

    /// The tag without its quotes, for links to the document.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The document, or 304 if the client already has it.
    pub fn serve(&self, request: &HeaderMap) -> Reply {
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
