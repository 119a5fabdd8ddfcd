//! Counts an election as asked.

use std::ops::ControlFlow;

use rust_decimal::Decimal;

use crate::equal_shares::{self, Effort, Shared};
use crate::greedy::{self, Turn};
use crate::phragmen::{self, Sequence};
use crate::profile::Profile;
use crate::settings::{CannotCount, Rule, Settings};
use crate::{Election, ProjectIndex, amount};

/// An election that was counted.
#[derive(Debug)]
pub struct Counted<'e> {
    pub(crate) election: &'e Election,
    pub(crate) settings: Settings,
    pub(crate) profile: Profile,
    pub(crate) course: Course,
}

/// How the count went.
#[derive(Debug)]
pub(crate) enum Course {
    Greedy(Vec<Turn>),
    EqualShares(Shared),
    Phragmen(Sequence),
}

/// Counts an election.
///
/// # Errors
///
/// What was asked does not suit the election, or the numbers are too large to be exact with.
pub fn count<'e>(election: &'e Election, settings: &Settings) -> Result<Counted<'e>, CannotCount> {
    count_telling(election, settings, |_| ControlFlow::Continue(()))
}

/// Counts an election, and tells now and then how often the shares were raised: Add1 may take a while. Who is told may
/// stop the count.
///
/// # Errors
///
/// As [`count`].
pub fn count_telling<'e>(
    election: &'e Election,
    settings: &Settings,
    mut progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Counted<'e>, CannotCount> {
    count_with(election, settings, &mut Effort { progress: &mut progress, finest: equal_shares::FINEST })
}

pub(crate) fn count_with<'e>(
    election: &'e Election,
    settings: &Settings,
    effort: &mut Effort<'_>,
) -> Result<Counted<'e>, CannotCount> {
    let profile = Profile::new(election, settings)?;
    let course = match settings.rule {
        Rule::Greedy { order, unfit } => Course::Greedy(greedy::count(&profile, order, unfit)),
        Rule::EqualShares { satisfaction, completion } => {
            Course::EqualShares(equal_shares::count(&profile, settings, satisfaction, completion, effort)?)
        }
        Rule::Phragmen { unfit } if election.kind.is_approval() => Course::Phragmen(phragmen::count(&profile, unfit)),
        Rule::Phragmen { .. } => return Err(CannotCount::NeedsApprovals(election.kind.word())),
    };
    Ok(Counted { election, settings: settings.clone(), profile, course })
}

impl Counted<'_> {
    /// The projects that are chosen, in the order in which they were.
    #[must_use]
    pub fn winners(&self) -> Vec<ProjectIndex> {
        match &self.course {
            Course::Greedy(turns) => greedy::taken(turns).collect(),
            Course::EqualShares(shared) => {
                shared.run.rounds.iter().map(|round| round.project).chain(greedy::taken(&shared.turns)).collect()
            }
            Course::Phragmen(sequence) => sequence.bought.iter().map(|bought| bought.project).collect(),
        }
    }

    /// What the chosen projects cost together.
    #[must_use]
    pub fn cost(&self) -> Decimal {
        let costs = self.winners().into_iter().map(|project| self.profile.candidate(project).cost);
        amount::decimal(costs.fold(0, u64::saturating_add), self.profile.decimals)
    }
}
