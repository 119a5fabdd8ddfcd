//! From drawing up to accounting: every step is one transaction with its postings, its line in the timelines and what
//! people are told.

use crate::access::{Action, Reach};
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting;
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::foto;
use crate::gebeurtenis::{self, Event, Eyes, Timeline};
use crate::gebied::reference::Lijst;
use crate::idempotency::Attempt;
use crate::initiatief;
use crate::opdracht::store::{self, Change, Opdracht, Visible};
use crate::opdracht::{lifecycle, rules};
use crate::opgave;
use crate::paging;
use crate::wijkbudget::{self, Move, Source};
use async_trait::async_trait;
use contract::field::{Bericht, FieldCode};
use contract::initiatief::{GebeurtenisSoort, InitiatiefStap, Say};
use contract::opdracht::{
    CreateOpdracht, Decide, Decision, FiatBelemmering, NewBesteding, OpdrachtApi, OpdrachtCard, OpdrachtFilter,
    OpdrachtStap as Step, OpdrachtStatus, OpdrachtView, ReportProgress, Spend,
};
use contract::project::PlanOpdracht;
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use contract::{AccountId, ActiviteitId, Euro, IdempotencyKey, OpdrachtId, Page, Reply, Version};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

#[async_trait]
impl OpdrachtApi for Caller {
    async fn list_opdrachten(&self, filter: OpdrachtFilter) -> Reply<Page<OpdrachtCard>> {
        run(|| list(self, &filter)).await
    }

    async fn opdracht(&self, id: OpdrachtId) -> Reply<OpdrachtView> {
        run(async || {
            let opdracht = find(self, self.app.reader(), id).await?;
            view(self, &opdracht).await
        })
        .await
    }

    async fn create_opdracht(
        &self,
        key: IdempotencyKey,
        id: ActiviteitId,
        request: CreateOpdracht,
    ) -> Reply<OpdrachtView> {
        run(|| create(self, key.clone(), id, &request)).await
    }

    async fn request_fiat(&self, id: OpdrachtId, version: Version) -> Reply<OpdrachtView> {
        run(|| request_fiat(self, id, version)).await
    }

    async fn decide_fiat(&self, id: OpdrachtId, version: Version, request: Decide) -> Reply<OpdrachtView> {
        run(|| decide_fiat(self, id, version, &request)).await
    }

    async fn decide_acceptance(&self, id: OpdrachtId, version: Version, request: Decide) -> Reply<OpdrachtView> {
        run(|| decide_acceptance(self, id, version, &request)).await
    }

    async fn report_progress(
        &self,
        key: IdempotencyKey,
        id: OpdrachtId,
        request: ReportProgress,
    ) -> Reply<OpdrachtView> {
        run(|| report(self, key.clone(), id, &request)).await
    }

    async fn spend(&self, key: IdempotencyKey, id: OpdrachtId, request: Spend) -> Reply<OpdrachtView> {
        run(|| spend(self, key.clone(), id, &request)).await
    }

    async fn finish_opdracht(&self, id: OpdrachtId, version: Version, request: Say) -> Reply<OpdrachtView> {
        run(|| finish(self, id, version, &request)).await
    }

    async fn account_for_opdracht(&self, id: OpdrachtId, version: Version, request: Say) -> Reply<OpdrachtView> {
        run(|| account_for(self, id, version, &request)).await
    }

    async fn withdraw_opdracht(&self, id: OpdrachtId, version: Version, request: Say) -> Reply<OpdrachtView> {
        run(|| withdraw(self, id, version, &request)).await
    }
}

async fn list(caller: &Caller, filter: &OpdrachtFilter) -> Result<Page<OpdrachtCard>, Error> {
    let page = filter.page();
    let (limit, cursor) = (paging::limit(&page)?, paging::cursor(&page)?);
    let visible = match caller.reach(Action::ReadOpdracht) {
        Reach::Nowhere => Visible::Public,
        Reach::Gebieden(gebieden) => Visible::PublicAndGebieden(gebieden),
        Reach::City => Visible::All,
    };
    let rows = store::list(caller.app.reader(), &visible, filter, cursor, limit + 1).await?;
    let (resultaten, volgende) = paging::split(rows, limit, |card| card.id.to_string());
    Ok(Page { resultaten, volgende })
}

