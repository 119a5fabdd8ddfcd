//! Decisions about taking something away that need no database.

use crate::error::NotNow;
use chrono::{DateTime, TimeDelta, Utc};
use contract::field::Bericht;
use contract::ingreep::{BEWAARDAGEN, Gezien, IngreepStatus};

/// How long the reasons of one request are together: so many that are as long as one can be.
const MAX_REDENEN: usize = 4 * Bericht::MAX;

/// Why all of it is asked, when a request takes the place of one that waits: each reason once, in the order in which they came.
/// Nobody has to wait with what must go because colleagues explained a lot: what is too long for one page to tell loses the end of
/// the earlier ones, which stand whole at the requests that this one took the place of.
#[must_use]
pub fn both_reasons(earlier: &str, later: &str) -> String {
    let apart = |text: &str| format!("\n\n{text}\n\n");
    if apart(earlier).contains(&apart(later)) {
        return earlier.to_owned();
    }
    let both = format!("{earlier}\n\n{later}");
    if both.chars().count() <= MAX_REDENEN {
        return both;
    }
    let room = MAX_REDENEN.saturating_sub(later.chars().count());
    let begin: String = earlier.chars().take(room).collect();
    format!("{}…\n\n{later}", begin.trim_end())
}

/// When what was taken away is destroyed: so long after it was done, or after somebody asked to have it back and waits for an
/// answer.
#[must_use]
pub fn kept_until(done: DateTime<Utc>, asked_back: Option<DateTime<Utc>>) -> DateTime<Utc> {
    asked_back.map_or(done, |asked| asked.max(done)) + TimeDelta::days(BEWAARDAGEN)
}

/// Whether it can be put back. What was done to something last is put back first: in another order a step would bring back what
/// a later one took away.
#[must_use]
pub fn may_undo(status: IngreepStatus, is_destroyed: bool, is_newest: bool) -> bool {
    match status {
        IngreepStatus::Gedaan => !is_destroyed && is_newest,
        // Nothing was taken away yet, or another was asked already to put it back.
        IngreepStatus::Wacht
        | IngreepStatus::HerstelWacht
        | IngreepStatus::Hersteld
        | IngreepStatus::Ingetrokken
        | IngreepStatus::Geweigerd => false,
    }
}

/// Whether an answer, or a withdrawal, is about what was shown: a request to leave something out can meanwhile have become one to
/// put it back, or one to put it back another, of somebody else and for another reason. A yes to the first is none to the next.
///
/// # Errors
/// When it stands otherwise now.
pub fn as_shown(status: IngreepStatus, since: DateTime<Utc>, shown: Gezien) -> Result<(), NotNow> {
    let is_same = status == shown.staat && shown.sinds == since;
    if is_same { Ok(()) } else { Err(NotNow::Ingreep(status)) }
}

/// Whether what a request was about stands there; nothing while that waits for an answer, or when a later request is about the
/// same text. What was taken out can say again what it said: a result follows the title of a plan that came back.
#[must_use]
pub fn stands(status: IngreepStatus, is_newest: bool, says_again: bool) -> Option<bool> {
    match status {
        IngreepStatus::Wacht | IngreepStatus::HerstelWacht => None,
        IngreepStatus::Gedaan => Some(says_again),
        IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => is_newest.then_some(true),
    }
}

