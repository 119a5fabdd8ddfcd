//! What ARCHITECTURE.md says is absent, is absent.

#![expect(clippy::unwrap_used, reason = "a test may fail on what cannot be read")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust files below a folder, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 3, "{folder} has sources");
    found
}

fn is_called(path: &Path, names: &[&str]) -> bool {
    path.file_name().is_some_and(|own| names.iter().any(|name| own == *name))
}

#[test]
fn rules_and_lifecycles_never_await() {
    for (path, text) in sources("backend/src") {
        if is_called(&path, &["rules.rs", "lifecycle.rs", "access.rs"]) {
            assert!(!text.contains("async ") && !text.contains(".await"), "{}", path.display());
        }
    }
}

#[test]
fn entities_stand_in_their_store_alone() {
    for (path, text) in sources("backend/src") {
        if !is_called(&path, &["store.rs"]) {
            assert!(!text.contains("DeriveEntityModel"), "{}", path.display());
        }
    }
}

#[test]
fn nothing_in_tally_is_floating_point() {
    for (path, text) in sources("tally/src") {
        assert!(!text.contains("f32") && !text.contains("f64"), "{}", path.display());
    }
}

#[test]
fn contract_and_tally_import_nothing_of_ours() {
    for folder in ["contract", "tally"] {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        for ours in ["wijkkoers", "frontend", "migrations", "tests"] {
            let dependency = format!("\n{ours}");
            assert!(!manifest.contains(&dependency), "{folder} depends on {ours}");
        }
    }
    let frontend = fs::read_to_string(root().join("frontend/Cargo.toml")).unwrap();
    assert!(!frontend.contains("\nwijkkoers") && !frontend.contains("\nsea-orm"));
}

#[test]
fn no_text_becomes_html_or_a_statement() {
    for (path, text) in sources("frontend/src") {
        assert!(!text.contains("inner_html"), "{}", path.display());
        // Leptos does not escape what stands in these: one place does it for all fields.
        let is_field = path.ends_with("frontend/src/ui/form.rs");
        for element in ["<textarea", "<noscript", "<style"] {
            assert!(is_field || !text.contains(element), "{}: {element}", path.display());
        }
    }
    for (path, text) in sources("backend/src") {
        // Statements are constants with bound values: the helper takes nothing but a `&'static str`.
        let is_helper = path.to_string_lossy().contains("backend/src/database/");
        assert!(is_helper || !text.contains("Statement::from_string"), "{}", path.display());
    }
}

#[test]
fn money_moves_through_post_and_nowhere_else() {
    for (path, text) in sources("backend/src") {
        if !path.ends_with("wijkbudget/posting.rs") {
            for table in ["saldo", "boeking"] {
                for verb in ["INSERT INTO", "UPDATE", "DELETE FROM"] {
                    assert!(!text.contains(&format!("{verb} {table} ")), "{}: {verb} {table}", path.display());
                }
            }
        }
    }
}

#[test]
fn floats_are_kept_out_of_money() {
    for (path, text) in sources("backend/src/wijkbudget").into_iter().chain(sources("contract/src")) {
        let is_place = is_called(&path, &["gebied.rs"]);
        assert!(is_place || !text.contains("f64") && !text.contains("f32"), "{}", path.display());
    }
}
