//! `cargo xtask bench recovery`: how long it takes until ballots are taken and people log in again, after a disk, a database, a
//! file or the store of secrets failed (SECURITY-RULES X-9). The tests of faults play that and say how long it took; here it is
//! judged. At every change they wait longer, so that a busy machine fails nobody.

use std::collections::BTreeMap;

use crate::postgres::{self, Database};
use crate::program::{self, WHOLE, judged_cargo};
use crate::{Result, site};

/// What it is called among the parts of the bench.
pub const PART: &str = "recovery";

/// Seconds that it may take.
const MOST: f32 = 10.0;

/// What failed, on which database; and the longest that it took to be back, in seconds.
type Times = BTreeMap<(String, &'static str), f32>;

/// Runs the tests, shows the times, and fails when one is too long.
pub fn judge() -> Result {
    site::build(&site::Options::default())?;
    let mut times = Times::new();
    listen(&mut times, "SQLite", None)?;
    let database = Database::for_tests()?;
    listen(&mut times, "PostgreSQL", Some(database.url()))?;
    print!("\n{}", table(&times));
    let late = late(&times);
    if times.is_empty() {
        return Err("no test said how long it took to be back".into());
    }
    if late.is_empty() { Ok(()) } else { Err(format!("not back within {MOST} s: {}", late.join(", ")).into()) }
}

/// Runs the tests on a database, and takes up what they say.
fn listen(times: &mut Times, name: &'static str, url: Option<&str>) -> Result {
    let mut tests = judged_cargo(&["test", "--test", "io_faults", "--test", "postgres_faults"])?;
    tests.args(WHOLE);
    match url {
        Some(url) => tests.env(postgres::VARIABLE, url),
        None => tests.env_remove(postgres::VARIABLE),
    };
    let passed = program::run_watched(&mut tests, |line| {
        if let Some((what, took)) = heard(line) {
            let longest = times.entry((what, name)).or_insert(took);
            *longest = longest.max(took);
        }
    })?;
    if passed { Ok(()) } else { Err(format!("the tests of faults fail on {name}").into()) }
}

/// `recovery: a full disk: 1.2 s`, as `tests::runs::recovered` says it.
fn heard(line: &str) -> Option<(String, f32)> {
    let (what, took) = line.trim().strip_prefix("recovery: ")?.rsplit_once(": ")?;
    Some((what.to_owned(), took.strip_suffix(" s")?.parse().ok()?))
}

/// As it stands in docs/metingen.md.
fn table(times: &Times) -> String {
    let mut text = "| what failed | database | back after | at most |\n|---|---|---|---|\n".to_owned();
    for ((what, database), took) in times {
        text += &format!("| {what} | {database} | {took:.1} s | {MOST:.0} s |\n");
    }
    text
}

/// What took too long.
fn late(times: &Times) -> Vec<String> {
    let slow = times.iter().filter(|(_, took)| **took > MOST);
    slow.map(|((what, database), took)| format!("{what} on {database} ({took:.1} s)")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Times, heard, late, table};

    #[test]
    fn what_a_test_says_is_understood() {
        for (line, expected) in [
            ("recovery: a full disk: 1.2 s", Some(("a full disk".to_owned(), 1.2))),
            ("recovery: twice: a full disk: 12.0 s\r", Some(("twice: a full disk".to_owned(), 12.0))),
            ("recovery: a full disk", None),
            ("recovery: a full disk: long", None),
            ("test a_full_disk ... ok", None),
        ] {
            assert_eq!(heard(line), expected, "{line}");
        }
    }

    #[test]
    fn more_than_ten_seconds_is_too_long() {
        let times = Times::from([
            (("a full disk".to_owned(), "SQLite"), 10.0),
            (("a database that hung".to_owned(), "PostgreSQL"), 10.1),
        ]);
        assert_eq!(late(&times), ["a database that hung on PostgreSQL (10.1 s)"]);
        let expected = "| what failed | database | back after | at most |\n|---|---|---|---|\n\
                        | a database that hung | PostgreSQL | 10.1 s | 10 s |\n| a full disk | SQLite | 10.0 s | 10 s |\n";
        assert_eq!(table(&times), expected);
    }
}
