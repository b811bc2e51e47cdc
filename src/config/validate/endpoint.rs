//! The URLs at which a broker is read.

use std::net::SocketAddr;

use reqwest::Url;

use crate::config::findings::Findings;
use crate::config::setting::Given;

/// The port of RabbitMQ's Prometheus plugin.
const PROMETHEUS_PORT: u16 = 15_692;

/// What is at a URL, and what users append to it although the reader appends it itself.
#[derive(Clone, Copy)]
pub(super) enum Service {
    Management,
    Prometheus,
    /// The same behind a host name, which need not be written as a URL.
    PrometheusName,
}

/// A base URL: `http` or `https`, a host, and a path at most.
pub(super) fn url(given: &Given<String>, service: Service, findings: &mut Findings) -> Option<Url> {
    let (noun, example) = match service {
        Service::Management => ("a URL", "https://rabbit.example:15671"),
        Service::Prometheus => ("a URL", "http://rabbit-0.example:15692"),
        Service::PrometheusName => ("a name, a name and a port, or a URL", "rabbit-nodes.example:15692"),
    };
    let url = match Url::parse(&given.value) {
        // Of `rabbit:15672` the name is taken for a scheme, after which there is no host.
        Ok(url) if !url.cannot_be_a_base() => url,
        Err(error) if given.value.contains("://") => {
            let reason = format!("this is not {noun}: {error}");
            findings.add(given.place, reason, format!("write it like `{example}`"));
            return None;
        }
        Ok(_) | Err(_) => {
            findings.add(
                given.place,
                "the URL does not begin with `http://` or `https://`",
                scheme(&given.value, example),
            );
            return None;
        }
    };
    if let Some((reason, advice)) = objection(&url, service) {
        findings.add(given.place, reason, advice.replace("EXAMPLE", example));
        return None;
    }
    Some(url)
}

/// The URL of one host name behind which all nodes are; a name or name and port alone mean `http` on 15692.
pub(super) fn dns(given: &Given<String>, findings: &mut Findings) -> Option<Url> {
    let (host, path) = given.value.split_at(given.value.find('/').unwrap_or(given.value.len()));
    let whole = match (given.value.contains("://"), host.contains(':')) {
        (true, _) => given.value.clone(),
        (false, true) => format!("http://{host}{path}"),
        (false, false) => format!("http://{host}:{PROMETHEUS_PORT}{path}"),
    };
    let url = url(&Given { value: whole, place: given.place }, Service::PrometheusName, findings)?;
    if url.domain().is_none() {
        findings.add(given.place, "this is an address, not a name", "write addresses as `urls`, one for each node");
        return None;
    }
    Some(url)
}

/// What to write instead of a URL without a scheme. Only an address is repeated, because other texts may be secrets.
fn scheme(value: &str, example: &str) -> String {
    match value.parse::<SocketAddr>() {
        Ok(address) => format!("write `http://{address}`"),
        Err(_) => format!("write `http://` before it, as in `{example}`"),
    }
}

fn objection(url: &Url, service: Service) -> Option<(String, String)> {
    let because = |reason: &str, advice: &str| Some((reason.to_owned(), advice.to_owned()));
    if !matches!(url.scheme(), "http" | "https") {
        return because("the URL is neither `http` nor `https`", "write it like `EXAMPLE`");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return because(
            "the URL holds a user or a password",
            "remove it from the URL and give it as a file or in the environment: URLs end up in logs",
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return because("the URL has a query or a fragment", "remove it: only scheme, host, port and path are used");
    }
    let path = url.path().trim_end_matches('/');
    let appended = match service {
        Service::Management => &["/api"][..],
        Service::Prometheus | Service::PrometheusName => &["/metrics", "/metrics/detailed", "/metrics/per-object"],
    };
    let ending = appended.iter().find(|ending| path.ends_with(**ending))?;
    Some((
        format!("the URL ends with `{ending}`"),
        format!("remove `{ending}`: it is appended when the broker is read"),
    ))
}
