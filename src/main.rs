//! The `leveret` program: it only dispatches.

use std::process::ExitCode;

fn main() -> ExitCode {
    leveret::main()
}
