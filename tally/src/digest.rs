//! One number for all ballots, that anybody can work out again.

use sha2::{Digest as _, Sha256};

use crate::{Ballot, BallotKind, Election};

/// The SHA-256 of the ballots, in hexadecimal digits: the same in whatever order they stand, and whoever cast them.
///
/// What is hashed is text in UTF-8 with lines that end in LF: `wijkkoers/stembiljetten/1`, then the kind of ballot as
/// `vote_type` has it, then every ballot as a line of its own, all in rising order by code point. A ballot is written as
/// the ids of its projects with commas between them: in the order of the ballot for a ranking, otherwise in rising order
/// by code point. Where there are points, `=` and the points follow each id, without zeros at the end of decimals.
#[must_use]
pub fn digest(election: &Election) -> String {
    let mut order: Vec<usize> = (0..election.projects.len()).collect();
    order.sort_by(|one, other| id(election, *one).cmp(id(election, *other)));
    let mut rank = vec![0_usize; order.len()];
    for (place, &project) in order.iter().enumerate() {
        if let Some(rank) = rank.get_mut(project) {
            *rank = place;
        }
    }
    let mut text = String::new();
    let mut ends = Vec::with_capacity(election.ballots.len());
    let mut choices = Vec::new();
    for ballot in election.ballots.iter() {
        write_ballot(election, ballot, &rank, &mut choices, &mut text);
        ends.push(text.len());
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let lines = starts.zip(&ends).filter_map(|(start, &end)| text.get(start..end));
    let mut lines: Vec<(u128, &str)> = lines.map(|line| (first_sixteen(line), line)).collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    hash.update("wijkkoers/stembiljetten/1\n");
    hash.update(election.kind.word());
    hash.update("\n");
    for (_, line) in lines {
        hash.update(line);
        hash.update("\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn id(election: &Election, project: usize) -> &str {
    election.projects.get(project).map_or("", |project| &project.id)
}

fn write_ballot(
    election: &Election,
    ballot: Ballot<'_>,
    rank: &[usize],
    choices: &mut Vec<(usize, usize, Option<i64>)>,
    text: &mut String,
) {
    choices.clear();
    choices.extend(ballot.choices.iter().enumerate().map(|(at, &choice)| {
        let choice = usize::from(choice);
        (rank.get(choice).copied().unwrap_or(0), choice, ballot.points.get(at).copied())
    }));
    if election.kind != BallotKind::Ordinal {
        choices.sort_unstable();
    }
    for (at, &(_, choice, points)) in choices.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(id(election, choice));
        if let Some(points) = points {
            text.push('=');
            text.push_str(&crate::amount::signed(points, election.ballots.points_decimals()).to_string());
        }
    }
}

/// The first sixteen bytes of a line in one number that sorts as they do: comparing it spares most looks at the lines.
fn first_sixteen(line: &str) -> u128 {
    let mut bytes = [0; 16];
    for (byte, letter) in bytes.iter_mut().zip(line.bytes()) {
        *byte = letter;
    }
    u128::from_be_bytes(bytes)
}
