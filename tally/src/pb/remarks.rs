//! What is odd about a file that can be counted.

use rust_decimal::Decimal;

use super::{File, Remark};
use crate::amount;
use crate::{Ballot, BallotKind, Election};

/// Keys of META that the format asks for and a count can do without.
const DESCRIPTIVE: [&str; 6] = ["description", "country", "unit", "instance", "rule", "date_begin"];

/// Keys of META that limit what may be chosen.
const NOT_ASKED: [&str; 3] = ["min_project_score_threshold", "budget_per_category", "budget_per_neighborhood"];

/// Everything odd about this file.
pub fn about(file: &File, election: &Election) -> Vec<Remark> {
    let missing = DESCRIPTIVE.into_iter().filter(|key| file.meta(key).is_none()).map(Remark::KeyMissing);
    let limits = Limit::ALL.into_iter().filter_map(|limit| limit.broken(file, election));
    let not_asked = NOT_ASKED.into_iter().filter(|key| file.meta(key).is_some()).map(Remark::NotAsked);
    missing.chain(not_asked).chain(limits).chain(totals(file, election)).collect()
}

/// What META may limit on a ballot.
#[derive(Debug, Clone, Copy)]
struct Limit {
    key: &'static str,
    of: Measure,
    is_least: bool,
}

#[derive(Debug, Clone, Copy)]
enum Measure {
    Length,
    Cost,
    Points,
    LeastPoints,
    MostPoints,
}

impl Limit {
    const ALL: [Self; 8] = [
        Self { key: "min_length", of: Measure::Length, is_least: true },
        Self { key: "max_length", of: Measure::Length, is_least: false },
        Self { key: "min_sum_cost", of: Measure::Cost, is_least: true },
        Self { key: "max_sum_cost", of: Measure::Cost, is_least: false },
        Self { key: "min_sum_points", of: Measure::Points, is_least: true },
        Self { key: "max_sum_points", of: Measure::Points, is_least: false },
        Self { key: "min_points", of: Measure::LeastPoints, is_least: true },
        Self { key: "max_points", of: Measure::MostPoints, is_least: false },
    ];

    fn broken(self, file: &File, election: &Election) -> Option<Remark> {
        let text = file.meta(self.key)?;
        let limit = amount::parse(text, true)?;
        let is_beyond = |ballot: Ballot<'_>| {
            self.of
                .value(ballot, election)
                .is_some_and(|value| if self.is_least { value < limit } else { value > limit })
        };
        let mut beyond = election.ballots.iter().enumerate().filter(|(_, ballot)| is_beyond(*ballot));
        let (first, _) = beyond.next()?;
        Some(Remark::BeyondLimit {
            key: self.key,
            limit: text.to_owned(),
            ballots: beyond.count().saturating_add(1),
            first: first.saturating_add(1),
        })
    }
}

impl Measure {
    /// What is measured of this ballot; nothing where there is nothing to measure.
    fn value(self, ballot: Ballot<'_>, election: &Election) -> Option<Decimal> {
        let points =
            |units: i64| Decimal::try_from_i128_with_scale(i128::from(units), election.ballots.points_decimals()).ok();
        match self {
            Self::Length => Some(Decimal::from(ballot.choices.len())),
            Self::Cost => {
                let costs = ballot.choices.iter().filter_map(|&choice| election.projects.get(usize::from(choice)));
                costs.map(|project| project.cost).try_fold(Decimal::ZERO, Decimal::checked_add)
            }
            Self::Points if ballot.points.is_empty() => None,
            Self::Points => points(ballot.points.iter().fold(0, |sum, points| points.saturating_add(sum))),
            Self::LeastPoints => points(*ballot.points.iter().min()?),
            Self::MostPoints => points(*ballot.points.iter().max()?),
        }
    }
}

/// Votes and points of each project.
pub(super) fn votes_and_points(election: &Election) -> (Vec<i64>, Vec<i64>) {
    let mut votes = vec![0_i64; election.projects.len()];
    let mut points = votes.clone();
    for ballot in election.ballots.iter() {
        for (at, &choice) in ballot.choices.iter().enumerate() {
            let add = |totals: &mut Vec<i64>, more: i64| {
                if let Some(total) = totals.get_mut(usize::from(choice)) {
                    *total = total.saturating_add(more);
                }
            };
            add(&mut votes, 1);
            add(&mut points, ballot.points.get(at).copied().unwrap_or(0));
        }
    }
    (votes, points)
}

/// Votes and points that PROJECTS states, against those of the ballots.
fn totals(file: &File, election: &Election) -> Vec<Remark> {
    let (votes, points) = votes_and_points(election);
    // A ranking gives points by a rule of its own, which the file does not tell.
    let has_score = election.kind.has_points() && election.default_points.is_zero();
    let columns = [
        ("votes", votes, 0, election.kind != BallotKind::Scoring),
        ("score", points, election.ballots.points_decimals(), has_score),
    ];
    columns
        .into_iter()
        .filter(|(.., told)| *told)
        .filter_map(|(column, totals, decimals, _)| other(file, election, column, &totals, decimals))
        .collect()
}

fn other(file: &File, election: &Election, column: &'static str, totals: &[i64], decimals: u32) -> Option<Remark> {
    let place = file.projects.column(column)?;
    let differs = |&(row, total): &(usize, &i64)| {
        let stated = amount::parse(file.projects.field(row, place), true);
        stated.is_some_and(|stated| amount::units(stated, decimals) != Some(*total))
    };
    let mut different = totals.iter().enumerate().filter(differs);
    let (first, _) = different.next()?;
    let first = election.projects.get(first)?.id.clone();
    Some(Remark::OtherTotal { column, projects: different.count().saturating_add(1), first })
}
