//! Other programs: cargo, node, git and the like.

use std::cell::Cell;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Result, files};

/// A command that runs in the folder of the project.
pub fn program(name: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(name);
    command.current_dir(files::root()?);
    Ok(command)
}

/// Cargo on the workspace, as if typed by hand: what `cargo run` told xtask about itself is left out, so that nothing
/// is compiled again because it was seen.
pub fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))?;
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    // We look for the results in target/.
    command.env_remove("CARGO_TARGET_DIR");
    command.args(arguments);
    Ok(command)
}

/// Cargo for tests: what it compiles is judged by Clippy on the way, and a warning ends it. Judging with `cargo clippy`
/// compiles all that we depend on once more, which takes minutes where nothing is built yet.
///
/// Everything that builds tests goes by this one and names the whole workspace with the tests of the night
/// ([`WHOLE`]): with another choice the dependencies have other features, and are compiled again.
pub fn judged_cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = cargo(arguments)?;
    for (name, value) in JUDGED {
        command.env(name, value);
    }
    Ok(command)
}

/// Whom [`judged_cargo`] is to build for.
pub const WHOLE: [&str; 4] = ["--workspace", "--features", "tests/night", "--locked"];

/// As `cargo clippy -- -D warnings` hands it to its compiler.
const JUDGED: [(&str, &str); 2] =
    [("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"), ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__")];

/// Runs it with its output on our own; fails when it fails.
pub fn run(command: &mut Command) -> Result {
    let status = command.status().map_err(|e| cannot_start(command, &e))?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// Runs it and gives back what it wrote on standard output, whether or not it succeeded.
pub fn output(command: &mut Command) -> Result<(String, bool)> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|e| cannot_start(command, &e))?;
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success()))
}

thread_local! {
    /// What stands before each line that a program of this thread prints.
    static LANE: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// From here on this thread is one of several that print at the same time.
pub fn name_lane(name: &'static str) {
    LANE.set(Some(name));
}

/// Runs it, passes its standard output on as it comes, and shows each line to `see`; true when it succeeded.
pub fn run_watched(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| cannot_start(command, &e))?;
    let stdout = child.stdout.take().ok_or("a program without output")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        match LANE.get() {
            Some(lane) => println!("{lane}: {line}"),
            None => println!("{line}"),
        }
        see(&line);
    }
    Ok(child.wait()?.success())
}

/// Whether a program of that name can be found.
pub fn exists(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn cannot_start(command: &Command, problem: &std::io::Error) -> String {
    format!("cannot start {}: {problem}", command.get_program().display())
}

fn failed(command: &Command, status: std::process::ExitStatus) -> Box<dyn std::error::Error> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    format!("`{} {}` failed ({status})", name.display(), arguments.join(" ")).into()
}

#[cfg(test)]
mod tests {
    use super::judged_cargo;
    use crate::files;

    /// What a compiler of Clippy understands is between it and `cargo clippy`: were it to change, nothing would be judged.
    #[test]
    fn a_warning_of_clippy_ends_a_build_of_tests() {
        let folder = files::root().unwrap().join("target/tmp/judged");
        files::create_folder(&folder.join("src")).unwrap();
        let manifest =
            "[package]\nname = \"judged\"\nedition = \"2024\"\n[workspace]\n[lints.clippy]\nunwrap_used = \"warn\"\n";
        files::write(&folder.join("Cargo.toml"), manifest.as_bytes()).unwrap();
        for (number, body, is_good) in [(1, "number", true), (2, "number.checked_add(1).unwrap()", false)] {
            let source = format!("pub fn next{number}(number: u8) -> u8 {{\n    {body}\n}}\n");
            files::write(&folder.join("src/lib.rs"), source.as_bytes()).unwrap();
            let mut build = judged_cargo(&["build", "--quiet", "--offline", "--target-dir", "target"]).unwrap();
            let built = build.current_dir(&folder).output().unwrap();
            assert_eq!(built.status.success(), is_good, "{body}");
        }
    }
}
