//! All automation of Wijkkoers: `cargo xtask help`.
//!
//! It needs cargo, a C compiler and Node; what else a command needs, it gets itself or says how to get it.

mod bench;
mod demo;
mod files;
mod http;
mod night;
mod npm;
mod postgres;
mod program;
mod python;
mod recovery;
mod site;
mod start;
mod system;
mod test;

use std::process::ExitCode;

/// What goes wrong is one line for the person at the keyboard; nothing here is caught and mended by code.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const HELP: &str = "\
cargo xtask <command>

  site [--debug-wasm] [--locked]
                      build what the browser gets into target/site;
                      --debug-wasm compiles faster, with names in stack traces, and is large
  start [-- ARGUMENTS]
                      build everything and serve the demo city on http://127.0.0.1:8080;
                      ARGUMENTS go to `wijkkoers serve`, where they replace our defaults
  test [--quick]      formatting, lints, builds and every test, as CI runs them;
                      --quick leaves out PostgreSQL, the API rules, the hostile API and the browser
  night [--allow-missing] [PART …]
                      what takes hours: kills, two instances, two releases, fuzzing, the API as a stranger for longer;
                      PART is as in SECURITY-RULES §12 (X-15 …); what is not there yet is said and counted, and is
                      a failure without --allow-missing; the outcome is target/night.txt
  bench [PART …]      measure a release build: start, memory, first visit, Lighthouse, a ballot of 100 projects, voting
                      beside pgbench where it is installed, 60 guests in one place, lists with up to a million initiatieven,
                      counting beside pabutools where Python has it;
                      PART is machine, login, visit, lighthouse, ballot, vote, guests, lists or count;
                      the report is target/bench/report.md; or recovery: how fast all is back after a fault
  icons               draw the PNG icons again from frontend/public/favicon.svg
  help                this text

Used when set:
  WIJKKOERS_TEST_DATABASE_URL   a PostgreSQL for the tests; without it a throw-away one is started
  CHROMIUM                      the browser for the journeys; without it Debian's is found or installed
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    match command.as_str() {
        "site" => {
            let [debug_wasm, locked] = flags(rest, ["--debug-wasm", "--locked"])?;
            site::build(&site::Options { debug_wasm, locked })?;
        }
        "start" => start::run(rest)?,
        "test" => {
            let [quick] = flags(rest, ["--quick"])?;
            return Ok(test::run(quick));
        }
        "night" => return night::run(rest),
        "bench" => bench::run(rest)?,
        "icons" => site::icons::draw()?,
        "help" | "--help" | "-h" => print!("{HELP}"),
        unknown => return Err(format!("no command `{unknown}`; `cargo xtask help` lists them").into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Which of the `known` flags were given; anything else is refused, so that a typing error does not pass silently.
fn flags<const N: usize>(given: &[String], known: [&str; N]) -> Result<[bool; N]> {
    match given.iter().find(|argument| !known.contains(&argument.as_str())) {
        Some(unknown) => Err(format!("`{unknown}` is not known here; `cargo xtask help` tells what is").into()),
        None => Ok(known.map(|flag| given.iter().any(|argument| argument == flag))),
    }
}
