//! Reading a small file with a bound and an error that names it.

use std::fs::{File, FileType};
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// The most that a configuration, certificate or secret file may hold.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The bytes of a regular file of at most 4 MiB, or of one that a link leads to.
///
/// Anything else of that name is refused before it is opened, because opening a named pipe waits until it is written to.
/// The wait that remains is the system's: a file on a network volume whose server is gone blocks the calling thread.
///
/// # Errors
/// A message that names the file and what the system answered, or what it is instead of a regular file.
pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let cannot_read = |error| format!("cannot read `{}`: {error}", path.display());
    let kind = std::fs::metadata(path).map_err(cannot_read)?.file_type();
    if !kind.is_file() {
        return Err(format!("`{}` is {}, not a regular file", path.display(), named(kind)));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)).map_err(cannot_read)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("`{}` is larger than {} MiB", path.display(), FILE_BYTES_MAX >> 20));
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
            let expected = format!("`{}` is {kind}, not a regular file", path.display());
            assert_eq!(read_file(&path), Err(expected));
        }
        assert!(read_file(&at("none")).expect_err("it is not there").starts_with("cannot read `"));
        std::fs::write(at("file"), "text").expect("writable");
        std::os::unix::fs::symlink(at("file"), at("other")).expect("a link");
        assert_eq!(read_file(&at("other")), Ok(b"text".to_vec()));
    }
}
