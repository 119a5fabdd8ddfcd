//! Counting and recounting. It is long by nature, so it runs by itself: whoever asked for it, and the custodians who began
//! it, see how far it is, and nobody has to stay. It is asked for first; it begins when two custodians have handed in their
//! parts. Of a round from before custodians had a login of their own, whoever asks gives two parts, and it begins at once.
//!
//! When the instance that counts ends in the middle, nothing of the count is kept: it is asked for again, and parts are
//! handed in again. Nowhere but in the memory of that instance was there a key.

mod store;

pub use store::Telling;

use crate::access::Action;
use crate::account;
use crate::app::{App, Tx};
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::caller::{Caller, Login, persevere};
use crate::error::{Error, NotNow};
use crate::stembus::seal::{self, Opener};
use crate::stembus::store::{self as votes, Part};
use crate::stembus::{bewaarders, bureau};
use contract::buurtbegroting::BuurtbegrotingStap as Step;
use contract::field::FieldCode;
use contract::problem::ProblemCode;
use contract::stembureau::{Sleuteldeel, UitslagView, UseSleutel, VraagTelling};
use contract::telling::{TellingSoort, TellingView};
use contract::{AccountId, BuurtbegrotingId, TellingId};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::Came;
use tokio::sync::oneshot;

/// So long it is looked for at most what plans would have needed that were not chosen.
const LOOKING: Duration = Duration::from_secs(4);
/// How often it is noted how far a count is.
const BEAT: Duration = Duration::from_secs(2);
/// So long whoever began a count waits for it: of most votes the result is there by then.
const PATIENCE: Duration = Duration::from_secs(5);
/// So often it is tried to note that a count broke off, a second apart.
const TRIES: u32 = 30;

/// The step that a count is.
const fn step_of(soort: TellingSoort) -> Step {
    match soort {
        TellingSoort::Telling => Step::Count,
        TellingSoort::Natelling => Step::Recount,
    }
}

/// Asks for a count. Asked twice, it is asked once.
///
/// # Errors
/// When there is nothing to count now.
pub async fn ask(
    caller: &Caller,
    id: BuurtbegrotingId,
    request: &VraagTelling,
    soort: TellingSoort,
) -> Result<TellingView, Error> {
    let parts = request.parse()?;
    caller.require_recent_login()?;
    let app = &caller.app;
    let tx = app.begin().await?;
    let round = bureau::hold(caller, &tx, id).await?;
    round.check(step_of(soort))?;
    if round.sluiting.is_none() {
        return Err(NotNow::Buurtbegroting(round.fase, step_of(soort)).into());
    }
    let opener = opener(&round, parts)?;
    match store::open(&tx, id).await? {
        Some(own) if own.is_lost(round.now) => {
            store::finish(&tx, app, own.id, Came::Broke(ProblemCode::EvenNiet)).await?;
        }
        Some(own) => return Ok(own.view(round.now)),
        None => {}
    }
    let telling = store::insert(&tx, app, &round, soort, caller.require_account()?).await?;
    let deed = match soort {
        TellingSoort::Telling => "telling.vragen",
        TellingSoort::Natelling => "natelling.vragen",
    };
    bureau::note(&tx, caller, deed, id, None).await?;
    match opener {
        Some(opener) => {
            let begun = begin(&tx, &round, &store::find(&tx, telling).await?).await?;
            tx.commit().await?;
            begun.start(Arc::clone(app), opener).wait().await;
        }
        None => {
            bewaarders::tell_asked(&tx, app, id, soort.into()).await?;
            tx.commit().await?;
        }
    }
    one(caller, telling).await
}

/// The key, when whoever asks was given its parts; none when custodians keep them.
fn opener(round: &Buurtbegroting, parts: Option<[Sleuteldeel; 2]>) -> Result<Option<Opener>, Error> {
    match (round.is_kept, parts) {
        (true, None) => Ok(None),
        (true, Some(_)) => Err(Error::field("/deel1", FieldCode::DeelNietHier)),
        (false, parts) => {
            let parts = parts.map_or_else(|| UseSleutel::default().parse(), Ok)?;
            let public = round.ballot_key()?;
            seal::join(&parts, &public).map(Some).map_err(bureau::wrong_parts)
        }
    }
}

