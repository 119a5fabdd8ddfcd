//! The ballot box in the database: with its parts the only file here that knows SeaORM.
//!
//! On PostgreSQL everyone who casts holds a shared lock of the round until their transaction ends, taken before the
//! clock is looked at; who moves, shuts or empties the box takes it alone. So a ballot is either in before the box is
//! shut, or sees a clock that is too late. SQLite has one writer, and needs no lock.
//!
//! A box has one of two forms, the one in which its round was published: each has tables of its own. Who voted stands in one
//! table for both.

/// A statement that does something only while voting is open, by the clock of the database.
macro_rules! while_open {
    ($before:literal, $after:literal) => {
        (
            concat!($before, " COALESCE($1, clock_timestamp()) ", $after),
            concat!($before, " COALESCE($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')) ", $after),
        )
    };
}

mod bus;
mod codes;
mod legging;
mod opkomst;
mod toezicht;
mod uitslag;
mod vervanging;

pub use bus::{
    BoxRow, Envelope, add_change, box_rows, came_in, change, cut, digest, empty_in, empty_untold, envelopes,
    last_change, last_of_each, move_rows, put_in, waiting,
};
#[cfg(test)]
pub use codes::{CodeOnLetter, Proven};
pub use codes::{CodeRow, Letter, codes, insert_codes, last_generation, last_letter, letters, replace_code};
pub use legging::{insert_legging, last_legging, leggings};
pub use opkomst::{last_turnout, note_turnout, turnout};
pub use toezicht::{ask_to_close, asked_to_close, findings, keep_findings, last_found};
pub use uitslag::{Outcome, Part, insert_outcome, insert_votes, opened, outcome};
pub use vervanging::{
    Replacement, confirm_replacement, end_replacement, insert_replacement, last_replacements, open_replacements,
    replaced, replacement, was_replaced,
};

use crate::app::App;
use crate::database::{now, sql};
use crate::error::Error;
use contract::BuurtbegrotingId;
use contract::buurtbegroting::Busvorm;
use contract::stem::BiljetId;
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use std::collections::BTreeSet;

#[derive(Debug, FromQueryResult)]
struct Number {
    nummer: i64,
}

/// Rows as one value, which both databases take apart: a JSON list of lists of hexadecimal texts.
fn rows<'a, const N: usize>(rows: impl Iterator<Item = [&'a [u8]; N]>) -> sea_orm::Value {
    let mut text = String::from("[");
    for (at, row) in rows.enumerate() {
        let cells = row.map(|cell| format!("\"{}\"", hex::encode(cell)));
        text.push_str(if at == 0 { "[" } else { ",[" });
        text.push_str(&cells.join(","));
        text.push(']');
    }
    text.push(']');
    text.into()
}

/// The text for this database.
fn on<C: ConnectionTrait>(db: &C, postgres: &'static str, sqlite: &'static str) -> &'static str {
    if db.get_database_backend() == DatabaseBackend::Postgres { postgres } else { sqlite }
}

/// Which lock a round has on PostgreSQL.
fn lock_of(id: BuurtbegrotingId) -> i64 {
    let (high, low) = id.0.as_u64_pair();
    (high ^ low.rotate_left(17)).cast_signed()
}

async fn lock<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId, text: &'static str) -> Result<(), Error> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_raw(sql(tx, text, [lock_of(id).into()])).await?;
    }
    Ok(())
}

/// Comes in to cast; several may at once.
pub async fn come_in<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId) -> Result<(), Error> {
    lock(tx, id, "SELECT pg_advisory_xact_lock_shared($1)").await
}

/// Waits until nobody is casting, and keeps everybody out until the transaction ends.
pub async fn keep_out<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId) -> Result<(), Error> {
    lock(tx, id, "SELECT pg_advisory_xact_lock($1)").await
}

