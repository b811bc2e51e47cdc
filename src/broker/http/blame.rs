//! From what went wrong to a kind and a sentence that helps.

use std::error::Error;
use std::io;

use reqwest::{StatusCode, Url};

use super::Shown;
use super::tls::Unresolved;
use leveret_core::observation::{Failure, FailureKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::broker) struct Fault {
    pub(in crate::broker) kind: FailureKind,
    pub(in crate::broker) message: String,
}

impl Fault {
    pub(in crate::broker) fn new(kind: FailureKind, message: String) -> Self {
        Self { kind, message }
    }

    pub(in crate::broker) fn into_failure(self) -> Failure {
        Failure { kind: self.kind, message: self.message }
    }

    /// What a request or the reading of its body failed of.
    pub(super) fn of_request(url: &Url, error: &reqwest::Error) -> Self {
        let cause = root(error);
        let (kind, help) = match kind(error) {
            FailureKind::Dns => (FailureKind::Dns, "check the host name, and that the Service or DNS entry exists"),
            FailureKind::Tls => (
                FailureKind::Tls,
                "check `tls.caFile`, the names in the broker's certificate and its expiry, and that the port speaks TLS",
            ),
            FailureKind::Timeout => (
                FailureKind::Timeout,
                "no connection was made in half of `timeout`; check the address, and that no network policy is in the way",
            ),
            FailureKind::Malformed => {
                (FailureKind::Malformed, "something between here and the broker damages its answers")
            }
            kind => (
                kind,
                "check that the broker runs, that the plugin that listens there is enabled, and that no network policy \
                 is in the way",
            ),
        };
        Self::new(kind, format!("`{}`: {cause}; {help}", Shown(url)))
    }

    /// What a 401 or 403 means; RabbitMQ tells an unknown password and a missing tag apart only in the body's reason.
    pub(super) fn unauthorized(url: &Url, status: StatusCode, reason: Option<&str>, had_login: bool) -> Self {
        let lower = reason.unwrap_or_default().to_ascii_lowercase();
        let help = if lower.contains("not management user") || lower.contains("not monitor user") {
            "the user may log in but has no tag for this: `rabbitmqctl set_user_tags USER management`"
        } else if lower.contains("virtual host") {
            "the user has no permission there: `rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'`"
        } else if had_login {
            "the user name or the password is wrong; compare them with `rabbitmqctl authenticate_user USER PASSWORD`"
        } else {
            "it asks for a user and a password, and none are configured under `credentials`"
        };
        let said = reason.map_or_else(String::new, |reason| format!(" (`{reason}`)"));
        Self::new(FailureKind::Unauthorized, format!("`{}` answered {status}{said}; {help}", Shown(url)))
    }
}

/// The kind of a request's failure, found along the chain of its causes.
fn kind(error: &reqwest::Error) -> FailureKind {
    for cause in causes(error) {
        if cause.is::<Unresolved>() {
            return FailureKind::Dns;
        }
        if cause.is::<rustls::Error>() {
            return FailureKind::Tls;
        }
    }
    if error.is_timeout() {
        return FailureKind::Timeout;
    }
    if error.is_decode() && !causes(error).any(broken) { FailureKind::Malformed } else { FailureKind::Connect }
}

/// Whether a cause says that the connection, not the text that came over it, was broken.
fn broken(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe
        )
    }) || cause.to_string().contains("end of file before message length")
        || cause.to_string().contains("connection closed before message completed")
        || cause.to_string().contains("unexpected EOF during chunk size line")
}

/// An error and its causes, those inside `io::Error` included, which `source` passes over.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => error.source(),
        }
    })
}

/// An error and its causes in one line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The last cause, which is the one that an operator can do something about.
fn root(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}
