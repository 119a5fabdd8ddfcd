//! What staff can do with what everybody reads: take it out of public view, put it back, and confirm what is about a vote.

use crate::access::Action;
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting;
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::foto::{self, Filled};
use crate::gebeurtenis;
use crate::idempotency::Attempt;
use crate::ingreep::rules;
use crate::ingreep::store::{self, Ingreep as Noted, NewIngreep};
use crate::ingreep::texts::{self, Part, Whole};
use crate::initiatief;
use async_trait::async_trait;
use chrono::TimeDelta;
use contract::field::FieldCode;
use contract::foto::FotoView;
use contract::ingreep::{
    BEWAARDAGEN, Deel, DeelSoort, DeelView, Geheel, Ingreep, IngreepApi, IngreepSoort, IngreepStatus, IngreepView,
    MaakIngreep, Veld, WeglatingenView,
};
use contract::weglating::WEGGELATEN;
use contract::{
    AccountId, BuurtbegrotingId, DeelId, FotoId, GeheelId, IdempotencyKey, IngreepId, InitiatiefId, OpdrachtId, Reply,
};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

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

    async fn undo_ingreep(&self, id: IngreepId) -> Reply<WeglatingenView> {
        run(|| undo(self, id)).await
    }

    async fn confirm_ingreep(&self, id: IngreepId) -> Reply<WeglatingenView> {
        run(|| confirm(self, id)).await
    }
}

/// What this caller may take away from; anything else is not found.
async fn own<C: ConnectionTrait>(caller: &Caller, db: &C, id: GeheelId) -> Result<Whole, Error> {
    caller.require_account()?;
    let whole = texts::whole(db, id).await?;
    caller.may_see(Action::TakeAway, whole.subject())?;
    Ok(whole)
}

/// Whether this caller is of the stembureau of a vote.
fn runs_vote(caller: &Caller, whole: &Whole) -> bool {
    whole.soort == Geheel::Buurtbegroting && caller.is_allowed(Action::CountVotes, whole.subject())
}

async fn view(caller: &Caller, id: GeheelId) -> Result<WeglatingenView, Error> {
    caller.require_account()?;
    let db = caller.app.reader();
    let whole = texts::whole(db, id).await?;
    let is_staff = caller.is_allowed(Action::TakeAway, whole.subject());
    let is_bureau = runs_vote(caller, &whole);
    if !is_staff && !is_bureau {
        return Err(Error::NotFound);
    }
    // What was copied goes with what it was copied from, so it is shown once.
    let mut seen = BTreeSet::new();
    let parts = texts::parts(db, &whole).await?;
    let texts = parts.into_iter().filter(|part| seen.insert(part.tekst.clone())).map(text_view);
    let photos = photos(db, &whole).await?.into_iter().map(photo_view);
    let delen = texts.chain(photos).collect();
    let mut ingrepen = Vec::new();
    for own in store::list(db, id).await? {
        ingrepen.push(noted_view(caller, own, is_staff, is_bureau));
    }
    Ok(WeglatingenView { soort: whole.soort, id, titel: whole.titel, mag: is_staff, delen, ingrepen })
}

fn text_view(part: Part) -> DeelView {
    DeelView {
        soort: part.soort,
        id: part.id,
        veld: part.veld,
        tekst: part.tekst,
        foto: None,
        bevroren: part.is_frozen,
    }
}

fn photo_view(foto: FotoView) -> DeelView {
    let id = DeelId(foto.id.0);
    let (soort, veld) = (DeelSoort::Foto, Veld::Beeld);
    DeelView { soort, id, veld, tekst: String::new(), foto: Some(foto), bevroren: false }
}

async fn photos<C: ConnectionTrait>(db: &C, whole: &Whole) -> Result<Vec<FotoView>, Error> {
    match whole.soort {
        Geheel::Initiatief => foto::of_initiatief(db, InitiatiefId(whole.id.0)).await,
        Geheel::Opdracht => foto::of_opdracht(db, OpdrachtId(whole.id.0)).await,
        Geheel::Opgave | Geheel::Buurtbegroting => Ok(Vec::new()),
    }
}

fn noted_view(caller: &Caller, own: Noted, is_staff: bool, is_bureau: bool) -> IngreepView {
    let is_text = own.deel != DeelSoort::Foto;
    // What stood there is for the wijkteam; what waits stands there still.
    let may_read = is_staff || own.status == IngreepStatus::Wacht;
    let is_another = caller.account() != Some(own.door);
    IngreepView {
        id: own.id,
        soort: own.soort,
        deel: own.deel,
        veld: own.veld,
        status: own.status,
        mag_herstellen: is_staff && rules::may_undo(own.status, own.is_destroyed),
        mag_bevestigen: is_bureau && is_another && own.status == IngreepStatus::Wacht,
        reden: own.reden,
        door: own.naam,
        gedaan_op: own.at,
        origineel: own.origineel.filter(|_| is_text && may_read),
        nieuw: Some(own.nieuw).filter(|_| is_text),
        bewaard_tot: rules::kept_until(own.at).with_timezone(&chrono_tz::Europe::Amsterdam).date_naive(),
    }
}