/// Who has voted, by one insert that looks at the clock, the round and the ballot ids in one moment. Gives those who had
/// not voted before. A subquery of one row is no join, see [`letters`]. That no such id came in and was not moved yet is for
/// the key of that table to say: it is so often empty that PostgreSQL would read it from end to end, also when it is not.
macro_rules! enter {
    ($clock:literal, $rows:literal, $moved:literal) => {
        concat!(
            "INSERT INTO deelname (ronde, kiezer, kanaal) SELECT b.id, v.kiezer, $4 FROM buurtbegroting b, (",
            $rows,
            ") v WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL \
             AND b.sluit_at > COALESCE($1, ",
            $clock,
            ") AND (",
            $moved,
            ") IS NULL ORDER BY v.kiezer ON CONFLICT DO NOTHING RETURNING kiezer"
        )
    };
}

/// The same for a form of the box, on both databases.
macro_rules! enter_box {
    ($moved:literal) => {
        (
            enter!(
                "clock_timestamp()",
                "SELECT decode(r->>0, 'hex') AS kiezer, decode(r->>1, 'hex') AS biljet \
                 FROM json_array_elements($3::json) r",
                $moved
            ),
            enter!(
                "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
                "SELECT unhex(value->>0) AS kiezer, unhex(value->>1) AS biljet FROM json_each($3)",
                $moved
            ),
        )
    };
}

const ENTER_FIRST: (&str, &str) =
    enter_box!("SELECT s.ronde FROM stembus s WHERE s.ronde = b.id AND s.biljet_id = v.biljet");
const ENTER_SECOND: (&str, &str) =
    enter_box!("SELECT s.ronde FROM bus s WHERE s.ronde = b.id AND s.biljet_id = v.biljet AND s.wijziging = 0");

/// What came of a cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cast {
    /// The ballot is in the box, once the transaction is committed.
    Done,
    /// Nothing was stored, for one of several reasons; see [`why_not`].
    NotDone,
}

/// A ballot to cast.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Who votes.
    pub kiezer: Vec<u8>,
    /// Which ballot.
    pub biljet: BiljetId,
    /// What is on it.
    pub envelop: Vec<u8>,
    /// Its proof; rounds of the first form keep none.
    pub bewijs: Vec<u8>,
}

#[derive(Debug, FromQueryResult)]
struct Entered {
    kiezer: Vec<u8>,
}

/// Puts ballots in the box, of each both rows or none (SECURITY-RULES V-3). No two may be of one voter or have one id.
/// Voters are written in their order, which is the same for everybody: two who write the same wait for each other and
/// not in a circle. Ballots are written in theirs: neither is the order in which they came.
///
/// # Errors
/// [`Error::BallotTaken`] when somebody else casts under one of the ids at this very moment; nothing is stored then.
pub async fn cast<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (vorm, id): (Busvorm, BuurtbegrotingId),
    kanaal: &'static str,
    ballots: &[Sealed],
) -> Result<Vec<Cast>, Error> {
    come_in(tx, id).await?;
    let values = rows(ballots.iter().map(|own| [own.kiezer.as_slice(), &own.biljet.0]));
    let enter = match vorm {
        Busvorm::Aantallen => ENTER_FIRST,
        Busvorm::Bewijzen => ENTER_SECOND,
    };
    let entered = now(tx, app, enter, [id.0.into(), values, kanaal.into()]);
    let entered: BTreeSet<Vec<u8>> =
        Entered::find_by_statement(entered).all(tx).await?.into_iter().map(|row| row.kiezer).collect();
    let outcome = |own: &Sealed| if entered.contains(&own.kiezer) { Cast::Done } else { Cast::NotDone };
    let outcomes: Vec<Cast> = ballots.iter().map(outcome).collect();
    let accepted = ballots.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == Cast::Done).map(|(own, _)| own);
    let envelopes = accepted.map(|own| [own.biljet.0.as_slice(), own.envelop.as_slice(), own.bewijs.as_slice()]);
    put_in(tx, vorm, id, envelopes).await?;
    Ok(outcomes)
}

/// How a ballot that was not stored stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Whether people can still vote.
    pub is_open: bool,
    /// Whether its id is in the box.
    pub is_taken: bool,
    /// Whether who cast it has voted.
    pub has_voted: bool,
}

#[derive(Debug, FromQueryResult)]
struct There {
    open: i64,
    kiezer: i64,
    biljet: i64,
}

