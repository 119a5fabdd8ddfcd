//! What each project got from all ballots.

use rust_decimal::Decimal;

use crate::amount;
use crate::groups::{Groups, Sorted};
use crate::settings::CannotCount;
use crate::{Ballot, BallotKind, Election, ProjectIndex};

/// Everything that comes from going through the ballots.
pub(crate) struct Sums {
    /// A point is `10^-decimals` of what people gave.
    pub decimals: u32,
    /// By project, votes, or points with those below zero as well.
    pub support: Vec<i64>,
    /// By project, votes, or points above zero.
    pub points: Vec<i64>,
    /// By project, the voters who give it something.
    pub voters: Vec<u64>,
    pub groups: Groups,
}

/// Where projects that a ballot does not name have points, no more than this are filled in: a small file can mean very
/// many.
const MOST_FILLED_IN: usize = 1 << 24;

impl Sums {
    pub fn of(election: &Election) -> Result<Self, CannotCount> {
        if election.kind.is_approval() { Self::of_approvals(election) } else { Self::of_points(election) }
    }

    /// Every vote is worth one.
    fn of_approvals(election: &Election) -> Result<Self, CannotCount> {
        let mut sorted = Sorted { choices: election.ballots.all_choices().to_vec(), ..Sorted::default() };
        let mut votes = vec![0_u64; election.projects.len()];
        for &choice in &sorted.choices {
            let votes = votes.get_mut(usize::from(choice)).ok_or(CannotCount::NoSuchProject(choice))?;
            *votes = votes.wrapping_add(1);
        }
        let mut rest = sorted.choices.as_mut_slice();
        for ballot in election.ballots.iter() {
            let (choices, after) = rest.split_at_mut_checked(ballot.choices.len()).unwrap_or_default();
            choices.sort_unstable();
            refuse_twice(choices.iter().copied())?;
            rest = after;
        }
        sorted.ends = election.ballots.all_ends().to_vec();
        sorted.ends.dedup();
        sorted.ends.retain(|&end| end > 0);
        let support: Vec<i64> = votes.iter().map(|&votes| votes.cast_signed()).collect();
        let groups = sorted.grouped(election.projects.len());
        Ok(Self { decimals: 0, points: support.clone(), support, voters: votes, groups })
    }

    /// Votes are worth what voters gave, or by the order of the ballot; on a scoring ballot a project that is not named has
    /// the points that the election says.
    fn of_points(election: &Election) -> Result<Self, CannotCount> {
        let projects = election.projects.len();
        let is_scoring = election.kind == BallotKind::Scoring;
        let default = if is_scoring { election.default_points.normalize() } else { Decimal::ZERO };
        let given = if election.kind.has_points() { election.ballots.points_decimals() } else { 0 };
        let decimals = given.max(default.scale());
        let finer = 10_i64.checked_pow(decimals.saturating_sub(given)).ok_or(CannotCount::TooLarge("default_score"))?;
        let default = amount::units(default, decimals).ok_or(CannotCount::TooLarge("default_score"))?;
        if default != 0 && election.ballots.len().saturating_mul(projects) > MOST_FILLED_IN {
            return Err(CannotCount::TooLarge("the number of ballots times projects"));
        }
        let mut sums = Self {
            decimals,
            support: vec![0; projects],
            points: vec![0; projects],
            voters: vec![0; projects],
            groups: Groups::default(),
        };
        let mut sorted = Sorted::default();
        let mut worth = Vec::new();
        for ballot in election.ballots.iter() {
            worth.clear();
            for (choice, points) in named(election.kind, ballot) {
                worth.push((choice, points.checked_mul(finer).ok_or(CannotCount::TooLarge("points"))?));
            }
            worth.sort_unstable();
            refuse_twice(worth.iter().map(|&(choice, _)| choice))?;
            if default != 0 {
                let mut all: Vec<(ProjectIndex, i64)> = (0..).take(projects).map(|choice| (choice, default)).collect();
                for &(choice, points) in &worth {
                    *all.get_mut(usize::from(choice)).ok_or(CannotCount::NoSuchProject(choice))? = (choice, points);
                }
                worth = all;
            }
            for &(choice, points) in &worth {
                let given = sums.add(choice, points)?;
                if points > 0 {
                    sorted.choices.push(choice);
                    sorted.points.push(given);
                }
            }
            sorted.end();
        }
        sums.groups = sorted.grouped(projects);
        Ok(sums)
    }

    /// Adds the points of one voter, and gives their size.
    fn add(&mut self, choice: ProjectIndex, points: i64) -> Result<u32, CannotCount> {
        let at = usize::from(choice);
        let places = (self.support.get_mut(at), self.points.get_mut(at), self.voters.get_mut(at));
        let (Some(support), Some(positive), Some(voters)) = places else {
            return Err(CannotCount::NoSuchProject(choice));
        };
        let too_large = CannotCount::TooLarge("points");
        // With fewer than 2^31 each, no sum of all voters can be too large.
        let size = points.unsigned_abs();
        let size = u32::try_from(size).ok().filter(|&size| size < 1 << 31).ok_or(too_large)?;
        *support = support.wrapping_add(points);
        if points > 0 {
            *positive = positive.wrapping_add(points);
            *voters = voters.wrapping_add(1);
        }
        Ok(size)
    }
}

/// What each project that a ballot with points or an order names is worth to the voter.
fn named(kind: BallotKind, ballot: Ballot<'_>) -> impl Iterator<Item = (ProjectIndex, i64)> {
    ballot.choices.iter().enumerate().map(move |(at, &choice)| {
        let worth = match kind {
            // Borda's count: the last gets 0.
            BallotKind::Ordinal => {
                let after = ballot.choices.len().saturating_sub(at).saturating_sub(1);
                i64::try_from(after).unwrap_or(i64::MAX)
            }
            BallotKind::Cumulative | BallotKind::Scoring => ballot.points.get(at).copied().unwrap_or(0),
            BallotKind::Approval | BallotKind::ChooseOne => 1,
        };
        (choice, worth)
    })
}

/// Choices in order.
fn refuse_twice(choices: impl Iterator<Item = ProjectIndex>) -> Result<(), CannotCount> {
    let mut last = None;
    for choice in choices {
        if last.replace(choice) == Some(choice) {
            return Err(CannotCount::Twice(choice));
        }
    }
    Ok(())
}
