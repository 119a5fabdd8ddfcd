//! What a count came to, and why: for every project, and for voters together.

mod csv;
pub use csv::safe;
mod explain;
mod html;
mod own;
mod text;
mod words;

pub use own::{Own, OwnShare, OwnSpent};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::Language;
use crate::settings::{Ceiling, Completion, Order, Satisfaction, Switches, TieBreak, Unfit};

/// A decimal number; text in JSON, so that no reader makes a float of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub Decimal);

impl Number {
    /// For people: with thousands apart, and two decimals unless it is whole.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let number = self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let text = if number.fract().is_zero() { number.trunc().to_string() } else { format!("{number:.2}") };
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let (thousands, comma) = language.pick((".", ","), (",", "."));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            let after = whole.len().saturating_sub(at);
            if at > 0 && after.is_multiple_of(3) && !grouped.ends_with('-') {
                grouped.push_str(thousands);
            }
            grouped.push(digit);
        }
        if part.is_empty() { grouped } else { format!("{grouped}{comma}{part}") }
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::amount::as_text(&self.0, to)
    }
}

/// A count, explained. Amounts are in the currency of the election, with at most ten more decimals than costs have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the vote is called; empty if nobody said. See [`Report::named`].
    #[serde(rename = "stemming", skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The currency as `.pb` files name it; empty if nobody said. See [`Report::in_currency`].
    #[serde(rename = "munt", skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// The rule: `greedy`, `equal-shares` or `phragmen`.
    #[serde(rename = "regel")]
    pub rule: &'static str,
    /// What else was asked.
    #[serde(rename = "instellingen")]
    pub asked: Asked,
    /// What was counted.
    #[serde(rename = "stembiljetten")]
    pub ballots: BallotsCounted,
    /// The money to spend.
    pub budget: Number,
    /// What the chosen projects cost together.
    #[serde(rename = "kosten")]
    pub cost: Number,
    /// What is left of the budget.
    #[serde(rename = "over")]
    pub left: Number,
    /// The ids of the chosen projects, in the order in which they were chosen.
    #[serde(rename = "gekozen")]
    pub chosen: Vec<String>,
    /// The share of each voter; of equal shares only.
    #[serde(rename = "aandeel", skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// How often projects were equally good, in all runs together: there the tie-break decided.
    #[serde(rename = "rondesMetGelijken")]
    pub tied_rounds: u64,
    /// Every project, in the order of the election.
    #[serde(rename = "projecten")]
    pub projects: Vec<ProjectReport>,
    /// What voters got.
    #[serde(rename = "kiezers")]
    pub voters: Voters,
}

/// What a count was asked, besides the rule. What a rule does not look at is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    #[serde(rename = "volgorde", skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    #[serde(rename = "pastNiet", skip_serializing_if = "Option::is_none")]
    pub unfit: Option<Unfit>,
    #[serde(rename = "tevredenheid", skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
    #[serde(rename = "aanvulling", skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
    #[serde(rename = "schakelaars", skip_serializing_if = "Option::is_none")]
    pub switches: Option<Switches>,
    #[serde(rename = "loting")]
    pub ties: TieBreak,
    #[serde(rename = "minimumSteun")]
    pub minimum_support: Number,
    /// Ids of projects of which at most one can be chosen.
    #[serde(rename = "uitsluitingen", skip_serializing_if = "Vec::is_empty")]
    pub exclusive: Vec<Vec<String>>,
    #[serde(rename = "maxima", skip_serializing_if = "Vec::is_empty")]
    pub ceilings: Vec<Ceiling>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BallotsCounted {
    /// The kind of ballot, as `vote_type` says it.
    #[serde(rename = "soort")]
    pub kind: &'static str,
    /// How many there are, empty ones too.
    #[serde(rename = "aantal")]
    pub count: u64,
    /// [`crate::digest`] of them.
    pub digest: String,
}

/// The share of each voter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// What each voter began with, in the run that counts.
    #[serde(rename = "bedrag")]
    pub amount: Number,
    /// By how many steps of Add1 it was raised.
    #[serde(rename = "stappen")]
    pub steps: u64,
    /// Why it was raised no further; nothing without Add1.
    #[serde(rename = "gestopt", skip_serializing_if = "Option::is_none")]
    pub stop: Option<crate::Stop>,
}

