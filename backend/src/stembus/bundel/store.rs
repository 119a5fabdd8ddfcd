//! Bundles in the database: the only place here that knows SeaORM.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::stembus::bundel::rules::Entry;
use chrono::{DateTime, Utc};
use contract::bundel::BundelKanaal;
use contract::{AccountId, BundelId, BuurtbegrotingId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A bundle.
#[derive(Debug, Clone)]
pub struct Bundel {
    /// Its id.
    pub id: BundelId,
    /// Of which round.
    pub ronde: BuurtbegrotingId,
    /// Its number in the round.
    pub nummer: i64,
    /// How its ballots came in.
    pub kanaal: BundelKanaal,
    /// How many letters are in it.
    pub aantal: i64,
    /// Whether its ballots are in the box.
    pub is_done: bool,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    ronde: Uuid,
    nummer: i64,
    kanaal: String,
    aantal: i64,
    afgerond_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Bundel {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: BundelId(row.id),
            ronde: BuurtbegrotingId(row.ronde),
            nummer: row.nummer,
            kanaal: row.kanaal.parse().map_err(|_odd| Error::Internal("bundel.kanaal".into()))?,
            aantal: row.aantal,
            is_done: row.afgerond_at.is_some(),
        })
    }
}

/// One bundle.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: BundelId) -> Result<Bundel, Error> {
    let text = "SELECT id, ronde, nummer, kanaal, aantal, afgerond_at FROM bundel WHERE id = $1";
    Row::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?.ok_or(Error::NotFound)?.try_into()
}

/// The bundles of a round, the first first.
pub async fn list<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Bundel>, Error> {
    let text = "SELECT id, ronde, nummer, kanaal, aantal, afgerond_at FROM bundel WHERE ronde = $1 ORDER BY nummer";
    let rows = Row::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?;
    rows.into_iter().map(Bundel::try_from).collect()
}

/// Stores a new bundle with the next number. The round is held, so that numbers do not meet.
pub async fn insert<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    ronde: BuurtbegrotingId,
    kanaal: BundelKanaal,
    by: AccountId,
) -> Result<BundelId, Error> {
    let id = BundelId(app.new_id());
    let insert = sql(
        tx,
        "INSERT INTO bundel (id, ronde, nummer, kanaal, aantal, gemaakt_door, created_at) \
         SELECT $1, $2, COALESCE(MAX(nummer), 0) + 1, $3, 0, $4, $5 FROM bundel WHERE ronde = $2",
        [id.0.into(), ronde.0.into(), kanaal.as_str().into(), by.0.into(), app.now().into()],
    );
    tx.execute_raw(insert).await?;
    Ok(id)
}

/// Notes that who has this letter voted, and counts the letter; `false` when they voted before.
pub async fn add_voter<C: ConnectionTrait>(tx: &C, bundel: &Bundel, kiezer: Vec<u8>) -> Result<bool, Error> {
    let insert = sql(
        tx,
        "INSERT INTO deelname (ronde, kiezer, kanaal) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [bundel.ronde.0.into(), kiezer.into(), bundel.kanaal.as_str().into()],
    );
    if tx.execute_raw(insert).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let count = sql(tx, "UPDATE bundel SET aantal = aantal + 1 WHERE id = $1", [bundel.id.0.into()]);
    tx.execute_raw(count).await?;
    Ok(true)
}

#[derive(Debug, FromQueryResult)]
struct EntryRow {
    nummer: i64,
    beurt: i64,
    door: Uuid,
    merk: Vec<u8>,
    envelop: Vec<u8>,
    bewijs: Option<Vec<u8>>,
}

/// What was entered, by the number of the ballot; of each in the order in which it was.
pub async fn entries<C: ConnectionTrait>(db: &C, id: BundelId) -> Result<BTreeMap<i64, Vec<Entry>>, Error> {
    let text = "SELECT nummer, beurt, door, merk, envelop, bewijs FROM bundel_invoer WHERE bundel = $1 \
                ORDER BY nummer, beurt";
    let mut found: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
    for row in EntryRow::find_by_statement(sql(db, text, [id.0.into()])).all(db).await? {
        found.entry(row.nummer).or_default().push(Entry {
            beurt: row.beurt,
            door: AccountId(row.door),
            merk: row.merk,
            envelop: row.envelop,
            bewijs: row.bewijs.unwrap_or_default(),
        });
    }
    Ok(found)
}

/// Stores an entry of the ballot with this number.
pub async fn insert_entry<C: ConnectionTrait>(tx: &C, id: BundelId, nummer: i64, entry: Entry) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO bundel_invoer (bundel, nummer, door, beurt, merk, envelop, bewijs) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            id.0.into(),
            nummer.into(),
            entry.door.0.into(),
            entry.beurt.into(),
            entry.merk.into(),
            entry.envelop.into(),
            entry.bewijs.into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Notes that the ballots of a bundle are in the box, and forgets how they were entered.
pub async fn finish<C: ConnectionTrait>(tx: &C, app: &App, id: BundelId) -> Result<(), Error> {
    let done = "UPDATE bundel SET afgerond_at = $1 WHERE id = $2";
    tx.execute_raw(sql(tx, done, [app.now().into(), id.0.into()])).await?;
    tx.execute_raw(sql(tx, "DELETE FROM bundel_invoer WHERE bundel = $1", [id.0.into()])).await?;
    Ok(())
}
