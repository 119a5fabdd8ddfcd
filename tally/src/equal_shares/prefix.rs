//! The rounds with which every later run begins as well.
//!
//! As long as all supporters of the best project can pay in full, its price is its cost by the number of their points,
//! whatever the share. No project is ever cheaper than if all its supporters paid in full. So if the best of all by that
//! measure is bought by everybody in full, every run with larger shares buys it in the same round at the same price.

#![expect(clippy::indexing_slicing, reason = "the numbers of groups come from the profile, which made the lists")]
#![expect(clippy::arithmetic_side_effects, reason = "payments are below 2^61")]

use std::cmp::Ordering;

use super::machine::Round;
use super::purses::Backer;
use crate::ProjectIndex;
use crate::profile::Profile;
use crate::room::Room;
use crate::settings::Satisfaction;

/// The rounds that no later run can change, and what everybody paid in them.
#[derive(Debug, Default)]
pub(super) struct Prefix {
    pub rounds: Vec<Round>,
    /// What each voter of a group paid.
    pub paid: Vec<u32>,
    /// By how much that may be off.
    pub errors: Vec<u32>,
    /// The projects by what they cost if everybody pays in full; those that are as cheap as another come as one step.
    order: Vec<Vec<ProjectIndex>>,
}

impl Prefix {
    pub fn new(profile: &Profile, satisfaction: Satisfaction) -> Self {
        let compare = |one: &ProjectIndex, other: &ProjectIndex| -> Ordering {
            let (one, other) = (profile.candidate(*one), profile.candidate(*other));
            let crossed = |cost: u64, points: i64| u128::from(cost) * u128::from(points.unsigned_abs());
            match satisfaction {
                Satisfaction::Cost => other.points.cmp(&one.points),
                Satisfaction::Cardinality => crossed(one.cost, other.points).cmp(&crossed(other.cost, one.points)),
            }
        };
        let supported = profile.projects().filter(|(_, candidate)| candidate.is_eligible && candidate.points > 0);
        let mut projects: Vec<_> = supported.map(|(project, _)| project).collect();
        projects.sort_by(compare);
        let order = projects.chunk_by(|one, other| compare(one, other) == Ordering::Equal);
        let mut prefix = Self { order: order.map(<[_]>::to_vec).collect(), ..Self::default() };
        prefix.clear(profile.groups.len());
        prefix
    }

    /// Forgets everything but the order.
    pub fn clear(&mut self, groups: usize) {
        self.rounds.clear();
        self.paid.clear();
        self.paid.resize(groups, 0);
        self.errors.clear();
        self.errors.resize(groups, 1);
    }

    /// Adds a round that was just bought, if no later run can change it. `room` is as it was before the round.
    pub fn extend<B: Backer>(&mut self, round: &Round, backers: &[B], share: u32, room: &Room<'_>) {
        let mut open = self.order.iter().map(|step| step.iter().filter(|project| room.allows(**project)));
        let best = open.find_map(|mut step| step.next().map(|first| (*first, step.next().is_none())));
        if best != Some((round.project, true)) || !round.emptied.is_empty() {
            return;
        }
        let pays = |backer: &B| round.price.middle.wrapping_mul(backer.points());
        let has_left = |backer: &B| i64::from(share - self.paid[backer.group() as usize]) > pays(backer);
        if !backers.iter().all(has_left) {
            return;
        }
        let error = u32::try_from(round.price.error).unwrap_or(u32::MAX);
        for backer in backers {
            let group = backer.group() as usize;
            self.paid[group] += u32::try_from(pays(backer)).unwrap_or(u32::MAX);
            let more = error.saturating_mul(u32::try_from(backer.points()).unwrap_or(u32::MAX));
            self.errors[group] = self.errors[group].saturating_add(more);
        }
        self.rounds.push(round.clone());
    }
}
