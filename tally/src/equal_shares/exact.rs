//! The exact side of a run: what its rounds say in fractions, worked out when rounded numbers leave something open.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of groups and projects come from the profile, which made the lists"
)]
#![expect(clippy::arithmetic_side_effects, reason = "counts of voters with their points stay below 2^62")]

use num_bigint::BigInt;

use super::machine::Round;
use super::{PRICE_BITS, Run};
use crate::ProjectIndex;
use crate::fractions::{Combination, Fraction, Fractions, Step};
use crate::profile::Profile;

/// A run so far, in fractions.
#[derive(Debug)]
pub(super) struct Exact<'p> {
    profile: &'p Profile,
    /// How the prices of the first rounds came about, as far as that was needed.
    steps: Vec<Step>,
    fractions: Fractions,
    /// The round in which each project was bought.
    bought_in: Vec<u16>,
}

/// No round yet.
pub(super) const NEVER: u16 = u16::MAX;

/// What some voters have left is summed for one round after the other, unless they are more than one of this many.
const MANY: usize = 16;

/// The price of each round of a run in units of `2^-`[`PRICE_BITS`], rounded down.
pub(crate) fn prices(profile: &Profile, run: &Run) -> Vec<i128> {
    let mut exact = Exact::new(profile);
    exact.start(run.total);
    for (at, round) in run.rounds.iter().enumerate() {
        exact.buy(round.project, at);
    }
    exact.know(&run.rounds);
    let Exact { steps, mut fractions, .. } = exact;
    let price = |(at, step): (usize, &Step)| {
        let before = &steps[..at];
        let price = fractions.price(before, step);
        i128::try_from(fractions.floor(before, &price, PRICE_BITS.cast_signed())).unwrap_or(i128::MAX)
    };
    steps.iter().enumerate().map(price).collect()
}

impl<'p> Exact<'p> {
    pub fn new(profile: &'p Profile) -> Self {
        let bought_in = vec![NEVER; profile.candidates.len()];
        Self { profile, steps: Vec::new(), fractions: Fractions::default(), bought_in }
    }

    /// Begins a run with `total` units of money.
    pub fn start(&mut self, total: u128) {
        self.steps.clear();
        self.fractions.start(total, self.profile.voters);
        self.bought_in.fill(NEVER);
    }

    /// A project is bought in this round.
    pub fn buy(&mut self, project: ProjectIndex, round: usize) {
        self.bought_in[usize::from(project)] = u16::try_from(round).unwrap_or(NEVER);
    }

    /// Whether a project was bought in this run.
    pub fn is_bought(&self, project: ProjectIndex) -> bool {
        self.bought_in[usize::from(project)] != NEVER
    }

    /// The price per point after these rounds, if groups that are `short` give all and the others share the rest.
    pub fn price(&mut self, rounds: &[Round], cost: u64, short: &[u32], divisor: i64) -> Fraction {
        self.know(rounds);
        let left = self.left(short, rounds.len());
        self.fractions.price(&self.steps, &Step { cost, left, divisor })
    }

    /// A price that was just worked out, in units of `2^-bits`, rounded down.
    pub fn floor(&mut self, price: &Fraction, bits: i32) -> BigInt {
        self.fractions.floor(&self.steps, price, bits)
    }

    /// What the voters of a group have left together after these rounds, over the denominator of a price without divisor.
    pub fn money(&mut self, rounds: &[Round], group: u32) -> BigInt {
        self.know(rounds);
        let left = self.left(&[group], rounds.len());
        self.fractions.value(&self.steps, &left)
    }

    /// What groups that still have money have left before a round, together.
    fn left(&self, groups: &[u32], round: usize) -> Combination {
        let mut left = Combination { shares: 0, prices: vec![0; round] };
        groups.iter().for_each(|&group| self.add(group, &mut left));
        left
    }

    fn add(&self, group: u32, left: &mut Combination) {
        let weight = i64::from(self.profile.groups.weight(group));
        left.shares += weight;
        for (choice, points) in self.profile.groups.ballot(group) {
            if let Some(times) = left.prices.get_mut(usize::from(self.bought_in[usize::from(choice)])) {
                *times += weight * i64::from(points);
            }
        }
    }

    /// Makes sure that it is known how the prices of these rounds came about.
    fn know(&mut self, rounds: &[Round]) {
        let first = self.steps.len();
        let new = || rounds.iter().enumerate().skip(first);
        let mut left: Vec<_> = new().map(|(at, _)| Combination { shares: 0, prices: vec![0; at] }).collect();
        let short: usize = new().map(|(_, round)| round.short).sum();
        if short > self.profile.groups.len() / MANY {
            // All groups in their own order: to go from one to another far away in memory takes longer than to add it.
            let mut short_in = vec![NEVER; self.profile.groups.len()];
            for (at, (_, round)) in (0..).zip(new()) {
                round.emptied[..round.short].iter().for_each(|&group| short_in[group as usize] = at);
            }
            for (group, &at) in (0..).zip(&short_in) {
                if let Some(left) = left.get_mut(usize::from(at)) {
                    self.add(group, left);
                }
            }
        } else {
            for ((_, round), left) in new().zip(&mut left) {
                round.emptied[..round.short].iter().for_each(|&group| self.add(group, left));
            }
        }
        let step = |((_, round), left): ((usize, &Round), Combination)| {
            let cost = self.profile.candidate(round.project).cost;
            Step { cost, left, divisor: round.divisor }
        };
        let steps: Vec<Step> = new().zip(left).map(step).collect();
        self.steps.extend(steps);
    }
}
