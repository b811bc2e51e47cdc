//! The serving certificate and the gate of the API, and the files by which local programs find both without a cluster.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::api::{Gate, LoopbackToken, ServingCertificate};
use crate::cli::{Access, ServeArgs};
use crate::k8s::{Cluster, Reviews, follow_auth_config};
use leveret_runtime::Clock;
use leveret_runtime::tasks::Tasks;

/// Prepares the serving certificate and the gate. In a cluster this waits for the authentication configuration.
pub(super) async fn open(
    access: &Access,
    arguments: &ServeArgs,
    clock: Clock,
    tasks: &Tasks,
) -> Result<(ServingCertificate, Gate)> {
    match access {
        Access::Cluster { certificate, key, .. } => {
            let certificate = ServingCertificate::from_files(certificate.clone(), key.clone()).context(
                "the API needs the certificate and key of `--tls-cert-file` and `--tls-key-file`; without a cluster use \
                 `--without-cluster`",
            )?;
            let cluster = Cluster { kubeconfig: arguments.kubeconfig.clone(), context: arguments.context.clone() };
            let client = cluster.client().await?;
            let auth_config = follow_auth_config(client.clone(), tasks).await?;
            let reviews = Arc::new(Reviews::new(client));
            Ok((certificate, Gate::delegated(auth_config, reviews.clone(), reviews, clock)))
        }
        Access::Loopback { credentials_dir, .. } => {
            let (certificate, pem) = ServingCertificate::self_signed(&["localhost", "127.0.0.1", "::1"])?;
            let token = LoopbackToken::generate()?;
            fs::create_dir_all(credentials_dir)
                .with_context(|| format!("cannot create the folder `{}`", credentials_dir.display()))?;
            // A waiting program must not take an earlier run's address for this one's.
            remove(&credentials_dir.join("address"))?;
            write(&credentials_dir.join("ca.crt"), &pem)?;
            write(&credentials_dir.join("token"), token.secret().expose())?;
            Ok((certificate, Gate::loopback(token)))
        }
    }
}

/// Publishes the API's address for programs on this machine, once the API listens. A waiting program looks for this file,
/// the last of three. Does nothing in a cluster.
pub(super) fn publish_address(access: &Access, address: SocketAddr) -> Result<()> {
    let Access::Loopback { credentials_dir, .. } = access else { return Ok(()) };
    let partial = credentials_dir.join(".address");
    write(&partial, &address.to_string())?;
    fs::rename(&partial, credentials_dir.join("address")).context("cannot write the file `address`")
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot replace `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Writes a new file that only its owner may read. An existing file is replaced rather than written to, since it may be
/// readable by others.
fn write(path: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    remove(path)?;
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)
}
