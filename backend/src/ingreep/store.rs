//! What was taken away, in the database.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::ingreep::photos::Vote;
use chrono::{DateTime, Utc};
use contract::ingreep::{Daad, DeelSoort, IngreepSoort, IngreepStatus, Veld, Weigering};
use contract::{AccountId, DeelId, FotoId, GeheelId, IngreepId, InitiatiefId};
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
    bevestigd_naam: Option<String>,
    bevestigd_at: Option<DateTime<Utc>>,
    terug_door: Option<Uuid>,
    terug_naam: Option<String>,
    terug_at: Option<DateTime<Utc>>,
    hersteld_naam: Option<String>,
    hersteld_at: Option<DateTime<Utc>>,
    geweigerd_naam: Option<String>,
    geweigerd_at: Option<DateTime<Utc>>,
    geweigerd_reden: Option<String>,
    ingetrokken_at: Option<DateTime<Utc>>,
    vernietigd_at: Option<DateTime<Utc>>,
    nieuwste: bool,
}

impl Row {
    /// How it stands. The column knows three words, which the version before knows too; the rest is told by what stands beside
    /// it.
    fn status(&self) -> Option<IngreepStatus> {
        let is_asked_back = self.terug_at.is_some() && self.vernietigd_at.is_none();
        let is_refused = self.geweigerd_at.is_some() && self.geweigerd_at == self.hersteld_at;
        Some(match self.status.parse::<IngreepStatus>().ok()? {
            IngreepStatus::Gedaan if is_asked_back => IngreepStatus::HerstelWacht,
            IngreepStatus::Hersteld if self.ingetrokken_at.is_some() => IngreepStatus::Ingetrokken,
            IngreepStatus::Hersteld if is_refused => IngreepStatus::Geweigerd,
            status @ (IngreepStatus::Wacht
            | IngreepStatus::Gedaan
            | IngreepStatus::HerstelWacht
            | IngreepStatus::Hersteld
            | IngreepStatus::Ingetrokken
            | IngreepStatus::Geweigerd) => status,
        })
    }
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
    /// That the stembureau confirmed it.
    pub bevestigd: Option<Daad>,
    /// Who asked to put back what the stembureau confirmed.
    pub terug_door: Option<AccountId>,
    /// That somebody asked it.
    pub teruggevraagd: Option<Daad>,
    /// That it was put back, or the request withdrawn.
    pub hersteld: Option<Daad>,
    /// That the stembureau refused what was asked last.
    pub geweigerd: Option<Weigering>,
    /// Whether what stood there is destroyed.
    pub is_destroyed: bool,
    /// Whether nothing was done later to the same text or photo that stands.
    pub is_newest: bool,
}

/// Who did something and when, of two columns that are filled together.
fn daad(door: Option<String>, op: Option<DateTime<Utc>>) -> Option<Daad> {
    Some(Daad { door: door?, op: op? })
}

impl Ingreep {
    fn from_row(row: Row) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("ingreep.{what}"));
        let refused = daad(row.geweigerd_naam.clone(), row.geweigerd_at).zip(row.geweigerd_reden.clone());
        Ok(Self {
            id: IngreepId(row.id),
            geheel: GeheelId(row.geheel_id),
            soort: row.soort.parse().map_err(|_unknown| odd("soort"))?,
            deel: row.deel_soort.parse().map_err(|_unknown| odd("deel_soort"))?,
            deel_id: DeelId(row.deel_id),
            veld: row.veld.parse().map_err(|_unknown| odd("veld"))?,
            status: row.status().ok_or_else(|| odd("status"))?,
            reden: row.reden,
            door: AccountId(row.door),
            naam: row.naam,
            at: row.at,
            origineel: row.origineel,
            nieuw: row.nieuw,
            bevestigd: daad(row.bevestigd_naam, row.bevestigd_at),
            terug_door: row.terug_door.map(AccountId),
            teruggevraagd: daad(row.terug_naam, row.terug_at),
            hersteld: daad(row.hersteld_naam, row.hersteld_at),
            geweigerd: refused.map(|(by, reden)| Weigering { door: by.door, op: by.op, reden }),
            is_destroyed: row.vernietigd_at.is_some(),
            is_newest: row.nieuwste,
        })
    }

    /// Who waits for the stembureau; nobody when nothing does.
    #[must_use]
    pub fn asker(&self) -> Option<AccountId> {
        match self.status {
            IngreepStatus::Wacht => Some(self.door),
            IngreepStatus::HerstelWacht => self.terug_door,
            IngreepStatus::Gedaan | IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {
                None
            }
        }
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
             g.origineel, g.nieuw, b.naam AS bevestigd_naam, g.bevestigd_at, g.terug_door, t.naam AS terug_naam, g.terug_at, \
             h.naam AS hersteld_naam, g.hersteld_at, w.naam AS geweigerd_naam, g.geweigerd_at, g.geweigerd_reden, \
             g.ingetrokken_at, g.vernietigd_at, NOT EXISTS (SELECT 1 FROM ingreep n \
             WHERE n.deel_id = g.deel_id AND n.deel_soort = g.deel_soort AND n.veld = g.veld AND n.status <> 'hersteld' \
             AND n.id > g.id) AS nieuwste FROM ingreep g JOIN account a ON a.id = g.door \
             LEFT JOIN account b ON b.id = g.bevestigd_door LEFT JOIN account t ON t.id = g.terug_door \
             LEFT JOIN account h ON h.id = g.hersteld_door LEFT JOIN account w ON w.id = g.geweigerd_door WHERE ",
            $rest
        )
    };
}

