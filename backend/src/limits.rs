//! How often something may be tried, counted in the database so that it holds over instances (SECURITY-RULES B-1).
//!
//! People together in one place are never refused what each of them may do: a person has limits of their own, and what
//! is counted by network is either wrong or far more than a crowd does.

use crate::app::App;
use crate::caller::Caller;
use crate::database::sql;
use crate::error::Error;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// At most `most` times in each window of `seconds`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// How often.
    pub most: i64,
    /// Per how many seconds.
    pub seconds: i64,
}

/// So many at once, and then one more after every so many seconds: whoever is refused waits no longer than that before
/// the next try, whatever others did. One who keeps taking every turn does stand in the way of the rest.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// What is counted.
    pub name: &'static str,
    /// How many at once.
    pub at_once: i64,
    /// Seconds that each takes.
    pub seconds: i64,
}

const QUARTER: i64 = 900;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Wrong passwords for one account from one network, before that network comes in the line of [`Line::Further`].
pub const LOGIN_NETWORK: Limit = Limit { name: "login-netwerk", most: 5, seconds: QUARTER };
/// Wrong passwords for one account on a device that is known to it, before that is a device like any other.
pub const LOGIN_DEVICE: Limit = Limit { name: "login-apparaat", most: 5, seconds: QUARTER };
/// Wrong passwords for one account, from all networks that have tries left.
pub const LOGIN_ACCOUNT: Pace = Pace { name: "login-account", at_once: 5, seconds: 15 };
/// Wrong passwords for one account, from all networks that have none left.
pub const LOGIN_FURTHER: Pace = Pace { name: "login-verder", at_once: 1, seconds: 15 };
/// Mails with a link to one address.
pub const MAIL_ADDRESS: Limit = Limit { name: "mail-adres", most: 3, seconds: HOUR };
/// Mails with a link, to addresses that nobody confirmed, asked from one network.
pub const MAIL_NETWORK: Limit = Limit { name: "mail-netwerk", most: 300, seconds: HOUR };
/// Initiatieven of one account or guest address.
pub const INITIATIEF_PERSON: Limit = Limit { name: "initiatief-persoon", most: 5, seconds: DAY };
/// Initiatieven that one member of staff hands in: what was told them at a table.
pub const INITIATIEF_STAFF: Limit = Limit { name: "initiatief-medewerker", most: 100, seconds: DAY };
/// Initiatieven of guests from one network.
pub const INITIATIEF_GUESTS: Limit = Limit { name: "initiatief-gasten", most: 300, seconds: HOUR };
/// Support by one account.
pub const STEUN: Limit = Limit { name: "steun", most: 60, seconds: HOUR };
/// Photos of one account.
pub const FOTO: Limit = Limit { name: "foto", most: 20, seconds: HOUR };
/// Photos of one member of staff.
pub const FOTO_STAFF: Limit = Limit { name: "foto-medewerker", most: 200, seconds: HOUR };
/// Photos of guests from one network.
pub const FOTO_GUESTS: Limit = Limit { name: "foto-gasten", most: 900, seconds: HOUR };
/// Links that do not work, tried from one network. One that works is never limited.
pub const LINK_NETWORK: Limit = Limit { name: "link-netwerk", most: 600, seconds: HOUR };

/// Wrong codes tried from one network.
pub const STEMCODE_NETWORK: Limit = Limit { name: "stemcode-netwerk", most: 10, seconds: 600 };
/// Wrong codes tried from everywhere: more than these and somebody must look.
pub const STEMCODE_ALL: Limit = Limit { name: "stemcode", most: 200, seconds: HOUR };

/// How many photos this caller may send, and who is counted.
#[must_use]
pub fn fotos(caller: &Caller) -> (Limit, String) {
    match caller.account() {
        Some(account) => (if caller.is_staff() { FOTO_STAFF } else { FOTO }, account.to_string()),
        None => (FOTO_GUESTS, caller.network.clone()),
    }
}

#[derive(Debug, FromQueryResult)]
struct Count {
    aantal: i64,
}

/// One that was counted, and may be given back.
#[derive(Debug, Clone)]
pub struct Taken {
    key: String,
    window: i64,
}

/// Counts one more, and refuses when that is too many. In the transaction of what is limited, so that only what
/// happened counts; on its own where a failure must count.
///
/// # Errors
/// [`Error::TooOften`] with the seconds to wait.
pub async fn take<C: ConnectionTrait>(db: &C, app: &App, limit: Limit, who: &str) -> Result<(), Error> {
    take_amount(db, app, limit, who, 1).await
}

