//! Preparing a buurtbegroting, its projects, and opening the vote.

use crate::access::{Action, Reach, Subject};
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::frozen::{Frozen, FrozenProject, hex};
use crate::buurtbegroting::lifecycle;
use crate::buurtbegroting::rules::{self, Ruling};
use crate::buurtbegroting::store::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::gebied::reference::{Lijst, Reference};
use crate::idempotency::Attempt;
use crate::initiatief;
use crate::paging;
use crate::stembus;
use crate::wijkbudget::{self, Move, Source};
use async_trait::async_trait;
use contract::buurtbegroting::{
    BuurtbegrotingApi, BuurtbegrotingCard, BuurtbegrotingFilter, BuurtbegrotingStap as Step, BuurtbegrotingView,
    NewBuurtbegroting, PlanBuurtbegroting,
};
use contract::field::{Checks, FieldCode};
use contract::gebied::Keuze;
use contract::initiatief::Say;
use contract::project::{AddProject, JudgeProject, Judgement, NewProject, ProjectApi, ProjectStatus, ProjectView};
use contract::wijkbudget::{BoekingSoort, Pot};
use contract::{AccountId, BuurtbegrotingId, IdempotencyKey, Page, ProjectId, Reply, Version};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

#[async_trait]
impl BuurtbegrotingApi for Caller {
    async fn list_buurtbegrotingen(&self, filter: BuurtbegrotingFilter) -> Reply<Page<BuurtbegrotingCard>> {
        run(|| list(self, &filter)).await
    }

    async fn buurtbegroting(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView> {
        run(|| view(self, id)).await
    }

    async fn create_buurtbegroting(
        &self,
        key: IdempotencyKey,
        request: PlanBuurtbegroting,
    ) -> Reply<BuurtbegrotingView> {
        run(|| create(self, key.clone(), &request)).await
    }

    async fn change_buurtbegroting(
        &self,
        id: BuurtbegrotingId,
        version: Version,
        request: PlanBuurtbegroting,
    ) -> Reply<BuurtbegrotingView> {
        run(|| change(self, id, version, &request)).await
    }

    async fn publish_buurtbegroting(&self, id: BuurtbegrotingId, version: Version) -> Reply<BuurtbegrotingView> {
        run(|| publish(self, id, version)).await
    }
}

#[async_trait]
impl ProjectApi for Caller {
    async fn add_project(
        &self,
        key: IdempotencyKey,
        id: BuurtbegrotingId,
        request: AddProject,
    ) -> Reply<BuurtbegrotingView> {
        run(|| add_project(self, key.clone(), id, &request)).await
    }

    async fn judge_project(&self, id: ProjectId, request: JudgeProject) -> Reply<BuurtbegrotingView> {
        run(|| judge_project(self, id, &request)).await
    }

    async fn ask_heroverweging(&self, id: ProjectId, request: Say) -> Reply<BuurtbegrotingView> {
        run(|| ask_heroverweging(self, id, &request)).await
    }
}

async fn list(caller: &Caller, filter: &BuurtbegrotingFilter) -> Result<Page<BuurtbegrotingCard>, Error> {
    let page = filter.page();
    let (limit, cursor) = (paging::limit(&page)?, paging::cursor(&page)?);
    let own = match caller.reach(Action::PrepareBuurtbegroting) {
        Reach::Nowhere => Some(Vec::new()),
        Reach::Gebieden(gebieden) => Some(gebieden),
        Reach::City => None,
    };
    let what = (filter.gebied.as_deref(), cursor, limit + 1);
    let rows = store::list(caller.app.reader(), &caller.app, own.as_deref(), what).await?;
    let cards = rows.iter().map(Buurtbegroting::card).collect();
    let (resultaten, volgende) = paging::split(cards, limit, |card: &BuurtbegrotingCard| card.id.to_string());
    Ok(Page { resultaten, volgende })
}

/// A buurtbegroting that this caller may see: a plan is seen by who makes it, until it is published.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(caller: &Caller, db: &C, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    visible(caller, store::find(db, &caller.app, id).await?)
}

