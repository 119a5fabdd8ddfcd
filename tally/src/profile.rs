//! An election made ready to count: whole units of money, equal ballots together, and who supports what.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::amount;
use crate::room::Rules;
use crate::settings::{CannotCount, Settings};
use crate::ties::{self, Facts};
use crate::{Ballot, BallotKind, Election, ProjectIndex};

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

/// Voters with equal ballots, in one block. Ballots that support nothing are left out.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// How many voters each group has; empty if each is one voter.
    weights: Vec<u32>,
    ends: Vec<u32>,
    choices: Vec<ProjectIndex>,
    /// Beside the choices; empty if each choice is worth one.
    points: Vec<u32>,
}

impl Groups {
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    pub const fn has_points(&self) -> bool {
        !self.points.is_empty()
    }

    /// Whether each group is one voter.
    pub const fn are_single(&self) -> bool {
        self.weights.is_empty()
    }

    /// All groups by number.
    pub fn all(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    /// How many voters a group has.
    pub fn weight(&self, group: u32) -> u32 {
        self.weights.get(group as usize).copied().unwrap_or(1)
    }

    /// What a group supports.
    pub fn choices(&self, group: u32) -> &[ProjectIndex] {
        self.choices.get(self.range(group)).unwrap_or_default()
    }

    /// What a group supports, with the points it gives.
    pub fn ballot(&self, group: u32) -> impl Iterator<Item = (ProjectIndex, u32)> {
        let points = self.points.get(self.range(group)).unwrap_or_default();
        self.choices(group).iter().enumerate().map(|(at, &choice)| (choice, points.get(at).copied().unwrap_or(1)))
    }

    fn range(&self, group: u32) -> std::ops::Range<usize> {
        let group = group as usize;
        let start = group.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        start as usize..self.ends.get(group).copied().unwrap_or(start) as usize
    }

    /// The groups that support each project, one project after the other, and where each project's end.
    pub fn backers<B>(&self, projects: usize, backer: impl Fn(u32, u32) -> B) -> Backers<B>
    where
        B: Copy + Default,
    {
        let mut ends = vec![0_u32; projects];
        for &choice in &self.choices {
            if let Some(end) = ends.get_mut(usize::from(choice)) {
                *end = end.saturating_add(1);
            }
        }
        let mut sum = 0_u32;
        for end in &mut ends {
            // For now where the project's list begins; filling it moves this to its end.
            sum = sum.saturating_add(std::mem::replace(end, sum));
        }
        let mut list = vec![B::default(); self.choices.len()];
        for group in self.all() {
            for (choice, points) in self.ballot(group) {
                let Some(end) = ends.get_mut(usize::from(choice)) else { continue };
                if let Some(place) = list.get_mut(*end as usize) {
                    *place = backer(group, points);
                }
                *end = end.saturating_add(1);
            }
        }
        Backers { list, ends }
    }
}

/// Who supports what.
#[derive(Debug, Clone)]
pub(crate) struct Backers<B> {
    pub list: Vec<B>,
    ends: Vec<u32>,
}

impl<B> Backers<B> {
    /// Where those of a project stand in the list.
    pub fn range(&self, project: ProjectIndex) -> std::ops::Range<usize> {
        let project = usize::from(project);
        let start = project.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        start as usize..self.ends.get(project).copied().unwrap_or(start) as usize
    }

