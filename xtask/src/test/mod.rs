//! `cargo xtask test`: what CI runs, in the same order. The first step that fails ends it.

mod api_rules;
pub mod browser;
pub mod counts;
pub mod faults;
pub mod hostile_api;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use counts::Counts;
use faults::Which;

use crate::postgres::{self, Database};
use crate::program::{self, WHOLE, cargo, judged_cargo};
use crate::{Result, files, site};

/// Runs the steps. The last line says how many tests passed and failed: CI reads it.
pub fn run(quick: bool) -> ExitCode {
    let mut suite = Suite::default();
    let outcome = suite.run(quick).and_then(|()| nothing_was_left_out(&suite.counts));
    suite.report();
    if let Err(problem) = &outcome {
        eprintln!("xtask: {problem}");
        // A step without tests that fails must not close with "0 failed".
        suite.counts.failed = suite.counts.failed.max(1);
    }
    for name in &suite.counts.flaky {
        println!("flaky: {name}");
    }
    println!("{}", suite.counts.line());
    if suite.counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Some tests read what lies beside the project in `../shared`. Where that is not there they skip; where it is, one that
/// skips looked for something that has gone.
fn nothing_was_left_out(counts: &Counts) -> Result {
    judge_skipped(&counts.skipped, files::root()?.join("../shared").is_dir())
}

fn judge_skipped(skipped: &[String], has_shared: bool) -> Result {
    if skipped.is_empty() || !has_shared {
        return Ok(());
    }
    Err(format!("../shared is there, and these found nothing in it: {}", skipped.join(", ")).into())
}

/// All tests that ask no running server, and the examples of the documents.
fn of_parts(counts: &mut Counts) -> Result {
    for own in [&faults::parts()?[..], &["--doc".to_owned()]] {
        let mut test = judged_cargo(&["test", "--no-fail-fast"])?;
        counts.run(test.args(WHOLE).args(own).env_remove(postgres::VARIABLE))?;
    }
    Ok(())
}

/// What went wrong first, after all was done: one red test hides no other.
fn every(outcomes: impl IntoIterator<Item = Result>) -> Result {
    outcomes.into_iter().fold(Ok(()), Result::and)
}

fn run_or_again(counts: &mut Counts, which: Which, postgres: Option<&str>) -> Result {
    counts.run_or_again(&mut faults::run(which, postgres)?, |own| faults::alone(own, postgres))
}

#[derive(Default)]
struct Suite {
    counts: Counts,
    done: Vec<(&'static str, Duration)>,
}

impl Suite {
    fn run(&mut self, quick: bool) -> Result {
        self.build()?;
        if quick {
            return self.step("tests, SQLite", |counts| {
                of_parts(counts)?;
                run_or_again(counts, Which::Others, None)?;
                run_or_again(counts, Which::Faults, None)
            });
        }
        self.step("tests on SQLite and PostgreSQL, a stranger at the API, and browser", |counts| {
            let database = Database::for_tests()?;
            let url = Some(database.url());
            // What is ready first goes on with the next piece of work, so that none of the lanes is long alone at the end:
            // rules and the API on SQLite; what mostly waits (for processes that die, disks that fill, clocks), and then
            // the API on PostgreSQL; who visits.
            counts.beside(vec![
                ("rules", Box::new(|own| every([of_parts(own), run_or_again(own, Which::Others, None)]))),
                (
                    "waiting",
                    Box::new(|own| {
                        every([
                            run_or_again(own, Which::Faults, None),
                            run_or_again(own, Which::Faults, url),
                            run_or_again(own, Which::Others, url),
                        ])
                    }),
                ),
                (
                    "visitors",
                    Box::new(|own| {
                        every([
                            browser::journeys(own),
                            api_rules::check(own),
                            hostile_api::check(own, hostile_api::When::EveryChange),
                        ])
                    }),
                ),
            ])
        })
    }

    fn build(&mut self) -> Result {
        self.step("formatting", |_| {
            program::run(&mut cargo(&["fmt", "--all", "--check"])?)?;
            program::run(&mut cargo(&["fmt", "--manifest-path", "xtask/Cargo.toml", "--check"])?)
        })?;
        self.step("xtask's own lints and tests", |counts| {
            let own = ["test", "--manifest-path", "xtask/Cargo.toml", "--target-dir", "target/xtask", "--locked"];
            counts.run(&mut judged_cargo(&own)?)
        })?;
        // A site is one large piece at the end, and a program has many pieces all along.
        self.step("site, and lints and build of all", |counts| {
            counts.beside(vec![
                ("site", Box::new(|_| site::build(&site::Options { debug_wasm: false, locked: true }))),
                ("build", Box::new(|_| program::run(judged_cargo(&["build", "--all-targets"])?.args(WHOLE)))),
            ])
        })?;
        self.step("tally in WebAssembly", |_| {
            program::run(&mut cargo(&["check", "-p", "tally", "--target", "wasm32-unknown-unknown", "--locked"])?)
        })
    }

    fn step(&mut self, title: &'static str, work: impl FnOnce(&mut Counts) -> Result) -> Result {
        eprintln!("\n== {title}");
        let start = Instant::now();
        let outcome = work(&mut self.counts);
        self.done.push((title, start.elapsed()));
        outcome.map_err(|problem| format!("{title}: {problem}").into())
    }

    fn report(&self) {
        eprintln!();
        for (title, time) in &self.done {
            eprintln!("{:>8.1} s  {title}", time.as_secs_f32());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::judge_skipped;

    #[test]
    fn who_skips_beside_what_it_needs_is_found_out() {
        let skipped = ["real_outlines".to_owned()];
        for (skipped, has_shared, is_good) in
            [(&[][..], true, true), (&[], false, true), (&skipped, false, true), (&skipped, true, false)]
        {
            assert_eq!(judge_skipped(skipped, has_shared).is_ok(), is_good);
        }
    }
}
