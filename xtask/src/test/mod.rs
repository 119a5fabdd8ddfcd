//! `cargo xtask test`: what CI runs, in the same order. The first step that fails ends it.

mod api_rules;
pub mod browser;
mod counts;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use counts::Counts;

use crate::postgres::{self, Database};
use crate::program::{self, cargo};
use crate::{Result, site};

/// Runs the steps. The last line says how many tests passed and failed: CI reads it.
pub fn run(quick: bool) -> ExitCode {
    let mut suite = Suite::default();
    let outcome = suite.run(quick);
    suite.report();
    if let Err(problem) = &outcome {
        eprintln!("xtask: {problem}");
        // A step without tests that fails must not close with "0 failed".
        suite.counts.failed = suite.counts.failed.max(1);
    }
    println!("{} passed, {} failed", suite.counts.passed, suite.counts.failed);
    if suite.counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Suite {
    counts: Counts,
    done: Vec<(&'static str, Duration)>,
}

impl Suite {
    fn run(&mut self, quick: bool) -> Result {
        self.step("formatting", |_| {
            program::run(&mut cargo(&["fmt", "--all", "--check"])?)?;
            program::run(&mut cargo(&["fmt", "--manifest-path", "xtask/Cargo.toml", "--check"])?)
        })?;
        self.step("xtask's own tests", |counts| {
            counts.run(&mut cargo(&[
                "test",
                "--manifest-path",
                "xtask/Cargo.toml",
                "--target-dir",
                "target/xtask",
                "--locked",
            ])?)
        })?;
        self.step("site", |_| site::build(&site::Options { debug_wasm: false, locked: true }))?;
        self.step("lints", |_| {
            let own = ["--manifest-path", "xtask/Cargo.toml", "--target-dir", "target/xtask"];
            for which in [&["--workspace"][..], &own[..]] {
                let all = [&["clippy", "--all-targets", "--locked"], which, &["--", "-D", "warnings"]].concat();
                program::run(&mut cargo(&all)?)?;
            }
            Ok(())
        })?;
        self.step("build", |_| program::run(&mut cargo(&["build", "--workspace", "--all-targets", "--locked"])?))?;
        self.step("tally in WebAssembly", |_| {
            program::run(&mut cargo(&["check", "-p", "tally", "--target", "wasm32-unknown-unknown", "--locked"])?)
        })?;
        self.step("tests, SQLite", |counts| {
            counts.run(cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])?.env_remove(postgres::VARIABLE))
        })?;
        if quick {
            return Ok(());
        }
        self.step("tests, PostgreSQL", |counts| {
            let database = Database::for_tests()?;
            counts.run(
                cargo(&["test", "-p", "tests", "--locked", "--no-fail-fast"])?.env(postgres::VARIABLE, database.url()),
            )
        })?;
        self.step("API rules", api_rules::check)?;
        self.step("browser", browser::journeys)
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
