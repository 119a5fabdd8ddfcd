//! Who paid what, in equal shares: every payment of the run that counts, played again from its exact prices.

#![expect(
    clippy::indexing_slicing,
    reason = "numbers of groups and projects come from the profile, which made the lists"
)]
#![expect(clippy::arithmetic_side_effects, reason = "all money of all voters stays below 2^125")]

use crate::ProjectIndex;
use crate::equal_shares::{self, PRICE_BITS, Run};
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
pub(crate) struct Payments<'a> {
    profile: &'a Profile,
    run: &'a Run,
    /// By round, the price per point, rounded down.
    pub prices: Vec<Amount>,
    /// By project, the round in which it was bought.
    bought_in: Vec<Option<usize>>,
    /// By group, the round in which its money ran out.
    emptied_in: Vec<usize>,
    /// By group, whether it could not pay the price then.
    is_short: Vec<bool>,
    /// By round.
    pub takings: Vec<Takings>,
    /// What everybody began with.
    pub share: Amount,
    /// By group, what each of its voters has left at the end.
    pub left: Vec<Amount>,
}

impl<'a> Payments<'a> {
    pub fn of(profile: &'a Profile, run: &'a Run) -> Self {
        let share = (run.total << PRICE_BITS).checked_div(u128::from(profile.voters)).unwrap_or(0).cast_signed();
        let mut bought_in = vec![None; profile.candidates.len()];
        let mut emptied_in = vec![usize::MAX; profile.groups.len()];
        let mut is_short = vec![false; profile.groups.len()];
        for (at, round) in run.rounds.iter().enumerate() {
            bought_in[usize::from(round.project)] = Some(at);
            round.emptied.iter().for_each(|&group| emptied_in[group as usize] = at);
            round.emptied[..round.short].iter().for_each(|&group| is_short[group as usize] = true);
        }
        let mut payments = Self {
            profile,
            run,
            prices: equal_shares::prices(profile, run),
            bought_in,
            emptied_in,
            is_short,
            takings: vec![Takings::default(); run.rounds.len()],
            share,
            left: vec![share; profile.groups.len()],
        };
        let mut bought = Vec::new();
        for group in profile.groups.all() {
            let weight = profile.groups.weight(group);
            payments.play(group, &mut bought);
            for payment in &bought {
                let takings = &mut payments.takings[payment.round];
                let place = if payment.is_short { &mut takings.part } else { &mut takings.full };
                place.add(payment.amount, weight);
                payments.left[group as usize] -= payment.amount;
            }
        }
        payments
    }

    /// Plays what each voter of a group paid, up to the round in which their money ran out.
    fn play(&self, group: u32, payments: &mut Vec<Payment>) {
        payments.clear();
        let emptied_in = self.emptied_in[group as usize];
        for (choice, points) in self.profile.groups.ballot(group) {
            if let Some(round) = self.bought_in[usize::from(choice)].filter(|&round| round <= emptied_in) {
                // Of who cannot pay it, the price of all their points may be anything; below is what they had.
                let amount = self.prices[round].saturating_mul(points.into());
                payments.push(Payment { round, amount, is_short: false });
            }
        }
        // Only the last payment can be another than the price.
        payments.sort_unstable_by_key(|payment| payment.round);
        if let [before @ .., last] = payments.as_mut_slice()
            && last.round == emptied_in
        {
            let left = self.share - before.iter().map(|payment| payment.amount).sum::<Amount>();
            *last = Payment { round: last.round, amount: left, is_short: self.is_short[group as usize] };
        }
    }

    /// What each voter of a group paid, for which project, in the order of the rounds.
    pub fn by(&self, group: u32) -> Vec<(ProjectIndex, Amount)> {
        let mut payments = Vec::new();
        self.play(group, &mut payments);
        let paid = payments.iter().filter(|payment| payment.amount > 0);
        paid.map(|payment| (self.run.rounds[payment.round].project, payment.amount)).collect()
    }

    /// What supporters of each of these projects spent, round by round: one walk over all groups.
    pub fn spent(&self, projects: &[ProjectIndex]) -> Vec<Vec<Spent>> {
        let mut spent = vec![vec![Spent::default(); self.run.rounds.len()]; projects.len()];
        let mut places = vec![usize::MAX; self.profile.candidates.len()];
        for (place, &project) in projects.iter().enumerate() {
            places[usize::from(project)] = place;
        }
        let mut payments = Vec::new();
        for group in self.profile.groups.all() {
            self.play(group, &mut payments);
            let weight = self.profile.groups.weight(group);
            for &choice in self.profile.groups.choices(group) {
                let Some(spent) = spent.get_mut(places[usize::from(choice)]) else { continue };
                payments.iter().for_each(|payment| spent[payment.round].add(payment.amount, weight));
            }
        }
        spent
    }
}

/// What a voter paid for one project.
#[derive(Debug, Clone, Copy)]
struct Payment {
    round: usize,
    amount: Amount,
    /// Whether it was all they had, and less than the price.
    is_short: bool,
}

impl Spent {
    fn add(&mut self, paid: Amount, weight: u32) {
        if paid > 0 {
            self.amount += paid * i128::from(weight);
            self.voters += u64::from(weight);
        }
    }
}
