//! When an initiatief leaves public view, the plans that were made of it leave with it: their words, and the words that
//! went from them into the wijkactieplan, the ledger and the timelines of others (SECURITY-RULES G-3).

use crate::app::{App, Tx};
use crate::buurtbegroting::store;
use crate::error::Error;
use crate::{gebeurtenis, opdracht, opgave};
use contract::weglating::WEGGELATEN;
use contract::{AccountId, InitiatiefId};

/// Takes the words of the plans of an initiatief out of every round. Where people vote, or voted, the vote goes on without
/// them. The rounds are held, see [`store::hold_rounds_of`].
///
/// # Errors
/// When it cannot be written.
pub async fn leave_public(tx: &Tx, app: &App, id: InitiatiefId, by: Option<AccountId>) -> Result<(), Error> {
    let words = store::words_of(tx, id).await?;
    if words.is_empty() {
        return Ok(());
    }
    store::hide_unfrozen(tx, app, id).await?;
    store::mask_frozen(tx, app, id, by).await?;
    for own in words {
        let (titel, tekst) = ((own.titel.as_str(), WEGGELATEN), (own.tekst.as_str(), WEGGELATEN));
        if let Some(activiteit) = own.activiteit {
            opgave::rewrite_titel(tx, activiteit, titel).await?;
            opdracht::rewrite_copies(tx, app, activiteit, titel, tekst).await?;
        }
        gebeurtenis::rename_plan(tx, own.round, &own.code, titel).await?;
    }
    Ok(())
}
