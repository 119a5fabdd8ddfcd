//! How many tests ran, and which of them failed, read from what the runners print.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;
use std::time::Instant;

use crate::{Result, program};

/// How a test says that it could not look at what it is about: on a line of its own, past the runner that keeps what
/// tests print, with its own name behind this.
const SKIPPED: &str = "skipped: ";

/// What all commands of a run reported together.
#[derive(Debug, Default)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    /// Tests that said so themselves, by name.
    pub skipped: Vec<String>,
    /// Tests that failed once and passed alone, by name.
    pub flaky: Vec<String>,
    /// In one of several lanes: what is run again waits until they all have ended.
    is_in_lane: bool,
    waiting: Vec<Again>,
}

/// What a command reported of which tests are run once more, and how.
#[derive(Debug)]
struct Again {
    heard: Heard,
    runs: Vec<(Vec<Broken>, Command)>,
    outcome: String,
}

/// Work that is done beside other work: what it is called, and what it does.
pub type Lane<'a> = (&'static str, Box<dyn FnOnce(&mut Counts) -> Result + Send + 'a>);

impl Counts {
    /// Runs a command and counts what it reports; fails when it fails.
    pub fn run(&mut self, command: &mut Command) -> Result {
        let (heard, outcome) = Heard::from(command)?;
        self.add(heard);
        outcome
    }

    /// The same, for tests that meet a real clock, processes and disks: each that fails is run once more, by itself. One
    /// that then passes is named as flaky. `alone` is the command that runs it, where that may be done.
    pub fn run_or_again(
        &mut self,
        command: &mut Command,
        alone: impl Fn(&Broken) -> Result<Option<Command>>,
    ) -> Result {
        let (heard, outcome) = Heard::from(command)?;
        let Err(problem) = outcome else {
            self.add(heard);
            return Ok(());
        };
        if heard.broken.is_empty() {
            self.add(heard);
            return Err(problem);
        }
        let mut commands = Vec::new();
        for broken in runs(&heard.broken) {
            let Some(first) = broken.first() else { continue };
            let Some(command) = alone(first)? else { continue };
            commands.push((broken, command));
        }
        let again = Again { heard, runs: commands, outcome: problem.to_string() };
        if self.is_in_lane {
            self.waiting.push(again);
            return Ok(());
        }
        self.run_again(again)
    }

    fn run_again(&mut self, again: Again) -> Result {
        let Again { mut heard, runs, outcome } = again;
        let mut repaired = Vec::new();
        for (broken, mut command) in runs {
            let Some(first) = broken.first() else { continue };
            eprintln!("\n== once more, alone: {}", first.place.as_ref().unwrap_or(&first.name));
            let (second, passed) = Heard::from(&mut command)?;
            // A name that no test has would pass as well.
            if passed.is_ok() && second.passed > 0 {
                repaired.extend(broken.iter().map(Broken::whole_name));
            }
        }
        heard.repair(repaired.len());
        self.flaky.extend(repaired);
        let left = heard.failed;
        self.add(heard);
        if left == 0 { Ok(()) } else { Err(outcome.into()) }
    }

    /// Does all of this at once, and counts it together. Each line of the output has the name of its lane before it. What
    /// failed and may be run again is, when all have ended and the machine is quiet.
    pub fn beside(&mut self, lanes: Vec<Lane<'_>>) -> Result {
        let done: Vec<(Self, std::result::Result<(), String>)> = thread::scope(|scope| {
            let begun: Vec<_> = lanes.into_iter().map(|lane| scope.spawn(move || in_lane(lane))).collect();
            let broke = |_panic| (Self::default(), Err("a lane broke down".to_owned()));
            begun.into_iter().map(|lane| lane.join().unwrap_or_else(broke)).collect()
        });
        let mut problems = Vec::new();
        let mut waiting = Vec::new();
        for (own, outcome) in done {
            self.passed += own.passed;
            self.failed += own.failed;
            self.skipped.extend(own.skipped);
            self.flaky.extend(own.flaky);
            waiting.extend(own.waiting);
            problems.extend(outcome.err());
        }
        for again in waiting {
            problems.extend(self.run_again(again).err().map(|problem| problem.to_string()));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ").into()) }
    }

    fn add(&mut self, heard: Heard) {
        // The runner took them for passed: they had nothing against anything.
        self.passed += heard.passed.saturating_sub(heard.skipped.len());
        self.failed += heard.failed;
        self.skipped.extend(heard.skipped);
    }

    /// The line that closes a run: CI reads it.
    pub fn line(&self) -> String {
        let skipped = match self.skipped.len() {
            0 => String::new(),
            some => format!(", {some} skipped"),
        };
        format!("{} passed, {} failed{skipped}", self.passed, self.failed)
    }
}

fn in_lane((name, work): Lane<'_>) -> (Counts, std::result::Result<(), String>) {
    program::name_lane(name);
    let start = Instant::now();
    let mut own = Counts { is_in_lane: true, ..Counts::default() };
    let outcome = work(&mut own).map_err(|problem| format!("{name}: {problem}"));
    eprintln!("{name} took {:.1} s", start.elapsed().as_secs_f32());
    (own, outcome)
}

/// A test that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub name: String,
    /// The file that it stands in, where the runner says so.
    pub place: Option<String>,
}

