//! Finds projects by their ids. A large file names them millions of times, and nearly all ids are short: those are
//! looked up as one number.

use rustc_hash::FxHashMap;

use crate::ProjectIndex;

/// The ids of PROJECTS.
#[derive(Debug, Default)]
pub struct Ids {
    short: FxHashMap<u64, ProjectIndex>,
    long: FxHashMap<String, ProjectIndex>,
}

/// The bytes of an id of at most eight as one number; nothing for any other, or one with bytes that are no plain text.
fn packed(id: &str) -> Option<u64> {
    let is_plain = id.len() <= 8 && id.bytes().all(|byte| byte > b' ' && byte.is_ascii());
    is_plain.then(|| id.bytes().fold(0, |key, byte| key << 8 | u64::from(byte)))
}

impl Ids {
    /// The project of this id.
    pub fn find(&self, id: &str) -> Option<ProjectIndex> {
        match packed(id) {
            Some(key) => self.short.get(&key).copied(),
            None => self.long.get(id).copied(),
        }
    }

    /// Adds an id that is not there yet.
    pub fn add(&mut self, id: &str, project: ProjectIndex) {
        match packed(id) {
            Some(key) => self.short.insert(key, project),
            None => self.long.insert(id.to_owned(), project),
        };
    }

    /// Finds all ids of a list between commas, one after the other; false, after some of them, if that takes a closer
    /// look: an id that is long, unknown or has blanks around it, or one that `take` does not want.
    pub fn find_all(&self, list: &str, mut take: impl FnMut(ProjectIndex) -> bool) -> bool {
        let (mut key, mut length) = (0_u64, 0_u32);
        for byte in list.bytes().chain([b',']) {
            if byte == b',' {
                let is_taken = (1..=8).contains(&length) && self.short.get(&key).is_some_and(|project| take(*project));
                if !is_taken {
                    return false;
                }
                (key, length) = (0, 0);
            } else if byte <= b' ' || !byte.is_ascii() {
                return false;
            } else {
                key = key << 8 | u64::from(byte);
                length = length.saturating_add(1);
            }
        }
        true
    }
}
