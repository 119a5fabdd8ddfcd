//! An election: money, projects and ballots, without anything of a file.

use rust_decimal::Decimal;

/// Which project, by its place in [`Election::projects`].
pub type ProjectIndex = u16;

/// What a ballot says of projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BallotKind {
    /// Any number of projects.
    Approval,
    /// One project.
    ChooseOne,
    /// Projects in order of preference.
    Ordinal,
    /// Points, of which a voter has so many to divide.
    Cumulative,
    /// Points, for each project by itself.
    Scoring,
}

impl BallotKind {
    /// Every kind, in the order in which the format's documentation names them.
    pub const ALL: [Self; 5] = [Self::Approval, Self::Ordinal, Self::Cumulative, Self::Scoring, Self::ChooseOne];

    /// How `vote_type` says it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::ChooseOne => "choose-1",
            Self::Ordinal => "ordinal",
            Self::Cumulative => "cumulative",
            Self::Scoring => "scoring",
        }
    }

    /// Whether a ballot holds points beside its projects.
    #[must_use]
    pub const fn has_points(self) -> bool {
        match self {
            Self::Cumulative | Self::Scoring => true,
            Self::Approval | Self::ChooseOne | Self::Ordinal => false,
        }
    }

    /// Whether a ballot only says which projects it supports.
    #[must_use]
    pub const fn is_approval(self) -> bool {
        match self {
            Self::Approval | Self::ChooseOne => true,
            Self::Cumulative | Self::Scoring | Self::Ordinal => false,
        }
    }
}

/// A project that money is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// What ballots call it: text, also when it looks like a number.
    pub id: String,
    /// What people call it; empty if the file does not say.
    pub name: String,
    /// What it costs, in the currency of the election; more than 0.
    pub cost: Decimal,
    /// The categories that it belongs to.
    pub categories: Vec<String>,
}

/// More projects than this are not counted.
pub const MOST_PROJECTS: usize = 65_000;

/// All ballots, one after the other in one block: a million of them take a few dozen megabytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ballots {
    choices: Vec<ProjectIndex>,
    points: Vec<i64>,
    ends: Vec<u32>,
    /// Points are in units of `10^-decimals`.
    decimals: u32,
}

/// One ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ballot<'a> {
    /// The projects, as the voter gave them: in order of preference on an ordinal ballot.
    pub choices: &'a [ProjectIndex],
    /// The points for each of them, in units of [`Ballots::points_decimals`]; empty on a ballot without points.
    pub points: &'a [i64],
}

impl Ballots {
    /// Adds a ballot that names projects.
    pub fn push(&mut self, choices: &[ProjectIndex]) {
        self.choices.extend_from_slice(choices);
        self.end();
    }

    /// Adds a ballot that gives whole points to projects.
    pub fn push_points(&mut self, choices: impl IntoIterator<Item = (ProjectIndex, i64)>) {
        let factor = 10_i64.saturating_pow(self.decimals);
        for (choice, points) in choices {
            self.choices.push(choice);
            self.points.push(points.saturating_mul(factor));
        }
        self.end();
    }

    /// Where the next choice will stand.
    pub(crate) fn add(&mut self, choice: ProjectIndex) {
        self.choices.push(choice);
    }

    /// Adds points; false if they are too large or too fine to count with.
    pub(crate) fn add_points(&mut self, points: Decimal) -> bool {
        let points = points.normalize();
        while self.decimals < points.scale() {
            let finer: Option<Vec<i64>> = self.points.iter().map(|points| points.checked_mul(10)).collect();
            let Some(finer) = finer.filter(|_| self.decimals < 9) else { return false };
            self.points = finer;
            self.decimals = self.decimals.saturating_add(1);
        }
        let units = crate::amount::units(points, self.decimals).filter(|units| units.abs() < 1 << 31);
        self.points.push(units.unwrap_or(0));
        units.is_some()
    }

    /// Ends the ballot that [`Self::add`] began.
    pub(crate) fn end(&mut self) {
        self.ends.push(u32::try_from(self.choices.len()).unwrap_or(u32::MAX));
    }

    /// Forgets the choices since the last ballot ended.
    pub(crate) fn clear_open(&mut self) {
        self.choices.truncate(self.ends.last().copied().unwrap_or(0) as usize);
    }

    /// The choices since the last ballot ended.
    pub(crate) fn open(&self) -> &[ProjectIndex] {
        let start = self.ends.last().copied().unwrap_or(0);
        self.choices.get(start as usize..).unwrap_or_default()
    }

    /// How many ballots there are; an empty ballot counts.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nobody voted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many choices all ballots hold together.
    #[must_use]
    pub const fn choices(&self) -> usize {
        self.choices.len()
    }

    /// The choices of all ballots, one after the other.
    pub(crate) fn all_choices(&self) -> &[ProjectIndex] {
        &self.choices
    }

    /// Where each ballot ends among all choices.
    pub(crate) fn all_ends(&self) -> &[u32] {
        &self.ends
    }

    /// The decimals of points: with 1, the points 25 stand for 2.5.
    #[must_use]
    pub const fn points_decimals(&self) -> u32 {
        self.decimals
    }

    /// The ballots in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Ballot<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        self.ends.iter().zip(starts).map(|(&end, start)| {
            let range = start as usize..end as usize;
            Ballot {
                choices: self.choices.get(range.clone()).unwrap_or_default(),
                points: self.points.get(range).unwrap_or_default(),
            }
        })
    }
}

/// Everything that a rule needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Election {
    /// The money to spend.
    pub budget: Decimal,
    /// What ballots say.
    pub kind: BallotKind,
    /// Points for a project that a scoring ballot does not name.
    pub default_points: Decimal,
    /// The projects, at most [`MOST_PROJECTS`].
    pub projects: Vec<Project>,
    /// The ballots.
    pub ballots: Ballots,
}
