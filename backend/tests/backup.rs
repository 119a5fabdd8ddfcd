//! A backup says what is not in it.

#![expect(clippy::unwrap_used, reason = "a test may fail on what cannot be run")]

use std::path::Path;
use std::process::{Command, Output};

fn run(data: &Path, photos: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wijkkoers"));
    command.arg("--data").arg(data).args(arguments).env_clear().envs([
        ("WIJKKOERS_MODE", "dev"),
        ("AWS_REGION", "hier"),
        ("AWS_ACCESS_KEY_ID", "iemand"),
        ("AWS_SECRET_ACCESS_KEY", "iets"),
    ]);
    command.envs(photos.map(|place| ("WIJKKOERS_PHOTOS", place))).output().unwrap()
}

/// What was said as an answer, and beside it.
fn said(data: &Path, photos: Option<&str>, arguments: &[&str]) -> [String; 2] {
    let done = run(data, photos, arguments);
    let texts = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(done.status.success(), "{arguments:?}: {texts:?}");
    texts
}

// E-4: photos in a store are in no backup of ours. Its check looks at what the backup says, not at a setting.
#[test]
fn a_backup_without_its_photos_says_so_and_so_does_its_check() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    said(&data, None, &["migrate"]);
    for (name, photos) in [("heel", None), ("zonder", Some("s3://fotos"))] {
        let folder = place.path().join(name);
        let folder = folder.to_str().unwrap();
        let made = said(&data, photos, &["backup", folder]);
        let checked = said(&data, None, &["restore", "--check", folder]);
        for text in made.iter().chain(&checked) {
            let is_told = text.contains("De foto's zitten niet in deze reservekopie: zij staan in s3://fotos.");
            assert_eq!(is_told, photos.is_some(), "{name}: {made:?} {checked:?}");
        }
    }
    // Whoever goes back puts back what there is, and reads what there is not.
    let empty = place.path().join("leeg");
    let restored = said(&empty, Some("s3://fotos"), &["restore", place.path().join("zonder").to_str().unwrap()]);
    assert!(restored.iter().all(|text| text.contains("s3://fotos")), "{restored:?}");
}

// E-4: whoever goes back sees the photos: they are put where the server looks for them, or it is said where they must go.
#[test]
fn photos_come_back_where_the_server_looks_for_them() {
    let place = tempfile::tempdir().unwrap();
    let (data, kept) = (place.path().join("data"), place.path().join("kopie"));
    said(&data, None, &["migrate"]);
    std::fs::create_dir_all(data.join("fotos")).unwrap();
    std::fs::write(data.join("fotos/boom.jpg"), "een boom").unwrap();
    let kept = kept.to_str().unwrap();
    said(&data, None, &["backup", kept]);
    let elsewhere = place.path().join("beeld");
    for (name, photos, expected) in [
        ("gewoon", None, place.path().join("gewoon/fotos")),
        ("map", elsewhere.to_str(), elsewhere.clone()),
        ("opslag", Some("s3://fotos"), place.path().join("opslag/fotos")),
    ] {
        let back = place.path().join(name);
        said(&back, photos, &["restore", "--check", kept]);
        assert!(!expected.exists(), "{name}: a check leaves that place alone");
        let told = said(&back, photos, &["restore", kept]);
        assert_eq!(std::fs::read_to_string(expected.join("boom.jpg")).unwrap(), "een boom", "{name}");
        assert_eq!(back.join("fotos/boom.jpg").exists(), name != "map", "{name}: they stand in one place");
        for text in told {
            let is_told = text.contains(&format!("De foto's staan nu in {}, maar", expected.display()))
                && text.contains("zoekt ze in s3://fotos.");
            assert_eq!(is_told, name == "opslag", "{name}: {text}");
        }
    }
}
