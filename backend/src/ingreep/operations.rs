//! What staff can do with what everybody reads: take it out of public view. Second thoughts and second people are in `decide`.

use crate::access::{Action, Reach};
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting;
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::foto::{self, Filled};
use crate::idempotency::Attempt;
use crate::ingreep::decide::{confirm, refuse, undo, withdraw};
use crate::ingreep::photos;
use crate::ingreep::rules;
use crate::ingreep::store::{self, Ingreep as Noted, NewIngreep, Request};
use crate::ingreep::tell;
use crate::ingreep::texts::{self, Part, Whole};
use crate::ingreep::view::{page_of, view};
use crate::initiatief;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use contract::field::{Checks, FieldCode};
use contract::ingreep::{
    BEWAARDAGEN, Deel, DeelSoort, Geheel, GezienIngreep, HerstelIngreep, Ingreep, IngreepApi, IngreepSoort,
    IngreepStatus, IngreepView, MaakIngreep, Veld, WEIGERINGDAGEN, Weglaatverzoeken, Weglaatweigering, WeglatingenView,
    WeigerIngreep,
};
use contract::weglating::{self, WEGGELATEN};
use contract::{
    AccountId, BuurtbegrotingId, FotoId, GeheelId, IdempotencyKey, IngreepId, InitiatiefId, Page, PageQuery, Reply,
};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;
use uuid::Uuid;

#[async_trait]
impl IngreepApi for Caller {
    async fn weglatingen(&self, id: GeheelId) -> Reply<WeglatingenView> {
        run(|| view(self, id)).await
    }

    async fn make_ingreep(&self, key: IdempotencyKey, id: GeheelId, request: MaakIngreep) -> Reply<WeglatingenView> {
        // A picture is drawn once, also when the database asks to start over.
        let filled = draw(self, id, &request).await.map_err(Error::problem)?;
        run(|| make(self, key.clone(), (id, &request), filled.as_ref())).await
    }

    async fn list_ingrepen(&self, id: GeheelId, page: PageQuery) -> Reply<Page<IngreepView>> {
        run(|| page_of(self, id, &page)).await
    }

    async fn list_weglaatverzoeken(&self) -> Reply<Vec<Weglaatverzoeken>> {
        run(|| requests(self)).await
    }

    async fn undo_ingreep(&self, id: IngreepId, request: HerstelIngreep) -> Reply<WeglatingenView> {
        run(|| undo(self, id, &request)).await
    }

    async fn withdraw_ingreep(&self, id: IngreepId, request: GezienIngreep) -> Reply<WeglatingenView> {
        run(|| withdraw(self, id, &request)).await
    }

    async fn confirm_ingreep(&self, id: IngreepId, request: GezienIngreep) -> Reply<WeglatingenView> {
        run(|| confirm(self, id, &request)).await
    }

    async fn refuse_ingreep(&self, id: IngreepId, request: WeigerIngreep) -> Reply<WeglatingenView> {
        run(|| refuse(self, id, &request)).await
    }
}

/// What waits for this caller to say yes or no: of every vote of whose stembureau they are, all that they did not ask themselves.
async fn requests(caller: &Caller) -> Result<Vec<Weglaatverzoeken>, Error> {
    let who = caller.require_account()?;
    let gebieden = match caller.reach(Action::CountVotes) {
        Reach::Nowhere => return Err(Error::Forbidden),
        Reach::Gebieden(gebieden) => Some(gebieden),
        Reach::City => None,
    };
    Ok(per_vote(store::list_requests(caller.app.reader(), gebieden.as_deref(), Some(who)).await?))
}

/// These requests, per vote.
fn per_vote(requests: Vec<Request>) -> Vec<Weglaatverzoeken> {
    let mut found: Vec<Weglaatverzoeken> = Vec::new();
    for request in requests {
        if found.iter().all(|own| own.buurtbegroting != request.ronde) {
            found.push(Weglaatverzoeken {
                buurtbegroting: request.ronde,
                titel: request.titel,
                aantal: 0,
                fotos: 0,
                sinds: request.sinds,
                door: Vec::new(),
            });
        }
        let Some(round) = found.iter_mut().find(|own| own.buurtbegroting == request.ronde) else { continue };
        round.aantal = round.aantal.saturating_add(1);
        round.fotos = round.fotos.saturating_add(u32::from(request.is_photo));
        for naam in request.namen {
            if !round.door.contains(&naam) {
                round.door.push(naam);
            }
        }
    }
    found
}

