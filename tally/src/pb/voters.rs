//! Sees a voter who stands in a file twice, in 12 bytes per voter.

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Table;

/// The voters of VOTES, row by row.
#[derive(Debug, Default)]
pub struct Voters {
    /// The hash of each id.
    hashes: Vec<u64>,
    /// Where each stands in the source.
    at: Vec<u32>,
}

impl Voters {
    /// The voter of the next row, and where it stands in the source.
    pub fn push(&mut self, id: &str, at: usize) {
        self.hashes.push(FxBuildHasher.hash_one(id));
        self.at.push(u32::try_from(at).unwrap_or(u32::MAX));
    }

    /// Those who stand there again, with where they do; `column` of `votes` holds the ids.
    pub fn twice(&self, votes: &Table, column: usize) -> Vec<(usize, String)> {
        let mut sorted = self.hashes.clone();
        sorted.sort_unstable();
        // Equal hashes may be different ids: those few are compared as text.
        let suspect: Vec<u64> = sorted.array_windows().filter(|[one, next]| one == next).map(|[one, _]| *one).collect();
        if suspect.is_empty() {
            return Vec::new();
        }
        let mut first = FxHashMap::default();
        let rows = self.hashes.iter().zip(&self.at).enumerate();
        let ids = rows.filter(|(_, (hash, _))| suspect.binary_search(hash).is_ok());
        ids.filter_map(|(row, (_, &at))| {
            let id = votes.field(row, column);
            (!id.is_empty() && first.insert(id, row).is_some()).then(|| (at as usize, id.to_owned()))
        })
        .collect()
    }
}
