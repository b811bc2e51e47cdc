//! `leveret serve`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::config::{Config, ConfigArgs, Problems};
use leveret_runtime::duration::parse_duration;

/// The port of the API; pods may not bind 443.
const API_PORT: u16 = 8443;

/// The port of metrics and probes.
const ADMIN_PORT: u16 = 8080;

/// In a cluster, the time until every kube-apiserver and every node has noticed that a pod is terminating: the period of a
/// probe, and then the propagation of the endpoints.
const DRAIN_DELAY: Duration = Duration::from_secs(10);

/// The flags of `leveret serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// The brokers and backlogs.
    #[command(flatten)]
    pub config: ConfigArgs,

    /// Address and port of the API [default: `[::]:8443`, or `127.0.0.1:8443` with --without-cluster]
    #[arg(long, value_name = "ADDRESS", env = "LEVERET_LISTEN", value_parser = address, help_heading = "API")]
    pub listen: Option<SocketAddr>,
    /// PEM file with the API's certificate, reloaded when it changes; required unless --without-cluster is given
    #[arg(
        long,
        value_name = "FILE",
        env = "LEVERET_TLS_CERT_FILE",
        help_heading = "API",
        conflicts_with = "without_cluster"
    )]
    pub tls_cert_file: Option<PathBuf>,
    /// PEM file with the private key of that certificate; required unless --without-cluster is given
    #[arg(
        long,
        value_name = "FILE",
        env = "LEVERET_TLS_KEY_FILE",
        help_heading = "API",
        conflicts_with = "without_cluster"
    )]
    pub tls_key_file: Option<PathBuf>,
    /// Address and port of `/metrics`, `/livez` and `/readyz`, served over plain HTTP [default: `[::]:8080`, or
    /// `127.0.0.1:8080` with --without-cluster]
    #[arg(long, value_name = "ADDRESS", env = "LEVERET_ADMIN_LISTEN", value_parser = address, help_heading = "API")]
    pub admin_listen: Option<SocketAddr>,

    /// Kubeconfig file of the cluster [default: the one that kubectl would use, or the pod's service account]
    #[arg(long, value_name = "FILE", help_heading = "Cluster", conflicts_with = "without_cluster")]
    pub kubeconfig: Option<PathBuf>,
    /// Context in the kubeconfig file [default: its current context]
    #[arg(long, value_name = "NAME", help_heading = "Cluster", conflicts_with = "without_cluster")]
    pub context: Option<String>,
    /// Run without Kubernetes, for development: listen on a loopback address only and require the bearer token that is
    /// generated at startup; needs --credentials-dir
    #[arg(long, help_heading = "Cluster", requires = "credentials_dir")]
    pub without_cluster: bool,
    /// Directory to which --without-cluster writes `ca.crt`, `token` and, once the API listens, `address`
    #[arg(long, value_name = "DIR", help_heading = "Cluster", requires = "without_cluster")]
    pub credentials_dir: Option<PathBuf>,

    /// How long requests are still accepted after SIGTERM, until the cluster sends no more, such as 500ms or 10s [default:
    /// 10s, or 0s with --without-cluster]
    #[arg(
        long,
        value_name = "DURATION",
        env = "LEVERET_SHUTDOWN_DELAY",
        value_parser = parse_duration,
        help_heading = "Shutdown"
    )]
    pub shutdown_delay: Option<Duration>,
    /// How long requests in flight may take after that, such as 500ms or 30s
    #[arg(
        long,
        value_name = "DURATION",
        env = "LEVERET_SHUTDOWN_GRACE",
        default_value = "30s",
        value_parser = parse_duration,
        help_heading = "Shutdown"
    )]
    pub shutdown_grace: Duration,
}

/// Where the API listens and how callers are authenticated. Both ways require authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The cluster authenticates and authorizes callers.
    Cluster {
        /// Where the API listens.
        listen: SocketAddr,
        /// The serving certificate.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// Programs on this machine authenticate with a bearer token.
    Loopback {
        /// Where the API listens: a loopback address.
        listen: SocketAddr,
        /// Where the certificate and the token are written.
        credentials_dir: PathBuf,
    },
}

