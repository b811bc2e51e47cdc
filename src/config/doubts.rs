//! What is right in a configuration and was probably not meant.

use std::fmt;

use super::Config;
use leveret_core::Choice;
use leveret_core::choice::looks_like_a_pattern;

/// How many are logged of one configuration.
const LOGGED_MAX: usize = 20;

/// A name that looks like a pattern, and is taken literally because RabbitMQ allows such names.
pub(super) struct Doubt {
    /// The broker or the backlog that it belongs to.
    owner: String,
    /// The key below that.
    key: String,
    /// What to write for a pattern.
    help: &'static str,
}

impl Config {
    /// Logs them. The names themselves are left out, as all values are.
    pub fn log_doubts(&self) {
        for doubt in self.doubts().take(LOGGED_MAX) {
            tracing::warn!(
                key = %doubt,
                help = doubt.help,
                "a name looks like a pattern; names are taken literally"
            );
        }
    }

    pub(super) fn doubts(&self) -> impl Iterator<Item = Doubt> {
        let brokers = self.view.brokers.iter().filter(|broker| looks_like_a_pattern(&broker.default_vhost));
        let brokers = brokers.map(|broker| Doubt {
            owner: format!("broker `{}`", broker.name),
            key: "defaultVhost".to_owned(),
            help: "write `vhosts: {match: …}` into a backlog for a pattern",
        });
        let backlogs = self.view.backlogs.iter().flat_map(|backlog| {
            let owner = || format!("backlog `{}`", backlog.name);
            let queue = first(&backlog.queues).map(|index| Doubt {
                owner: owner(),
                key: format!("queues.names[{index}]"),
                help: "write `queues: {match: …}` for a pattern",
            });
            // A single virtual host that looks like a pattern is refused as `vhost`: who writes a list has seen that.
            let vhost = first(&backlog.vhosts).filter(|_| backlog.vhosts.only().is_none()).map(|index| Doubt {
                owner: owner(),
                key: format!("vhosts[{index}]"),
                help: "write `vhosts: {match: …}` for a pattern",
            });
            queue.into_iter().chain(vhost)
        });
        brokers.chain(backlogs)
    }
}

/// The place of the first listed name that looks like a pattern.
fn first(choice: &Choice) -> Option<usize> {
    let Choice::Names(names) = choice else { return None };
    names.iter().position(|name| looks_like_a_pattern(name))
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {}", self.key, self.owner)
    }
}
