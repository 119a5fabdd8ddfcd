//! Handing in a part: the first waits for another, two of them show that the key works, or open the ballots.

use super::store::{self, Keeper, Waiting};
use super::{asked, find, hold, own, rules, tell_bureau, tell_others, tell_tried, transit};
use crate::app::App;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::Caller;
use crate::error::{Error, Exchanged, NotNow};
use crate::outbox::{self, KeeperNews, Notice, SleutelStand};
use crate::stembus::counting::{self, Begun, Telling};
use crate::stembus::seal::{self, Opener};
use crate::stembus::{bureau, codes};
use chrono::TimeDelta;
use contract::bewaarder::{BewaarderView, DEEL_WACHT_MINUTEN, LeverDeel, SleutelDoel};
use contract::field::FieldCode;
use contract::stembureau::Sleuteldeel;
use contract::telling::TellingStatus;
use contract::{AccountId, BuurtbegrotingId};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use uuid::Uuid;

/// So often a part is handed in anew when another comes or goes in the same moment.
const TRIES: usize = 4;

/// What came of a part that was handed in.
enum HandedIn {
    /// It waits for another.
    Waits,
    /// With that of another it showed that the key works.
    Proved,
    /// With that of another it opens the ballots.
    Opens(Box<(Begun, Opener)>),
    /// Another came or went in the same moment: it is handed in once more.
    Again,
}

/// Takes a custodian's own part; with the second something is opened.
///
/// # Errors
/// When it is not asked for, or is not theirs; [`Error::BoxChanged`] when somebody exchanged what is kept of it.
pub async fn hand_in(caller: &Caller, id: BuurtbegrotingId, request: &LeverDeel) -> Result<BewaarderView, Error> {
    let (doel, part) = request.parse()?;
    caller.require_recent_login()?;
    for _ in 0..TRIES {
        match try_hand_in(caller, id, doel, &part).await? {
            HandedIn::Again => {}
            HandedIn::Waits | HandedIn::Proved => return own(caller, id).await,
            HandedIn::Opens(both) => {
                let (begun, opener) = *both;
                begun.start(Arc::clone(&caller.app), opener).wait().await;
                return own(caller, id).await;
            }
        }
    }
    Err(Error::Busy)
}

/// That this is asked for now, and of whom; and the count that it is for.
async fn check_asked<C: ConnectionTrait>(
    db: &C,
    round: &Buurtbegroting,
    doel: SleutelDoel,
) -> Result<Option<Telling>, Error> {
    match asked(db, round).await? {
        Some((own, telling)) if own == doel => Ok(telling),
        Some(_) | None => Err(why_not(db, round, doel).await?),
    }
}

/// Why no part is asked for: two others were first, or it is not the time for it.
async fn why_not<C: ConnectionTrait>(db: &C, round: &Buurtbegroting, doel: SleutelDoel) -> Result<Error, Error> {
    if doel == SleutelDoel::Proef && round.is_kept && round.is_proven {
        return Ok(Error::KeyTried);
    }
    let last = counting::last(db, round).await?.filter(|last| SleutelDoel::from(last.soort) == doel);
    Ok(match last.map(|last| last.status) {
        Some(TellingStatus::Bezig | TellingStatus::Klaar) => Error::PartNotNeeded,
        Some(TellingStatus::Gevraagd | TellingStatus::Mislukt) | None => {
            NotNow::Buurtbegroting(round.fase, rules::step_of(doel)).into()
        }
    })
}

/// A part that somebody put there in the database is not theirs, whatever opens it. Once the secret of the round was lost nobody
/// can tell: then it shows when two of them open nothing.
async fn check_part(app: &App, round: &Buurtbegroting, keeper: &Keeper) -> Result<(), Error> {
    if let Some(secret) = codes::find_round_key(app, round.id).await? {
        super::check_as_made(round, keeper, &secret)?;
    }
    Ok(())
}

async fn try_hand_in(
    caller: &Caller,
    id: BuurtbegrotingId,
    doel: SleutelDoel,
    part: &Sleuteldeel,
) -> Result<HandedIn, Error> {
    let app = &caller.app;
    let db = app.databases().primary();
    let (round, keeper) = find(caller, id).await?;
    check_asked(db, &round, doel).await?;
    check_part(app, &round, &keeper).await?;
    if !rules::is_own(&keeper, part) {
        return Err(Error::field("/deel", FieldCode::NietUwDeel));
    }
    let waiting = store::waiting(db, id, doel, round.now).await?;
    let Some(other) = waiting.into_iter().find(|other| other.plaats != keeper.plaats) else {
        let expires_at = round.now + TimeDelta::minutes(DEEL_WACHT_MINUTEN);
        let parcel = transit::pack(app, id, (keeper.plaats, part), expires_at).await?;
        return leave(caller, id, doel, parcel).await;
    };
    match transit::unpack(app, id, &other).await? {
        Some(own) => join(caller, id, doel, (part, (other.geheim, own))).await,
        None => {
            // Its secret is gone, so it is a part no more.
            let tx = app.begin().await?;
            store::remove(&tx, other.geheim).await?;
            tx.commit().await?;
            Ok(HandedIn::Again)
        }
    }
}