/// What this caller's wijkteam asked a stembureau: what waits for an answer, per vote, and at most so many that were refused.
///
/// # Errors
/// When the database is away.
pub async fn asked_by_wijkteam(
    caller: &Caller,
    only: Option<&str>,
    most: i64,
) -> Result<(Vec<Weglaatverzoeken>, Vec<Weglaatweigering>), Error> {
    let gebieden = match caller.reach(Action::TakeAway).within(only) {
        Reach::Nowhere => return Ok((Vec::new(), Vec::new())),
        Reach::Gebieden(gebieden) => Some(gebieden),
        Reach::City => None,
    };
    let (db, since) = (caller.app.reader(), caller.app.now() - TimeDelta::days(WEIGERINGDAGEN));
    let waiting = per_vote(store::list_requests(db, gebieden.as_deref(), None).await?);
    Ok((waiting, store::list_refusals(db, gebieden.as_deref(), (since, most)).await?))
}

/// What this caller may take away from.
///
/// # Errors
/// [`Error::NotFound`] for anything else.
pub async fn own<C: ConnectionTrait>(caller: &Caller, db: &C, id: GeheelId) -> Result<Whole, Error> {
    caller.require_account()?;
    let whole = texts::whole(db, id).await?;
    caller.may_see(Action::TakeAway, whole.subject())?;
    Ok(whole)
}

/// Draws a photo with parts of it filled, for who may.
async fn draw(caller: &Caller, id: GeheelId, request: &MaakIngreep) -> Result<Option<Filled>, Error> {
    let (Ingreep::Areas(deel, areas), _) = request.parse()? else { return Ok(None) };
    let whole = own(caller, caller.app.reader(), id).await?;
    let (foto, _) = photos::one_of(caller.app.reader(), &whole, deel).await?;
    Ok(Some(foto::filled(&caller.app, foto, areas).await?))
}

/// What is being done, by whom and why.
#[derive(Debug)]
pub struct Deed<'a> {
    /// The request: all that it does belongs together.
    pub verzoek: Uuid,
    /// To what.
    pub whole: &'a Whole,
    /// What.
    pub soort: IngreepSoort,
    /// Why.
    pub reden: &'a str,
    /// Who.
    pub door: AccountId,
    /// When.
    pub at: DateTime<Utc>,
}

async fn make(
    caller: &Caller,
    key: IdempotencyKey,
    (id, request): (GeheelId, &MaakIngreep),
    filled: Option<&Filled>,
) -> Result<WeglatingenView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "weglatingen", &(id, request))?;
    let (ingreep, reden) = request.parse()?;
    let tx = app.begin().await?;
    let whole = own(caller, &tx, id).await?;
    if attempt.earlier::<_, ()>(&tx, caller).await?.is_none() {
        hold(&tx, app, &whole, photo_of(&ingreep)).await?;
        let soort =
            if matches!(ingreep, Ingreep::Whole(_)) { IngreepSoort::Afschermen } else { IngreepSoort::Onherkenbaar };
        let door = caller.require_account()?;
        let verzoek = app.new_id();
        let deed = Deed { verzoek, whole: &whole, soort, reden: reden.as_str(), door, at: app.now() };
        match ingreep {
            Ingreep::Whole(deel) if deel.soort == DeelSoort::Foto => photos::hide(&tx, app, &deed, deel).await?,
            Ingreep::Whole(deel) => shield(&tx, app, &deed, deel).await?,
            Ingreep::Words(deel, words) => take_words(&tx, app, &deed, deel, &words).await?,
            Ingreep::Areas(deel, _) => photos::fill(&tx, app, &deed, deel, filled).await?,
        }
        audit::note(&tx, caller, "weglaten", format!("{}:{id}", whole.soort), "gelukt", None).await?;
        attempt.keep(&tx, &()).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    view(caller, id).await
}

/// The photo that is taken out of public view; none when it is words.
const fn photo_of(ingreep: &Ingreep) -> Option<FotoId> {
    match ingreep {
        Ingreep::Whole(deel) | Ingreep::Areas(deel, _) if matches!(deel.soort, DeelSoort::Foto) => {
            Some(FotoId(deel.id.0))
        }
        Ingreep::Whole(_) | Ingreep::Areas(..) | Ingreep::Words(..) => None,
    }
}

