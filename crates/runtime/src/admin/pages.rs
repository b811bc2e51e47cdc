//! What the admin port answers.

use std::fmt::Write as _;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use prometheus::{Registry, TextEncoder};

use crate::readiness::Readiness;

/// The status and text of an answer.
pub type Reply = (StatusCode, String);

/// The pages that every program has, beside the list of them.
const PAGES: [(&str, &str); 3] = [
    ("/metrics", "the program's own metrics, for Prometheus"),
    ("/livez", "200 while the process serves"),
    ("/readyz", "200 once every part is ready, and the state of each part"),
];

/// An action: given the query of the request, without its question mark.
type Action = Box<dyn Fn(&str) -> Reply + Send + Sync>;

/// The pages of the admin port.
///
/// | path | answer |
/// |---|---|
/// | `/` | the list of pages and actions |
/// | `/metrics` | the series of the registry, in Prometheus's text format |
/// | `/livez` | 200 while the process serves |
/// | `/readyz` | 200 once every part is ready; 503 before and from the start of the shutdown; with the name of each part |
pub struct Pages {
    registry: Registry,
    readiness: Readiness,
    actions: Vec<(&'static str, Action)>,
}

impl Pages {
    /// The pages that every program has.
    pub fn new(registry: Registry, readiness: Readiness) -> Self {
        Self { registry, readiness, actions: Vec::new() }
    }

    /// Adds an action that is started by `POST` to `path`. It is given the query, and must not block.
    #[must_use]
    pub fn with_action(mut self, path: &'static str, act: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        self.actions.push((path, Box::new(act)));
        self
    }

    /// The answer to a request, whose body is not read.
    pub(super) fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let path = request.uri().path();
        let page: Option<&dyn Fn(&Self) -> Reply> = match path {
            "/" => Some(&Self::index),
            "/metrics" => Some(&Self::metrics),
            "/livez" => Some(&|_| (StatusCode::OK, "ok\n".to_owned())),
            "/readyz" => Some(&Self::readyz),
            _ => None,
        };
        let action = self.actions.iter().find(|(known, _)| *known == path);
        let (reply, allowed) = match (page, action, request.method()) {
            (Some(page), _, &(Method::GET | Method::HEAD)) => (page(self), None),
            (None, Some((_, act)), &Method::POST) => (act(request.uri().query().unwrap_or_default()), None),
            (Some(_), ..) => (not_allowed("GET"), Some("GET, HEAD")),
            (None, Some(_), _) => (not_allowed("POST"), Some("POST")),
            (None, None, _) => ((StatusCode::NOT_FOUND, "there is no such page; `/` lists all\n".to_owned()), None),
        };
        let (status, text) = reply;
        let kind = if path == "/metrics" { prometheus::TEXT_FORMAT } else { "text/plain; charset=utf-8" };
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(allowed) = allowed {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }

    fn index(&self) -> Reply {
        let mut text = String::new();
        for (path, meaning) in PAGES {
            writeln!(text, "GET {path}\t{meaning}").expect("a string can always be written to");
        }
        for (path, _) in &self.actions {
            writeln!(text, "POST {path}").expect("a string can always be written to");
        }
        (StatusCode::OK, text)
    }

    fn metrics(&self) -> Reply {
        match TextEncoder::new().encode_to_string(&self.registry.gather()) {
            Ok(text) => (StatusCode::OK, text),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("cannot encode the metrics: {error}\n")),
        }
    }

    fn readyz(&self) -> Reply {
        let mut text = String::new();
        for (part, ready) in self.readiness.checks() {
            let sign = if ready { '+' } else { '-' };
            writeln!(text, "[{sign}]{part}").expect("a string can always be written to");
        }
        (if self.readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
    }
}

fn not_allowed(method: &str) -> Reply {
    (StatusCode::METHOD_NOT_ALLOWED, format!("this page is asked for with {method}\n"))
}
