//! What everybody, and an initiator, can do: read, hand in, confirm, answer, withdraw, support.

use crate::access::{Action, Subject};
use crate::account::links::{self, LinkKind};
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Leaves, LeftBallot};
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::foto;
use crate::gebeurtenis::{self, Event, Eyes, Timeline};
use crate::gebied::reference::Lijst;
use crate::idempotency::Attempt;
use crate::ingreep;
use crate::initiatief::store::{self, Change, Initiatief, Initiator};
use crate::initiatief::{lifecycle, rules};
use crate::limits;
use crate::outbox::{self, Letter, Notice};
use crate::paging;
use crate::werkdagen;
use async_trait::async_trait;
use chrono::NaiveDate;
use contract::account::UseLink;
use contract::field::{Bericht, Code, Field as _, FieldCode};
use contract::initiatief::{
    AnswerByLink, CreateInitiatief, Gebeurtenis, GebeurtenisSoort, Ingediend, InitiatiefApi, InitiatiefCard,
    InitiatiefFilter, InitiatiefStap as Step, InitiatiefStatus as Status, InitiatiefView, MijnInitiatief,
    NewInitiatief, OpenVraag, OverPersoon, Steun, SubmitInitiatief, Tell, Zicht, ZoekVergelijkbare,
};
use contract::{GeheelId, IdempotencyKey, InitiatiefId, Page, PageQuery, Reply, Version};
use sea_orm::ConnectionTrait;

#[async_trait]
impl InitiatiefApi for Caller {
    async fn list_initiatieven(&self, filter: InitiatiefFilter) -> Reply<Page<InitiatiefCard>> {
        run(|| list(self, &filter)).await
    }

    async fn initiatief(&self, id: InitiatiefId) -> Reply<InitiatiefView> {
        run(async || {
            let initiatief = store::find_public(self.app.reader(), id).await?;
            view(self, &initiatief, Eyes::Public).await
        })
        .await
    }

    async fn find_similar(&self, query: ZoekVergelijkbare) -> Reply<Vec<InitiatiefCard>> {
        run(|| find_similar(self, &query)).await
    }

    async fn create_initiatief(&self, key: IdempotencyKey, request: CreateInitiatief) -> Reply<Ingediend> {
        run(|| create(self, key.clone(), request.clone())).await
    }

    async fn confirm_initiatief(&self, request: UseLink) -> Reply<Ingediend> {
        run(|| links::used(self, confirm(self, &request))).await
    }

    async fn list_own(&self, page: PageQuery) -> Reply<Page<InitiatiefCard>> {
        run(|| list_own(self, &page)).await
    }

    async fn own_initiatief(&self, id: InitiatiefId) -> Reply<MijnInitiatief> {
        run(async || {
            let initiatief = find_own(self, self.app.reader(), id).await?;
            own_view(self, &initiatief).await
        })
        .await
    }

    async fn submit_initiatief(
        &self,
        id: InitiatiefId,
        version: Version,
        request: SubmitInitiatief,
    ) -> Reply<MijnInitiatief> {
        run(|| submit(self, id, version, &request)).await
    }

    async fn withdraw_initiatief(&self, id: InitiatiefId, version: Version) -> Reply<MijnInitiatief> {
        run(|| withdraw(self, id, version)).await
    }

