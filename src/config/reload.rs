//! The configuration file, read again whenever its content changes.
//!
//! It is read by its path every second and compared by content. That also notices how Kubernetes replaces a mounted
//! ConfigMap, by exchanging a symbolic link, which a watch of the file itself would not see. SIGHUP asks for a read at once.

mod changes;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use changes::Changes;

use super::{Config, Problems};
use leveret_runtime::file::{Unreadable, read_file};

/// From one look at the file to the next.
const INTERVAL: Duration = Duration::from_secs(1);

/// Keeps `current` equal to what the file says, until it is stopped. A file with a problem changes nothing, and is
/// logged once. `report` is called once for each content of the file, the first one included: with what has changed, or with
/// everything that is wrong. At `reread` the file is read at once, and `report` is called, and a problem logged, even if its
/// content is the same.
pub async fn watch(
    path: PathBuf,
    current: Arc<ArcSwap<Config>>,
    stop: CancellationToken,
    reread: &Notify,
    report: impl Fn(&Result<Changes, Problems>),
) {
    let mut watched = Watched { path, current, content: None };
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
            () = reread.notified() => {
                tracing::info!(file = %watched.path.display(), "reading the configuration file again, as SIGHUP asks");
                watched.content = None;
            }
        }
        if let Some(outcome) = watched.look() {
            log(&watched.path, &outcome);
            report(&outcome);
        }
    }
}

/// A file and the configuration that was last made of it.
struct Watched {
    path: PathBuf,
    current: Arc<ArcSwap<Config>>,
    /// What was seen at the last look: the bytes, or why there were none.
    content: Option<Result<Vec<u8>, Unreadable>>,
}

impl Watched {
    /// Reads the file, which is small, and exchanges the configuration if the file has another content that is good.
    fn look(&mut self) -> Option<Result<Changes, Problems>> {
        let content = read_file(&self.path);
        if self.content.as_ref() == Some(&content) {
            return None;
        }
        let name = self.path.display().to_string();
        let outcome = Config::from_bytes(&name, content.as_deref()).map(|config| {
            let changes = Changes::between(&self.current.load(), &config);
            if !changes.is_empty() {
                config.log_doubts();
                self.current.store(Arc::new(config));
            }
            changes
        });
        self.content = Some(content);
        Some(outcome)
    }
}

fn log(path: &std::path::Path, outcome: &Result<Changes, Problems>) {
    let file = path.display();
    match outcome {
        Ok(changes) if changes.is_empty() => tracing::debug!(%file, "configuration unchanged"),
        Ok(changes) => tracing::info!(%file, %changes, "configuration reloaded"),
        Err(problems) => {
            problems.log();
            let error = problems.summary();
            tracing::error!(%file, error, "configuration not reloaded: the one before stays in use");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "brokers:\n- name: main\n  prometheus: {dns: rabbit}\n";

    fn watched(path: &std::path::Path) -> Watched {
        let config = Config::from_file(path).expect("the first file is good");
        Watched { path: path.to_owned(), current: Arc::new(ArcSwap::from_pointee(config)), content: None }
    }

    #[test]
    fn a_good_file_replaces_the_configuration_and_a_bad_one_is_reported_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("leveret.yaml");
        std::fs::write(&path, GOOD).expect("writable");
        let mut watched = watched(&path);
        assert!(watched.look().expect("first look").expect("good").is_empty());
        assert!(watched.look().is_none(), "nothing has changed");

        std::fs::write(&path, GOOD.replace("name: main", "nam: main")).expect("writable");
        let problems = watched.look().expect("changed").expect_err("bad");
        assert!(problems.to_string().contains("did you mean `name`?"), "{problems}");
        assert!(watched.look().is_none(), "it is reported once");
        assert!(watched.current.load().connection("main").is_some(), "the old one stays");

        std::fs::write(&path, GOOD.replace("main", "other")).expect("writable");
        let changes = watched.look().expect("changed").expect("good");
        assert_eq!(changes.to_string(), "broker `other` added, broker `main` removed");
        assert!(watched.current.load().connection("other").is_some());

        std::fs::remove_file(&path).expect("removable");
        let problems = watched.look().expect("changed").expect_err("gone");
        assert!(problems.to_string().contains("there is no such file"), "{problems}");
        assert!(watched.look().is_none() && watched.current.load().connection("other").is_some());
    }

    #[test]
    fn a_mounted_config_map_is_replaced_by_exchanging_a_link() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        for (version, text) in [("v1", GOOD.to_owned()), ("v2", GOOD.replace("main", "other"))] {
            std::fs::create_dir(at(version)).expect("writable");
            std::fs::write(at(version).join("leveret.yaml"), text).expect("writable");
        }
        std::os::unix::fs::symlink("v1", at("..data")).expect("writable");
        std::os::unix::fs::symlink("..data/leveret.yaml", at("leveret.yaml")).expect("writable");
        let mut watched = watched(&at("leveret.yaml"));
        assert!(watched.look().expect("first look").expect("good").is_empty());
        std::os::unix::fs::symlink("v2", at("..new")).expect("writable");
        std::fs::rename(at("..new"), at("..data")).expect("writable");
        assert!(!watched.look().expect("changed").expect("good").is_empty());
    }

    #[tokio::test]
    async fn the_loop_reports_the_first_content_and_ends_when_stopped() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("leveret.yaml");
        std::fs::write(&path, GOOD).expect("writable");
        let (current, stop) = (watched(&path).current, CancellationToken::new());
        let reported = std::cell::Cell::new(0);
        watch(path, current, stop.clone(), &Notify::new(), |outcome| {
            assert!(outcome.as_ref().is_ok_and(Changes::is_empty));
            reported.set(reported.get() + 1);
            stop.cancel();
        })
        .await;
        assert_eq!(reported.get(), 1);
    }

    #[tokio::test]
    async fn a_file_that_has_not_changed_is_reported_again_on_request() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("leveret.yaml");
        std::fs::write(&path, GOOD).expect("writable");
        let (current, stop, reread) = (watched(&path).current, CancellationToken::new(), Notify::new());
        std::fs::write(&path, "brokers: none").expect("writable");
        let reported = std::cell::Cell::new(0);
        watch(path, current, stop.clone(), &reread, |outcome| {
            assert!(outcome.is_err());
            reported.set(reported.get() + 1);
            if reported.get() == 3 { stop.cancel() } else { reread.notify_one() }
        })
        .await;
    }
}
