//! `/livez`, `/readyz` and the older `/healthz`, in the Kubernetes API server's format.

use std::fmt::Write;
use std::sync::Arc;

use http::StatusCode;

use crate::api::wire::query::Query;
use crate::api::wire::reply::{self, Reply};

/// The checks on which readiness depends: each one's name, which is a path segment, and whether it passes; always the same
/// ones in the same order. Unreachable brokers are not among them, since an unready server would take away the metrics of
/// all other brokers. Shutdown is, so that no new caller is sent here while the server still answers.
pub type HealthChecks = Arc<dyn Fn() -> Vec<(&'static str, bool)> + Send + Sync>;

/// The three health endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// `/livez`
    Live,
    /// `/readyz`
    Ready,
    /// `/healthz`, the old name of `/livez`.
    Health,
}

impl Probe {
    /// The endpoint with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Live, Self::Ready, Self::Health].into_iter().find(|probe| probe.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Live => "livez",
            Self::Ready => "readyz",
            Self::Health => "healthz",
        }
    }
}

/// Answers a probe of all checks, or of the `only` one; `None` if that check does not exist.
pub fn serve(probe: Probe, only: Option<&str>, query: Query<'_>, ready: &HealthChecks) -> Option<Reply> {
    let mut checks = vec![("ping", true)];
    if probe == Probe::Ready {
        checks.extend(ready());
    }
    match only {
        None => Some(report(probe, &checks, query)),
        Some(name) => checks.iter().find(|(own, _)| *own == name).map(|(_, passes)| single(*passes)),
    }
}

/// The response for a single check.
fn single(passes: bool) -> Reply {
    if passes {
        text(StatusCode::OK, "ok".to_owned())
    } else {
        text(StatusCode::INTERNAL_SERVER_ERROR, "internal server error: the check does not pass\n".to_owned())
    }
}

fn report(probe: Probe, checks: &[(&str, bool)], query: Query<'_>) -> Reply {
    let excluded: Vec<_> = query.all("exclude").collect();
    let (mut lines, mut failed) = (String::new(), false);
    for (name, passes) in checks {
        let line = if excluded.iter().any(|excluded| excluded == name) {
            format!("[+]{name} excluded: ok")
        } else if *passes {
            format!("[+]{name} ok")
        } else {
            failed = true;
            format!("[-]{name} failed: reason withheld")
        };
        let _ = writeln!(lines, "{line}");
    }
    let unknown: Vec<_> = excluded
        .iter()
        .filter(|excluded| checks.iter().all(|(name, _)| name != *excluded))
        .map(|excluded| format!("{excluded:?}"))
        .collect();
    if !unknown.is_empty() {
        let unknown = unknown.join(",");
        let _ = writeln!(lines, "warn: some health checks cannot be excluded: no matches for {unknown}");
    }
    let name = probe.name();
    if failed {
        return text(StatusCode::INTERNAL_SERVER_ERROR, format!("{lines}{name} check failed\n"));
    }
    let body = if query.has("verbose") { format!("{lines}{name} check passed\n") } else { "ok".to_owned() };
    text(StatusCode::OK, body)
}

fn text(code: StatusCode, body: String) -> Reply {
    let mut reply = reply::with_type("text/plain; charset=utf-8", body.into());
    *reply.status_mut() = code;
    reply
}
