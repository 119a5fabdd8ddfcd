//! `cargo xtask night`: everything that SECURITY-RULES §12 leaves to the night, and what two releases do together. What is
//! not there yet is said, part by part.

mod parts;
mod previous;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use parts::{PARTS, Part};

use crate::program::{self, WHOLE, judged_cargo, output, program};
use crate::test::counts::Counts;
use crate::{Result, files, site};

/// Where the outcome is kept.
const REPORT: &str = "target/night.txt";

/// How a part ended well.
pub enum Done {
    /// With what it came to.
    Good(String),
    /// There is no such test yet, or nothing on this machine to run it with.
    NotBuilt(String),
}

/// With this a night is good that has parts which are not built.
const ALLOW_MISSING: &str = "--allow-missing";

/// Runs these parts, or all.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let (flags, wanted): (Vec<String>, Vec<String>) =
        arguments.iter().cloned().partition(|argument| argument == ALLOW_MISSING);
    let chosen = choose(&wanted)?;
    site::build(&site::Options { debug_wasm: false, locked: true })?;
    program::run(judged_cargo(&["build", "--all-targets"])?.args(WHOLE))?;
    let mut counts = Counts::default();
    let mut report = vec![head()?];
    let mut went_wrong = false;
    let mut missing = 0;
    for part in chosen {
        eprintln!("\n== {} {}", part.id, part.what);
        let start = Instant::now();
        let outcome = (part.run)(&mut counts);
        went_wrong |= outcome.is_err();
        missing += usize::from(matches!(outcome, Ok(Done::NotBuilt(_))));
        report.push(line(part, &outcome, start.elapsed()));
    }
    if went_wrong {
        // A part without tests that fails must not close with "0 failed".
        counts.failed = counts.failed.max(1);
    }
    report.extend(counts.flaky.iter().map(|name| format!("flaky: {name}")));
    report.push(closing(&counts, missing));
    let report = report.join("\n") + "\n";
    files::write(&files::root()?.join(REPORT), report.as_bytes())?;
    print!("\n{report}");
    let is_good = counts.failed == 0 && (missing == 0 || !flags.is_empty());
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The last line: how many tests there were, and what nobody looked at.
fn closing(counts: &Counts, missing: usize) -> String {
    match missing {
        0 => counts.line(),
        1 => format!("{}, 1 part not built", counts.line()),
        more => format!("{}, {more} parts not built", counts.line()),
    }
}

/// The parts of these names, in the order of the table; all when none is named.
fn choose(wanted: &[String]) -> Result<Vec<&'static Part>> {
    if let Some(unknown) = wanted.iter().find(|name| !PARTS.iter().any(|part| part.is(name))) {
        let mut known: Vec<&str> = PARTS.iter().map(|part| part.id).collect();
        known.dedup();
        return Err(format!("no part `{unknown}`; there are {}", known.join(", ")).into());
    }
    Ok(PARTS.iter().filter(|part| wanted.is_empty() || wanted.iter().any(|name| part.is(name))).collect())
}

/// Which code this was.
fn head() -> Result<String> {
    let (commit, _) = output(program("git")?.args(["log", "-1", "--format=%h %s"]))?;
    let (changed, _) = output(program("git")?.args(["status", "--porcelain", "--untracked-files=no"]))?;
    let and = if changed.trim().is_empty() { "" } else { ", and what was changed since" };
    Ok(format!("night on {}{and}", commit.trim()))
}

fn line(part: &Part, outcome: &Result<Done>, time: Duration) -> String {
    let (how, said) = match outcome {
        Ok(Done::Good(said)) => ("good:        ", said.clone()),
        Ok(Done::NotBuilt(why)) => ("niet gebouwd:", why.clone()),
        Err(problem) => ("WRONG:       ", problem.to_string()),
    };
    format!("{how} {:<5} {} ({:.0} s): {said}", part.id, part.what, time.as_secs_f32())
}

#[cfg(test)]
mod tests {
    use super::parts::{PARTS, Part};
    use super::{Done, choose, closing, line};
    use crate::Result;
    use crate::test::counts::Counts;
    use std::time::Duration;

    #[test]
    fn parts_are_chosen_by_name_and_a_typing_error_is_one() {
        let ids = |wanted: &[&str]| -> Result<Vec<&str>> {
            let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
            Ok(choose(&wanted)?.into_iter().map(|part| part.id).collect())
        };
        assert_eq!(ids(&["X-15", "x-2"]).unwrap(), ["X-2", "X-15", "X-15"]);
        assert_eq!(ids(&["X-11"]).unwrap(), ["X-11", "X-11"]);
        assert_eq!(ids(&[]).unwrap().len(), PARTS.len());
        assert!(ids(&["X-99"]).unwrap_err().to_string().starts_with("no part `X-99`; there are X-1, "));
    }

    #[test]
    fn the_last_line_says_how_many_parts_nobody_looked_at() {
        let counts = Counts::default();
        for (missing, expected) in [
            (0, "0 passed, 0 failed"),
            (1, "0 passed, 0 failed, 1 part not built"),
            (2, "0 passed, 0 failed, 2 parts not built"),
        ] {
            assert_eq!(closing(&counts, missing), expected);
        }
    }

    #[test]
    fn what_is_not_built_does_not_look_good() {
        let part = Part { id: "X-7", what: "hostile strings", run: |_| Ok(Done::Good(String::new())) };
        for (outcome, expected) in [
            (Ok(Done::Good("3 tests".into())), "good:         X-7   hostile strings (2 s): 3 tests"),
            (Ok(Done::NotBuilt("no test".into())), "niet gebouwd: X-7   hostile strings (2 s): no test"),
            (Err("one test failed".into()), "WRONG:        X-7   hostile strings (2 s): one test failed"),
        ] {
            assert_eq!(line(&part, &outcome, Duration::from_secs(2)), expected);
        }
    }
}