/// Opdrachten in these statuses within a reach, for "mijn werk": for approval, or to be carried out.
///
/// # Errors
/// When the database is away.
pub async fn list_waiting<C: ConnectionTrait>(
    db: &C,
    reach: Reach,
    statuses: &[OpdrachtStatus],
    limit: u64,
) -> Result<Vec<OpdrachtCard>, Error> {
    let gebieden = match reach {
        Reach::Nowhere => return Ok(Vec::new()),
        Reach::Gebieden(gebieden) => Some(gebieden),
        Reach::City => None,
    };
    store::list_waiting(db, gebieden.as_deref(), statuses, limit).await
}

/// An opdracht that this caller may see.
async fn find<C: ConnectionTrait>(caller: &Caller, db: &C, id: OpdrachtId) -> Result<Opdracht, Error> {
    let opdracht = store::find(db, id).await?;
    if !rules::is_public(opdracht.status) && !caller.is_allowed(Action::ReadOpdracht, opdracht.subject()) {
        return Err(Error::NotFound);
    }
    Ok(opdracht)
}

async fn view(caller: &Caller, opdracht: &Opdracht) -> Result<OpdrachtView, Error> {
    let mut stappen: Vec<Step> = lifecycle::exits(opdracht.status)
        .iter()
        .map(|(step, _)| *step)
        .filter(|step| caller.is_allowed(rules::action_of(*step), opdracht.subject()))
        .collect();
    let fiat_belemmering = obstacle(caller, opdracht, &stappen).await?;
    if fiat_belemmering.is_some() {
        stappen.retain(|step| !matches!(step, Step::Request | Step::Approve | Step::Disapprove));
    }
    let db = caller.app.reader();
    let tijdlijn = gebeurtenis::read(db, Timeline::Opdracht(opdracht.id), Eyes::Public).await?;
    let sees_hidden = caller.is_allowed(Action::ReadDossier, opdracht.subject());
    let initiatief = match opdracht.initiatief() {
        Some(id) if sees_hidden || initiatief::store::is_public(db, id).await? => Some(id),
        Some(_) | None => None,
    };
    Ok(OpdrachtView {
        kaart: opdracht.card(),
        soort: opdracht.soort,
        tekst: opdracht.row.tekst.clone(),
        opdrachtnemer: opdracht.opdrachtnemer,
        product: opdracht.row.product.clone(),
        jaar: opdracht.jaar,
        opgave: opdracht.opgave(),
        activiteit: ActiviteitId(opdracht.row.activiteit_id),
        initiatief,
        verplicht: opdracht.verplicht,
        besteed: opdracht.besteed,
        versie: opdracht.version,
        stappen,
        fiat_belemmering,
        tijdlijn,
    })
}

/// Why somebody who gives or asks fiat in this gebied does not do so here.
async fn obstacle(caller: &Caller, opdracht: &Opdracht, stappen: &[Step]) -> Result<Option<FiatBelemmering>, Error> {
    let db = caller.app.reader();
    let outcome = if stappen.contains(&Step::Approve) {
        decides_on(caller, db, opdracht).await
    } else if stappen.contains(&Step::Request) {
        asks_for(db, caller.require_account()?, &store::origins(db, opdracht).await?).await
    } else {
        return Ok(None);
    };
    match outcome {
        Ok(()) => Ok(None),
        Err(Error::NeedsOtherEyes) => Ok(Some(FiatBelemmering::AndereOgenNodig)),
        Err(Error::NoMandate) => Ok(Some(FiatBelemmering::GeenMandaat)),
        Err(error) => Err(error),
    }
}

async fn create(
    caller: &Caller,
    key: IdempotencyKey,
    id: ActiviteitId,
    request: &CreateOpdracht,
) -> Result<OpdrachtView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "opdrachten", &(id, request))?;
    let new = request.parse()?;
    if !app.reference().await?.has(Lijst::Product, new.product.as_str()) {
        return Err(Error::field("/product", FieldCode::BestaatNiet));
    }
    let tx = app.begin().await?;
    let activiteit = opgave::find_activiteit(&tx, id).await?;
    caller.may(Action::RequestOpdracht, crate::access::Subject { owner: None, gebied: Some(&activiteit.gebied) })?;
    if let Some(earlier) = attempt.earlier(&tx, caller).await? {
        drop(tx);
        return view(caller, &store::find(app.reader(), earlier).await?).await;
    }
    if let Some(initiatief) = new.initiatief {
        let found = initiatief::store::find_public(&tx, initiatief).await.ok();
        if found.and_then(|found| found.row.opgave_id) != Some(activiteit.opgave_id) {
            return Err(Error::field("/initiatief", FieldCode::BestaatNiet));
        }
    }
    let opdracht = store::insert(&tx, app, &activiteit, new, caller.require_account()?).await?;
    audit::note(&tx, caller, "opdracht.maken", format!("opdracht:{}", opdracht.id), "gelukt", None).await?;
    attempt.keep(&tx, &opdracht.id).await?;
    tx.commit().await?;
    view(caller, &opdracht).await
}

