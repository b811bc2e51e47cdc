//! Everything the tests run against, and the variables that tell the tests where it is.

use std::ffi::OsString;
use std::thread;

use anyhow::{Result, anyhow};

use crate::repo::{Repo, programs};
use crate::{certificates, control_plane, prerequisites, prometheus, rabbitmq_folder, rabbitmq_host};

/// The environment of the integration tests; tests/README.md says what each variable means.
pub(crate) type TestEnvironment = Vec<(&'static str, OsString)>;

/// Sets up whatever is not there yet.
pub(crate) fn run(repo: &Repo) -> Result<TestEnvironment> {
    // The tests apply the example overlay, which refers to them.
    certificates::ensure(repo)?;
    // Go compiles while packages are fetched and unpacked; those take turns, for apt has one lock.
    let (mut environment, control_plane) = thread::scope(|scope| {
        let control_plane = scope.spawn(|| control_plane::ensure(repo));
        // Said at once: the other half may take minutes yet, and is worth finishing for the next try.
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
