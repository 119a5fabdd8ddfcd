//! Whether the embedded database is still the file that was opened.
//!
//! SQLite goes on writing to a file that was moved, deleted or cut short beside it, and says that all is well: what it stores
//! there is gone at the next start. So who writes looks at the names on the disk, before and after.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The files of the database: itself, and the log that is written first.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    paths: [PathBuf; 2],
    seen: Mutex<[Option<Seen>; 2]>,
}

/// Which file was found under a name, and how large it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    device: u64,
    inode: u64,
    size: u64,
}

impl DatabaseFile {
    pub(super) fn new(path: &Path) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let file = Self { paths: [path.to_owned(), log.into()], seen: Mutex::default() };
        // What is found now is what was opened. A file that is not there is missed by who asks.
        if let Err(problem) = file.check() {
            tracing::debug!(problem, "a database that is not there yet");
        }
        file
    }

    /// Looks at both names.
    ///
    /// # Errors
    /// What is the matter: the file is gone, is another one, or became smaller. The database itself only grows; its log
    /// begins anew now and then.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, (path, before)) in self.paths.iter().zip(seen.iter_mut()).enumerate() {
            let is_log = at == 1;
            let found = std::fs::metadata(path).ok().map(|found| Seen {
                device: found.dev(),
                inode: found.ino(),
                size: if is_log { 0 } else { found.size() },
            });
            match (*before, found) {
                (Some(before), Some(found)) if (before.device, before.inode) != (found.device, found.inode) => {
                    return Err("the file of the database is another one");
                }
                (Some(before), Some(found)) if found.size < before.size => {
                    return Err("the file of the database became smaller");
                }
                (Some(_), None) => return Err("the file of the database is gone"),
                // Before anything was written there is no log.
                (None, None) if is_log => {}
                (None, None) => return Err("the file of the database is not there"),
                (_, found @ Some(_)) => *before = found,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // finding 21, E-2
    #[test]
    fn a_file_that_was_moved_replaced_or_cut_short_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wijkkoers.sqlite");
        let log = folder.path().join("wijkkoers.sqlite-wal");
        assert!(DatabaseFile::new(&path).check().is_err(), "never there");
        let opened = || {
            std::fs::write(&path, [0; 100]).unwrap();
            std::fs::write(&log, [0; 100]).unwrap();
            let file = DatabaseFile::new(&path);
            assert_eq!(file.check(), Ok(()));
            file
        };
        let file = opened();
        std::fs::write(&path, [0; 200]).unwrap();
        assert_eq!(file.check(), Ok(()), "it grows");
        std::fs::write(&log, []).unwrap();
        assert_eq!(file.check(), Ok(()), "the log begins anew");
        std::fs::write(&path, [0; 150]).unwrap();
        assert_eq!(file.check(), Err("the file of the database became smaller"));
        for path in [&path, &log] {
            let file = opened();
            let aside = folder.path().join("aside");
            std::fs::rename(path, &aside).unwrap();
            assert_eq!(file.check(), Err("the file of the database is gone"));
            std::fs::copy(&aside, path).unwrap();
            assert_eq!(file.check(), Err("the file of the database is another one"));
            std::fs::remove_file(path).unwrap();
            std::fs::rename(&aside, path).unwrap();
            assert_eq!(file.check(), Ok(()), "put back");
        }
    }
}