impl Access {
    /// Where the API listens.
    pub fn listen(&self) -> SocketAddr {
        match self {
            Self::Cluster { listen, .. } | Self::Loopback { listen, .. } => *listen,
        }
    }
}

/// Why the program cannot start with its flags and its configuration.
#[derive(Debug)]
pub struct Refused {
    access: Option<String>,
    config: Option<Problems>,
}

impl Refused {
    /// Logs everything, each problem of the configuration on a line of its own.
    pub fn log(&self) {
        self.config.iter().for_each(Problems::log);
        let reasons = self.access.iter().cloned().chain(self.config.as_ref().map(Problems::summary));
        tracing::error!(error = reasons.collect::<Vec<_>>().join("; "), "leveret cannot run");
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons = self.access.iter().cloned().chain(self.config.as_ref().map(Problems::to_string));
        f.write_str(&reasons.collect::<Vec<_>>().join("\n\n"))
    }
}

/// An address and port to listen on. Names are refused: they may have several addresses.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "write an IP address and a port, such as `127.0.0.1:8443` or `[::]:8443`; names such as `localhost` are not \
         resolved"
            .to_owned()
    })
}

impl ServeArgs {
    /// The configuration, and where the API listens.
    ///
    /// # Errors
    /// Everything that is wrong with the flags and the configuration.
    pub fn check(&self) -> Result<(Config, Access), Refused> {
        let access = self.access().and_then(|access| self.distinct_ports(access));
        match (access, self.config.load()) {
            (Ok(access), Ok(config)) => Ok((config, access)),
            (access, config) => Err(Refused { access: access.err(), config: config.err() }),
        }
    }

    /// Refuses a port that both the API and the admin port would listen on. Port 0 is another one for each.
    fn distinct_ports(&self, access: Access) -> Result<Access, String> {
        let (api, admin) = (access.listen(), self.admin_address());
        let covers =
            |one: IpAddr, other: IpAddr| one == other || (one.is_unspecified() && (one.is_ipv6() || other.is_ipv4()));
        let meet = covers(api.ip(), admin.ip()) || covers(admin.ip(), api.ip());
        if api.port() == admin.port() && api.port() != 0 && meet {
            return Err(format!(
                "`--listen` ({api}) and `--admin-listen` ({admin}) are the same port: give one of them another"
            ));
        }
        Ok(access)
    }

    /// Where the admin port listens.
    pub fn admin_address(&self) -> SocketAddr {
        let open = if self.without_cluster { Ipv4Addr::LOCALHOST.into() } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
        self.admin_listen.unwrap_or(SocketAddr::new(open, ADMIN_PORT))
    }

    /// How long requests are still accepted after SIGTERM.
    pub fn drain_delay(&self) -> Duration {
        self.shutdown_delay.unwrap_or(if self.without_cluster { Duration::ZERO } else { DRAIN_DELAY })
    }

