//! Installing Debian packages on this machine, without starting the services they bring.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{as_root, find, run_quietly};

/// Where a policy about starting services stands (`invoke-rc.d(8)`).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// `sh -c INSTALL install POLICY APT-GET PACKAGE…`
const INSTALL: &str = include_str!("apt/install.sh");

/// Installs packages and what they need, nothing they only recommend.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let Some(apt_get) = find("apt-get") else {
        bail!("this machine has no apt-get: install {names} (Debian's names) with its own package manager");
    };
    let mut command = as_root("/bin/sh")?;
    command.args(["-c", INSTALL, "install", POLICY]).arg(apt_get).args(packages);
    run_quietly(&mut command).with_context(|| {
        format!("cannot install {names}; the same by hand: `sudo apt-get install --no-install-recommends {names}`")
    })?;
    Ok(())
}

/// This machine's processor architecture in Debian's words, such as `amd64`.
pub(crate) fn architecture() -> Result<String> {
    let output = run_quietly(Command::new("dpkg").arg("--print-architecture"))?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests;
