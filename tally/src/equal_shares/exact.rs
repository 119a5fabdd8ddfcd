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

/// Where more than one of so many groups ran out of money, they are taken in the order of memory.
const SCATTERED: usize = 16;

/// So many numbers are in memory at once while rounds are taken together.
const AT_ONCE: usize = 1 << 20;

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
        if let &[group] = groups {
            return self.left_of(group, round);
        }
        let (mut shares, mut times) = (0, vec![0; round]);
        groups.iter().for_each(|&group| self.add(group, &mut shares, &mut times));
        Combination::new(shares, &times)
    }

    /// What a single group has left before a round.
    fn left_of(&self, group: u32, round: usize) -> Combination {
        let weight = i64::from(self.profile.groups.weight(group));
        let paid = self.profile.groups.ballot(group).map(|(choice, points)| {
            let bought_in = self.bought_in[usize::from(choice)];
            (bought_in, weight * i64::from(points))
        });
        let mut prices: Vec<_> = paid.filter(|(bought_in, _)| usize::from(*bought_in) < round).collect();
        prices.sort_unstable();
        Combination { shares: weight, prices }
    }

    /// Adds what a group had left before the round after so many.
    fn add(&self, group: u32, shares: &mut i64, times: &mut [i64]) {
        let weight = i64::from(self.profile.groups.weight(group));
        *shares += weight;
        for (choice, points) in self.profile.groups.ballot(group) {
            if let Some(times) = times.get_mut(usize::from(self.bought_in[usize::from(choice)])) {
                *times += weight * i64::from(points);
            }
        }
    }

    /// Makes sure that it is known how the prices of these rounds came about.
    fn know(&mut self, rounds: &[Round]) {
        while let Some(new) = rounds.get(self.steps.len()..).filter(|new| !new.is_empty()) {
            let at_once = (AT_ONCE / rounds.len()).clamp(1, new.len());
            let some = &new[..at_once];
            let short: usize = some.iter().map(|round| round.short).sum();
            let left = if short > self.profile.groups.len() / SCATTERED {
                self.left_in_order(some)
            } else {
                let first = self.steps.len();
                let left = |(at, round): (usize, &Round)| self.left(&round.emptied[..round.short], at);
                (first..).zip(some).map(left).collect()
            };
            let step = |(round, left): (&Round, Combination)| {
                let cost = self.profile.candidate(round.project).cost;
                Step { cost, left, divisor: round.divisor }
            };
            let steps: Vec<Step> = some.iter().zip(left).map(step).collect();
            self.steps.extend(steps);
        }
    }

    /// What the voters of each of these rounds had left who could not pay its price: one walk over all groups in their own
    /// order. To go from one to another far away in memory takes longer than to add it.
    fn left_in_order(&self, rounds: &[Round]) -> Vec<Combination> {
        let first = self.steps.len();
        let mut left: Vec<(i64, Vec<i64>)> = (first..).zip(rounds).map(|(at, _)| (0, vec![0; at])).collect();
        let mut short_in = vec![u32::MAX; self.profile.groups.len()];
        for (at, round) in (0..).zip(rounds) {
            round.emptied[..round.short].iter().for_each(|&group| short_in[group as usize] = at);
        }
        for (group, &at) in (0..).zip(&short_in) {
            if let Some((shares, times)) = left.get_mut(at as usize) {
                self.add(group, shares, times);
            }
        }
        left.iter().map(|(shares, times)| Combination::new(*shares, times)).collect()
    }
}
