//! Every failure as a `metav1.Status`, one constructor each.
//!
//! The message is the product: the HorizontalPodAutoscaler copies it word for word into its condition and its event.

use http::StatusCode;
use serde::Serialize;

use super::authz::Attributes;
use super::caller::Caller;
use super::{GROUP, ReviewFailed};
use leveret_core::catalog::{self, Refusal};

/// A failure, on its way to becoming a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    /// The HTTP status.
    pub(super) code: StatusCode,
    /// The failure as one of a closed set of words, to count by.
    pub(super) counted: &'static str,
    reason: &'static str,
    message: String,
    details: Option<Details>,
}

/// What a failure is about.
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
    /// The caller showed something that proves nothing.
    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
    }

    /// The caller asks to act as somebody else.
    pub(super) fn impersonation() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "impersonation is not served here; ask the Kubernetes API server, which acts on `Impersonate-` headers itself",
        )
    }

    /// The caller may not do this. Worded as the Kubernetes API server words it.
    pub(super) fn forbidden(caller: &Caller, attributes: &Attributes, why: &str) -> Self {
        let because = if why.is_empty() { String::new() } else { format!(": {why}") };
        let user = &caller.name;
        match attributes {
            Attributes::NonResource { verb, path } => Self::new(
                StatusCode::FORBIDDEN,
                "Forbidden",
                format!("forbidden: User {user:?} cannot {verb} path {path:?}{because}"),
            ),
            Attributes::Resource { verb, namespace, resource, name, subresource } => {
                let whole = if subresource.is_empty() { resource.clone() } else { format!("{resource}/{subresource}") };
                let place = if namespace.is_empty() {
                    "at the cluster scope".to_owned()
                } else {
                    format!("in the namespace {namespace:?}")
                };
                let named = if name.is_empty() { String::new() } else { format!(" {name:?}") };
                let message = format!(
                    "{resource}.{GROUP}{named} is forbidden: User {user:?} cannot {verb} resource {whole:?} in API group \
                     {GROUP:?} {place}{because}"
                );
                Self::new(StatusCode::FORBIDDEN, "Forbidden", message).about(resource)
            }
        }
    }

    /// Whether the caller may do this could not be found out.
    pub(super) fn authorization_failed(error: &ReviewFailed) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            format!(
                "cannot find out whether this is allowed: {error}; the request is refused until the Kubernetes API server \
                 answers subject access reviews"
            ),
        )
    }

    /// There is nothing at this path.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "the server could not find the requested resource")
    }

    /// The path's escapes are broken.
    pub(super) fn bad_path() -> Self {
        Self::bad_request("the path holds a broken percent-escape")
    }

    /// The question is malformed.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// The parameters contradict each other.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message)
    }

    /// Only reading is served.
    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        )
    }

    /// Values are read, never watched.
    pub(super) fn watch_not_supported() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            format!("watch is not supported on resources of kind \"*.{GROUP}\""),
        )
    }

    /// The caller understands nothing that is spoken here.
    pub(super) fn not_acceptable() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "NotAcceptable",
            "only the following media types are accepted: application/json",
        )
    }

    /// More requests are being answered than may be.
    pub(super) fn too_many_requests() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequests",
            "too many requests are being answered at the moment, please try again later",
        )
    }

    /// The time for one request is over.
    pub(super) fn timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "Timeout", "request did not complete within the allotted timeout")
    }

    /// Answering panicked.
    pub(super) fn panicked() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "an internal error occurred while answering; the server's log has its trace",
        )
    }

    /// The catalog has no number for an answer; its message is handed on word for word.
    pub(super) fn refused(metric: &str, refusal: Refusal) -> Self {
        let (code, reason) = match refusal.reason.status() {
            catalog::Status::BadRequest => (StatusCode::BAD_REQUEST, "BadRequest"),
            catalog::Status::NotFound => (StatusCode::NOT_FOUND, "NotFound"),
            catalog::Status::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
        };
        let status = Self { counted: refusal.reason.as_str(), ..Self::new(code, reason, refusal.message) };
        status.about(metric)
    }

    /// The JSON that goes out.
    pub(super) fn to_json(&self) -> Vec<u8> {
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
        Self { code, counted: reason, reason, message: message.into(), details: None }
    }

    fn about(self, resource: &str) -> Self {
        Self { details: Some(Details { group: GROUP, kind: resource.to_owned() }), ..self }
    }
}

#[cfg(test)]
mod tests;
