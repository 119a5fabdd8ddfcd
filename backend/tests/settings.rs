//! No command starts with settings that are refused, and what the documents say of the settings is so.

#![expect(clippy::unwrap_used, reason = "a test may fail on what cannot be read")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap()
}

/// What stands between two texts, the first time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).map_or(rest, |(inside, _)| inside)
}

/// The fields of `Settings`: each is a setting by this name.
fn settings() -> BTreeSet<String> {
    let source = read("backend/src/settings/mod.rs");
    let fields = between(&source, "pub struct Settings {\n", "\n}\n").lines();
    let names = fields.filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
    let names: BTreeSet<String> = names.map(|(name, _)| name.to_owned()).collect();
    assert!(names.contains("base_url") && names.len() > 15, "{names:?}");
    names
}

/// The names in the first column of the tables in a part of docs/beheer.md.
fn named(start: &str, end: &str) -> BTreeSet<String> {
    let document = read("docs/beheer.md");
    let rows = between(&document, start, end).lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let names = rows.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    names.collect()
}

// finding 14, E-1: on a loopback address, where it was once thought that nobody stands in front.
#[test]
fn no_command_runs_in_production_without_knowing_its_proxy() {
    for arguments in [&["serve", "--check"][..], &["serve"], &["migrate"], &["ledger", "check"]] {
        let done = Command::new(env!("CARGO_BIN_EXE_wijkkoers"))
            .args(arguments)
            .env_clear()
            .envs([
                ("WIJKKOERS_MODE", "productie"),
                ("WIJKKOERS_LISTEN", "127.0.0.1:0"),
                ("WIJKKOERS_BASE_URL", "https://wijk.example.nl"),
                ("WIJKKOERS_DATA", "/not-there/data"),
                ("WIJKKOERS_ROUND_KEYS", "/not-there/stemgeheimen"),
                ("WIJKKOERS_TOKEN_KEY", "is looked at by whoever signs"),
                ("WIJKKOERS_SMTP_URL", "smtps://mail.example.nl"),
                ("WIJKKOERS_MAIL_FROM", "wijkkoers@example.nl"),
                ("WIJKKOERS_CONTACT_EMAIL", "wijkkoers@example.nl"),
            ])
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(said.starts_with("wijkkoers: setting trusted_proxies: "), "{arguments:?}: {said}");
        assert!(!done.status.success(), "{arguments:?}");
    }
}

#[test]
fn every_setting_is_in_the_document_and_the_other_way_round() {
    assert_eq!(named("\n## Instellingen\n", "\n### "), settings());
}

// finding 24: an administrator reads beforehand what is refused.
#[test]
fn every_refusal_is_in_the_document() {
    let source = read("backend/src/settings/check.rs");
    let (rules, _) = source.split_once("#[cfg(test)]").unwrap();
    let refused: BTreeSet<String> =
        settings().into_iter().filter(|name| rules.contains(&format!("\"{name}\""))).collect();
    assert!(refused.contains("trusted_proxies") && refused.contains("round_keys"), "{refused:?}");
    assert_eq!(named("\n### Wat Wijkkoers weigert\n", "\n## "), refused);
}

#[test]
fn the_containers_are_given_settings_that_exist() {
    let known = settings();
    let compose = read("docker-compose.yml");
    let given: BTreeSet<String> = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("WIJKKOERS_")?.split_once(':'))
        .map(|(name, _)| name.strip_suffix("_FILE").unwrap_or(name).to_lowercase())
        .collect();
    assert!(given.contains("database_url"), "{given:?}");
    assert_eq!(given.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}

// finding 26: an image is named by what is in it, not by a name that can come to mean something else.
#[test]
fn every_image_of_others_is_pinned() {
    let files = read("docker-compose.yml") + &read("Dockerfile");
    let images = files.lines().filter_map(|line| line.trim().strip_prefix("image: ").or(line.strip_prefix("FROM ")));
    let (ours, others): (Vec<&str>, Vec<&str>) = images.partition(|image| image.starts_with("wijkkoers:"));
    assert_eq!((ours.len(), others.len()), (1, 7));
    for image in others {
        let (_, pin) = image.split_once("${").unwrap();
        assert!(pin.split(['}', ':']).next().is_some_and(|name| name.ends_with("_DIGEST")), "{image}");
    }
}
