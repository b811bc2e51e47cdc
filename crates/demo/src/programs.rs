//! How the demo calls the programs that it runs.
//!
//! None of them sees the environment of the demo: a variable that configures a Leveret elsewhere must not change this one.

use std::fs::{OpenOptions, create_dir};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use leveret_harness::GuardedCommand;

use super::broker::Connection;
use super::options::DemoOptions;
use super::plan::{Burst, Plan, QUEUE};

/// The programs, and the folder where they find what they share.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    leveret: PathBuf,
    producer: PathBuf,
    consumer: PathBuf,
    folder: PathBuf,
}

impl Programs {
    /// Finds the programs; fails with what is missing.
    pub(super) fn find(options: &DemoOptions, folder: &Path) -> Result<Self> {
        let this = std::env::current_exe().context("cannot find this program's own file")?;
        let leveret = this.with_file_name("leveret");
        let beside = |given: &Option<PathBuf>, name: &str| given.clone().unwrap_or_else(|| this.with_file_name(name));
        let (producer, consumer) =
            (beside(&options.producer, "task-producer"), beside(&options.consumer, "task-consumer"));
        for (program, flag) in [(&producer, "--producer"), (&consumer, "--consumer")] {
            let path = program.display();
            ensure!(
                program.is_file(),
                "there is no program `{path}`: build it with `cargo build --workspace`, or say with `{flag}` where it is"
            );
        }
        Ok(Self { leveret, producer, consumer, folder: folder.to_owned() })
    }

    /// The folder into which Leveret writes how it is reached.
    pub(super) fn credentials(&self) -> PathBuf {
        self.folder.join("credentials")
    }

    /// The journal that the consumers share.
    pub(super) fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Writes what the programs read: the broker's user and password.
    pub(super) fn prepare(&self, broker: &Connection) -> Result<()> {
        create_dir(self.credentials()).context("cannot make a folder for the API's credentials")?;
        private_file(&self.username_file(), &broker.username)?;
        private_file(&self.password_file(), broker.password.expose())
    }

    /// `leveret serve` over both ways of reading the broker, for holders of the token.
    pub(super) fn server(&self, broker: &Connection) -> GuardedCommand {
        let mut command = bare(&self.leveret);
        command.args(["serve", "--without-cluster", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        command.arg("--credentials-dir").arg(self.credentials());
        command.args(["--broker-name", "demo", "--poll-interval", "1s", "--shutdown-delay", "0s"]);
        command.args(["--log-format", "text"]);
        command.args(["--management-url", &broker.management_url, "--prometheus-url", &broker.prometheus_url]);
        command.arg("--username-file").arg(self.username_file());
        command.arg("--password-file").arg(self.password_file());
        command
    }

    /// A producer that begins now, with the bursts of the plan.
    pub(super) fn producer(&self, broker: &Connection, plan: &Plan) -> GuardedCommand {
        let mut command = self.reference(&self.producer, broker);
        for Burst { at, messages } in &plan.bursts {
            command.args(["--burst", &format!("{messages}@{}s", at.as_secs())]);
        }
        command
    }

    /// A consumer.
    pub(super) fn consumer(&self, broker: &Connection, plan: &Plan, name: &str) -> GuardedCommand {
        let mut command = self.reference(&self.consumer, broker);
        command.args(["--name", name, "--work", &format!("{}ms", plan.work.as_millis())]);
        command.arg("--journal").arg(self.journal());
        command
    }

    /// What producer and consumer have in common.
    fn reference(&self, program: &Path, broker: &Connection) -> GuardedCommand {
        let mut command = bare(program);
        command.args(["--amqp-url", &broker.amqp_url, "--queue", QUEUE, "--log-format", "json"]);
        command.arg("--username-file").arg(self.username_file());
        command.arg("--password-file").arg(self.password_file());
        command
    }

    fn username_file(&self) -> PathBuf {
        self.folder.join("username")
    }

    fn password_file(&self) -> PathBuf {
        self.folder.join("password")
    }
}

/// A program without an environment.
fn bare(program: &Path) -> GuardedCommand {
    let mut command = GuardedCommand::new(program);
    command.env_clear();
    command
}

/// Writes a file that only this user can read.
fn private_file(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::plan;
    use super::*;
    use leveret_runtime::secret::Secret;

    fn programs(folder: &Path) -> Programs {
        let program = Some(PathBuf::from("/bin/sh"));
        let options = DemoOptions { producer: program.clone(), consumer: program, ..DemoOptions::default() };
        Programs::find(&options, folder).unwrap()
    }

    fn connection() -> Connection {
        Connection {
            amqp_url: "amqp://127.0.0.1:1".into(),
            management_url: "http://127.0.0.1:2".into(),
            prometheus_url: "http://127.0.0.1:3".into(),
            username: "ann".into(),
            password: Secret::new("hunter2"),
            version: "3.10.8".into(),
        }
    }

    #[test]
    fn the_password_is_in_a_private_file_and_on_no_command_line() {
        let folder = tempfile::tempdir().unwrap();
        let (programs, broker, plan) = (programs(folder.path()), connection(), plan::example());
        programs.prepare(&broker).unwrap();
        let mode = programs.password_file().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for command in
            [programs.server(&broker), programs.producer(&broker, &plan), programs.consumer(&broker, &plan, "one")]
        {
            let line = format!("{command:?}");
            assert!(!line.contains("hunter2") && line.contains("--password-file"), "{line}");
        }
    }

    #[test]
    fn a_missing_program_is_named_with_the_flag_that_helps() {
        let options = DemoOptions { producer: Some("/no/such/program".into()), ..DemoOptions::default() };
        let error = Programs::find(&options, Path::new("/")).unwrap_err().to_string();
        assert!(error.contains("`/no/such/program`") && error.contains("--producer"), "{error}");
    }

    #[test]
    fn the_bursts_of_the_plan_are_the_producers() {
        let folder = tempfile::tempdir().unwrap();
        let producer = programs(folder.path()).producer(&connection(), &plan::example());
        let line = format!("{producer:?}");
        assert!(line.contains(r#""--burst" "60@17s" "--burst" "120@77s""#), "{line}");
    }
}
