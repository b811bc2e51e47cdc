//! The file of the report: found to be writable before anything is started, written at the end.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A place for the report. A demo that ends early leaves an older report as it was, and no empty one.
#[derive(Debug)]
pub(super) struct ReportFile {
    path: PathBuf,
    /// Whether the file is there only because this demo made it, and still empty.
    placeholder: bool,
}

impl ReportFile {
    /// Takes the place that was asked for, or the usual one.
    pub(super) fn reserve(asked: Option<&Path>) -> Result<Self> {
        let path = asked.map_or_else(usual, Path::to_owned);
        let opened = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                OpenOptions::new().append(true).open(&path).map(|_| false)
            }
            created => created.map(|_| true),
        };
        let placeholder = opened.with_context(|| {
            format!("cannot write the report `{}`; say with `--report` where it shall be", path.display())
        })?;
        Ok(Self { path, placeholder })
    }

    /// Writes the report, and says where it is.
    pub(super) fn write(mut self, html: &str) -> Result<PathBuf> {
        fs::write(&self.path, html).with_context(|| format!("cannot write the report `{}`", self.path.display()))?;
        self.placeholder = false;
        Ok(std::mem::take(&mut self.path))
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        if self.placeholder {
            // Leaving an empty file behind is not worth an error.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Where the report is written by default: beside what was built, if anything was.
fn usual() -> PathBuf {
    let target = Path::new("target");
    if target.is_dir() { target.join("demo-report.html") } else { PathBuf::from("leveret-demo.html") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leveret_runtime::file::read_file;

    #[test]
    fn a_folder_that_is_not_there_is_found_at_once() {
        let error = ReportFile::reserve(Some(Path::new("/no/such/folder/x.html"))).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("`/no/such/folder/x.html`") && error.contains("No such file"), "{error}");
    }

    #[test]
    fn a_demo_that_ends_early_leaves_the_place_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (fresh, older) = (folder.path().join("fresh.html"), folder.path().join("older.html"));
        fs::write(&older, "older").unwrap();
        for path in [&fresh, &older] {
            drop(ReportFile::reserve(Some(path)).unwrap());
        }
        assert!(!fresh.exists());
        assert_eq!(read_file(&older).unwrap(), b"older");
    }

    #[test]
    fn it_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        for html in ["a longer page", "a page"] {
            assert_eq!(ReportFile::reserve(Some(&path)).unwrap().write(html).unwrap(), path);
            assert_eq!(read_file(&path).unwrap(), html.as_bytes());
        }
    }

    #[test]
    fn a_place_that_goes_away_is_an_error_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = ReportFile::reserve(Some(&folder.path().join("report.html"))).unwrap();
        folder.close().unwrap();
        assert!(file.write("a page").unwrap_err().to_string().contains("cannot write the report"));
    }
}
