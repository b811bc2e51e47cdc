//! Everything the tests run against, and the variables that tell the tests where it is.

use std::ffi::OsString;
use std::thread;

use anyhow::{Result, anyhow};

use crate::repo::{Repo, programs};
use crate::{control_plane, prerequisites, prometheus, rabbitmq_folder, rabbitmq_host};

/// The environment of the integration tests; tests/README.md says what each variable means.
pub(crate) type TestEnvironment = Vec<(&'static str, OsString)>;

/// Sets up whatever is not there yet.
pub(crate) fn run(repo: &Repo) -> Result<TestEnvironment> {
    thread::scope(|scope| {
        // Go compiles while packages are fetched and unpacked; those take turns, for apt has one lock.
        let control_plane = scope.spawn(|| control_plane::ensure(repo));
        let rabbitmq_4 = prerequisites::ensure()
            .and_then(|()| rabbitmq_host::ensure())
            .and_then(|()| prometheus::ensure())
            .and_then(|()| rabbitmq_folder::ensure(repo));
        let control_plane = control_plane.join().map_err(|_| anyhow!("the control plane's build panicked"))?;
        Ok(vec![
            ("LEVERET_TEST_CONTROL_PLANE", control_plane?.into()),
            ("LEVERET_TEST_RABBITMQ_3", "/".into()),
            ("LEVERET_TEST_RABBITMQ_4", rabbitmq_4?.into()),
            ("LEVERET_TEST_PROGRAMS", programs()?.into()),
        ])
    })
}