/// Loads what the caller sees, asks whether they may, and where the step leads.
async fn prepare(
    caller: &Caller,
    tx: &Tx,
    id: OpdrachtId,
    version: Option<Version>,
    step: Step,
) -> Result<(Opdracht, OpdrachtStatus), Error> {
    // Nobody who is not logged in takes a step, on what they may see or not.
    caller.require_account()?;
    store::hold(tx, id).await?;
    let opdracht = find(caller, tx, id).await?;
    caller.may(rules::action_of(step), opdracht.subject())?;
    if version.is_some_and(|version| version != opdracht.version) {
        return Err(Error::Stale);
    }
    let status = lifecycle::next(opdracht.status, step)?;
    Ok((opdracht, status))
}

/// Stores the step, notes it on the opdracht and on the initiatieven that it is for, and tells their initiators.
async fn conclude(
    caller: &Caller,
    tx: &Tx,
    (opdracht, status): (&Opdracht, OpdrachtStatus),
    step: Step,
    change: Change,
    event: &Event,
) -> Result<Opdracht, Error> {
    let app = &caller.app;
    let changed = store::advance(tx, app, opdracht, opdracht.version, status, change).await?;
    gebeurtenis::add(tx, app, Timeline::Opdracht(opdracht.id), event, caller.account()).await?;
    for mut follower in followers(tx, opdracht).await? {
        if let Some(step) = consequence(tx, opdracht, &follower, status).await? {
            follower = initiatief::follow(tx, caller, &follower, step).await?;
        }
        let told = match (event.soort, follower.status) {
            // Only the last opdracht makes an initiatief real; before that it is news.
            (GebeurtenisSoort::Gerealiseerd, status)
                if status != contract::initiatief::InitiatiefStatus::Gerealiseerd =>
            {
                Event { soort: GebeurtenisSoort::Gereed, ..event.clone() }
            }
            _ => event.clone(),
        };
        initiatief::happened(tx, caller, &follower, &told).await?;
    }
    audit::note(tx, caller, step.as_str(), format!("opdracht:{}", opdracht.id), "gelukt", None).await?;
    Ok(changed)
}

/// The initiatieven that an opdracht is for: the one it names, or all of its opgave.
async fn followers(tx: &Tx, opdracht: &Opdracht) -> Result<Vec<initiatief::store::Initiatief>, Error> {
    match opdracht.initiatief() {
        Some(id) => Ok(vec![initiatief::store::find(tx, id).await?]),
        None => initiatief::store::followers_of_opgave(tx, opdracht.opgave()).await,
    }
}

/// What a new status of an opdracht means for the initiatief that it names.
async fn consequence(
    tx: &Tx,
    opdracht: &Opdracht,
    follower: &initiatief::store::Initiatief,
    status: OpdrachtStatus,
) -> Result<Option<InitiatiefStap>, Error> {
    if opdracht.initiatief() != Some(follower.id) {
        return Ok(None);
    }
    let running =
        store::statuses_for(tx, follower.id).await?.into_iter().filter(|status| rules::is_running(*status)).count();
    Ok(match status {
        OpdrachtStatus::InUitvoering => Some(InitiatiefStap::Begin),
        OpdrachtStatus::Verantwoord if running == 0 => Some(InitiatiefStap::Realise),
        OpdrachtStatus::Ingetrokken | OpdrachtStatus::Geweigerd if running == 0 => Some(InitiatiefStap::FallBack),
        OpdrachtStatus::Concept
        | OpdrachtStatus::TerFiattering
        | OpdrachtStatus::Gefiatteerd
        | OpdrachtStatus::Aangenomen
        | OpdrachtStatus::Geweigerd
        | OpdrachtStatus::Gereed
        | OpdrachtStatus::Verantwoord
        | OpdrachtStatus::Afgewezen
        | OpdrachtStatus::Ingetrokken => None,
    })
}

