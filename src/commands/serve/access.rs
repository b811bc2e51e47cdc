//! The serving certificate and the gate of the API, and the files by which local programs find both without a cluster.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::api::{Gate, LoopbackToken, ServingCertificate};
use crate::cli::{Access, ServeArgs};
use crate::k8s::{Cluster, Reviews, follow_auth_config};
use leveret_runtime::Clock;
use leveret_runtime::secret::Secret;
use leveret_runtime::tasks::Tasks;

/// What to do where the files for local programs cannot be written.
const NAME_ANOTHER: &str = "name a folder that this user may write to with `--credentials-dir`";

/// How callers are admitted, as far as it can be prepared without asking another program.
pub(super) enum Admission {
    /// The cluster decides.
    Cluster(kube::Client),
    /// A token decides.
    Loopback(Arc<LocalFiles>, LoopbackToken),
}

/// What local programs find in the folder of `--credentials-dir`.
pub(super) struct LocalFiles {
    folder: PathBuf,
    /// The certificate to trust, as PEM text.
    authority: String,
    token: Secret,
}

/// Reads or makes the serving certificate, and prepares what admits requests. No port is needed for it.
pub(super) async fn prepare(access: &Access, arguments: &ServeArgs) -> Result<(ServingCertificate, Admission)> {
    match access {
        Access::Cluster { certificate, key, .. } => {
            let certificate = ServingCertificate::from_files(certificate.clone(), key.clone()).context(
                "the API needs the certificate and key of `--tls-cert-file` and `--tls-key-file`; without a cluster use \
                 `--without-cluster`",
            )?;
            let cluster = Cluster { kubeconfig: arguments.kubeconfig.clone(), context: arguments.context.clone() };
            Ok((certificate, Admission::Cluster(cluster.client().await?)))
        }
        Access::Loopback { credentials_dir, .. } => {
            let (certificate, authority) = ServingCertificate::self_signed(&["localhost", "127.0.0.1", "::1"])?;
            let token = LoopbackToken::generate()?;
            fs::create_dir_all(credentials_dir)
                .with_context(|| format!("cannot create the folder `{}`; {NAME_ANOTHER}", credentials_dir.display()))?;
            let files = LocalFiles { folder: credentials_dir.clone(), authority, token: token.secret().clone() };
            Ok((certificate, Admission::Loopback(Arc::new(files), token)))
        }
    }
}

impl Admission {
    /// The files to publish once the API listens, if there is no cluster.
    pub(super) fn local_files(&self) -> Option<Arc<LocalFiles>> {
        match self {
            Self::Cluster(_) => None,
            Self::Loopback(files, _) => Some(Arc::clone(files)),
        }
    }

    /// The gate. In a cluster this waits for the authentication configuration.
    pub(super) async fn gate(self, clock: Clock, tasks: &Tasks) -> Result<Gate> {
        match self {
            Self::Cluster(client) => {
                let auth_config = follow_auth_config(client.clone(), tasks).await?;
                let reviews = Arc::new(Reviews::new(client));
                Ok(Gate::delegated(auth_config, reviews.clone(), reviews, clock))
            }
            Self::Loopback(files, token) => {
                // A waiting program must not take an earlier run's address for this one's.
                remove(&files.folder.join("address"))?;
                Ok(Gate::loopback(token))
            }
        }
    }
}

impl LocalFiles {
    /// Writes them for programs on this machine, once the API listens: until then they may be those of another Leveret that
    /// has the port. A waiting program looks for the address, the last of three.
    pub(super) fn publish(&self, address: SocketAddr) -> Result<()> {
        write(&self.folder.join("ca.crt"), &self.authority)?;
        write(&self.folder.join("token"), self.token.expose())?;
        let (partial, whole) = (self.folder.join(".address"), self.folder.join("address"));
        write(&partial, &address.to_string())?;
        fs::rename(&partial, &whole).with_context(|| cannot_write(&whole))
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot replace `{}`; {NAME_ANOTHER}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Writes a new file that only its owner may read. An existing file is replaced rather than written to, since it may be
/// readable by others.
fn write(path: &Path, text: &str) -> Result<()> {
    let cannot = || cannot_write(path);
    remove(path)?;
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`; {NAME_ANOTHER}", path.display())
}