fn visible(caller: &Caller, round: Buurtbegroting) -> Result<Buurtbegroting, Error> {
    let is_seen = round.is_published || caller.is_allowed(Action::PrepareBuurtbegroting, round.subject());
    if is_seen { Ok(round) } else { Err(Error::NotFound) }
}

/// A buurtbegroting with its projects, as this caller sees it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn view(caller: &Caller, id: BuurtbegrotingId) -> Result<BuurtbegrotingView, Error> {
    let db = caller.app.databases().primary();
    let round = find(caller, db, id).await?;
    let mut projecten = store::projects(db, id).await?;
    let steps = lifecycle::steps(round.fase, round.is_published);
    let owners = if caller.account().is_some() { store::owners(db, id).await? } else { HashMap::new() };
    for project in &mut projecten {
        let subject = Subject { owner: owners.get(&project.id).copied(), ..round.subject() };
        let is_allowed = caller.is_allowed(Action::AskHeroverweging, subject);
        project.mag_heroverwegen = is_allowed && rules::can_ask_again(project, steps);
        // What somebody wrote to be heard is not for everybody.
        if let Some(asked) = project.heroverweging.as_mut().filter(|_| !is_allowed) {
            asked.tekst = None;
        }
    }
    let bezwaar_tot = round.geteld_at.map(rules::objections_until);
    let may = |step: &Step| caller.is_allowed(rules::action_of(*step), round.subject());
    let makes_sense = |step: &Step| match step {
        Step::MakeKey => !round.is_proven,
        Step::ProveKey => round.publieke_sleutel.is_some() && !round.is_proven,
        Step::EnterPaper => round.sluiting.is_none(),
        Step::Count => round.sluiting.is_some(),
        Step::Finalize => bezwaar_tot.is_some_and(|until| until <= round.now),
        Step::JudgeProject => projecten.iter().any(ProjectView::waits),
        Step::Change | Step::Publish | Step::AddProject | Step::Stop => true,
    };
    let stappen: Vec<Step> = steps.iter().copied().filter(|step| may(step) && makes_sense(step)).collect();
    let has_yet_to_open = round.is_published && round.bevroren.is_none() && round.gestopt.is_none();
    let belemmeringen = if has_yet_to_open && !stappen.is_empty() {
        rules::obstacles(round.is_proven, &round.spelregels, &projecten)
    } else {
        Vec::new()
    };
    Ok(BuurtbegrotingView {
        kaart: round.card(),
        uitleg: round.uitleg,
        jaar: round.jaar,
        product: round.product,
        spelregels: round.spelregels,
        projecten,
        regels_hash: round.bevroren.map(|(_, hash)| hash),
        sluiting: round.sluiting,
        bezwaar_tot,
        gestopt: round.gestopt,
        belemmeringen,
        versie: round.version,
        stappen,
    })
}

/// Areas, product and criteria exist.
///
/// # Errors
/// Those that do not, each by its field.
pub(super) fn check_names(reference: &Reference, new: &NewBuurtbegroting) -> Result<(), Error> {
    let mut checks = Checks::default();
    let gebied = reference.gebied(new.gebied.as_str());
    if gebied.is_none() {
        checks.refuse("/gebied", FieldCode::BestaatNiet);
    }
    let has_wijk = |code: &String| gebied.is_some_and(|gebied| gebied.wijken.iter().any(|wijk| wijk.code == *code));
    if !new.spelregels.wijken.iter().all(has_wijk) {
        checks.refuse("/wijken", FieldCode::BestaatNiet);
    }
    if !reference.has(Lijst::Product, new.product.as_str()) {
        checks.refuse("/product", FieldCode::BestaatNiet);
    }
    if !new.spelregels.criteria.iter().all(|code| reference.has(Lijst::Criterium, code)) {
        checks.refuse("/criteria", FieldCode::BestaatNiet);
    }
    Ok(checks.finish(Some(()))?)
}

