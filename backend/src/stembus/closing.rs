//! What happens to the box by itself: ballots are moved so that their order is lost, the turnout is noted every hour,
//! and when time is up the box is shut and its digest published. A box that is not as it should be stays shut to everybody, and
//! it is noted what was found.

use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting, Look};
use crate::error::Error;
use crate::stembus::codes::{self, RoundKey};
use crate::stembus::moving::move_in;
use crate::stembus::opening::{self, Standing};
use crate::stembus::store::Envelope;
use crate::stembus::whole::{self, Facts};
use crate::stembus::{bundel, legging, store, voting};
use chrono::TimeDelta;
use contract::BuurtbegrotingId;
use contract::buurtbegroting::{Busvorm, BuurtbegrotingFase as Fase};
use contract::stem::BiljetId;
use contract::stembureau::Bevinding;
use std::collections::{BTreeSet, HashSet};

/// So many ballots are moved together at least, until an hour has passed (SECURITY-RULES V-4).
const TOGETHER: i64 = 20;
/// A box that was found not to be right is looked at again after so many seconds: it takes work, and the log says it each time.
const LOOK_AGAIN_SECONDS: i64 = 60;

/// The rounds that take ballots, or whose box waits to be shut.
///
/// # Errors
/// When the database is away.
pub async fn list_boxes(app: &App) -> Result<Vec<Buurtbegroting>, Error> {
    buurtbegroting::list_open(app.databases().primary(), app).await
}

/// Moves, notes and shuts, for every round that takes ballots; comes back when all of that is done. The jobs of a server wait
/// for none of them.
///
/// # Errors
/// When the database is away.
pub async fn work(app: &App) -> Result<(), Error> {
    let rounds = list_boxes(app).await?;
    // All of them at once: a box that cannot be shut does not keep the others open.
    futures_util::future::join_all(rounds.iter().map(|round| work_on(app, round))).await;
    Ok(())
}

/// Moves, notes and shuts one box.
pub async fn work_on(app: &App, round: &Buurtbegroting) {
    let done = match round.fase {
        Fase::Stemmen => keep_up(app, round).await,
        Fase::Tellen => shut(app, round).await,
        Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen | Fase::Uitslag | Fase::Uitvoering | Fase::Gestopt => {
            Ok(())
        }
    };
    if let Err(error) = done {
        tracing::error!(buurtbegroting.id = %round.id, %error, "a ballot box needs somebody to look");
    }
}

/// While voting is open.
async fn keep_up(app: &App, round: &Buurtbegroting) -> Result<(), Error> {
    let hour = round.now.timestamp().div_euclid(3_600);
    let is_new_hour = store::note_turnout(app, round.id, hour).await?;
    move_in(app, (round.vorm, round.id), if is_new_hour { 1 } else { TOGETHER }).await?;
    if app.open_votes.is_time_to_look(round) { look_at_opening(app, round).await } else { Ok(()) }
}

/// While voting is open: whether it is still what it opened with. Voters are refused when it is not; here somebody hears of it.
async fn look_at_opening(app: &App, round: &Buurtbegroting) -> Result<(), Error> {
    let is_changed = match voting::load(app, round).await {
        Ok(_) => false,
        Err(Error::BoxChanged(_)) => true,
        Err(other) => return Err(other),
    };
    note_finding(app, round.id, Bevinding::OpeningAnders, is_changed).await
}

/// Notes whether this is found now; what else was found stays as it is.
///
/// # Errors
/// When the database is away.
pub(super) async fn note_finding(
    app: &App,
    id: BuurtbegrotingId,
    what: Bevinding,
    is_found: bool,
) -> Result<(), Error> {
    let before = store::findings(app.databases().primary(), id).await?;
    if !is_found && !before.contains(&what) {
        return Ok(());
    }
    let mut found = before;
    if is_found {
        found.insert(what);
    } else {
        found.remove(&what);
    }
    note_findings(app, id, &found).await
}

