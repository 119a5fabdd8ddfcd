//! No command starts with settings that are refused, and what the documents say of the settings is so.

#![expect(clippy::unwrap_used, reason = "a test may fail on what cannot be read")]

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
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

/// What the program says of its settings when the password of the mail server stands in a file with these rights, in a folder
/// that everybody can enter.
fn said_of_secret(file: &Path, rights: u32) -> String {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(rights)).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_wijkkoers"))
        .args(["serve", "--check"])
        .env_clear()
        .env("WIJKKOERS_MODE", "productie")
        .env("WIJKKOERS_SMTP_URL_FILE", file)
        .output()
        .unwrap();
    assert!(!done.status.success(), "nothing else is set");
    String::from_utf8(done.stderr).unwrap()
}

// finding 24, E-1
#[test]
fn a_secret_in_a_file_that_others_can_read_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let file = folder.path().join("smtp_url");
    std::fs::write(&file, "smtps://somebody:secret@mail.example.nl\n").unwrap();
    let of_file = "wijkkoers: setting WIJKKOERS_SMTP_URL_FILE: ";
    for rights in [0o644, 0o640, 0o604] {
        let said = said_of_secret(&file, rights);
        assert!(said.starts_with(of_file) && said.contains("others can read this secret"), "{rights:o}: {said}");
        assert!(!said.contains("somebody:secret"), "{said}");
    }
    let said = said_of_secret(&file, 0o600);
    assert!(said.starts_with("wijkkoers: setting ") && !said.starts_with(of_file), "{said}");
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

/// The services in a compose file: each with its own lines, after those that it takes over.
fn services(compose: &str) -> BTreeMap<String, String> {
    let shared = between(compose, "\nx-app: &app\n", "\nservices:\n");
    let (mut found, mut name) = (BTreeMap::<String, String>::new(), String::new());
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    for line in between(compose, "\nservices:\n", "\nnetworks:\n").lines().filter(is_said) {
        let head = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
        if let Some((own, _)) = head.and_then(|rest| rest.split_once(':')) {
            own.clone_into(&mut name);
        }
        let lines = found.entry(name.clone()).or_default();
        lines.push_str(if line.ends_with("*app") { shared } else { line });
        lines.push('\n');
    }
    found
}

/// What a service says of something, the last time.
fn said_of<'a>(service: &'a str, what: &str) -> Option<&'a str> {
    service.lines().filter_map(|line| line.trim().strip_prefix(what)?.strip_prefix(": ")).next_back()
}

// finding 26, E-5: of what takes all memory of a machine the rest of it falls over as well, and what swaps is on a disk.
#[test]
fn every_service_has_a_memory_limit_and_no_swap() {
    let services = services(&read("docker-compose.yml"));
    let names: Vec<&str> = services.keys().map(String::as_str).collect();
    assert_eq!(names, ["app1", "app2", "db", "mail", "migrate", "proxy", "s3"]);
    for (name, service) in &services {
        let limit = said_of(service, "mem_limit");
        let bytes = limit.and_then(|limit| limit.strip_suffix(['m', 'g'])?.parse::<u32>().ok());
        assert!(bytes.is_some_and(|bytes| bytes > 0), "{name}: {limit:?}");
        assert_eq!(said_of(service, "memswap_limit"), limit, "{name}");
    }
}

/// What of outside stands at this place in a service.
fn mounted<'a>(service: &'a str, place: &str) -> &'a str {
    let of = |line: &'a str| line.trim().strip_prefix("- ")?.strip_suffix(place)?.strip_suffix(':');
    service.lines().find_map(of).unwrap()
}

// finding 26, V-4: whoever has the disk of the database must not have the secrets of votes with it.
#[test]
fn the_database_the_secrets_of_votes_and_the_photos_stand_on_different_volumes() {
    let services = services(&read("docker-compose.yml"));
    let of = |name: &str| services.get(name).unwrap().as_str();
    for app in ["app1", "app2"] {
        // A folder that whoever installs it must name: one by default would be on the disk where all else is.
        let secrets = said_of(of(app), "source").unwrap();
        assert!(secrets.starts_with("${ROUND_KEYS_FOLDER:?"), "{app}: {secrets}");
        assert_eq!(said_of(of(app), "WIJKKOERS_ROUND_KEYS"), said_of(of(app), "target"), "{app}");
        assert_eq!(said_of(of(app), "WIJKKOERS_PHOTOS"), Some("s3://wijkkoers-photos"), "{app}");
        let volumes = of(app).lines().filter(|line| line.trim().starts_with("- type: ")).count();
        assert_eq!(volumes, 1, "{app} has no other volume");
    }
    let (database, photos) = (mounted(of("db"), "/var/lib/postgresql"), mounted(of("s3"), "/var/lib/garage/data"));
    assert_ne!(database, photos);
    for (name, service) in &services {
        for (own, volume) in [("db", database), ("s3", photos)] {
            let has_it = service.lines().any(|line| line.trim().starts_with(&format!("- {volume}:")));
            assert_eq!(has_it, name == own, "{name} and the volume {volume}");
        }
    }
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
