//! Lost letters that get another code: who asked, and who confirmed (SECURITY-RULES V-1a). Rows are only added.

use super::Number;
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::{AccountId, BuurtbegrotingId, VervangingId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A request for another code.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// Its id.
    pub id: VervangingId,
    /// Of which round.
    pub ronde: BuurtbegrotingId,
    /// The number on the letter.
    pub nummer: i64,
    /// Who asked.
    pub door: AccountId,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    ronde: Uuid,
    nummer: i64,
    gevraagd_door: Uuid,
    gevraagd_at: DateTime<Utc>,
}

impl From<Row> for Replacement {
    fn from(row: Row) -> Self {
        Self {
            id: VervangingId(row.id),
            ronde: BuurtbegrotingId(row.ronde),
            nummer: row.nummer,
            door: AccountId(row.gevraagd_door),
            at: row.gevraagd_at,
        }
    }
}

/// One request.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn replacement<C: ConnectionTrait>(db: &C, id: VervangingId) -> Result<Replacement, Error> {
    let text = "SELECT id, ronde, nummer, gevraagd_door, gevraagd_at FROM vervanging WHERE id = $1";
    let found = Row::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?;
    Ok(found.ok_or(Error::NotFound)?.into())
}

/// Requests that still wait for somebody else. One is void as soon as another of the same number was confirmed after it was
/// asked: that letter is on its way, and a second one would kill the code on it.
macro_rules! waiting {
    ($which:literal) => {
        concat!(
            "SELECT v.id, v.ronde, v.nummer, v.gevraagd_door, v.gevraagd_at FROM vervanging v WHERE ",
            $which,
            " AND v.gevraagd_at > $2 \
             AND NOT EXISTS (SELECT 1 FROM vervanging_akkoord a WHERE a.vervanging = v.id) \
             AND NOT EXISTS (SELECT 1 FROM vervanging o JOIN vervanging_akkoord a ON a.vervanging = o.id \
                 WHERE o.ronde = v.ronde AND o.nummer = v.nummer AND a.at > v.gevraagd_at) \
             ORDER BY v.gevraagd_at, v.id"
        )
    };
}

/// What was asked since then and still waits, the oldest first.
pub async fn open_replacements<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    since: DateTime<Utc>,
) -> Result<Vec<Replacement>, Error> {
    let rows = Row::find_by_statement(sql(db, waiting!("v.ronde = $1"), [id.0.into(), since.into()])).all(db).await?;
    Ok(rows.into_iter().map(Replacement::from).collect())
}

/// Whether a request of since then still waits.
pub async fn is_waiting<C: ConnectionTrait>(db: &C, id: VervangingId, since: DateTime<Utc>) -> Result<bool, Error> {
    let found = Row::find_by_statement(sql(db, waiting!("v.id = $1"), [id.0.into(), since.into()])).one(db).await?;
    Ok(found.is_some())
}

/// Keeps a request.
pub async fn insert_replacement<C: ConnectionTrait>(tx: &C, request: &Replacement) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO vervanging (id, ronde, nummer, gevraagd_door, gevraagd_at) VALUES ($1, $2, $3, $4, $5)",
        [request.id.0.into(), request.ronde.0.into(), request.nummer.into(), request.door.0.into(), request.at.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Keeps that somebody else confirmed a request, once.
///
/// # Errors
/// [`Error::Stale`] when it was confirmed before.
pub async fn confirm_replacement<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: VervangingId,
    by: AccountId,
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO vervanging_akkoord (vervanging, door, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [id.0.into(), by.0.into(), app.now().into()],
    );
    if tx.execute_raw(insert).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// How often a lost letter was replaced: what two people confirmed.
pub async fn replaced<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<u64, Error> {
    let text = "SELECT COUNT(*) AS nummer FROM vervanging v JOIN vervanging_akkoord a ON a.vervanging = v.id \
                WHERE v.ronde = $1";
    count(db, sql(db, text, [id.0.into()])).await
}

/// Whether the letter of this number was replaced.
pub async fn was_replaced<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, nummer: i64) -> Result<bool, Error> {
    let text = "SELECT COUNT(*) AS nummer FROM vervanging v JOIN vervanging_akkoord a ON a.vervanging = v.id \
                WHERE v.ronde = $1 AND v.nummer = $2";
    Ok(count(db, sql(db, text, [id.0.into(), nummer.into()])).await? > 0)
}

async fn count<C: ConnectionTrait>(db: &C, select: sea_orm::Statement) -> Result<u64, Error> {
    let found = Number::find_by_statement(select).one(db).await?;
    Ok(found.and_then(|row| u64::try_from(row.nummer).ok()).unwrap_or_default())
}
