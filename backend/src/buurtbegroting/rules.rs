//! Decisions about a buurtbegroting that need no database.

use crate::access::Action;
use crate::buurtbegroting::store::Masked;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Amsterdam;
use contract::buurtbegroting::{
    Belemmering, BuurtbegrotingStap as Step, Onherkenbaar, Sluiting, Spelregels, Weggelaten,
};
use contract::project::{ProjectStatus, ProjectView};
use contract::{AccountId, Euro};
use std::collections::{BTreeMap, BTreeSet};

/// The action of the table that a step belongs to.
#[must_use]
pub const fn action_of(step: Step) -> Action {
    match step {
        Step::Change | Step::Publish | Step::AddProject | Step::JudgeProject | Step::ExcludeProjects => {
            Action::PrepareBuurtbegroting
        }
        Step::NameKeepers
        | Step::ProveKey
        | Step::EnterPaper
        | Step::CloseUnchecked
        | Step::Count
        | Step::Recount
        | Step::Finalize
        | Step::Stop => Action::CountVotes,
    }
}

/// What keeps a vote from opening, also when its day has come.
#[must_use]
pub fn obstacles(has_key: bool, spelregels: &Spelregels, projecten: &[ProjectView]) -> Vec<Belemmering> {
    let mut found = Vec::new();
    if !has_key {
        found.push(Belemmering::SleutelOntbreekt);
    }
    if projecten.iter().any(ProjectView::waits) {
        found.push(Belemmering::PlannenWachten);
    }
    let admitted = projecten.iter().filter(|project| project.status == ProjectStatus::Toegelaten).count();
    if admitted < usize::from(spelregels.stembiljet.fewest()) {
        found.push(Belemmering::TeWeinigPlannen);
    }
    found
}

/// Until when objections against an outcome can be made: six weeks (Awb 6:7).
#[must_use]
pub fn objections_until(counted: DateTime<Utc>) -> DateTime<Utc> {
    counted + TimeDelta::weeks(6)
}

/// What everybody is told of a box that is shut: of fewer than ten ballots not how many (SECURITY-RULES H-7).
#[must_use]
pub fn published(sluiting: Sluiting) -> Sluiting {
    let stembiljetten = if sluiting.weinig { 0 } else { sluiting.stembiljetten };
    Sluiting { stembiljetten, ..sluiting }
}

/// Whether a project can be paid from the round at all.
#[must_use]
pub fn is_affordable(kosten: Euro, bedrag: Euro) -> bool {
    kosten <= bedrag
}

/// Whether a second look can be asked for: once, of what was refused, as long as plans are judged.
#[must_use]
pub fn can_ask_again(project: &ProjectView, steps: &[Step]) -> bool {
    project.status == ProjectStatus::Afgewezen && project.heroverweging.is_none() && steps.contains(&Step::JudgeProject)
}

/// A second look at a project: who refused it first, and who was against it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondLook {
    /// Who refused it first.
    pub first: AccountId,
    /// Who was against it again.
    pub again: Option<AccountId>,
}

/// What comes of a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It may be voted on after all.
    Admitted,
    /// Another must agree that it is refused.
    NeedsSecond,
    /// It stays refused.
    Refused,
}

/// The same person cannot decide twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamePerson;

/// Decides about a second look: never by who refused it first; and to refuse again takes two.
///
/// # Errors
/// [`SamePerson`].
pub fn look_again(look: SecondLook, who: AccountId, is_admitting: bool) -> Result<Ruling, SamePerson> {
    if who == look.first || look.again == Some(who) {
        Err(SamePerson)
    } else if is_admitting {
        Ok(Ruling::Admitted)
    } else if look.again.is_none() {
        Ok(Ruling::NeedsSecond)
    } else {
        Ok(Ruling::Refused)
    }
}

/// Of how many plans something was taken out of public view, day by day, by wijkteam and stembureau together and otherwise.
#[must_use]
pub fn by_day(masked: Vec<Masked>) -> Vec<Onherkenbaar> {
    let mut days: BTreeMap<(NaiveDate, Weggelaten, bool), BTreeSet<u32>> = BTreeMap::new();
    for own in masked {
        let day = own.at.with_timezone(&Amsterdam).date_naive();
        days.entry((day, own.wat, own.is_confirmed)).or_default().extend(own.nummer);
    }
    let line = |((dag, wat, samen), plans): (_, BTreeSet<u32>)| {
        let aantal = u32::try_from(plans.len()).unwrap_or(u32::MAX);
        Onherkenbaar { dag, wat, aantal, plannen: plans.into_iter().collect(), samen }
    };
    days.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn who_refused_first_decides_nothing_and_refusing_again_takes_two() {
        let who = |number: u128| AccountId(Uuid::from_u128(number));
        for (again, person, is_admitting, expected) in [
            (None, 1, true, Err(SamePerson)),
            (None, 1, false, Err(SamePerson)),
            (None, 2, true, Ok(Ruling::Admitted)),
            (None, 2, false, Ok(Ruling::NeedsSecond)),
            (Some(2), 2, true, Err(SamePerson)),
            (Some(2), 2, false, Err(SamePerson)),
            (Some(2), 1, false, Err(SamePerson)),
            (Some(2), 3, false, Ok(Ruling::Refused)),
            (Some(2), 3, true, Ok(Ruling::Admitted)),
        ] {
            let look = SecondLook { first: who(1), again: again.map(who) };
            assert_eq!(look_again(look, who(person), is_admitting), expected, "{again:?} {person} {is_admitting}");
        }
    }

    #[test]
    fn a_plan_counts_once_a_day_and_days_are_those_of_here() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        use Weggelaten::{Planfoto, Plantekst, Stemming};
        let masked = [
            (Some(1), Plantekst, "2026-03-04T10:00:00Z", true),
            (Some(1), Plantekst, "2026-03-04T10:00:00Z", true),
            (Some(2), Plantekst, "2026-03-04T22:59:00Z", true),
            // A photo is told of by itself, and so is the vote.
            (Some(1), Planfoto, "2026-03-04T10:00:00Z", true),
            (Some(1), Planfoto, "2026-03-04T11:00:00Z", true),
            (None, Stemming, "2026-03-04T10:00:00Z", true),
            // Its initiatief left public view: nobody else chose that.
            (Some(4), Plantekst, "2026-03-04T12:00:00Z", false),
            // Past midnight in the Netherlands.
            (Some(3), Plantekst, "2026-03-04T23:01:00Z", true),
        ];
        let masked = masked.map(|(nummer, wat, when, is_confirmed)| Masked { nummer, wat, at: at(when), is_confirmed });
        let told = by_day(masked.to_vec());
        assert!(told.iter().all(|own| usize::try_from(own.aantal).unwrap() == own.plannen.len()), "{told:?}");
        assert_eq!(told[1].plannen, [1, 2], "everybody reads which");
        let found: Vec<_> = told.iter().map(|own| (own.dag.to_string(), own.wat, own.aantal, own.samen)).collect();
        let day = |day: u8| format!("2026-03-0{day}");
        let expected = [
            (day(4), Plantekst, 1, false),
            (day(4), Plantekst, 2, true),
            (day(4), Planfoto, 1, true),
            (day(4), Stemming, 0, true),
            (day(5), Plantekst, 1, true),
        ];
        assert_eq!(found, expected);
    }
}
