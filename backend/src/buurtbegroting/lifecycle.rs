//! Where a buurtbegroting is, and what can be done there (DESIGN.md §2, §4). Nobody moves it: dates and facts do.

use crate::error::NotNow;
use chrono::{DateTime, Utc};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step, Planning};

/// What decides where a buurtbegroting is, beside the clock of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// When what begins.
    pub planning: Planning,
    /// The plan was fixed and published, the money set aside.
    pub is_published: bool,
    /// The rules were frozen: without that nobody votes, whatever the date says.
    pub is_frozen: bool,
    /// It was stopped.
    pub is_stopped: bool,
    /// The ballots were counted.
    pub is_counted: bool,
    /// Objections are over.
    pub is_final: bool,
}

/// Where it is now.
#[must_use]
pub fn fase(facts: Facts, now: DateTime<Utc>) -> Fase {
    let Planning { inzenden_vanaf, toetsen_vanaf, stemmen_tot, .. } = facts.planning;
    if facts.is_stopped {
        Fase::Gestopt
    } else if facts.is_final {
        Fase::Uitvoering
    } else if facts.is_counted {
        Fase::Uitslag
    } else if facts.is_frozen {
        if now < stemmen_tot { Fase::Stemmen } else { Fase::Tellen }
    } else if !facts.is_published || now < inzenden_vanaf {
        Fase::Voorbereiding
    } else if now < toetsen_vanaf {
        Fase::Inzenden
    } else {
        Fase::Toetsen
    }
}

/// What can be done in each phase. A new phase does not compile until that is written.
#[must_use]
pub const fn steps(fase: Fase, is_published: bool) -> &'static [Step] {
    match fase {
        Fase::Voorbereiding if !is_published => &[Step::Change, Step::Publish],
        Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen => &[
            Step::AddProject,
            Step::JudgeProject,
            Step::ExcludeProjects,
            Step::NameKeepers,
            Step::ProveKey,
            Step::Stop,
        ],
        Fase::Stemmen => &[Step::EnterPaper, Step::Stop],
        Fase::Tellen => &[Step::EnterPaper, Step::CloseUnchecked, Step::Count, Step::Stop],
        Fase::Uitslag => &[Step::Recount, Step::Finalize],
        Fase::Gestopt => &[Step::Finalize],
        Fase::Uitvoering => &[],
    }
}

/// Whether a step can be taken now.
///
/// # Errors
/// [`NotNow`] when it cannot.
pub fn check(fase: Fase, is_published: bool, step: Step) -> Result<(), NotNow> {
    if steps(fase, is_published).contains(&step) { Ok(()) } else { Err(NotNow::Buurtbegroting(fase, step)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(day * 86_400, 0).unwrap()
    }

    const NOTHING: fn() -> Facts = || Facts {
        planning: Planning {
            inzenden_vanaf: at(10),
            toetsen_vanaf: at(20),
            stemmen_vanaf: at(30),
            stemmen_tot: at(40),
        },
        is_published: false,
        is_frozen: false,
        is_stopped: false,
        is_counted: false,
        is_final: false,
    };

    #[test]
    fn dates_drive_it_once_it_is_published() {
        let published = Facts { is_published: true, ..NOTHING() };
        let frozen = Facts { is_frozen: true, ..published };
        for (facts, day, expected) in [
            (NOTHING(), 15, Fase::Voorbereiding),
            (published, 9, Fase::Voorbereiding),
            (published, 10, Fase::Inzenden),
            (published, 19, Fase::Inzenden),
            (published, 20, Fase::Toetsen),
            // The day has come, but what would be voted on is not fixed: it does not open.
            (published, 30, Fase::Toetsen),
            (published, 50, Fase::Toetsen),
            (frozen, 30, Fase::Stemmen),
            (frozen, 39, Fase::Stemmen),
            (frozen, 40, Fase::Tellen),
            (Facts { is_counted: true, ..frozen }, 41, Fase::Uitslag),
            (Facts { is_counted: true, is_final: true, ..frozen }, 90, Fase::Uitvoering),
            (Facts { is_stopped: true, ..frozen }, 35, Fase::Gestopt),
        ] {
            assert_eq!(fase(facts, at(day)), expected, "day {day} {facts:?}");
        }
    }

    #[test]
    fn the_steps_are_the_ones_that_were_reviewed() {
        let mut table = String::new();
        for fase in Fase::ALL {
            for is_published in [false, true] {
                write!(table, "{fase}{}:", if is_published { " (vastgesteld)" } else { "" }).unwrap();
                steps(*fase, is_published).iter().for_each(|step| write!(table, " {step}").unwrap());
                table.push('\n');
            }
        }
        assert_eq!(table, include_str!("lifecycle.txt"), "lifecycle.txt must change with the table");
    }
}
