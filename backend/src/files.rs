//! Files and folders that hold what others on the machine may not read.

use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf};

/// The rights of everybody but the owner.
const OTHERS: u32 = 0o077;
/// Where a container is given its secrets. Whoever can look there is in the container.
const GIVEN_SECRETS: &str = "/run/secrets";

/// A folder for the eyes of the program alone; one that is there already stays as it is.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A new file for the eyes of the program alone, from its first byte on.
///
/// # Errors
/// When it cannot be written, or is there already.
pub fn private_file(path: &Path, text: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Whether others than its owner may do something in this folder; one that is not there yet will be ours alone.
#[must_use]
pub fn is_open(folder: &Path) -> bool {
    folder.metadata().is_ok_and(|about| about.mode() & OTHERS != 0)
}

/// Whether others than its owner can get at this file: by its own rights, and by those of the folders that it is in.
///
/// # Errors
/// When there is no such file.
pub fn is_exposed(file: &Path) -> io::Result<bool> {
    let about = file.metadata()?;
    // A pipe is gone once it is read.
    if !about.is_file() {
        return Ok(false);
    }
    let place = file.canonicalize()?;
    let folders = place.ancestors().skip(1).filter_map(|folder| Some(folder.metadata().ok()?.mode()));
    Ok(can_be_reached(&place, about.mode(), folders))
}

/// A folder that only its owner can enter is enough. Then the owner is us, or root: we were inside.
fn can_be_reached(place: &Path, rights: u32, mut folders: impl Iterator<Item = u32>) -> bool {
    rights & OTHERS != 0 && !place.starts_with(GIVEN_SECRETS) && !folders.any(|folder| folder & OTHERS == 0)
}

/// Where a path leads once links and `..` are followed, whether or not all of it is there already.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_unknown| path.to_owned());
    let there = absolute.ancestors().find_map(|start| Some((start, start.canonicalize().ok()?)));
    let Some((start, mut real)) = there else { return path.to_owned() };
    for part in absolute.strip_prefix(start).into_iter().flat_map(Path::components) {
        match part {
            Component::Normal(name) => real.push(name),
            Component::ParentDir => {
                real.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    real
}

#[cfg(test)]
mod tests {
    use super::*;

    // finding 24, E-1; that the program goes by it: backend/tests/settings.rs
    #[test]
    fn a_secret_may_be_readable_where_only_its_owner_gets() {
        for (place, rights, folders, expected) in [
            ("/etc/wijkkoers/token_key.pem", 0o600, [0o755, 0o755], false),
            ("/etc/wijkkoers/token_key.pem", 0o644, [0o755, 0o755], true),
            ("/etc/wijkkoers/token_key.pem", 0o640, [0o755, 0o755], true),
            ("/etc/wijkkoers/token_key.pem", 0o602, [0o755, 0o755], true),
            ("/etc/wijkkoers/token_key.pem", 0o644, [0o700, 0o755], false),
            ("/etc/wijkkoers/token_key.pem", 0o644, [0o755, 0o700], false),
            ("/etc/wijkkoers/token_key.pem", 0o644, [0o750, 0o711], true),
            ("/run/secrets/token_key", 0o644, [0o755, 0o755], false),
            ("/run/secrets-of-others/token_key", 0o644, [0o755, 0o755], true),
        ] {
            let reached = can_be_reached(Path::new(place), rights, folders.into_iter());
            assert_eq!(reached, expected, "{place} {rights:o} {folders:?}");
        }
    }

    #[test]
    fn a_path_is_followed_as_far_as_it_is_there() {
        let here = Path::new("/").canonicalize().unwrap();
        assert_eq!(real(Path::new("/not-there/data/../keys/.")), here.join("not-there/keys"));
        assert_eq!(real(Path::new("/proc/self/../not-there")), real(Path::new("/proc/not-there")));
        assert_eq!(
            real(Path::new("not-there")),
            std::env::current_dir().unwrap().canonicalize().unwrap().join("not-there")
        );
    }
}
