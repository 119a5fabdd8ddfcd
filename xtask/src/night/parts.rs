//! The parts of a night, by the number that SECURITY-RULES §12 gives them.

use std::process::Command;

use super::{Done, previous};
use crate::postgres::{self, Database};
use crate::program::{WHOLE, cargo, exists, judged_cargo, output, program};
use crate::test::counts::Counts;
use crate::test::{browser, faults, hostile_api};
use crate::{Result, files, system};

pub struct Part {
    pub id: &'static str,
    pub what: &'static str,
    pub run: fn(&mut Counts) -> Result<Done>,
}

impl Part {
    pub fn is(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name)
    }
}

pub const PARTS: &[Part] = &[
    Part { id: "X-1", what: "500 servers killed during fiats, and 500 during votes", run: kills },
    Part { id: "X-1", what: "PostgreSQL itself killed 100 times", run: kills_of_the_database },
    Part { id: "X-2", what: "two instances behind the proxy, one stopped, one killed", run: behind_proxy },
    Part {
        id: "X-6",
        what: "a stranger at the API as each role, a quarter of an hour on each database",
        run: strangers,
    },
    Part {
        id: "X-7",
        what: "hostile strings in every field, in a browser; tables, letters, the log",
        run: hostile_strings,
    },
    Part { id: "X-8", what: "10 000 rounds against the model", run: model },
    Part { id: "X-9", what: "disks, databases and mail servers that fail, five times", run: io_faults },
    Part { id: "X-11", what: "fuzzing of what is read", run: fuzz },
    Part { id: "X-11", what: "mutants of rights, ledger and vote", run: mutants },
    Part { id: "X-12", what: "a shared phone", run: shared_phone },
    Part { id: "X-13", what: "backup, restore and check, with kills meanwhile", run: keeping },
    Part { id: "X-15", what: "the release before and this one on one database", run: two_versions },
    Part {
        id: "X-15",
        what: "a round of before the proofs, both releases taking ballots, this one counting",
        run: round_of_before,
    },
];

