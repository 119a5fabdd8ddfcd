//! Python programs of the tests, in a virtual environment of our own: `target/venv`.

use std::path::PathBuf;

use crate::program::{exists, output, program, run};
use crate::{Result, files, system};

/// What it must hold, each package with its digests.
const REQUIREMENTS: &str = "tests/hostile-api/requirements.txt";
const PLACE: &str = "target/venv";
/// What was installed, as the requirements were then.
const RECORD: &str = "target/venv/requirements.txt";

/// The folder with the programs; made, or made again, when the requirements are others than those it was made by.
pub fn ensure() -> Result<PathBuf> {
    let root = files::root()?;
    let (place, record) = (root.join(PLACE), root.join(RECORD));
    let wanted = files::read_text(&root.join(REQUIREMENTS))?;
    let programs = place.join("bin");
    // The programs name the folder they were made in, which may have moved.
    let stands = output(program(programs.join("python3"))?.args(["-c", "import schemathesis"]));
    if std::fs::read_to_string(&record).is_ok_and(|made| made == wanted) && stands.is_ok_and(|(_, works)| works) {
        return Ok(programs);
    }
    require_python()?;
    eprintln!("python3 -m venv {PLACE}");
    run(program("python3")?.args(["-m", "venv", "--clear", PLACE]))?;
    // Only what is built already: no package runs a script of its own while installing.
    run(program(programs.join("python3"))?
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"])
        .args(["--only-binary=:all:", "-r", REQUIREMENTS])
        .stdout(std::io::stderr()))?;
    files::write(&record, wanted.as_bytes())?;
    Ok(programs)
}

/// Python that can make an environment; installed where we may.
fn require_python() -> Result {
    if !makes_environments()? {
        system::install(&["python3", "python3-venv"])?;
    }
    let (version, _) = output(program("python3")?.args(["-c", "import sys; print(*sys.version_info[:2])"]))?;
    if is_new_enough(&version) {
        return Ok(());
    }
    Err(format!("missing: Python 3.11 or later, for the hostile API; here is {}", version.trim().replace(' ', "."))
        .into())
}

fn makes_environments() -> Result<bool> {
    if !exists("python3") {
        return Ok(false);
    }
    // Debian has `venv` without what it needs to put pip into an environment.
    Ok(output(program("python3")?.args(["-c", "import ensurepip, venv"]))?.1)
}

fn is_new_enough(version: &str) -> bool {
    let numbers: Vec<u32> = version.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    numbers.as_slice() >= [3, 11].as_slice()
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_are_numbers_and_not_text() {
        for (version, expected) in
            [("3 11\n", true), ("3 9\n", false), ("3 13\n", true), ("4 0\n", true), ("2 7\n", false), ("", false)]
        {
            assert_eq!(is_new_enough(version), expected, "{version:?}");
        }
    }
}
