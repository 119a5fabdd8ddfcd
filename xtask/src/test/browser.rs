//! The journeys in a real browser: `tests/browser/*.test.mjs`, by Node's own test runner.
//!
//! They find their means in the environment: `CHROMIUM` is the browser, `WIJKKOERS_BIN` the program to start.

use std::path::PathBuf;
use std::process::Command;

use super::counts::Counts;
use crate::npm::{self, Extent};
use crate::program::program;
use crate::{Result, files, system};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub fn journeys(counts: &mut Counts) -> Result {
    let mut journeys = files::below(&files::root()?.join("tests/browser"))?;
    journeys.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    if journeys.is_empty() {
        return Err("tests/browser holds no journeys".into());
    }
    run(counts, journeys)
}

/// Runs these files. One in which a test fails is run once more, alone: its tests share a server.
pub fn run(counts: &mut Counts, journeys: Vec<PathBuf>) -> Result {
    npm::ensure(Extent::All)?;
    let (chromium, server) = (chromium()?, files::root()?.join("target/debug/wijkkoers"));
    let node = |files: Vec<PathBuf>| -> Result<Command> {
        let mut node = program("node")?;
        // Of two files one waits for a page while the other is drawn.
        node.args(["--test", "--test-concurrency=2", "--test-reporter=spec"]).args(files);
        node.env("CHROMIUM", &chromium).env("WIJKKOERS_BIN", &server);
        Ok(node)
    };
    counts.run_or_again(&mut node(journeys)?, |own| {
        own.place.as_ref().map(|place| node(vec![PathBuf::from(place)])).transpose()
    })
}

/// The browser of this machine, installed when it may be.
pub fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return if named.exists() {
            Ok(named)
        } else {
            Err(format!("CHROMIUM names {}, which is not there", named.display()).into())
        };
    }
    if let Some(found) = on_path() {
        return Ok(found);
    }
    system::install(&["chromium"])?;
    on_path().ok_or_else(|| "no Chromium; name one in CHROMIUM".into())
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|file| file.is_file())
}
