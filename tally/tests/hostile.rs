//! Files that are nearly right, and files that are far from it: read, counted or refused, and never a panic.

#[path = "../fuzz/body.rs"]
mod body;

use proptest::prelude::*;

/// Small files of every kind.
const SEEDS: [&str; 4] = [
    "META\nkey;value\nnum_projects;2\nnum_votes;3\nbudget;10\nvote_type;approval\nPROJECTS\nproject_id;cost;name\n1;6;\"a;b\"\n\
     2;4.5;c\nVOTES\nvoter_id;vote\n1;1,2\n2;2\n3;\n",
    "META\nkey;value\nnum_projects;2\nnum_votes;2\nbudget;99.5\nvote_type;scoring\ndefault_score;1\nPROJECTS\nproject_id;cost\n\
     1;60\n2;45\nVOTES\nvoter_id;vote;points\n1;1,2;3,-1\n2;2;0.5\n",
    "META\nkey;value\nnum_projects;3\nnum_votes;2\nbudget;7\nvote_type;ordinal\nPROJECTS\nproject_id;cost\na;1\nb;2\nc;3\n\
     VOTES\nvoter_id;vote\n1;c,b,a\n2;b,c\n",
    "META\nkey;value\nnum_projects;1\nnum_votes;1\nbudget;999999999999.99999\nvote_type;choose-1\nPROJECTS\nproject_id;cost\n\
     x;0.00001\nVOTES\nvoter_id;vote\n1;x\n",
];

/// Pieces that a reader may stumble over.
const PIECES: [&str; 22] = [
    ";",
    "\n",
    "\r\n",
    "\"",
    "\"\"",
    ",",
    ".",
    "0",
    "9",
    "-",
    "e",
    " ",
    "\u{feff}",
    "é",
    "META",
    "PROJECTS\n",
    "VOTES\n",
    "999999999999",
    "0.00001",
    "approval",
    "cumulative",
    "\0",
];

/// How many files are tried; a night has more (`cargo xtask night`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the server")]
    let told = std::env::var("WIJKKOERS_TEST_FUZZ_CASES");
    told.map_or(3_000, |text| text.parse().expect("a number"))
}

/// A change of a text: at some place, so many bytes go, and a piece comes.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, prop::sample::Index)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..6, any::<prop::sample::Index>()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_changed_file_is_read_or_refused(seed in prop::sample::select(SEEDS.to_vec()), changes in changes()) {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, gone, piece) in changes {
            let at = at.index(bytes.len() + 1);
            let end = bytes.len().min(at + gone);
            bytes.splice(at..end, PIECES[piece.index(PIECES.len())].bytes());
        }
        body::read_and_count(&bytes);
    }

    #[test]
    fn rubbish_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        body::read_and_count(&bytes);
    }
}

#[test]
fn the_seeds_are_whole_files() {
    for seed in SEEDS {
        assert!(tally::pb::read(seed.as_bytes()).is_ok(), "{seed}");
        body::read_and_count(seed.as_bytes());
    }
}
