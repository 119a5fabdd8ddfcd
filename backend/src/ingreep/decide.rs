//! Second thoughts and second people: putting back what was taken away, and confirming or refusing what is about
//! a vote.

use crate::access::Action;
use crate::app::{App, Tx};
use crate::audit;
use crate::caller::Caller;
use crate::error::{Error, NotNow};
use crate::foto;
use crate::gebeurtenis;
use crate::ingreep::operations::{find_words_again, hold, own};
use crate::ingreep::photos;
use crate::ingreep::rules;
use crate::ingreep::store::{self, Ingreep as Noted, NewIngreep};
use crate::ingreep::tell;
use crate::ingreep::texts::{self, Part, Whole};
use crate::ingreep::view::view;
use chrono::{DateTime, Utc};
use contract::ingreep::{
    DeelSoort, Gezien, GezienIngreep, HerstelIngreep, IngreepSoort, IngreepStatus, Veld, WeglatingenView, WeigerIngreep,
};
use contract::{AccountId, GeheelId, IngreepId};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

/// Puts back what was taken away, as long as it is kept and nothing else came in its place; when asked, all that the same request
/// took away, or nothing of it. What the stembureau confirmed waits for the stembureau once more; so does what left a ballot with
/// its initiatief.
///
/// # Errors
/// [`Error::NotFound`] for who may not take it away; [`Error::NotNow`] when it cannot be put back; when no reason is given.
pub async fn undo(caller: &Caller, id: IngreepId, request: &HerstelIngreep) -> Result<WeglatingenView, Error> {
    let reden = request.parse()?;
    let app = &caller.app;
    let who = caller.require_account()?;
    let tx = app.begin().await?;
    let noted = store::find(&tx, id).await?;
    own(caller, &tx, noted.geheel).await?;
    if !rules::may_undo(noted.status, noted.is_destroyed, noted.is_newest) {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    let all = if request.overal { store::list_done(&tx, &noted).await? } else { vec![noted.clone()] };
    // All that is put back or asked at once carries one moment: that tells it from what came back before.
    let (mut asked, now) = (BTreeSet::new(), app.now());
    for part in &all {
        let round = undo_one(caller, &tx, part, (who, reden.as_str(), now)).await?;
        asked.extend(round);
        let deed = if round.is_some() { "weglating.herstellen.vragen" } else { "weglating.herstellen" };
        audit::note(&tx, caller, deed, format!("ingreep:{}", part.id), "gelukt", None).await?;
    }
    for round in asked {
        tell::asked(&tx, app, round, (who, Some(reden.as_str()))).await?;
    }
    tx.commit().await?;
    view(caller, noted.geheel).await
}

/// Puts back one thing, or asks for that; gives the round for whose stembureau it waits, when it does.
async fn undo_one(
    caller: &Caller,
    tx: &Tx,
    seen: &Noted,
    (who, reden, now): (AccountId, &str, DateTime<Utc>),
) -> Result<Option<GeheelId>, Error> {
    let app = &caller.app;
    let whole = own(caller, tx, seen.geheel).await?;
    hold(tx, app, &whole, seen.photo()).await?;
    // More may have been left out of it, or it may have been put back, while this waited for the round.
    let noted = &store::find(tx, seen.id).await?;
    if !rules::may_undo(noted.status, noted.is_destroyed, noted.is_newest) {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    // A photo may have become part of a vote since.
    let vote = if noted.deel == DeelSoort::Foto { photos::vote_of(tx, noted.foto()).await? } else { None };
    if noted.bevestigd.is_none() && vote.is_none() && masked_alone(tx, noted).await?.is_none() {
        put_back(tx, app, &whole, noted).await?;
        store::put_back(tx, app, noted, (who, reden, now)).await?;
        return Ok(None);
    }
    if !fits_still(tx, noted).await? {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    if let Some(vote) = vote {
        store::to_vote(tx, noted.id, vote).await?;
    }
    store::asked_back(tx, app, noted, (who, reden, now)).await?;
    Ok(Some(vote.map_or(noted.geheel, |vote| GeheelId(vote.round.0))))
}

/// Withdraws what waits for the stembureau, to take something out or to put it back: nothing changes. Who else asked it, or a part of
/// it, is told: nobody answers them any more.
///
/// # Errors
/// [`Error::NotFound`] for who may not take it away; [`Error::NotNow`] when nothing waits, or something else than was shown.
pub async fn withdraw(caller: &Caller, id: IngreepId, request: &GezienIngreep) -> Result<WeglatingenView, Error> {
    let shown = request.parse()?;
    let app = &caller.app;
    let who = caller.require_account()?;
    let tx = app.begin().await?;
    let seen = store::find(&tx, id).await?;
    let whole = own(caller, &tx, seen.geheel).await?;
    hold(&tx, app, &whole, seen.photo()).await?;
    // It may have been answered while this waited for the round.
    let noted = store::find(&tx, id).await?;
    if noted.asker().is_none() {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    rules::as_shown(noted.status, noted.waits_since(), shown)?;
    if noted.status == IngreepStatus::Wacht {
        photos::forget_prepared(&tx, &noted).await?;
    }
    store::withdrawn(&tx, app, &noted, who).await?;
    tell::withdrawn(&tx, app, &noted, who).await?;
    let deed = if noted.status == IngreepStatus::HerstelWacht {
        "weglating.herstellen.intrekken"
    } else {
        "weglating.intrekken"
    };
    audit::note(&tx, caller, deed, format!("ingreep:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    view(caller, noted.geheel).await
}

/// The text that an ingreep left or waits to change; nothing when something else came in its place.
async fn text_of<C: ConnectionTrait>(db: &C, noted: &Noted) -> Result<Option<Part>, Error> {
    let Some(part) = texts::there(db, (noted.deel, noted.deel_id, noted.veld)).await? else { return Ok(None) };
    let is_left = match noted.status {
        IngreepStatus::Wacht => part.is_frozen && Some(&part.tekst) == noted.origineel.as_ref(),
        // What was taken away before the vote opened is how it was frozen. What is left out of a plan comes back as long as everybody
        // may read its initiatief: else the plan would say what the wijkteam keeps from view.
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht => {
            let is_of_two = part.is_frozen && noted.bevestigd.is_some();
            let may_come_back = match masked_alone(db, noted).await? {
                Some(is_read) => is_read,
                None if is_of_two && noted.deel == DeelSoort::Project => texts::is_plan_read(db, noted.deel_id).await?,
                None => !part.is_frozen || is_of_two,
            };
            part.tekst == noted.nieuw && may_come_back
        }
        IngreepStatus::Hersteld | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => false,
    };
    Ok(is_left.then_some(part))
}

/// Of a text that left a ballot because somebody shielded its initiatief, and is left out of it still: whether everybody may read that
/// initiatief again. Nothing of anything else.
///
/// # Errors
/// When the database is away.
pub async fn masked_alone<C: ConnectionTrait>(db: &C, noted: &Noted) -> Result<Option<bool>, Error> {
    let is_out = matches!(noted.status, IngreepStatus::Gedaan | IngreepStatus::HerstelWacht);
    let is_of_one = is_out && noted.deel == DeelSoort::Project && noted.bevestigd.is_none();
    if !is_of_one || noted.origineel.is_none() {
        return Ok(None);
    }
    texts::masked_alone(db, (noted.deel_id, noted.veld), &noted.nieuw).await
}

/// Whether a text that something was taken out of says again what it said, without anybody having put it back: a result follows
/// the title of a plan that came back.
///
/// # Errors
/// When the database is away.
pub async fn says_again<C: ConnectionTrait>(db: &C, noted: &Noted) -> Result<bool, Error> {
    if noted.status != IngreepStatus::Gedaan || noted.deel == DeelSoort::Foto || noted.origineel.is_none() {
        return Ok(false);
    }
    let there = texts::there(db, (noted.deel, noted.deel_id, noted.veld)).await?;
    Ok(there.is_some_and(|part| Some(part.tekst) == noted.origineel))
}

/// Whether what waits can be confirmed, or what was done be put back, as far as the text goes that stands there now.
///
/// # Errors
/// When the database is away.
pub async fn fits_still<C: ConnectionTrait>(db: &C, noted: &Noted) -> Result<bool, Error> {
    let waits = noted.status == IngreepStatus::Wacht;
    // It was asked too long ago: what would be done could never be put back.
    if noted.is_expired() {
        return Ok(false);
    }
    if noted.deel == DeelSoort::Foto {
        // What waits to be done is about a photo that everybody sees, and about what was drawn of it as it still is.
        let is_drawn = noted.soort == IngreepSoort::Afschermen || noted.kept_foto().is_some();
        return Ok(!waits || (is_drawn && noted.is_newest && foto::is_shown(db, noted.foto()).await?));
    }
    Ok(text_of(db, noted).await?.is_some() || says_again(db, noted).await?)
}

async fn put_back(tx: &Tx, app: &App, whole: &Whole, noted: &Noted) -> Result<(), Error> {
    let not_now = || Error::from(NotNow::Ingreep(noted.status));
    match (noted.deel, noted.soort) {
        (DeelSoort::Foto, IngreepSoort::Afschermen) => return foto::show(tx, noted.foto()).await,
        (DeelSoort::Foto, IngreepSoort::Onherkenbaar) => {
            let shown = foto::shows(tx, noted.foto()).await?;
            // Looked at after the file: what is filled from here on makes it another.
            if !store::find(tx, noted.id).await?.is_newest {
                return Err(not_now());
            }
            return foto::restore(tx, noted.foto(), noted.kept_foto().ok_or_else(not_now)?, &shown).await;
        }
        (_, IngreepSoort::Afschermen | IngreepSoort::Onherkenbaar) => {}
    }
    let text = noted.origineel.as_deref().ok_or_else(not_now)?;
    if says_again(tx, noted).await? {
        return Ok(());
    }
    // When something else came in its place, that stays.
    let part = text_of(tx, noted).await?.ok_or_else(not_now)?;
    if part.is_frozen {
        texts::unmask(tx, &part, text).await?;
        rename(tx, &part, text).await?;
    } else {
        texts::put(tx, app, &part, text).await?;
    }
    find_words_again(tx, whole).await
}

/// Where a result was explained, plans are called by their titles.
async fn rename(tx: &Tx, part: &Part, titel: &str) -> Result<(), Error> {
    if (part.soort, part.veld) != (DeelSoort::Project, Veld::Titel) {
        return Ok(());
    }
    let (round, code) = texts::plan(tx, part.id).await?;
    gebeurtenis::rename_plan(tx, round, &code, (&part.tekst, titel)).await
}

/// What waits for the stembureau, and where, for somebody of it who did not ask themselves and answers what was shown; held until
/// the transaction ends.
async fn waiting(caller: &Caller, tx: &Tx, id: IngreepId, shown: Gezien) -> Result<(Noted, Whole), Error> {
    let who = caller.require_account()?;
    let seen = store::find(tx, id).await?;
    let round = texts::whole(tx, seen.geheel).await?;
    caller.may_see(Action::CountVotes, round.subject())?;
    hold(tx, &caller.app, &round, seen.photo()).await?;
    // What else was done to it, and by whom, may have changed while this waited for the round.
    let noted = store::find(tx, id).await?;
    if noted.asker().is_none() {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    rules::as_shown(noted.status, noted.waits_since(), shown)?;
    // Also who asked a part of it, before a colleague asked more.
    if noted.askers().contains(&who) {
        return Err(Error::NeedsOtherEyes);
    }
    Ok((noted, round))
}

/// The stembureau confirms: from here the words or the photo are not on the ballot any more, or are on it again, and the vote
/// goes on.
///
/// # Errors
/// [`Error::NotFound`] for who is not of it; [`Error::NotNow`] when nothing waits, or something else than was shown.
pub async fn confirm(caller: &Caller, id: IngreepId, request: &GezienIngreep) -> Result<WeglatingenView, Error> {
    let shown = request.parse()?;
    let app = &caller.app;
    let who = caller.require_account()?;
    let tx = app.begin().await?;
    let (noted, round) = waiting(caller, &tx, id, shown).await?;
    if noted.status == IngreepStatus::HerstelWacht {
        put_back(&tx, app, &round, &noted).await?;
        store::confirmed_back(&tx, app, &noted, who).await?;
    } else if noted.deel == DeelSoort::Foto {
        photos::confirm(&tx, &noted).await?;
        store::confirmed(&tx, app, &noted, who).await?;
    } else {
        let part = text_of(&tx, &noted).await?.ok_or(NotNow::Ingreep(noted.status))?;
        texts::mask(&tx, app, &part, &noted.nieuw, (noted.door, who)).await?;
        rename(&tx, &part, &noted.nieuw).await?;
        take_from_copies(&tx, app, &round, &noted).await?;
        store::confirmed(&tx, app, &noted, who).await?;
    }
    tell::answered(&tx, app, &noted, true).await?;
    audit::note(&tx, caller, "weglating.bevestigen", format!("ingreep:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    view(caller, noted.geheel).await
}

/// What was copied while a request waited says what was asked to go: a round that ends passes its words on. What the request was
/// about itself is left as it was decided.
async fn take_from_copies(tx: &Tx, app: &App, round: &Whole, noted: &Noted) -> Result<(), Error> {
    let Some(old) = noted.origineel.as_ref() else { return Ok(()) };
    let verzoek = noted.verzoek.unwrap_or_else(|| app.new_id());
    let of_request = store::list_of_request(tx, verzoek).await?;
    let mut known: BTreeSet<_> = of_request.iter().map(|own| (own.deel, own.deel_id, own.veld)).collect();
    let origins = texts::origins(tx, round).await?;
    let asked = (noted.deel, noted.deel_id);
    for whole in passed_on(tx, round).await? {
        let is_copy = |part: &Part| !part.is_frozen && part.tekst == *old && origins.are_related(part.holder(), asked);
        for part in texts::parts(tx, &whole).await?.into_iter().filter(is_copy) {
            if !known.insert((part.soort, part.id, part.veld)) {
                continue;
            }
            texts::put(tx, app, &part, &noted.nieuw).await?;
            let new = NewIngreep {
                verzoek,
                geheel: whole.id,
                initiatief: None,
                soort: noted.soort,
                deel: (part.soort, part.id, part.veld),
                status: IngreepStatus::Gedaan,
                reden: &noted.reden,
                door: noted.door,
                at: app.now(),
                vroegen: &[],
                origineel: Some(part.tekst),
                nieuw: &noted.nieuw,
            };
            store::insert(tx, app, new).await?;
        }
        find_words_again(tx, &whole).await?;
    }
    Ok(())
}

/// Where the words of a round are passed on: the round itself, and the opgaven that came of it. The initiatief that a plan was made
/// of was there before: there the wijkteam takes them away by itself, and its page says that they stand there.
async fn passed_on(tx: &Tx, round: &Whole) -> Result<Vec<Whole>, Error> {
    let mut ids: BTreeSet<GeheelId> = BTreeSet::new();
    let parts = texts::parts(tx, round).await?;
    ids.extend(parts.iter().filter(|part| part.soort == DeelSoort::Opgave).map(|part| GeheelId(part.id.0)));
    let mut all = vec![round.clone()];
    for id in ids {
        match texts::whole(tx, id).await {
            Ok(whole) => all.push(whole),
            // An initiatief that was never handed in is its initiator's alone.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// The stembureau refuses, and says why: the text stays as it is.
///
/// # Errors
/// As [`confirm`]; when no reason is given.
pub async fn refuse(caller: &Caller, id: IngreepId, request: &WeigerIngreep) -> Result<WeglatingenView, Error> {
    let (shown, reden) = request.parse()?;
    let app = &caller.app;
    let who = caller.require_account()?;
    let tx = app.begin().await?;
    let (noted, _) = waiting(caller, &tx, id, shown).await?;
    if noted.status == IngreepStatus::Wacht {
        photos::forget_prepared(&tx, &noted).await?;
    }
    store::refused(&tx, app, &noted, (who, reden.as_str())).await?;
    tell::answered(&tx, app, &noted, false).await?;
    audit::note(&tx, caller, "weglating.weigeren", format!("ingreep:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    view(caller, noted.geheel).await
}
