//! What we take from others: no known holes, licences that go with ours, nothing that is not used (SECURITY-RULES E-5).

#![expect(clippy::unwrap_used, reason = "a test may fail on what cannot be read")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, Package};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The product and its automation: two lock files.
fn workspaces() -> [(PathBuf, Metadata); 2] {
    [root(), root().join("xtask")].map(|folder| {
        let read = MetadataCommand::new()
            .manifest_path(folder.join("Cargo.toml"))
            .other_options(vec!["--locked".to_owned()])
            .exec();
        (folder, read.unwrap())
    })
}

/// Advisories that we live with: the reason, and the day until which, as in `2027-03-01`.
const ACCEPTED: &[(&str, &str, &str)] = &[];

#[test]
fn nothing_in_the_lock_files_has_a_known_hole() {
    let archive = root().join("../shared/data/rustsec-advisories.tar.xz");
    if !archive.exists() {
        // On a line that `cargo xtask test` counts, past the runner, which keeps what a test that passes prints.
        let line = format!("\nskipped: nothing_in_the_lock_files_has_a_known_hole: no {}\n", archive.display());
        std::io::stdout().write_all(line.as_bytes()).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(folder.path()).status().unwrap();
    assert!(unpacked.success(), "the advisories cannot be unpacked: tar needs xz");
    let database = rustsec::Database::open(folder.path()).unwrap();
    assert!(database.iter().count() > 500, "the advisories were read");

    let mut found = Vec::new();
    for (folder, _) in workspaces() {
        let lock = rustsec::Lockfile::load(folder.join("Cargo.lock")).unwrap();
        for hole in database.vulnerabilities(&lock) {
            let id = hole.advisory.id.to_string();
            let is_accepted = ACCEPTED.iter().any(|(own, _, until)| *own == id && today().as_str() <= *until);
            if !is_accepted {
                found.push(format!("{} {}: {id} {}", hole.package.name, hole.package.version, hole.advisory.title));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn today() -> String {
    let date = Command::new("date").arg("+%F").output().unwrap();
    String::from_utf8(date.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_check_for_holes_finds_one() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("crates/example");
    fs::create_dir_all(&place).unwrap();
    let advisory = "```toml\n[advisory]\nid = \"RUSTSEC-2001-2101\"\npackage = \"example\"\ndate = \"2001-02-03\"\n\
                    [versions]\npatched = [\">= 1.2.3\"]\n```\n\n# A hole\n\nIt leaks.\n";
    fs::write(place.join("RUSTSEC-2001-2101.md"), advisory).unwrap();
    let database = rustsec::Database::open(folder.path()).unwrap();
    for (version, holes) in [("1.2.2", 1), ("1.2.3", 0)] {
        let lock = format!(
            "version = 4\n\n[[package]]\nname = \"example\"\nversion = \"{version}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        );
        let lock: rustsec::Lockfile = lock.parse().unwrap();
        assert_eq!(database.vulnerabilities(&lock).len(), holes, "{version}");
    }
}

/// Licences that may be part of what we hand on under the EUPL.
const FREE: [&str; 14] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MPL-2.0",
    "EUPL-1.2",
    "Zlib",
    "0BSD",
    "Unicode-3.0",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
];

#[test]
fn every_licence_goes_with_ours() {
    let mut wrong = BTreeSet::new();
    for (_, metadata) in workspaces() {
        for package in &metadata.packages {
            let text = package.license.clone().unwrap_or_default();
            let is_free = spdx::Expression::parse_mode(&text, spdx::ParseMode::LAX).is_ok_and(|expression| {
                expression.evaluate(|wanted| wanted.license.id().is_some_and(|id| FREE.contains(&id.name)))
            });
            if !is_free {
                wrong.insert(format!("{} {}: {text:?}", package.name, package.version));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
}

/// Named in a manifest and in no source: the manifest says why.
const NOT_IN_SOURCES: [&str; 2] = ["frontend: serde", "wijkkoers: sqlx"];

#[test]
fn every_dependency_is_used() {
    let mut idle = Vec::new();
    for (_, metadata) in workspaces() {
        for package in metadata.workspace_packages() {
            let sources = sources_of(package);
            for dependency in &package.dependencies {
                let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
                let word = name.replace('-', "_");
                let line = format!("{}: {name}", package.name);
                if !NOT_IN_SOURCES.contains(&line.as_str()) && !sources.iter().any(|text| names(text, &word)) {
                    idle.push(line);
                }
            }
        }
    }
    assert!(idle.is_empty(), "not used:\n{}", idle.join("\n"));
}

/// Whether a source has this word by itself.
fn names(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

fn sources_of(package: &Package) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![package.manifest_path.parent().unwrap().as_std_path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Neither what was built, nor a package inside a package.
                if !path.ends_with("target") && !path.join("Cargo.toml").exists() {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn publiccode_says_which_version_this_is() {
    let text = fs::read_to_string(root().join("publiccode.yml")).unwrap();
    let [(_, product), _] = workspaces();
    let version = product.workspace_packages().first().unwrap().version.to_string();
    for line in [
        "publiccodeYmlVersion: \"0.7.0\"".to_owned(),
        format!("softwareVersion: \"{version}\""),
        "  license: EUPL-1.2".to_owned(),
        "  nl:".to_owned(),
        "  en:".to_owned(),
    ] {
        assert!(text.lines().any(|own| own == line), "no line `{line}`");
    }
}
