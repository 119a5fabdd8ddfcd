//! `wijkkoers`, for tests that need a process to kill.

use std::process::ExitCode;

fn main() -> ExitCode {
    wijkkoers::cli::main()
}
