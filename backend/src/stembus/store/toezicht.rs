//! What was found to be wrong with a box that stays shut, and who asked to shut it all the same.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::stembureau::Bevinding;
use contract::{AccountId, BuurtbegrotingId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct Found {
    soort: String,
    at: DateTime<Utc>,
}

async fn rows<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Found>, Error> {
    let text = "SELECT soort, at FROM bevinding WHERE ronde = $1 ORDER BY soort";
    Ok(Found::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?)
}

/// What keeps a box from being shut, as it was found last. What a later version found is left to that.
pub async fn findings<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<BTreeSet<Bevinding>, Error> {
    Ok(rows(db, id).await?.iter().filter_map(|row| row.soort.parse().ok()).collect())
}

/// When it was found last.
pub async fn last_found<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(rows(db, id).await?.iter().map(|row| row.at).max())
}

/// Keeps what was found now, in place of what was found before.
pub async fn keep_findings<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    found: &BTreeSet<Bevinding>,
) -> Result<(), Error> {
    tx.execute_raw(sql(tx, "DELETE FROM bevinding WHERE ronde = $1", [id.0.into()])).await?;
    for soort in found {
        let insert = "INSERT INTO bevinding (ronde, soort, at) VALUES ($1, $2, $3)";
        tx.execute_raw(sql(tx, insert, [id.0.into(), soort.as_str().into(), app.now().into()])).await?;
    }
    Ok(())
}

/// That somebody asked to shut a box unchecked.
#[derive(Debug, Clone, Copy)]
pub struct AskedToClose {
    /// Who.
    pub door: AccountId,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Debug, FromQueryResult)]
struct Asked {
    door: Uuid,
    at: DateTime<Utc>,
}

/// Who asked since then, the first first.
pub async fn asked_to_close<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    since: DateTime<Utc>,
) -> Result<Vec<AskedToClose>, Error> {
    let text = "SELECT door, at FROM noodsluiting WHERE ronde = $1 AND at > $2 ORDER BY at, door";
    let rows = Asked::find_by_statement(sql(db, text, [id.0.into(), since.into()])).all(db).await?;
    Ok(rows.into_iter().map(|row| AskedToClose { door: AccountId(row.door), at: row.at }).collect())
}

/// Keeps that somebody asks.
pub async fn ask_to_close<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    by: AccountId,
) -> Result<(), Error> {
    let insert = "INSERT INTO noodsluiting (ronde, door, at) VALUES ($1, $2, $3)";
    tx.execute_raw(sql(tx, insert, [id.0.into(), by.0.into(), app.now().into()])).await?;
    Ok(())
}
