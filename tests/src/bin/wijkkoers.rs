//! `wijkkoers`, for tests that need a process to kill, or one whose clock they can turn.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use wijkkoers::app::Clock;

fn main() -> ExitCode {
    match std::env::var_os("CLOCK_UNDER_TEST") {
        Some(file) => wijkkoers::cli::main_by(&turned(file.into())),
        None => wijkkoers::cli::main(),
    }
}

/// The clock of the machine, and as many milliseconds further as the file says; both for the program and its database.
fn turned(file: PathBuf) -> Clock {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock comes from")]
    let now = move || {
        let further = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok());
        chrono::Utc::now().timestamp_millis().saturating_add(further.unwrap_or(0))
    };
    let clock = Arc::new(AtomicI64::new(now()));
    let (here, database) = (Arc::clone(&clock), Arc::clone(&clock));
    std::thread::spawn(move || {
        loop {
            clock.store(now(), Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    Clock::Set { here, database }
}