    async fn answer_question(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<MijnInitiatief> {
        run(|| answer(self, id, version, &request)).await
    }

    async fn answer_by_link(&self, request: AnswerByLink) -> Reply<()> {
        run(|| links::used(self, answer_by_link(self, &request))).await
    }

    async fn question_by_link(&self, request: UseLink) -> Reply<OpenVraag> {
        run(|| links::used(self, question_by_link(self, &request))).await
    }

    async fn support(&self, id: InitiatiefId) -> Reply<Steun> {
        run(|| set_support(self, id, true)).await
    }

    async fn unsupport(&self, id: InitiatiefId) -> Reply<Steun> {
        run(|| set_support(self, id, false)).await
    }

    async fn steun(&self, id: InitiatiefId) -> Reply<Steun> {
        run(async || {
            let initiatief = store::find_public(self.app.reader(), id).await?;
            support_of(self, &initiatief).await
        })
        .await
    }
}

async fn list(caller: &Caller, filter: &InitiatiefFilter) -> Result<Page<InitiatiefCard>, Error> {
    let page = filter.page();
    let (limit, cursor) = (paging::limit(&page)?, paging::cursor(&page)?);
    let reference = caller.app.reference().await?;
    let rows = store::list_public(caller.app.reader(), &reference, filter, cursor, limit + 1).await?;
    let (resultaten, volgende) = paging::split(rows, limit, |card| card.id.to_string());
    Ok(Page { resultaten, volgende })
}

async fn list_own(caller: &Caller, page: &PageQuery) -> Result<Page<InitiatiefCard>, Error> {
    let account = caller.require_account()?;
    let (limit, cursor) = (paging::limit(page)?, paging::cursor(page)?);
    let reference = caller.app.reference().await?;
    let rows = store::list_of_account(caller.app.reader(), &reference, account, cursor, limit + 1).await?;
    let (resultaten, volgende) = paging::split(rows, limit, |card| card.id.to_string());
    Ok(Page { resultaten, volgende })
}

async fn find_similar(caller: &Caller, query: &ZoekVergelijkbare) -> Result<Vec<InitiatiefCard>, Error> {
    let reference = caller.app.reference().await?;
    let text: String = query.tekst.chars().take(2_000).collect();
    let Some(wijk) = query.wijk.as_deref().and_then(|code| reference.wijk(code)) else { return Ok(Vec::new()) };
    store::find_similar(caller.app.reader(), &reference, &wijk.gebied, &text).await
}

/// An initiatief as everybody may see it, photos included, and its timeline as far as these eyes see it.
pub(super) async fn view(caller: &Caller, initiatief: &Initiatief, eyes: Eyes) -> Result<InitiatiefView, Error> {
    let db = caller.app.reader();
    let reference = caller.app.reference().await?;
    let fotos = match initiatief.row.eerste_foto {
        Some(_) => foto::of_initiatief(db, initiatief.id).await?,
        None => Vec::new(),
    };
    let photos_out = ingreep::photos_out(db, GeheelId(initiatief.id.0)).await?;
    let tijdlijn = gebeurtenis::read(db, Timeline::Initiatief(initiatief.id), eyes).await?;
    // Most are never voted on, and need no look.
    let is_plan = tijdlijn.iter().any(|event| event.soort == GebeurtenisSoort::Genomineerd);
    let plan = if is_plan { buurtbegroting::plan_of(db, initiatief.id).await? } else { None };
    let seen = initiatief.view(&reference, (fotos, photos_out), plan, tijdlijn);
    let punt_weggelaten = seen.punt.is_none() && ingreep::is_point_out(db, initiatief.id).await?;
    Ok(InitiatiefView { punt_weggelaten, ..seen })
}

async fn own_view(caller: &Caller, initiatief: &Initiatief) -> Result<MijnInitiatief, Error> {
    let can_withdraw = rules::may_withdraw(&crate::opdracht::statuses_for(caller.app.reader(), initiatief.id).await?);
    let stappen = lifecycle::exits(initiatief.status)
        .iter()
        .map(|(step, _)| *step)
        .filter(|step| rules::action_of(*step) == Some(Action::SubmitInitiatief))
        .filter(|step| *step != Step::Withdraw || can_withdraw)
        .collect();
    Ok(MijnInitiatief {
        initiatief: view(caller, initiatief, Eyes::Inside).await?,
        versie: initiatief.version,
        stappen,
        zicht: initiatief.zicht,
        openbaar_vanaf: initiatief.shown_from(),
        over_persoon: initiatief.over_persoon,
    })
}

/// One of the caller's own; anything else is not found.
async fn find_own<C: ConnectionTrait>(caller: &Caller, db: &C, id: InitiatiefId) -> Result<Initiatief, Error> {
    let account = caller.require_account()?;
    let initiatief = store::find(db, id).await?;
    if initiatief.owner != Some(account) {
        return Err(Error::NotFound);
    }
    caller.may_see(Action::SubmitInitiatief, initiatief.subject())?;
    Ok(initiatief)
}

async fn create(caller: &Caller, key: IdempotencyKey, request: CreateInitiatief) -> Result<Ingediend, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "initiatieven", &request)?;
    let mut new = request.parse()?;
    let reference = app.reference().await?;
    let gebied = place(&reference, &new)?;
    caller.may(Action::SubmitInitiatief, Subject { owner: caller.account(), gebied: Some(&gebied) })?;
    let tx = app.begin().await?;
    if let Some(earlier) = attempt.earlier(&tx, caller).await? {
        return Ok(earlier);
    }
    let initiator = initiator(caller, &tx, &mut new).await?;
    let who = initiator.account.map_or_else(|| initiator.email.to_lowercase(), |account| account.to_string());
    let is_guest = initiator.account.is_none();
    let limit = if caller.is_staff() { limits::INITIATIEF_STAFF } else { limits::INITIATIEF_PERSON };
    limits::take(&tx, app, limit, &who).await?;
    if is_guest {
        limits::take(&tx, app, limits::INITIATIEF_GUESTS, &caller.network).await?;
        // The mail that asks to confirm goes to an address that nobody confirmed, as those of accounts do.
        limits::take(&tx, app, limits::MAIL_NETWORK, &caller.network).await?;
    }
    let (fotos, als_concept) = (std::mem::take(&mut new.fotos), new.als_concept);
    let concept = store::insert(&tx, app, new, &gebied, initiator).await?;
    foto::attach_to_initiatief(&tx, caller, concept.id, &fotos).await?;
    let about = concept.over_persoon.unwrap_or(OverPersoon::WeetNiet);
    let answer = if is_guest {
        let notice = Notice::InitiatiefBevestigen { initiatief: concept.id };
        tell(&tx, caller, &concept, notice).await?;
        Ingediend { bevestiging_nodig: true, zicht: look(app, &concept, about)?, ..ingediend(&concept) }
    } else if als_concept {
        Ingediend { zicht: look(app, &concept, about)?, ..ingediend(&concept) }
    } else {
        ingediend(&hand_in(caller, &tx, &concept, concept.version, about).await?)
    };
    attempt.keep(&tx, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Checks what names a place or a theme, and gives the gebied.
fn place(reference: &crate::gebied::reference::Reference, new: &NewInitiatief) -> Result<String, Error> {
    let mut checks = contract::field::Checks::default();
    let wijk = reference.wijk(new.wijk.as_str());
    if wijk.is_none() {
        checks.refuse("/wijk", FieldCode::BestaatNiet);
    }
    if !reference.has(Lijst::Thema, new.thema.as_str()) {
        checks.refuse("/thema", FieldCode::BestaatNiet);
    }
    if let Some(punt) = new.punt
        && !reference.gebieden.iter().any(|gebied| {
            (gebied.punt.lon - punt.lon).abs() < CITY_DEGREES && (gebied.punt.lat - punt.lat).abs() < CITY_DEGREES
        })
    {
        checks.refuse("/punt", FieldCode::BuitenGemeente);
    }
    Ok(checks.finish(wijk.map(|wijk| wijk.gebied.clone()))?)
}

/// A point farther than this from every gebied's label (about 10 km) is a mistake.
const CITY_DEGREES: f64 = 0.1;

/// Who hands in: the account, or the guest that the request names.
async fn initiator(caller: &Caller, tx: &Tx, new: &mut NewInitiatief) -> Result<Initiator, Error> {
    let Some(id) = caller.account() else {
        let guest = new.indiener.take().ok_or_else(|| Error::field("/indiener", FieldCode::Ontbreekt))?;
        if new.als_concept {
            return Err(Error::field("/alsConcept", FieldCode::OngeldigeKeuze));
        }
        return Ok(guest.into());
    };
    let account = crate::account::store::find(tx, id).await?;
    let soort = account.persoon_soort();
    Ok(Initiator {
        account: Some(id),
        naam: account.naam,
        email: account.email,
        soort,
        organisatie: account.organisatie,
        kvk_nummer: account.kvk_nummer,
    })
}

/// Who may see a concept once it is handed in with this answer.
fn look(app: &App, concept: &Initiatief, about: OverPersoon) -> Result<Zicht, Error> {
    let soort = concept.row.soort.parse().map_err(|_unknown| Error::Internal("initiatief.soort".into()))?;
    Ok(rules::first_look(app.settings.eerst_kijken, soort, about))
}

/// From here the wijkteam sees it and the service term runs. Who else sees it depends on whether it is about somebody.
async fn hand_in(
    caller: &Caller,
    tx: &Tx,
    concept: &Initiatief,
    version: Version,
    about: OverPersoon,
) -> Result<Initiatief, Error> {
    let app = &caller.app;
    let status = lifecycle::next(concept.status, Step::Submit)?;
    let day = rules::answer_day(app.today(), app.settings.answer_days);
    let zicht = look(app, concept, about)?;
    let from = (zicht == Zicht::Wacht).then(|| werkdagen::later(app.now(), rules::LOOK_DAYS));
    let change =
        Change { handed_in: Some(day), over_persoon: Some(about), zicht: Some((zicht, from)), ..Change::default() };
    let initiatief = store::advance(tx, app, concept, version, status, change).await?;
    let event = Event::new(GebeurtenisSoort::Ingediend);
    gebeurtenis::add(tx, app, Timeline::Initiatief(concept.id), &event, caller.account()).await?;
    let notice = Notice::InitiatiefOntvangen { initiatief: concept.id, antwoord_on: day };
    tell(tx, caller, &initiatief, notice).await?;
    Ok(initiatief)
}

fn ingediend(initiatief: &Initiatief) -> Ingediend {
    Ingediend {
        id: initiatief.id,
        status: initiatief.status,
        bevestiging_nodig: false,
        zicht: initiatief.zicht,
        antwoord_datum: initiatief.row.antwoord_on,
    }
}

async fn confirm(caller: &Caller, request: &UseLink) -> Result<Ingediend, Error> {
    let app = &caller.app;
    let secret = request.parse()?;
    let tx = app.begin().await?;
    let id = InitiatiefId(links::redeem(&tx, app, LinkKind::Initiatief, &secret).await?);
    let concept = store::find(&tx, id).await?;
    // What was written before the question was asked does not say: then the wijkteam looks first.
    let about = concept.over_persoon.unwrap_or(OverPersoon::WeetNiet);
    let initiatief = hand_in(caller, &tx, &concept, concept.version, about).await?;
    tx.commit().await?;
    Ok(ingediend(&initiatief))
}

async fn submit(
    caller: &Caller,
    id: InitiatiefId,
    version: Version,
    request: &SubmitInitiatief,
) -> Result<MijnInitiatief, Error> {
    let said = request.parse()?;
    let tx = caller.app.begin().await?;
    let concept = find_own(caller, &tx, id).await?;
    let about = said.or(concept.over_persoon).ok_or_else(|| Error::field("/overPersoon", FieldCode::Ontbreekt))?;
    let initiatief = hand_in(caller, &tx, &concept, version, about).await?;
    tx.commit().await?;
    own_view(caller, &initiatief).await
}

async fn withdraw(caller: &Caller, id: InitiatiefId, version: Version) -> Result<MijnInitiatief, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    let initiatief = find_own(caller, &tx, id).await?;
    let status = lifecycle::next(initiatief.status, Step::Withdraw)?;
    buurtbegroting::hold_rounds_of(&tx, id).await?;
    store::hold_public(&tx, id).await?;
    if !rules::may_withdraw(&crate::opdracht::statuses_for(&tx, id).await?) {
        return Err(crate::error::NotNow::Initiatief(initiatief.status, Step::Withdraw).into());
    }
    let changed = store::advance(&tx, app, &initiatief, version, status, Change::default()).await?;
    buurtbegroting::leave_public(&tx, app, &[id], (caller.account(), Leaves::ForGood)).await?;
    links::revoke(&tx, app, id.0).await?;
    happened(&tx, caller, &changed, &Event::new(GebeurtenisSoort::Ingetrokken)).await?;
    audit::note(&tx, caller, "initiatief.intrekken", format!("initiatief:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    own_view(caller, &changed).await
}

async fn answer(caller: &Caller, id: InitiatiefId, version: Version, request: &Tell) -> Result<MijnInitiatief, Error> {
    let event = said(GebeurtenisSoort::Antwoord, request.parse()?, request.openbaar);
    let tx = caller.app.begin().await?;
    let initiatief = find_own(caller, &tx, id).await?;
    let changed = take_answer(caller, &tx, &initiatief, version, &event).await?;
    tx.commit().await?;
    own_view(caller, &changed).await
}

async fn take_answer(
    caller: &Caller,
    tx: &Tx,
    initiatief: &Initiatief,
    version: Version,
    event: &Event,
) -> Result<Initiatief, Error> {
    let app = &caller.app;
    let status = lifecycle::next(initiatief.status, Step::Answer)?;
    let change = Change { answer_by: answer_by(tx, app, initiatief).await?, ..Change::default() };
    let changed = store::advance(tx, app, initiatief, version, status, change).await?;
    gebeurtenis::add(tx, app, Timeline::Initiatief(initiatief.id), event, caller.account()).await?;
    Ok(changed)
}

/// The day by which the first answer comes, now that the last question of the wijkteam is answered.
async fn answer_by(tx: &Tx, app: &App, initiatief: &Initiatief) -> Result<Option<NaiveDate>, Error> {
    let Some(promised) = initiatief.row.antwoord_on.filter(|_| initiatief.row.beantwoord_at.is_none()) else {
        return Ok(None);
    };
    let asked = last_question(tx, initiatief.id).await?.map(|line| frontend::format::day_of(line.gebeurd_op));
    Ok(asked.map(|asked| rules::answer_day_after_question(promised, asked, app.today())))
}

/// What the wijkteam asked last.
async fn last_question<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Option<Gebeurtenis>, Error> {
    let lines = gebeurtenis::read(db, Timeline::Initiatief(id), Eyes::Inside).await?;
    Ok(lines.into_iter().rev().find(|line| line.soort == GebeurtenisSoort::Vraag))
}

/// What the wijkteam and an initiator say to each other; others read it when whoever says it wants that.
pub(super) fn said(soort: GebeurtenisSoort, text: Bericht, is_public: bool) -> Event {
    let event = Event::new(soort).saying(text.into_string());
    if is_public { event } else { event.between_us() }
}

async fn answer_by_link(caller: &Caller, request: &AnswerByLink) -> Result<(), Error> {
    let app = &caller.app;
    let (secret, text) = request.parse()?;
    let event = said(GebeurtenisSoort::Antwoord, text, request.openbaar);
    let tx = app.begin().await?;
    let id = InitiatiefId(links::redeem(&tx, app, LinkKind::Antwoord, &secret).await?);
    let initiatief = store::find(&tx, id).await?;
    take_answer(caller, &tx, &initiatief, initiatief.version, &event).await?;
    tx.commit().await?;
    Ok(())
}

async fn question_by_link(caller: &Caller, request: &UseLink) -> Result<OpenVraag, Error> {
    let app = &caller.app;
    let secret = request.parse()?;
    let id = InitiatiefId(links::look(app.reader(), app, LinkKind::Antwoord, &secret).await?);
    let initiatief = store::find(app.reader(), id).await?;
    if initiatief.status != Status::VraagAanIndiener {
        return Err(Error::LinkInvalid);
    }
    let vraag = last_question(app.reader(), id).await?.and_then(|line| line.tekst).unwrap_or_default();
    Ok(OpenVraag { initiatief: id, titel: initiatief.row.titel, vraag, zicht: initiatief.zicht })
}

async fn set_support(caller: &Caller, id: InitiatiefId, on: bool) -> Result<Steun, Error> {
    let app = &caller.app;
    let account = caller.require_account()?;
    let tx = app.begin().await?;
    let initiatief = store::find_public(&tx, id).await?;
    caller.may(Action::SupportInitiatief, initiatief.subject())?;
    if on {
        if !rules::is_open(initiatief.status) {
            return Err(crate::error::NotNow::Initiatief(initiatief.status, Step::Submit).into());
        }
        limits::take(&tx, app, limits::STEUN, &account.to_string()).await?;
        store::add_steun(&tx, app, id, account).await?;
    } else {
        store::remove_steun(&tx, id, account).await?;
    }
    let changed = store::find(&tx, id).await?;
    tx.commit().await?;
    Ok(Steun { steun: u32::try_from(changed.row.steun).unwrap_or_default(), gesteund: on })
}

async fn support_of(caller: &Caller, initiatief: &Initiatief) -> Result<Steun, Error> {
    let gesteund = match caller.account() {
        Some(account) => store::is_supported(caller.app.reader(), initiatief.id, account).await?,
        None => false,
    };
    Ok(Steun { steun: u32::try_from(initiatief.row.steun).unwrap_or_default(), gesteund })
}

/// What was referred or shielded leaves public view whole: what went on in it, and the plans that were made of either, leave with it
/// (SECURITY-RULES G-3). Gives what left a ballot by that.
pub(super) async fn leave_public(
    tx: &Tx,
    caller: &Caller,
    id: InitiatiefId,
    leaves: Leaves,
) -> Result<Vec<LeftBallot>, Error> {
    let mut ids: Vec<InitiatiefId> = store::merged_into(tx, id).await?.into_iter().map(|merged| merged.id).collect();
    ids.push(id);
    store::hide_merged(tx, id).await?;
    buurtbegroting::leave_public(tx, &caller.app, &ids, (caller.account(), leaves)).await
}

async fn tell(tx: &Tx, caller: &Caller, initiatief: &Initiatief, notice: Notice) -> Result<(), Error> {
    let letter = Letter { account: initiatief.owner, notice };
    outbox::tell(tx, &caller.app, &initiatief.row.email, &initiatief.row.naam, letter).await
}

/// Notes that something happened to an initiatief and tells its initiator; and those whose initiatief goes on in it, as long
/// as it is not between the initiator and the wijkteam.
///
/// # Errors
/// When it cannot be written.
pub async fn happened(tx: &Tx, caller: &Caller, initiatief: &Initiatief, event: &Event) -> Result<(), Error> {
    gebeurtenis::add(tx, &caller.app, Timeline::Initiatief(initiatief.id), event, caller.account()).await?;
    let notice = |antwoorden| Notice::InitiatiefNieuws {
        initiatief: initiatief.id,
        gebeurtenis: event.soort,
        tekst: event.tekst.clone(),
        antwoorden,
    };
    tell(tx, caller, initiatief, notice(event.soort == GebeurtenisSoort::Vraag)).await?;
    if event.besloten || initiatief.zicht != Zicht::Open {
        return Ok(());
    }
    for merged in store::merged_into(tx, initiatief.id).await? {
        tell(tx, caller, &merged, notice(false)).await?;
    }
    Ok(())
}

/// Lets an initiatief follow the opdracht that is carried out for it; a step that cannot be taken is left.
///
/// # Errors
/// When it cannot be written.
pub async fn follow(tx: &Tx, caller: &Caller, initiatief: &Initiatief, step: Step) -> Result<Initiatief, Error> {
    match lifecycle::next(initiatief.status, step) {
        Ok(status) => store::advance(tx, &caller.app, initiatief, initiatief.version, status, Change::default()).await,
        Err(_not_now) => Ok(initiatief.clone()),
    }
}

/// The gebied of a wijk, for what else needs it.
pub(super) fn code(text: &str) -> Result<Code, Error> {
    Code::parse(text).map_err(|flaw| Error::field("/gebied", flaw))
}