/// The same as [`take`], for what is counted before it is tried and given back when all was well: however many try at once, no more
/// than these do. Nothing is counted, and none is given, when there is no room.
///
/// # Errors
/// When the database is away.
pub async fn borrow<C: ConnectionTrait>(db: &C, app: &App, limit: Limit, who: &str) -> Result<Option<Taken>, Error> {
    let now = app.now().timestamp();
    let taken = Taken { key: format!("{}:{who}", limit.name), window: now - now.rem_euclid(limit.seconds) };
    let upsert = sql(
        db,
        "INSERT INTO poging (sleutel, venster, aantal) VALUES ($1, $2, 1) \
         ON CONFLICT (sleutel, venster) DO UPDATE SET aantal = poging.aantal + 1 WHERE poging.aantal < $3 \
         RETURNING aantal",
        [taken.key.clone().into(), taken.window.into(), limit.most.into()],
    );
    let counted = Count::find_by_statement(upsert).one(db).await?;
    Ok(counted.map(|_counted| taken))
}

/// Counts one less.
///
/// # Errors
/// When the database is away.
pub async fn give_back<C: ConnectionTrait>(db: &C, taken: &Taken) -> Result<(), Error> {
    let update = sql(
        db,
        "UPDATE poging SET aantal = aantal - 1 WHERE sleutel = $1 AND venster = $2 AND aantal > 0",
        [taken.key.clone().into(), taken.window.into()],
    );
    db.execute_raw(update).await?;
    Ok(())
}

impl Pace {
    /// Until when everything is taken after one more, when there is room for it now; otherwise the seconds to wait.
    fn next(self, taken_until: i64, now: i64) -> Result<i64, u32> {
        // Never farther ahead than full, whatever the clock of another instance said.
        let from = taken_until.clamp(now, now + self.at_once * self.seconds);
        let wait = from - now - (self.at_once - 1) * self.seconds;
        if wait <= 0 { Ok(from + self.seconds) } else { Err(u32::try_from(wait).unwrap_or(u32::MAX)) }
    }

    fn key(self, who: &str) -> String {
        format!("{}:{who}", self.name)
    }
}

/// The line that a try to log in stands in, on a device that the account does not know.
///
/// In either nobody is asked to wait longer than fifteen seconds. A colleague, or somebody in the same library, who uses up
/// the five tries of that network has the owner wait there, turn by turn, and nowhere else: of the first line the other one
/// takes no more than one of five places. With one line for all, one network that keeps trying would stand in the way of
/// every other. (Who takes every turn of a line does stand in the way of that line: nothing tells the owner and a guesser
/// apart. Twelve networks that guess all the time take every turn of both. The owner passes on a device that is known, and
/// a password that is set by a mailed link makes the device known.)
///
/// What that leaves to who guesses day and night: five at once in all, and then one in each line every fifteen seconds,
/// 11,524 a day and 4.2 million a year; from one network alone 5 a quarter and one every fifteen seconds, 6,240 a day at
/// most. The weakest password that is accepted (`zxcvbn` 3) is the hundred millionth guess: as many guesses take 24 years,
/// 44 from one network, and in the first year one in 24 of the weakest is found. There is no most per day beside it:
/// whoever reached that would shut the owner out until the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Networks that have tries left.
    First,
    /// Networks that used theirs.
    Further,
}

/// Until when everything is taken in each line.
#[derive(Debug, Clone, Copy)]
struct Until {
    first: i64,
    further: i64,
}

impl Line {
    /// How fast it goes.
    #[must_use]
    pub const fn pace(self) -> Pace {
        match self {
            Self::First => LOGIN_ACCOUNT,
            Self::Further => LOGIN_FURTHER,
        }
    }

    /// Until when everything in this line is taken after one more, when there is room for it now; otherwise the seconds
    /// to wait. The two lines together let no more through at once than the first by itself.
    fn next(self, taken: Until, now: i64) -> Result<i64, u32> {
        match self {
            // What was let through in the other line takes one of the five places, and no more of them.
            Self::First => {
                let further = taken.further.clamp(now, now + LOGIN_FURTHER.seconds) - now;
                LOGIN_ACCOUNT.next(taken.first.max(now) + further, now).map(|until| until - further)
            }
            Self::Further => {
                let own = LOGIN_FURTHER.next(taken.further, now);
                match LOGIN_ACCOUNT.next(taken.first, now) {
                    Ok(_room) => own,
                    Err(wait) => Err(own.err().map_or(wait, |own| own.max(wait))),
                }
            }
        }
    }
}

#[derive(Debug, FromQueryResult)]
struct Tempo {
    bezet_tot: i64,
}