/// Draws a photo with parts of it filled, for who may.
async fn draw(caller: &Caller, id: GeheelId, request: &MaakIngreep) -> Result<Option<Filled>, Error> {
    let (Ingreep::Areas(deel, areas), _) = request.parse()? else { return Ok(None) };
    let whole = own(caller, caller.app.reader(), id).await?;
    let foto = one_of(caller.app.reader(), &whole, deel).await?;
    Ok(Some(foto::filled(&caller.app, foto, areas).await?))
}

/// A photo of something.
async fn one_of<C: ConnectionTrait>(db: &C, whole: &Whole, deel: Deel) -> Result<FotoId, Error> {
    let id = FotoId(deel.id.0);
    let is_there = photos(db, whole).await?.iter().any(|foto| foto.id == id);
    if is_there { Ok(id) } else { Err(Error::field("/deel", FieldCode::BestaatNiet)) }
}

/// What is being done, by whom and why.
struct Deed<'a> {
    whole: &'a Whole,
    soort: IngreepSoort,
    reden: &'a str,
    door: AccountId,
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
        hold(&tx, app, &whole).await?;
        let soort =
            if matches!(ingreep, Ingreep::Whole(_)) { IngreepSoort::Afschermen } else { IngreepSoort::Onherkenbaar };
        let deed = Deed { whole: &whole, soort, reden: reden.as_str(), door: caller.require_account()? };
        match ingreep {
            Ingreep::Whole(deel) if deel.soort == DeelSoort::Foto => hide_photo(&tx, app, &deed, deel).await?,
            Ingreep::Whole(deel) => shield(&tx, app, &deed, deel).await?,
            Ingreep::Words(deel, words) => take_words(&tx, app, &deed, deel, &words).await?,
            Ingreep::Areas(deel, _) => fill_photo(&tx, app, &deed, deel, filled).await?,
        }
        audit::note(&tx, caller, "weglaten", format!("{}:{id}", whole.soort), "gelukt", None).await?;
        attempt.keep(&tx, &()).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    view(caller, id).await
}

/// Holds the rounds whose plans may change: none of them opens meanwhile.
async fn hold(tx: &Tx, app: &App, whole: &Whole) -> Result<(), Error> {
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
    Ok(parts.into_iter().filter(|part| part.tekst == text).collect())
}

async fn shield(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Deel) -> Result<(), Error> {
    let parts = chosen(tx, deed.whole, deel).await?;
    let changes = parts.into_iter().map(|part| (part, WEGGELATEN.to_owned())).collect();
    rewrite(tx, app, deed, changes, "/deel").await
}

async fn take_words(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Option<Deel>, words: &[String]) -> Result<(), Error> {
    let parts = match deel {
        Some(deel) => chosen(tx, deed.whole, deel).await?,
        None => texts::parts(tx, deed.whole).await?,
    };
    // A place on the map has no words.
    let parts = parts.into_iter().filter(|part| part.veld != Veld::Punt);
    let without = |part: Part| {
        let text = rules::without(&part.tekst, words);
        (part, text)
    };
    let changes = parts.map(without).collect();
    rewrite(tx, app, deed, changes, "/woorden").await
}

/// Writes other texts in place of what stands there, and keeps that. What people vote on waits for the stembureau.
async fn rewrite(
    tx: &Tx,
    app: &App,
    deed: &Deed<'_>,
    changes: Vec<(Part, String)>,
    field: &'static str,
) -> Result<(), Error> {
    let changes: Vec<_> = changes.into_iter().filter(|(part, text)| part.tekst != *text).collect();
    if changes.is_empty() {
        return Err(Error::field(field, FieldCode::BestaatNiet));
    }
    for (part, text) in &changes {
        // What waits is found where the stembureau looks.
        let (geheel, status) = if part.is_frozen {
            let (round, _) = texts::plan(tx, part.id).await?;
            (GeheelId(round.0), IngreepStatus::Wacht)
        } else {
            texts::put(tx, app, part, text).await?;
            (deed.whole.id, IngreepStatus::Gedaan)
        };
        let new = NewIngreep {
            geheel,
            soort: deed.soort,
            deel: (part.soort, part.id, part.veld),
            status,
            reden: deed.reden,
            door: deed.door,
            origineel: Some(part.tekst.clone()),
            nieuw: text,
        };
        store::insert(tx, app, new).await?;
    }
    find_words_again(tx, deed.whole).await
}

/// What people find an initiatief by follows its text.
async fn find_words_again(tx: &Tx, whole: &Whole) -> Result<(), Error> {
    if whole.soort != Geheel::Initiatief {
        return Ok(());
    }
    let changed = initiatief::store::find(tx, InitiatiefId(whole.id.0)).await?;
    initiatief::store::index_words(tx, &changed).await
}

