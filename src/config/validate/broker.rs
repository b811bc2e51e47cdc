//! One broker: at least one source, and everything that the source needs.

use std::collections::HashSet;
use std::sync::Arc;

use reqwest::Url;

use super::credentials::{credentials, tls};
use super::endpoint::{Service, dns, url};
use super::name::name;
use super::timing::timing;
use crate::config::keys::Origin;
use crate::config::problem::Findings;
use crate::config::raw::{Field, Given, RawBroker, Texts};
use crate::config::{Connection, PrometheusNodes};
use leveret_core::Broker;

/// How many nodes one broker may list.
const NODES_MAX: usize = 64;

/// The broker, if everything that is written can be read.
pub(super) fn broker(raw: &RawBroker, origin: Origin, findings: &mut Findings) -> Option<Connection> {
    let name = name("broker", &raw.name, &raw.place, findings);
    let management = raw.management.given().and_then(|given| url(given, Service::Management, findings));
    let prometheus = prometheus(raw, origin, findings);
    if raw.management.is_absent() && raw.urls.is_absent() && raw.dns.is_absent() {
        let advice = match origin {
            Origin::File => "add `management: {url: …}`, `prometheus: {urls: […]}` or `prometheus: {dns: …}`",
            Origin::Flags => {
                "add `--management-url`, `--prometheus-url` or `--prometheus-dns`, or `--config` with a file"
            }
        };
        findings.add(&raw.place, "the broker has no source: nothing says where to read it", advice);
    }
    if let (Some(given), true) = (raw.management.given(), raw.credentials.is_absent()) {
        let advice = match origin {
            Origin::File => "add `credentials: {usernameFile: …, passwordFile: …}`",
            Origin::Flags => {
                "add `--username-file` and `--password-file`, or set `LEVERET_USERNAME` and `LEVERET_PASSWORD`"
            }
        };
        findings.add(&given.place, "the management API answers nobody without credentials", advice);
    }
    let login = raw.credentials.given();
    let credentials = login.and_then(|given| credentials(&given.value, &given.place, origin, findings));
    let tls = tls(&raw.tls, https(raw, management.as_ref(), prometheus.as_ref()), origin, findings);
    let timing = timing(raw, origin, findings);
    let timing = timing?;
    let default_vhost = raw.default_vhost.given().map_or("/", |given| &given.value).into();
    Some(Connection {
        broker: Arc::new(Broker { name: name?, default_vhost, max_sample_age: timing.max_sample_age }),
        management,
        prometheus,
        credentials,
        tls,
        poll_interval: timing.poll_interval,
        timeout: timing.timeout,
    })
}

fn prometheus(raw: &RawBroker, origin: Origin, findings: &mut Findings) -> Option<PrometheusNodes> {
    if let (Field::Given(_), Field::Given(given)) = (&raw.urls, &raw.dns) {
        let (urls, dns) = (origin.name("urls"), origin.name("dns"));
        findings.add(&given.place, format!("both `{urls}` and `{dns}` are given"), "keep one of them");
    }
    if let Some(given) = raw.urls.given() {
        return Some(PrometheusNodes::Urls(urls(given, origin.name("urls"), findings)));
    }
    raw.dns.given().and_then(|given| dns(given, findings)).map(PrometheusNodes::Dns)
}

fn urls(given: &Given<Texts>, key: &str, findings: &mut Findings) -> Vec<Url> {
    super::bounded(&given.place, key, given.value.len(), NODES_MAX, findings);
    let mut seen = HashSet::new();
    let mut urls = Vec::new();
    for written in &given.value {
        let Some(url) = url(written, Service::Prometheus, findings) else { continue };
        if !seen.insert(url.clone()) {
            let reason = "this URL is given twice";
            findings.add(&written.place, reason, "remove one: the node's messages would be counted twice");
        }
        urls.push(url);
    }
    urls
}

/// Whether any URL is `https`, if all of them are known.
fn https(raw: &RawBroker, management: Option<&Url>, prometheus: Option<&PrometheusNodes>) -> Option<bool> {
    let incomplete = raw.management.is_absent() != management.is_none()
        || matches!(prometheus, Some(PrometheusNodes::Urls(urls)) if raw.urls.given().is_none_or(|it| it.value.len() != urls.len()))
        || (prometheus.is_none() && !(raw.urls.is_absent() && raw.dns.is_absent()));
    let secure = |url: &Url| url.scheme() == "https";
    let any = management.is_some_and(secure)
        || match prometheus {
            Some(PrometheusNodes::Urls(urls)) => urls.iter().any(secure),
            Some(PrometheusNodes::Dns(url)) => secure(url),
            None => false,
        };
    (any || !incomplete).then_some(any)
}
