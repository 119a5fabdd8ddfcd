//! How dates are written for people. The only place that does; amounts are in `amount.rs`.

use crate::i18n::Lang;
use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};

/// A day, as "3 maart 2026".
#[must_use]
pub fn day(lang: Lang, day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month(lang, day.month()), day.year())
}

/// The day of a moment, in the Netherlands.
#[must_use]
pub fn day_of(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive()
}

/// That day, in words.
#[must_use]
pub fn moment(lang: Lang, moment: DateTime<Utc>) -> String {
    day(lang, day_of(moment))
}

/// A moment with its time, in the Netherlands: "3 maart 2026, 9.30 uur".
#[must_use]
pub fn moment_and_time(lang: Lang, moment: DateTime<Utc>) -> String {
    let local = moment.with_timezone(&chrono_tz::Europe::Amsterdam);
    lang.moment_and_time(day(lang, local.date_naive()), format!("{:02}", local.minute()), local.hour())
}

/// What somebody filled in as a moment in the Netherlands (`2026-03-02T09:30`), in the notation of the API. What is no
/// moment goes on as it is, and is refused there; an hour that summer time skips or has twice is the first that it can
/// be.
#[must_use]
pub fn local_moment(text: &str) -> String {
    use chrono::{NaiveDateTime, TimeDelta, TimeZone as _};
    let read = |form| NaiveDateTime::parse_from_str(text.trim(), form).ok();
    let Some(local) = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S")) else { return text.to_owned() };
    let zone = chrono_tz::Europe::Amsterdam;
    let moment = zone.from_local_datetime(&local).earliest();
    let moment = moment.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    moment.map_or_else(|| text.to_owned(), |moment| moment.with_timezone(&Utc).to_rfc3339())
}

/// A moment as an input of a page holds it.
#[must_use]
pub fn input_moment(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&chrono_tz::Europe::Amsterdam).format("%Y-%m-%dT%H:%M").to_string()
}

/// A moment as the name of a file holds it, in the Netherlands: "2026-03-03-0930".
#[must_use]
pub fn stamp(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&chrono_tz::Europe::Amsterdam).format("%Y-%m-%d-%H%M").to_string()
}

const fn month(lang: Lang, month: u32) -> &'static str {
    match month {
        1 => lang.month_1(),
        2 => lang.month_2(),
        3 => lang.month_3(),
        4 => lang.month_4(),
        5 => lang.month_5(),
        6 => lang.month_6(),
        7 => lang.month_7(),
        8 => lang.month_8(),
        9 => lang.month_9(),
        10 => lang.month_10(),
        11 => lang.month_11(),
        _ => lang.month_12(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // T-4
    #[test]
    fn what_is_filled_in_is_dutch_time_also_when_the_clock_changes() {
        for (typed, expected) in [
            ("2026-03-02T09:30", "2026-03-02T08:30:00+00:00"),
            ("2026-07-01T09:30", "2026-07-01T07:30:00+00:00"),
            // At 2:00 it becomes 3:00, and in autumn 3:00 becomes 2:00.
            ("2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
            ("morgen", "morgen"),
            ("", ""),
        ] {
            assert_eq!(local_moment(typed), expected, "{typed}");
        }
        let moment = "2026-10-25T00:30:00Z".parse().unwrap();
        assert_eq!(input_moment(moment), "2026-10-25T02:30");
        assert_eq!(stamp(moment), "2026-10-25-0230");
        assert_eq!(moment_and_time(Lang::Nl, moment), "25 oktober 2026, 2.30 uur");
    }

    #[test]
    fn a_moment_at_night_is_on_the_dutch_day() {
        let late = "2026-07-01T22:30:00Z".parse().unwrap();
        assert_eq!(moment(Lang::Nl, late), "2 juli 2026");
        assert_eq!(moment(Lang::En, late), "2 July 2026");
    }
}
