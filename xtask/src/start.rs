//! `cargo xtask start`: from a fresh checkout to the demo city in the browser.

use std::os::unix::process::CommandExt;

use crate::program::{self, cargo, program};
use crate::{Result, files, site};

const BINARY: &str = "target/debug/wijkkoers";

/// What `serve` gets where the person did not say otherwise.
const DEFAULTS: [(&str, Option<&str>); 3] =
    [("--demo", None), ("--data", Some("data")), ("--listen", Some("127.0.0.1:8080"))];

/// Builds, and then becomes the server: Ctrl-C and signals reach it directly.
pub fn run(given: &[String]) -> Result {
    site::build(&site::Options::default())?;
    program::run(&mut cargo(&["build", "-p", "wijkkoers"])?)?;
    let mut server = program(files::root()?.join(BINARY))?;
    server.arg("serve").args(with_defaults(given));
    Err(format!("cannot start {BINARY}: {}", server.exec()).into())
}

fn with_defaults(given: &[String]) -> Vec<String> {
    let given: Vec<String> = given.iter().filter(|argument| *argument != "--").cloned().collect();
    let said = |flag: &str| given.iter().any(|argument| argument.split('=').next() == Some(flag));
    let missing = DEFAULTS.iter().filter(|(flag, _)| !said(flag));
    missing.flat_map(|(flag, value)| [Some(*flag), *value]).flatten().map(str::to_owned).chain(given.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::with_defaults;

    #[test]
    fn what_the_person_says_replaces_a_default() {
        let given = ["--", "--listen=0.0.0.0:80", "--data", "elders"].map(str::to_owned);
        assert_eq!(with_defaults(&given), ["--demo", "--listen=0.0.0.0:80", "--data", "elders"]);
        assert_eq!(with_defaults(&[]), ["--demo", "--data", "data", "--listen", "127.0.0.1:8080"]);
    }
}