/// Shuts the box: as many ballots as voters, or nobody counts anything (SECURITY-RULES V-6).
async fn shut(app: &App, round: &Buurtbegroting) -> Result<(), Error> {
    let (db, id) = (app.databases().primary(), round.id);
    // Ballots on paper that came in time are still being entered.
    if bundel::is_any_open(db, id).await? {
        return Ok(());
    }
    let last = store::last_found(db, id).await?;
    if last.is_some_and(|last| app.now() < last + TimeDelta::seconds(LOOK_AGAIN_SECONDS)) {
        return Ok(());
    }
    let Some(key) = codes::find_round_key(app, id).await? else {
        // Nobody can check who voted. Two of the stembureau may shut it by the numbers: see `noodsluiting`.
        return note_findings(app, id, &BTreeSet::from([Bevinding::GeheimKwijt])).await;
    };
    if opening::standing(app, round, &key).await? == Standing::Changed {
        return note_findings(app, id, &BTreeSet::from([Bevinding::OpeningAnders])).await;
    }
    move_in(app, (round.vorm, id), 1).await?;
    let found = match round.vorm {
        Busvorm::Aantallen => shut_first(app, id, &key).await?,
        Busvorm::Bewijzen => shut_second(app, round, key).await?,
    };
    match found {
        Some(found) => note_findings(app, id, &found).await,
        None => Ok(()),
    }
}

/// Keeps what was found, on the page of the stembureau, in the log and once on the audit trail. Nothing found takes away what was
/// found before.
async fn note_findings(app: &App, id: BuurtbegrotingId, found: &BTreeSet<Bevinding>) -> Result<(), Error> {
    let before = store::findings(app.databases().primary(), id).await?;
    if found.is_empty() && before.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    store::keep_findings(&tx, app, id, found).await?;
    let words = found.iter().map(|own| own.as_str()).collect::<Vec<_>>().join(" ");
    if !found.is_empty() && *found != before {
        let object = format!("buurtbegroting:{id}");
        audit::note_of_system(&tx, app, "stembus.bevinding", object, Some(words.clone())).await?;
    }
    tx.commit().await?;
    if !found.is_empty() {
        tracing::error!(buurtbegroting.id = %id, found = words, "a vote is not as this program left it: somebody must look");
    }
    Ok(())
}

/// Whether the box may be shut now, in the transaction that does it: another instance may have been first, the round may have
/// been stopped at the last moment, and a bundle begun.
async fn may_shut(tx: &Tx, app: &App, id: BuurtbegrotingId) -> Result<bool, Error> {
    store::keep_out(tx, id).await?;
    let round = buurtbegroting::hold(tx, app, id).await?;
    let is_over = round.fase == Fase::Tellen && round.sluiting.is_none();
    Ok(is_over && !bundel::is_any_open(tx, id).await?)
}

/// Publishes what is in the box.
pub(super) async fn publish(
    tx: &Tx,
    app: &App,
    id: BuurtbegrotingId,
    (ballots, digest, look): (i64, &str, Look),
) -> Result<(), Error> {
    buurtbegroting::close(tx, app, id, (ballots, digest, look)).await?;
    store::keep_findings(tx, app, id, &BTreeSet::new()).await?;
    let unchecked = if look == Look::Numbers { " kiezers en enveloppen niet gecontroleerd" } else { "" };
    let what = format!("{ballots} {digest}{unchecked}");
    audit::note_of_system(tx, app, "stembus.sluiten", format!("buurtbegroting:{id}"), Some(what)).await
}

fn tell_shut(id: BuurtbegrotingId) {
    tracing::info!(buurtbegroting.id = %id, "a ballot box was shut");
}

/// What keeps a box from being shut, if it was looked at; nothing is wrong with one that was shut.
type Found = Option<BTreeSet<Bevinding>>;

/// A box of the first form: numbers, and that every voter has a letter.
async fn shut_first(app: &App, id: BuurtbegrotingId, key: &RoundKey) -> Result<Found, Error> {
    let known = known_voters(app, id, key).await?;
    let tx = app.begin_long().await?;
    if !may_shut(&tx, app, id).await? {
        return Ok(None);
    }
    store::empty_in(&tx, id, BiljetId::LAST).await?;
    let envelopes = store::envelopes(&tx, Busvorm::Aantallen, id).await?;
    let ballots = i64::try_from(envelopes.len()).unwrap_or(i64::MAX);
    let mut found = BTreeSet::new();
    if ballots != store::turnout(&tx, id).await? {
        found.insert(Bevinding::AantalVerschilt);
    }
    // Whoever writes in the database alone cannot make up somebody with a letter.
    if store::voters(&tx, id).await?.iter().any(|kiezer| !known.contains(kiezer)) {
        found.insert(Bevinding::KiezerZonderBrief);
    }
    if found.is_empty() {
        publish(&tx, app, id, (ballots, &store::digest(&envelopes), Look::First)).await?;
        tx.commit().await?;
        tell_shut(id);
    }
    Ok(Some(found))
}

