//! A step only adds: the release before goes on with the schema that it makes. One that takes something away says so in
//! `schema_min_version`, so that no release that misses it serves (docs/migraties.md; E-2).

use std::path::Path;

/// Up to here nobody ran two releases at once; a step that has landed is never edited.
const LAST_BEFORE: &str = "m20261126_000015_exclude_plans";
/// What a step writes that takes something away.
const RAISES: &str = "UPDATE SCHEMA_MIN_VERSION";

/// What a step does that the release before cannot bear, in the words of the source. None when it says so itself.
fn takes_away(source: &str) -> Vec<&'static str> {
    let code = words(source);
    if code.contains(RAISES) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (phrase, what) in [
        ("DROP TABLE", "takes a table away"),
        ("DROP COLUMN", "takes a column away"),
        ("DROP VIEW", "takes a view away"),
        ("RENAME", "renames"),
        ("ALTER COLUMN", "changes a column"),
        ("MODIFY COLUMN", "changes a column"),
    ] {
        if has(&code, phrase) {
            found.push(what);
        }
    }
    // A row of the release before has no value for it.
    let demands = |column: &str| {
        let statement = column.split('"').next().unwrap_or_default();
        has(statement, "NOT NULL") && !has(statement, "DEFAULT")
    };
    if code.split("ADD COLUMN").skip(1).any(demands) {
        found.push("adds a column that must have a value");
    }
    found
}

/// The words of a source, without its comments: small letters as large ones, and one space for whatever stands between, so
/// that `.drop_table(` is told from nothing else. Only quotes stay, as ends of statements.
fn words(source: &str) -> String {
    let mut text = String::new();
    for line in source.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for letter in code.chars() {
            let kept = letter == '"' || letter.is_ascii_alphanumeric();
            text.push(if kept { letter.to_ascii_uppercase() } else { ' ' });
        }
        text.push(' ');
    }
    let one_space: Vec<&str> = text.split_whitespace().collect();
    one_space.join(" ").replace("SCHEMA MIN VERSION", "SCHEMA_MIN_VERSION")
}

/// Whether a phrase stands there as words of its own.
fn has(text: &str, phrase: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric();
    text.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + phrase.len()..).unwrap_or_default());
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

// P0-2
#[test]
fn every_step_only_adds_or_says_which_release_it_needs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut looked_at = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of the steps") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if !name.starts_with("m2") || name.as_str() <= LAST_BEFORE {
            continue;
        }
        looked_at += 1;
        let source = std::fs::read_to_string(&path).expect("a source");
        wrong.extend(takes_away(&source).into_iter().map(|what| format!("{name} {what}")));
    }
    assert!(looked_at > 0, "the steps are where they were");
    assert!(wrong.is_empty(), "see docs/migraties.md:\n{}", wrong.join("\n"));
}

#[test]
fn what_takes_away_is_found() {
    for (source, expected) in [
        ("\"CREATE TABLE a (id {int} NOT NULL)\"", &[][..]),
        ("\"CREATE INDEX b ON a (id)\", \"CREATE VIEW lees_a AS SELECT id FROM a\"", &[]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT\"", &[]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT ''\"", &[]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT\", \"CREATE TABLE c (id TEXT NOT NULL)\"", &[]),
        ("// DROP TABLE a would be wrong", &[]),
        ("\"CREATE TABLE renamed (id TEXT)\"", &[]),
        ("\"DROP TABLE a\"", &["takes a table away"]),
        ("\"drop\n  table a\"", &["takes a table away"]),
        ("manager.drop_table(a)", &["takes a table away"]),
        ("\"ALTER TABLE a DROP COLUMN b\"", &["takes a column away"]),
        ("\"DROP VIEW lees_a\"", &["takes a view away"]),
        ("\"ALTER TABLE a RENAME TO b\"", &["renames"]),
        ("\"DROP TABLE a\", \"ALTER TABLE b RENAME TO a\"", &["takes a table away", "renames"]),
        ("\"ALTER TABLE a ALTER COLUMN b TYPE BIGINT\"", &["changes a column"]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT NOT NULL\"", &["adds a column that must have a value"]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT, ADD COLUMN c {int} NOT NULL\"", &["adds a column that must have a value"]),
        ("\"ALTER TABLE a DROP COLUMN b\", \"UPDATE schema_min_version SET versie = 'm'\"", &[]),
    ] {
        assert_eq!(takes_away(source), expected, "{source}");
    }
}