impl Broken {
    fn whole_name(&self) -> String {
        match &self.place {
            Some(place) => format!("{place}: {}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Which of them are run again together: those of one file, as its tests share a stage; all others by themselves.
fn runs(broken: &[Broken]) -> Vec<Vec<Broken>> {
    let mut runs: Vec<Vec<Broken>> = Vec::new();
    for own in broken {
        let same =
            |run: &&mut Vec<Broken>| run.first().is_some_and(|first| first.place.is_some() && first.place == own.place);
        match runs.iter_mut().find(same) {
            Some(run) => run.push(own.clone()),
            None => runs.push(vec![own.clone()]),
        }
    }
    runs
}

/// What one command reported.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    passed: usize,
    failed: usize,
    skipped: BTreeSet<String>,
    broken: Vec<Broken>,
    /// Node names the file of a failed test on the line above it.
    place: Option<String>,
}

impl Heard {
    fn from(command: &mut Command) -> Result<(Self, Result)> {
        let mut heard = Self::default();
        let succeeded = program::run_watched(command, |line| heard.see(line))?;
        let outcome = match (succeeded, heard.failed) {
            (true, _) => Ok(()),
            (false, 0) => Err("ended before its tests did".into()),
            (false, 1) => Err("one test failed".into()),
            (false, more) => Err(format!("{more} tests failed").into()),
        };
        Ok((heard, outcome))
    }

    /// So many tests passed after all. When those were all that the runner named, nothing is left: what it counts
    /// besides are the tests around them.
    fn repair(&mut self, tests: usize) {
        let repaired = if tests == self.broken.len() { self.failed } else { tests.min(self.failed) };
        self.failed -= repaired;
        self.passed += repaired;
    }

    /// `test result: ok. 3 passed; 0 failed; …` and `test NAME ... FAILED` of cargo; of Node `ℹ pass 3`, `ℹ fail 0` and,
    /// at its end, `test at FILE:1:1` above `✖ NAME (12.3ms)`.
    fn see(&mut self, line: &str) {
        let line = line.trim();
        if let Some((_, numbers)) = line.strip_prefix("test result: ").and_then(|result| result.split_once(". ")) {
            for part in numbers.split("; ") {
                match part.split_once(' ') {
                    Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
        let of_node = |name| line.strip_prefix("ℹ ")?.strip_prefix(name)?.trim().parse::<usize>().ok();
        self.passed += of_node("pass ").unwrap_or(0);
        self.failed += of_node("fail ").unwrap_or(0) + of_node("cancelled ").unwrap_or(0);
        if let Some(said) = line.strip_prefix(SKIPPED) {
            let name = said.split_once(": ").map_or(said, |(name, _why)| name);
            self.skipped.insert(name.to_owned());
        }
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.broken.push(Broken { name: name.to_owned(), place: None });
        }
        match (line.strip_prefix("test at "), self.place.take()) {
            (Some(at), _) => self.place = at.split(':').next().map(str::to_owned),
            (None, Some(place)) => {
                let name = line.trim_start_matches("✖ ");
                let name = name.rsplit_once(" (").map_or(name, |(name, _time)| name).to_owned();
                self.broken.push(Broken { name, place: Some(place) });
            }
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Broken, Counts, Heard, runs};
    use crate::Result;
    use std::process::Command;

    fn heard(lines: &[&str]) -> Heard {
        let mut heard = Heard::default();
        lines.iter().for_each(|line| heard.see(line));
        heard
    }

    fn broken(name: &str, place: Option<&str>) -> Broken {
        Broken { name: name.to_owned(), place: place.map(str::to_owned) }
    }

    /// A command that prints these lines, and fails or not.
    fn saying(lines: &str, code: u8) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "printf '%s\\n' \"$0\"; exit $1", lines, &code.to_string()]);
        command
    }

    #[test]
    fn both_runners_are_understood() {
        let heard = heard(&[
            "running 3 tests",
            "test faults::one ... ok",
            "test faults::two ... FAILED",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "✖ inner (5.7ms)",
            "ℹ tests 7",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 1",
            "ℹ duration_ms 12",
            "✖ failing tests:",
            "",
            "test at tests/browser/offline.test.mjs:27:1",
            "✖ H-5: a phone (with care) keeps (1203.4ms)",
            "  AssertionError: no",
        ]);
        assert_eq!((heard.passed, heard.failed), (9, 4));
        let place = Some("tests/browser/offline.test.mjs");
        let expected = [broken("faults::two", None), broken("H-5: a phone (with care) keeps", place)];
        assert_eq!(heard.broken, expected);
    }

    #[test]
    fn who_skips_does_not_pass() {
        let mut counts = Counts::default();
        counts.add(heard(&[
            "skipped: real::outlines: no wijken.geojson",
            "skipped: real::outlines: no gebieden.geojson",
            "skipped: elections: no file",
            "test result: ok. 5 passed; 0 failed; 0 ignored",
        ]));
        assert_eq!(counts.skipped, ["elections", "real::outlines"]);
        assert_eq!(counts.line(), "3 passed, 0 failed, 2 skipped");
        assert_eq!(Counts::default().line(), "0 passed, 0 failed");
    }

    #[test]
    fn tests_of_one_file_are_run_again_together() {
        let all =
            [broken("a", Some("x.mjs")), broken("b", None), broken("c", Some("x.mjs")), broken("d", Some("y.mjs"))];
        let names: Vec<Vec<String>> =
            runs(&all).into_iter().map(|run| run.into_iter().map(|own| own.name).collect()).collect();
        assert_eq!(names, [vec!["a", "c"], vec!["b"], vec!["d"]]);
        assert_eq!(runs(&[broken("b", None), broken("b", None)]).len(), 2);
    }

    const FAILS: &str = "test one ... FAILED\ntest two ... FAILED\ntest result: FAILED. 1 passed; 2 failed";

    #[test]
    fn what_passes_alone_is_flaky_and_what_fails_again_failed() {
        let passes = || Some(saying("test result: ok. 1 passed; 0 failed", 0));
        let fails = || Some(saying("test result: FAILED. 0 passed; 1 failed", 1));
        let nothing = || Some(saying("test result: ok. 0 passed; 0 failed", 0));
        for (first, second, expected, flaky) in [
            (passes(), passes(), (3, 0), &["one", "two"][..]),
            (passes(), fails(), (2, 1), &["one"]),
            (fails(), fails(), (1, 2), &[]),
            (nothing(), None, (1, 2), &[]),
        ] {
            let again = std::cell::RefCell::new([("one", first), ("two", second)]);
            let mut counts = Counts::default();
            let outcome = counts.run_or_again(&mut saying(FAILS, 1), |own| {
                let mut again = again.borrow_mut();
                Ok(again.iter_mut().find(|(name, _)| *name == own.name).and_then(|(_, command)| command.take()))
            });
            assert_eq!((counts.passed, counts.failed), expected);
            assert_eq!(outcome.is_ok(), expected.1 == 0);
            assert_eq!(counts.flaky, flaky);
        }
    }

    #[test]
    fn lanes_are_counted_together_and_what_failed_is_run_again_when_all_have_ended() {
        let ended = std::sync::atomic::AtomicBool::new(false);
        let mut counts = Counts::default();
        let outcome = counts.beside(vec![
            (
                "one",
                Box::new(|own: &mut Counts| {
                    own.run_or_again(&mut saying(FAILS, 1), |_| {
                        Ok(Some(saying("test result: ok. 1 passed; 0 failed", 0)))
                    })
                }),
            ),
            (
                "other",
                Box::new(|own: &mut Counts| {
                    std::thread::sleep(std::time::Duration::from_millis(50));
                    ended.store(true, std::sync::atomic::Ordering::SeqCst);
                    own.run(&mut saying("skipped: x\ntest result: ok. 5 passed; 0 failed", 0))
                }),
            ),
        ]);
        assert!(outcome.is_ok() && ended.into_inner());
        assert_eq!(counts.line(), "7 passed, 0 failed, 1 skipped");
        assert_eq!(counts.flaky, ["one", "two"]);
        let mut counts = Counts::default();
        let outcome = counts.beside(vec![
            ("good", Box::new(|own: &mut Counts| own.run(&mut saying("test result: ok. 1 passed; 0 failed", 0)))),
            ("broken", Box::new(|own: &mut Counts| own.run(&mut saying("error: no such target", 101)))),
        ]);
        assert_eq!(outcome.unwrap_err().to_string(), "broken: ended before its tests did");
        assert_eq!(counts.line(), "1 passed, 0 failed");
    }

    #[test]
    fn nothing_is_run_again_when_the_runner_broke_down_or_all_went_well() {
        fn never(_: &Broken) -> Result<Option<Command>> {
            unreachable!("nothing to run again")
        }
        let mut counts = Counts::default();
        assert!(counts.run_or_again(&mut saying("error: no such target", 101), never).is_err());
        assert!(counts.run_or_again(&mut saying("test result: ok. 1 passed; 0 failed", 0), never).is_ok());
        assert_eq!(counts.line(), "1 passed, 0 failed");
    }
}
