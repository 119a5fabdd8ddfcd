//! What a count is asked to do. All of it is stored with the result: without it, nobody can count again.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::ProjectIndex;

/// A way to choose projects from ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "naam", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Rule {
    /// The most supported first, as long as the money lasts.
    Greedy {
        /// What "most supported" means.
        #[serde(rename = "volgorde")]
        order: Order,
        /// What happens at a project that no longer fits.
        #[serde(rename = "pastNiet")]
        unfit: Unfit,
    },
    /// The Method of Equal Shares: everybody gets an equal share of the money to spend on what they support.
    ///
    /// Peters, Pierczyński, Skowron: *Proportional Participatory Budgeting with Additive Utilities* (NeurIPS 2021).
    EqualShares {
        /// What a voter gets out of a project.
        #[serde(rename = "tevredenheid")]
        satisfaction: Satisfaction,
        /// What happens with the money that shares leave.
        #[serde(rename = "aanvulling")]
        completion: Completion,
    },
    /// Sequential Phragmén: everybody earns money at the same pace, and supporters buy a project once they can.
    ///
    /// Brill, Freeman, Janson, Lackner: *Phragmén's Voting Methods and Justified Representation* (AAAI 2017); for
    /// budgets Los, Christoff, Grossi: *Proportional Budget Allocations* (IJCAI 2022).
    Phragmen {
        /// What happens at a project that no longer fits.
        #[serde(rename = "pastNiet")]
        unfit: Unfit,
    },
}

/// The order of the greedy rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Order {
    /// By votes or points.
    #[serde(rename = "steun")]
    Support,
    /// By votes or points per unit of money.
    #[serde(rename = "steun-per-euro")]
    SupportPerCost,
}

/// What happens at a project that costs more than what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Unfit {
    /// It is passed over, and the count goes on.
    #[serde(rename = "overslaan")]
    Skip,
    /// The count ends. For Phragmén: also if it is one of several equally good ones and another would fit.
    #[serde(rename = "stoppen")]
    Stop,
}

/// What a voter gets out of a project that is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Satisfaction {
    /// The cost of the project, times the points given to it: a dear project counts for more.
    #[serde(rename = "kosten")]
    Cost,
    /// One, times the points given to it: each project counts for the same.
    #[serde(rename = "aantal")]
    Cardinality,
}

/// What happens with the money that equal shares leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Completion {
    /// Nothing.
    #[serde(rename = "geen")]
    None,
    /// The most supported projects that still fit are added.
    #[serde(rename = "greedy")]
    Greedy,
    /// Shares are raised step by step, until the outcome would cost too much or nothing else fits.
    #[serde(rename = "add1")]
    Add1,
    /// First Add1, then greedy.
    #[serde(rename = "add1-greedy")]
    Add1Greedy,
}

impl Completion {
    /// Whether shares are raised.
    #[must_use]
    pub const fn raises(self) -> bool {
        match self {
            Self::Add1 | Self::Add1Greedy => true,
            Self::None | Self::Greedy => false,
        }
    }

    /// Whether the most supported projects are added at the end.
    #[must_use]
    pub const fn is_filled_up(self) -> bool {
        match self {
            Self::Greedy | Self::Add1Greedy => true,
            Self::None | Self::Add1 => false,
        }
    }
}

/// The share with which equal shares begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Start {
    /// The budget divided by the number of voters, exactly.
    #[serde(rename = "precies")]
    Exact,
    /// The same, rounded down to whole units of the currency.
    #[serde(rename = "heel")]
    Whole,
}

/// Which projects count when Add1 asks whether anything still fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Fits {
    /// Those that somebody supports.
    #[serde(rename = "gesteund")]
    Supported,
    /// All, also those without a vote.
    #[serde(rename = "alle")]
    All,
}

