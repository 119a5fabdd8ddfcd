//! What stood there is destroyed, once it was kept long enough: which of it is due, and that it is gone.

use crate::database::sql;
use crate::error::Error;
use crate::ingreep::store::noted::{Ingreep, all};
use chrono::{DateTime, Utc};
use contract::ingreep::{IngreepSoort, IngreepStatus};
use contract::{FotoId, IngreepId};
use sea_orm::ConnectionTrait;

/// What was kept long enough: it counts from when it was done, which the stembureau may have said long after it was asked. Whoever
/// asked to have it back gets an answer first, but does not wait for ever. `$1` is the moment before which that is.
macro_rules! due {
    () => {
        "g.vernietigd_at IS NULL AND COALESCE(g.bevestigd_at, g.at) < $1 \
         AND (g.status <> 'gedaan' OR g.terug_at IS NULL OR g.terug_at < $1)"
    };
}

/// Some of what was done to photos and is to be forgotten, with the picture that is to be destroyed: the hidden photo, or what is
/// kept of one with parts filled or was drawn for a request that nobody answered.
///
/// # Errors
/// When the database is away.
pub async fn due_photos<C: ConnectionTrait>(
    db: &C,
    before: DateTime<Utc>,
) -> Result<Vec<(IngreepId, Option<FotoId>)>, Error> {
    let select = sql(
        db,
        select!(due!(), " AND g.deel_soort = 'foto' AND g.status <> 'hersteld' ORDER BY g.id LIMIT 100"),
        [before.into()],
    );
    let picture = |own: &Ingreep| match own.soort {
        // Nobody confirmed it: the photo is there.
        IngreepSoort::Afschermen if own.status == IngreepStatus::Wacht => None,
        IngreepSoort::Afschermen => Some(own.foto()),
        IngreepSoort::Onherkenbaar => own.kept_foto(),
    };
    Ok(all(db, select).await?.iter().map(|own| (own.id, picture(own))).collect())
}

/// Forgets what stood there before this time, of one of them; false when that is to be kept after all.
///
/// # Errors
/// When it cannot be written.
pub async fn forget_one<C: ConnectionTrait>(
    tx: &C,
    id: IngreepId,
    (before, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, Error> {
    let update = sql(
        tx,
        concat!(
            "UPDATE ingreep AS g SET origineel = NULL, vernietigd_at = $2 WHERE g.id = $3 AND g.status <> 'hersteld' AND ",
            due!()
        ),
        [before.into(), now.into(), id.0.into()],
    );
    Ok(tx.execute_raw(update).await?.rows_affected() == 1)
}

/// Forgets what stood there before this time.
///
/// # Errors
/// When it cannot be written.
pub async fn forget<C: ConnectionTrait>(tx: &C, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Error> {
    let update = sql(
        tx,
        concat!("UPDATE ingreep AS g SET origineel = NULL, vernietigd_at = $2 WHERE ", due!()),
        [before.into(), now.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}
