//! Where the API listens, with which certificate, and who is let in.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::api::{Access, Delegation, LoopbackToken, SelfMade, ServingCertificate};
use crate::cli::{self, ServeArgs};
use crate::k8s::{Cluster, Reviews, follow_auth_config};
use leveret_runtime::tasks::Tasks;

/// Everything about the way in.
pub(super) struct Entrance {
    pub(super) listen: SocketAddr,
    pub(super) certificate: ServingCertificate,
    pub(super) access: Access,
    /// Where a program on the same machine finds its way in; only without a cluster.
    pub(super) credentials_dir: Option<PathBuf>,
}

impl Entrance {
    /// Prepares the way in. With a cluster this waits until the cluster has said whom to believe.
    pub(super) async fn open(access: cli::Access, arguments: &ServeArgs, tasks: &Tasks) -> Result<Self> {
        match access {
            cli::Access::Cluster { listen, certificate, key } => {
                let certificate = ServingCertificate::from_files(certificate, key).context(
                    "the API needs the certificate and key of `--tls-cert-file` and `--tls-key-file`; without a cluster use \
                     `--without-cluster`",
                )?;
                let cluster = Cluster { kubeconfig: arguments.kubeconfig.clone(), context: arguments.context.clone() };
                let client = cluster.client().await?;
                let auth_config = follow_auth_config(client.clone(), tasks).await?;
                let reviews = Arc::new(Reviews::new(client));
                let delegation = Delegation { auth_config, tokens: reviews.clone(), access: reviews };
                Ok(Self { listen, certificate, access: Access::Delegated(delegation), credentials_dir: None })
            }
            cli::Access::Loopback { listen, credentials_dir } => {
                let SelfMade { certificate, authority_pem } = SelfMade::new(&["localhost", "127.0.0.1", "::1"])?;
                let token = LoopbackToken::generate()?;
                fs::create_dir_all(&credentials_dir)
                    .with_context(|| format!("cannot make the folder `{}`", credentials_dir.display()))?;
                // What an earlier run has said must not be taken for this one's by a program that waits.
                remove(&credentials_dir.join("address"))?;
                write(&credentials_dir.join("ca.crt"), &authority_pem)?;
                write(&credentials_dir.join("token"), token.secret().expose())?;
                Ok(Self {
                    listen,
                    certificate,
                    access: Access::Loopback(token),
                    credentials_dir: Some(credentials_dir),
                })
            }
        }
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot replace `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Says where the API listens, once it does: the last of the three files, for which a waiting program may look.
pub(super) fn write_address(folder: &Path, address: SocketAddr) -> Result<()> {
    let partial = folder.join(".address");
    write(&partial, &address.to_string())?;
    fs::rename(&partial, folder.join("address")).context("cannot write the file `address`")
}

/// Writes a new file that only its owner may read, in the place of any that is there, whoever may read that.
fn write(path: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    remove(path)?;
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)
}