/// How far a count is.
///
/// # Errors
/// When the caller may not count there.
pub async fn one(caller: &Caller, id: TellingId) -> Result<TellingView, Error> {
    caller.require_account()?;
    let db = caller.app.databases().primary();
    let telling = store::find(db, id).await?;
    let round = buurtbegroting::find(caller, db, telling.ronde).await?;
    caller.may(Action::CountVotes, round.subject())?;
    Ok(telling.view(round.now))
}

/// The count of a round that was asked for last.
///
/// # Errors
/// When the database is away.
pub async fn last<C: ConnectionTrait>(db: &C, round: &Buurtbegroting) -> Result<Option<TellingView>, Error> {
    Ok(store::last(db, round.id).await?.map(|telling| telling.view(round.now)))
}

/// The count of a round that waits for parts of its key.
///
/// # Errors
/// When the database is away.
pub async fn asked_for<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Option<Telling>, Error> {
    Ok(store::open(db, id).await?.filter(|telling| !telling.has_begun()))
}

/// A count that can start once the transaction is committed.
pub struct Begun {
    telling: Telling,
}

/// Notes that a count begins.
///
/// # Errors
/// [`Error::Stale`] when it did before.
pub async fn begin(tx: &Tx, round: &Buurtbegroting, telling: &Telling) -> Result<Begun, Error> {
    store::begin(tx, telling.id, round.now).await?;
    Ok(Begun { telling: telling.clone() })
}

/// Notes that a count is done; of a recount, whether the result is the same.
///
/// # Errors
/// When the database is away.
pub async fn finish(tx: &Tx, app: &App, id: TellingId, is_same: Option<bool>) -> Result<(), Error> {
    store::finish(tx, app, id, Came::Done(is_same)).await
}

/// A count that goes on by itself.
pub struct Started(oneshot::Receiver<()>);

impl Started {
    /// Waits for it a little.
    pub async fn wait(self) {
        if tokio::time::timeout(PATIENCE, self.0).await.is_err() {
            tracing::debug!("a count goes on");
        }
    }
}

impl Begun {
    /// Counts, beside whoever began it.
    pub fn start(self, app: Arc<App>, opener: Opener) -> Started {
        let (done, heard) = oneshot::channel();
        let home = Arc::clone(&app);
        home.spawn(async move {
            Box::pin(work(app, self.telling, opener)).await;
            if done.send(()).is_err() {
                tracing::debug!("a count is over, and nobody waited for it");
            }
        });
        Started(heard)
    }
}

async fn work(app: Arc<App>, telling: Telling, opener: Opener) {
    let opened = Arc::new(AtomicU64::new(0));
    // It ends with this, also when something breaks.
    let (_over, is_over) = oneshot::channel();
    tokio::spawn(keep_telling(Arc::clone(&app), telling.id, Arc::clone(&opened), is_over));
    let Err(error) = count(&app, &telling, opener, opened).await else {
        tracing::info!(buurtbegroting.id = %telling.ronde, soort = %telling.soort, "a vote was counted");
        return;
    };
    let fault = error.problem().code();
    for _ in 0..TRIES {
        match note_fault(&app, telling.id, fault).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "that a count broke off cannot be noted yet"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn note_fault(app: &App, id: TellingId, fault: ProblemCode) -> Result<(), Error> {
    let tx = app.begin().await?;
    store::finish(&tx, app, id, Came::Broke(fault)).await?;
    tx.commit().await
}

/// Notes how far a count is, for all instances, until it is over.
async fn keep_telling(app: Arc<App>, id: TellingId, opened: Arc<AtomicU64>, mut is_over: oneshot::Receiver<()>) {
    let mut beats = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            _ = &mut is_over => return,
            _ = beats.tick() => {}
        }
        if let Err(error) = beat(&app, id, opened.load(Ordering::Relaxed)).await {
            tracing::warn!(%error, "how far a count is cannot be noted");
        }
    }
}

async fn beat(app: &App, id: TellingId, opened: u64) -> Result<(), Error> {
    let tx = app.begin().await?;
    store::beat(&tx, app, id, opened).await?;
    tx.commit().await
}

/// Whoever asked for a count, as if they were there: what they may not any more, the count may not.
async fn asker(app: &Arc<App>, id: AccountId) -> Result<Caller, Error> {
    let db = app.databases().primary();
    let naam = account::store::find(db, id).await?.naam;
    let grants = account::store::grants(db, id).await?;
    let login = Login { account: id, naam, sessie: app.new_id(), since: app.now() };
    Ok(Caller { login: Some(login), grants, ..Caller::visitor(Arc::clone(app), "telling".into()) })
}

