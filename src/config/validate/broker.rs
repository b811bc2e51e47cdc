//! One broker: at least one source, and everything that the source needs.

use std::collections::HashSet;
use std::sync::Arc;

use reqwest::Url;
use rustls::pki_types::ServerName;

use super::Environment;
use super::credentials::{credentials, tls};
use super::endpoint::{Service, dns, url};
use super::name::name;
use super::timing::timing;
use crate::config::findings::Findings;
use crate::config::model;
use crate::config::setting::{Given, Setting};
use crate::config::{Connection, PrometheusNodes};
use leveret_core::Broker;

/// The broker, if everything that is written can be read.
pub(super) fn broker(
    given: &Given<model::Broker>,
    environment: Environment<'_>,
    findings: &mut Findings,
) -> Option<Connection> {
    let Given { value: model, place } = given;
    let name = name(&model.name, *place, findings);
    if model.management.is_absent() && model.prometheus.is_absent() {
        let advice = findings.either(
            "add `management: {url: …}`, `prometheus: {urls: […]}` or `prometheus: {dns: …}`",
            "add `--management-url`, `--prometheus-url` or `--prometheus-dns`, or `--config` with a file",
        );
        findings.add(*place, "this broker has no source: nothing says where to read it", advice);
    }
    let management = model.management.given().and_then(|given| management(given, findings));
    let prometheus = model.prometheus.given().and_then(|given| prometheus(given, findings));
    if let (Some(given), true) = (model.management.given(), model.credentials.is_absent()) {
        let advice = findings.either(
            "add `credentials: {usernameFile: …, passwordFile: …}`",
            "add `--username-file` and `--password-file`, or set `LEVERET_USERNAME` and `LEVERET_PASSWORD`",
        );
        findings.add(given.place, "the management API needs credentials", advice);
    }
    let credentials = model.credentials.given().and_then(|given| credentials(given, environment, findings));
    let https = https(model, management.as_ref(), prometheus.as_ref());
    let tls = model.tls.value().map(|model| tls(model, https, findings)).unwrap_or_default();
    let timing = timing(model, findings)?;
    let default_vhost = model.default_vhost.value().map_or("/", String::as_str).into();
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

fn management(given: &Given<model::Management>, findings: &mut Findings) -> Option<Url> {
    if given.value.url.is_absent() {
        findings.add(given.place, "`url` is missing", "add it, or remove the key `management`");
    }
    given.value.url.given().and_then(|given| url(given, Service::Management, findings))
}

fn prometheus(given: &Given<model::Prometheus>, findings: &mut Findings) -> Option<PrometheusNodes> {
    let Given { value: model, place } = given;
    match (&model.urls, &model.dns) {
        (Setting::Absent, Setting::Absent) => {
            findings.add(*place, "neither `urls` nor `dns` is given", "add one, or remove the key `prometheus`");
        }
        (Setting::Given(_), Setting::Given(dns)) => {
            let reason = format!("both {} and {} are given", findings.key("urls"), findings.key("dns"));
            findings.add(dns.place, reason, "keep one of them");
        }
        _ => {}
    }
    let url = model.dns.given().and_then(|given| dns(given, findings));
    let server_name = model.server_name.given().and_then(|given| server_name(given, url.as_ref(), findings));
    if let Some(given) = model.urls.given() {
        return Some(PrometheusNodes::Urls(urls(given, findings)));
    }
    url.map(|url| PrometheusNodes::Dns { url, server_name })
}

fn server_name(given: &Given<String>, dns: Option<&Url>, findings: &mut Findings) -> Option<Box<str>> {
    let key = findings.key("dns");
    match dns {
        None => {
            let reason = format!("this belongs to {key}, which is not given");
            findings.add(given.place, reason, "remove it: the host name of each URL is verified");
        }
        Some(url) if url.scheme() != "https" => {
            let reason = format!("{key} is read over `http`, without a certificate");
            findings.add(given.place, reason, "write `https://` in front of the name there, or remove this");
        }
        Some(_) => {}
    }
    let reason = match ServerName::try_from(given.value.as_str()) {
        Ok(ServerName::DnsName(name)) => return Some(name.as_ref().into()),
        Ok(_) => "this is an address, not a host name",
        Err(_) => "this is not a host name",
    };
    let advice = "write a DNS name that the nodes' certificates are for, such as `any.rabbit-nodes.rabbit.svc`";
    findings.add(given.place, reason, advice);
    None
}

fn urls(given: &Given<model::List<String>>, findings: &mut Findings) -> Vec<Url> {
    super::bounded(&given.value, given.place, model::NODES_MAX, findings);
    let mut seen = HashSet::new();
    let mut urls = Vec::new();
    for written in given.value.iter().filter_map(Setting::given) {
        let Some(url) = url(written, Service::Prometheus, findings) else { continue };
        if !seen.insert(url.clone()) {
            let advice = "remove one: the node's messages would be counted twice";
            findings.add(written.place, "this URL is given twice", advice);
        }
        urls.push(url);
    }
    urls
}

/// Whether any URL is `https`, if all of them are known.
fn https(model: &model::Broker, management: Option<&Url>, prometheus: Option<&PrometheusNodes>) -> Option<bool> {
    let written = model.prometheus.value().and_then(|it| it.urls.value()).map_or(0, Vec::len);
    let incomplete = model.management.is_absent() != management.is_none()
        || model.prometheus.is_absent() != prometheus.is_none()
        || matches!(prometheus, Some(PrometheusNodes::Urls(urls)) if urls.len() != written);
    let secure = |url: &Url| url.scheme() == "https";
    let any = management.is_some_and(secure)
        || match prometheus {
            Some(PrometheusNodes::Urls(urls)) => urls.iter().any(secure),
            Some(PrometheusNodes::Dns { url, .. }) => secure(url),
            None => false,
        };
    (any || !incomplete).then_some(any)
}
