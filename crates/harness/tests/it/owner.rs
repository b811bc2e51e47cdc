//! A broker goes when its owner goes, however the owner ends.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use leveret_harness::{Options, PrivateBroker};

/// Set in the process that plays the owner.
const OWNER: &str = "PRIVATE_BROKER_TEST_OWNER";

#[test]
fn a_killed_owner_takes_its_broker_along() {
    if std::env::var_os(OWNER).is_some() {
        let broker = PrivateBroker::start(Options::default()).unwrap();
        eprintln!("folder={}", broker.folder().display());
        // The parent kills this process here.
        loop {
            std::thread::park();
        }
    }
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "owner::a_killed_owner_takes_its_broker_along"])
        .env(OWNER, "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(owner.stderr.take().unwrap()).lines();
    let folder = lines.find_map(|line| line.unwrap().strip_prefix("folder=").map(PathBuf::from)).unwrap();
    assert!(folder.exists());

    owner.kill().unwrap();
    owner.wait().unwrap();

    let deadline = Instant::now() + Duration::from_secs(30);
    while folder.exists() {
        assert!(Instant::now() < deadline, "`{}` stayed behind", folder.display());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_nothing_mentions(&folder);
}

/// No process of this machine has `folder` in its environment or command line any more. Processes that are being
/// reaped by `init` may be seen for a moment, so this waits for it.
pub(crate) fn assert_nothing_mentions(folder: &Path) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let left = mentions(folder.to_str().expect("a temporary folder has an ordinary name"));
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "left behind: {left:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn mentions(text: &str) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").expect("Linux has `/proc`").filter_map(Result::ok).map(|entry| entry.path());
    let mentions = |path: &PathBuf| {
        ["environ", "cmdline"]
            .iter()
            .any(|file| fs::read(path.join(file)).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text)))
    };
    processes.filter(mentions).collect()
}
