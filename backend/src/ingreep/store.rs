//! What was taken away, in the database.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::ingreep::{DeelSoort, IngreepSoort, IngreepStatus, Veld};
use contract::{AccountId, DeelId, FotoId, GeheelId, IngreepId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    geheel_id: Uuid,
    soort: String,
    deel_soort: String,
    deel_id: Uuid,
    veld: String,
    status: String,
    reden: String,
    door: Uuid,
    naam: String,
    at: DateTime<Utc>,
    origineel: Option<String>,
    nieuw: String,
    bevestigd_at: Option<DateTime<Utc>>,
    vernietigd_at: Option<DateTime<Utc>>,
    nieuwste: bool,
}

/// Something that was taken away.
#[derive(Debug, Clone)]
pub struct Ingreep {
    /// Its id.
    pub id: IngreepId,
    /// What it is part of.
    pub geheel: GeheelId,
    /// What was done.
    pub soort: IngreepSoort,
    /// What holds it.
    pub deel: DeelSoort,
    /// Which one.
    pub deel_id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// How it stands.
    pub status: IngreepStatus,
    /// Why.
    pub reden: String,
    /// Who did it.
    pub door: AccountId,
    /// What they are called.
    pub naam: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What stood there; of a photo with parts filled, the id of the one that keeps the picture.
    pub origineel: Option<String>,
    /// What stands there instead; nothing of a photo.
    pub nieuw: String,
    /// Whether the stembureau confirmed it.
    pub is_confirmed: bool,
    /// Whether what stood there is destroyed.
    pub is_destroyed: bool,
    /// Whether nothing was done later to the same text or photo that stands.
    pub is_newest: bool,
}

impl Ingreep {
    fn from_row(row: Row) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("ingreep.{what}"));
        Ok(Self {
            id: IngreepId(row.id),
            geheel: GeheelId(row.geheel_id),
            soort: row.soort.parse().map_err(|_unknown| odd("soort"))?,
            deel: row.deel_soort.parse().map_err(|_unknown| odd("deel_soort"))?,
            deel_id: DeelId(row.deel_id),
            veld: row.veld.parse().map_err(|_unknown| odd("veld"))?,
            status: row.status.parse().map_err(|_unknown| odd("status"))?,
            reden: row.reden,
            door: AccountId(row.door),
            naam: row.naam,
            at: row.at,
            origineel: row.origineel,
            nieuw: row.nieuw,
            is_confirmed: row.bevestigd_at.is_some(),
            is_destroyed: row.vernietigd_at.is_some(),
            is_newest: row.nieuwste,
        })
    }

    /// The photo that it is about.
    #[must_use]
    pub const fn foto(&self) -> FotoId {
        FotoId(self.deel_id.0)
    }

    /// The hidden photo that keeps the picture as it was.
    #[must_use]
    pub fn kept_foto(&self) -> Option<FotoId> {
        self.origineel.as_deref()?.parse().ok()
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.geheel_id, g.soort, g.deel_soort, g.deel_id, g.veld, g.status, g.reden, g.door, a.naam, g.at, \
             g.origineel, g.nieuw, g.bevestigd_at, g.vernietigd_at, NOT EXISTS (SELECT 1 FROM ingreep n \
             WHERE n.deel_id = g.deel_id AND n.deel_soort = g.deel_soort AND n.veld = g.veld AND n.status <> 'hersteld' \
             AND n.id > g.id) AS nieuwste FROM ingreep g JOIN account a ON a.id = g.door WHERE ",
            $rest
        )
    };
}

/// What was taken away of something, newest first.
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Vec<Ingreep>, Error> {
    let select = sql(db, select!("g.geheel_id = $1 ORDER BY g.id DESC LIMIT 100"), [id.0.into()]);
    Row::find_by_statement(select).all(db).await?.into_iter().map(Ingreep::from_row).collect()
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: IngreepId) -> Result<Ingreep, Error> {
    let select = sql(db, select!("g.id = $1"), [id.0.into()]);
    Ingreep::from_row(Row::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?)
}

