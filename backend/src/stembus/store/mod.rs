//! The ballot box in the database: with its parts the only file here that knows SeaORM.
//!
//! On PostgreSQL everyone who casts holds a shared lock of the round until their transaction ends, taken before the
//! clock is looked at; who moves, shuts or empties the box takes it alone. So a ballot is either in before the box is
//! shut, or sees a clock that is too late. SQLite has one writer, and needs no lock.

mod codes;
mod opkomst;
mod uitslag;

pub use codes::{insert_codes, last_letter, letters, replace_code};
pub use opkomst::{last_turnout, note_turnout, turnout};
pub use uitslag::{Outcome, Part, insert_outcome, insert_votes, outcome, votes};

use crate::app::{App, sha256};
use crate::database::{now, sql};
use crate::error::Error;
use contract::BuurtbegrotingId;
use contract::stem::BiljetId;
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use sha2::{Digest as _, Sha256};
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

/// A statement that does something only while voting is open, by the clock of the database.
macro_rules! while_open {
    ($before:literal, $after:literal) => {
        (
            concat!($before, " COALESCE($1, clock_timestamp()) ", $after),
            concat!($before, " COALESCE($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')) ", $after),
        )
    };
}

/// Who has voted, by one insert that looks at the clock, the round and the ballot ids in one moment. Gives those who had
/// not voted before. A subquery of one row is no join, see [`letters`]. That `stembus_in` has no such id is for its key to
/// say: it is so often empty that PostgreSQL would read it from end to end, also when it is not.
macro_rules! enter {
    ($clock:literal, $rows:literal) => {
        concat!(
            "INSERT INTO deelname (ronde, kiezer, kanaal) SELECT b.id, v.kiezer, $4 FROM buurtbegroting b, (",
            $rows,
            ") v WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL \
             AND b.sluit_at > COALESCE($1, ",
            $clock,
            ") AND (SELECT s.ronde FROM stembus s WHERE s.ronde = b.id AND s.biljet_id = v.biljet) IS NULL \
             ORDER BY v.kiezer ON CONFLICT DO NOTHING RETURNING kiezer"
        )
    };
}

const ENTER: (&str, &str) = (
    enter!(
        "clock_timestamp()",
        "SELECT decode(r->>0, 'hex') AS kiezer, decode(r->>1, 'hex') AS biljet FROM json_array_elements($3::json) r"
    ),
    enter!(
        "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
        "SELECT unhex(value->>0) AS kiezer, unhex(value->>1) AS biljet FROM json_each($3)"
    ),
);

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
    id: BuurtbegrotingId,
    kanaal: &'static str,
    ballots: &[Sealed],
) -> Result<Vec<Cast>, Error> {
    come_in(tx, id).await?;
    let values = rows(ballots.iter().map(|own| [own.kiezer.as_slice(), &own.biljet.0]));
    let entered = now(tx, app, ENTER, [id.0.into(), values, kanaal.into()]);
    let entered: BTreeSet<Vec<u8>> =
        Entered::find_by_statement(entered).all(tx).await?.into_iter().map(|row| row.kiezer).collect();
    let outcome = |own: &Sealed| if entered.contains(&own.kiezer) { Cast::Done } else { Cast::NotDone };
    let outcomes: Vec<Cast> = ballots.iter().map(outcome).collect();
    let accepted = ballots.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == Cast::Done).map(|(own, _)| own);
    put_in(tx, id, accepted.map(|own| [own.biljet.0.as_slice(), &own.envelop])).await?;
    Ok(outcomes)
}

/// Puts envelopes in the box, each with its ballot id.
///
/// # Errors
/// [`Error::BallotTaken`] when there is one with such an id.
pub async fn put_in<'a, C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    ballots: impl Iterator<Item = [&'a [u8]; 2]>,
) -> Result<(), Error> {
    let text = on(
        tx,
        "INSERT INTO stembus_in (ronde, biljet_id, envelop) SELECT $1, decode(r->>0, 'hex'), decode(r->>1, 'hex') \
         FROM json_array_elements($2::json) r ORDER BY 2",
        "INSERT INTO stembus_in (ronde, biljet_id, envelop) SELECT $1, unhex(value->>0), unhex(value->>1) \
         FROM json_each($2) ORDER BY 2",
    );
    match tx.execute_raw(sql(tx, text, [id.0.into(), rows(ballots)])).await {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))) => {
            Err(Error::BallotTaken)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, FromQueryResult)]
struct There {
    kiezer: i64,
    biljet: i64,
}

/// Why a cast stored nothing. A retry is no refusal: the ballot is in the box.
///
/// # Errors
/// [`Error::VotedAlready`], [`Error::BallotTaken`], [`Error::VotingIsShut`].
pub async fn why_not<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    kiezer: &[u8],
    biljet: BiljetId,
) -> Result<(), Error> {
    let select = sql(
        db,
        "SELECT (SELECT COUNT(*) FROM deelname WHERE ronde = $1 AND kiezer = $2) AS kiezer, \
         (SELECT COUNT(*) FROM stembus_in WHERE ronde = $1 AND biljet_id = $3) \
         + (SELECT COUNT(*) FROM stembus WHERE ronde = $1 AND biljet_id = $3) AS biljet",
        [id.0.into(), kiezer.to_vec().into(), biljet.0.to_vec().into()],
    );
    let there = There::find_by_statement(select).one(db).await?.unwrap_or(There { kiezer: 0, biljet: 0 });
    match (there.kiezer > 0, there.biljet > 0) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::VotedAlready),
        (false, true) => Err(Error::BallotTaken),
        (false, false) => Err(Error::VotingIsShut),
    }
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
pub async fn is_in_box<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, biljet: BiljetId) -> Result<bool, Error> {
    Ok(matches!(why_not(db, id, &[], biljet).await, Err(Error::BallotTaken)))
}