/// Takes a turn in a line; the rows are held until the transaction ends, so whoever comes at the same time waits for what
/// this one takes.
///
/// # Errors
/// [`Error::TooOften`] with the seconds to wait.
pub async fn take_turn<C: ConnectionTrait>(tx: &C, app: &App, line: Line, who: &str) -> Result<(), Error> {
    let now = app.now().timestamp();
    // Always in this order.
    let first = hold(tx, LOGIN_ACCOUNT, who, now).await?;
    let further = hold(tx, LOGIN_FURTHER, who, now).await?;
    let next = line.next(Until { first, further }, now).map_err(|wait| Error::TooOften { wait })?;
    let update =
        sql(tx, "UPDATE tempo SET bezet_tot = $1 WHERE sleutel = $2", [next.into(), line.pace().key(who).into()]);
    tx.execute_raw(update).await?;
    Ok(())
}

/// Until when everything is taken at this pace; that does not change until the transaction ends.
async fn hold<C: ConnectionTrait>(tx: &C, pace: Pace, who: &str, now: i64) -> Result<i64, Error> {
    let hold = sql(
        tx,
        "INSERT INTO tempo (sleutel, bezet_tot) VALUES ($1, $2) \
         ON CONFLICT (sleutel) DO UPDATE SET bezet_tot = tempo.bezet_tot RETURNING bezet_tot",
        [pace.key(who).into(), now.into()],
    );
    let held = Tempo::find_by_statement(hold).one(tx).await?;
    Ok(held.map_or(now, |held| held.bezet_tot))
}