async fn create(
    caller: &Caller,
    key: IdempotencyKey,
    request: &PlanBuurtbegroting,
) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "buurtbegrotingen", request)?;
    let new = request.parse()?;
    check_names(&*app.reference().await?, &new)?;
    let subject = Subject { owner: None, gebied: Some(new.gebied.as_str()) };
    caller.may(Action::PrepareBuurtbegroting, subject)?;
    let tx = app.begin().await?;
    let id = match attempt.earlier(&tx, caller).await? {
        Some(id) => id,
        None => {
            let id = store::insert(&tx, app, &new, caller.require_account()?).await?;
            note(&tx, caller, "buurtbegroting.maken", id, None).await?;
            attempt.keep(&tx, &id).await?;
            tx.commit().await?;
            id
        }
    };
    view(caller, id).await
}

/// Notes a deed on the audit chain.
///
/// # Errors
/// When the database is away.
pub(super) async fn note(
    tx: &Tx,
    caller: &Caller,
    deed: &'static str,
    id: BuurtbegrotingId,
    reason: Option<String>,
) -> Result<(), Error> {
    audit::note(tx, caller, deed, format!("buurtbegroting:{id}"), "gelukt", reason).await
}

/// Loads what the caller sees, asks whether they may, and whether it can be done now.
///
/// # Errors
/// When it is not there, they may not, or it cannot.
pub(super) async fn prepare(
    caller: &Caller,
    tx: &Tx,
    id: BuurtbegrotingId,
    step: Step,
) -> Result<Buurtbegroting, Error> {
    caller.require_account()?;
    let round = visible(caller, store::hold(tx, &caller.app, id).await?)?;
    caller.may(rules::action_of(step), round.subject())?;
    round.check(step)?;
    Ok(round)
}

async fn change(
    caller: &Caller,
    id: BuurtbegrotingId,
    version: Version,
    request: &PlanBuurtbegroting,
) -> Result<BuurtbegrotingView, Error> {
    let new = request.parse()?;
    check_names(&*caller.app.reference().await?, &new)?;
    let tx = caller.app.begin().await?;
    prepare(caller, &tx, id, Step::Change).await?;
    // It may not be moved to where the caller prepares nothing.
    caller.may(Action::PrepareBuurtbegroting, Subject { owner: None, gebied: Some(new.gebied.as_str()) })?;
    store::change(&tx, id, version, &new).await?;
    note(&tx, caller, "buurtbegroting.wijzigen", id, None).await?;
    tx.commit().await?;
    view(caller, id).await
}

/// Fixes the plan, sets the money aside, and makes the secret by which voters are told apart.
async fn publish(caller: &Caller, id: BuurtbegrotingId, version: Version) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    stembus::make_round_key(app, id).await?;
    let tx = app.begin().await?;
    let round = prepare(caller, &tx, id, Step::Publish).await?;
    fix(&tx, caller, &round, version).await?;
    tx.commit().await?;
    view(caller, id).await
}

/// Fixes a plan and sets its money aside.
///
/// # Errors
/// When people would vote by now, somebody else was first, or the budget does not hold it.
pub(super) async fn fix(tx: &Tx, caller: &Caller, round: &Buurtbegroting, version: Version) -> Result<(), Error> {
    if round.planning.stemmen_vanaf <= round.now {
        return Err(NotNow::Buurtbegroting(round.fase, Step::Publish).into());
    }
    store::publish(tx, &caller.app, round.id, version).await?;
    move_money(tx, caller, round, Direction::SetAside).await?;
    note(tx, caller, "buurtbegroting.vaststellen", round.id, None).await
}

/// The money of a round that was stopped is free again.
///
/// # Errors
/// When the ledger does not hold it.
pub async fn give_back(tx: &Tx, caller: &Caller, round: &Buurtbegroting) -> Result<(), Error> {
    move_money(tx, caller, round, Direction::Back).await
}

