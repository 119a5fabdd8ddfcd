//! How many people voted.

use super::Number;
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::BuurtbegrotingId;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// How many people voted.
pub async fn turnout<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<i64, Error> {
    let select = sql(db, "SELECT COUNT(*) AS nummer FROM deelname WHERE ronde = $1", [id.0.into()]);
    Ok(Number::find_by_statement(select).one(db).await?.map_or(0, |row| row.nummer))
}

#[derive(Debug, FromQueryResult)]
struct Turnout {
    minstens: i64,
    geteld_at: DateTime<Utc>,
}

/// Notes how many people voted, rounded down to tens, once for each hour; `true` when that was not done yet. Pages show
/// this and nothing newer (SECURITY-RULES A-7).
///
/// # Errors
/// When the database is away.
pub async fn note_turnout(app: &App, id: BuurtbegrotingId, hour: i64) -> Result<bool, Error> {
    let at = DateTime::from_timestamp(hour.saturating_mul(3_600), 0).unwrap_or_default();
    let db = app.databases().primary();
    if matches!(last_turnout(db, id).await?, Some((_, last)) if last >= at) {
        return Ok(false);
    }
    let tx = app.begin().await?;
    let insert = sql(
        &tx,
        "INSERT INTO opkomst (ronde, geteld_at, minstens) \
         SELECT $1, $2, COUNT(*) / 10 * 10 FROM deelname WHERE ronde = $1 ON CONFLICT DO NOTHING",
        [id.0.into(), at.into()],
    );
    let is_new = tx.execute_raw(insert).await?.rows_affected() == 1;
    tx.commit().await?;
    Ok(is_new)
}

/// The turnout as it was last noted, and of when it is.
///
/// # Errors
/// When the database is away.
pub async fn last_turnout<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
) -> Result<Option<(u64, DateTime<Utc>)>, Error> {
    let select = sql(
        db,
        "SELECT minstens, geteld_at FROM opkomst WHERE ronde = $1 ORDER BY geteld_at DESC LIMIT 1",
        [id.0.into()],
    );
    let last = Turnout::find_by_statement(select).one(db).await?;
    Ok(last.map(|row| (u64::try_from(row.minstens).unwrap_or_default(), row.geteld_at)))
}
