//! Failures of requests: their kind, and a message that helps.

use reqwest::{StatusCode, Url};

use super::Shown;
use super::causes::{broken, causes, root};
use super::resolve::Unresolved;
use leveret_core::observation::{Failure, FailureKind};

/// The failure of a request, or of reading the response's body.
pub(super) fn of_request(url: &Url, error: &reqwest::Error) -> Failure {
    if let Some(failure) = of_protocol(url, error) {
        return failure;
    }
    let cause = root(error);
    let (kind, help) = match kind(error) {
        FailureKind::Dns => (FailureKind::Dns, "check the host name, and that the Service or DNS entry exists"),
        FailureKind::Tls => (
            FailureKind::Tls,
            "check `tls.caFile` (`--ca-file`), the names in the broker's certificate (`prometheus.serverName` if nodes behind `dns` \
             have another one) and its expiry, and that the port speaks TLS",
        ),
        FailureKind::Timeout => (
            FailureKind::Timeout,
            "no connection was made within half of `timeout`; check the address, and that no network policy blocks it",
        ),
        FailureKind::Malformed => {
            (FailureKind::Malformed, "something between Leveret and the broker damages its responses")
        }
        kind => (
            kind,
            "check that the broker runs, that the plugin behind this port is enabled, and that no network policy blocks \
             it",
        ),
    };
    Failure::new(kind, format!("`{}`: {cause}; {help}", Shown(url)))
}

/// The failure of a request to a port that speaks another protocol than the URL says.
fn of_protocol(url: &Url, error: &reqwest::Error) -> Option<Failure> {
    for cause in causes(error) {
        if let Some(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)) = cause.downcast_ref() {
            let message = format!("`{}` answers plain HTTP: write `http://`, or check the port", Shown(url));
            return Some(Failure::new(FailureKind::Tls, message));
        }
        // An answer that does not begin as those of HTTP do.
        if cause.is::<hyper::Error>() && cause.to_string().starts_with("invalid HTTP version") {
            let message = format!("`{}` speaks TLS or AMQP, not HTTP: write `https://`, or check the port", Shown(url));
            return Some(Failure::new(FailureKind::Connect, message));
        }
    }
    None
}

/// The failure of a request that a web page answers, with success.
pub(super) fn web_page(url: &Url) -> Failure {
    let message = format!(
        "`{}` answered with a web page, so something else answers in the broker's place, such as the login page of a proxy; \
         configure the broker's own address, or let the proxy pass Leveret's requests",
        Shown(url)
    );
    Failure::new(FailureKind::Malformed, message)
}

/// Whether the connection had been made and ended before an answer began.
pub(super) fn is_unanswered(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && causes(error).any(broken)
}

/// The failure that a 401 or 403 means. RabbitMQ distinguishes a wrong password from a missing tag only in the reason in the
/// body.
pub(super) fn unauthorized(url: &Url, status: StatusCode, reason: Option<&str>, had_login: bool) -> Failure {
    let lower = reason.unwrap_or_default().to_ascii_lowercase();
    let help = if lower.contains("not management user") || lower.contains("not monitor user") {
        "the user can log in but lacks a tag: `rabbitmqctl set_user_tags USER management`"
    } else if lower.contains("virtual host") {
        "the user has no permission there: `rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'`"
    } else if had_login {
        "the user name or the password is wrong; compare them with `rabbitmqctl authenticate_user USER PASSWORD`"
    } else {
        "it requires a user and a password; configure `credentials`"
    };
    let said = reason.map_or_else(String::new, |reason| format!(" (`{reason}`)"));
    Failure::new(FailureKind::Unauthorized, format!("`{}` answered {status}{said}; {help}", Shown(url)))
}

/// The kind of a request's failure, derived from the chain of its causes.
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
