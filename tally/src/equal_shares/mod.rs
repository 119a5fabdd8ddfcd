//! The Method of Equal Shares.

mod certificates;
mod exact;
mod machine;
mod prefix;
mod purses;
mod scale;

pub(crate) use exact::prices;
use std::ops::ControlFlow;

use machine::Machine;
pub(crate) use machine::Round;
use purses::{Approving, Backer, Scoring, Single};

use crate::amount;
use crate::greedy::{self, Turn};
use crate::profile::{Candidate, Profile};
use crate::room::Room;
use crate::settings::{CannotCount, Completion, Fits, Satisfaction, Settings, Start};

/// Why shares were not raised any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Stop {
    /// The next step would cost more than there is.
    #[serde(rename = "volgende-te-duur")]
    NextOverspends,
    /// Nothing else fits in the money left.
    #[serde(rename = "niets-past-meer")]
    NothingFits,
    /// All that could be chosen was.
    #[serde(rename = "alles-gekozen")]
    AllChosen,
}

/// One run, for one sum of money.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// The money of all voters, in units.
    pub total: u128,
    pub rounds: Vec<Round>,
}

/// Prices are told this finely.
pub(crate) const PRICE_BITS: u32 = 60;

/// All voters together never have more units than this: then payments can be told to a fraction of `2^-`[`PRICE_BITS`].
const MOST_MONEY: u128 = 1 << 64;

/// What equal shares came to.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The run that counts.
    pub run: Run,
    /// By how many steps shares were raised, and why no further; nothing without Add1.
    pub raised: Option<(u64, Stop)>,
    /// The turns of projects in the completion at the end.
    pub turns: Vec<Turn>,
    /// How many rounds of all runs had more than one best project.
    pub tied_rounds: u64,
}

/// How a count may be done, without any difference to its outcome.
pub(crate) struct Effort<'a> {
    /// Is told how often shares were raised, and may stop the count.
    pub progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
    /// No money is counted finer than `2^-finest` units. Tests count coarsely, so that exact fractions have to decide.
    pub finest: i32,
}

/// As fine as it gets.
pub(crate) const FINEST: i32 = i32::MAX;

/// Counts.
pub(crate) fn count(
    profile: &Profile,
    settings: &Settings,
    satisfaction: Satisfaction,
    completion: Completion,
    effort: &mut Effort<'_>,
) -> Result<Shared, CannotCount> {
    if profile.groups.has_points() {
        Count::<Scoring>::new(profile, settings, satisfaction, effort).count(completion)
    } else if profile.groups.are_single() {
        Count::<Single>::new(profile, settings, satisfaction, effort).count(completion)
    } else {
        Count::<Approving>::new(profile, settings, satisfaction, effort).count(completion)
    }
}

struct Count<'a, B> {
    profile: &'a Profile,
    settings: &'a Settings,
    machine: Machine<'a, B>,
    progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
    tied_rounds: u64,
}

impl<'a, B: Backer> Count<'a, B> {
    fn new(
        profile: &'a Profile,
        settings: &'a Settings,
        satisfaction: Satisfaction,
        effort: &'a mut Effort<'_>,
    ) -> Self {
        let machine = Machine::new(profile, satisfaction, effort.finest);
        Self { profile, settings, machine, progress: effort.progress, tied_rounds: 0 }
    }

    fn count(mut self, completion: Completion) -> Result<Shared, CannotCount> {
        let (run, raised) = if self.profile.voters == 0 {
            (Run::default(), None)
        } else if completion.raises() {
            let (run, steps, stop) = self.add1()?;
            (run, Some((steps, stop)))
        } else {
            (self.run(self.first_total())?, None)
        };
        let turns = if completion.is_filled_up() {
            let left = u128::from(self.profile.budget).saturating_sub(self.cost(&run));
            greedy::fill_up(self.profile, &mut self.room(&run), u64::try_from(left).unwrap_or(u64::MAX))
        } else {
            Vec::new()
        };
        Ok(Shared { run, raised, turns, tied_rounds: self.tied_rounds })
    }

