//! Days on which a municipality works: Monday to Friday, without the days that Dutch law calls general holidays.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Amsterdam;

/// Days from Easter to the holidays that move with it: Good Friday, Easter Monday, Ascension Day, Whit Monday. Easter and
/// Whitsun themselves are Sundays.
const AROUND_EASTER: [i64; 4] = [-2, 1, 39, 50];

/// Whether people are at work on this day. Liberation Day counts as a holiday each year, as the law has it, though not
/// everybody is free then: a term that runs a day longer harms nobody.
#[must_use]
pub fn is_working_day(day: NaiveDate) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    !is_weekend && !is_holiday(day)
}

fn is_holiday(day: NaiveDate) -> bool {
    let is_fixed = matches!((day.month(), day.day()), (1, 1) | (5, 5) | (12, 25 | 26));
    is_fixed || kings_day(day.year()) == Some(day) || easter(day.year()).is_some_and(|easter| moves_with(easter, day))
}

/// 27 April, or the day before when that is a Sunday.
fn kings_day(year: i32) -> Option<NaiveDate> {
    let day = NaiveDate::from_ymd_opt(year, 4, 27)?;
    if day.weekday() == Weekday::Sun { day.pred_opt() } else { Some(day) }
}

fn moves_with(easter: NaiveDate, day: NaiveDate) -> bool {
    AROUND_EASTER.contains(&day.signed_duration_since(easter).num_days())
}

/// Easter Sunday, by the rule of Meeus, Jones and Butcher.
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, rest) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (leaps, leap_rest) = (century.div_euclid(4), century.rem_euclid(4));
    let drift = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let moon = (19 * golden + century - leaps - drift + 15).rem_euclid(30);
    let sunday = (32 + 2 * leap_rest + 2 * rest.div_euclid(4) - moon - rest.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * sunday).div_euclid(451);
    let day = moon + sunday - 7 * late + 114;
    let (month, day) = (u32::try_from(day.div_euclid(31)).ok()?, u32::try_from(day.rem_euclid(31) + 1).ok()?);
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The same time of day so many working days later. What comes in on a day off counts from the next working day, as if it
/// came in when that begins.
#[must_use]
pub fn later(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let local = from.with_timezone(&Amsterdam).naive_local();
    let mut at = local;
    if !is_working_day(at.date()) {
        at = next(at.date()).and_time(chrono::NaiveTime::MIN);
    }
    for _ in 0..days {
        at = next(at.date()).and_time(at.time());
    }
    moment(at)
}

/// The first working day after this one.
fn next(day: NaiveDate) -> NaiveDate {
    let mut day = day;
    loop {
        let Some(after) = day.checked_add_days(Days::new(1)) else { return day };
        day = after;
        if is_working_day(day) {
            return day;
        }
    }
}

/// When the clocks here say this. An hour that is skipped in spring is the hour after it.
fn moment(local: NaiveDateTime) -> DateTime<Utc> {
    match Amsterdam.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => local.and_utc(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_those_of_the_law() {
        for (year, holidays) in [
            (2026, ["01-01", "04-03", "04-06", "04-27", "05-05", "05-14", "05-25", "12-25", "12-26"]),
            // King's Day moves off a Sunday.
            (2025, ["01-01", "04-18", "04-21", "04-26", "05-05", "05-29", "06-09", "12-25", "12-26"]),
            // A leap year with an early Easter.
            (2024, ["01-01", "03-29", "04-01", "04-27", "05-05", "05-09", "05-20", "12-25", "12-26"]),
            (2038, ["01-01", "04-23", "04-26", "04-27", "05-05", "06-03", "06-14", "12-25", "12-26"]),
        ] {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let found: Vec<String> = first
                .iter_days()
                .take_while(|day| day.year() == year)
                .filter(|day| is_holiday(*day))
                .map(|day| day.format("%m-%d").to_string())
                .collect();
            assert_eq!(found, holidays, "{year}");
        }
    }

    #[test]
    fn two_working_days_later_is_on_a_working_day() {
        for (from, expected, what) in [
            ("2026-03-02T09:00", "2026-03-04T09:00", "Monday"),
            ("2026-03-05T16:30", "2026-03-09T16:30", "over a weekend"),
            ("2026-03-07T10:00", "2026-03-11T00:00", "a Saturday counts from Monday"),
            ("2026-04-02T09:00", "2026-04-08T09:00", "over Good Friday and Easter"),
            ("2026-04-27T12:00", "2026-04-30T00:00", "from King's Day"),
            ("2026-12-24T09:00", "2026-12-29T09:00", "over Christmas"),
            ("2026-03-27T09:00", "2026-03-31T09:00", "over the change to summer time"),
        ] {
            let local = |text: &str| moment(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap());
            assert_eq!(later(local(from), 2), local(expected), "{what}");
        }
    }
}
