//! Finding what was taken away: one of them, all that waits, all of something or of one request, with the steps that were noted.

use crate::database::sql;
use crate::error::Error;
use crate::ingreep::store::noted::{Ingreep, Row, all, whole};
use chrono::{DateTime, Utc};
use contract::ingreep::{DeelSoort, Stap, Veld};
use contract::{AccountId, DeelId, GeheelId, IngreepId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is part of something, or of the plans that are in it or were made of it, which wait in their rounds; `$1` is its id.
macro_rules! part_of_it {
    () => {
        "(g.geheel_id = $1 OR g.initiatief_id = $1 OR (g.deel_soort = 'project' AND g.deel_id IN (SELECT p.id FROM project p \
         WHERE p.initiatief_id = $1 OR p.buurtbegroting_id = $1)))"
    };
}

/// The steps of a piece of what is part of something.
macro_rules! steps {
    ($($rest:tt)+) => {
        concat!(
            "SELECT s.ingreep_id, s.soort, a.naam, s.at, s.reden FROM ingreep_stap s JOIN account a ON a.id = s.door \
             JOIN ingreep g ON g.id = s.ingreep_id WHERE ",
            part_of_it!(),
            $($rest)+,
            " ORDER BY s.id"
        )
    };
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: IngreepId) -> Result<Ingreep, Error> {
    let select = sql(db, select!("g.id = $1"), [id.0.into()]);
    let row = Row::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?;
    whole(db, row).await
}

/// What the stembureau was asked about a text or photo and has not answered; nothing of most.
///
/// # Errors
/// When the database is away.
pub async fn find_waiting<C: ConnectionTrait>(
    db: &C,
    (soort, id, veld): (DeelSoort, DeelId, Veld),
) -> Result<Option<Ingreep>, Error> {
    let select = sql(
        db,
        select!("g.deel_id = $1 AND g.deel_soort = $2 AND g.veld = $3 AND ", waiting!(), " ORDER BY g.id DESC LIMIT 1"),
        [id.0.into(), soort.as_str().into(), veld.as_str().into()],
    );
    match Row::find_by_statement(select).one(db).await? {
        Some(row) => Ok(Some(whole(db, row).await?)),
        None => Ok(None),
    }
}

/// The last request that asks all of this one as well, of those that took its place; nothing where none did.
///
/// # Errors
/// When the database is away.
pub async fn find_heir<C: ConnectionTrait>(db: &C, own: &Ingreep) -> Result<Option<Ingreep>, Error> {
    let select = sql(
        db,
        select!(
            "g.deel_id = $1 AND g.deel_soort = $2 AND g.veld = $3 AND g.id > $4 AND EXISTS (SELECT 1 FROM ingreep_vrager v \
             WHERE v.ingreep_id = g.id AND v.door = $5 AND v.at <= $6) ORDER BY g.id DESC LIMIT 1"
        ),
        [
            own.deel_id.0.into(),
            own.deel.as_str().into(),
            own.veld.as_str().into(),
            own.id.0.into(),
            own.door.0.into(),
            own.at.into(),
        ],
    );
    match Row::find_by_statement(select).one(db).await? {
        Some(row) => Ok(Some(whole(db, row).await?)),
        None => Ok(None),
    }
}

/// All of something that waits for the stembureau, newest first.
///
/// # Errors
/// When the database is away.
pub async fn list_waiting<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Vec<Ingreep>, Error> {
    let select = sql(db, select!(part_of_it!(), " AND ", waiting!(), " ORDER BY g.id DESC"), [id.0.into()]);
    let found = all(db, select).await?;
    with_steps(db, sql(db, steps!(" AND ", waiting!()), [id.0.into()]), found).await
}

/// What was taken away of something and does not wait, newest first, from before `cursor`.
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    id: GeheelId,
    (cursor, limit): (Option<Uuid>, u64),
) -> Result<Vec<Ingreep>, Error> {
    let select = sql(
        db,
        select!(part_of_it!(), " AND NOT ", waiting!(), " AND g.id < $2 ORDER BY g.id DESC LIMIT $3"),
        [id.0.into(), cursor.unwrap_or(Uuid::max()).into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
    );
    let found = all(db, select).await?;
    let (Some(newest), Some(oldest)) = (found.first(), found.last()) else { return Ok(found) };
    let of_page = sql(
        db,
        steps!(" AND NOT ", waiting!(), " AND g.id <= $2 AND g.id >= $3"),
        [id.0.into(), newest.id.0.into(), oldest.id.0.into()],
    );
    with_steps(db, of_page, found).await
}

/// All of the requests about something of which one part was done, and another was refused, withdrawn or put back; also what
/// they took away elsewhere. In the order in which it was asked; the last hundred of them.
///
/// # Errors
/// When the database is away.
pub async fn list_divided<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Vec<Ingreep>, Error> {
    let select = sql(
        db,
        select!(
            "g.verzoek_id IN (SELECT g.verzoek_id FROM ingreep g WHERE g.verzoek_id IS NOT NULL AND ",
            part_of_it!(),
            " AND EXISTS (SELECT 1 FROM ingreep e WHERE e.verzoek_id = g.verzoek_id AND e.status = 'hersteld') \
             AND EXISTS (SELECT 1 FROM ingreep e WHERE e.verzoek_id = g.verzoek_id AND e.status = 'gedaan' \
             AND e.vernietigd_at IS NULL) GROUP BY g.verzoek_id ORDER BY g.verzoek_id DESC LIMIT 100) ORDER BY g.id"
        ),
        [id.0.into()],
    );
    all(db, select).await
}

/// All that a request took away or asked to, however it stands.
///
/// # Errors
/// When the database is away.
pub async fn list_of_request<C: ConnectionTrait>(db: &C, verzoek: Uuid) -> Result<Vec<Ingreep>, Error> {
    all(db, sql(db, select!("g.verzoek_id = $1 ORDER BY g.id"), [verzoek.into()])).await
}

/// What somebody took away or asked to last, however it stands; newest first.
///
/// # Errors
/// When the database is away.
pub async fn list_by<C: ConnectionTrait>(db: &C, who: AccountId, most: i64) -> Result<Vec<Ingreep>, Error> {
    all(db, sql(db, select!("g.door = $1 ORDER BY g.id DESC LIMIT $2"), [who.0.into(), most.into()])).await
}

#[derive(Debug, FromQueryResult)]
struct NumberRow {
    aantal: i64,
}

/// How much somebody took away or asked to, however it stands.
///
/// # Errors
/// When the database is away.
pub async fn count_by<C: ConnectionTrait>(db: &C, who: AccountId) -> Result<u32, Error> {
    let select = sql(db, "SELECT COUNT(*) AS aantal FROM ingreep WHERE door = $1", [who.0.into()]);
    let row = NumberRow::find_by_statement(select).one(db).await?;
    Ok(row.and_then(|row| u32::try_from(row.aantal).ok()).unwrap_or_default())
}

/// All that the same request took away and that nobody asked to be put back.
///
/// # Errors
/// When the database is away.
pub async fn list_done<C: ConnectionTrait>(db: &C, own: &Ingreep) -> Result<Vec<Ingreep>, Error> {
    let Some(verzoek) = own.verzoek else { return Ok(vec![own.clone()]) };
    let select = sql(
        db,
        select!("g.verzoek_id = $1 AND g.status = 'gedaan' AND g.terug_at IS NULL ORDER BY g.id"),
        [verzoek.into()],
    );
    all(db, select).await
}

#[derive(Debug, FromQueryResult)]
struct StepRow {
    ingreep_id: Uuid,
    soort: String,
    naam: String,
    at: DateTime<Utc>,
    reden: Option<String>,
}

/// These, with what was noted of what was done with them: `select` is the steps of these.
async fn with_steps<C: ConnectionTrait>(
    db: &C,
    select: sea_orm::Statement,
    found: Vec<Ingreep>,
) -> Result<Vec<Ingreep>, Error> {
    let mut steps: BTreeMap<Uuid, Vec<Stap>> = BTreeMap::new();
    for row in StepRow::find_by_statement(select).all(db).await? {
        let soort = row.soort.parse().map_err(|_unknown| Error::Internal("ingreep_stap.soort".into()))?;
        let step = Stap { soort, door: row.naam, op: row.at, reden: row.reden };
        steps.entry(row.ingreep_id).or_default().push(step);
    }
    let with = |own: Ingreep| {
        let noted = steps.remove(&own.id.0).unwrap_or_default();
        own.with_steps(noted)
    };
    Ok(found.into_iter().map(with).collect())
}