/// Leaves a part for another custodian.
async fn leave(caller: &Caller, id: BuurtbegrotingId, doel: SleutelDoel, part: Waiting) -> Result<HandedIn, Error> {
    let left = try_leave(caller, id, doel, &part).await;
    // What was certainly not stored has no secret either.
    if !matches!(left, Ok(HandedIn::Waits) | Err(Error::Unknown(_))) {
        transit::destroy(&caller.app, id, part.geheim).await?;
    }
    left
}

async fn try_leave(
    caller: &Caller,
    id: BuurtbegrotingId,
    doel: SleutelDoel,
    part: &Waiting,
) -> Result<HandedIn, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    let (round, keeper) = hold(caller, &tx, id).await?;
    check_asked(&tx, &round, doel).await?;
    let waiting = store::waiting(&tx, id, doel, round.now).await?;
    if waiting.iter().any(|other| other.plaats != keeper.plaats) {
        return Ok(HandedIn::Again);
    }
    let before = store::clear(&tx, id, doel, Some(keeper.plaats)).await?;
    store::put(&tx, id, doel, part).await?;
    bureau::note(&tx, caller, "sleuteldeel.inleveren", id, Some(doel.to_string())).await?;
    // Whoever hands in anew while they wait tells nobody twice.
    if waiting.is_empty() {
        tell_others(&tx, app, id, keeper.plaats, KeeperNews::Wacht { tot: part.expires_at }).await?;
    }
    tx.commit().await?;
    destroy_all(app, id, before).await;
    Ok(HandedIn::Waits)
}

/// Puts two parts together, in the memory of this instance and nowhere else.
async fn join(
    caller: &Caller,
    id: BuurtbegrotingId,
    doel: SleutelDoel,
    (part, (geheim, other)): (&Sleuteldeel, (Uuid, Sleuteldeel)),
) -> Result<HandedIn, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    let (round, keeper) = hold(caller, &tx, id).await?;
    let telling = check_asked(&tx, &round, doel).await?;
    let waiting = store::waiting(&tx, id, doel, round.now).await?;
    let Some(waits) = waiting.iter().find(|own| own.geheim == geheim) else { return Ok(HandedIn::Again) };
    let used = store::clear(&tx, id, doel, None).await?;
    let public = round.ballot_key()?;
    // Each was held against the row of its custodian: that they open nothing together is in the rows, or in the key.
    let secret = seal::join(&[part.clone(), other], &public).map_err(|_wrong| Exchanged::Keeper)?;
    for plaats in [keeper.plaats, waits.plaats] {
        store::mark_tried(&tx, id, plaats, round.now).await?;
    }
    bureau::note(&tx, caller, "sleuteldeel.inleveren", id, Some(doel.to_string())).await?;
    let handed_in = match telling {
        None => {
            bureau::prove(&tx, caller, &round, &secret).await?;
            tell_tried(&tx, app, id).await?;
            tell_bureau(&tx, caller, &round, SleutelStand::Beproefd).await?;
            HandedIn::Proved
        }
        Some(telling) => HandedIn::Opens(Box::new((counting::begin(&tx, &round, &telling).await?, secret))),
    };
    tx.commit().await?;
    destroy_all(app, id, used).await;
    Ok(handed_in)
}

/// Destroys secrets whose parts are gone. One that stays behind opens nothing that is kept anywhere.
async fn destroy_all(app: &App, id: BuurtbegrotingId, secrets: Vec<Uuid>) {
    for geheim in secrets {
        if let Err(error) = transit::destroy(app, id, geheim).await {
            tracing::warn!(buurtbegroting.id = %id, %error, "the secret of a part stays behind");
        }
    }
}

/// Forgets parts that waited long enough for another: first the secret, without which the row is worth nothing. Who waited in
/// vain is told, as long as their part is asked for.
///
/// # Errors
/// When the database or the place of secrets is away.
pub async fn forget_late_parts(app: &App) -> Result<(), Error> {
    for late in store::expired(app.databases().primary(), app).await? {
        let id = BuurtbegrotingId(late.ronde);
        transit::destroy(app, id, late.geheim).await?;
        let tx = app.begin().await?;
        let round = buurtbegroting::look(&tx, app, id).await?;
        let is_asked = asked(&tx, &round).await?.is_some_and(|(doel, _)| doel.as_str() == late.doel);
        if store::remove(&tx, late.geheim).await? && is_asked {
            let notice = Notice::BewaarderNieuws { buurtbegroting: id, nieuws: KeeperNews::Verlopen };
            outbox::tell_account(&tx, app, AccountId(late.account_id), notice).await?;
        }
        tx.commit().await?;
    }
    transit::sweep(app).await
}