/// One project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectReport {
    /// Its id.
    pub id: String,
    /// Its name; empty if the file has none.
    #[serde(rename = "naam")]
    pub name: String,
    /// What it costs.
    #[serde(rename = "kosten")]
    pub cost: Number,
    /// Voters who support it: who give it a vote, a point, or a place that is not the last.
    #[serde(rename = "stemmen")]
    pub votes: u64,
    /// Votes or points.
    #[serde(rename = "steun")]
    pub support: Number,
    /// Whether it was chosen.
    #[serde(rename = "gekozen")]
    pub is_chosen: bool,
    /// How it fared.
    #[serde(rename = "verloop")]
    pub fate: Fate,
    /// Why it was not added at the end either; of equal shares with a greedy completion only.
    #[serde(rename = "bijAanvulling", skip_serializing_if = "Option::is_none")]
    pub completion: Option<NotCompleted>,
}

impl ProjectReport {
    /// How much of its cost there was: what was paid in full, and what was paid in part or was not enough. Nothing where
    /// money decided nothing.
    #[must_use]
    pub fn money(&self) -> Option<[Number; 2]> {
        let none = Number(Decimal::ZERO);
        match &self.fate {
            Fate::Bought(bought) => Some([bought.full.amount, bought.part.amount]),
            Fate::Taken { .. } | Fate::Earned { .. } => Some([self.cost, none]),
            Fate::NotChosen(Reason::SpentElsewhere(spent)) => Some([none, spent.had]),
            Fate::NotChosen(Reason::TooLittle { had, .. }) => Some([none, *had]),
            Fate::NotChosen(Reason::DidNotFit { left, .. }) => Some([none, *left]),
            Fate::NotChosen(
                Reason::BelowMinimum { .. }
                | Reason::NoSupport
                | Reason::Excluded { .. }
                | Reason::CeilingReached { .. }
                | Reason::Ended { .. },
            ) => None,
        }
    }
}

/// Why a project was not added at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotCompleted {
    /// What was left at its turn.
    #[serde(rename = "over")]
    pub left: Number,
    /// How much more it costs.
    #[serde(rename = "tekort")]
    pub missing: Number,
}

/// How a project fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "soort", rename_all = "kebab-case")]
pub enum Fate {
    /// Its supporters bought it with their shares.
    #[serde(rename = "gekocht")]
    Bought(Bought),
    /// It was taken at its turn, or with the money that was left at the end.
    #[serde(rename = "genomen")]
    Taken {
        /// Its place among the chosen, from 1.
        #[serde(rename = "plaats")]
        place: usize,
        /// What was left before it.
        #[serde(rename = "ervoorOver")]
        before: Number,
    },
    /// Its supporters earned it (Phragmén).
    #[serde(rename = "verdiend")]
    Earned {
        /// Its place among the chosen, from 1.
        #[serde(rename = "plaats")]
        place: usize,
        /// After how many seconds of one unit of money per voter; nothing for a project without supporters.
        #[serde(rename = "na")]
        time: Option<Number>,
        /// How many projects were as early.
        #[serde(rename = "gelijken")]
        equals: u32,
    },
    /// It was not chosen.
    #[serde(untagged)]
    NotChosen(Reason),
}

/// Why a project was not chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "soort")]
pub enum Reason {
    /// Fewer votes or points than asked.
    #[serde(rename = "te-weinig-steun")]
    BelowMinimum {
        /// What was asked.
        #[serde(rename = "gevraagd")]
        asked: Number,
        /// How much more it would have needed.
        #[serde(rename = "tekort")]
        missing: Number,
    },
    /// Nobody supports it.
    #[serde(rename = "geen-steun")]
    NoSupport,
    /// A project was chosen that excludes it.
    #[serde(rename = "uitgesloten")]
    Excluded {
        /// That project.
        #[serde(rename = "door")]
        by: String,
    },
    /// Its category had reached its maximum.
    #[serde(rename = "categorie-vol")]
    CeilingReached {
        /// The category.
        #[serde(rename = "naam")]
        name: String,
    },
    /// Its supporters had too little from the start.
    #[serde(rename = "te-weinig-geld")]
    TooLittle {
        /// All their shares together.
        #[serde(rename = "hadden")]
        had: Number,
        /// How much more it costs.
        #[serde(rename = "tekort")]
        missing: Number,
    },
    /// Its supporters' money went to other projects.
    #[serde(rename = "geld-naar-andere")]
    SpentElsewhere(SpentElsewhere),
    /// It cost more than was left.
    #[serde(rename = "paste-niet")]
    DidNotFit {
        /// What was left at its turn.
        #[serde(rename = "over")]
        left: Number,
        /// How much more it costs.
        #[serde(rename = "tekort")]
        missing: Number,
    },
    /// The count ended before its turn, at a project that did not fit.
    #[serde(rename = "telling-gestopt")]
    Ended {
        /// What was left then.
        #[serde(rename = "over")]
        left: Number,
    },
}

