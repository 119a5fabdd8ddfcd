//! Decisions about a buurtbegroting that need no database.

use crate::access::Action;
use contract::buurtbegroting::{Belemmering, BuurtbegrotingStap as Step, Spelregels};
use contract::project::{ProjectStatus, ProjectView};
use contract::{Euro, stembiljet::StembiljetRegels};

/// The action of the table that a step belongs to.
#[must_use]
pub const fn action_of(step: Step) -> Action {
    match step {
        Step::Change | Step::Publish | Step::AddProject | Step::JudgeProject => Action::PrepareBuurtbegroting,
        Step::MakeKey | Step::ProveKey | Step::EnterPaper | Step::Count | Step::Stop => Action::CountVotes,
    }
}

/// What keeps a vote from opening, also when its day has come.
#[must_use]
pub fn obstacles(has_key: bool, spelregels: &Spelregels, projecten: &[ProjectView]) -> Vec<Belemmering> {
    let mut found = Vec::new();
    if !has_key {
        found.push(Belemmering::SleutelOntbreekt);
    }
    if projecten.iter().any(|project| project.status == ProjectStatus::Voorgesteld) {
        found.push(Belemmering::PlannenWachten);
    }
    let admitted = projecten.iter().filter(|project| project.status == ProjectStatus::Toegelaten).count();
    let least = match spelregels.stembiljet {
        StembiljetRegels::Goedkeuring { minstens, .. }
        | StembiljetRegels::Knapzak { minstens, .. }
        | StembiljetRegels::Rangorde { minstens, .. } => minstens,
        StembiljetRegels::Punten { .. } => 1,
    };
    if admitted < usize::from(least.max(1)) {
        found.push(Belemmering::TeWeinigPlannen);
    }
    found
}

/// Whether a project can be paid from the round at all.
#[must_use]
pub fn is_affordable(kosten: Euro, bedrag: Euro) -> bool {
    kosten <= bedrag
}