/// Whether the stembureau was asked something about a text that it has not answered.
///
/// # Errors
/// When the database is away.
pub async fn waits<C: ConnectionTrait>(tx: &C, (soort, id, veld): (DeelSoort, DeelId, Veld)) -> Result<bool, Error> {
    let select = sql(
        tx,
        "SELECT id FROM ingreep WHERE deel_id = $1 AND deel_soort = $2 AND veld = $3 AND status = 'wacht' LIMIT 1",
        [id.0.into(), soort.as_str().into(), veld.as_str().into()],
    );
    Ok(tx.query_one_raw(select).await?.is_some())
}

/// Photos of which the picture is to be destroyed: the hidden ones, and what is kept of those with parts filled.
///
/// # Errors
/// When the database is away.
pub async fn due_photos<C: ConnectionTrait>(db: &C, before: DateTime<Utc>) -> Result<Vec<FotoId>, Error> {
    let select = sql(
        db,
        select!(
            "g.at < $1 AND g.vernietigd_at IS NULL AND g.deel_soort = 'foto' AND g.status = 'gedaan' ORDER BY g.id"
        ),
        [before.into()],
    );
    let rows = Row::find_by_statement(select).all(db).await?;
    let due: Vec<Ingreep> = rows.into_iter().map(Ingreep::from_row).collect::<Result<_, _>>()?;
    let picture = |own: &Ingreep| match own.soort {
        IngreepSoort::Afschermen => Some(own.foto()),
        IngreepSoort::Onherkenbaar => own.kept_foto(),
    };
    Ok(due.iter().filter_map(picture).collect())
}

/// Forgets what stood there before this time.
///
/// # Errors
/// When it cannot be written.
pub async fn forget<C: ConnectionTrait>(tx: &C, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE ingreep SET origineel = NULL, vernietigd_at = $1 WHERE at < $2 AND vernietigd_at IS NULL",
        [now.into(), before.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Something to note.
#[derive(Debug)]
pub struct NewIngreep<'a> {
    /// What it is part of.
    pub geheel: GeheelId,
    /// What was done.
    pub soort: IngreepSoort,
    /// With what.
    pub deel: (DeelSoort, DeelId, Veld),
    /// How it stands.
    pub status: IngreepStatus,
    /// Why.
    pub reden: &'a str,
    /// Who.
    pub door: AccountId,
    /// What stood there.
    pub origineel: Option<String>,
    /// What stands there instead.
    pub nieuw: &'a str,
}

/// Notes what was taken away.
///
/// # Errors
/// When it cannot be written.
pub async fn insert<C: ConnectionTrait>(tx: &C, app: &App, new: NewIngreep<'_>) -> Result<(), Error> {
    let (deel, id, veld) = new.deel;
    let insert = sql(
        tx,
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, origineel, nieuw) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            app.new_id().into(),
            new.geheel.0.into(),
            new.soort.as_str().into(),
            deel.as_str().into(),
            id.0.into(),
            veld.as_str().into(),
            new.status.as_str().into(),
            new.reden.into(),
            new.door.0.into(),
            app.now().into(),
            new.origineel.into(),
            new.nieuw.into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Notes that it was put back; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn undone<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, origineel = NULL \
         WHERE id = $3 AND status = $4",
        [by.0.into(), app.now().into(), own.id.0.into(), own.status.as_str().into()],
    );
    if tx.execute_raw(update).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Notes that the stembureau confirmed it, and from what it was taken; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn confirmed<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE ingreep SET status = 'gedaan', bevestigd_door = $1, bevestigd_at = $2 WHERE id = $3 AND status = 'wacht'",
        [by.0.into(), app.now().into(), own.id.0.into()],
    );
    if tx.execute_raw(update).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Whether a photo of something was taken out of public view.
///
/// # Errors
/// When the database is away.
pub async fn hides_photo<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT id FROM ingreep WHERE geheel_id = $1 AND deel_soort = 'foto' AND soort = 'afschermen' \
         AND status = 'gedaan' LIMIT 1",
        [id.0.into()],
    );
    Ok(db.query_one_raw(select).await?.is_some())
}
