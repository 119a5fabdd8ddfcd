//! A step only adds: the release before goes on with the schema that it makes. One that takes something away says so in
//! `schema_min_version`, so that no release that misses it serves (docs/migraties.md; E-2).

use std::collections::BTreeSet;
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

/// Tables that stay small in every city, with why: an index on one, or a look at all of its rows, takes no time that anybody
/// notices.
const SMALL: [(&str, &str); 6] = [
    ("GEBIED", "a city has eight of them"),
    ("BUURTBEGROTING", "a gebied has a few a year"),
    ("BEWAARDER", "a round has three"),
    ("TELLING", "a round is counted a few times"),
    ("NOODSLUITING", "a round has two, if any"),
    ("INGREEP", "a colleague takes something away a few times a week"),
];

/// Steps that landed before anything looked for this, and a step that has landed is never edited. They are from before the first
/// release: no city had anything in these tables. Nothing may be added here: the list can only become shorter.
const LANDED: [(&str, &str); 13] = [
    ("m20261130_000020_guard_schema", "takes a right on ALL away"),
    ("m20261130_000020_guard_schema", "takes a right on SEAQL_MIGRATIONS away"),
    ("m20261130_000020_guard_schema", "takes a right on TABLES away"),
    ("m20261130_000031_know_photo_files", "indexes FOTO while nobody can write in it"),
    ("m20261130_000040_prove_box", "takes a right on DEELNAME away"),
    ("m20261130_000040_prove_box", "takes a right on STEMBUS away"),
    ("m20261130_000040_prove_box", "takes a right on STEMBUS_IN away"),
    ("m20261130_000040_prove_box", "takes a right on STEMCODE away"),
    ("m20261130_000061_look_first", "indexes INITIATIEF while nobody can write in it"),
    ("m20261130_000061_look_first", "looks at every row of INITIATIEF while nobody can use it"),
    ("m20261130_000070_index_retention", "indexes ACCOUNT while nobody can write in it"),
    ("m20261130_000070_index_retention", "indexes INITIATIEF while nobody can write in it"),
    ("m20261130_000080_prove_paper", "takes a right on BUNDEL_INVOER away"),
];
/// The last step of those.
const LAST_LANDED: &str = "m20261130_000082_end_replacements";

/// The pieces of a source between its quotes, as words in capitals, without comments: code and texts by turns.
fn pieces(source: &str) -> Vec<Vec<String>> {
    let code: Vec<&str> = source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = |piece: &str| {
        let all = piece.split(|letter| !is_of_name(letter)).filter(|word| !word.is_empty());
        all.map(str::to_ascii_uppercase).collect::<Vec<String>>()
    };
    code.join("\n").replace("\\\"", " ").split('"').map(words).collect()
}

/// The word behind each place where these words stand.
fn behind<'a>(text: &'a [String], words: &'a [&str]) -> impl Iterator<Item = &'a [String]> {
    (0..text.len()).filter_map(move |at| {
        let (here, rest) = text.get(at..)?.split_at_checked(words.len())?;
        here.iter().map(String::as_str).eq(words.iter().copied()).then_some(rest)
    })
}

/// What a step keeps people waiting for, or takes away from who goes on, in the words of the source.
fn holds_up(source: &str) -> BTreeSet<String> {
    let pieces = pieces(source);
    let texts: Vec<&[String]> = pieces.iter().skip(1).step_by(2).map(Vec::as_slice).collect();
    let made: BTreeSet<&str> =
        texts.iter().copied().flat_map(|text| behind(text, &["CREATE", "TABLE"])).filter_map(first).collect();
    let is_old = |table: &str| !made.contains(table);
    let is_full = |table: &str| is_old(table) && !SMALL.iter().any(|(small, _why)| *small == table);
    let mut found: BTreeSet<String> = BTreeSet::new();
    for text in texts {
        for table in indexed(text).filter(|table| is_full(table)) {
            found.insert(format!("indexes {table} while nobody can write in it"));
        }
        for table in checked(text).into_iter().filter(|table| is_full(table)) {
            found.insert(format!("looks at every row of {table} while nobody can use it"));
        }
        for table in revoked(text).filter(|table| is_old(table)) {
            found.insert(format!("takes a right on {table} away"));
        }
    }
    for table in sealed(&pieces).into_iter().filter(|table| is_old(table)) {
        found.insert(format!("takes a right on {table} away"));
    }
    let code: Vec<&String> = pieces.iter().step_by(2).flatten().collect();
    let says = |word: &str| code.iter().any(|own| *own == word);
    let is_alone = says("USE_TRANSACTION") && !says("RUN");
    if says("INDEX_BESIDE") && !is_alone {
        found.insert("builds an index beside people in a transaction, or with something else".to_owned());
    }
    found
}