async fn count(app: &Arc<App>, telling: &Telling, opener: Opener, opened: Arc<AtomicU64>) -> Result<(), Error> {
    let (id, soort) = (telling.ronde, telling.soort);
    let caller = asker(app, telling.asked_by).await?;
    let looking = match soort {
        TellingSoort::Telling => LOOKING,
        TellingSoort::Natelling => Duration::ZERO,
    };
    let counted = match bureau::take_box(&caller, id, opener, step_of(soort)).await {
        Ok(shut) => app.counting.run(move || bureau::open_and_count(&shut, looking, &opened)).await?,
        Err(error @ Error::BoxChanged(_)) => Err(error),
        Err(error) => return Err(error),
    };
    match soort {
        TellingSoort::Telling => {
            let counted = counted?;
            persevere(|| bureau::keep(&caller, id, &counted, telling.id)).await
        }
        TellingSoort::Natelling => compare(&caller, telling, counted).await,
    }
}

/// Holds what was opened once more against what was published (SECURITY-RULES V-6). Nothing of the outcome changes; that it
/// was done, and what came of it, is on the audit trail.
async fn compare(caller: &Caller, telling: &Telling, counted: Result<bureau::Counting, Error>) -> Result<(), Error> {
    let id = telling.ronde;
    let counted = match counted {
        // The worst that can be found is on the audit trail as well.
        Err(error @ Error::BoxChanged(_)) => {
            persevere(|| note_recount(caller, telling, None, "anders: de stembus")).await?;
            return Err(error);
        }
        other => other?,
    };
    let is_same = match is_as_kept(caller, id, counted).await {
        // Nobody can read it any more, so there is nothing to hold this against.
        Err(error @ Error::BoxChanged(_)) => {
            persevere(|| note_recount(caller, telling, None, "anders: de uitslag")).await?;
            return Err(error);
        }
        other => other?,
    };
    let found = if is_same { "gelijk" } else { "anders: de uitslag" };
    persevere(|| note_recount(caller, telling, Some(is_same), found)).await
}

/// Whether what was counted once more is what was kept of the count.
async fn is_as_kept(caller: &Caller, id: BuurtbegrotingId, counted: bureau::Counting) -> Result<bool, Error> {
    let db = caller.app.databases().primary();
    let mut is_same = is_same_result(&bureau::uitslag(caller, id).await?, &counted.view);
    // Of a vote by few the result says too little to go by: the opened ballots say all.
    is_same &= votes::opened(db, id).await? == bureau::texts(&counted.ballots)?;
    is_same &= votes::outcome(db, id, Part::Controlecodes).await? == counted.outcome.controlecodes;
    // Plans may be called otherwise by now; the votes on them may not.
    let (kept, pb) = (votes::outcome(db, id, Part::Pb).await?, counted.outcome.pb);
    is_same &= caller.app.looking.run(move || natellen::again::is_same_vote(&kept, &pb)).await?;
    Ok(is_same)
}

/// Whether plans, votes and money are the same. Sentences are not looked at: a later version may say things better.
fn is_same_result(one: &UitslagView, other: &UitslagView) -> bool {
    if other.weinig && !one.weinig {
        // A version of before told more of a vote by so few, in another order.
        let chosen = |view: &UitslagView| {
            let plans = view.projecten.iter().filter(|own| own.gekozen).map(|own| own.project);
            (view.kosten, view.over, plans.collect::<BTreeSet<_>>())
        };
        return chosen(one) == chosen(other);
    }
    let figures = |view: &UitslagView| {
        let plans = view.projecten.iter().map(|own| (own.project, own.gekozen, own.stemmen));
        (view.stembiljetten, view.ongeldig, view.kosten, view.over, plans.collect::<Vec<_>>())
    };
    figures(one) == figures(other)
}

/// Notes what a recount found; with `is_same` it is done.
async fn note_recount(caller: &Caller, telling: &Telling, is_same: Option<bool>, found: &str) -> Result<(), Error> {
    let id = telling.ronde;
    let tx = caller.app.begin().await?;
    bureau::hold(caller, &tx, id).await?.check(Step::Recount)?;
    bureau::note(&tx, caller, "stemmen.natellen", id, Some(found.to_owned())).await?;
    if is_same.is_some() {
        finish(&tx, &caller.app, telling.id, is_same).await?;
    }
    tx.commit().await?;
    tracing::info!(buurtbegroting.id = %id, found, "a box was counted again");
    Ok(())
}
