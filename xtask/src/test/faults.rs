//! Tests that kill processes, fill disks and turn clocks: `tests/tests/*faults.rs`, by cargo as all others. They meet a
//! real machine, so that one that fails is run once more by itself.

use std::process::Command;

use super::counts::Broken;
use crate::postgres;
use crate::program::{WHOLE, judged_cargo};
use crate::{Result, files};

/// All of them, or all others of the tests over the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Faults,
    Others,
}

/// The test run of these, on this database.
pub fn run(which: Which, postgres: Option<&str>) -> Result<Command> {
    let mut cargo = judged_cargo(&["test", "--no-fail-fast"])?;
    cargo.args(WHOLE);
    let targets = match which {
        Which::Faults => targets()?.into_iter().map(|(name, _)| name).collect(),
        Which::Others => others("tests")?,
    };
    for name in &targets {
        cargo.args(["--test", name]);
    }
    match (which, postgres) {
        // Most of the time they wait: for a deadline, a disk, a process that starts.
        (Which::Faults, _) => cargo.args(["--", "--test-threads=4"]),
        // With as many as there are cores these stand idle a quarter of the time, for what PostgreSQL answers.
        (Which::Others, Some(_)) => cargo.args(["--", &format!("--test-threads={}", cores() + 1)]),
        (Which::Others, None) => &mut cargo,
    };
    match postgres {
        Some(url) => cargo.env(postgres::VARIABLE, url),
        None => cargo.env_remove(postgres::VARIABLE),
    };
    Ok(cargo)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// The arguments that choose all tests that need no running server: those in the sources of every package, and the test
/// targets of all but one. Not by leaving that one out: the others would be compiled again, see [`judged_cargo`].
pub fn parts() -> Result<Vec<String>> {
    let mut chosen = vec!["--lib".to_owned(), "--bins".to_owned()];
    for package in packages()? {
        chosen.extend(others(&package)?.into_iter().flat_map(|name| ["--test".to_owned(), name]));
    }
    Ok(chosen)
}

/// The folders of packages with test targets: all but the tests over the API, and what is no part of the workspace.
fn packages() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(files::root()?)? {
        let folder = folder?;
        let name = folder.file_name().to_string_lossy().into_owned();
        let holds = |part: &str| folder.path().join(part).exists();
        if holds("Cargo.toml") && holds("tests") && !["tests", "xtask"].contains(&&*name) {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// The test targets of a package that are none of these and not of the night: files, and folders with a `main.rs`.
fn others(package: &str) -> Result<Vec<String>> {
    let folder = files::root()?.join(package).join("tests");
    let mut found = Vec::new();
    for file in files::below(&folder)? {
        let place = file.strip_prefix(&folder)?.to_string_lossy().into_owned();
        found.extend(other(&place).filter(|name| *name != "night").map(str::to_owned));
    }
    Ok(found)
}

/// The target that a file at this place is the root of, unless it is one of these.
fn other(place: &str) -> Option<&str> {
    match place.split_once('/') {
        None => place.strip_suffix(".rs").filter(|_| target(place).is_none()),
        Some((folder, "main.rs")) => Some(folder),
        Some(_) => None,
    }
}

/// How one of these is run by itself; none when it is not of these.
pub fn alone(broken: &Broken, postgres: Option<&str>) -> Result<Option<Command>> {
    let targets = targets()?;
    if !targets.iter().any(|(_, source)| defines(source, &broken.name)) {
        return Ok(None);
    }
    let mut cargo = run(Which::Faults, postgres)?;
    cargo.args(["--exact", &broken.name]);
    Ok(Some(cargo))
}

/// The names of their test targets, and their sources.
fn targets() -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for file in files::below(&files::root()?.join("tests/tests"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(target) = target(&name) {
            found.push((target.to_owned(), files::read_text(&file)?));
        }
    }
    Ok(found)
}

/// The target that a file of this name is.
fn target(name: &str) -> Option<&str> {
    name.strip_suffix(".rs").filter(|target| target.ends_with("faults"))
}

/// Whether a source holds a test of this name, with or without its module.
fn defines(source: &str, test: &str) -> bool {
    let name = test.rsplit("::").next().unwrap_or(test);
    source.contains(&format!("fn {name}("))
}

/// Whether there is a target of this name.
pub fn exists(name: &str) -> Result<bool> {
    Ok(targets()?.iter().any(|(target, _)| target == name))
}

#[cfg(test)]
mod tests {
    use super::{defines, other, packages, parts, target};

    #[test]
    fn tests_of_every_package_are_chosen() {
        assert_eq!(packages().unwrap(), ["backend", "migrations", "natellen", "tally"]);
        let chosen = parts().unwrap();
        assert!(
            ["--lib", "--bins", "settings", "expand", "again", "properties"]
                .iter()
                .all(|own| chosen.iter().any(|name| name == own))
        );
        assert!(!chosen.iter().any(|name| name == "api" || name == "supply" || name == "mod"));
    }

    #[test]
    fn what_is_no_test_of_faults_is_one_of_the_others() {
        for (place, expected) in [
            ("elections.rs", Some("elections")),
            ("io_faults.rs", None),
            ("api/main.rs", Some("api")),
            ("api/fiat.rs", None),
            ("load/mod.rs", None),
        ] {
            assert_eq!(other(place), expected, "{place}");
        }
    }

    #[test]
    fn files_of_faults_are_known_by_their_name() {
        for (file, expected) in [
            ("faults.rs", Some("faults")),
            ("io_faults.rs", Some("io_faults")),
            ("voting_faults.rs", Some("voting_faults")),
            ("elections.rs", None),
            ("faults.txt", None),
        ] {
            assert_eq!(target(file), expected);
        }
    }

    #[test]
    fn only_a_test_of_faults_is_run_again() {
        let source = "#[tokio::test]\nasync fn killed_it_goes_on() {\n";
        assert!(defines(source, "killed_it_goes_on") && defines(source, "disks::killed_it_goes_on"));
        assert!(!defines(source, "killed") && !defines(source, "it_goes_on_killed"));
    }
}
