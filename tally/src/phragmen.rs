//! Sequential Phragmén: everybody earns one unit of money a second, and a project is bought at the moment at which its
//! supporters have earned its cost together. They are then without money again.
//!
//! A voter last bought something at the time of some round, or never. So what supporters still lack follows from how
//! many of them bought last in which round, and that is all that has to be counted.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of groups and projects come from the profile, which made the lists"
)]
#![expect(
    clippy::arithmetic_side_effects,
    reason = "the number of bits keeps every sum below 2^126; a release checks it"
)]

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::ProjectIndex;
use crate::fractions::{Combination, Fractions, Step};
use crate::groups::Backers;
use crate::profile::Profile;
use crate::settings::Unfit;

/// A project that was bought.
#[derive(Debug, Clone)]
pub(crate) struct Bought {
    pub project: ProjectIndex,
    /// When, in units of `2^-bits` seconds, rounded down; nothing for a project without supporters.
    pub time: Option<i128>,
    /// How many projects were equally early.
    pub equals: u32,
}

/// What Phragmén's rule came to.
#[derive(Debug)]
pub(crate) struct Sequence {
    pub bought: Vec<Bought>,
    /// Times are in units of `2^-bits` seconds.
    pub bits: u32,
}

/// Counts.
pub(crate) fn count(profile: &Profile, unfit: Unfit) -> Sequence {
    let mut race = Race::new(profile);
    let mut room = profile.rules.room();
    let mut left = profile.budget;
    let mut bought = Vec::new();
    let mut is_stopped = false;
    while !is_stopped {
        let is_open = |project: ProjectIndex| {
            let candidate = profile.candidate(project);
            // What is dearer than the whole budget takes no part, whatever happens at a project that does not fit.
            let most = if unfit == Unfit::Skip { left } else { profile.budget };
            candidate.is_eligible && candidate.cost <= most && room.allows(project)
        };
        let (earliest, time) = race.earliest(&is_open);
        let Some(&first) = earliest.iter().min_by_key(|&&project| profile.candidate(project).rank) else { break };
        is_stopped = earliest.iter().any(|&project| profile.candidate(project).cost > left);
        if !is_stopped {
            room.take(first);
            left = left.saturating_sub(profile.candidate(first).cost);
            let equals = u32::try_from(earliest.len()).unwrap_or(u32::MAX);
            bought.push(Bought { project: first, time: time.as_ref().map(|moment| moment.floor), equals });
            if let Some(moment) = time {
                race.buy(first, moment);
            }
        }
    }
    Sequence { bought, bits: race.bits }
}

/// A moment at which a project can be bought.
#[derive(Debug, Clone)]
struct Moment {
    /// Rounded down, like every time before it: off by less than the number of rounds and two.
    floor: i128,
    step: Step,
}

struct Race<'p> {
    profile: &'p Profile,
    backers: Backers<u32>,
    bits: u32,
    /// The round after which each group bought last; 0 if never.
    last: Vec<u16>,
    steps: Vec<Step>,
    times: Vec<i128>,
    is_bought: Vec<bool>,
    /// Projects by a time before which they cannot be bought.
    heap: BinaryHeap<Reverse<(i128, ProjectIndex)>>,
    fractions: Fractions,
}

impl<'p> Race<'p> {
    fn new(profile: &'p Profile) -> Self {
        let length = |number: u64| u64::BITS - number.leading_zeros();
        let mut fractions = Fractions::default();
        fractions.start(0, 1);
        Self {
            backers: profile.groups.backers(profile.candidates.len(), |group, _| group),
            // All voters together have earned at most the budget and one more project, which is no dearer.
            bits: 123 - length(profile.voters).min(32) - length(profile.budget),
            last: vec![0; profile.groups.len()],
            steps: Vec::new(),
            times: Vec::new(),
            is_bought: vec![false; profile.candidates.len()],
            heap: profile
                .projects()
                .filter(|(_, candidate)| candidate.voters > 0)
                .map(|(project, _)| Reverse((0, project)))
                .collect(),
            fractions,
            profile,
        }
    }

    /// The projects that can be bought first, and when; those without supporters at the end of time.
    fn earliest(&mut self, is_open: &impl Fn(ProjectIndex) -> bool) -> (Vec<ProjectIndex>, Option<Moment>) {
        let mut best: Option<Moment> = None;
        let mut earliest = Vec::new();
        let mut seen = Vec::new();
        let error = i128::try_from(self.times.len()).unwrap_or(i128::MAX) + 2;
        while let Some(&Reverse((bound, project))) = self.heap.peek() {
            if best.as_ref().is_some_and(|best| bound > best.floor + error) {
                break;
            }
            self.heap.pop();
            // A project that is not open now never will be again: money and room only shrink.
            if self.is_bought[usize::from(project)] || !is_open(project) {
                continue;
            }
            let moment = self.moment(project);
            seen.push(Reverse((moment.floor, project)));
            let order = best.as_ref().map_or(Ordering::Less, |best| {
                if moment.floor + error < best.floor {
                    Ordering::Less
                } else if best.floor + error < moment.floor {
                    Ordering::Greater
                } else if moment.step == best.step {
                    Ordering::Equal
                } else {
                    let one = self.fractions.price(&self.steps, &moment.step);
                    let other = self.fractions.price(&self.steps, &best.step);
                    (one.numerator * other.divisor).cmp(&(other.numerator * one.divisor))
                }
            });
            if order == Ordering::Less {
                earliest.clear();
                best = Some(moment);
            }
            if order != Ordering::Greater {
                earliest.push(project);
            }
        }
        self.heap.extend(seen);
        if best.is_none() {
            let without = self.profile.projects().filter(|(_, candidate)| candidate.voters == 0);
            earliest.extend(without.map(|(project, _)| project).filter(|&project| is_open(project)));
        }
        (earliest, best)
    }

    /// When the supporters of a project have its cost.
    fn moment(&self, project: ProjectIndex) -> Moment {
        let candidate = self.profile.candidate(project);
        let mut bought_last = vec![0_i64; self.times.len() + 1];
        for &group in self.backers.of(project) {
            let weight = i64::from(self.profile.groups.weight(group));
            let place = &mut bought_last[usize::from(self.last[group as usize])];
            *place = place.wrapping_add(weight);
        }
        let divisor = bought_last.iter().sum();
        let prices = bought_last.split_off(1);
        let spent: i128 = prices.iter().zip(&self.times).map(|(&times, time)| i128::from(times) * time).sum();
        Moment {
            floor: ((i128::from(candidate.cost) << self.bits) + spent) / i128::from(divisor),
            step: Step { cost: candidate.cost, left: Combination::new(0, &prices), divisor },
        }
    }

    fn buy(&mut self, project: ProjectIndex, moment: Moment) {
        self.is_bought[usize::from(project)] = true;
        self.times.push(moment.floor);
        self.steps.push(moment.step);
        let round = u16::try_from(self.times.len()).unwrap_or(u16::MAX);
        for &group in self.backers.of(project) {
            self.last[group as usize] = round;
        }
    }
}
