//! From the tree of a YAML file to what the user wrote: keys, shapes and nothing else. What values mean is checked by
//! `validate`, in the same way for files and flags.

mod fields;

use fields::Fields;

use super::document::Node;
use super::keys;
use super::problem::Findings;
use super::raw::{Field, Given, RawBacklog, RawBroker, RawConfig, RawCredentials, RawQueues, RawTls};

/// The raw configuration of a whole file.
pub(super) fn config(root: &Node, findings: &mut Findings) -> RawConfig {
    let Some(mut fields) = Fields::of(root, &root.place, "the configuration", keys::TOP, &[], findings) else {
        return RawConfig { brokers: Field::Broken, backlogs: Field::Broken, ..RawConfig::default() };
    };
    RawConfig {
        brokers: fields.list("brokers", findings, |node, findings| Some(broker(node, findings))),
        backlogs: fields.list("backlogs", findings, |node, findings| Some(backlog(node, findings))),
        ..RawConfig::default()
    }
}

/// A broker; what cannot be read of it is broken, and has been told.
fn broker(node: &Node, findings: &mut Findings) -> RawBroker {
    let Some(mut fields) = Fields::of(node, &node.place, "a broker", keys::BROKER, &[], findings) else {
        return RawBroker { name: Field::Broken, management: Field::Broken, ..RawBroker::default() };
    };
    let (urls, dns) = match fields.map("prometheus", keys::PROMETHEUS, findings) {
        Field::Absent => (Field::Absent, Field::Absent),
        Field::Given(Given { value: mut prometheus, .. }) if prometheus.one_of(&["urls", "dns"], findings) => {
            (prometheus.texts("urls", findings), prometheus.text("dns", findings))
        }
        Field::Given(_) | Field::Broken => (Field::Broken, Field::Broken),
    };
    RawBroker {
        place: fields.place().clone(),
        name: fields.text("name", findings),
        management: match fields.map("management", keys::MANAGEMENT, findings) {
            Field::Absent => Field::Absent,
            Field::Given(Given { value: mut management, .. }) if management.one_of(&["url"], findings) => {
                management.text("url", findings)
            }
            Field::Given(_) | Field::Broken => Field::Broken,
        },
        urls,
        dns,
        credentials: fields.map("credentials", keys::CREDENTIALS, findings).map(|credentials| RawCredentials {
            username_file: credentials.text("usernameFile", findings),
            username_env: credentials.text("usernameEnv", findings),
            password_file: credentials.text("passwordFile", findings),
            password_env: credentials.text("passwordEnv", findings),
        }),
        tls: match fields.map("tls", keys::TLS, findings) {
            Field::Absent => RawTls::default(),
            Field::Broken => RawTls { ca: Field::Broken, cert: Field::Broken, key: Field::Broken },
            Field::Given(Given { value: mut tls, .. }) => RawTls {
                ca: tls.text("caFile", findings),
                cert: tls.text("certFile", findings),
                key: tls.text("keyFile", findings),
            },
        },
        default_vhost: fields.text("defaultVhost", findings),
        poll_interval: fields.text("pollInterval", findings),
        timeout: fields.text("timeout", findings),
        max_sample_age: fields.text("maxSampleAge", findings),
    }
}

/// A backlog; what cannot be read of it is broken, and has been told.
fn backlog(node: &Node, findings: &mut Findings) -> RawBacklog {
    let Some(mut fields) = Fields::of(node, &node.place, "a backlog", keys::BACKLOG, keys::BACKLOG_LATER, findings)
    else {
        let (name, broker, queues) = (Field::Broken, Field::Broken, Field::Broken);
        return RawBacklog { name, broker, queues, ..RawBacklog::default() };
    };
    RawBacklog {
        place: fields.place().clone(),
        name: fields.text("name", findings),
        broker: fields.text("broker", findings),
        vhost: fields.text("vhost", findings),
        queues: fields.map("queues", keys::QUEUES, findings).map(|queues| RawQueues {
            names: queues.texts("names", findings),
            matching: queues.text("match", findings),
            exclude: queues.text("exclude", findings),
        }),
        aggregate: fields.text("aggregate", findings),
        when_missing: fields.text("whenMissing", findings),
    }
}
