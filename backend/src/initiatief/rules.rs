//! Decisions about an initiatief that need no database.

use crate::access::Action;
use chrono::{DateTime, Days, NaiveDate, Utc};
use contract::initiatief::{InitiatiefStap as Step, InitiatiefStatus as Status};
use contract::opdracht::OpdrachtStatus;

/// Whether everybody may see an initiatief in this status. Nuisance at an address and care questions leave public view
/// the moment they are referred (SECURITY-RULES G-3).
#[must_use]
pub const fn is_public(status: Status) -> bool {
    match status {
        Status::Concept | Status::Doorverwezen | Status::Ingetrokken => false,
        Status::Ingediend
        | Status::InBehandeling
        | Status::VraagAanIndiener
        | Status::Gekoppeld
        | Status::Samengevoegd
        | Status::NaarBuurtbegroting
        | Status::Afgewezen
        | Status::InUitvoering
        | Status::Gerealiseerd => true,
    }
}

/// Whether people can still support it, or find it as something that looks like theirs.
#[must_use]
pub const fn is_open(status: Status) -> bool {
    match status {
        Status::Ingediend
        | Status::InBehandeling
        | Status::VraagAanIndiener
        | Status::Gekoppeld
        | Status::NaarBuurtbegroting
        | Status::InUitvoering => true,
        Status::Concept
        | Status::Samengevoegd
        | Status::Doorverwezen
        | Status::Afgewezen
        | Status::Gerealiseerd
        | Status::Ingetrokken => false,
    }
}

/// Whether the first answer is still owed.
#[must_use]
pub const fn waits_for_answer(status: Status) -> bool {
    matches!(status, Status::Ingediend | Status::InBehandeling)
}

/// The day by which the first answer comes: so many days after the day of handing in.
#[must_use]
pub fn answer_day(handed_in: NaiveDate, days: u32) -> NaiveDate {
    handed_in.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// Whether the first answer is late.
#[must_use]
pub fn is_late(answer_on: Option<NaiveDate>, answered_at: Option<DateTime<Utc>>, today: NaiveDate) -> bool {
    answered_at.is_none() && answer_on.is_some_and(|day| day < today)
}

/// Whether the initiator may take it back: while nothing is ordered for it.
#[must_use]
pub fn may_withdraw(opdrachten: &[OpdrachtStatus]) -> bool {
    opdrachten.iter().all(|status| match status {
        OpdrachtStatus::Concept | OpdrachtStatus::Afgewezen | OpdrachtStatus::Ingetrokken => true,
        OpdrachtStatus::TerFiattering
        | OpdrachtStatus::Gefiatteerd
        | OpdrachtStatus::Aangenomen
        | OpdrachtStatus::Geweigerd
        | OpdrachtStatus::InUitvoering
        | OpdrachtStatus::Gereed
        | OpdrachtStatus::Verantwoord => false,
    })
}

/// Who takes a step: an action of the table, or nobody by hand.
#[must_use]
pub const fn action_of(step: Step) -> Option<Action> {
    match step {
        Step::Submit | Step::Answer | Step::Withdraw => Some(Action::SubmitInitiatief),
        Step::TakeUp | Step::Ask | Step::Link | Step::Merge | Step::Refer | Step::Reject => {
            Some(Action::TriageInitiatief)
        }
        // Nominating comes with the buurtbegroting; the other three follow from opdrachten.
        Step::Nominate | Step::Begin | Step::Realise | Step::FallBack => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_referred_or_withdrawn_is_seen_by_nobody() {
        let hidden: Vec<_> = Status::ALL.iter().filter(|status| !is_public(**status)).collect();
        assert_eq!(hidden, [&Status::Concept, &Status::Doorverwezen, &Status::Ingetrokken]);
        assert!(Status::ALL.iter().all(|status| is_public(*status) || !is_open(*status)));
    }

    #[test]
    fn an_answer_is_late_the_day_after() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let promised = answer_day(day("2026-02-10"), 28);
        assert_eq!(promised, day("2026-03-10"));
        assert!(!is_late(Some(promised), None, day("2026-03-10")));
        assert!(is_late(Some(promised), None, day("2026-03-11")));
        assert!(!is_late(Some(promised), Some(DateTime::UNIX_EPOCH), day("2026-03-11")));
    }

    #[test]
    fn what_is_ordered_cannot_be_taken_back() {
        assert!(may_withdraw(&[]));
        assert!(may_withdraw(&[OpdrachtStatus::Concept, OpdrachtStatus::Afgewezen]));
        assert!(!may_withdraw(&[OpdrachtStatus::Concept, OpdrachtStatus::Gefiatteerd]));
    }
}
