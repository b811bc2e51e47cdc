//! The broker's address, and connecting to it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use lapin::tcp::OwnedTLSConfig;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties};
use leveret_runtime::file::read_file;

use super::{AmqpArgs, LoginSource};

/// How long connecting may take, login included.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// How often both sides say that they are there. A peer that vanished without a word is noticed after two of them;
/// RabbitMQ's own proposal is 60 s, for which a dead consumer would keep its message.
const HEARTBEAT_SECONDS: u16 = 10;

/// A broker that can be connected to, again and again.
#[derive(Clone, Debug)]
pub struct Endpoint {
    uri: AMQPUri,
    login: LoginSource,
    ca_file: Option<PathBuf>,
}

impl Endpoint {
    /// Checks the flags; the error never repeats the URL, since it may hold a password.
    pub fn new(args: &AmqpArgs) -> anyhow::Result<Self> {
        let (_, rest) =
            args.amqp_url.split_once("://").context("`--amqp-url` has no scheme: write `amqp://HOST:PORT`")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        anyhow::ensure!(
            !authority.contains('@'),
            "`--amqp-url` holds a user or a password, which every user of this machine could read: remove it, and give \
             `--username-file` and `--password-file`, or set `AMQP_USERNAME` and `AMQP_PASSWORD`"
        );
        let mut uri: AMQPUri =
            args.amqp_url.parse().map_err(|error| anyhow!("`--amqp-url` cannot be read: {error}"))?;
        if let Some(vhost) = &args.vhost {
            uri.vhost.clone_from(vhost);
        } else if uri.vhost.is_empty() {
            // `amqp://host/` names, by the letter, a virtual host without a name, which is hardly ever meant.
            "/".clone_into(&mut uri.vhost);
        }
        uri.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
        let login = LoginSource::new(args.username_file.clone(), args.password_file.clone());
        Ok(Self { uri, login, ca_file: args.ca_file.clone() })
    }

    /// Connects under a name that the management pages show.
    pub async fn connect(&self, name: &str) -> anyhow::Result<Connection> {
        let mut uri = self.uri.clone();
        let address = format!("{}://{}:{}", uri.scheme, uri.authority.host, uri.authority.port);
        uri.authority.userinfo = self.login.read()?;
        let mut tls = OwnedTLSConfig::default();
        if let (AMQPScheme::AMQPS, Some(path)) = (&uri.scheme, &self.ca_file) {
            let certificates = read_file(path).map_err(|error| anyhow!(error))?;
            tls.cert_chain = Some(String::from_utf8(certificates).context("`--ca-file` does not hold PEM")?);
        }
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let runtime = lapin::runtime::default_runtime().context("there is no asynchronous runtime")?;
        tokio::time::timeout(CONNECT_WITHIN, Connection::connect_uri_with_config(uri, properties, tls, runtime))
            .await
            .with_context(|| format!("`{address}` did not answer within {CONNECT_WITHIN:?}"))?
            .with_context(|| format!("cannot connect to `{address}`, vhost `{}`", self.uri.vhost))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        amqp: AmqpArgs,
    }

    fn endpoint(flags: &[&str]) -> anyhow::Result<Endpoint> {
        Endpoint::new(&Flags::try_parse_from([&["x"], flags].concat())?.amqp)
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_repeated() {
        for url in ["amqp://user:hunter2@host", "amqp://hunter2@host/%2f", "amqps://:hunter2@host:5671"] {
            let error = format!("{:#}", endpoint(&["--amqp-url", url]).unwrap_err());
            assert!(error.contains("--password-file"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn the_vhost_comes_from_the_flag_or_the_url() {
        let vhost = |flags: &[&str]| endpoint(flags).unwrap().uri.vhost;
        assert_eq!(vhost(&[]), "/");
        assert_eq!(vhost(&["--amqp-url", "amqp://host"]), "/");
        assert_eq!(vhost(&["--amqp-url", "amqp://host/"]), "/");
        assert_eq!(vhost(&["--amqp-url", "amqp://host/a%2Fb"]), "a/b");
        assert_eq!(vhost(&["--amqp-url", "amqp://host/orders", "--vhost", "other"]), "other");
    }
}