    /// Where the API listens and how callers are authenticated.
    ///
    /// # Errors
    /// The flags contradict each other.
    fn access(&self) -> Result<Access, String> {
        match (self.without_cluster, &self.credentials_dir, &self.tls_cert_file, &self.tls_key_file) {
            (true, Some(credentials_dir), None, None) => {
                let listen = self.listen.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), API_PORT));
                if !listen.ip().to_canonical().is_loopback() {
                    return Err(format!(
                        "`--listen {listen}` is not a loopback address: with `--without-cluster` the API answers on \
                         `127.0.0.1` or `[::1]` only"
                    ));
                }
                Ok(Access::Loopback { listen, credentials_dir: credentials_dir.clone() })
            }
            (false, None, Some(certificate), Some(key)) => Ok(Access::Cluster {
                listen: self.listen.unwrap_or(SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), API_PORT)),
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            _ => Err(
                "the API needs a certificate: give `--tls-cert-file` and `--tls-key-file` or, to try Leveret on this \
                      machine without Kubernetes, `--without-cluster` and `--credentials-dir`"
                    .to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn serve(flags: &str) -> Result<ServeArgs, String> {
        let cli = Cli::try_parse_from(["leveret", "serve"].into_iter().chain(flags.split_whitespace()))
            .map_err(|error| error.to_string())?;
        let Command::Serve(serve) = cli.command else { return Err("another command".to_owned()) };
        Ok(*serve)
    }

    fn access(flags: &str) -> Result<Access, String> {
        serve(flags)?.access()
    }

    #[test]
    fn what_is_required_is_said_at_once() {
        let refused =
            serve("").expect("no flag is wrong").check().map(|_| ()).expect_err("nothing is given").to_string();
        let expected = "\
the API needs a certificate: give `--tls-cert-file` and `--tls-key-file` or, to try Leveret on this machine without \
Kubernetes, `--without-cluster` and `--credentials-dir`

1 problem in flags and environment

flags and environment: this broker has no source: nothing says where to read it
  help: add `--management-url`, `--prometheus-url` or `--prometheus-dns`, or `--config` with a file";
        assert!(refused == expected, "{refused}");
    }

    #[test]
    fn names_are_no_addresses() {
        for flag in ["--listen", "--admin-listen"] {
            let refused = serve(&format!("{flag} localhost:8443")).map(|_| ()).expect_err("a name");
            let expected = format!(
                "error: invalid value 'localhost:8443' for '{flag} <ADDRESS>': write an IP address and a port, such as \
                 `127.0.0.1:8443` or `[::]:8443`; names such as `localhost` are not resolved\n"
            );
            assert!(refused.starts_with(&expected), "{refused}");
        }
    }

    #[test]
    fn the_api_and_the_admin_port_need_ports_of_their_own() {
        let check = |flags: &str| {
            let flags = format!("--without-cluster --credentials-dir d --prometheus-dns a {flags}");
            serve(&flags).expect("no flag is wrong").check().map(|_| ()).map_err(|refused| refused.to_string())
        };
        for (api, admin) in [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("127.0.0.1:8080", "0.0.0.0:8080"),
            ("127.0.0.1:8080", "[::]:8080"),
            ("[::1]:8080", "[::]:8080"),
        ] {
            let expected = format!(
                "`--listen` ({api}) and `--admin-listen` ({admin}) are the same port: give one of them another"
            );
            assert_eq!(check(&format!("--listen {api} --admin-listen {admin}")), Err(expected));
        }
        for (api, admin) in [("127.0.0.1:0", "127.0.0.1:0"), ("127.0.0.1:1", "127.0.0.2:1"), ("[::1]:1", "0.0.0.0:1")] {
            assert_eq!(check(&format!("--listen {api} --admin-listen {admin}")), Ok(()));
        }
    }

    #[test]
    fn in_a_cluster_the_certificate_is_required() {
        let expected = Access::Cluster {
            listen: "[::]:8443".parse().expect("an address"),
            certificate: "c".into(),
            key: "k".into(),
        };
        assert_eq!(access("--tls-cert-file c --tls-key-file k"), Ok(expected));
        let refused = access("--tls-cert-file c").expect_err("no key");
        assert!(refused.contains("--tls-key-file"), "{refused}");
    }

    #[test]
    fn without_a_cluster_only_loopback_answers() {
        let expected =
            Access::Loopback { listen: "127.0.0.1:8443".parse().expect("an address"), credentials_dir: "d".into() };
        assert_eq!(access("--without-cluster --credentials-dir d"), Ok(expected));
        assert!(access("--without-cluster --credentials-dir d --listen [::1]:0").is_ok());
        for flags in ["--listen 0.0.0.0:1", "--listen [::]:1", "--listen [::ffff:10.0.0.1]:1"] {
            let refused = access(&format!("--without-cluster --credentials-dir d {flags}")).expect_err(flags);
            assert!(refused.contains("not a loopback address"), "{refused}");
        }
        for flags in ["--tls-cert-file c --tls-key-file k", "--kubeconfig k", "--context c"] {
            assert!(access(&format!("--without-cluster --credentials-dir d {flags}")).is_err(), "{flags}");
        }
        assert!(access("--without-cluster").expect_err("no folder").contains("--credentials-dir"));
        assert!(access("--credentials-dir d --tls-cert-file c --tls-key-file k").is_err());
    }
}