/// What is asked of a ballot that was not stored; `$1` is the time of a test.
macro_rules! why {
    ($clock:literal, $waiting:literal, $moved:literal) => {
        concat!(
            "SELECT (SELECT COUNT(*) FROM buurtbegroting b WHERE b.id = $2 AND b.gestopt_at IS NULL \
             AND b.gesloten_at IS NULL AND b.sluit_at > COALESCE($1, ",
            $clock,
            ")) AS open, (SELECT COUNT(*) FROM deelname WHERE ronde = $2 AND kiezer = $3) AS kiezer, \
             (SELECT COUNT(*) FROM ",
            $waiting,
            ") + (SELECT COUNT(*) FROM ",
            $moved,
            ") AS biljet"
        )
    };
}

/// The same for a form of the box, on both databases.
macro_rules! why_in {
    ($waiting:literal, $moved:literal) => {
        (
            why!("clock_timestamp()", $waiting, $moved),
            why!("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')", $waiting, $moved),
        )
    };
}

const WHY_FIRST: (&str, &str) =
    why_in!("stembus_in WHERE ronde = $2 AND biljet_id = $4", "stembus WHERE ronde = $2 AND biljet_id = $4");
const WHY_SECOND: (&str, &str) = why_in!(
    "bus_in WHERE ronde = $2 AND biljet_id = $4 AND wijziging = 0",
    "bus WHERE ronde = $2 AND biljet_id = $4 AND wijziging = 0"
);

/// Why a cast stored nothing.
///
/// # Errors
/// When the database is away.
pub async fn why_not<C: ConnectionTrait>(
    db: &C,
    app: &App,
    (vorm, id): (Busvorm, BuurtbegrotingId),
    (kiezer, biljet): (&[u8], BiljetId),
) -> Result<Refusal, Error> {
    let text = match vorm {
        Busvorm::Aantallen => WHY_FIRST,
        Busvorm::Bewijzen => WHY_SECOND,
    };
    let select = now(db, app, text, [id.0.into(), kiezer.to_vec().into(), biljet.0.to_vec().into()]);
    let there = There::find_by_statement(select).one(db).await?;
    let there = there.ok_or_else(|| Error::Internal("a count without a row".into()))?;
    Ok(Refusal { is_open: there.open > 0, is_taken: there.biljet > 0, has_voted: there.kiezer > 0 })
}

/// Whether somebody voted.
pub async fn has_voted<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, kiezer: &[u8]) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT COUNT(*) AS nummer FROM deelname WHERE ronde = $1 AND kiezer = $2",
        [id.0.into(), kiezer.to_vec().into()],
    );
    Ok(Number::find_by_statement(select).one(db).await?.is_some_and(|row| row.nummer > 0))
}

/// Whether a ballot is in the box.
pub async fn is_in_box<C: ConnectionTrait>(
    db: &C,
    app: &App,
    round: (Busvorm, BuurtbegrotingId),
    biljet: BiljetId,
) -> Result<bool, Error> {
    Ok(why_not(db, app, round, (&[], biljet)).await?.is_taken)
}

/// Who voted, by what they are recognised by.
pub async fn voters<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Vec<u8>>, Error> {
    let select = sql(db, "SELECT kiezer FROM deelname WHERE ronde = $1", [id.0.into()]);
    Ok(Entered::find_by_statement(select).all(db).await?.into_iter().map(|row| row.kiezer).collect())
}

/// Forgets who voted, what they handed in, which codes were good and why a letter was refused. The round is final by then, or the
/// database refuses.
pub async fn forget<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId) -> Result<(), Error> {
    for text in [
        "DELETE FROM bundel_invoer WHERE bundel IN (SELECT id FROM bundel WHERE ronde = $1)",
        "DELETE FROM deelname WHERE ronde = $1",
        "DELETE FROM stembus WHERE ronde = $1",
        "DELETE FROM bus WHERE ronde = $1",
        "DELETE FROM stemcode WHERE ronde = $1",
        "DELETE FROM kiescode WHERE ronde = $1",
        "DELETE FROM bevinding WHERE ronde = $1",
        "DELETE FROM vervanging_reden WHERE vervanging IN (SELECT id FROM vervanging WHERE ronde = $1)",
    ] {
        tx.execute_raw(sql(tx, text, [id.0.into()])).await?;
    }
    Ok(())
}
