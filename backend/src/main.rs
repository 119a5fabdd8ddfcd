//! The `wijkkoers` program.

use std::process::ExitCode;

/// Photos are decoded and passwords judged on any of many threads. The allocator of glibc keeps tens of megabytes for each
/// that ever did; this one gives them back after a while (docs/metingen.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wijkkoers::cli::main()
}
