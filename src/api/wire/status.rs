//! Every failure as a `metav1.Status`.
//!
//! The message is the product: the HorizontalPodAutoscaler copies it word for word into its condition and its event.

use http::StatusCode;
use serde::Serialize;

use super::group::GroupVersion;
use leveret_core::catalog::{self, Refusal};

/// A failure that becomes a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The HTTP status.
    pub code: StatusCode,
    reason: &'static str,
    /// What the caller reads.
    pub message: String,
    details: Option<Details>,
}

/// The resource that a failure is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Details {
    group: &'static str,
    kind: String,
}

/// The form on the wire.
#[derive(Serialize)]
struct Wire<'a> {
    kind: &'static str,
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    metadata: Empty,
    status: &'static str,
    message: &'a str,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Details>,
    code: u16,
}

#[derive(Serialize)]
struct Empty {}

impl Status {
    /// The credentials are missing or invalid.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
    }

    /// The caller is authenticated but not allowed to do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    /// Nothing is served at this path.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "the server could not find the requested resource")
    }

    /// The request is malformed.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// The parameters contradict each other.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message)
    }

    /// Only `GET` is served.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        )
    }

    /// The resources of this group can be read but not watched.
    pub fn watch_not_supported(api: GroupVersion) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            format!("watch is not supported on resources of kind \"*.{}\"", api.group),
        )
    }

    /// The client accepts none of the media types that are served.
    pub fn not_acceptable() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "NotAcceptable",
            "only the following media types are accepted: application/json",
        )
    }

    /// Too many requests are in flight.
    pub fn too_many_requests() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequests",
            "too many requests are being answered at the moment, please try again later",
        )
    }

    /// The request took too long.
    pub fn timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "Timeout", "request did not complete within the allotted timeout")
    }

    /// The server, or the Kubernetes API server that it depends on, failed.
    pub fn internal_error(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }

    /// The server failed in a way that only its log explains.
    pub fn unexpected() -> Self {
        Self::internal_error("an internal error occurred while answering; the server's log has its trace")
    }

    /// The catalog has no number. Its message is passed on word for word.
    pub fn refused(api: GroupVersion, metric: &str, refusal: Refusal) -> Self {
        let (code, reason) = match refusal.reason.status() {
            catalog::Status::BadRequest => (StatusCode::BAD_REQUEST, "BadRequest"),
            catalog::Status::NotFound => (StatusCode::NOT_FOUND, "NotFound"),
            catalog::Status::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
        };
        Self::new(code, reason, refusal.message).about(api, metric)
    }

    /// The same failure with the resource that it is about.
    #[must_use]
    pub fn about(self, api: GroupVersion, resource: &str) -> Self {
        Self { details: Some(Details { group: api.group, kind: resource.to_owned() }), ..self }
    }

    /// The JSON that is sent.
    pub fn to_json(&self) -> Vec<u8> {
        let wire = Wire {
            kind: "Status",
            api_version: "v1",
            metadata: Empty {},
            status: "Failure",
            message: &self.message,
            reason: self.reason,
            details: self.details.as_ref(),
            code: self.code.as_u16(),
        };
        serde_json::to_vec(&wire).expect("strings and numbers always serialize")
    }

    fn new(code: StatusCode, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: &Status, expected: &str) {
        assert_eq!(String::from_utf8(status.to_json()).expect("text"), expected);
    }

    #[test]
    fn statuses_on_the_wire() {
        check(
            &Status::unauthorized(),
            r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}"#,
        );
        let refusal = Refusal::new(catalog::Reason::Stale, "queue \"a\" is stale");
        let api = GroupVersion { group: "external.metrics.k8s.io", version: "v1beta1" };
        check(
            &Status::refused(api, "m", refusal),
            r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"queue \"a\" is stale","reason":"ServiceUnavailable","details":{"group":"external.metrics.k8s.io","kind":"m"},"code":503}"#,
        );
    }
}
