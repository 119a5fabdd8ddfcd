//! `cargo xtask bench`: builds for release and lets `bench/bench.mjs` measure; and how fast all is back after a fault.

use crate::npm::{self, Extent};
use crate::postgres::{Durability, Server};
use crate::program::{self, cargo, program};
use crate::test::browser;
use crate::{Result, files, recovery, site};

/// Measures these parts, or all.
pub fn run(parts: &[String]) -> Result {
    let (judged, others): (Vec<String>, Vec<String>) = parts.iter().cloned().partition(|part| part == recovery::PART);
    if parts.is_empty() || !others.is_empty() {
        measure(&others)?;
    }
    if parts.is_empty() || !judged.is_empty() {
        recovery::judge()?;
    }
    Ok(())
}

fn measure(parts: &[String]) -> Result {
    npm::ensure(Extent::All)?;
    site::build(&site::Options::default())?;
    program::run(&mut cargo(&["build", "--release", "--locked", "-p", "wijkkoers", "-p", "bench"])?)?;
    let root = files::root()?;
    let database = Server::start(Durability::Full)?;
    let mut node = program("node")?;
    node.arg("bench/bench.mjs")
        .args(parts)
        .env("CHROMIUM", browser::chromium()?)
        .env("CHROME_PATH", browser::chromium()?)
        .env("WIJKKOERS_BIN", root.join("target/release/wijkkoers"))
        .env("WIJKKOERS_BENCH_BIN", root.join("target/release/bench"))
        .env("WIJKKOERS_BENCH_OUT", root.join("target/bench"))
        .env("WIJKKOERS_BENCH_POSTGRES", database.url())
        .env("WIJKKOERS_BENCH_POSTGRES_PID", database.pid()?.to_string());
    program::run(&mut node)
}