    /// What all voters have together before shares are raised, in units.
    fn first_total(&self) -> u128 {
        let budget = u128::from(self.profile.budget);
        let voters = u128::from(self.profile.voters);
        match self.settings.switches.start {
            Start::Exact => budget,
            Start::Whole => {
                let whole = 10_u128.saturating_pow(self.profile.decimals).saturating_mul(voters);
                budget.saturating_sub(budget.checked_rem(whole).unwrap_or(0))
            }
        }
    }

    fn run(&mut self, total: u128) -> Result<Run, CannotCount> {
        if total > MOST_MONEY || !self.machine.run(total) {
            return Err(CannotCount::TooLarge("the money of all voters"));
        }
        let rounds = std::mem::take(&mut self.machine.rounds);
        let tied = rounds.iter().filter(|round| round.equals > 1).count();
        self.tied_rounds = self.tied_rounds.saturating_add(u64::try_from(tied).unwrap_or(u64::MAX));
        Ok(Run { total, rounds })
    }

    /// Raises shares for as long as the outcome can be paid and leaves something to raise them for.
    fn add1(&mut self) -> Result<(Run, u64, Stop), CannotCount> {
        let increment = self.settings.switches.increment;
        let units = amount::units(increment, self.profile.decimals).and_then(|units| u128::try_from(units).ok());
        let units = units.filter(|&units| units > 0).ok_or(CannotCount::Increment(increment))?;
        let step = units.saturating_mul(u128::from(self.profile.voters));
        let first = self.first_total();
        let total = |steps: u64| first.saturating_add(step.saturating_mul(u128::from(steps)));
        let mut steps = 0_u64;
        let mut run = self.run(first)?;
        loop {
            if let Some(stop) = self.stop(&run) {
                return Ok((run, steps, stop));
            }
            let next = steps.saturating_add(1).max(self.first_use(&run, first, step));
            if next > self.settings.most_increments {
                return Err(CannotCount::TooManyIncrements(self.settings.most_increments));
            }
            let raised = self.run(total(next))?;
            if self.cost(&raised) > u128::from(self.profile.budget) {
                // Runs that were passed over had the outcome of this one.
                return Ok((run, next.saturating_sub(1), Stop::NextOverspends));
            }
            (run, steps) = (raised, next);
            if (self.progress)(steps).is_break() {
                return Err(CannotCount::Stopped);
            }
        }
    }

    /// Why this run is the last; nothing if it is not.
    fn stop(&self, run: &Run) -> Option<Stop> {
        let switches = self.settings.switches;
        let room = self.room(run);
        let open =
            || self.profile.projects().filter(|(project, candidate)| candidate.is_eligible && room.allows(*project));
        if !open().any(|(_, candidate)| candidate.points > 0) {
            return Some(Stop::AllChosen);
        }
        let left = u128::from(self.profile.budget).saturating_sub(self.cost(run));
        let fits = |candidate: &Candidate| {
            let counts = match switches.fits {
                Fits::Supported => candidate.points > 0,
                Fits::All => true,
            };
            counts && u128::from(candidate.cost) <= left
        };
        (switches.exhaustive_stop && !open().any(|(_, candidate)| fits(candidate))).then_some(Stop::NothingFits)
    }

    /// After a run that bought nothing, the first number of steps at which anything can be bought: until then all runs
    /// are the same. After any other run 0.
    fn first_use(&self, run: &Run, first: u128, step: u128) -> u64 {
        if !run.rounds.is_empty() {
            return 0;
        }
        let voters = u128::from(self.profile.voters);
        let open = self.profile.candidates.iter().filter(|candidate| candidate.is_eligible && candidate.voters > 0);
        let needed = open.map(|candidate| {
            let total = u128::from(candidate.cost).saturating_mul(voters).div_ceil(u128::from(candidate.voters));
            total.saturating_sub(first).div_ceil(step)
        });
        needed.min().and_then(|steps| u64::try_from(steps).ok()).unwrap_or(0)
    }

