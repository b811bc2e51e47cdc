//! Small programs that the set-up and the tests call, and that a minimal Debian lacks.
//!
//! A C compiler and linker are not among them, because this program cannot be built without them.

use std::path::Path;

use anyhow::Result;

use crate::apt;
use crate::process::find;
use crate::step::step;

/// Each program, and the package that contains it.
const PROGRAMS: [(&str, &str); 6] = [
    ("chroot", "coreutils"),
    ("mount", "mount"),
    ("setsid", "util-linux"),
    ("tar", "tar"),
    ("unshare", "util-linux"),
    ("dpkg-deb", "dpkg"),
];

/// Certificates of public authorities, for downloads of packages and modules, and for the image.
pub(crate) const CERTIFICATES: (&str, &str) = ("/etc/ssl/certs/ca-certificates.crt", "ca-certificates");

/// Debian's signing keys, which verify the packages of another release.
pub(crate) const KEYRING: (&str, &str) = ("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring");

/// The library of the tests' AMQP 1.0 client, which is a script.
const PROTON: (&str, &str) = ("/usr/lib/python3/dist-packages/proton/__init__.py", "python3-qpid-proton");

/// Installs what is missing.
pub(crate) fn ensure() -> Result<()> {
    let mut missing: Vec<_> =
        PROGRAMS.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect();
    missing.extend(
        [CERTIFICATES, KEYRING, PROTON].iter().filter(|(file, _)| !Path::new(file).exists()).map(|(_, it)| *it),
    );
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    step(&format!("installing {}", missing.join(", ")), "about 10 s", || apt::install(&missing))
}
