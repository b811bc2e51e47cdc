//! Installs Debian packages on this machine, without starting their services.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{as_root, find, run_quietly};

/// The file that decides whether services may start (`invoke-rc.d(8)`).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// `sh -c INSTALL install POLICY APT-GET PACKAGE…`
const INSTALL: &str = include_str!("apt/install.sh");

/// Installs packages and their dependencies, but not the packages that they only recommend.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let Some(apt_get) = find("apt-get") else {
        bail!("this machine has no apt-get: install {names} (Debian's package names) with its package manager");
    };
    let mut command = as_root("/bin/sh")?;
    command.args(["-c", INSTALL, "install", POLICY]).arg(apt_get).args(packages);
    run_quietly(&mut command).with_context(|| {
        format!("cannot install {names}; try it by hand: `sudo apt-get install --no-install-recommends {names}`")
    })?;
    Ok(())
}

/// This machine's processor architecture by Debian's name, such as `amd64`.
pub(crate) fn architecture() -> Result<String> {
    let output = run_quietly(Command::new("dpkg").arg("--print-architecture"))?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests;