    fn cost(&self, run: &Run) -> u128 {
        run.rounds.iter().map(|round| u128::from(self.profile.candidate(round.project).cost)).sum()
    }

    fn room(&self, run: &Run) -> Room<'a> {
        let mut room = self.profile.rules.room();
        run.rounds.iter().for_each(|round| room.take(round.project));
        room
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::settings::Rule;
    use crate::{BallotKind, Ballots, Election, Project, ProjectIndex};

    /// A few hundred voters, who like some projects more than others.
    fn profiles() -> impl Strategy<Value = Profile> {
        let costs = proptest::collection::vec(20_u32..900, 12..24);
        (costs, any::<bool>(), 50_usize..400, any::<u64>()).prop_map(|(costs, has_points, voters, seed)| {
            let mut random = seed;
            let mut next = |below: usize| {
                // Knuth's linear congruential generator: any fixed sequence will do.
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                usize::try_from(random >> 33).expect("31 bits") % below
            };
            let project = |(at, &cost): (usize, &u32)| Project {
                id: at.to_string(),
                name: String::new(),
                cost: cost.into(),
                categories: Vec::new(),
            };
            let projects: Vec<Project> = costs.iter().enumerate().map(project).collect();
            let mut ballots = Ballots::default();
            for _ in 0..voters {
                let count = 1 + next(6);
                // The lesser of two draws is likely small: such projects are popular.
                let choose = |next: &mut dyn FnMut(usize) -> usize| next(projects.len()).min(next(projects.len()));
                let mut choices: Vec<ProjectIndex> =
                    (0..count).map(|_| choose(&mut next).try_into().expect("small")).collect();
                choices.sort_unstable();
                choices.dedup();
                if has_points {
                    let mut points = || 1 + i64::try_from(next(5)).expect("small");
                    ballots.push_points(choices.into_iter().map(|choice| (choice, points())));
                } else {
                    ballots.push(&choices);
                }
            }
            let kind = if has_points { BallotKind::Cumulative } else { BallotKind::Approval };
            let election = Election { budget: 5_000.into(), kind, default_points: 0.into(), projects, ballots };
            let rule = Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::None };
            Profile::new(&election, &Settings::new(rule)).expect("it can be counted")
        })
    }

    /// What a run bought, and who paid how.
    fn course<B: Backer>(machine: &Machine<'_, B>) -> Vec<(ProjectIndex, i64, Vec<u32>, u32)> {
        let round = |round: &Round| {
            let mut emptied = round.emptied.clone();
            emptied.sort_unstable();
            (round.project, round.divisor, emptied, round.equals)
        };
        machine.rounds.iter().map(round).collect()
    }

    fn check<B: Backer>(profile: &Profile, satisfaction: Satisfaction, step: u128, finest: i32) {
        let mut machine = Machine::<B>::new(profile, satisfaction, finest);
        for steps in 0..120 {
            let total = u128::from(profile.budget) / 2 + step * steps;
            let mut fresh = Machine::<B>::new(profile, satisfaction, finest);
            assert!(machine.run(total) && fresh.run(total), "it can be counted");
            assert_eq!(course(&machine), course(&fresh), "after {steps} steps of {step}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn a_run_never_depends_on_the_runs_before_it(
            profile in profiles(), by_cost in any::<bool>(), step in 1_u128..400, is_coarse in any::<bool>(),
        ) {
            let satisfaction = if by_cost { Satisfaction::Cost } else { Satisfaction::Cardinality };
            let finest = if is_coarse { 10 } else { FINEST };
            if profile.groups.has_points() {
                check::<Scoring>(&profile, satisfaction, step, finest);
            } else {
                check::<Approving>(&profile, satisfaction, step, finest);
                if profile.groups.are_single() {
                    check::<Single>(&profile, satisfaction, step, finest);
                }
            }
        }
    }
}
