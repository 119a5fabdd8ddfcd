//! Who has to answer for a vote is told that something waits, and who asked hears the answer.

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

/// Who asked hears what the stembureau said; `noted` is how it stood before.
///
/// # Errors
/// When it cannot be written.
pub async fn answered(tx: &Tx, app: &App, noted: &Ingreep, bevestigd: bool) -> Result<(), Error> {
    let Some(asker) = noted.asker() else { return Ok(()) };
    let notice = Notice::WeglatingBeantwoord {
        buurtbegroting: BuurtbegrotingId(noted.geheel.0),
        bevestigd,
        ingreep: Some(noted.id),
        terug: noted.status == IngreepStatus::HerstelWacht,
    };
    outbox::tell_asker(tx, app, asker, notice).await
}