fn first(words: &[String]) -> Option<&str> {
    words.iter().map(String::as_str).find(|word| !["IF", "NOT", "EXISTS", "ONLY", "TABLE"].contains(word))
}

/// The tables of indexes that are built while nobody can write.
fn indexed(text: &[String]) -> impl Iterator<Item = &str> {
    let all = behind(text, &["CREATE", "INDEX"]).chain(behind(text, &["CREATE", "UNIQUE", "INDEX"]));
    let held = all.filter(|rest| rest.first().is_none_or(|word| word != "CONCURRENTLY"));
    held.filter_map(|rest| first(behind(rest, &["ON"]).next()?))
}

/// The table of which all rows are looked at for a new rule.
fn checked(text: &[String]) -> Option<&str> {
    let rest = behind(text, &["ALTER", "TABLE"]).next()?;
    let has = |words: &[&str]| behind(rest, words).next().is_some();
    let is_rule =
        [&["ADD", "CONSTRAINT"][..], &["ADD", "CHECK"], &["ADD", "FOREIGN"], &["ADD", "UNIQUE"], &["SET", "NOT"]];
    let is_held =
        (is_rule.into_iter().any(has) && !has(&["NOT", "VALID"])) || (has(&["ADD", "COLUMN"]) && has(&["CHECK"]));
    if is_held { first(rest) } else { None }
}

/// The tables on which a statement takes rights away.
fn revoked(text: &[String]) -> impl Iterator<Item = &str> {
    behind(text, &["REVOKE"]).flat_map(|rest| {
        let named = behind(rest, &["ON"]).next().unwrap_or_default();
        let until = named.iter().position(|word| ["FROM", "IN"].contains(&word.as_str())).unwrap_or(named.len());
        named.iter().take(until).map(String::as_str).filter(|word| *word != "TABLE")
    })
}

/// The tables that are given to a function of ours which takes rights away, also by way of a loop over their names.
fn sealed(pieces: &[Vec<String>]) -> BTreeSet<&str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for (at, code) in pieces.iter().enumerate().step_by(2) {
        for helper in ["APPEND_ONLY", "NEVER_CHANGED", "ONLY_CHANGED"] {
            for rest in behind(code, &[helper, "MANAGER"]) {
                match rest.first() {
                    None => found.extend(pieces.get(at + 1).and_then(|text| first(text))),
                    Some(name) => found.extend(looped(pieces, at, name)),
                }
            }
        }
    }
    found
}

/// The names that a loop goes over, the last one of this name before a place.
fn looped<'a>(pieces: &'a [Vec<String>], at: usize, name: &str) -> Vec<&'a str> {
    let is_loop = |code: &[String]| code.ends_with(&["FOR".to_owned(), name.to_owned(), "IN".to_owned()]);
    let before = pieces.get(..=at).unwrap_or_default();
    let Some(start) = before.iter().rposition(|code| is_loop(code)) else { return vec!["SOMETHING"] };
    let mut names: Vec<&str> = Vec::new();
    let mut rest = pieces.get(start + 1..).unwrap_or_default();
    while let [text, code, more @ ..] = rest {
        names.extend(first(text));
        rest = if code.is_empty() { more } else { &[] };
    }
    names
}

/// Every step that is looked at, with its source.
fn steps() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(folder).expect("the folder of the steps").map(|entry| entry.expect("a file").path());
    let named = files.map(|path| (path.file_stem().expect("a name").to_string_lossy().into_owned(), path));
    let late = named.filter(|(name, _path)| name.starts_with("m2") && name.as_str() > LAST_BEFORE);
    late.map(|(name, path)| (name, std::fs::read_to_string(path).expect("a source"))).collect()
}