async fn post(tx: &Tx, caller: &Caller, opdracht: &Opdracht, moves: &[Move<'_>]) -> Result<(), Error> {
    wijkbudget::post(tx, &caller.app, (&opdracht.row.gebied, opdracht.jaar), &caller.actor(), moves).await
}

/// Approved money, and what it is called.
const FIAT: (BoekingSoort, Omschrijving) = (BoekingSoort::Verplicht, Omschrijving::Fiat);
/// Money that comes back, and what it is called.
const VRIJVAL: (BoekingSoort, Omschrijving) = (BoekingSoort::Vrijval, Omschrijving::Vrijval);

/// A movement of this opdracht's money; `key` tells one kind from another.
fn movement<'a>(
    opdracht: &'a Opdracht,
    key: &str,
    (soort, omschrijving): (BoekingSoort, Omschrijving),
    (van, naar): (Pot, Pot),
    bedrag: Euro,
) -> Move<'a> {
    Move {
        product: &opdracht.row.product,
        soort,
        van,
        naar,
        bedrag,
        source: Source::Opdracht(opdracht.id),
        omschrijving,
        toelichting: None,
        sleutel: format!("opdracht:{}:{key}", opdracht.id),
    }
}

async fn request_fiat(caller: &Caller, id: OpdrachtId, version: Version) -> Result<OpdrachtView, Error> {
    let tx = caller.app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), Step::Request).await?;
    // What was withdrawn or referred in the meantime is ordered by nobody.
    if let Some(initiatief) = opdracht.initiatief()
        && !initiatief::store::hold_public(&tx, initiatief).await?
    {
        return Err(NotNow::Opdracht(opdracht.status, Step::Request).into());
    }
    let requester = caller.require_account()?;
    asks_for(&tx, requester, &store::origins(&tx, &opdracht).await?).await?;
    let change = Change { requested_by: Some(requester), ..Change::default() };
    let event = Event::new(GebeurtenisSoort::FiatGevraagd);
    let changed = conclude(caller, &tx, (&opdracht, status), Step::Request, change, &event).await?;
    tx.commit().await?;
    view(caller, &changed).await
}

async fn decide_fiat(
    caller: &Caller,
    id: OpdrachtId,
    version: Version,
    request: &Decide,
) -> Result<OpdrachtView, Error> {
    let decision = request.parse()?;
    caller.require_recent_login()?;
    let changed = match decision {
        Decision::Yes(words) => approve(caller, id, version, words).await?,
        Decision::No(reason) => disapprove(caller, id, version, reason).await?,
    };
    tracing::info!(opdracht.id = %id, status = %changed.status, "fiat decided");
    view(caller, &changed).await
}

/// Other eyes, a mandate, and enough money at this very moment; then the ledger moves.
async fn approve(caller: &Caller, id: OpdrachtId, version: Version, words: Option<Bericht>) -> Result<Opdracht, Error> {
    let app = &caller.app;
    let approver = caller.require_account()?;
    let tx = app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), Step::Approve).await?;
    lock_approver(&tx, approver).await?;
    decides_on(caller, &tx, &opdracht).await?;
    let reserved = opgave::commit_from(&tx, opdracht.inzet(), &opdracht.row.product, opdracht.bedrag).await?;
    let rest = opdracht.bedrag.minus(reserved).ok_or_else(|| Error::Internal("more reserved than wanted".into()))?;
    let moves: Vec<Move<'_>> = [
        movement(&opdracht, "fiat", FIAT, (Pot::Gereserveerd, Pot::Verplicht), reserved),
        movement(&opdracht, "fiat-vrij", FIAT, (Pot::Vrij, Pot::Verplicht), rest),
    ]
    .into_iter()
    .filter(|movement| movement.bedrag != Euro::ZERO)
    .collect();
    post(&tx, caller, &opdracht, &moves).await?;
    let change = Change { approved_by: Some(approver), verplicht: Some(opdracht.bedrag), ..Change::default() };
    let event = Event {
        tekst: words.map(Bericht::into_string),
        ..Event::new(GebeurtenisSoort::Gefiatteerd).of(opdracht.bedrag)
    };
    let changed = conclude(caller, &tx, (&opdracht, status), Step::Approve, change, &event).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Whether it is this caller who gives or refuses fiat for this opdracht: other eyes, and a mandate for all of it.