/// Whether the parts of one request ended apart: one text is without what another still says. While one of them waits, it is
/// not over.
#[must_use]
pub fn is_divided(parts: &[(IngreepStatus, bool, bool)]) -> bool {
    let waits = |status: IngreepStatus| matches!(status, IngreepStatus::Wacht | IngreepStatus::HerstelWacht);
    let is_over = parts.iter().all(|(status, ..)| !waits(*status));
    let has = |there: bool| {
        parts.iter().any(|(status, is_newest, says_again)| stands(*status, *is_newest, *says_again) == Some(there))
    };
    is_over && has(true) && has(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_takes_the_place_of_another_tells_why_that_was_asked_as_well() {
        let name = "Dat is een naam.";
        let both = "Dat is een naam.\n\nDat is een straat.";
        for (earlier, later, expected) in [
            (name, "Dat is een straat.", both),
            (name, name, name),
            // Asked once more for the first reason, after another: both are told still.
            (both, name, both),
            (both, "Dat is een straat.", both),
            (both, both, both),
            ("Dat is een naam. En meer.", name, "Dat is een naam. En meer.\n\nDat is een naam."),
        ] {
            assert_eq!(both_reasons(earlier, later), expected, "{earlier} and {later}");
        }
    }

    // G-3: a long reason is nothing to refuse for; the first and the last one are told
    #[test]
    fn reasons_that_are_long_together_lose_the_end_of_the_earlier_ones() {
        let (first, long) = ("Dat is een naam.", "x".repeat(Bericht::MAX));
        let two = both_reasons(first, &long);
        assert_eq!(two, format!("{first}\n\n{long}"), "longer than one reason can be");
        let mut all = two;
        for number in 0..9 {
            all = both_reasons(&all, &format!("{number}{long}"));
            assert!(all.chars().count() <= MAX_REDENEN + 3, "{number}");
            assert!(all.starts_with(first) && all.ends_with(&format!("\n\n{number}{long}")), "{number}: {all}");
        }
        assert!(all.contains('…'), "{all}");
    }

    #[test]
    fn what_is_destroyed_or_under_something_newer_does_not_come_back() {
        use IngreepStatus::{Gedaan, Geweigerd, HerstelWacht, Hersteld, Ingetrokken, Wacht};
        let rows = [
            (Wacht, false, true, false),
            (Wacht, true, false, false),
            (Gedaan, false, true, true),
            (Gedaan, true, true, false),
            (Gedaan, false, false, false),
            (HerstelWacht, false, true, false),
            (Hersteld, false, true, false),
            (Ingetrokken, false, true, false),
            (Geweigerd, false, true, false),
        ];
        for (status, is_destroyed, is_newest, expected) in rows {
            assert_eq!(may_undo(status, is_destroyed, is_newest), expected, "{status} {is_destroyed} {is_newest}");
        }
        let done = DateTime::UNIX_EPOCH;
        for (asked, expected) in [(None, "1970-04-01"), (Some(-1), "1970-04-01"), (Some(10), "1970-04-11")] {
            let asked = asked.map(|days| done + TimeDelta::days(days));
            assert_eq!(kept_until(done, asked).to_string(), format!("{expected} 00:00:00 UTC"));
        }
    }

    // V-8: a yes is an answer to what was shown
    #[test]
    fn who_answers_answers_what_was_shown_and_nothing_else() {
        for status in IngreepStatus::ALL.iter().copied() {
            for shown in IngreepStatus::ALL.iter().copied() {
                for (hours, is_then) in [(0, true), (1, false)] {
                    let sinds = DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
                    let is_right = as_shown(status, DateTime::UNIX_EPOCH, Gezien { staat: shown, sinds }).is_ok();
                    assert_eq!(is_right, status == shown && is_then, "{status}, shown as {shown} since {sinds}");
                }
            }
        }
    }

    #[test]
    fn a_request_ends_apart_when_one_text_is_without_what_another_says() {
        use IngreepStatus::{Gedaan, Geweigerd, HerstelWacht, Hersteld, Ingetrokken, Wacht};
        for (parts, expected) in [
            (&[(Gedaan, true, false), (Geweigerd, true, false)][..], true),
            (&[(Gedaan, true, false), (Ingetrokken, true, false)], true),
            (&[(Gedaan, true, false), (Hersteld, true, false), (Gedaan, true, false)], true),
            (&[(Gedaan, true, false), (Gedaan, true, false)], false),
            (&[(Geweigerd, true, false), (Hersteld, true, false)], false),
            // Not over yet.
            (&[(Gedaan, true, false), (Geweigerd, true, false), (Wacht, true, false)], false),
            (&[(HerstelWacht, true, false), (Geweigerd, true, false)], false),
            // What was refused went later after all, or is asked again.
            (&[(Gedaan, true, false), (Geweigerd, false, false)], false),
            (&[(Gedaan, true, false)], false),
            // What was taken out says again what it said.
            (&[(Gedaan, true, true), (Hersteld, true, false)], false),
            (&[(Gedaan, true, true), (Gedaan, true, false)], true),
            (&[], false),
        ] {
            assert_eq!(is_divided(parts), expected, "{parts:?}");
        }
    }
}