/// How supporters bought a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bought {
    /// In which round, from 1.
    #[serde(rename = "ronde")]
    pub round: usize,
    /// What who could pay paid per point: per vote, where ballots have no points.
    #[serde(rename = "prijs")]
    pub price: Number,
    /// The cost divided by the price: how many supporters it would take if all could pay.
    #[serde(rename = "effectieveStemmen")]
    pub effective_votes: Number,
    /// How many projects were as good in that round.
    #[serde(rename = "gelijken")]
    pub equals: u32,
    /// Those who paid the price.
    #[serde(rename = "betaaldenVol")]
    pub full: Payers,
    /// Those who gave all that they had left, and that was less.
    #[serde(rename = "betaaldenDeel")]
    pub part: Payers,
    /// Voters who had nothing left.
    #[serde(rename = "haddenNiets")]
    pub nothing: u64,
}

/// Some voters, and what they paid together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payers {
    /// How many.
    #[serde(rename = "kiezers")]
    pub voters: u64,
    /// Together.
    #[serde(rename = "bedrag")]
    pub amount: Number,
}

/// Why supporters could no longer pay for a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpentElsewhere {
    /// After which round they had less than the project costs.
    #[serde(rename = "naRonde")]
    pub round: usize,
    /// What they had left then.
    #[serde(rename = "hadden")]
    pub had: Number,
    /// How much more the project costs.
    #[serde(rename = "tekort")]
    pub missing: Number,
    /// What they still have at the end.
    #[serde(rename = "hebbenNog")]
    pub left: Number,
    /// The projects that most of their money went to, the most first.
    #[serde(rename = "ging")]
    pub to: Vec<SpentOn>,
}

/// What supporters of one project spent on another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpentOn {
    /// The other project.
    #[serde(rename = "naar")]
    pub id: String,
    /// What they spent on it together.
    #[serde(rename = "bedrag")]
    pub amount: Number,
    /// How many of them.
    #[serde(rename = "kiezers")]
    pub voters: u64,
}

/// What voters got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Voters {
    /// Voters of whose projects none was chosen.
    #[serde(rename = "zonderGekozenProject")]
    pub without: u64,
    /// How many of their projects were chosen, on average.
    #[serde(rename = "gemiddeldGekozen")]
    pub average: Number,
    /// Voters by how many of their projects were chosen.
    #[serde(rename = "naarAantal")]
    pub groups: Vec<VoterGroup>,
}

/// Voters with so many chosen projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoterGroup {
    /// How many of their projects were chosen.
    #[serde(rename = "gekozen")]
    pub chosen: usize,
    /// How many voters these are.
    #[serde(rename = "kiezers")]
    pub voters: u64,
    /// What was spent for each of them, on average: what they paid (equal shares), or their part if the cost of each
    /// project is divided over its supporters by votes or points.
    #[serde(rename = "bedragPerKiezer")]
    pub amount: Number,
}

impl Report {
    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is text, numbers and lists")
    }

    /// A project by its id.
    #[must_use]
    pub fn project(&self, id: &str) -> Option<&ProjectReport> {
        self.projects.iter().find(|project| project.id == id)
    }

    /// The outcome in a few plain sentences.
    #[must_use]
    pub fn summary(&self, language: Language) -> Vec<String> {
        words::Words { report: self, language }.summary()
    }

    /// The same of a vote by so few that nobody may be told what some of them chose together: without the digest, which
    /// who tries all ballots would find again, and without figures about voters of one project by another. What is left
    /// out is zero: it is for sentences, which leave it out as well.
    #[must_use]
    pub fn of_few(mut self) -> Self {
        let none = Number(Decimal::ZERO);
        let nobody = || Payers { voters: 0, amount: none };
        self.ballots.digest.clear();
        self.voters = Voters { without: 0, average: none, groups: Vec::new() };
        for project in &mut self.projects {
            match &mut project.fate {
                Fate::Bought(bought) => {
                    bought.full = Payers { amount: project.cost, ..nobody() };
                    bought.part = nobody();
                    bought.nothing = 0;
                }
                Fate::NotChosen(Reason::SpentElsewhere(spent)) => {
                    spent.to.clear();
                    (spent.had, spent.missing, spent.left) = (none, none, none);
                }
                Fate::Taken { .. } | Fate::Earned { .. } | Fate::NotChosen(_) => {}
            }
        }
        self
    }

    /// What voters got, in one sentence.
    #[must_use]
    pub fn voters_together(&self, language: Language) -> String {
        words::Words { report: self, language }.voters_together()
    }

    /// What some voters got, in one sentence.
    #[must_use]
    pub fn group(&self, group: &VoterGroup, language: Language) -> String {
        words::Words { report: self, language }.group(group)
    }

    /// Why a project was chosen or not, in a few plain sentences.
    #[must_use]
    pub fn why(&self, id: &str, language: Language) -> Option<String> {
        self.project(id).map(|project| words::Words { report: self, language }.why(project))
    }
}
