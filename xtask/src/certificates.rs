//! The secrets of the example overlay: certificates for the aggregated API, and passwords for the broker.
//!
//! They are generated once and kept, because a broker that has stored its users would not accept new passwords. Delete the
//! folder to generate new ones.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::repo::Repo;

mod definitions;
mod password;
mod serving;

use definitions::User;

/// The folder that the overlay reads them from. Git ignores it.
const FOLDER: &str = "manifests/overlays/example/generated";

/// How long certificates must still be valid to be used, so that an installation does not expire soon.
const MARGIN: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Generates the secrets if they are missing, and returns their folder.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.root().join(FOLDER);
    // The folder is created complete or not at all, because an existing folder counts as complete.
    if folder.is_dir() {
        if age(&folder.join("tls.crt"))? + MARGIN > serving::VALID {
            bail!("the certificates in `{}` expire soon; delete the folder to generate new ones", folder.display());
        }
        return Ok(folder);
    }
    let unfinished = folder.with_extension("part");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove `{}`", unfinished.display()))?;
    }
    fs::create_dir_all(&unfinished).with_context(|| format!("cannot create `{}`", unfinished.display()))?;
    for (name, text) in files()? {
        write_secret(&unfinished.join(name), &text)?;
    }
    fs::rename(&unfinished, &folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    Ok(folder)
}

/// The names and contents of the files, as `manifests/overlays/example/kustomization.yaml` refers to them.
fn files() -> Result<Vec<(&'static str, String)>> {
    let certificates = serving::issue()?;
    // The first produces and consumes, so it may do everything in the virtual host. The second only reads statistics.
    let worker = User { name: "task", password: password::random()?, tags: &[], permission: ".*" };
    let leveret = User { name: "leveret", password: password::random()?, tags: &["management"], permission: "^$" };
    Ok(vec![
        ("ca.crt", certificates.authority),
        ("tls.crt", certificates.certificate),
        ("tls.key", certificates.key),
        ("definitions.json", definitions::json(&[&worker, &leveret])?),
        ("rabbitmq-username", worker.name.to_owned()),
        ("rabbitmq-password", worker.password),
        ("leveret-username", leveret.name.to_owned()),
        ("leveret-password", leveret.password),
    ])
}

/// How long ago a file was written; zero if that is in the future.
fn age(path: &Path) -> Result<Duration> {
    let written = fs::metadata(path).and_then(|it| it.modified());
    let written = written.with_context(|| format!("cannot read when `{}` was written", path.display()))?;
    Ok(written.elapsed().unwrap_or_default())
}

/// Writes a file that only its owner may read.
fn write_secret(path: &Path, text: &str) -> Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overlay_refers_to_exactly_these_files() {
        let overlay = include_str!("../../manifests/overlays/example/kustomization.yaml");
        let wanted: Vec<_> = overlay
            .lines()
            .filter_map(|line| line.strip_prefix("  - ")?.split_once("generated/"))
            .map(|it| it.1)
            .collect();
        let mut made: Vec<_> = files().expect("they can be generated").into_iter().map(|(name, _)| name).collect();
        let mut wanted_sorted = wanted.clone();
        wanted_sorted.sort_unstable();
        made.sort_unstable();
        assert_eq!(made, wanted_sorted);
    }
}
