//! Sets up the parts that the tests run against, and passes their paths in variables.

use std::ffi::OsString;
use std::thread;

use anyhow::{Result, anyhow};

use crate::repo::{Repo, programs};
use crate::{certificates, control_plane, prerequisites, prometheus, rabbitmq_folder, rabbitmq_host};

/// The environment of the integration tests; tests/README.md explains each variable.
pub(crate) type TestEnvironment = Vec<(&'static str, OsString)>;

/// Sets up the parts that are missing.
pub(crate) fn run(repo: &Repo) -> Result<TestEnvironment> {
    // The tests apply the example overlay, which needs them.
    certificates::ensure(repo)?;
    // Go compiles while packages are downloaded and unpacked, one after the other, because apt has a single lock.
    let (mut environment, control_plane) = thread::scope(|scope| {
        let control_plane = scope.spawn(|| control_plane::ensure(repo));
        // Printed now: the build may take minutes more, and finishing it saves them at the next try.
        let packages = packages(repo).inspect_err(|error| eprintln!("{error:#}"));
        let control_plane = control_plane.join().map_err(|_| anyhow!("building the control plane panicked"))?;
        anyhow::Ok((packages?, control_plane?))
    })?;
    environment.push(("LEVERET_TEST_CONTROL_PLANE", control_plane.into()));
    environment.push(("LEVERET_TEST_PROGRAMS", programs()?.into()));
    Ok(environment)
}

/// The parts that are Debian packages.
fn packages(repo: &Repo) -> Result<TestEnvironment> {
    prerequisites::ensure()?;
    rabbitmq_host::ensure()?;
    let [prometheus, promtool] = prometheus::ensure()?;
    let rabbitmq_4 = rabbitmq_folder::ensure(repo)?;
    Ok(vec![
        ("LEVERET_TEST_RABBITMQ_4", rabbitmq_4.into()),
        ("LEVERET_TEST_PROMETHEUS", prometheus.into()),
        ("LEVERET_TEST_PROMTOOL", promtool.into()),
    ])
}
