//! HTTP responses.

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use super::status::Status;

/// The response type of the whole server. Bodies are always complete in memory.
pub type Reply = Response<Full<Bytes>>;

/// Identifies a request in the Kubernetes API server's audit log. It is returned so that both sides can be correlated.
static AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");

/// A successful response with a JSON body.
pub fn json(value: &impl Serialize) -> Result<Reply, Status> {
    match serde_json::to_vec(value) {
        Ok(body) => Ok(with_type("application/json", body.into())),
        Err(error) => {
            tracing::error!(%error, "cannot serialize a response");
            Err(Status::unexpected())
        }
    }
}

/// A successful response with a body of this type.
pub fn with_type(content_type: &'static str, body: Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body));
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// The response for a failure.
pub fn failure(status: &Status) -> Reply {
    let mut reply = with_type("application/json", status.to_json().into());
    *reply.status_mut() = status.code;
    if status.code == StatusCode::METHOD_NOT_ALLOWED {
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    }
    reply
}

/// Adds the headers that every response carries, and removes the body of a response to `HEAD`: the HTTP library does not,
/// and an HTTP/2 client treats such a body as a broken stream.
pub fn finish(mut reply: Reply, method: &Method, request: &HeaderMap) -> Reply {
    if method == Method::HEAD {
        *reply.body_mut() = Full::default();
    }
    let headers = reply.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache, private"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let audit_id = request.get(&AUDIT_ID).filter(|id| !id.is_empty()).cloned().unwrap_or_else(new_audit_id);
    headers.insert(AUDIT_ID.clone(), audit_id);
    reply
}

/// A random version 4 UUID.
fn new_audit_id() -> HeaderValue {
    let bits = fastrand::u128(..) & !(0xf << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62;
    let hex = format!("{bits:032x}");
    let text = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    HeaderValue::try_from(text).expect("hexadecimal digits and dashes are a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_id_is_returned_or_generated() {
        let request = HeaderMap::from_iter([(AUDIT_ID.clone(), HeaderValue::from_static("a-1"))]);
        let echoed = finish(with_type("text/plain", Bytes::new()), &Method::GET, &request);
        assert_eq!(echoed.headers()["audit-id"], "a-1");
        let made = finish(with_type("text/plain", Bytes::new()), &Method::GET, &HeaderMap::new());
        let id = made.headers()["audit-id"].to_str().expect("text");
        assert_eq!((id.len(), &id[14..15], &id[8..9]), (36, "4", "-"), "{id}");
    }

    #[test]
    fn a_refused_method_names_the_allowed_one() {
        let reply = failure(&Status::method_not_allowed());
        assert_eq!(reply.headers()[ALLOW], "GET");
        assert!(!reply.headers().contains_key("retry-after"));
    }
}
