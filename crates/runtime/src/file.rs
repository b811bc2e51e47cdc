//! Reading a small file with a bound, and an error that names it and says what to do.

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// The most that a configuration, certificate or secret file may hold.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read `{}`: {why}; {advice}", path.display())]
pub struct Unreadable {
    /// The file.
    path: PathBuf,
    /// What is wrong, without the file's name.
    pub why: String,
    /// What to do about it.
    pub advice: String,
}

impl Unreadable {
    fn new(path: &Path, why: String, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), why, advice: advice.into() }
    }

    fn from_io(path: &Path, error: &io::Error) -> Self {
        const ELSEWHERE: &str = "check the path and that the volume is mounted there";
        match error.kind() {
            io::ErrorKind::NotFound => Self::new(path, "there is no such file".to_owned(), ELSEWHERE),
            io::ErrorKind::PermissionDenied => {
                let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
                let why = format!("user {user} with group {group} may not read it");
                let advice = "check the modes of the file and of its folders; in a pod, `fsGroup: 65532` and mode 0440 let \
                              user 65532 read a mounted file";
                Self::new(path, why, advice)
            }
            _ => Self::new(path, error.to_string(), ELSEWHERE),
        }
    }
}

impl From<Unreadable> for String {
    fn from(error: Unreadable) -> Self {
        error.to_string()
    }
}

/// The bytes of a regular file of at most 4 MiB, or of one that a link leads to.
///
/// Anything else of that name is refused before it is opened, because opening a named pipe waits until it is written to.
/// The wait that remains is the system's: a file on a network volume whose server is gone blocks the calling thread.
///
/// # Errors
/// What the system answered, or what it is instead of a regular file.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let cannot_read = |error| Unreadable::from_io(path, &error);
    let kind = std::fs::metadata(path).map_err(cannot_read)?.file_type();
    if !kind.is_file() {
        return Err(Unreadable::new(path, format!("it is {}", named(kind)), "name a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)).map_err(cannot_read)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let why = format!("it is larger than {} MiB", FILE_BYTES_MAX >> 20);
        return Err(Unreadable::new(path, why, "check that this is the right file"));
    }
    Ok(bytes)
}

/// The kind of a file that is not a regular file, for a message.
fn named(kind: FileType) -> &'static str {
    match kind {
        _ if kind.is_dir() => "a folder",
        _ if kind.is_fifo() => "a named pipe",
        _ if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name| folder.path().join(name);
        assert!(Command::new("mkfifo").arg(at("pipe")).status().expect("`mkfifo` runs").success());
        std::os::unix::fs::symlink(at("pipe"), at("link")).expect("a link");
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("a socket");
        for (path, kind) in [
            (at("pipe"), "a named pipe"),
            (at("link"), "a named pipe"),
            (at("socket"), "a socket"),
            ("/dev/zero".into(), "a device"),
            (folder.path().to_owned(), "a folder"),
        ] {
            let expected = format!("cannot read `{}`: it is {kind}; name a regular file", path.display());
            assert_eq!(read_file(&path).map_err(String::from), Err(expected));
        }
        let expected = format!(
            "cannot read `{}`: there is no such file; check the path and that the volume is mounted there",
            at("none").display()
        );
        assert_eq!(read_file(&at("none")).map_err(String::from), Err(expected));
        std::fs::write(at("file"), "text").expect("writable");
        std::os::unix::fs::symlink(at("file"), at("other")).expect("a link");
        assert_eq!(read_file(&at("other")), Ok(b"text".to_vec()));
    }
    #[test]
    fn who_may_not_read_a_file_is_named() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        let expected = format!(
            "cannot read `/etc/leveret/leveret.yaml`: user {user} with group {group} may not read it; check the modes of the \
             file and of its folders; in a pod, `fsGroup: 65532` and mode 0440 let user 65532 read a mounted file"
        );
        assert_eq!(Unreadable::from_io(Path::new("/etc/leveret/leveret.yaml"), &denied).to_string(), expected);
    }
}
