//! A broker as answers see it.

use std::time::Duration;

/// One RabbitMQ cluster, as far as an answer depends on it. How it is reached and read is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// The name that the selector label `broker` refers to.
    pub name: Box<str>,
    /// The virtual host that a selector without the label `vhost` means.
    pub default_vhost: Box<str>,
    /// The age beyond which a number is an error instead of an answer.
    pub max_sample_age: Duration,
}