/// What was taken away of something, newest first; also of the plans that are in it or were made of it, which wait in their
/// rounds.
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<Vec<Ingreep>, Error> {
    let select = sql(
        db,
        select!(
            "g.geheel_id = $1 OR g.initiatief_id = $1 OR (g.deel_soort = 'project' AND g.deel_id IN \
             (SELECT p.id FROM project p WHERE p.initiatief_id = $1 OR p.buurtbegroting_id = $1)) ORDER BY g.id DESC LIMIT 100"
        ),
        [id.0.into()],
    );
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
        "SELECT id FROM ingreep WHERE deel_id = $1 AND deel_soort = $2 AND veld = $3 AND (status = 'wacht' \
         OR (status = 'gedaan' AND terug_at IS NOT NULL AND vernietigd_at IS NULL)) LIMIT 1",
        [id.0.into(), soort.as_str().into(), veld.as_str().into()],
    );
    Ok(tx.query_one_raw(select).await?.is_some())
}

/// Photos of which the picture is to be destroyed: the hidden ones, and what is kept of those with parts filled or was drawn
/// for a request that nobody answered.
///
/// # Errors
/// When the database is away.
pub async fn due_photos<C: ConnectionTrait>(db: &C, before: DateTime<Utc>) -> Result<Vec<FotoId>, Error> {
    let select = sql(
        db,
        select!(
            "g.at < $1 AND g.vernietigd_at IS NULL AND g.deel_soort = 'foto' AND g.status <> 'hersteld' ORDER BY g.id"
        ),
        [before.into()],
    );
    let rows = Row::find_by_statement(select).all(db).await?;
    let due: Vec<Ingreep> = rows.into_iter().map(Ingreep::from_row).collect::<Result<_, _>>()?;
    let picture = |own: &Ingreep| match own.soort {
        // Nobody confirmed it: the photo is there.
        IngreepSoort::Afschermen if own.status == IngreepStatus::Wacht => None,
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
    /// The initiatief that a photo is of: its own page tells of it as well.
    pub initiatief: Option<InitiatiefId>,
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
    /// When: all that one request does has one moment.
    pub at: DateTime<Utc>,
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
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, origineel, nieuw, \
         initiatief_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
            new.at.into(),
            new.origineel.into(),
            new.nieuw.into(),
            new.initiatief.map(|id| id.0).into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Writes on an ingreep what nobody may have written before.
async fn once<C: ConnectionTrait>(
    tx: &C,
    update: &'static str,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Result<(), Error> {
    if tx.execute_raw(sql(tx, update, values)).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Notes that it was put back; only once. What was asked is put back by another than who asked.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn put_back<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let update = if own.status == IngreepStatus::HerstelWacht {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, origineel = NULL \
         WHERE id = $3 AND status = 'gedaan' AND terug_door <> $1"
    } else {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, origineel = NULL \
         WHERE id = $3 AND status = 'gedaan' AND terug_door IS NULL"
    };
    once(tx, update, [by.0.into(), app.now().into(), own.id.0.into()]).await
}

/// Notes that somebody asks to put it back; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn asked_back<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let update = "UPDATE ingreep SET terug_door = $1, terug_at = $2, geweigerd_door = NULL, geweigerd_at = NULL, \
                  geweigerd_reden = NULL WHERE id = $3 AND status = 'gedaan' AND terug_door IS NULL";
    once(tx, update, [by.0.into(), app.now().into(), own.id.0.into()]).await
}

/// Notes that a photo became part of a vote, so that its stembureau finds what it is asked.
///
/// # Errors
/// When it cannot be written.
pub async fn to_vote<C: ConnectionTrait>(tx: &C, id: IngreepId, vote: Vote) -> Result<(), Error> {
    let update = "UPDATE ingreep SET geheel_id = $1, initiatief_id = $2 WHERE id = $3";
    tx.execute_raw(sql(tx, update, [vote.round.0.into(), vote.initiatief.0.into(), id.0.into()])).await?;
    Ok(())
}

/// Notes that it need not be confirmed any more; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn withdrawn<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let update = "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, ingetrokken_at = $2, \
                  origineel = NULL WHERE id = $3 AND status = 'wacht'";
    once(tx, update, [by.0.into(), app.now().into(), own.id.0.into()]).await
}

/// Notes that the stembureau refused what waits, and why; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn refused<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (by, reden): (AccountId, &str),
) -> Result<(), Error> {
    let update = if own.status == IngreepStatus::HerstelWacht {
        "UPDATE ingreep SET terug_door = NULL, terug_at = NULL, geweigerd_door = $1, geweigerd_at = $2, \
         geweigerd_reden = $4 WHERE id = $3 AND status = 'gedaan' AND terug_door IS NOT NULL"
    } else {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, geweigerd_door = $1, \
         geweigerd_at = $2, geweigerd_reden = $4, origineel = NULL WHERE id = $3 AND status = 'wacht'"
    };
    once(tx, update, [by.0.into(), app.now().into(), own.id.0.into(), reden.into()]).await
}

/// Notes that the stembureau confirmed it, and from what it was taken; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn confirmed<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let update = "UPDATE ingreep SET status = 'gedaan', bevestigd_door = $1, bevestigd_at = $2 \
                  WHERE id = $3 AND status = 'wacht'";
    once(tx, update, [by.0.into(), app.now().into(), own.id.0.into()]).await
}

/// Whether a photo of something was taken out of public view.
///
/// # Errors
/// When the database is away.
pub async fn hides_photo<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT id FROM ingreep WHERE (geheel_id = $1 OR initiatief_id = $1) AND deel_soort = 'foto' \
         AND soort = 'afschermen' AND status = 'gedaan' LIMIT 1",
        [id.0.into()],
    );
    Ok(db.query_one_raw(select).await?.is_some())
}
