//! Reading a small file with a bound and an error that names it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The most that a configuration, certificate or secret file may hold.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The bytes of a file of at most 4 MiB.
///
/// # Errors
/// A message that names the file and what the system answered.
pub fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("`{}` is larger than {} MiB", path.display(), FILE_BYTES_MAX >> 20));
    }
    Ok(bytes)
}
