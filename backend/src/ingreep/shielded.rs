//! What leaves a ballot because one person shielded an initiatief: it stands in the list of what was left out, so that it can
//! come back.

use crate::app::{App, Tx};
use crate::buurtbegroting::LeftBallot;
use crate::error::Error;
use crate::ingreep::store::{self, NewIngreep};
use contract::ingreep::{DeelSoort, IngreepSoort, IngreepStatus};
use contract::weglating::WEGGELATEN;
use contract::{AccountId, DeelId, GeheelId};

/// Notes of each text that left a ballot what it said, who did that and why. It comes back by two people, see `decide`.
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
        let new = NewIngreep {
            verzoek,
            geheel: GeheelId(own.round.0),
            initiatief: None,
            soort: IngreepSoort::Afschermen,
            deel: (DeelSoort::Project, DeelId(own.project.0), own.veld),
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