async fn decides_on<C: ConnectionTrait>(caller: &Caller, db: &C, opdracht: &Opdracht) -> Result<(), Error> {
    let (app, approver, row) = (&caller.app, caller.require_account()?, &opdracht.row);
    let origins = store::origins(db, opdracht).await?;
    rules::eyes(&store::person(db, approver).await?, &origins)
        .map_err(|rules::NeedsOtherEyes| Error::NeedsOtherEyes)?;
    // What became part of the opgave after the asking counts as well.
    if let Some(requester) = row.aangevraagd_door {
        asks_for(db, AccountId(requester), &origins).await?;
    }
    let mandates = crate::account::store::mandates(db, approver, app.today()).await?;
    let lately = store::given_lately(db, app, approver).await?;
    rules::mandate(&mandates, (&row.gebied, &row.product), &opdracht.wanted(), &lately)
        .map_err(|rules::NoMandate| Error::NoMandate)
}

/// Whether this person asks fiat for what others handed in.
async fn asks_for<C: ConnectionTrait>(db: &C, requester: AccountId, origins: &[rules::Origin]) -> Result<(), Error> {
    rules::asks_for_others(&store::person(db, requester).await?, origins)
        .map_err(|rules::NeedsOtherEyes| Error::NeedsOtherEyes)
}

/// Two approvals of one person at the same moment must see each other, or a mandate could be sliced.
async fn lock_approver(tx: &Tx, approver: AccountId) -> Result<(), Error> {
    if tx.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
        let lock =
            crate::database::sql(tx, "SELECT id FROM account WHERE id = $1 FOR NO KEY UPDATE", [approver.0.into()]);
        tx.query_one_raw(lock).await?;
    }
    Ok(())
}

async fn disapprove(caller: &Caller, id: OpdrachtId, version: Version, reason: Bericht) -> Result<Opdracht, Error> {
    let tx = caller.app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), Step::Disapprove).await?;
    decides_on(caller, &tx, &opdracht).await?;
    release_reserved(&tx, caller, &opdracht).await?;
    let event = Event::new(GebeurtenisSoort::FiatGeweigerd).saying(reason.into_string());
    let changed = conclude(caller, &tx, (&opdracht, status), Step::Disapprove, Change::default(), &event).await?;
    tx.commit().await?;
    Ok(changed)
}

/// What was set aside for this opdracht on its inzet is free again.
async fn release_reserved(tx: &Tx, caller: &Caller, opdracht: &Opdracht) -> Result<(), Error> {
    let reserved = opgave::commit_from(tx, opdracht.inzet(), &opdracht.row.product, opdracht.bedrag).await?;
    if reserved == Euro::ZERO {
        return Ok(());
    }
    let back = movement(opdracht, "vrijval-inzet", VRIJVAL, (Pot::Gereserveerd, Pot::Vrij), reserved);
    post(tx, caller, opdracht, &[back]).await
}

async fn decide_acceptance(
    caller: &Caller,
    id: OpdrachtId,
    version: Version,
    request: &Decide,
) -> Result<OpdrachtView, Error> {
    let (step, event) = match request.parse()? {
        Decision::Yes(words) => {
            (Step::Accept, Event { tekst: words.map(Bericht::into_string), ..Event::new(GebeurtenisSoort::Aangenomen) })
        }
        Decision::No(reason) => (Step::Refuse, Event::new(GebeurtenisSoort::Geweigerd).saying(reason.into_string())),
    };
    let tx = caller.app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), step).await?;
    let changed = conclude(caller, &tx, (&opdracht, status), step, Change::default(), &event).await?;
    tx.commit().await?;
    view(caller, &changed).await
}

async fn report(
    caller: &Caller,
    key: IdempotencyKey,
    id: OpdrachtId,
    request: &ReportProgress,
) -> Result<OpdrachtView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "voortgang", &(id, request))?;
    let (text, fotos) = request.parse()?;
    let tx = app.begin().await?;
    caller.require_account()?;
    let now = find(caller, &tx, id).await?.status;
    let step = if now == OpdrachtStatus::Aangenomen { Step::Begin } else { Step::Report };
    // Rights first: a repeat of somebody else's request shows them nothing.
    caller.may(rules::action_of(step), find(caller, &tx, id).await?.subject())?;
    if attempt.earlier::<_, ()>(&tx, caller).await?.is_some() {
        drop(tx);
        return view(caller, &store::find(app.reader(), id).await?).await;
    }
    let (opdracht, status) = prepare(caller, &tx, id, None, step).await?;
    let fotos = foto::attach_to_opdracht(&tx, caller, id, &fotos).await?;
    let event = Event { fotos, ..Event::new(GebeurtenisSoort::Voortgang).saying(text.into_string()) };
    let changed = conclude(caller, &tx, (&opdracht, status), step, Change::default(), &event).await?;
    attempt.keep(&tx, &()).await?;
    tx.commit().await?;
    view(caller, &changed).await
}

