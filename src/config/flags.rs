//! One broker without a file: flags, each of which is also an environment variable. They are read into the same model as a
//! file.

mod table;

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::Config;
use super::document::{Node, Value};
use super::findings::{Findings, Origin};
use super::place::Position;
use super::problem::Problems;
use super::validate::Environment;
use leveret_runtime::secret;
pub(super) use table::{FLAGS, Flag, name};
use table::{VARIABLES, Variable};

/// Where the configuration comes from: a file, or flags for one broker.
#[derive(Args, Clone, Debug, Default)]
pub struct ConfigArgs {
    /// File with brokers and backlogs, in YAML; it is read again whenever it changes. Excludes the flags of one broker
    #[arg(long, value_name = "FILE", env = "LEVERET_CONFIG", help_heading = "Brokers")]
    pub config: Option<PathBuf>,
    /// The broker, if no file is given.
    #[command(flatten)]
    pub broker: BrokerFlags,
}

/// One broker as flags. User and password are never flags: they come from files or from the environment variables
/// `LEVERET_USERNAME` and `LEVERET_PASSWORD`.
#[derive(Clone, Default)]
pub struct BrokerFlags(Vec<(&'static Flag, Vec<String>)>);

/// The environment variables that hold secrets, each with the flag whose file is read instead.
pub fn secret_variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    VARIABLES.iter().map(|variable| (variable.name, variable.file))
}

// === impl ConfigArgs ===

impl ConfigArgs {
    /// The configuration.
    ///
    /// # Errors
    /// All problems of the file or of the flags, or that both are given or neither.
    pub fn load(&self) -> Result<Config, Problems> {
        let Some(path) = self.file() else { return self.broker.config(&secret::variable) };
        if self.broker.0.is_empty() {
            return Config::from_file(path);
        }
        let given: Vec<String> = self.broker.given().map(|flag| format!("`--{flag}`")).collect();
        let reason = format!("`--config` is given together with {}", given.join(", "));
        Err(Problems::about("flags and environment", reason, "write the broker into the file, or leave out `--config`"))
    }

    /// The file to watch, if the configuration is a file.
    pub fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

// === impl BrokerFlags ===

impl BrokerFlags {
    /// A configuration of one broker.
    pub(super) fn config(&self, environment: Environment<'_>) -> Result<Config, Problems> {
        let findings = Findings::new("flags and environment", Origin::Flags, Position::Whole);
        Config::from_tree(&self.tree(environment), environment, findings)
    }

    /// What a file with the same broker would hold.
    fn tree(&self, environment: Environment<'_>) -> Node {
        let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
        let mut broker = Vec::new();
        if self.given().all(|flag| flag != "broker-name") {
            insert(&mut broker, "name", &Position::Whole, text("main", Position::Whole));
        }
        for (flag, values) in &self.0 {
            let position = Position::Flag(format!("`--{}` (`{}`)", flag.name, flag.variable));
            let mut values: Vec<Node> = values.iter().map(|value| text(value, position.clone())).collect();
            let value = match values.pop() {
                Some(last) if !flag.list => last,
                last => {
                    Node { value: Value::List(values.into_iter().chain(last).collect()), position: position.clone() }
                }
            };
            insert(&mut broker, flag.key, &position, value);
        }
        for Variable { name, key, file } in VARIABLES {
            // A file is the more explicit wish, so the variable is not even looked at.
            if self.given().all(|flag| flag != *file) && is_set(name) {
                let position = Position::Flag(format!("`{name}`"));
                insert(&mut broker, key, &position, text(name, position.clone()));
            }
        }
        let broker = Node { value: Value::Map(broker), position: Position::Whole };
        let brokers = Node { value: Value::List(vec![broker]), position: Position::Whole };
        let root = vec![(text("brokers", Position::Whole), brokers)];
        Node { value: Value::Map(root), position: Position::Whole }
    }

    /// The names of the flags that are given.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(flag, _)| flag.name)
    }
}

fn text(value: &str, position: Position) -> Node {
    Node { value: Value::Text(value.to_owned()), position }
}

/// Puts a value under a path of keys, such as `tls.caFile`.
fn insert(entries: &mut Vec<(Node, Node)>, path: &str, position: &Position, value: Node) {
    let Some((outer, inner)) = path.split_once('.') else {
        return entries.push((text(path, position.clone()), value));
    };
    let is_outer = |(key, _): &&mut (Node, Node)| matches!(&key.value, Value::Text(key) if key == outer);
    if let Some((_, Node { value: Value::Map(entries), .. })) = entries.iter_mut().find(is_outer) {
        return insert(entries, inner, position, value);
    }
    let mut below = Vec::new();
    insert(&mut below, inner, position, value);
    entries.push((text(outer, position.clone()), Node { value: Value::Map(below), position: position.clone() }));
}

impl Args for BrokerFlags {
    fn augment_args(command: Command) -> Command {
        command.next_help_heading("Brokers").args(FLAGS.iter().map(|flag| {
            let argument =
                Arg::new(flag.name).long(flag.name).env(flag.variable).value_name(flag.value).help(flag.help);
            // A URL may hold a password, although it is refused.
            let argument = argument.hide_env_values(["URL", "HOST:PORT"].contains(&flag.value));
            if flag.list { argument.value_delimiter(',').action(ArgAction::Append) } else { argument }
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for BrokerFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = FLAGS.iter().filter_map(|flag| {
            let values = matches.get_many::<String>(flag.name)?;
            Some((flag, values.cloned().collect()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Only which flags are given, because a URL may hold a password until it has been refused.
impl fmt::Debug for BrokerFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BrokerFlags").field(&self.given().collect::<Vec<_>>()).finish()
    }
}
