//! Makes a report of a count.

use num_bigint::BigInt;
use rust_decimal::Decimal;

use super::{
    Asked, BallotsCounted, Bought, Fate, NotCompleted, Number, Payers, ProjectReport, Reason, Report, Share,
    SpentElsewhere, SpentOn, VoterGroup, Voters,
};
use crate::amount;
use crate::count::{Counted, Course};
use crate::equal_shares::{PRICE_BITS, Shared};
use crate::greedy::{self, Taken, Turn};
use crate::payments::{Amount, Payments, Spent};
use crate::phragmen::Sequence;
use crate::profile::Candidate;
use crate::settings::Rule;
use crate::{ProjectIndex, digest};

/// How many projects are named to which the money of a loser's supporters went.
const NAMED: usize = 3;

/// So many sums of what supporters of a loser spent in a round are in memory at once.
const SPENT_AT_ONCE: usize = 1 << 20;

/// Decimals that are told of what is not a whole number of units.
const MORE_DECIMALS: u32 = 10;

impl Counted<'_> {
    /// Explains the count.
    #[must_use]
    pub fn report(&self) -> Report {
        self.report_with(digest(self.election))
    }

    /// Explains the count, with the [`digest`] of its ballots: who has a thread to spare can work that out beside the
    /// count.
    #[must_use]
    pub fn report_with(&self, digest: String) -> Report {
        let payments = match &self.course {
            Course::EqualShares(shared) => Some(Payments::of(&self.profile, &shared.run)),
            Course::Greedy(_) | Course::Phragmen(_) => None,
        };
        let winners = self.winners();
        let fates = self.fates(payments.as_ref(), &winners);
        let projects = self.profile.projects().zip(fates).map(|((project, candidate), fate)| {
            let told = self.election.projects.get(usize::from(project));
            ProjectReport {
                id: told.map(|told| told.id.clone()).unwrap_or_default(),
                name: told.map(|told| told.name.clone()).unwrap_or_default(),
                cost: self.money(candidate.cost),
                votes: candidate.voters,
                support: Number(amount::signed(candidate.support, self.profile.points_decimals)),
                is_chosen: winners.contains(&project),
                fate,
                completion: self.at_completion(project, candidate),
            }
        });
        let cost = self.cost();
        Report {
            name: String::new(),
            currency: String::new(),
            rule: match self.settings.rule {
                Rule::Greedy { .. } => "greedy",
                Rule::EqualShares { .. } => "equal-shares",
                Rule::Phragmen { .. } => "phragmen",
            },
            asked: self.asked(),
            ballots: BallotsCounted { kind: self.election.kind.word(), count: self.profile.voters, digest },
            budget: self.money(self.profile.budget),
            cost: Number(cost),
            left: Number(self.money(self.profile.budget).0.saturating_sub(cost)),
            chosen: winners.iter().map(|&winner| self.id(winner)).collect(),
            share: self.share(payments.as_ref()),
            tied_rounds: self.tied_rounds(),
            projects: projects.collect(),
            voters: self.voters(&winners, payments.as_ref()),
        }
    }

    pub(super) fn id(&self, project: ProjectIndex) -> String {
        self.election.projects.get(usize::from(project)).map(|project| project.id.clone()).unwrap_or_default()
    }

    fn money(&self, units: u64) -> Number {
        Number(amount::decimal(units, self.profile.decimals))
    }

    /// An amount in units of `2^-bits` of a unit of money.
    pub(super) fn fine(&self, amount: Amount, bits: u32) -> Number {
        let (amount, bits) = (amount >> bits.saturating_sub(PRICE_BITS), bits.min(PRICE_BITS));
        let ten = 10_i128.saturating_pow(MORE_DECIMALS);
        let (whole, part) = (amount >> bits, amount & (1_i128 << bits).wrapping_sub(1));
        let half = 1_i128 << bits.saturating_sub(1);
        let part = part.saturating_mul(ten).saturating_add(half) >> bits;
        let mantissa = whole.saturating_mul(ten).saturating_add(part);
        let scale = self.profile.decimals.saturating_add(MORE_DECIMALS);
        // Too many digits for a decimal number are too many to read as well.
        let number = Decimal::try_from_i128_with_scale(mantissa, scale)
            .or_else(|_| Decimal::try_from_i128_with_scale(whole, self.profile.decimals));
        Number(number.unwrap_or(Decimal::MAX).normalize())
    }

    fn asked(&self) -> Asked {
        let (mut order, mut unfit, mut satisfaction, mut completion, mut switches) = (None, None, None, None, None);
        match self.settings.rule {
            Rule::Greedy { order: by, unfit: what } => (order, unfit) = (Some(by), Some(what)),
            Rule::Phragmen { unfit: what } => unfit = Some(what),
            Rule::EqualShares { satisfaction: of, completion: with } => {
                (satisfaction, completion, switches) = (Some(of), Some(with), Some(self.settings.switches));
            }
        }
        let ids = |group: &Vec<ProjectIndex>| group.iter().map(|&project| self.id(project)).collect();
        Asked {
            order,
            unfit,
            satisfaction,
            completion,
            switches,
            ties: self.settings.ties.clone(),
            minimum_support: Number(self.settings.minimum_support),
            exclusive: self.settings.exclusive.iter().map(ids).collect(),
            ceilings: self.settings.ceilings.clone(),
        }
    }

    fn share(&self, payments: Option<&Payments<'_>>) -> Option<Share> {
        let (Course::EqualShares(shared), Some(payments)) = (&self.course, payments) else { return None };
        Some(Share {
            amount: self.fine(payments.share, PRICE_BITS),
            steps: shared.raised.map_or(0, |(steps, _)| steps),
            stop: shared.raised.map(|(_, stop)| stop),
        })
    }

    fn tied_rounds(&self) -> u64 {
        match &self.course {
            Course::EqualShares(shared) => shared.tied_rounds,
            Course::Phragmen(sequence) => {
                let tied = sequence.bought.iter().filter(|bought| bought.equals > 1).count();
                u64::try_from(tied).unwrap_or(u64::MAX)
            }
            Course::Greedy(turns) => match self.settings.rule {
                Rule::Greedy { order, .. } => greedy::ties(&self.profile, order, turns),
                Rule::EqualShares { .. } | Rule::Phragmen { .. } => 0,
            },
        }
    }

    /// How each project fared, by number.
    fn fates(&self, payments: Option<&Payments<'_>>, winners: &[ProjectIndex]) -> Vec<Fate> {
        let too_little = match (&self.course, payments) {
            (Course::EqualShares(shared), Some(payments)) => self.why_too_little(shared, payments, winners),
            (_, _) => Vec::new(),
        };
        let fate = |(project, candidate): (ProjectIndex, &Candidate)| {
            let place = winners.iter().position(|&winner| winner == project).map(|at| at.saturating_add(1));
            if place.is_none()
                && let Some(reason) = self.barred(project, candidate, winners)
            {
                return Fate::NotChosen(reason);
            }
            match (&self.course, payments) {
                (Course::EqualShares(shared), Some(payments)) => {
                    let too_little = too_little.get(usize::from(project)).cloned().flatten();
                    self.shared_fate(shared, payments, project, place, too_little)
                }
                (Course::Greedy(turns), _) => self.greedy_fate(turns, project, candidate, place),
                (Course::Phragmen(sequence), _) => self.phragmen_fate(sequence, project, candidate, place, winners),
                (Course::EqualShares(_), None) => Fate::NotChosen(Reason::NoSupport),
            }
        };
        self.profile.projects().map(fate).collect()
    }

    /// Why a project that was not chosen could not be, whatever its supporters had.
    fn barred(&self, project: ProjectIndex, candidate: &Candidate, winners: &[ProjectIndex]) -> Option<Reason> {
        if !candidate.is_eligible {
            let support = amount::signed(candidate.support, self.profile.points_decimals);
            let asked = self.settings.minimum_support;
            let missing = Number(asked.saturating_sub(support).normalize());
            let is_about_any = asked == Decimal::ONE && candidate.voters == 0;
            return Some(if is_about_any {
                Reason::NoSupport
            } else {
                Reason::BelowMinimum { asked: Number(asked), missing }
            });
        }
        let rivals = self.settings.exclusive.iter().filter(|group| group.contains(&project)).flatten();
        if let Some(by) = rivals.filter_map(|rival| winners.iter().find(|winner| *winner == rival)).next() {
            return Some(Reason::Excluded { by: self.id(*by) });
        }
        let with_it = self.settings.ceilings.iter().filter(|ceiling| ceiling.projects.contains(&project));
        let mut with_it = with_it.filter(|ceiling| {
            let inside = winners.iter().filter(|winner| ceiling.projects.contains(winner));
            let costs = inside.filter_map(|winner| self.election.projects.get(usize::from(*winner)));
            let spent = costs.fold(self.money(candidate.cost).0, |sum, project| sum.saturating_add(project.cost));
            spent > ceiling.maximum
        });
        with_it.next().map(|ceiling| Reason::CeilingReached { name: ceiling.name.clone() })
    }

    fn greedy_fate(&self, turns: &[Turn], project: ProjectIndex, candidate: &Candidate, place: Option<usize>) -> Fate {
        let turn = turns.iter().find(|turn| turn.project == project);
        match (turn, place) {
            (Some(turn), Some(place)) => Fate::Taken { place, before: self.money(turn.left) },
            (Some(turn), None) if turn.outcome == Taken::TooDear => {
                Fate::NotChosen(self.did_not_fit(turn.left, candidate))
            }
            (_, _) => Fate::NotChosen(Reason::Ended {
                left: self.money(turns.last().map_or(self.profile.budget, |turn| turn.left)),
            }),
        }
    }

    fn did_not_fit(&self, left: u64, candidate: &Candidate) -> Reason {
        Reason::DidNotFit { left: self.money(left), missing: self.money(candidate.cost.saturating_sub(left)) }
    }

    fn phragmen_fate(
        &self,
        sequence: &Sequence,
        project: ProjectIndex,
        candidate: &Candidate,
        place: Option<usize>,
        winners: &[ProjectIndex],
    ) -> Fate {
        let bought = sequence.bought.iter().find(|bought| bought.project == project);
        if let (Some(bought), Some(place)) = (bought, place) {
            let time = bought.time.map(|time| self.fine(time, sequence.bits));
            return Fate::Earned { place, time, equals: bought.equals };
        }
        let spent = winners.iter().map(|&winner| self.profile.candidate(winner).cost).fold(0, u64::saturating_add);
        let left = self.profile.budget.saturating_sub(spent);
        if candidate.cost > left {
            return Fate::NotChosen(self.did_not_fit(left, candidate));
        }
        Fate::NotChosen(Reason::Ended { left: self.money(left) })
    }

    fn shared_fate(
        &self,
        shared: &Shared,
        payments: &Payments<'_>,
        project: ProjectIndex,
        place: Option<usize>,
        too_little: Option<Reason>,
    ) -> Fate {
        let round = shared.run.rounds.iter().position(|round| round.project == project);
        if let Some(round) = round {
            return Fate::Bought(self.bought(shared, payments, round, self.profile.candidate(project)));
        }
        if let Some(place) = place {
            let turn = shared.turns.iter().find(|turn| turn.project == project);
            return Fate::Taken { place, before: self.money(turn.map_or(0, |turn| turn.left)) };
        }
        Fate::NotChosen(too_little.unwrap_or(Reason::NoSupport))
    }

    /// What was left when the turn of a project came in the completion of equal shares, if it was not enough.
    fn at_completion(&self, project: ProjectIndex, candidate: &Candidate) -> Option<NotCompleted> {
        let Course::EqualShares(shared) = &self.course else { return None };
        let turn = shared.turns.iter().find(|turn| turn.project == project && turn.outcome == Taken::TooDear)?;
        let missing = self.money(candidate.cost.saturating_sub(turn.left));
        Some(NotCompleted { left: self.money(turn.left), missing })
    }

    fn bought(&self, shared: &Shared, payments: &Payments<'_>, round: usize, candidate: &Candidate) -> Bought {
        let price = payments.prices.get(round).copied().unwrap_or(0);
        let takings = payments.takings.get(round).copied().unwrap_or_default();
        let payers = |spent: Spent| Payers { voters: spent.voters, amount: self.fine(spent.amount, PRICE_BITS) };
        Bought {
            round: round.saturating_add(1),
            price: self.fine(price, PRICE_BITS),
            effective_votes: effective_votes(candidate.cost, price),
            equals: shared.run.rounds.get(round).map_or(1, |round| round.equals),
            full: payers(takings.full),
            part: payers(takings.part),
            nothing: candidate.voters.saturating_sub(takings.full.voters).saturating_sub(takings.part.voters),
        }
    }

    /// By project, when the supporters of what was not chosen had too little for it; nothing where there are none.
    fn why_too_little(
        &self,
        shared: &Shared,
        payments: &Payments<'_>,
        winners: &[ProjectIndex],
    ) -> Vec<Option<Reason>> {
        let is_winner = self.is_winner(winners);
        let is_loser = |(project, candidate): &(ProjectIndex, &Candidate)| {
            candidate.voters > 0 && is_winner.get(usize::from(*project)) == Some(&false)
        };
        let losers: Vec<ProjectIndex> = self.profile.projects().filter(is_loser).map(|(loser, _)| loser).collect();
        let mut reasons = vec![None; is_winner.len()];
        let at_once = SPENT_AT_ONCE.checked_div(payments.takings.len()).unwrap_or(SPENT_AT_ONCE).max(1);
        for some in losers.chunks(at_once) {
            for (&loser, spent) in some.iter().zip(payments.spent(some)) {
                if let Some(reason) = reasons.get_mut(usize::from(loser)) {
                    *reason = Some(self.spent_elsewhere(shared, payments, loser, &spent));
                }
            }
        }
        reasons
    }

    /// When the supporters of a project had too little for it, and where their money went.
    fn spent_elsewhere(
        &self,
        shared: &Shared,
        payments: &Payments<'_>,
        loser: ProjectIndex,
        spent: &[Spent],
    ) -> Reason {
        let candidate = self.profile.candidate(loser);
        let cost = i128::from(candidate.cost) << PRICE_BITS;
        let voters = i128::from(candidate.voters);
        let all = payments.share.saturating_mul(voters);
        let number = |amount: Amount| self.fine(amount, PRICE_BITS);
        // A share is rounded down, by less than one unit: what is missing for that alone is there.
        let is_less = |amount: Amount| amount.saturating_add(voters) < cost;
        if is_less(all) {
            return Reason::TooLittle { had: number(all), missing: number(cost.saturating_sub(all)) };
        }
        let after = |rounds: usize| {
            let spent = spent.iter().take(rounds).fold(0_i128, |sum, spent| sum.saturating_add(spent.amount));
            all.saturating_sub(spent)
        };
        let out = (1..=spent.len()).find(|&rounds| is_less(after(rounds))).unwrap_or(spent.len());
        let mut to: Vec<(usize, &Spent)> = spent.iter().enumerate().filter(|(_, spent)| spent.amount > 0).collect();
        to.sort_by(|(round, one), (other_round, other)| other.amount.cmp(&one.amount).then(round.cmp(other_round)));
        let to = to.into_iter().take(NAMED).filter_map(|(round, spent)| {
            let id = self.id(shared.run.rounds.get(round)?.project);
            Some(SpentOn { id, amount: number(spent.amount), voters: spent.voters })
        });
        Reason::SpentElsewhere(SpentElsewhere {
            round: out,
            had: number(after(out)),
            missing: number(cost.saturating_sub(after(out)).max(0)),
            left: number(after(spent.len())),
            to: to.collect(),
        })
    }

    /// By project, whether it was chosen.
    fn is_winner(&self, winners: &[ProjectIndex]) -> Vec<bool> {
        let mut is_winner = vec![false; self.profile.candidates.len()];
        for &winner in winners {
            if let Some(place) = is_winner.get_mut(usize::from(winner)) {
                *place = true;
            }
        }
        is_winner
    }

    fn voters(&self, winners: &[ProjectIndex], payments: Option<&Payments<'_>>) -> Voters {
        let profile = &self.profile;
        let is_winner = self.is_winner(winners);
        let mut groups = vec![(0_u64, 0_i128)];
        for group in profile.groups.all() {
            let weight = profile.groups.weight(group);
            let won = || {
                profile.groups.ballot(group).filter(|(choice, _)| is_winner.get(usize::from(*choice)) == Some(&true))
            };
            let count = won().count();
            let amount = match payments {
                Some(payments) => {
                    let left = payments.left.get(group as usize).copied().unwrap_or(payments.share);
                    payments.share.saturating_sub(left)
                }
                None => {
                    won().fold(0, |sum, (choice, points)| profile.candidate(choice).part(points).saturating_add(sum))
                }
            };
            if groups.len() <= count {
                groups.resize(count.saturating_add(1), (0, 0));
            }
            if let Some((voters, spent)) = groups.get_mut(count) {
                *voters = voters.saturating_add(u64::from(weight));
                *spent = spent.saturating_add(amount.saturating_mul(i128::from(weight)));
            }
        }
        let counted = profile.groups.all().map(|group| u64::from(profile.groups.weight(group))).sum::<u64>();
        if let Some((voters, _)) = groups.first_mut() {
            // Who supports nothing is in no group.
            *voters = voters.saturating_add(profile.voters.saturating_sub(counted));
        }
        let won = winners.iter().map(|&winner| profile.candidate(winner).voters).sum::<u64>();
        let average = Decimal::from(won).checked_div(Decimal::from(profile.voters)).unwrap_or(Decimal::ZERO);
        Voters {
            without: groups.first().map_or(0, |(voters, _)| *voters),
            average: Number(average.round_dp(4).normalize()),
            groups: (0..)
                .zip(groups)
                .filter(|(_, (voters, _))| *voters > 0)
                .map(|(chosen, (voters, spent))| {
                    let amount = spent.checked_div(i128::from(voters)).unwrap_or(0);
                    VoterGroup { chosen, voters, amount: self.fine(amount, PRICE_BITS) }
                })
                .collect(),
        }
    }
}

/// A cost divided by a price in units of `2^-`[`PRICE_BITS`].
#[expect(clippy::arithmetic_side_effects, reason = "whole numbers without limit")]
fn effective_votes(cost: u64, price: Amount) -> Number {
    let ten = BigInt::from(10_u64.pow(MORE_DECIMALS));
    let twice = ((BigInt::from(cost) << (PRICE_BITS.saturating_add(1))) * ten).checked_div(&BigInt::from(price));
    // Rounded half up: the price is rounded down, so that this is never below what it stands for.
    let votes = twice.and_then(|twice| i128::try_from(twice).ok()).map_or(0, |twice| twice.saturating_add(1) >> 1);
    Number(Decimal::try_from_i128_with_scale(votes, MORE_DECIMALS).unwrap_or(Decimal::ZERO).normalize())
}
