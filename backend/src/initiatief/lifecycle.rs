//! Where an initiatief can go from each status (DESIGN.md §2).

use crate::error::NotNow;
use contract::initiatief::{InitiatiefStap as Step, InitiatiefStatus as Status};

/// The exits of each status. A new status does not compile until its exits are written.
///
/// Triage may start without "taking up" first: a first look is often enough, and nuisance at an address must be able to
/// leave public view at once.
#[must_use]
pub const fn exits(status: Status) -> &'static [(Step, Status)] {
    match status {
        Status::Concept => &[(Step::Submit, Status::Ingediend), (Step::Withdraw, Status::Ingetrokken)],
        Status::Ingediend => &[
            (Step::TakeUp, Status::InBehandeling),
            (Step::Ask, Status::VraagAanIndiener),
            (Step::Link, Status::Gekoppeld),
            (Step::Merge, Status::Samengevoegd),
            (Step::Nominate, Status::NaarBuurtbegroting),
            (Step::Refer, Status::Doorverwezen),
            (Step::Reject, Status::Afgewezen),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::InBehandeling => &[
            (Step::Ask, Status::VraagAanIndiener),
            (Step::Link, Status::Gekoppeld),
            (Step::Merge, Status::Samengevoegd),
            (Step::Nominate, Status::NaarBuurtbegroting),
            (Step::Refer, Status::Doorverwezen),
            (Step::Reject, Status::Afgewezen),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::VraagAanIndiener => &[
            (Step::Answer, Status::InBehandeling),
            (Step::Link, Status::Gekoppeld),
            (Step::Merge, Status::Samengevoegd),
            (Step::Refer, Status::Doorverwezen),
            (Step::Reject, Status::Afgewezen),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::Gekoppeld => &[
            (Step::Begin, Status::InUitvoering),
            (Step::Refer, Status::Doorverwezen),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::NaarBuurtbegroting => &[
            (Step::Link, Status::Gekoppeld),
            (Step::Refer, Status::Doorverwezen),
            (Step::Reject, Status::Afgewezen),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::InUitvoering => &[(Step::Realise, Status::Gerealiseerd), (Step::FallBack, Status::Gekoppeld)],
        Status::Samengevoegd
        | Status::Doorverwezen
        | Status::Afgewezen
        | Status::Gerealiseerd
        | Status::Ingetrokken => &[],
    }
}

/// Where a step leads from a status.
///
/// # Errors
/// [`NotNow`] when it leads nowhere.
pub fn next(status: Status, step: Step) -> Result<Status, NotNow> {
    exits(status).iter().find_map(|&(exit, to)| (exit == step).then_some(to)).ok_or(NotNow::Initiatief(status, step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn the_arrows_are_the_ones_that_were_reviewed() {
        let mut table = String::new();
        for status in Status::ALL {
            writeln!(table, "{status}").unwrap();
            for (step, to) in exits(*status) {
                writeln!(table, "  {step} -> {to}").unwrap();
            }
        }
        assert_eq!(table, include_str!("lifecycle.txt"), "lifecycle.txt must change with the table");
    }

    #[test]
    fn a_step_that_is_no_exit_is_refused() {
        assert_eq!(next(Status::Afgewezen, Step::Reject), Err(NotNow::Initiatief(Status::Afgewezen, Step::Reject)));
        assert_eq!(next(Status::Ingediend, Step::Refer), Ok(Status::Doorverwezen));
    }
}
