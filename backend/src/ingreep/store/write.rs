//! What somebody does with it: it is noted, and then confirmed, refused, withdrawn, asked back or put back. Each is written once, under
//! the condition that nobody did something else with it first, and noted for good beside it. What stood in a text is kept until its 90
//! days are over, also once it stands there again: it tells which words a request was about. The picture of a photo, and a text that went whole, are not.

use crate::app::App;
use crate::database::{once, sql};
use crate::error::Error;
use crate::ingreep::photos::Vote;
use crate::ingreep::store::noted::{Ingreep, Vrager};
use chrono::{DateTime, Utc};
use contract::ingreep::{DeelSoort, IngreepSoort, IngreepStatus, StapSoort, Veld};
use contract::{AccountId, DeelId, GeheelId, IngreepId, InitiatiefId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

/// Something to note.
#[derive(Debug)]
pub struct NewIngreep<'a> {
    /// The request that it is part of.
    pub verzoek: Uuid,
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
    /// Who asked a part of it before, in a request that it takes the place of.
    pub vroegen: &'a [Vrager],
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
    let own = app.new_id();
    let insert = sql(
        tx,
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, origineel, nieuw, \
         verzoek_id, initiatief_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        [
            own.into(),
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
            new.verzoek.into(),
            new.initiatief.map(|id| id.0).into(),
        ],
    );
    tx.execute_raw(insert).await?;
    for before in new.vroegen {
        let insert = "INSERT INTO ingreep_vrager (ingreep_id, door, at) VALUES ($1, $2, $3)";
        tx.execute_raw(sql(tx, insert, [own.into(), before.door.0.into(), before.op.into()])).await?;
    }
    Ok(())
}

/// Notes for good what somebody did with an ingreep.
async fn note<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (own, at): (&Ingreep, DateTime<Utc>),
    (soort, by, reden): (StapSoort, AccountId, Option<&str>),
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO ingreep_stap (id, ingreep_id, soort, door, at, reden) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            app.new_id().into(),
            own.id.0.into(),
            soort.as_str().into(),
            by.0.into(),
            at.into(),
            reden.map(str::to_owned).into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Notes that it was put back at once, and why; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn put_back<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (by, reden, now): (AccountId, &str, DateTime<Utc>),
) -> Result<(), Error> {
    back(tx, app, own, (StapSoort::Teruggezet, by, Some(reden), now)).await
}

/// Notes that the stembureau confirmed that it is put back; only once, and by another than who asked.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn confirmed_back<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    back(tx, app, own, (StapSoort::TerugBevestigd, by, None, app.now())).await
}

async fn back<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (soort, by, reden, now): (StapSoort, AccountId, Option<&str>, DateTime<Utc>),
) -> Result<(), Error> {
    let update = if own.status == IngreepStatus::HerstelWacht {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, \
         origineel = CASE WHEN deel_soort = 'foto' OR soort = 'afschermen' THEN NULL ELSE origineel END \
         WHERE id = $3 AND status = 'gedaan' AND terug_door <> $1"
    } else {
        "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, \
         origineel = CASE WHEN deel_soort = 'foto' OR soort = 'afschermen' THEN NULL ELSE origineel END \
         WHERE id = $3 AND status = 'gedaan' AND terug_door IS NULL"
    };
    once(tx, sql(tx, update, [by.0.into(), now.into(), own.id.0.into()])).await?;
    note(tx, app, (own, now), (soort, by, reden)).await
}

/// Notes that somebody asks to put it back, when and why; only once.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn asked_back<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    own: &Ingreep,
    (by, reden, now): (AccountId, &str, DateTime<Utc>),
) -> Result<(), Error> {
    let update = "UPDATE ingreep SET terug_door = $1, terug_at = $2, geweigerd_door = NULL, geweigerd_at = NULL, \
                  geweigerd_reden = NULL WHERE id = $3 AND status = 'gedaan' AND terug_door IS NULL";
    once(tx, sql(tx, update, [by.0.into(), now.into(), own.id.0.into()])).await?;
    note(tx, app, (own, now), (StapSoort::TerugGevraagd, by, Some(reden))).await
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

/// Notes that what waits need not be answered any more; only once. What was taken away already stays away.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn withdrawn<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let now = app.now();
    if own.status == IngreepStatus::HerstelWacht {
        let update = "UPDATE ingreep SET terug_door = NULL, terug_at = NULL \
                      WHERE id = $1 AND status = 'gedaan' AND terug_door IS NOT NULL";
        once(tx, sql(tx, update, [own.id.0.into()])).await?;
        return note(tx, app, (own, now), (StapSoort::TerugIngetrokken, by, None)).await;
    }
    let update = "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, ingetrokken_at = $2, \
                  origineel = CASE WHEN deel_soort = 'foto' OR soort = 'afschermen' THEN NULL ELSE origineel END WHERE id = $3 AND status = 'wacht'";
    once(tx, sql(tx, update, [by.0.into(), now.into(), own.id.0.into()])).await?;
    note(tx, app, (own, now), (StapSoort::Ingetrokken, by, None)).await
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
    let now = app.now();
    let (soort, update) = if own.status == IngreepStatus::HerstelWacht {
        let update = "UPDATE ingreep SET terug_door = NULL, terug_at = NULL, geweigerd_door = $1, geweigerd_at = $2, \
                      geweigerd_reden = $4 WHERE id = $3 AND status = 'gedaan' AND terug_door IS NOT NULL";
        (StapSoort::TerugGeweigerd, update)
    } else {
        let update = "UPDATE ingreep SET status = 'hersteld', hersteld_door = $1, hersteld_at = $2, geweigerd_door = $1, \
                      geweigerd_at = $2, geweigerd_reden = $4, \
                      origineel = CASE WHEN deel_soort = 'foto' OR soort = 'afschermen' THEN NULL ELSE origineel END WHERE id = $3 AND status = 'wacht'";
        (StapSoort::Geweigerd, update)
    };
    once(tx, sql(tx, update, [by.0.into(), now.into(), own.id.0.into(), reden.into()])).await?;
    note(tx, app, (own, now), (soort, by, Some(reden))).await
}

/// Notes that the stembureau confirmed it, and from what it was taken; only once, and by nobody who asked a part of it.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first.
pub async fn confirmed<C: ConnectionTrait>(tx: &C, app: &App, own: &Ingreep, by: AccountId) -> Result<(), Error> {
    let now = app.now();
    let update = "UPDATE ingreep SET status = 'gedaan', bevestigd_door = $1, bevestigd_at = $2 \
                  WHERE id = $3 AND status = 'wacht' AND NOT EXISTS (SELECT 1 FROM ingreep_vrager v \
                  WHERE v.ingreep_id = $3 AND v.door = $1)";
    once(tx, sql(tx, update, [by.0.into(), now.into(), own.id.0.into()])).await?;
    note(tx, app, (own, now), (StapSoort::Bevestigd, by, None)).await
}
