//! The captured answers in `tests/fixtures`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use leveret_core::observation::QueueId;
use leveret_runtime::file::read_file;

/// The versions with one node.
pub(crate) const VERSIONS: [&str; 3] = ["3.10.8", "4.0.5", "4.3.6"];

/// One answer.
pub(crate) fn read(version: &str, file: &str) -> Vec<u8> {
    let folder = folder().join(format!("rabbitmq-{version}"));
    read_file(&folder.join(file)).expect("the fixture is there")
}

/// The queues in a captured list, read by other means than the program's.
pub(crate) fn names(version: &str, file: &str) -> Vec<QueueId> {
    #[derive(Deserialize)]
    struct Named {
        vhost: String,
        name: String,
    }
    let named: Vec<Named> = serde_json::from_slice(&read(version, file)).expect("a list of queues");
    named.into_iter().map(|queue| QueueId::new(queue.vhost, queue.name)).collect()
}

/// All answers of one form, with their paths.
pub(crate) fn all(extension: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = |folder: &Path| folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path());
    let folders = entries(&folder()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| entries(&folder).collect::<Vec<_>>());
    let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    files.map(|path| (path.clone(), read_file(&path).expect("readable"))).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}
