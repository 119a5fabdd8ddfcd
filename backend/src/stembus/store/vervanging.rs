//! Lost letters that get another code: who asked, who confirmed, and who took it back (SECURITY-RULES V-1a). Rows are only added;
//! why one was refused stands apart from them, and goes (G-1).

use super::Number;
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::stembureau::VervangingStand as Stand;
use contract::{AccountId, BuurtbegrotingId, VervangingId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A request for another code, with what came of it.
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
    /// Their name.
    pub naam: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who confirmed it, and when.
    pub akkoord: Option<(AccountId, String, DateTime<Utc>)>,
    /// Who took it back or refused it, and when.
    pub einde: Option<(AccountId, String, DateTime<Utc>)>,
    /// Why it was refused; none of what the version before ended, nor once that was kept long enough.
    pub reden: Option<String>,
    /// Whether another request for the same letter was confirmed after it was asked: that letter is on its way, and a second one
    /// would kill the code on it.
    pub is_overtaken: bool,
    /// When a letter of this number was given before this was asked, the last time, and who gave it.
    pub eerder: Option<(DateTime<Utc>, String)>,
}

impl Replacement {
    /// What became of it; what was asked up to `void` and not confirmed is void.
    #[must_use]
    pub fn stand(&self, void: DateTime<Utc>) -> Stand {
        match &self.einde {
            _ if self.akkoord.is_some() => Stand::Gegeven,
            Some((door, ..)) if *door == self.door => Stand::Ingetrokken,
            Some(_) => Stand::Afgewezen,
            None if self.is_overtaken || self.at <= void => Stand::Vervallen,
            None => Stand::Wacht,
        }
    }
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    ronde: Uuid,
    nummer: i64,
    gevraagd_door: Uuid,
    gevraagd_naam: String,
    gevraagd_at: DateTime<Utc>,
    akkoord_door: Option<Uuid>,
    akkoord_naam: Option<String>,
    akkoord_at: Option<DateTime<Utc>>,
    einde_door: Option<Uuid>,
    einde_naam: Option<String>,
    einde_at: Option<DateTime<Utc>>,
    einde_reden: Option<String>,
    later: i64,
    eerder_at: Option<DateTime<Utc>>,
    eerder_naam: Option<String>,
}

impl From<Row> for Replacement {
    fn from(row: Row) -> Self {
        let akkoord = row.akkoord_door.zip(row.akkoord_naam).zip(row.akkoord_at);
        let einde = row.einde_door.zip(row.einde_naam).zip(row.einde_at);
        Self {
            id: VervangingId(row.id),
            ronde: BuurtbegrotingId(row.ronde),
            nummer: row.nummer,
            door: AccountId(row.gevraagd_door),
            naam: row.gevraagd_naam,
            at: row.gevraagd_at,
            akkoord: akkoord.map(|((door, naam), at)| (AccountId(door), naam, at)),
            einde: einde.map(|((door, naam), at)| (AccountId(door), naam, at)),
            reden: row.einde_reden,
            is_overtaken: row.later > 0,
            eerder: row.eerder_at.zip(row.eerder_naam),
        }
    }
}

