//! Where an opdracht can go from each status (DESIGN.md §2).

use crate::error::NotNow;
use contract::opdracht::{OpdrachtStap as Step, OpdrachtStatus as Status};

/// The exits of each status. A new status does not compile until its exits are written.
#[must_use]
pub const fn exits(status: Status) -> &'static [(Step, Status)] {
    match status {
        Status::Concept => &[(Step::Request, Status::TerFiattering), (Step::Withdraw, Status::Ingetrokken)],
        Status::TerFiattering => &[
            (Step::Approve, Status::Gefiatteerd),
            (Step::Disapprove, Status::Afgewezen),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::Gefiatteerd => &[
            (Step::Accept, Status::Aangenomen),
            (Step::Refuse, Status::Geweigerd),
            (Step::Withdraw, Status::Ingetrokken),
        ],
        Status::Aangenomen => &[(Step::Begin, Status::InUitvoering), (Step::Withdraw, Status::Ingetrokken)],
        // An escalatie will be another way out of here.
        Status::Geweigerd => &[(Step::Withdraw, Status::Ingetrokken)],
        Status::InUitvoering => {
            &[(Step::Report, Status::InUitvoering), (Step::Spend, Status::InUitvoering), (Step::Finish, Status::Gereed)]
        }
        Status::Gereed => &[(Step::Spend, Status::Gereed), (Step::Account, Status::Verantwoord)],
        Status::Verantwoord | Status::Afgewezen | Status::Ingetrokken => &[],
    }
}

/// Where a step leads from a status.
///
/// # Errors
/// [`NotNow`] when it leads nowhere.
pub fn next(status: Status, step: Step) -> Result<Status, NotNow> {
    exits(status).iter().find_map(|&(exit, to)| (exit == step).then_some(to)).ok_or(NotNow::Opdracht(status, step))
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
}
