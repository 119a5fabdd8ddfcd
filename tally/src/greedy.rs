//! The greedy rule: the most supported first, as long as the money lasts.

use std::cmp::Ordering;

use crate::ProjectIndex;
use crate::profile::{Candidate, Profile};
use crate::room::Room;
use crate::settings::{Order, Unfit};

/// A project at its turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub project: ProjectIndex,
    /// What was left before it, in units.
    pub left: u64,
    pub outcome: Taken,
}

/// What became of a project at its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    /// It costs more than was left.
    TooDear,
    /// An exclusion or a ceiling stood in the way.
    Barred,
}

/// Counts: every project at its turn, in order, until the count ends.
pub(crate) fn count(profile: &Profile, order: Order, unfit: Unfit) -> Vec<Turn> {
    let mut room = profile.rules.room();
    let mut turns = take_turns(profile, order, &mut room, profile.budget);
    if unfit == Unfit::Stop {
        let end = turns.iter().position(|turn| turn.outcome == Taken::TooDear);
        turns.truncate(end.map_or(turns.len(), |end| end.saturating_add(1)));
    }
    turns
}

/// Every project at its turn, the most supported of what is open first.
pub(crate) fn fill_up(profile: &Profile, room: &mut Room<'_>, left: u64) -> Vec<Turn> {
    take_turns(profile, Order::Support, room, left)
}

/// The projects that were taken.
pub(crate) fn taken(turns: &[Turn]) -> impl Iterator<Item = ProjectIndex> {
    turns.iter().filter(|turn| turn.outcome == Taken::Yes).map(|turn| turn.project)
}

/// How often a project was taken while the next in order was as good.
pub(crate) fn ties(profile: &Profile, order: Order, turns: &[Turn]) -> u64 {
    let is_tied = |turn: &Turn, next: &Turn| {
        let (one, other) = (profile.candidate(turn.project), profile.candidate(next.project));
        turn.outcome == Taken::Yes && by_support(order, one, other) == Ordering::Equal
    };
    let tied = turns.array_windows().filter(|[turn, next]| is_tied(turn, next)).count();
    u64::try_from(tied).unwrap_or(u64::MAX)
}

fn take_turns(profile: &Profile, order: Order, room: &mut Room<'_>, mut left: u64) -> Vec<Turn> {
    let mut open: Vec<_> = profile.projects().filter(|(_, candidate)| candidate.is_eligible).collect();
    open.sort_by(|(_, one), (_, other)| before(order, one, other));
    let mut turns = Vec::with_capacity(open.len());
    for (project, candidate) in open {
        let outcome = match left.checked_sub(candidate.cost) {
            _ if !room.allows(project) => Taken::Barred,
            None => Taken::TooDear,
            Some(_) => Taken::Yes,
        };
        turns.push(Turn { project, left, outcome });
        if outcome == Taken::Yes {
            room.take(project);
            left = left.saturating_sub(candidate.cost);
        }
    }
    turns
}

/// Whether one goes before the other; never equal.
fn before(order: Order, one: &Candidate, other: &Candidate) -> Ordering {
    by_support(order, one, other).then(one.rank.cmp(&other.rank))
}

fn by_support(order: Order, one: &Candidate, other: &Candidate) -> Ordering {
    match order {
        Order::Support => other.support.cmp(&one.support),
        Order::SupportPerCost => {
            let crossed = |support: i64, cost: u64| i128::from(support).saturating_mul(i128::from(cost));
            crossed(other.support, one.cost).cmp(&crossed(one.support, other.cost))
        }
    }
}
