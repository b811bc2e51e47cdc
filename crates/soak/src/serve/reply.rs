//! What a broker answers to a request.

use std::time::Instant;

use percent_encoding::percent_decode_str;

use super::{management, members, prometheus};
use crate::fault::Damage;
use crate::model::{Endpoint, Model};

/// The answer of RabbitMQ for what its router does not know.
pub(super) const NOT_FOUND: &str = r#"{"error":"Object Not Found","reason":"Not Found"}"#;

/// A GET request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The segments of the path, decoded.
    pub(super) path: Vec<String>,
    /// The value of `name` in the query, decoded.
    pub(super) name: Option<String>,
    /// Whether a page is asked for.
    pub(super) page: bool,
}

/// What is sent back.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// Nothing: the connection is closed.
    None,
    Whole {
        status: u16,
        body: Vec<u8>,
    },
    /// The first bytes of the body; then the connection is closed.
    Cut {
        body: Vec<u8>,
        at: usize,
    },
}

impl Request {
    /// Parses the first line of a request; none if it is no GET.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let target = line.strip_prefix("GET ")?.split(' ').next()?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let name = query.split('&').find_map(|pair| pair.strip_prefix("name=")).map(decode);
        let page = query.split('&').any(|pair| pair.starts_with("page="));
        Some(Self { path: path.split('/').skip(1).map(decode).collect(), name, page })
    }
}

impl Reply {
    /// What `model` answers at this endpoint now.
    pub(super) fn of(model: &mut Model, endpoint: Endpoint, request: &Request, now: Instant) -> Self {
        let node = model.behind(endpoint, now);
        if model.nodes[node].routes_nothing_until.is_some_and(|until| now < until) {
            return Self::Whole { status: 404, body: NOT_FOUND.into() };
        }
        let spoilt = model.nodes[node].spoilt.filter(|spoilt| now < spoilt.until);
        match spoilt.filter(|spoilt| model.rng.u8(..100) < spoilt.percent).map(|spoilt| spoilt.damage) {
            Some(Damage::Closed) => return Self::None,
            Some(Damage::Status(status)) => {
                let body = if status == 404 { NOT_FOUND } else { r#"{"error":"it","reason":"a fault of the soak"}"# };
                return Self::Whole { status, body: body.into() };
            }
            Some(Damage::Cut) => {
                let Self::Whole { body, .. } = Self::whole(model, endpoint, node, request, now) else {
                    return Self::None;
                };
                let at = model.rng.usize(..body.len().max(1));
                return Self::Cut { body, at };
            }
            None => {}
        }
        Self::whole(model, endpoint, node, request, now)
    }

    fn whole(model: &mut Model, endpoint: Endpoint, node: usize, request: &Request, now: Instant) -> Self {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        let found = match (endpoint, path.as_slice()) {
            (Endpoint::Prometheus(_), ["metrics", "detailed"]) => Some(prometheus::body(model, node, now)),
            (Endpoint::Prometheus(_), ["metrics"]) => Some(members::body(model, node, now).into()),
            (Endpoint::Management, ["api", "queues", _, ..])
                if model.forbidden_until.is_some_and(|until| now < until) =>
            {
                let body = r#"{"error":"not_authorised","reason":"User not authorised to access virtual host"}"#;
                return Self::Whole { status: 401, body: body.into() };
            }
            (Endpoint::Management, ["api", rest @ ..]) => management::body(model, rest, request, now).map(String::into),
            _ => None,
        };
        match found {
            Some(body) => Self::Whole { status: 200, body },
            None => Self::Whole { status: 404, body: NOT_FOUND.into() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_taken_apart() {
        let request = Request::parse("GET /api/queues/%2F?page=1&page_size=500&name=a%2Db&columns=name HTTP/1.1");
        let path = ["api", "queues", "/"].map(str::to_owned).to_vec();
        assert_eq!(request, Some(Request { path, name: Some("a-b".to_owned()), page: true }));
        assert_eq!(Request::parse("POST / HTTP/1.1"), None);
    }
}