    /// Those of a project.
    pub fn of(&self, project: ProjectIndex) -> &[B] {
        self.list.get(self.range(project)).unwrap_or_default()
    }
}

impl Profile {
    pub fn new(election: &Election, settings: &Settings) -> Result<Self, CannotCount> {
        let money = election.projects.iter().map(|project| project.cost);
        let money = money.chain([election.budget, settings.switches.increment]);
        let decimals = amount::decimals(money.chain(settings.ceilings.iter().map(|ceiling| ceiling.maximum)));
        let units = |amount: Decimal, what| {
            let units = amount::units(amount, decimals).and_then(|units| u64::try_from(units).ok());
            units.ok_or(CannotCount::TooLarge(what))
        };
        let costs = election.projects.iter().map(|project| units(project.cost, "a cost"));
        let costs = costs.collect::<Result<Vec<u64>, _>>()?;
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

/// Everything that comes from going through the ballots.
struct Sums {
    decimals: u32,
    support: Vec<i64>,
    points: Vec<i64>,
    voters: Vec<u64>,
    groups: Groups,
}

/// Ballots by what they support, sorted by project, one after the other.
#[derive(Default)]
struct Sorted {
    choices: Vec<ProjectIndex>,
    points: Vec<u32>,
    ends: Vec<u32>,
}

/// More choices than this in all are refused: a small file with points for unnamed projects can mean very many.
const MOST_CHOICES: usize = 1 << 26;

impl Sums {
    fn of(election: &Election) -> Result<Self, CannotCount> {
        let projects = election.projects.len();
        let default = amount::units(election.default_points, election.ballots.points_decimals());
        let default = match election.kind {
            BallotKind::Scoring => default.ok_or(CannotCount::TooLarge("default_score"))?,
            BallotKind::Approval | BallotKind::ChooseOne | BallotKind::Ordinal | BallotKind::Cumulative => 0,
        };
        let most =
            if default == 0 { election.ballots.choices() } else { election.ballots.len().saturating_mul(projects) };
        if most > MOST_CHOICES {
            return Err(CannotCount::TooLarge("the number of choices"));
        }
        let mut sums = Self {
            decimals: if election.kind.has_points() { election.ballots.points_decimals() } else { 0 },
            support: vec![0; projects],
            points: vec![0; projects],
            voters: vec![0; projects],
            groups: Groups::default(),
        };
        let mut sorted = Sorted::default();
        let mut ballot_points = vec![0_i64; projects];
        for ballot in election.ballots.iter() {
            if election.kind.is_approval() {
                sums.approve(ballot, &mut sorted);
            } else {
                ballot_points.fill(default);
                utilities(election.kind, ballot, &mut ballot_points);
                sums.score(ballot, default, &ballot_points, &mut sorted);
            }
        }
        sums.groups = sorted.grouped();
        Ok(sums)
    }

    fn approve(&mut self, ballot: Ballot<'_>, sorted: &mut Sorted) {
        let start = sorted.choices.len();
        sorted.choices.extend_from_slice(ballot.choices);
        let chosen = sorted.choices.get_mut(start..).unwrap_or_default();
        chosen.sort_unstable();
        for &choice in &*chosen {
            self.add(choice, 1);
        }
        sorted.end();
    }

    fn score(&mut self, ballot: Ballot<'_>, default: i64, points: &[i64], sorted: &mut Sorted) {
        let mut named: Vec<ProjectIndex> = ballot.choices.to_vec();
        if default == 0 {
            named.sort_unstable();
        } else {
            named = (0..).take(points.len()).collect();
        }
        for choice in named {
            let points = points.get(usize::from(choice)).copied().unwrap_or(0);
            self.add(choice, points);
            if let Some(points) = u32::try_from(points).ok().filter(|&points| points > 0) {
                sorted.choices.push(choice);
                sorted.points.push(points);
            }
        }
        sorted.end();
    }

    fn add(&mut self, choice: ProjectIndex, points: i64) {
        let at = usize::from(choice);
        let places = (self.support.get_mut(at), self.points.get_mut(at), self.voters.get_mut(at));
        let (Some(support), Some(positive), Some(voters)) = places else { return };
        *support = support.wrapping_add(points);
        if points > 0 {
            *positive = positive.wrapping_add(points);
            *voters = voters.wrapping_add(1);
        }
    }
}

/// What each project of a ballot with points or an order is worth to the voter.
fn utilities(kind: BallotKind, ballot: Ballot<'_>, points: &mut [i64]) {
    for (at, &choice) in ballot.choices.iter().enumerate() {
        let worth = match kind {
            // Borda's count: the last gets 0.
            BallotKind::Ordinal => {
                let after = ballot.choices.len().saturating_sub(at).saturating_sub(1);
                i64::try_from(after).unwrap_or(i64::MAX)
            }
            BallotKind::Cumulative | BallotKind::Scoring => ballot.points.get(at).copied().unwrap_or(0),
            BallotKind::Approval | BallotKind::ChooseOne => 1,
        };
        if let Some(place) = points.get_mut(usize::from(choice)) {
            *place = worth;
        }
    }
}

impl Sorted {
    /// Ends a ballot; one that supports nothing is not kept.
    fn end(&mut self) {
        let end = u32::try_from(self.choices.len()).unwrap_or(u32::MAX);
        if self.ends.last().copied().unwrap_or(0) < end {
            self.ends.push(end);
        }
    }

    fn ballot(&self, start: u32, end: u32) -> (&[ProjectIndex], &[u32]) {
        let range = start as usize..end as usize;
        (self.choices.get(range.clone()).unwrap_or_default(), self.points.get(range).unwrap_or_default())
    }

    /// Puts equal ballots together, if that leaves clearly fewer. Sorting does it, and also leaves voters with like
    /// ballots near each other in memory.
    fn grouped(&self) -> Groups {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let keyed = |(start, end)| (first_eight(self.ballot(start, end).0), start, end);
        let mut order: Vec<(u128, u32, u32)> = starts.zip(self.ends.iter().copied()).map(keyed).collect();
        // Where the key says all, comparing ends there.
        let is_told = self.points.is_empty() && order.iter().all(|(_, start, end)| end.saturating_sub(*start) <= 8);
        let rest = |one: &(u128, u32, u32), other: &(u128, u32, u32)| match is_told {
            true => Ordering::Equal,
            false => self.ballot(one.1, one.2).cmp(&self.ballot(other.1, other.2)),
        };
        order.sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| rest(one, other)));
        let is_same =
            |one: &(u128, u32, u32), other: &(u128, u32, u32)| one.0 == other.0 && rest(one, other) == Ordering::Equal;
        let different = order.chunk_by(is_same).count();
        if different.saturating_mul(10) > order.len().saturating_mul(9) {
            // A list of single voters is half as long.
            return self.groups(order.chunks(1));
        }
        self.groups(order.chunk_by(is_same))
    }

    fn groups<'a>(&self, equal: impl Iterator<Item = &'a [(u128, u32, u32)]>) -> Groups {
        let mut groups = Groups::default();
        for ballots in equal {
            let Some((_, start, end)) = ballots.first() else { continue };
            let (choices, points) = self.ballot(*start, *end);
            groups.choices.extend_from_slice(choices);
            groups.points.extend_from_slice(points);
            groups.ends.push(u32::try_from(groups.choices.len()).unwrap_or(u32::MAX));
            groups.weights.push(u32::try_from(ballots.len()).unwrap_or(u32::MAX));
        }
        if groups.weights.iter().all(|&weight| weight == 1) {
            groups.weights = Vec::new();
        }
        groups
    }
}

/// The first eight projects of a ballot in one number that sorts as they do.
fn first_eight(choices: &[ProjectIndex]) -> u128 {
    (0..8).fold(0, |key, at| key << 16 | choices.get(at).map_or(0, |&choice| u128::from(choice).saturating_add(1)))
}
