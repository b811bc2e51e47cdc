//! `make bench`: measures speed with the package in `crates/bench`.

use anyhow::Result;

use crate::cargo::cargo;
use crate::process::run;
use crate::repo::Repo;
use crate::step::step;

/// Builds the benchmarks with the release profile and runs them. crates/bench/README.md explains the rows.
pub(crate) fn run_all(repo: &Repo) -> Result<()> {
    step("building the benchmarks", "about 5 minutes of two cores the first time", || {
        run(cargo(repo).args(["build", "--release", "--package=leveret-bench"]))
    })?;
    step("measuring", "about 20 s", || {
        let file = repo.parts().join("bench.json");
        run(cargo(repo).args(["run", "--quiet", "--release", "--package=leveret-bench", "--"]).arg(file))
    })
}