/// Requests with what came of them.
macro_rules! requests {
    ($which:literal) => {
        concat!(
            "SELECT v.id, v.ronde, v.nummer, v.gevraagd_door, n.naam AS gevraagd_naam, v.gevraagd_at, \
             a.door AS akkoord_door, b.naam AS akkoord_naam, a.at AS akkoord_at, \
             e.door AS einde_door, w.naam AS einde_naam, e.at AS einde_at, r.reden AS einde_reden, \
             (SELECT COUNT(*) FROM vervanging o JOIN vervanging_akkoord k ON k.vervanging = o.id \
                 WHERE o.ronde = v.ronde AND o.nummer = v.nummer AND k.at > v.gevraagd_at) AS later, \
             f.at AS eerder_at, g.naam AS eerder_naam \
             FROM vervanging v JOIN account n ON n.id = v.gevraagd_door \
             LEFT JOIN vervanging_akkoord a ON a.vervanging = v.id LEFT JOIN account b ON b.id = a.door \
             LEFT JOIN vervanging_einde e ON e.vervanging = v.id LEFT JOIN account w ON w.id = e.door \
             LEFT JOIN vervanging_reden r ON r.vervanging = v.id \
             LEFT JOIN vervanging_akkoord f ON f.vervanging = (SELECT o.id FROM vervanging o \
                 JOIN vervanging_akkoord k ON k.vervanging = o.id WHERE o.ronde = v.ronde AND o.nummer = v.nummer \
                 AND o.id <> v.id AND k.at <= v.gevraagd_at ORDER BY k.at DESC, o.id DESC LIMIT 1) \
             LEFT JOIN account g ON g.id = f.door WHERE ",
            $which
        )
    };
}

/// One request.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn replacement<C: ConnectionTrait>(db: &C, id: VervangingId) -> Result<Replacement, Error> {
    let found = Row::find_by_statement(sql(db, requests!("v.id = $1"), [id.0.into()])).one(db).await?;
    Ok(found.ok_or(Error::NotFound)?.into())
}

/// What still waits for somebody else, the oldest first; what was asked up to `void` is void.
pub async fn open_replacements<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    void: DateTime<Utc>,
) -> Result<Vec<Replacement>, Error> {
    let text = requests!("v.ronde = $1 AND v.gevraagd_at > $2 ORDER BY v.gevraagd_at, v.id");
    let rows = Row::find_by_statement(sql(db, text, [id.0.into(), void.into()])).all(db).await?;
    Ok(rows.into_iter().map(Replacement::from).filter(|own| own.stand(void) == Stand::Wacht).collect())
}

/// The newest requests, the last first.
pub async fn last_replacements<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Replacement>, Error> {
    let text = requests!("v.ronde = $1 ORDER BY v.gevraagd_at DESC, v.id DESC LIMIT 50");
    let rows = Row::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?;
    Ok(rows.into_iter().map(Replacement::from).collect())
}

/// Keeps a request.
pub async fn insert_replacement<C: ConnectionTrait>(
    tx: &C,
    id: VervangingId,
    (ronde, nummer): (BuurtbegrotingId, i64),
    (door, at): (AccountId, DateTime<Utc>),
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO vervanging (id, ronde, nummer, gevraagd_door, gevraagd_at) VALUES ($1, $2, $3, $4, $5)",
        [id.0.into(), ronde.0.into(), nummer.into(), door.0.into(), at.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Keeps that somebody else confirmed a request, once.
///
/// # Errors
/// [`Error::ReplacementOver`] when it was confirmed before.
pub async fn confirm_replacement<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: VervangingId,
    by: AccountId,
) -> Result<(), Error> {
    let text = "INSERT INTO vervanging_akkoord (vervanging, door, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    once(tx, sql(tx, text, [id.0.into(), by.0.into(), app.now().into()])).await
}

/// Keeps that somebody took a request back, or refused it and why, once.
///
/// # Errors
/// [`Error::ReplacementOver`] when somebody did before.
pub async fn end_replacement<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: VervangingId,
    (by, reden): (AccountId, Option<&str>),
) -> Result<(), Error> {
    let text = "INSERT INTO vervanging_einde (vervanging, door, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    once(tx, sql(tx, text, [id.0.into(), by.0.into(), app.now().into()])).await?;
    if let Some(reden) = reden {
        let text = "INSERT INTO vervanging_reden (vervanging, reden) VALUES ($1, $2)";
        tx.execute_raw(sql(tx, text, [id.0.into(), reden.into()])).await?;
    }
    Ok(())
}

async fn once<C: ConnectionTrait>(tx: &C, insert: sea_orm::Statement) -> Result<(), Error> {
    if tx.execute_raw(insert).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::ReplacementOver) }
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
