//! An election made ready to count: whole units of money, equal ballots together, and who supports what.

use rust_decimal::Decimal;

use crate::amount;
use crate::equal_shares::PRICE_BITS;
use crate::groups::Groups;
use crate::payments::Amount;
use crate::room::Rules;
use crate::settings::{CannotCount, Settings};
use crate::sums::Sums;
use crate::ties::{self, Facts};
use crate::{Election, MOST_PROJECTS, ProjectIndex};

/// A project, as a rule sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// In units of money.
    pub cost: u64,
    /// Votes, or points with those below zero as well.
    pub support: i64,
    /// Voters who give it something.
    pub voters: u64,
    /// Votes, or points above zero.
    pub points: i64,
    /// Its place when it is as good as another: the lowest goes first.
    pub rank: u32,
    /// Whether it has the support that a project needs to be chosen at all.
    pub is_eligible: bool,
}

impl Candidate {
    /// What so many points stand for if all points for a project carry its cost alike.
    pub fn part(&self, points: u32) -> Amount {
        let part = (i128::from(self.cost) << PRICE_BITS).saturating_mul(i128::from(points));
        part.checked_div(i128::from(self.points)).unwrap_or(0)
    }
}

/// An election made ready to count.
#[derive(Debug)]
pub(crate) struct Profile {
    /// How many voted; an empty ballot counts.
    pub voters: u64,
    /// The money, in units.
    pub budget: u64,
    /// A unit of money is `10^-decimals` of the currency.
    pub decimals: u32,
    /// A point is `10^-points_decimals` of what people gave.
    pub points_decimals: u32,
    pub candidates: Vec<Candidate>,
    pub rules: Rules,
    pub groups: Groups,
}

impl Profile {
    pub fn new(election: &Election, settings: &Settings) -> Result<Self, CannotCount> {
        if election.projects.len() > MOST_PROJECTS {
            return Err(CannotCount::TooLarge("the number of projects"));
        }
        let money = election.projects.iter().map(|project| project.cost);
        let money = money.chain([election.budget, settings.switches.increment]);
        let decimals = amount::decimals(money.chain(settings.ceilings.iter().map(|ceiling| ceiling.maximum)));
        let units = |amount: Decimal, what| {
            let units = amount::units(amount, decimals).and_then(|units| u64::try_from(units).ok());
            units.ok_or(CannotCount::TooLarge(what))
        };
        let costs = election.projects.iter().map(|project| units(project.cost, "a cost"));
        let costs = costs.collect::<Result<Vec<u64>, _>>()?;
        if let Some((free, _)) = (0..).zip(&costs).find(|(_, cost)| **cost == 0) {
            return Err(CannotCount::Free(free));
        }
        let sums = Sums::of(election)?;
        let least = settings.minimum_support.checked_mul(Decimal::from(10_u64.pow(sums.decimals)));
        let least = least.ok_or(CannotCount::TooLarge("the minimum support"))?;
        let facts: Vec<Facts<'_>> = election
            .projects
            .iter()
            .zip(&costs)
            .zip(&sums.support)
            .map(|((project, &cost), &support)| Facts { id: &project.id, cost, support })
            .collect();
        let ranks = ties::ranks(&settings.ties, &facts);
        let candidates = facts.iter().zip(ranks).zip(sums.points.iter().zip(&sums.voters));
        Ok(Self {
            voters: u64::try_from(election.ballots.len()).unwrap_or(u64::MAX),
            budget: units(election.budget, "the budget")?,
            decimals,
            points_decimals: sums.decimals,
            candidates: candidates
                .map(|((facts, rank), (&points, &voters))| Candidate {
                    cost: facts.cost,
                    support: facts.support,
                    voters,
                    points,
                    rank,
                    is_eligible: Decimal::from(facts.support) >= least,
                })
                .collect(),
            rules: Rules::new(settings, &costs, decimals)?,
            groups: sums.groups,
        })
    }

    /// A project by its number.
    pub fn candidate(&self, project: ProjectIndex) -> &Candidate {
        self.candidates.get(usize::from(project)).expect("a project of this election")
    }

    /// All projects by number.
    pub fn projects(&self) -> impl Iterator<Item = (ProjectIndex, &Candidate)> {
        (0..).zip(&self.candidates)
    }
}
