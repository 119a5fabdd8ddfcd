//! Decisions about an initiatief that need no database.

use crate::access::Action;
use crate::settings::EerstKijken;
use chrono::{DateTime, Days, NaiveDate, Utc};
use contract::initiatief::{InitiatiefSoort as Soort, InitiatiefStap as Step, InitiatiefStatus as Status};
use contract::initiatief::{OverPersoon, Zicht};
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

/// Working days within which the wijkteam looks; after these everybody sees it.
pub const LOOK_DAYS: u32 = 2;

/// Who may see what is handed in now. What is about one address, one person or one family is never for everybody
/// (SECURITY-RULES G-3); when its initiator cannot tell, the wijkteam looks first, whatever the city chose.
#[must_use]
pub const fn first_look(setting: EerstKijken, soort: Soort, about: OverPersoon) -> Zicht {
    match about {
        OverPersoon::Ja => Zicht::Afgeschermd,
        OverPersoon::WeetNiet => Zicht::Wacht,
        OverPersoon::Nee => match (setting, soort) {
            (EerstKijken::Alles, _) | (EerstKijken::Vraag, Soort::Vraag) => Zicht::Wacht,
            (EerstKijken::Vraag, Soort::Idee | Soort::ZelfDoen | Soort::Buurtrecht) | (EerstKijken::Niets, _) => {
                Zicht::Open
            }
        },
    }
}

/// Whether the wijkteam may bring it into public view: not what is about somebody, nor what goes on in something that is out
/// of view itself.
#[must_use]
pub fn may_release(status: Status, zicht: Zicht, about: Option<OverPersoon>, goes_on_in_hidden: bool) -> bool {
    zicht != Zicht::Open && is_public(status) && about != Some(OverPersoon::Ja) && !goes_on_in_hidden
}

/// Whether the wijkteam may take it out of public view, or keep it out.
#[must_use]
pub fn may_shield(status: Status, zicht: Zicht) -> bool {
    zicht != Zicht::Afgeschermd && is_public(status)
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

/// Whether the first answer can still be owed. A decision is one, with its reason. A message or a question is none; while a
/// question lies with the initiator nothing is owed to them.
#[must_use]
pub const fn waits_for_answer(status: Status) -> bool {
    matches!(status, Status::Ingediend | Status::InBehandeling)
}

/// The day by which the first answer comes: so many days after the day of handing in.
#[must_use]
pub fn answer_day(handed_in: NaiveDate, days: u32) -> NaiveDate {
    handed_in.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The day by which it comes once a question was answered: the days that the question lay with the initiator are added.
#[must_use]
pub fn answer_day_after_question(promised: NaiveDate, asked: NaiveDate, answered: NaiveDate) -> NaiveDate {
    let waited = u64::try_from(answered.signed_duration_since(asked).num_days()).unwrap_or_default();
    promised.checked_add_days(Days::new(waited)).unwrap_or(NaiveDate::MAX)
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

    // finding 15, G-3
    #[test]
    fn what_is_about_somebody_is_seen_by_nobody_else_whatever_the_city_chose() {
        use EerstKijken::{Alles, Niets, Vraag};
        use Zicht::{Afgeschermd, Open, Wacht};
        for (setting, soort, answers) in [
            (Vraag, Soort::Vraag, [Afgeschermd, Wacht, Wacht]),
            (Vraag, Soort::Idee, [Afgeschermd, Open, Wacht]),
            (Vraag, Soort::ZelfDoen, [Afgeschermd, Open, Wacht]),
            (Vraag, Soort::Buurtrecht, [Afgeschermd, Open, Wacht]),
            (Alles, Soort::Vraag, [Afgeschermd, Wacht, Wacht]),
            (Alles, Soort::Idee, [Afgeschermd, Wacht, Wacht]),
            (Niets, Soort::Vraag, [Afgeschermd, Open, Wacht]),
            (Niets, Soort::Idee, [Afgeschermd, Open, Wacht]),
        ] {
            let found = [OverPersoon::Ja, OverPersoon::Nee, OverPersoon::WeetNiet]
                .map(|about| first_look(setting, soort, about));
            assert_eq!(found, answers, "{setting:?} {soort}");
        }
    }

    #[test]
    fn only_what_can_be_public_comes_into_view_and_leaves_it() {
        for (status, zicht, about, is_behind_hidden, release, shield) in [
            (Status::Ingediend, Zicht::Wacht, Some(OverPersoon::WeetNiet), false, true, true),
            (Status::Ingediend, Zicht::Wacht, None, false, true, true),
            (Status::InBehandeling, Zicht::Afgeschermd, Some(OverPersoon::Nee), false, true, false),
            (Status::InBehandeling, Zicht::Afgeschermd, Some(OverPersoon::Ja), false, false, false),
            (Status::Gekoppeld, Zicht::Open, Some(OverPersoon::Nee), false, false, true),
            (Status::Samengevoegd, Zicht::Afgeschermd, Some(OverPersoon::Nee), true, false, false),
            (Status::Samengevoegd, Zicht::Afgeschermd, Some(OverPersoon::Nee), false, true, false),
            (Status::Doorverwezen, Zicht::Wacht, Some(OverPersoon::WeetNiet), false, false, false),
            (Status::Ingetrokken, Zicht::Open, None, false, false, false),
        ] {
            let found = (may_release(status, zicht, about, is_behind_hidden), may_shield(status, zicht));
            assert_eq!(found, (release, shield), "{status} {zicht} {about:?}");
        }
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
    fn the_days_that_a_question_lay_with_its_initiator_are_added() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (asked, answered, expected) in [
            ("2026-02-12", "2026-02-12", "2026-03-10"),
            ("2026-02-12", "2026-02-19", "2026-03-17"),
            ("2026-03-12", "2026-03-13", "2026-03-11"),
            ("2026-02-19", "2026-02-12", "2026-03-10"),
        ] {
            let found = answer_day_after_question(day("2026-03-10"), day(asked), day(answered));
            assert_eq!(found, day(expected), "{asked} {answered}");
        }
    }

    #[test]
    fn what_is_ordered_cannot_be_taken_back() {
        assert!(may_withdraw(&[]));
        assert!(may_withdraw(&[OpdrachtStatus::Concept, OpdrachtStatus::Afgewezen]));
        assert!(!may_withdraw(&[OpdrachtStatus::Concept, OpdrachtStatus::Gefiatteerd]));
    }
}
