//! Shutting a box of which the secret was lost: nobody can check voters and envelopes any more, only count them. It takes two
//! of the stembureau, and the result says so. And what the stembureau sees beside what everybody sees.

use crate::app::{App, Tx};
use crate::buurtbegroting::{self, Buurtbegroting, Look};
use crate::caller::Caller;
use crate::error::{Error, NotNow};
use crate::stembus::brieven::{self, void_before};
use crate::stembus::bureau::{find, hold, note};
use crate::stembus::{bundel, closing, codes, store};
use contract::BuurtbegrotingId;
use contract::buurtbegroting::{BuurtbegrotingStap as Step, BuurtbegrotingView};
use contract::stembureau::{Bevinding, Noodsluiting, StembureauView};
use sea_orm::ConnectionTrait;

/// What waits for a second person, and what is wrong with the box.
///
/// # Errors
/// When the caller may not see it.
pub async fn stand(caller: &Caller, id: BuurtbegrotingId) -> Result<StembureauView, Error> {
    let who = caller.require_account()?;
    let round = find(caller, id).await?;
    let (app, db) = (&caller.app, caller.app.databases().primary());
    let (vervangingen, afgehandeld) = brieven::views(app, id, who).await?;
    let asked = store::asked_to_close(db, id, void_before(app)).await?.into_iter().next();
    let noodsluiting = asked.filter(|_| round.sluiting.is_none());
    Ok(StembureauView {
        vervangingen,
        afgehandeld,
        bevindingen: store::findings(db, id).await?.into_iter().collect(),
        noodsluiting: noodsluiting.map(|own| Noodsluiting { gevraagd_op: own.at, eigen: own.door == who }),
    })
}

/// Whether a box can be shut unchecked: it waits for nothing, but its secret was found to be lost.
async fn check<C: ConnectionTrait>(db: &C, round: &Buurtbegroting) -> Result<(), Error> {
    round.check(Step::CloseUnchecked)?;
    let waits = round.sluiting.is_none() && !bundel::is_any_open(db, round.id).await?;
    let is_lost = store::findings(db, round.id).await?.contains(&Bevinding::GeheimKwijt);
    if waits && is_lost { Ok(()) } else { Err(NotNow::Buurtbegroting(round.fase, Step::CloseUnchecked).into()) }
}

/// The first who asks is noted; the second, within a day, shuts the box: as many ballots as voters, and nothing else is known.
///
/// # Errors
/// When the caller may not, the secret is there after all, or the numbers differ.
pub async fn close(caller: &Caller, id: BuurtbegrotingId) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    caller.require_recent_login()?;
    let round = find(caller, id).await?;
    check(app.databases().primary(), &round).await?;
    // It may have been found again, or its place was only away.
    if codes::find_round_key(app, id).await?.is_some() {
        return Err(NotNow::Buurtbegroting(round.fase, Step::CloseUnchecked).into());
    }
    let who = caller.require_account()?;
    let tx = app.begin_long().await?;
    store::keep_out(&tx, id).await?;
    let round = hold(caller, &tx, id).await?;
    check(&tx, &round).await?;
    let asked = store::asked_to_close(&tx, id, void_before(app)).await?;
    if asked.iter().all(|own| own.door != who) {
        store::ask_to_close(&tx, app, id, who).await?;
        note(&tx, caller, "stembus.noodsluiting", id, None).await?;
    }
    if asked.iter().any(|own| own.door != who) {
        shut_by_numbers(app, &tx, &round).await?;
    }
    tx.commit().await?;
    buurtbegroting::view(caller, id).await
}

async fn shut_by_numbers(app: &App, tx: &Tx, round: &Buurtbegroting) -> Result<(), Error> {
    let id = round.id;
    store::empty_untold(tx, round.vorm, id).await?;
    let envelopes = store::envelopes(tx, round.vorm, id).await?;
    let ballots = i64::try_from(envelopes.len()).unwrap_or(i64::MAX);
    if ballots != store::turnout(tx, id).await? {
        return Err(Error::BoxChanged("another number of ballots than of voters"));
    }
    closing::publish(tx, app, id, (ballots, &store::digest(&envelopes), Look::Numbers)).await
}