async fn spend(caller: &Caller, key: IdempotencyKey, id: OpdrachtId, request: &Spend) -> Result<OpdrachtView, Error> {
    let app = &caller.app;
    let (request_key, attempt) = (key.as_str().to_owned(), Attempt::new(caller, key, "bestedingen", &(id, request))?);
    let NewBesteding { bedrag, omschrijving, toelichting } = request.parse()?;
    caller.require_account()?;
    let tx = app.begin().await?;
    caller.may(Action::CarryOutOpdracht, find(caller, &tx, id).await?.subject())?;
    if attempt.earlier::<_, ()>(&tx, caller).await?.is_some() {
        drop(tx);
        return view(caller, &store::find(app.reader(), id).await?).await;
    }
    let (opdracht, status) = prepare(caller, &tx, id, None, Step::Spend).await?;
    let verplicht = opdracht.verplicht.minus(bedrag).ok_or(Error::TooLittle { free: opdracht.verplicht })?;
    let besteed = opdracht.besteed.plus(bedrag).ok_or(Error::TooLittle { free: opdracht.verplicht })?;
    let (key, kind) = (format!("besteed:{request_key}"), (BoekingSoort::Besteed, omschrijving));
    let spending = Move {
        toelichting: toelichting.as_ref().map(Bericht::as_str),
        ..movement(&opdracht, &key, kind, (Pot::Verplicht, Pot::Besteed), bedrag)
    };
    post(&tx, caller, &opdracht, &[spending]).await?;
    let change = Change { verplicht: Some(verplicht), besteed: Some(besteed), ..Change::default() };
    let changed = store::advance(&tx, app, &opdracht, opdracht.version, status, change).await?;
    audit::note(&tx, caller, "besteding_boeken", format!("opdracht:{id}"), "gelukt", None).await?;
    attempt.keep(&tx, &()).await?;
    tx.commit().await?;
    view(caller, &changed).await
}

async fn finish(caller: &Caller, id: OpdrachtId, version: Version, request: &Say) -> Result<OpdrachtView, Error> {
    let text = request.parse()?;
    let tx = caller.app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), Step::Finish).await?;
    let event = Event::new(GebeurtenisSoort::Gereed).saying(text.into_string());
    let changed = conclude(caller, &tx, (&opdracht, status), Step::Finish, Change::default(), &event).await?;
    tx.commit().await?;
    view(caller, &changed).await
}

async fn account_for(caller: &Caller, id: OpdrachtId, version: Version, request: &Say) -> Result<OpdrachtView, Error> {
    let text = request.parse()?;
    let tx = caller.app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), Step::Account).await?;
    free_committed(&tx, caller, &opdracht).await?;
    let change = Change { verplicht: Some(Euro::ZERO), ..Change::default() };
    let event = Event::new(GebeurtenisSoort::Gerealiseerd).saying(text.into_string()).of(opdracht.besteed);
    let changed = conclude(caller, &tx, (&opdracht, status), Step::Account, change, &event).await?;
    tx.commit().await?;
    view(caller, &changed).await
}

/// What was committed and not spent is free again.
async fn free_committed(tx: &Tx, caller: &Caller, opdracht: &Opdracht) -> Result<(), Error> {
    if opdracht.verplicht == Euro::ZERO {
        return Ok(());
    }
    let back = movement(opdracht, "vrijval", VRIJVAL, (Pot::Verplicht, Pot::Vrij), opdracht.verplicht);
    post(tx, caller, opdracht, &[back]).await
}

