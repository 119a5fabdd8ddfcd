//! What becomes public after the wijkteam looked, or because it did not: its initiator is told.

use crate::app::{App, Tx};
use crate::error::Error;
use crate::initiatief::store::{self, Initiatief};
use crate::outbox::{self, Letter, Notice};

/// How many become public in one turn.
const MOST_AT_ONCE: u64 = 200;

/// Brings what the wijkteam did not look at in time into public view. Another instance may do the same at once.
///
/// # Errors
/// When the database is away.
pub async fn release_due(app: &App) -> Result<(), Error> {
    for id in store::list_due(app.databases().primary(), app.now(), MOST_AT_ONCE).await? {
        let tx = app.begin().await?;
        let is_shown = store::show_due(&tx, id, app.now()).await?;
        if is_shown {
            tell_shown(&tx, app, &store::find(&tx, id).await?).await?;
        }
        tx.commit().await?;
        if is_shown {
            tracing::info!(initiatief.id = %id, "nobody looked in time: everybody sees it from here");
        }
    }
    Ok(())
}

/// Tells its initiator that everybody sees it now, and where: a guest had no page of it until here.
///
/// # Errors
/// When it cannot be written.
pub(super) async fn tell_shown(tx: &Tx, app: &App, initiatief: &Initiatief) -> Result<(), Error> {
    let notice = Notice::InitiatiefOpenbaar { initiatief: initiatief.id };
    let letter = Letter { account: initiatief.owner, notice };
    outbox::tell(tx, app, &initiatief.row.email, &initiatief.row.naam, letter).await
}
