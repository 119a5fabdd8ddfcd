//! What happens to the box by itself: ballots are moved so that their order is lost, the turnout is noted every hour,
//! and when time is up the box is shut and its digest published.

use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::database::sql;
use crate::error::Error;
use crate::stembus::codes;
use crate::stembus::{bundel, store};
use contract::BuurtbegrotingId;
use contract::buurtbegroting::BuurtbegrotingFase as Fase;
use contract::stem::BiljetId;
use sea_orm::{ConnectionTrait as _, DatabaseBackend};
use std::collections::HashSet;

/// So many ballots are moved together at least, until an hour has passed (SECURITY-RULES V-4).
const TOGETHER: i64 = 20;
/// And so many at most, so that voters do not wait long.
const PIECE: i64 = 250;

/// Moves, notes and shuts, for every round that takes ballots.
///
/// # Errors
/// When the database is away.
pub async fn work(app: &App) -> Result<(), Error> {
    let rounds = buurtbegroting::list_open(app.databases().primary(), app).await?;
    // All of them at once: a box that cannot be shut does not keep the others open.
    futures_util::future::join_all(rounds.iter().map(|round| work_on(app, round))).await;
    Ok(())
}

async fn work_on(app: &App, round: &Buurtbegroting) {
    let done = match round.fase {
        Fase::Stemmen => keep_up(app, round).await,
        Fase::Tellen => shut(app, round.id).await,
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
    move_in(app, round.id, if is_new_hour { 1 } else { TOGETHER }).await
}

/// Moves what came in when that is at least so many, in pieces of about one size: who votes meanwhile waits for one piece
/// and not for all. What comes in meanwhile is for the next time: it would be moved alone.
async fn move_in(app: &App, id: BuurtbegrotingId, least: i64) -> Result<(), Error> {
    let waiting = store::waiting(app.databases().primary(), id).await?;
    if waiting < least {
        return Ok(());
    }
    let pieces = waiting.saturating_add(PIECE - 1) / PIECE;
    let mut has_moved = false;
    for _ in 0..pieces {
        let size = waiting.saturating_add(pieces - 1) / pieces;
        has_moved |= move_piece(app, id, size, least).await?;
    }
    // What PostgreSQL keeps of deleted rows goes as well, and it learns how large the box is now: it would go on reading
    // it from end to end as it did when there was little in it. It runs outside any transaction.
    let db = app.databases().writer();
    if has_moved && db.get_database_backend() == DatabaseBackend::Postgres {
        db.execute_raw(sql(db, "VACUUM stembus_in, stembus", [])).await?;
    }
    Ok(())
}

/// Moves a piece; `false` when fewer than `least` were left, because another instance was first. Which ballots and how
/// many is on the audit trail: one cannot vanish later.
async fn move_piece(app: &App, id: BuurtbegrotingId, size: i64, least: i64) -> Result<bool, Error> {
    let last = store::cut(app.databases().primary(), id, size).await?;
    let tx = app.begin().await?;
    store::keep_out(&tx, id).await?;
    let (moved, digest) = store::empty_in(&tx, id, last).await?;
    if moved < least {
        return Ok(false);
    }
    let what = format!("{moved} {digest}");
    audit::note_of_system(&tx, app, "stembus.legen", format!("buurtbegroting:{id}"), Some(what)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Shuts the box: as many ballots as voters, or nobody counts anything (SECURITY-RULES V-6).
async fn shut(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    // Ballots on paper that came in time are still being entered.
    if bundel::is_any_open(app.databases().primary(), id).await? {
        return Ok(());
    }
    move_in(app, id, 1).await?;
    let known = known_voters(app, id).await?;
    let tx = app.begin_long().await?;
    store::keep_out(&tx, id).await?;
    // Another instance was first, or it was stopped at the last moment.
    let is_over = buurtbegroting::hold(&tx, app, id).await?.fase == Fase::Tellen;
    // A bundle may have been begun in the last moment: now nobody can any more.
    if !is_over || bundel::is_any_open(&tx, id).await? {
        return Ok(());
    }
    close(&tx, app, id, known.as_ref()).await?;
    tx.commit().await?;
    tracing::info!(buurtbegroting.id = %id, "a ballot box was shut");
    Ok(())
}

/// Publishes what is in the box, and whether somebody could check who voted.
async fn close(tx: &Tx, app: &App, id: BuurtbegrotingId, known: Option<&Voters>) -> Result<(), Error> {
    store::empty_in(tx, id, BiljetId::LAST).await?;
    let (ballots, digest) = check_whole(tx, id, known).await?;
    buurtbegroting::close(tx, app, id, (ballots, &digest)).await?;
    let unchecked = if known.is_none() { " kiezers niet gecontroleerd" } else { "" };
    let what = format!("{ballots} {digest}{unchecked}");
    audit::note_of_system(tx, app, "stembus.sluiten", format!("buurtbegroting:{id}"), Some(what)).await
}

/// How many ballots there are, and their digest; refused when they are not as many as voters, or a voter has no letter.
async fn check_whole(tx: &Tx, id: BuurtbegrotingId, known: Option<&Voters>) -> Result<(i64, String), Error> {
    let envelopes = store::envelopes(tx, id).await?;
    let ballots = i64::try_from(envelopes.len()).unwrap_or(i64::MAX);
    let voters = store::turnout(tx, id).await?;
    if ballots != voters {
        return Err(Error::Internal(format!("{voters} people voted and {ballots} ballots are in the box")));
    }
    // Whoever writes in the database alone cannot make up somebody with a letter.
    let Some(known) = known else { return Ok((ballots, store::digest(&envelopes))) };
    let unknown = store::voters(tx, id).await?.iter().filter(|kiezer| !known.contains(*kiezer)).count();
    if unknown > 0 {
        return Err(Error::Internal(format!("{unknown} people voted without a letter")));
    }
    Ok((ballots, store::digest(&envelopes)))
}

/// Who may have voted, by what they are recognised by.
type Voters = HashSet<Vec<u8>>;

/// Everybody who has a letter; no more are made by now. None when the secret of the round was lost: then nobody can tell,
/// and what is in the box can still be counted.
async fn known_voters(app: &App, id: BuurtbegrotingId) -> Result<Option<Voters>, Error> {
    let Some(key) = codes::find_round_key(app, id).await? else {
        tracing::error!(buurtbegroting.id = %id, "the secret of a vote is gone: nobody checks who voted");
        return Ok(None);
    };
    let last = store::last_letter(app.databases().primary(), id).await?;
    let known = app.hashing.run(move || (1..=last).map(|nummer| key.of_letter(nummer)).collect());
    known.await.map(Some)
}
