//! The make targets that need more than one line: setting up the real parts of tests and demo, and running the checks.
//!
//! Every step says on stderr what it does and how long it usually takes, and is instant when there is nothing to do.
//! Results, such as a path, go to stdout.
#![allow(
    clippy::disallowed_methods,
    reason = "the bans protect the program's structure; a build helper reads what it needs"
)]
#![allow(clippy::print_stdout, reason = "a build helper's results go to stdout")]

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

mod apt;
mod bench;
mod cargo;
mod certificates;
mod control_plane;
mod debian;
mod demo;
mod deny;
mod gate;
mod image;
mod manifests;
mod prerequisites;
mod process;
mod prometheus;
mod rabbitmq_folder;
mod rabbitmq_host;
mod repo;
mod setup;
mod soak;
mod step;
mod tidy;

use repo::Repo;

/// The make targets that need more than one line
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo run -p xtask --")]
enum Task {
    /// Build etcd, kube-apiserver, kube-controller-manager and kubectl into one program; print its path
    ControlPlane,
    /// Install the machine's RabbitMQ, without starting it
    RabbitmqHost,
    /// Unpack a RabbitMQ 4 into a folder, without changing the machine; print its path
    RabbitmqFolder,
    /// Install Prometheus and promtool, without starting them
    Prometheus,
    /// Set up all parts that the tests run against
    Setup,
    /// Check the structure of the source tree
    Tidy {
        /// Also print how many lines the source files have
        #[arg(long)]
        stats: bool,
    },
    /// Check format, lints, structure, documentation and dependencies
    Lint,
    /// Set up, lint, build and run every test
    Test {
        /// Arguments for `cargo test`: the name of a test, or `--` and arguments for the test program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        cargo_test: Vec<String>,
    },
    /// Run the demo on this machine: a broker, Leveret, a producer and real consumers, without Kubernetes
    Demo {
        /// Arguments for `leveret-demo`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        leveret_demo: Vec<String>,
    },
    /// Check every answer of Leveret while model brokers fail
    Soak {
        /// Arguments for `leveret-soak`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        leveret_soak: Vec<String>,
    },
    /// Measure speed, write target/bench.json and print it as a table
    Bench,
    /// Generate the certificates and passwords of the example overlay; print their folder
    Certificates,
    /// Render the example overlay into target/manifests.yaml
    Manifests,
    /// Build static programs and their container images into target/image
    Image,
}

fn main() -> ExitCode {
    match run(Task::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let repo = Repo::of_this_run()?;
    match task {
        Task::ControlPlane => println!("{}", repo.exclusively(control_plane::ensure)?.display()),
        Task::RabbitmqHost => repo.exclusively(|_| rabbitmq_host::ensure())?,
        Task::RabbitmqFolder => println!("{}", repo.exclusively(rabbitmq_folder::ensure)?.display()),
        Task::Prometheus => drop(repo.exclusively(|_| prometheus::ensure())?),
        Task::Setup => drop(repo.exclusively(setup::run)?),
        Task::Tidy { stats } => tidy::run(&repo, stats)?,
        Task::Lint => gate::lint(&repo)?,
        Task::Test { cargo_test } => gate::test(&repo, &cargo_test)?,
        Task::Demo { leveret_demo } => demo::run(&repo, &leveret_demo)?,
        Task::Soak { leveret_soak } => soak::run(&repo, &leveret_soak)?,
        Task::Certificates => println!("{}", repo.exclusively(certificates::ensure)?.display()),
        Task::Bench => bench::run_all(&repo)?,
        Task::Image => repo.exclusively(image::build)?,
        Task::Manifests => println!("{}", manifests::render(&repo)?.display()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Task::command().debug_assert();
    }
}