const CHANGE_IN: (&str, &str) = while_open!(
    "UPDATE stembus_in SET envelop = $4 WHERE ronde = $2 AND biljet_id = $3 AND EXISTS (SELECT 1 FROM buurtbegroting b \
     WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL AND b.sluit_at >",
    ")"
);

const CHANGE: (&str, &str) = while_open!(
    "UPDATE stembus SET envelop = $4 WHERE ronde = $2 AND biljet_id = $3 AND EXISTS (SELECT 1 FROM buurtbegroting b \
     WHERE b.id = $2 AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL AND b.sluit_at >",
    ")"
);

/// Puts another envelope in place of the one of a ballot; `false` when it is not there, or voting is shut.
pub async fn change<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    biljet: BiljetId,
    envelop: &[u8],
) -> Result<bool, Error> {
    come_in(tx, id).await?;
    for text in [CHANGE_IN, CHANGE] {
        let values = [id.0.into(), biljet.0.to_vec().into(), envelop.to_vec().into()];
        if tx.execute_raw(now(tx, app, text, values)).await?.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Who voted, by what they are recognised by.
pub async fn voters<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Vec<u8>>, Error> {
    let select = sql(db, "SELECT kiezer FROM deelname WHERE ronde = $1", [id.0.into()]);
    Ok(Entered::find_by_statement(select).all(db).await?.into_iter().map(|row| row.kiezer).collect())
}

/// How many ballots wait to be moved.
pub async fn waiting<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<i64, Error> {
    let select = sql(db, "SELECT COUNT(*) AS nummer FROM stembus_in WHERE ronde = $1", [id.0.into()]);
    Ok(Number::find_by_statement(select).one(db).await?.map_or(0, |row| row.nummer))
}

/// An envelope in the box.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Envelope {
    /// Which ballot.
    pub biljet_id: Vec<u8>,
    /// What is on it, sealed.
    pub envelop: Vec<u8>,
}

/// Up to which ballot id there are so many that came in, or all when there are fewer. Looked up before the box is kept
/// shut, so that voters do not wait for it.
pub async fn cut<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, most: i64) -> Result<BiljetId, Error> {
    let select = sql(
        db,
        "SELECT biljet_id FROM stembus_in WHERE ronde = $1 ORDER BY biljet_id LIMIT 1 OFFSET $2",
        [id.0.into(), most.saturating_sub(1).into()],
    );
    let found = Moved::find_by_statement(select).one(db).await?;
    Ok(found.and_then(|row| row.biljet_id.try_into().ok()).map_or(BiljetId::LAST, BiljetId))
}

#[derive(Debug, FromQueryResult)]
struct Moved {
    biljet_id: Vec<u8>,
}

/// Moves what came in, up to a ballot id, to the box itself and in the order of ballot ids: nothing is left that tells
/// when, or after whom, a ballot came (SECURITY-RULES V-4). The box must be kept shut meanwhile. Gives how many, and the
/// SHA-256 over their sorted ids: not over what is in them, which may change where the round allows it.
pub async fn empty_in<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    last: BiljetId,
) -> Result<(i64, String), Error> {
    let of = |text: &'static str| sql(tx, text, [id.0.into(), last.0.to_vec().into()]);
    let insert = of("INSERT INTO stembus (ronde, biljet_id, envelop) \
         SELECT ronde, biljet_id, envelop FROM stembus_in WHERE ronde = $1 AND biljet_id <= $2 ORDER BY biljet_id \
         RETURNING biljet_id");
    let moved = Moved::find_by_statement(insert).all(tx).await?;
    let mut moved: Vec<Vec<u8>> = moved.into_iter().map(|row| row.biljet_id).collect();
    if !moved.is_empty() {
        tx.execute_raw(of("DELETE FROM stembus_in WHERE ronde = $1 AND biljet_id <= $2")).await?;
    }
    // In which order an insert gives its rows is not said anywhere.
    moved.sort();
    let all = moved.iter().fold(Sha256::new(), Sha256::chain_update);
    Ok((i64::try_from(moved.len()).unwrap_or(i64::MAX), hex::encode(all.finalize())))
}

/// All envelopes of a round, in the order of ballot ids.
pub async fn envelopes<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Envelope>, Error> {
    let select = sql(db, "SELECT biljet_id, envelop FROM stembus WHERE ronde = $1 ORDER BY biljet_id", [id.0.into()]);
    Ok(Envelope::find_by_statement(select).all(db).await?)
}

/// SHA-256 over the sorted ballot ids, each with the SHA-256 of its envelope (SECURITY-RULES V-6), in hexadecimal.
pub fn digest(sorted: &[Envelope]) -> String {
    let all = sorted.iter().fold(Sha256::new(), |all, envelope| {
        all.chain_update(&envelope.biljet_id).chain_update(sha256(&envelope.envelop))
    });
    hex::encode(all.finalize())
}

/// Forgets who voted, what they handed in and which codes were good. The round is final by then, or the database refuses.
pub async fn forget<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId) -> Result<(), Error> {
    for text in [
        "DELETE FROM bundel_invoer WHERE bundel IN (SELECT id FROM bundel WHERE ronde = $1)",
        "DELETE FROM deelname WHERE ronde = $1",
        "DELETE FROM stembus WHERE ronde = $1",
        "DELETE FROM stemcode WHERE ronde = $1",
    ] {
        tx.execute_raw(sql(tx, text, [id.0.into()])).await?;
    }
    Ok(())
}