/// Where the money of a round goes.
enum Direction {
    /// Out of the free money, for the round.
    SetAside,
    /// Back: the round is over.
    Back,
}

async fn move_money(tx: &Tx, caller: &Caller, round: &Buurtbegroting, to: Direction) -> Result<(), Error> {
    let (soort, van, naar, key) = match to {
        Direction::SetAside => (BoekingSoort::Gereserveerd, Pot::Vrij, Pot::Gereserveerd, "reservering"),
        Direction::Back => (BoekingSoort::Vrijval, Pot::Gereserveerd, Pot::Vrij, "vrijval"),
    };
    let movement = Move {
        product: &round.product,
        soort,
        van,
        naar,
        bedrag: round.bedrag,
        source: Source::Buurtbegroting,
        omschrijving: &round.titel,
        sleutel: format!("buurtbegroting:{}:{key}", round.id),
    };
    wijkbudget::post(tx, &caller.app, (&round.gebied, round.jaar), &caller.actor(), &[movement]).await
}

async fn add_project(
    caller: &Caller,
    key: IdempotencyKey,
    id: BuurtbegrotingId,
    request: &AddProject,
) -> Result<BuurtbegrotingView, Error> {
    let app = &caller.app;
    let attempt = Attempt::new(caller, key, "projecten", &(id, request))?;
    let new = request.parse()?;
    let reference = app.reference().await?;
    let tx = app.begin().await?;
    caller.require_account()?;
    let round = find(caller, &tx, id).await?;
    caller.may(Action::PrepareBuurtbegroting, round.subject())?;
    if attempt.earlier::<_, ()>(&tx, caller).await?.is_none() {
        let round = prepare(caller, &tx, id, Step::AddProject).await?;
        let project = insert_checked(&tx, caller, (&reference, &round), new, None).await?;
        note(&tx, caller, "project.toevoegen", id, Some(project.to_string())).await?;
        attempt.keep(&tx, &()).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    view(caller, id).await
}

/// Adds a project that fits the round; `code` is what the `.pb` file of the round calls it, its number when absent.
///
/// # Errors
/// What does not fit, by field.
pub(super) async fn insert_checked(
    tx: &Tx,
    caller: &Caller,
    (reference, round): (&Reference, &Buurtbegroting),
    new: NewProject,
    code: Option<&str>,
) -> Result<ProjectId, Error> {
    check_project(tx, reference, round, &new).await?;
    if let Some(initiatief) = new.initiatief {
        initiatief::nominate(tx, caller, initiatief, &round.titel).await?;
    }
    store::insert_project(tx, &caller.app, (round.id, code), new, caller.require_account()?).await
}

/// Admits a project for what it was said to cost.
///
/// # Errors
/// When the database is away.
pub(super) async fn admit(tx: &Tx, id: ProjectId, by: AccountId) -> Result<(), Error> {
    store::judge(tx, id, &Judgement::Admit(None), by).await
}

async fn check_project(tx: &Tx, reference: &Reference, round: &Buurtbegroting, new: &NewProject) -> Result<(), Error> {
    let mut checks = Checks::default();
    if !reference.has(Lijst::Thema, new.thema.as_str()) {
        checks.refuse("/thema", FieldCode::BestaatNiet);
    }
    if let Some(wijk) = &new.wijk
        && !takes_part(reference, round, wijk.as_str())
    {
        checks.refuse("/wijk", FieldCode::BestaatNiet);
    }
    if !rules::is_affordable(new.kosten, round.bedrag) {
        checks.refuse("/kosten", too_dear(round));
    }
    if let Some(initiatief) = new.initiatief {
        let found = initiatief::store::find_public(tx, initiatief).await.ok();
        let wijk = found.map(|found| found.row.wijk);
        if !wijk.is_some_and(|wijk| takes_part(reference, round, &wijk)) {
            checks.refuse("/initiatief", FieldCode::BestaatNiet);
        }
    }
    Ok(checks.finish(Some(()))?)
}

fn too_dear(round: &Buurtbegroting) -> contract::field::Flaw {
    let limit = u32::try_from(round.bedrag.cents() / 100).ok();
    contract::field::Flaw { code: FieldCode::TeHoog, limit }
}

/// Whether a wijk lies in the round.
fn takes_part(reference: &Reference, round: &Buurtbegroting, wijk: &str) -> bool {
    let gebied = reference.gebied(&round.gebied);
    let is_there = gebied.is_some_and(|gebied| gebied.wijken.iter().any(|own| own.code == wijk));
    let own = &round.spelregels.wijken;
    is_there && (own.is_empty() || own.iter().any(|code| code == wijk))
}

async fn judge_project(caller: &Caller, id: ProjectId, request: &JudgeProject) -> Result<BuurtbegrotingView, Error> {
    let judgement = request.parse()?;
    let app = &caller.app;
    let tx = app.begin().await?;
    caller.require_account()?;
    let round = prepare(caller, &tx, store::round_of(&tx, id).await?, Step::JudgeProject).await?;
    let project = store::projects(&tx, round.id).await?.into_iter().find(|project| project.id == id);
    let project = project.ok_or(Error::NotFound)?;
    match &judgement {
        Judgement::Admit(Some(cost)) if !rules::is_affordable(*cost, round.bedrag) => {
            return Err(Error::field("/kosten", too_dear(&round)));
        }
        Judgement::Refuse(criterium, _) if !round.spelregels.criteria.iter().any(|own| own == criterium.as_str()) => {
            return Err(Error::field("/criterium", FieldCode::BestaatNiet));
        }
        Judgement::Admit(_) | Judgement::Refuse(..) => {}
    }
    let who = caller.require_account()?;
    match look_again(&tx, &round, &project, who, &judgement).await? {
        Some(Ruling::NeedsSecond) => store::refuse_again(&tx, id, who).await?,
        ruling => {
            store::judge(&tx, id, &judgement, who).await?;
            if ruling.is_some() {
                store::end_look(&tx, app, id).await?;
            }
            tell(&tx, caller, (&round, &project), &judgement, ruling).await?;
        }
    }
    note(&tx, caller, "project.toetsen", round.id, Some(id.to_string())).await?;
    tx.commit().await?;
    view(caller, round.id).await
}

/// What a second look comes to, when somebody asked for one. After that nothing changes any more.
async fn look_again(
    tx: &Tx,
    round: &Buurtbegroting,
    project: &ProjectView,
    who: AccountId,
    judgement: &Judgement,
) -> Result<Option<Ruling>, Error> {
    let Some(asked) = &project.heroverweging else { return Ok(None) };
    let look = store::second_look(tx, project.id).await?.filter(|_| !asked.afgerond);
    let look = look.ok_or(NotNow::Buurtbegroting(round.fase, Step::JudgeProject))?;
    let ruling = rules::look_again(look, who, matches!(judgement, Judgement::Admit(_)));
    ruling.map(Some).map_err(|rules::SamePerson| Error::NeedsOtherEyes)
}

/// Who handed a plan in hears that it was refused and why, or that it may be voted on after all.
async fn tell(
    tx: &Tx,
    caller: &Caller,
    (round, project): (&Buurtbegroting, &ProjectView),
    judgement: &Judgement,
    ruling: Option<Ruling>,
) -> Result<(), Error> {
    let Some(initiatief) = project.initiatief else { return Ok(()) };
    match (judgement, ruling) {
        (Judgement::Refuse(_, reden), _) => initiatief::not_admitted(tx, caller, initiatief, reden.as_str()).await,
        (Judgement::Admit(_), Some(_)) => initiatief::nominate(tx, caller, initiatief, &round.titel).await,
        (Judgement::Admit(_), None) => Ok(()),
    }
}

/// Asks once, before voting opens, for a second look by others.
async fn ask_heroverweging(caller: &Caller, id: ProjectId, request: &Say) -> Result<BuurtbegrotingView, Error> {
    let tekst = request.parse()?;
    caller.require_account()?;
    let app = &caller.app;
    let tx = app.begin().await?;
    let round = visible(caller, store::hold(&tx, app, store::round_of(&tx, id).await?).await?)?;
    let owner = store::owners(&tx, round.id).await?.get(&id).copied();
    caller.may(Action::AskHeroverweging, Subject { owner, ..round.subject() })?;
    let project = store::projects(&tx, round.id).await?.into_iter().find(|project| project.id == id);
    let project = project.ok_or(Error::NotFound)?;
    if !rules::can_ask_again(&project, lifecycle::steps(round.fase, round.is_published)) {
        return Err(NotNow::Buurtbegroting(round.fase, Step::JudgeProject).into());
    }
    store::ask_again(&tx, app, id, tekst.as_str()).await?;
    note(&tx, caller, "project.heroverweging", round.id, Some(id.to_string())).await?;
    tx.commit().await?;
    view(caller, round.id).await
}

/// Opens every vote whose day has come: its rules are frozen in that moment. One that cannot open stays shut, and its
/// page says why.
///
/// # Errors
/// When the database is away.
pub async fn open_due(app: &App) -> Result<(), Error> {
    for round in store::list_due(app.databases().primary(), app).await? {
        if let Err(error) = open(app, round.id).await {
            tracing::error!(buurtbegroting.id = %round.id, %error, "a vote does not open");
        }
    }
    Ok(())
}

async fn open(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    let reference = app.reference().await?;
    let zaad = app.new_secret()?;
    let tx = app.begin().await?;
    let round = store::hold(&tx, app, id).await?;
    let projecten = store::projects(&tx, id).await?;
    let has_key = round.is_proven && round.publieke_sleutel.is_some();
    // Another instance was first, or the page says to those who run it what is missing.
    let is_over = round.now >= round.planning.stemmen_tot;
    let is_ready = rules::obstacles(has_key, &round.spelregels, &projecten).is_empty();
    if round.bevroren.is_some() || round.gestopt.is_some() || is_over || !is_ready {
        return Ok(());
    }
    let (text, hash) = freeze(&reference, round, projecten, zaad).to_text()?;
    store::freeze(&tx, app, id, (&text, &hash)).await?;
    audit::note_of_system(&tx, app, "buurtbegroting.openen", format!("buurtbegroting:{id}"), Some(hash)).await?;
    tx.commit().await?;
    tracing::info!(buurtbegroting.id = %id, "a vote opened");
    Ok(())
}

fn freeze(reference: &Reference, round: Buurtbegroting, projecten: Vec<ProjectView>, zaad: String) -> Frozen {
    let name = |code: &String| reference.name(Lijst::Criterium, code).to_owned();
    let admitted = projecten.into_iter().filter(|project| project.status == ProjectStatus::Toegelaten);
    Frozen {
        versie: Frozen::VERSION,
        buurtbegroting: round.id,
        titel: round.titel,
        gebied: round.gebied,
        jaar: round.jaar,
        product: round.product,
        bedrag: round.bedrag,
        criteria: (round.spelregels.criteria.iter())
            .map(|code| Keuze { code: code.clone(), naam: name(code), uitleg: None })
            .collect(),
        spelregels: round.spelregels,
        stemmen_vanaf: round.planning.stemmen_vanaf,
        stemmen_tot: round.planning.stemmen_tot,
        zaad,
        publieke_sleutel: round.publieke_sleutel.map(|key| hex(&key)).unwrap_or_default(),
        projecten: admitted
            .map(|project| FrozenProject {
                id: project.id,
                nummer: project.nummer,
                code: project.code,
                titel: project.titel,
                tekst: project.tekst,
                kosten: project.kosten,
                thema: project.thema,
                wijk: project.wijk,
                variant: project.variant,
            })
            .collect(),
    }
}