async fn hide_photo(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Deel) -> Result<(), Error> {
    let id = one_of(tx, deed.whole, deel).await?;
    foto::hide(tx, id).await?;
    note_photo(tx, app, deed, id, None).await
}

async fn fill_photo(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Deel, filled: Option<&Filled>) -> Result<(), Error> {
    let filled = filled.ok_or_else(|| Error::Internal("a photo that was not drawn".into()))?;
    let id = one_of(tx, deed.whole, deel).await?;
    let kept = foto::swap(tx, app, id, filled).await?;
    note_photo(tx, app, deed, id, Some(kept.to_string())).await
}

async fn note_photo(tx: &Tx, app: &App, deed: &Deed<'_>, id: FotoId, origineel: Option<String>) -> Result<(), Error> {
    let new = NewIngreep {
        geheel: deed.whole.id,
        soort: deed.soort,
        deel: (DeelSoort::Foto, DeelId(id.0), Veld::Beeld),
        status: IngreepStatus::Gedaan,
        reden: deed.reden,
        door: deed.door,
        origineel,
        nieuw: "",
    };
    store::insert(tx, app, new).await
}

/// Puts back what was taken away, as long as it is kept and nothing else came in its place.
async fn undo(caller: &Caller, id: IngreepId) -> Result<WeglatingenView, Error> {
    let app = &caller.app;
    let who = caller.require_account()?;
    let tx = app.begin().await?;
    let noted = store::find(&tx, id).await?;
    let whole = own(caller, &tx, noted.geheel).await?;
    if !rules::may_undo(noted.status, noted.is_destroyed) {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    hold(&tx, app, &whole).await?;
    if noted.status == IngreepStatus::Gedaan {
        put_back(&tx, app, &whole, &noted).await?;
    }
    store::undone(&tx, app, &noted, who).await?;
    audit::note(&tx, caller, "weglating.herstellen", format!("ingreep:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    view(caller, noted.geheel).await
}

async fn put_back(tx: &Tx, app: &App, whole: &Whole, noted: &Noted) -> Result<(), Error> {
    let not_now = || Error::from(NotNow::Ingreep(noted.status));
    match (noted.deel, noted.soort) {
        (DeelSoort::Foto, IngreepSoort::Afschermen) => return foto::show(tx, noted.foto()).await,
        (DeelSoort::Foto, IngreepSoort::Onherkenbaar) => {
            return foto::restore(tx, noted.foto(), noted.kept_foto().ok_or_else(not_now)?).await;
        }
        (_, IngreepSoort::Afschermen | IngreepSoort::Onherkenbaar) => {}
    }
    let text = noted.origineel.as_deref().ok_or_else(not_now)?;
    // When something else came in its place, that stays.
    let there = texts::there(tx, (noted.deel, noted.deel_id, noted.veld)).await?;
    let part = there.filter(|part| part.tekst == noted.nieuw).ok_or_else(not_now)?;
    // What was taken away before the vote opened is how it was frozen.
    if part.is_frozen && !noted.is_confirmed {
        return Err(not_now());
    }
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

/// The stembureau confirms: from here the words are not on the ballot any more, and the vote goes on.
async fn confirm(caller: &Caller, id: IngreepId) -> Result<WeglatingenView, Error> {
    let app = &caller.app;
    let who = caller.require_account()?;
    let tx = app.begin().await?;
    let noted = store::find(&tx, id).await?;
    let round = texts::whole(&tx, noted.geheel).await?;
    caller.may_see(Action::CountVotes, round.subject())?;
    if noted.status != IngreepStatus::Wacht {
        return Err(NotNow::Ingreep(noted.status).into());
    }
    if noted.door == who {
        return Err(Error::NeedsOtherEyes);
    }
    hold(&tx, app, &round).await?;
    let not_now = || Error::from(NotNow::Ingreep(noted.status));
    let there = texts::there(&tx, (noted.deel, noted.deel_id, noted.veld)).await?;
    let part = there.filter(|part| part.is_frozen && Some(&part.tekst) == noted.origineel.as_ref());
    let part = part.ok_or_else(not_now)?;
    texts::mask(&tx, app, &part, &noted.nieuw, (noted.door, who)).await?;
    rename(&tx, &part, &noted.nieuw).await?;
    store::confirmed(&tx, app, &noted, who).await?;
    audit::note(&tx, caller, "weglating.bevestigen", format!("ingreep:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    view(caller, noted.geheel).await
}

/// Destroys what was kept for second thoughts. What breaks off is done again.
///
/// # Errors
/// When the database or the place of the photos is away.
pub async fn forget_old(app: &App) -> Result<(), Error> {
    let before = app.now() - TimeDelta::days(BEWAARDAGEN);
    for foto in store::due_photos(app.databases().primary(), before).await? {
        foto::destroy(app, foto).await?;
    }
    let tx = app.begin().await?;
    store::forget(&tx, before, app.now()).await?;
    buurtbegroting::destroy_masked(&tx, before).await?;
    tx.commit().await?;
    Ok(())
}
