//! How many tests ran, read from what the runners print at their end.

use std::process::Command;

use crate::{Result, program};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
}

impl Counts {
    /// Runs a command and counts what it reports; fails when it fails.
    pub fn run(&mut self, command: &mut Command) -> Result {
        let before = self.failed;
        if program::run_watched(command, |line| self.see(line))? {
            return Ok(());
        }
        match self.failed - before {
            0 => Err("ended before its tests did".into()),
            1 => Err("one test failed".into()),
            more => Err(format!("{more} tests failed").into()),
        }
    }

    /// `test result: ok. 3 passed; 0 failed; …` of cargo, `ℹ pass 3` and `ℹ fail 0` of Node.
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
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn both_runners_are_understood() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "ℹ tests 7",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 1",
            "ℹ duration_ms 12",
        ] {
            counts.see(line);
        }
        assert_eq!(counts, Counts { passed: 9, failed: 4 });
    }
}
