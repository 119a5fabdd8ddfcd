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
