//! Real elections with their expected outcomes. They lie beside the project, not in it.

use std::io::Write as _;
use std::path::PathBuf;

/// The folder with the files, if this machine has it.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/pabulib"));
    let found = folder.is_dir().then_some(folder);
    if found.is_none() {
        // On a line that `cargo xtask test` counts, past the runner, which keeps what a test that passes prints.
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("a test");
        let line = format!("\nskipped: {name}: looked at samples only, without the real elections\n");
        std::io::stdout().write_all(line.as_bytes()).expect("an output");
    }
    found
}

/// Every file, as its name and its text.
pub fn files() -> Vec<(String, String)> {
    let Some(folder) = folder() else { return Vec::new() };
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is readable")
        .map(|entry| entry.expect("the folder is readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pb"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "the folder holds no election");
    files
}
