//! Decisions about a buurtbegroting that need no database.

use crate::access::Action;
use contract::buurtbegroting::{BuurtbegrotingStap as Step, Spelregels};
use contract::project::{ProjectStatus, ProjectView};
use contract::{Euro, stembiljet::StembiljetRegels};

/// The action of the table that a step belongs to.
#[must_use]
pub const fn action_of(step: Step) -> Action {
    match step {
        Step::Change | Step::Publish | Step::AddProject | Step::JudgeProject => Action::PrepareBuurtbegroting,
        Step::MakeKey | Step::ProveKey | Step::Count | Step::Stop => Action::CountVotes,
    }
}

/// Why a vote does not open although its day has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotOpen {
    /// No key was made, or nobody showed that its parts open anything.
    NoKey,
    /// Projects wait to be judged.
    Unjudged,
    /// Fewer projects than a ballot must name.
    TooFew,
}

/// Whether a vote can open with these projects.
///
/// # Errors
/// Why it cannot.
pub fn may_open(has_key: bool, spelregels: &Spelregels, projecten: &[ProjectView]) -> Result<(), CannotOpen> {
    if !has_key {
        return Err(CannotOpen::NoKey);
    }
    if projecten.iter().any(|project| project.status == ProjectStatus::Voorgesteld) {
        return Err(CannotOpen::Unjudged);
    }
    let admitted = projecten.iter().filter(|project| project.status == ProjectStatus::Toegelaten).count();
    let least = match spelregels.stembiljet {
        StembiljetRegels::Goedkeuring { minstens, .. }
        | StembiljetRegels::Knapzak { minstens, .. }
        | StembiljetRegels::Rangorde { minstens, .. } => minstens,
        StembiljetRegels::Punten { .. } => 1,
    };
    if admitted < usize::from(least.max(1)) { Err(CannotOpen::TooFew) } else { Ok(()) }
}

/// Whether a project can be paid from the round at all.
#[must_use]
pub fn is_affordable(kosten: Euro, bedrag: Euro) -> bool {
    kosten <= bedrag
}