/// A test run of cargo, with this of the environment.
fn test(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Command> {
    let mut command = judged_cargo(&["test", "--no-fail-fast"])?;
    command.args(WHOLE).args(arguments).env_remove(postgres::VARIABLE).envs(environment.iter().copied());
    Ok(command)
}

/// Runs a test run of cargo; it must hold tests.
fn counted(counts: &mut Counts, command: &mut Command) -> Result<usize> {
    let before = counts.passed;
    counts.run(command)?;
    match counts.passed - before {
        0 => Err("there is no such test".into()),
        tests => Ok(tests),
    }
}

/// One test of the night, by its name.
const ONE: [&str; 4] = ["--test", "night", "--", "--nocapture"];

fn one(counts: &mut Counts, name: &str, environment: &[(&str, &str)]) -> Result<Done> {
    counted(counts, &mut test(&[&ONE[..], &[name]].concat(), environment)?)?;
    Ok(Done::Good("as it must be".into()))
}

fn kills(counts: &mut Counts) -> Result<Done> {
    let which = ["--test", "faults", "--test", "voting_faults", "--", "killed_twenty_times"];
    let many = ("WIJKKOERS_TEST_KILLS", "500");
    let mut tests = counted(counts, &mut test(&which, &[many])?)?;
    let database = Database::for_tests()?;
    tests += counted(counts, &mut test(&which, &[many, (postgres::VARIABLE, database.url())])?)?;
    Ok(Done::Good(format!("{tests} tests on SQLite and PostgreSQL")))
}

fn kills_of_the_database(counts: &mut Counts) -> Result<Done> {
    let database = Database::for_tests()?;
    let environment = [("WIJKKOERS_TEST_DATABASE_KILLS", "10"), (postgres::VARIABLE, database.url())];
    let which = ["--test", "postgres_faults", "--", "a_database_that_fills_dies"];
    // A city has people for ten of them, and takes minutes.
    for _city in 0..10 {
        counted(counts, &mut test(&which, &environment)?)?;
    }
    Ok(Done::Good("10 in each of 10 cities".into()))
}

fn behind_proxy(counts: &mut Counts) -> Result<Done> {
    // Debian keeps it where only administrators look.
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
    if !exists("haproxy") && !std::path::Path::new("/usr/sbin/haproxy").exists() {
        system::install(&["haproxy"])?;
    }
    let database = Database::for_tests()?;
    one(counts, "behind_proxy::", &[(postgres::VARIABLE, database.url()), ("PATH", &path)])
}

fn strangers(counts: &mut Counts) -> Result<Done> {
    hostile_api::check(counts, hostile_api::When::Night)?;
    Ok(Done::Good("0 × 5xx, on SQLite and PostgreSQL".into()))
}

fn hostile_strings(counts: &mut Counts) -> Result<Done> {
    browser::run(counts, vec![files::root()?.join("tests/browser/hostile-strings.night.mjs")])?;
    // Tables, numbers of letters, and letters on paper.
    let files = ["--test", "api", "--test", "voting_faults", "--", "_formula_in_"];
    counted(counts, &mut test(&files, &[])?)?;
    Ok(Done::Good("0 ran on pages, none is in the log, and none is a formula in a table".into()))
}

fn model(counts: &mut Counts) -> Result<Done> {
    let runs = ("WIJKKOERS_TEST_MODEL_RUNS", "10000");
    counted(counts, &mut test(&["--test", "api", "--", "x8_"], &[runs])?)?;
    Ok(Done::Good("as the model says".into()))
}

fn io_faults(counts: &mut Counts) -> Result<Done> {
    if !faults::exists("io_faults")? || !faults::exists("postgres_faults")? {
        return Ok(Done::NotBuilt("there are no tests/tests/io_faults.rs and postgres_faults.rs".into()));
    }
    let which = ["--test", "io_faults", "--test", "postgres_faults"];
    let database = Database::for_tests()?;
    for _time in 0..5 {
        counted(counts, &mut test(&which, &[])?)?;
        counted(counts, &mut test(&which, &[(postgres::VARIABLE, database.url())])?)?;
    }
    Ok(Done::Good("on SQLite and PostgreSQL".into()))
}

fn fuzz(counts: &mut Counts) -> Result<Done> {
    let has_nightly = exists("rustup") && output(program("rustup")?.args(["toolchain", "list"]))?.0.contains("nightly");
    // What people type: amounts, postcodes, codes, addresses, filters. By chance alone.
    let typed = ["--lib", "--", "t5_"];
    counted(counts, &mut test(&typed, &[("WIJKKOERS_TEST_FUZZ_CASES", "100000")])?)?;
    if exists("cargo-fuzz") && has_nightly {
        let mut fuzz = program("cargo")?;
        fuzz.current_dir(files::root()?.join("tally"));
        fuzz.args(["+nightly", "fuzz", "run", "pb", "--", "-max_total_time=600"]);
        crate::program::run(&mut fuzz)?;
        return Ok(Done::Good("ten minutes of .pb files; 100 000 of what people type, by chance".into()));
    }
    // The same body, by chance alone.
    counted(counts, &mut test(&["--test", "hostile"], &[("WIJKKOERS_TEST_FUZZ_CASES", "300000")])?)?;
    let said = "300 000 .pb files and 100 000 of what people type, by chance; without cargo-fuzz and a nightly Rust nothing steers them";
    Ok(Done::Good(said.into()))
}

/// Where a wrong sign or a condition turned round costs money or a vote.
const MUTATED: [&str; 6] = [
    "backend/src/access.rs",
    "backend/src/opdracht/rules.rs",
    "backend/src/wijkbudget/*.rs",
    "backend/src/stembus/*.rs",
    "backend/src/stembus/*/*.rs",
    "backend/src/buurtbegroting/rules.rs",
];

fn mutants(_: &mut Counts) -> Result<Done> {
    if !exists("cargo-mutants") {
        return Ok(Done::NotBuilt("needs cargo-mutants on this machine (cargo install cargo-mutants)".into()));
    }
    let mut mutants = cargo(&["mutants", "--package", "wijkkoers", "--test-workspace", "true", "--output", "target"])?;
    mutants.args(MUTATED.iter().flat_map(|file| ["--file", *file])).env_remove(postgres::VARIABLE);
    crate::program::run(&mut mutants)?;
    Ok(Done::Good("none survived".into()))
}

fn shared_phone(counts: &mut Counts) -> Result<Done> {
    browser::run(counts, vec![files::root()?.join("tests/browser/shared-phone.test.mjs")])?;
    Ok(Done::Good("nothing of who was there before".into()))
}

fn keeping(counts: &mut Counts) -> Result<Done> {
    let many = ("WIJKKOERS_TEST_BACKUPS", "50");
    counted(counts, &mut test(&["--test", "keeping_faults", "--", "--nocapture"], &[many])?)?;
    Ok(Done::Good("50 backups".into()))
}

fn two_versions(counts: &mut Counts) -> Result<Done> {
    let Some(before) = previous::build()? else {
        return Ok(Done::NotBuilt(
            "no landed commit before this one bears a newer schema; from the next one on".into(),
        ));
    };
    let database = Database::for_tests()?;
    let program = before.program.to_string_lossy().into_owned();
    one(
        counts,
        "x15_the_release_before",
        &[(postgres::VARIABLE, database.url()), ("WIJKKOERS_TEST_PREVIOUS", &program)],
    )?;
    Ok(Done::Good(format!("{} and this one", before.commit)))
}

fn round_of_before(counts: &mut Counts) -> Result<Done> {
    let Some(before) = previous::build_without_proofs()? else {
        return Ok(Done::NotBuilt("this clone does not have the last release without proofs".into()));
    };
    let database = Database::for_tests()?;
    let program = before.program.to_string_lossy().into_owned();
    let environment = [(postgres::VARIABLE, database.url()), ("WIJKKOERS_TEST_WITHOUT_PROOFS", &*program)];
    one(counts, "x15_in_a_round_of_before", &environment)?;
    Ok(Done::Good(format!("{} and this one", before.commit)))
}

#[cfg(test)]
mod tests {
    use super::PARTS;

    /// What §12 marks for the night, and X-15.
    const NUMBERS: [&str; 10] = ["X-1", "X-2", "X-6", "X-7", "X-8", "X-9", "X-11", "X-12", "X-13", "X-15"];

    #[test]
    fn every_part_of_the_night_is_run_or_said_not_to_be() {
        let mut ids: Vec<&str> = PARTS.iter().map(|part| part.id).collect();
        ids.dedup();
        assert_eq!(ids, NUMBERS);
    }
}
