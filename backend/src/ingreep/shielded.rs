//! What leaves a ballot because one person shielded an initiatief: it stands in the list of what was left out, so that it can
//! come back.

use crate::app::{App, Tx};
use crate::buurtbegroting::LeftBallot;
use crate::error::Error;
use crate::ingreep::store::{self, NewIngreep};
use crate::ingreep::tell;
use contract::ingreep::{DeelSoort, IngreepSoort, IngreepStatus};
use contract::weglating::WEGGELATEN;
use contract::{AccountId, DeelId, GeheelId};

/// Notes of each text that left a ballot what it said, who did that and why. It comes back by two people, see `decide`. What waited to
/// be left out of it is left out now: who asked that is told.
///
/// # Errors
/// When it cannot be written.
pub async fn note_shielded(
    tx: &Tx,
    app: &App,
    left: &[LeftBallot],
    (by, reden): (AccountId, &str),
) -> Result<(), Error> {
    let (verzoek, at) = (app.new_id(), app.now());
    for own in left {
        let deel = (DeelSoort::Project, DeelId(own.project.0), own.veld);
        let waiting = store::find_waiting(tx, deel).await?;
        if let Some(asked) = waiting.filter(|asked| asked.status == IngreepStatus::Wacht) {
            store::withdrawn(tx, app, &asked, by).await?;
            tell::withdrawn(tx, app, &asked, by).await?;
        }
        let new = NewIngreep {
            verzoek,
            geheel: GeheelId(own.round.0),
            initiatief: None,
            soort: IngreepSoort::Afschermen,
            deel,
            status: IngreepStatus::Gedaan,
            reden,
            door: by,
            at,
            vroegen: &[],
            origineel: Some(own.tekst.clone()),
            nieuw: WEGGELATEN,
        };
        store::insert(tx, app, new).await?;
    }
    Ok(())
}