/// Everybody who has a letter, by what they are recognised by; no more are made by now.
async fn known_voters(app: &App, id: BuurtbegrotingId, key: &RoundKey) -> Result<HashSet<Vec<u8>>, Error> {
    let last = store::last_letter(app.databases().primary(), Busvorm::Aantallen, id).await?;
    let key = key.clone();
    app.looking.run(move || (1..=last).map(|nummer| key.of_letter(nummer)).collect()).await
}

/// A box of the second form is looked at whole, outside any transaction; then it is shut, if nothing moved meanwhile.
async fn shut_second(app: &App, round: &Buurtbegroting, key: RoundKey) -> Result<Found, Error> {
    let id = round.id;
    let Some(facts) = look(app, round).await? else { return Ok(None) };
    let (laid, voters) = (facts.kept.len(), facts.voters.len());
    let judged = app.looking.run(move || {
        let found = whole::findings(&key, id, &facts);
        let envelopes = store::last_of_each(facts.rows);
        (found, envelopes.len(), store::digest(&envelopes))
    });
    let (found, ballots, digest) = judged.await?;
    if !found.is_empty() {
        return Ok(Some(found));
    }
    let tx = app.begin_long().await?;
    let small = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let is_same = may_shut(&tx, app, id).await?
        && store::waiting(&tx, Busvorm::Bewijzen, id).await? == 0
        && store::leggings(&tx, id).await?.len() == laid
        && store::turnout(&tx, id).await? == small(voters);
    if is_same {
        publish(&tx, app, id, (small(ballots), &digest, Look::Whole)).await?;
        tx.commit().await?;
        tell_shut(id);
    }
    Ok(is_same.then_some(found))
}

/// All that the box is held against, as it was at one moment; none when something is still being laid: the next turn looks
/// again. The place of the secrets is read after the database: what it tells was stored before.
async fn look(app: &App, round: &Buurtbegroting) -> Result<Option<Facts>, Error> {
    let id = round.id;
    let moment = app.databases().snapshot().await?;
    let is_waiting = store::waiting(&moment, Busvorm::Bewijzen, id).await? > 0;
    let mut facts = Facts {
        codes: store::codes(&moment, id).await?,
        replaced: store::replaced(&moment, id).await?,
        rows: store::box_rows(&moment, id).await?,
        voters: store::voters(&moment, id).await?,
        may_change: round.spelregels.wijzigen_mag,
        kept: store::leggings(&moment, id).await?,
        told: Vec::new(),
    };
    drop(moment);
    facts.told = legging::told(app, id).await?;
    // A crash, or another instance at this moment, may have left out the last word.
    for kept in &facts.kept {
        let is_told = facts.told.iter().flatten().any(|told| told == kept);
        if !is_told && legging::settle(app, id, kept).await? {
            facts.told.push(Some(kept.clone()));
        }
    }
    let is_still = store::leggings(app.databases().primary(), id).await? == facts.kept;
    Ok((!is_waiting && is_still).then_some(facts))
}

/// What lies in a box that was shut, looked at once more before it is opened: that this was done when it was shut stands in the
/// database, where somebody may have written it, or that its secret was lost. None when nobody can look: it is of the first
/// form, or its secret is lost indeed, and the result says so. What is found stands on the page of the stembureau.
///
/// # Errors
/// [`Error::BoxChanged`] when something is found; when the place of the secrets is away.
pub(super) async fn look_again(app: &App, round: &Buurtbegroting) -> Result<Option<Vec<Envelope>>, Error> {
    let id = round.id;
    let Some(key) = codes::find_round_key(app, id).await? else { return Ok(None) };
    let (found, envelopes) = if opening::standing(app, round, &key).await? == Standing::Changed {
        (BTreeSet::from([Bevinding::OpeningAnders]), None)
    } else if round.vorm == Busvorm::Bewijzen {
        let facts = look(app, round).await?.ok_or(Error::BoxChanged("ballots that nobody laid"))?;
        let judged = app.looking.run(move || (whole::findings(&key, id, &facts), store::last_of_each(facts.rows)));
        let (found, envelopes) = judged.await?;
        (found, Some(envelopes))
    } else {
        (BTreeSet::new(), None)
    };
    note_findings(app, id, &found).await?;
    if found.is_empty() { Ok(envelopes) } else { Err(Error::BoxChanged("something was found")) }
}
