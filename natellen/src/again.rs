//! Counting again, with nothing but what everybody can download.

use crate::count::{CURRENCY, election, euro, settings, stacked, view};
use crate::{Frozen, Odd};
use contract::stembureau::{ProjectUitslag, UitslagView};
use contract::{Euro, ProjectId};
use serde::Serialize;
use tally::Election;

/// A vote as anybody can download it.
pub struct Downloaded {
    frozen: Frozen,
    election: Election,
}

/// What somebody found who counted again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CountedAgain {
    /// Whether it is what was published: each plan with its votes, its money and its reason, and a control code for each
    /// ballot, counted or not valid.
    pub is_gelijk: bool,
    /// How many ballots were counted.
    pub stembiljetten: u64,
    /// One number for all ballots (`tally::digest`), in hexadecimal.
    pub controlegetal: String,
    /// The chosen plans by number and title, as they were chosen.
    pub gekozen: Vec<String>,
}

/// What somebody's own ballot did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnPart {
    /// What everybody had to spend; absent where the rule does not share money out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deel: Option<Euro>,
    /// What was left of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<Euro>,
    /// What went where.
    pub ging: Vec<OwnPayment>,
    /// Plans of this ballot that were chosen without any of its share, by number and title.
    pub rest: Vec<String>,
}

/// What went to one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnPayment {
    /// The plan by number and title.
    pub plan: String,
    /// How much, in whole cents, rounded down.
    pub bedrag: Euro,
}

/// Whether two `.pb` files are of one vote with one outcome, whatever its projects are called: words may have been taken
/// out of a title since the first was written.
#[must_use]
pub fn is_same_vote(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let read = |text: &str| tally::pb::read(text.as_bytes()).ok().map(|read| read.file);
    let (Some(one), Some(other)) = (read(one), read(other)) else { return false };
    one.meta == other.meta
        && one.votes == other.votes
        && one.projects.columns() == other.projects.columns()
        && unnamed(&one.projects) == unnamed(&other.projects)
}

/// The rows of a table of projects without their names.
fn unnamed(projects: &tally::pb::Table) -> Vec<Vec<&str>> {
    let name = projects.column("name");
    let known = |row: usize| {
        let columns = (0..projects.columns().len()).filter(|column| Some(*column) != name);
        columns.map(|column| projects.field(row, column)).collect()
    };
    (0..projects.len()).map(known).collect()
}

impl Downloaded {
    /// Reads the frozen rules, whose hash is published, and the ballots.
    ///
    /// # Errors
    /// When one of both is not what it should be, or they do not belong together.
    pub fn read(spelregels: &str, controlegetal: &str, pb: &str) -> Result<Self, Odd> {
        let read = tally::pb::read(pb.as_bytes())?.election;
        let names = read.projects.iter().map(|own| (own.id.as_str(), own.name.as_str()));
        let frozen = Frozen::from_text(spelregels, controlegetal)?.named(names);
        let own = election(&frozen, read.ballots);
        let is_one_vote = own.kind == read.kind
            && own.budget == read.budget
            && own.projects.len() == read.projects.len()
            && own.projects.iter().zip(&read.projects).all(|(one, other)| one.id == other.id && one.cost == other.cost);
        if is_one_vote { Ok(Self { frozen, election: own }) } else { Err(Odd::OtherBallots) }
    }

    /// Counts, and compares with what was published: the result, and the control codes, one a line.
    ///
    /// # Errors
    /// When these ballots cannot be counted.
    pub fn count(&self, published: &UitslagView, codes: &str) -> Result<CountedAgain, Odd> {
        let report = tally::count(&self.election, &settings(&self.frozen))?.report().in_currency(CURRENCY);
        let ours = view(&self.frozen, &report)?;
        // What a plan would have needed takes too many counts to do again here.
        let plan = |own: &ProjectUitslag| ProjectUitslag { meer_kiezers: None, ..own.clone() };
        let same = |one: &UitslagView| {
            let plans: Vec<ProjectUitslag> = one.projecten.iter().map(plan).collect();
            (one.stembiljetten, one.kosten, one.over, plans, one.kiezers.clone(), one.zonder)
        };
        let papers = published.stembiljetten.saturating_add(published.ongeldig);
        let has_codes = u64::try_from(codes.lines().count()) == Ok(papers);
        let chosen = ours.projecten.iter().filter(|plan| plan.gekozen);
        Ok(CountedAgain {
            is_gelijk: has_codes && same(&ours) == same(published),
            stembiljetten: ours.stembiljetten,
            controlegetal: report.ballots.digest,
            gekozen: chosen.map(|plan| format!("{}. {}", plan.nummer, plan.titel)).collect(),
        })
    }

    /// What a ballot did that was filled in so: beside each plan a tick, points or a place. Nothing when nobody voted
    /// exactly so.
    ///
    /// # Errors
    /// When these ballots cannot be counted.
    pub fn own(&self, filled_in: &[(ProjectId, String)]) -> Result<Option<OwnPart>, Odd> {
        let regels = self.frozen.spelregels.stembiljet;
        let filled_in = filled_in.iter().map(|(project, text)| (*project, text.as_str()));
        let Ok(keuzes) = regels.filled_in(filled_in) else { return Ok(None) };
        let Some(choices) = self.frozen.choices(&keuzes) else { return Ok(None) };
        let counted = tally::count(&self.election, &settings(&self.frozen))?;
        let places: Vec<_> = choices.iter().map(|(place, _)| *place).collect();
        let Some(own) = counted.own(&stacked(&self.frozen, &[choices])) else { return Ok(None) };
        let name = |code: &str| {
            let plan = self.frozen.projecten.iter().find(|plan| plan.code == code);
            plan.map(|plan| format!("{}. {}", plan.nummer, plan.titel)).ok_or(Odd::Lacks("a project"))
        };
        let payment =
            |spent: &tally::report::OwnSpent| Ok(OwnPayment { plan: name(&spent.id)?, bedrag: euro(spent.amount)? });
        let winners = counted.winners();
        let won = places.iter().filter(|place| winners.contains(place));
        let won = won.filter_map(|place| self.frozen.projecten.get(usize::from(*place)));
        let unpaid = won.filter(|plan| own.spent.iter().all(|spent| spent.id != plan.code));
        Ok(Some(OwnPart {
            rest: unpaid.map(|plan| name(&plan.code)).collect::<Result<_, Odd>>()?,
            deel: own.share.map(|share| euro(share.amount)).transpose()?,
            over: own.share.map(|share| euro(share.left)).transpose()?,
            ging: own.spent.iter().map(payment).collect::<Result<_, Odd>>()?,
        }))
    }
}
