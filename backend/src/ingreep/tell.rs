//! Who has to answer for a vote is told that something waits, and who asked hears the answer, and that a colleague asks more or
//! withdraws it.

use crate::app::{App, Tx};
use crate::error::Error;
use crate::ingreep::store::Ingreep;
use crate::ingreep::texts;
use crate::outbox::{self, Notice};
use contract::account::Role;
use contract::ingreep::IngreepStatus;
use contract::{AccountId, BuurtbegrotingId, GeheelId};

/// The stembureau of a round hears that something waits for it, and why it would be put back when that is asked. Why it would be
/// taken out is read on the page alone: that may name what must go.
///
/// # Errors
/// When it cannot be written.
pub async fn asked(tx: &Tx, app: &App, round: GeheelId, (by, back): (AccountId, Option<&str>)) -> Result<(), Error> {
    let whole = texts::whole(tx, round).await?;
    let notice =
        Notice::WeglatingGevraagd { buurtbegroting: BuurtbegrotingId(round.0), terug: back.map(str::to_owned) };
    outbox::tell_role(tx, app, (Role::Stembureau, whole.gebied()), by, &notice).await
}

/// Who asked hears that a colleague asks more of the same text or photo, and that this takes the place of what they asked, or that
/// what they asked lapsed; `noted` is how it stood before.
///
/// # Errors
/// When it cannot be written.
pub async fn replaced(tx: &Tx, app: &App, noted: &Ingreep, by: AccountId) -> Result<(), Error> {
    let notice = Notice::WeglatingVervangen {
        buurtbegroting: BuurtbegrotingId(noted.geheel.0),
        ingreep: noted.id,
        terug: noted.status == IngreepStatus::HerstelWacht,
        verlopen: noted.is_expired(),
        door: by,
    };
    for asker in noted.askers() {
        if asker != by {
            outbox::tell_asker(tx, app, asker, notice.clone()).await?;
        }
    }
    Ok(())
}

/// Who asked, or asked a part of it, hears that a colleague withdrew all of it; `noted` is how it stood before.
///
/// # Errors
/// When it cannot be written.
pub async fn withdrawn(tx: &Tx, app: &App, noted: &Ingreep, by: AccountId) -> Result<(), Error> {
    let notice = Notice::WeglatingIngetrokken {
        buurtbegroting: BuurtbegrotingId(noted.geheel.0),
        ingreep: noted.id,
        terug: noted.status == IngreepStatus::HerstelWacht,
        door: by,
    };
    for asker in noted.askers() {
        if asker != by {
            outbox::tell_asker(tx, app, asker, notice.clone()).await?;
        }
    }
    Ok(())
}

/// Everybody who asked, or asked a part of it, hears what the stembureau said; `noted` is how it stood before.
///
/// # Errors
/// When it cannot be written.
pub async fn answered(tx: &Tx, app: &App, noted: &Ingreep, bevestigd: bool) -> Result<(), Error> {
    let notice = Notice::WeglatingBeantwoord {
        buurtbegroting: BuurtbegrotingId(noted.geheel.0),
        bevestigd,
        ingreep: Some(noted.id),
        terug: noted.status == IngreepStatus::HerstelWacht,
    };
    for asker in noted.askers() {
        outbox::tell_asker(tx, app, asker, notice.clone()).await?;
    }
    Ok(())
}
