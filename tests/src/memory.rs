//! What is in the memory of a process of ours, and how much it may have of it.

use std::fs::File;
use std::io::{Error, Result};
use std::os::unix::fs::FileExt as _;
use std::process::Command;

/// From here on a process may fill so many megabytes more than it does now; without a number, all that there is. Counted is
/// what it may write in, not what it set aside: each thread sets aside 64 MB that it may never fill.
///
/// # Panics
/// When this machine does not let us say so.
pub fn limit(pid: u32, megabytes: Option<u64>) {
    let most = megabytes.map_or_else(|| "unlimited".to_owned(), |more| (size(pid) + more * 1_048_576).to_string());
    let set = Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("--data={most}:")]).status();
    assert!(
        set.expect("prlimit (package util-linux) runs").success(),
        "how much a process of ours may take can be set"
    );
}

/// How many bytes a process may write in.
fn size(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process that runs");
    let found = status.lines().find_map(|line| line.strip_prefix("VmData:")?.trim().strip_suffix(" kB")?.parse().ok());
    let kilobytes: u64 = found.expect("it says how large it is");
    kilobytes * 1_024
}

/// How often each of these texts stands where a process may write in its memory.
///
/// # Errors
/// When this machine does not let us look.
pub fn occurrences(pid: u32, texts: &[String]) -> Result<Vec<usize>> {
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let (mut found, mut looked) = (vec![0; texts.len()], false);
    for (from, until) in maps.lines().filter_map(writable) {
        let mut bytes = vec![0; usize::try_from(until - from).map_err(Error::other)?];
        // What the process lets go of meanwhile cannot be read any more.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            looked = true;
            count(&bytes, texts, &mut found);
        }
    }
    if looked { Ok(found) } else { Err(Error::other("nothing of it can be read")) }
}

/// From where to where, when this line of `maps` is about a place to write.
fn writable(line: &str) -> Option<(u64, u64)> {
    let (range, rights) = line.split_once(' ')?;
    let (from, until) = range.split_once('-')?;
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    rights.starts_with("rw").then_some((number(from)?, number(until)?))
}

#[expect(clippy::indexing_slicing, reason = "there are as many places as a byte has values")]
fn count(memory: &[u8], texts: &[String], found: &mut [usize]) {
    let mut begins = [false; 256];
    for first in texts.iter().filter_map(|text| text.bytes().next()) {
        begins[usize::from(first)] = true;
    }
    for (at, byte) in memory.iter().enumerate() {
        if begins[usize::from(*byte)] {
            for (text, found) in texts.iter().zip(&mut *found) {
                *found += usize::from(memory[at..].starts_with(text.as_bytes()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{count, occurrences, writable};

    #[test]
    fn places_to_write_are_told_from_others() {
        for (line, expected) in [
            ("7f10-7f20 rw-p 00000000 00:00 0 [heap]", Some((0x7f10, 0x7f20))),
            ("7f10-7f20 r-xp 00000000 08:01 7 /bin/true", None),
            ("7f10-7f20 ---p 00000000 00:00 0", None),
            ("", None),
        ] {
            assert_eq!(writable(line), expected, "{line}");
        }
    }

    #[test]
    fn texts_are_counted_wherever_they_stand() {
        let texts = ["aab", "b", "zz"].map(str::to_owned);
        let mut found = [0; 3];
        count(b"aaabxaab", &texts, &mut found);
        assert_eq!(found, [2, 2, 0]);
    }

    #[test]
    fn one_finds_what_one_holds_oneself() {
        let own = format!("wat-ik-zelf-{}", "onthoud");
        // A process may always look at itself, where there is a /proc.
        if let Ok(found) = occurrences(std::process::id(), std::slice::from_ref(&own)) {
            assert!(found[0] > 0);
        }
    }
}