// P0-2
#[test]
fn every_step_only_adds_or_says_which_release_it_needs() {
    let steps = steps();
    assert!(!steps.is_empty(), "the steps are where they were");
    let all = steps
        .iter()
        .flat_map(|(name, source)| takes_away(source).into_iter().map(move |what| format!("{name} {what}")));
    let wrong: Vec<String> = all.collect();
    assert!(wrong.is_empty(), "see docs/migraties.md:\n{}", wrong.join("\n"));
}

// P0-4
#[test]
fn no_step_keeps_people_waiting_or_takes_a_right_from_who_goes_on() {
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, source) in steps() {
        found.extend(holds_up(&source).into_iter().map(|what| (name.clone(), what)));
    }
    let excused: BTreeSet<(String, String)> =
        LANDED.iter().map(|(name, what)| ((*name).to_owned(), (*what).to_owned())).collect();
    let new: Vec<_> = found.difference(&excused).collect();
    assert!(new.is_empty(), "see docs/migraties.md: {new:#?}");
    let over: Vec<_> = excused.difference(&found).collect();
    assert!(over.is_empty(), "these are excused for nothing: {over:#?}");
    assert!(LANDED.iter().all(|(name, _what)| *name <= LAST_LANDED), "nothing is excused that came later");
}

#[test]
fn what_keeps_people_waiting_is_found() {
    let index = "indexes A while nobody can write in it";
    let rows = "looks at every row of A while nobody can use it";
    let right = "takes a right on A away";
    let beside = "builds an index beside people in a transaction, or with something else";
    for (source, expected) in [
        ("\"CREATE INDEX b ON a (id)\"", &[index][..]),
        ("\"CREATE UNIQUE INDEX b ON a (id) WHERE id > 1\"", &[index]),
        ("\"create index\n if not exists b\n on a (id)\"", &[index]),
        ("\"CREATE INDEX CONCURRENTLY b ON a (id)\"", &[]),
        ("\"CREATE TABLE a (id {int})\", \"CREATE INDEX b ON a (id)\"", &[]),
        ("\"CREATE TABLE a_b (id {int})\", \"CREATE INDEX b ON a (id)\"", &[index]),
        ("\"CREATE INDEX b ON gebied (id)\"", &[]),
        ("// \"CREATE INDEX b ON a (id)\"", &[]),
        ("\"ALTER TABLE a ADD CONSTRAINT b CHECK (id > 0)\"", &[rows]),
        ("\"ALTER TABLE a ADD CONSTRAINT b CHECK (id > 0) NOT VALID\"", &[]),
        ("\"ALTER TABLE a VALIDATE CONSTRAINT b\"", &[]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT CHECK (b <> '')\"", &[rows]),
        ("\"ALTER TABLE a ADD COLUMN b TEXT\"", &[]),
        ("\"ALTER TABLE a ALTER COLUMN b SET NOT NULL\"", &[rows]),
        ("\"REVOKE UPDATE, DELETE ON a FROM wijkkoers_app\"", &[right]),
        ("\"CREATE TABLE a (id {int})\", \"REVOKE UPDATE ON TABLE a FROM wijkkoers_app\"", &[]),
        ("append_only(manager, \"a\").await", &[right]),
        ("only_changed(manager, \"a\", \"b\").await", &[right]),
        ("run(manager, &[\"CREATE TABLE a (id {int})\"]).await?; append_only(manager, \"a\").await", &[]),
        (
            "for table in [\"c\", \"a\"] { never_changed(manager, table).await?; } \"CREATE TABLE c (id {int})\"",
            &[right],
        ),
        ("never_changed(manager, table).await", &["takes a right on SOMETHING away"]),
        ("index_beside(manager, \"b\", \"a (id)\").await", &[beside]),
        ("index_beside(manager, \"b\", \"a (id)\").await } fn use_transaction(&self) { Some(false) }", &[]),
        (
            "run(manager, &[]).await?; index_beside(manager, \"b\", \"a (id)\").await } fn use_transaction(&self)",
            &[beside],
        ),
    ] {
        let found = holds_up(source);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{source}");
    }
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