/// Holds the rounds whose plans may change: none of them opens meanwhile. A photo of an initiatief is on the ballot of every round
/// that has it as a plan, so all of those are held, whichever of them it is looked at from.
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &Tx, app: &App, whole: &Whole, photo: Option<FotoId>) -> Result<(), Error> {
    if let Some(photo) = photo {
        return match foto::initiatief_of(tx, photo).await? {
            Some(initiatief) => buurtbegroting::hold_rounds_of(tx, initiatief).await,
            None => Ok(()),
        };
    }
    match whole.soort {
        Geheel::Initiatief => buurtbegroting::hold_rounds_of(tx, InitiatiefId(whole.id.0)).await,
        Geheel::Buurtbegroting => buurtbegroting::hold(tx, app, BuurtbegrotingId(whole.id.0)).await.map(drop),
        Geheel::Opgave | Geheel::Opdracht => Ok(()),
    }
}

/// A text that was chosen, and those that say the same: they were copied from it, or it from them.
async fn chosen(tx: &Tx, whole: &Whole, deel: Deel) -> Result<Vec<Part>, Error> {
    let parts = texts::parts(tx, whole).await?;
    let is_chosen = |part: &&Part| (part.soort, part.id, part.veld) == (deel.soort, deel.id, deel.veld);
    let text = parts.iter().find(is_chosen).map(|part| part.tekst.clone());
    let text = text.ok_or_else(|| Error::field("/deel", FieldCode::BestaatNiet))?;
    let origins = texts::origins(tx, whole).await?;
    let is_copy = |part: &Part| part.tekst == text && origins.are_related(part.holder(), (deel.soort, deel.id));
    Ok(parts.into_iter().filter(is_copy).collect())
}

async fn shield(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Deel) -> Result<(), Error> {
    let parts = chosen(tx, deed.whole, deel).await?;
    rewrite(tx, app, deed, parts, &Change::Whole).await
}

async fn take_words(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Option<Deel>, words: &[String]) -> Result<(), Error> {
    let parts = match deel {
        Some(deel) => chosen(tx, deed.whole, deel).await?,
        None => texts::parts(tx, deed.whole).await?,
    };
    // A place on the map has no words.
    let parts: Vec<Part> = parts.into_iter().filter(|part| part.veld != Veld::Punt).collect();
    let missing = weglating::missing(&parts.iter().map(|part| part.tekst.as_str()).collect::<Vec<_>>(), words);
    if !missing.is_empty() {
        return Err(not_there(missing));
    }
    rewrite(tx, app, deed, parts, &Change::Words(words)).await
}

/// What becomes of a text.
enum Change<'a> {
    /// Nothing of it is left.
    Whole,
    /// These words go.
    Words(&'a [String]),
}

impl Change<'_> {
    /// What is left of a text.
    fn of(&self, text: &str) -> String {
        match self {
            Self::Whole => WEGGELATEN.to_owned(),
            Self::Words(words) => weglating::without(text, words),
        }
    }

    /// The field of the request that says so.
    const fn field(&self) -> &'static str {
        match self {
            Self::Whole => "/deel",
            Self::Words(_) => "/woorden",
        }
    }
}

/// Words that stand nowhere: a name with a typing error would stay public, and nobody would know.
fn not_there(missing: Vec<usize>) -> Error {
    let mut checks = Checks::default();
    for at in missing {
        checks.refuse(&format!("/woorden/{at}"), FieldCode::StaatErNietIn);
    }
    checks.problems().into()
}

/// Writes other texts in place of what stands there, and keeps that. What people vote on waits for the stembureau; the rest never
/// does, and nothing that waits already is a reason to refuse it.
async fn rewrite(tx: &Tx, app: &App, deed: &Deed<'_>, parts: Vec<Part>, change: &Change<'_>) -> Result<(), Error> {
    let changed = |part: Part| {
        let text = change.of(&part.tekst);
        (part.tekst != text).then_some((part, text))
    };
    let changes: Vec<(Part, String)> = parts.into_iter().filter_map(changed).collect();
    if changes.is_empty() {
        return Err(Error::field(change.field(), FieldCode::BestaatNiet));
    }
    let (mut asked, mut is_done) = (BTreeSet::new(), false);
    for (part, text) in &changes {
        if part.is_frozen {
            asked.extend(ask(tx, app, deed, part, change).await?);
        } else {
            texts::put(tx, app, part, text).await?;
            let done = (deed.whole.id, IngreepStatus::Gedaan);
            store::insert(tx, app, noted(deed, part, (done, deed.reden, text.as_str()))).await?;
            is_done = true;
        }
    }
    if asked.is_empty() && !is_done {
        return Err(Error::field(change.field(), FieldCode::WachtAl));
    }
    for round in asked {
        tell::asked(tx, app, round, (deed.door, None)).await?;
    }
    find_words_again(tx, deed.whole).await
}

