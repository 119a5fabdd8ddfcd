//! Who paid what, in equal shares: every payment of the run that counts, played again from its exact prices.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of groups and projects come from the profile, which made the lists"
)]
#![expect(clippy::arithmetic_side_effects, reason = "all money of all voters stays below 2^121")]

use crate::ProjectIndex;
use crate::equal_shares::{PRICE_BITS, Run};
use crate::profile::Profile;

/// Amounts are in units of `2^-`[`PRICE_BITS`].
pub(crate) type Amount = i128;

/// What supporters of a project spent on one round, all together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub amount: Amount,
    /// How many voters spent something.
    pub voters: u64,
}

/// What the supporters of a bought project gave for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Takings {
    /// From those who could pay the price.
    pub full: Spent,
    /// From those who gave all that they had left, and that was less.
    pub part: Spent,
}

/// All payments of a run.
#[derive(Debug)]
pub(crate) struct Payments {
    /// By round.
    pub takings: Vec<Takings>,
    /// By project and round, what its supporters spent there.
    spent: Vec<Spent>,
    rounds: usize,
    /// What everybody began with.
    pub share: Amount,
    /// By group, what each of its voters has left at the end.
    pub left: Vec<Amount>,
}

impl Payments {
    pub fn of(profile: &Profile, run: &Run) -> Self {
        let rounds = run.rounds.len();
        let share = (run.total << PRICE_BITS).checked_div(u128::from(profile.voters)).unwrap_or(0).cast_signed();
        let mut bought_in = vec![None; profile.candidates.len()];
        let mut emptied_in = vec![usize::MAX; profile.groups.len()];
        for (at, round) in run.rounds.iter().enumerate() {
            bought_in[usize::from(round.project)] = Some(at);
            round.emptied.iter().for_each(|&group| emptied_in[group as usize] = at);
        }
        let mut payments = Self {
            takings: vec![Takings::default(); rounds],
            spent: vec![Spent::default(); rounds * profile.candidates.len()],
            rounds,
            share,
            left: vec![share; profile.groups.len()],
        };
        let mut bought = Vec::new();
        for (group, &weight) in (0..).zip(&profile.groups.weights) {
            bought.clear();
            let ballot = profile.groups.ballot(group);
            bought.extend(ballot.filter_map(|(choice, points)| Some((bought_in[usize::from(choice)]?, points))));
            bought.sort_unstable();
            payments.pay(profile, run, group, weight, &bought, emptied_in[group as usize]);
        }
        payments
    }

    /// Plays what each voter of a group paid, up to the round in which their money ran out.
    fn pay(
        &mut self,
        profile: &Profile,
        run: &Run,
        group: u32,
        weight: u32,
        bought: &[(usize, u32)],
        emptied_in: usize,
    ) {
        let left = &mut self.left[group as usize];
        let voters = u64::from(weight);
        for &(round, points) in bought.iter().take_while(|(round, _)| *round <= emptied_in) {
            let price = run.prices[round] * i128::from(points);
            // A price is rounded down: nobody is short by that little.
            let is_short = round == emptied_in && *left < price;
            let paid = if round == emptied_in { *left } else { price };
            *left -= paid;
            let takings = &mut self.takings[round];
            let place = if is_short { &mut takings.part } else { &mut takings.full };
            add(place, paid, voters);
            for &choice in profile.groups.choices(group) {
                add(&mut self.spent[usize::from(choice) * self.rounds + round], paid, voters);
            }
        }
    }

    /// What supporters of a project spent, round by round.
    pub fn spent(&self, project: ProjectIndex) -> &[Spent] {
        let start = usize::from(project) * self.rounds;
        &self.spent[start..start + self.rounds]
    }
}

fn add(spent: &mut Spent, paid: Amount, voters: u64) {
    if paid > 0 {
        spent.amount += paid * i128::from(voters);
        spent.voters += voters;
    }
}