/// The four switches of equal shares on which implementations differ, and which change real outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Switches {
    /// Add1 stops as soon as nothing else fits in the money left; otherwise only when the next step would overspend.
    #[serde(rename = "stopAlsNietsMeerPast")]
    pub exhaustive_stop: bool,
    /// The share to begin with.
    #[serde(rename = "begin")]
    pub start: Start,
    /// Which projects "nothing else fits" is about.
    #[serde(rename = "watMeetelt")]
    pub fits: Fits,
    /// By how much Add1 raises each share in a step, in the currency of the election; more than 0.
    #[serde(rename = "stap", serialize_with = "crate::amount::as_text")]
    pub increment: Decimal,
}

impl Default for Switches {
    /// As the reference implementation (pabutools) has them.
    fn default() -> Self {
        Self { exhaustive_stop: true, start: Start::Exact, fits: Fits::Supported, increment: Decimal::ONE }
    }
}

/// What decides between projects that are equally good. The order is drawn once, before the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "naam", rename_all_fields = "camelCase")]
pub enum TieBreak {
    /// The smallest id, compared as text by Unicode code point.
    #[serde(rename = "id")]
    Id,
    /// The lowest cost, then the most votes or points, then the smallest id.
    #[serde(rename = "kosten-stemmen-id")]
    CostSupportId,
    /// The lowest cost, then the most votes or points, then a lot: the smallest
    /// SHA-256 of `wijkkoers/loting/1`, a zero byte, the seed, a zero byte, and the id.
    #[serde(rename = "zaad")]
    Lot {
        /// A text that is published before the vote, best one that nobody could choose.
        #[serde(rename = "zaad")]
        seed: String,
    },
}

/// Projects that may cost so much together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ceiling {
    /// What people call them, such as the name of a category.
    #[serde(rename = "naam")]
    pub name: String,
    /// Which projects.
    #[serde(skip)]
    pub projects: Vec<ProjectIndex>,
    /// The most that they may cost together.
    #[serde(rename = "hoogstens", serialize_with = "crate::amount::as_text")]
    pub maximum: Decimal,
}

/// Everything that a count is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The rule.
    pub rule: Rule,
    /// The switches of equal shares; other rules do not look at them.
    pub switches: Switches,
    /// What decides between equals.
    pub ties: TieBreak,
    /// The votes or points that a project needs to be chosen at all; 0 lets a project without a vote have money that
    /// is left, as the reference does.
    pub minimum_support: Decimal,
    /// Projects of which at most one can be chosen, group by group.
    pub exclusive: Vec<Vec<ProjectIndex>>,
    /// Projects that may cost so much together.
    pub ceilings: Vec<Ceiling>,
    /// Add1 gives up after this many steps: in a currency of small units a step of 1 would take for ever.
    pub most_increments: u64,
}

impl Settings {
    /// A count by this rule, with everything else as is usual: ties by cost, votes and id, one vote at least.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            switches: Switches::default(),
            ties: TieBreak::CostSupportId,
            minimum_support: Decimal::ONE,
            exclusive: Vec::new(),
            ceilings: Vec::new(),
            most_increments: 1_000_000,
        }
    }
}

/// Why an election cannot be counted as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotCount {
    /// Phragmén's rule is about approvals.
    #[error("Phragmén's rule counts approvals; these ballots are {0}")]
    NeedsApprovals(&'static str),
    /// A step of 0, less than 0, or with too many decimals.
    #[error("a step of {0} is not possible: more than 0, with at most five decimals")]
    Increment(Decimal),
    /// Add1 went on for too long.
    #[error("after {0} steps the shares are still too small: choose a larger step")]
    TooManyIncrements(u64),
    /// Amounts or points are too large or too fine to be exact with.
    #[error("{0} is too large or has too many decimals to count with exactly")]
    TooLarge(&'static str),
    /// Who was told of the progress stopped it: see [`count_telling`](crate::count_telling).
    #[error("the count was stopped")]
    Stopped,
    /// A ballot, a ceiling or an exclusion names a project that does not exist.
    #[error("there is no project number {0}")]
    NoSuchProject(ProjectIndex),
    /// A project costs nothing: no rule is about that.
    #[error("project number {0} costs nothing")]
    Free(ProjectIndex),
    /// A ballot names a project more than once.
    #[error("a ballot names project number {0} more than once")]
    Twice(ProjectIndex),
}
