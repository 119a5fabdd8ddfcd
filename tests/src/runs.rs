//! What a run of the tests is told, and what it tells.

use std::io::Write as _;
use std::time::Duration;

/// How many servers are killed in one test; a night has more.
pub const KILLS: &str = "WIJKKOERS_TEST_KILLS";
/// How often the server of the database is killed in one city.
pub const DATABASE_KILLS: &str = "WIJKKOERS_TEST_DATABASE_KILLS";
/// How many backups are made while things are killed.
pub const BACKUPS: &str = "WIJKKOERS_TEST_BACKUPS";
/// How many rounds are played against the model.
pub const MODEL_RUNS: &str = "WIJKKOERS_TEST_MODEL_RUNS";
/// How many texts are tried on what reads them.
pub const FUZZ_CASES: &str = "WIJKKOERS_TEST_FUZZ_CASES";
/// The program of the release before, for a night in which two work on one database.
pub const PREVIOUS: &str = "WIJKKOERS_TEST_PREVIOUS";
/// The program of a release that knew no proofs of ballots.
pub const WITHOUT_PROOFS: &str = "WIJKKOERS_TEST_WITHOUT_PROOFS";

/// How often something happens in a test: as usual, or as this variable says.
///
/// # Panics
/// When the variable holds no number.
#[must_use]
pub fn times(variable: &str, usual: usize) -> usize {
    told(variable).map_or(usual, |text| text.parse().expect("a number"))
}

/// What the run says about this, if anything.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the server")]
pub fn told(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|text| !text.is_empty())
}

/// Says how long it took until everything went again, on a line that `cargo xtask bench recovery` judges.
///
/// # Panics
/// When nothing can be said.
pub fn recovered(what: &str, after: Duration) {
    say(&format!("recovery: {what}: {:.1} s", after.as_secs_f32()));
}

/// Says of the test that calls this that it could not look at what it is about, on a line that `cargo xtask test` counts. It
/// goes past the runner, which keeps what a test that passes prints.
///
/// # Panics
/// When nothing can be said.
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    say(&format!("skipped: {}: {why}", thread.name().unwrap_or("a test")));
}

/// Says a line past the runner, which keeps what a test that passes prints.
fn say(line: &str) {
    std::io::stdout().write_all(format!("\n{line}\n").as_bytes()).expect("an output");
}
