//! The `wijkkoers` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    wijkkoers::cli::main()
}