/// Gives a turn back.
///
/// # Errors
/// When the database is away.
pub async fn give_turn_back<C: ConnectionTrait>(tx: &C, line: Line, who: &str) -> Result<(), Error> {
    let pace = line.pace();
    let update = sql(
        tx,
        "UPDATE tempo SET bezet_tot = bezet_tot - $1 WHERE sleutel = $2",
        [pace.seconds.into(), pace.key(who).into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Refuses when the limit is reached already, without counting.
///
/// # Errors
/// [`Error::TooOften`] with the seconds to wait.
pub async fn check<C: ConnectionTrait>(db: &C, app: &App, limit: Limit, who: &str) -> Result<(), Error> {
    let now = app.now().timestamp();
    let window = now - now.rem_euclid(limit.seconds);
    let select = sql(
        db,
        "SELECT aantal FROM poging WHERE sleutel = $1 AND venster = $2",
        [format!("{}:{who}", limit.name).into(), window.into()],
    );
    let count = Count::find_by_statement(select).one(db).await?;
    if count.is_none_or(|count| count.aantal < limit.most) { Ok(()) } else { Err(too_often(limit, now)) }
}

fn too_often(limit: Limit, now: i64) -> Error {
    let wait = limit.seconds - now.rem_euclid(limit.seconds);
    Error::TooOften { wait: u32::try_from(wait).unwrap_or(u32::MAX) }
}

/// Kilobytes of photos that one account sends. What guests leave has a limit of its own, for all of them together.
pub const FOTO_KILOBYTES: Limit = Limit { name: "foto-kilobyte", most: 50_000, seconds: DAY };
/// The same, for somebody who works for the municipality and reports how it goes.
pub const FOTO_KILOBYTES_STAFF: Limit = Limit { name: "foto-kilobyte-medewerker", most: 500_000, seconds: DAY };

/// How many kilobytes of photos this caller may send.
#[must_use]
pub fn foto_kilobytes(caller: &Caller) -> Option<Limit> {
    caller.account().map(|_account| if caller.is_staff() { FOTO_KILOBYTES_STAFF } else { FOTO_KILOBYTES })
}

/// Counts so many more of something that is not counted by the piece, as [`take`] counts one.
///
/// # Errors
/// [`Error::TooOften`] with the seconds to wait.
pub async fn take_amount<C: ConnectionTrait>(
    db: &C,
    app: &App,
    limit: Limit,
    who: &str,
    amount: i64,
) -> Result<(), Error> {
    let now = app.now().timestamp();
    let window = now - now.rem_euclid(limit.seconds);
    let upsert = sql(
        db,
        "INSERT INTO poging (sleutel, venster, aantal) VALUES ($1, $2, $3) \
         ON CONFLICT (sleutel, venster) DO UPDATE SET aantal = poging.aantal + excluded.aantal RETURNING aantal",
        [format!("{}:{who}", limit.name).into(), window.into(), amount.into()],
    );
    let count = Count::find_by_statement(upsert).one(db).await?;
    if count.is_none_or(|count| count.aantal <= limit.most) { Ok(()) } else { Err(too_often(limit, now)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // B-1
    #[test]
    fn five_are_taken_at_once_and_then_one_in_fifteen_seconds() {
        let pace = LOGIN_ACCOUNT;
        for (taken_until, now, expected) in [
            // Never tried, or long ago.
            (0, 1_000, Ok(1_015)),
            (1_000, 1_000, Ok(1_015)),
            // The fifth at once, and the sixth.
            (1_060, 1_000, Ok(1_075)),
            (1_075, 1_000, Err(15)),
            (1_075, 1_001, Err(14)),
            (1_075, 1_014, Err(1)),
            (1_075, 1_015, Ok(1_090)),
            // Every fifteen seconds one more.
            (1_090, 1_015, Err(15)),
            (1_090, 1_030, Ok(1_105)),
            // Another instance has another clock: nobody waits longer for it.
            (9_999, 1_000, Err(15)),
        ] {
            assert_eq!(pace.next(taken_until, now), expected, "{taken_until} at {now}");
        }
    }

    impl Until {
        /// Takes a turn where there is one.
        fn take(&mut self, line: Line, now: i64) -> bool {
            let next = line.next(*self, now);
            match (line, next) {
                (Line::First, Ok(until)) => self.first = until,
                (Line::Further, Ok(until)) => self.further = until,
                (Line::First | Line::Further, Err(_wait)) => {}
            }
            next.is_ok()
        }
    }

    /// Somebody who takes every turn, second by second, in lines in this order; gives how many there were. What is asked of
    /// who is refused and of who comes to the first line for the first time holds at every moment.
    fn attacked(lines: &[Line], seconds: i64) -> i64 {
        let (mut until, mut judged) = (Until { first: 0, further: 0 }, 0);
        for now in 0..seconds {
            let mut at_once = 0;
            for line in lines {
                for _attacker in 0..10 {
                    match line.next(until, now) {
                        Ok(next) => {
                            at_once += 1;
                            match line {
                                Line::First => until.first = next,
                                Line::Further => until.further = next,
                            }
                        }
                        Err(wait) => assert!((1..=15).contains(&wait), "{line:?} {wait} at {now}"),
                    }
                }
            }
            assert!(at_once <= 5, "{lines:?} {at_once} at {now}");
            if lines == [Line::Further] {
                assert!(Line::First.next(until, now).is_ok(), "the owner, on any other network, at {now}");
            }
            judged += at_once;
        }
        judged
    }

    // B-1, P1-8
    #[test]
    fn however_many_try_nobody_waits_longer_than_fifteen_seconds_and_few_are_judged() {
        const DAY_OF_TURNS: i64 = DAY / 15 - 1;
        for (lines, seconds, expected) in [
            (&[Line::First][..], 900, 5 + 59),
            // One network that goes on.
            (&[Line::Further][..], 900, 60),
            // Day and night. Whoever takes the places of the first line first gets none in the other.
            (&[Line::First, Line::Further][..], DAY, 5 + DAY_OF_TURNS),
            (&[Line::Further, Line::First][..], DAY, 6 + 2 * DAY_OF_TURNS),
        ] {
            assert_eq!(attacked(lines, seconds), expected, "{lines:?}");
        }
        assert_eq!(6 + 2 * DAY_OF_TURNS, 11_524, "as it says above");
        assert_eq!(LOGIN_NETWORK.most * DAY / LOGIN_NETWORK.seconds + DAY / LOGIN_FURTHER.seconds, 6_240);
    }

    // P1-9
    #[test]
    fn in_whatever_order_they_come_no_more_than_five_are_judged_at_once() {
        // Each way to take eight turns in one second, after each way in which some were taken before.
        for (order, before, waited) in (0..256_u32).flat_map(|order| {
            (0..256_u32).flat_map(move |before| [7, 15, 40, 75].map(move |waited| (order, before, waited)))
        }) {
            let mut until = Until { first: 0, further: 0 };
            let mut take = |tries: u32, now: i64| {
                let lines = (0..8).map(|at| if tries & (1 << at) == 0 { Line::First } else { Line::Further });
                lines.filter(|line| until.take(*line, now)).count()
            };
            assert!(take(before, 1_000) <= 5 && take(order, 1_000 + waited) <= 5, "{before:b} {order:b} {waited}");
        }
    }

    // B-1, finding 13
    #[test]
    fn a_network_that_used_its_five_tries_waits_for_its_turn_and_no_longer() {
        for (first, further, expected) in [
            // Five at once just now, by that network or by others.
            (1_075, 0, Err(15)),
            (1_060, 0, Ok(1_015)),
            (0, 1_015, Err(15)),
            (1_066, 1_004, Err(6)),
            (1_061, 1_004, Err(4)),
            (0, 1_000, Ok(1_015)),
            // Another instance has another clock.
            (9_999, 9_999, Err(15)),
        ] {
            assert_eq!(Line::Further.next(Until { first, further }, 1_000), expected, "{first} {further}");
        }
        for (first, further, expected) in [
            (0, 1_015, Ok(1_015)),
            (1_045, 1_015, Ok(1_060)),
            (1_060, 1_015, Err(15)),
            (1_060, 1_005, Err(5)),
            (0, 9_999, Ok(1_015)),
        ] {
            assert_eq!(Line::First.next(Until { first, further }, 1_000), expected, "{first} {further}");
        }
    }
}