/// Asks the stembureau to change a text that people vote on; gives its round, where it finds that, or nothing when just this waits
/// already. At most one request waits for an answer about a text: a later one takes the place of an earlier one and asks that too,
/// so that one yes is about all that goes. To leave something out goes before putting something else back. A request of which the
/// words are destroyed ends: nobody could say any more which those were, so that this one begins afresh, and who asked is told.
async fn ask(tx: &Tx, app: &App, deed: &Deed<'_>, part: &Part, change: &Change<'_>) -> Result<Option<GeheelId>, Error> {
    let waiting = store::find_waiting(tx, (part.soort, part.id, part.veld)).await?;
    // What it comes to say was made of what stands there: of what is destroyed that is not so.
    let is_joined = |own: &&Noted| own.status == IngreepStatus::Wacht && own.origineel.as_ref() == Some(&part.tekst);
    let earlier = waiting.as_ref().filter(is_joined);
    let text = change.of(earlier.map_or(part.tekst.as_str(), |own| own.nieuw.as_str()));
    if earlier.is_some_and(|own| own.nieuw == text) {
        return Ok(None);
    }
    let reden = earlier.map_or_else(|| deed.reden.to_owned(), |own| rules::both_reasons(&own.reden, deed.reden));
    if let Some(own) = &waiting {
        store::withdrawn(tx, app, own, deed.door).await?;
        tell::replaced(tx, app, own, deed.door).await?;
    }
    let vroegen = earlier.map_or_else(Vec::new, Noted::asked_before);
    let round = GeheelId(texts::round_of(tx, part).await?.0);
    let asked = (round, IngreepStatus::Wacht);
    let new = NewIngreep { vroegen: &vroegen, ..noted(deed, part, (asked, reden.as_str(), text.as_str())) };
    store::insert(tx, app, new).await?;
    Ok(Some(round))
}

/// What is noted of a text, where it is found, how it stands, why, and what it says instead.
fn noted<'a>(
    deed: &Deed<'a>,
    part: &Part,
    ((geheel, status), reden, nieuw): ((GeheelId, IngreepStatus), &'a str, &'a str),
) -> NewIngreep<'a> {
    NewIngreep {
        verzoek: deed.verzoek,
        geheel,
        initiatief: None,
        soort: deed.soort,
        deel: (part.soort, part.id, part.veld),
        status,
        reden,
        door: deed.door,
        at: deed.at,
        vroegen: &[],
        origineel: Some(part.tekst.clone()),
        nieuw,
    }
}

/// What people find an initiatief by follows its text.
///
/// # Errors
/// When it cannot be written.
pub async fn find_words_again(tx: &Tx, whole: &Whole) -> Result<(), Error> {
    if whole.soort != Geheel::Initiatief {
        return Ok(());
    }
    let changed = initiatief::store::find(tx, InitiatiefId(whole.id.0)).await?;
    initiatief::store::index_words(tx, &changed).await
}

/// Destroys what was kept for second thoughts. What breaks off is done again. The files of photos go after it, with those of
/// others that nothing names.
///
/// # Errors
/// When the database is away.
pub async fn forget_old(app: &App) -> Result<(), Error> {
    let before = app.now() - TimeDelta::days(BEWAARDAGEN);
    loop {
        let due = store::due_photos(app.databases().primary(), before).await?;
        for (ingreep, photo) in &due {
            let tx = app.begin().await?;
            // Somebody may have put it back, or asked for that, meanwhile.
            if store::forget_one(&tx, *ingreep, (before, app.now())).await?
                && let Some(photo) = photo
            {
                foto::destroy(&tx, *photo).await?;
            }
            tx.commit().await?;
        }
        if due.is_empty() {
            break;
        }
    }
    let tx = app.begin().await?;
    store::forget(&tx, before, app.now()).await?;
    foto::destroy_untold(&tx).await?;
    buurtbegroting::destroy_masked(&tx, before).await?;
    tx.commit().await?;
    Ok(())
}
