//! Running other programs, with errors that show what they printed.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

/// How much of a failed program's output an error includes: the end, where the reason usually is.
const OUTPUT_IN_ERROR_BYTES: usize = 4000;

/// Runs a program in this terminal; fails if the program does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a program without showing its output; if it fails, the error includes the end of the output.
pub(crate) fn run_quietly(command: &mut Command) -> Result<Output> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        let tail = &text[text.len().saturating_sub(OUTPUT_IN_ERROR_BYTES)..];
        bail!("{} ended with {}:\n{}", line(command), output.status, String::from_utf8_lossy(tail).trim_end());
    }
    Ok(output)
}

/// Finds a program on `PATH` or in the folders of administrative programs, which may be missing from a user's `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// A command that runs as root: directly if this process does, otherwise through `sudo -n`, which never prompts.
pub(crate) fn as_root(program: impl AsRef<Path>) -> Result<Command> {
    let uid = fs::metadata("/proc/self").context("cannot determine the user, because /proc is not mounted")?.uid();
    if uid == 0 {
        return Ok(Command::new(program.as_ref()));
    }
    let Some(sudo) = find("sudo") else {
        bail!("installing packages needs root, and `sudo` is not installed: run this once as root");
    };
    let mut command = Command::new(sudo);
    command.arg("-n").arg(program.as_ref());
    Ok(command)
}

/// The command in one line, as typed in a shell. An argument that is a whole script is left out.
fn line(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words
        .map(|word| word.to_string_lossy())
        .map(|word| if word.contains('\n') { "…".into() } else { word })
        .collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_includes_the_end_of_the_output() {
        let error = run_quietly(Command::new("sh").args(["-c", "echo because >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("because"), "{error}");
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("/nonexistent/program")).unwrap_err();
        assert!(error.to_string().contains("cannot start `/nonexistent/program`"), "{error}");
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