async fn withdraw(caller: &Caller, id: OpdrachtId, version: Version, request: &Say) -> Result<OpdrachtView, Error> {
    let text = request.parse()?;
    let tx = caller.app.begin().await?;
    let (opdracht, status) = prepare(caller, &tx, id, Some(version), Step::Withdraw).await?;
    let is_known = opdracht.status != OpdrachtStatus::Concept || ends_a_choice(&tx, &opdracht).await?;
    match opdracht.status {
        OpdrachtStatus::Concept if !is_known => {}
        OpdrachtStatus::Concept | OpdrachtStatus::TerFiattering => release_reserved(&tx, caller, &opdracht).await?,
        OpdrachtStatus::Gefiatteerd | OpdrachtStatus::Aangenomen | OpdrachtStatus::Geweigerd => {
            free_committed(&tx, caller, &opdracht).await?;
        }
        OpdrachtStatus::InUitvoering
        | OpdrachtStatus::Gereed
        | OpdrachtStatus::Verantwoord
        | OpdrachtStatus::Afgewezen
        | OpdrachtStatus::Ingetrokken => return Err(NotNow::Opdracht(opdracht.status, Step::Withdraw).into()),
    }
    let change = Change { verplicht: Some(Euro::ZERO), ..Change::default() };
    let event = Event::new(GebeurtenisSoort::OpdrachtIngetrokken).saying(text.into_string());
    let changed = if is_known {
        conclude(caller, &tx, (&opdracht, status), Step::Withdraw, change, &event).await?
    } else {
        store::advance(&tx, &caller.app, &opdracht, version, status, change).await?
    };
    tx.commit().await?;
    view(caller, &changed).await
}

/// What became of activiteiten that voters chose.
///
/// # Errors
/// When the database is away.
pub async fn outcomes<C: ConnectionTrait>(
    db: &C,
    ids: &[ActiviteitId],
) -> Result<HashMap<ActiviteitId, PlanOpdracht>, Error> {
    let all = store::of_activiteiten(db, ids).await?;
    let mut found: HashMap<ActiviteitId, PlanOpdracht> = HashMap::new();
    for (activiteit, id, status) in &all {
        let (gaat_door, openbaar) = (rules::goes_on(*status), rules::is_public(*status));
        let is_better = found.get(activiteit).is_none_or(|known| gaat_door && !known.gaat_door);
        if is_better {
            found.insert(*activiteit, PlanOpdracht { id: *id, openbaar, status: *status, gaat_door, reden: None });
        }
    }
    // Of several that ended the newest reason that somebody gave.
    for (activiteit, id, _) in &all {
        if let Some(own) = found.get_mut(activiteit).filter(|own| !own.gaat_door && own.reden.is_none()) {
            own.reden = why_ended(db, *id).await?;
        }
    }
    Ok(found)
}

/// What was said when an opdracht was not approved, or withdrawn.
async fn why_ended<C: ConnectionTrait>(db: &C, id: OpdrachtId) -> Result<Option<String>, Error> {
    let told = gebeurtenis::read(db, Timeline::Opdracht(id), Eyes::Public).await?;
    let ends = |soort| matches!(soort, GebeurtenisSoort::FiatGeweigerd | GebeurtenisSoort::OpdrachtIngetrokken);
    Ok(told.into_iter().rev().find(|line| ends(line.soort)).and_then(|line| line.tekst))
}

/// Whether a concept is all that is left of what voters chose: then they hear why it stops, and its money goes back.
async fn ends_a_choice(tx: &Tx, opdracht: &Opdracht) -> Result<bool, Error> {
    let activiteit = ActiviteitId(opdracht.row.activiteit_id);
    let others = store::of_activiteiten(tx, &[activiteit]).await?;
    let is_last = others.iter().all(|(_, id, status)| *id == opdracht.id || !rules::goes_on(*status));
    Ok(is_last && buurtbegroting::was_chosen(tx, activiteit).await?)
}

/// Gives what was ordered for an activiteit other words, where it took these over from a plan; what the ledger says of it
/// with them.
///
/// # Errors
/// When it cannot be written.
pub async fn rewrite_copies(
    tx: &Tx,
    app: &App,
    id: ActiviteitId,
    titel: (&str, &str),
    tekst: (&str, &str),
) -> Result<(), Error> {
    for (_, opdracht, _) in store::of_activiteiten(tx, &[id]).await? {
        store::rewrite(tx, opdracht, titel, tekst).await?;
        wijkbudget::cover(tx, app, Source::Opdracht(opdracht), titel).await?;
    }
    Ok(())
}

/// Whether this caller may see an opdracht, for what hangs on it.
///
/// # Errors
/// When the database is away.
pub async fn is_visible(caller: &Caller, id: OpdrachtId) -> Result<bool, Error> {
    match find(caller, caller.app.reader(), id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
