//! Preparing a buurtbegroting, and opening the vote.

use crate::access::{Action, Reach, Subject};
use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::lifecycle;
use crate::buurtbegroting::rules;
use crate::buurtbegroting::store::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::gebied::reference::{Lijst, Reference};
use crate::idempotency::Attempt;
use crate::opdracht;
use crate::paging;
use crate::stembus;
use crate::wijkbudget::{self, Move, Source};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::buurtbegroting::{
    BuurtbegrotingApi, BuurtbegrotingCard, BuurtbegrotingFase as Fase, BuurtbegrotingFilter,
    BuurtbegrotingStap as Step, BuurtbegrotingView, NewBuurtbegroting, PlanBuurtbegroting, Planning,
};
use contract::field::{Checks, FieldCode};
use contract::gebied::Keuze;
use contract::project::{ProjectStatus, ProjectView};
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use contract::{ActiviteitId, BuurtbegrotingId, IdempotencyKey, Page, Reply, Version};
use natellen::{Frozen, FrozenProject};
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

/// The same of one that was looked up already.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn visible(caller: &Caller, round: Buurtbegroting) -> Result<Buurtbegroting, Error> {
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
    let projecten = shown_projects(caller, db, &round).await?;
    let spelregels_ingehouden = are_rules_held_back(db, &round).await?;
    let onherkenbaar = rules::by_day(store::masked_at(db, id).await?);
    let steps = lifecycle::steps(round.fase, round.is_published);
    let bezwaar_tot = round.objections_until();
    // Only of a box that should be shut by now it matters.
    let waits = round.fase == Fase::Tellen && round.sluiting.is_none();
    let is_secret_lost = waits && stembus::is_secret_lost(db, id).await?;
    let may = |step: &Step| caller.is_allowed(rules::action_of(*step), round.subject());
    let makes_sense = |step: &Step| match step {
        Step::NameKeepers => !round.is_proven && !round.is_kept,
        // Custodians do that themselves.
        Step::ProveKey => round.publieke_sleutel.is_some() && !round.is_proven && !round.is_kept,
        Step::EnterPaper => round.sluiting.is_none(),
        Step::CloseUnchecked => is_secret_lost,
        Step::Count => round.sluiting.is_some(),
        Step::Finalize => bezwaar_tot.is_some_and(|until| until <= round.now),
        Step::JudgeProject => projecten.iter().any(ProjectView::can_be_judged),
        Step::ExcludeProjects => projecten.len() > 1,
        Step::Change | Step::Publish | Step::AddProject | Step::Recount | Step::Stop => true,
    };
    let stappen: Vec<Step> = steps.iter().copied().filter(|step| may(step) && makes_sense(step)).collect();
    let has_yet_to_open = round.is_published && round.bevroren.is_none() && round.gestopt.is_none();
    let belemmeringen = if has_yet_to_open && !stappen.is_empty() {
        rules::obstacles(round.is_proven, &round.spelregels, &projecten)
    } else {
        Vec::new()
    };
    let ik_bewaar = match caller.account() {
        Some(who) => stembus::keeps_key_of(db, id, who).await?,
        None => false,
    };
    let counts = caller.is_allowed(Action::CountVotes, round.subject());
    let telling = if counts { stembus::last_count(db, &round).await? } else { None };
    Ok(BuurtbegrotingView {
        kaart: round.card(),
        uitleg: round.uitleg,
        jaar: round.jaar,
        product: round.product,
        spelregels: round.spelregels,
        projecten,
        regels_hash: round.bevroren.map(|(_, hash)| hash),
        spelregels_ingehouden,
        onherkenbaar,
        sluiting: round.sluiting.map(rules::published),
        bezwaar_tot,
        gestopt: round.gestopt,
        stembus: round.vorm,
        bewaarders: round.is_kept,
        ik_bewaar,
        telling,
        belemmeringen,
        versie: round.version,
        stappen,
    })
}

/// The projects of a round, each as this caller sees it.
async fn shown_projects<C: ConnectionTrait>(
    caller: &Caller,
    db: &C,
    round: &Buurtbegroting,
) -> Result<Vec<ProjectView>, Error> {
    let id = round.id;
    let mut projecten = store::projects(db, id).await?;
    let steps = lifecycle::steps(round.fase, round.is_published);
    let owners = if caller.account().is_some() { store::owners(db, id).await? } else { HashMap::new() };
    let hidden = store::of_hidden(db, id).await?;
    let sees_hidden = caller.is_allowed(Action::ReadDossier, round.subject());
    for project in &mut projecten {
        let subject = Subject { owner: owners.get(&project.id).copied(), ..round.subject() };
        let is_allowed = caller.is_allowed(Action::AskHeroverweging, subject);
        project.mag_heroverwegen = is_allowed && rules::can_ask_again(project, steps);
        // What somebody wrote to be heard is not for everybody.
        if let Some(asked) = project.heroverweging.as_mut().filter(|_| !is_allowed) {
            asked.tekst = None;
        }
        if hidden.contains(&project.id) && !sees_hidden {
            project.initiatief = None;
        }
    }
    if round.geteld_at.is_some() {
        add_outcomes(db, id, &mut projecten).await?;
    }
    Ok(projecten)
}

/// Whether the frozen rules hold words that were taken out of public view since: their hash was published, so they are shown
/// whole or not at all. What a round is called stands in them itself: every version that counts by them reads it there.
///
/// # Errors
/// When the database is away.
pub async fn are_rules_held_back<C: ConnectionTrait>(db: &C, round: &Buurtbegroting) -> Result<bool, Error> {
    if round.bevroren.is_none() {
        return Ok(false);
    }
    if round.is_retitled {
        return Ok(true);
    }
    Ok(store::is_masked(db, round.id).await? && round.frozen()?.holds_texts())
}

/// What became of the projects that were chosen.
async fn add_outcomes<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    projecten: &mut [ProjectView],
) -> Result<(), Error> {
    let led_to = store::led_to(db, id).await?;
    let activiteiten: Vec<ActiviteitId> = led_to.values().copied().collect();
    let mut outcomes = opdracht::outcomes(db, &activiteiten).await?;
    for project in projecten {
        project.opdracht = led_to.get(&project.id).and_then(|activiteit| outcomes.remove(activiteit));
    }
    Ok(())
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

/// People cannot vote before the plan was made.
fn check_dates(planning: &Planning, now: DateTime<Utc>) -> Result<(), Error> {
    if planning.stemmen_vanaf > now { Ok(()) } else { Err(Error::field("/stemmenVanaf", FieldCode::AlVoorbij)) }
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
            check_dates(&new.planning, app.now())?;
            let id = BuurtbegrotingId(app.new_id());
            store::insert(&tx, app, (id, &new), caller.require_account()?).await?;
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
    ready(caller, visible(caller, store::hold(tx, &caller.app, id).await?)?, step)
}

/// Whether this caller can take a step with a round that they see.
fn ready(caller: &Caller, round: Buurtbegroting, step: Step) -> Result<Buurtbegroting, Error> {
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
    check_dates(&new.planning, caller.app.now())?;
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
    // The secret is made before the transaction begins: whoever may not publish makes none.
    caller.require_account()?;
    ready(caller, find(caller, app.databases().primary(), id).await?, Step::Publish)?;
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
    check_dates(&round.planning, round.now)?;
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
        omschrijving: Omschrijving::Buurtbegroting,
        toelichting: None,
        sleutel: format!("buurtbegroting:{}:{key}", round.id),
    };
    wijkbudget::post(tx, &caller.app, (&round.gebied, round.jaar), &caller.actor(), &[movement]).await
}

/// Opens every vote whose day has come: its rules are frozen in that moment. One that cannot open stays shut, and its
/// page says why.
///
/// # Errors
/// When the database is away.
pub async fn open_due(app: &App) -> Result<(), Error> {
    for round in store::list_due(app.databases().primary(), app).await? {
        if let Err(error) = open(app, &round).await {
            tracing::error!(buurtbegroting.id = %round.id, %error, "a vote does not open");
        }
    }
    Ok(())
}

async fn open(app: &App, due: &Buurtbegroting) -> Result<(), Error> {
    let id = due.id;
    let projecten = store::projects(app.databases().primary(), id).await?;
    if !may_open(due, &projecten) {
        return Ok(());
    }
    // Nobody put another key there since its custodians tried it.
    stembus::check_keepers(app, due).await?;
    let salted = salt(app, &projecten)?;
    let (text, hash) = freeze(&*app.reference().await?, due.clone(), &salted, app.new_secret()?).to_text()?;
    // Outside the database, and before any transaction begins: that place may take its time.
    stembus::tell_opening(app, id, &hash).await?;
    let tx = app.begin().await?;
    let round = store::hold(&tx, app, id).await?;
    let is_same = round.version == due.version && store::projects(&tx, id).await? == projecten;
    if !is_same || !may_open(&round, &projecten) {
        // Something changed just now, or another instance was first: the next turn looks again.
        return Ok(());
    }
    for (project, salts) in &salted {
        store::salt(&tx, project.id, salts).await?;
    }
    store::freeze(&tx, app, id, (&text, &hash)).await?;
    audit::note_of_system(&tx, app, "buurtbegroting.openen", format!("buurtbegroting:{id}"), Some(hash)).await?;
    tx.commit().await?;
    tracing::info!(buurtbegroting.id = %id, "a vote opened");
    Ok(())
}

/// Whether nothing keeps a vote from opening now; if something does, the page says to those who run it what is missing.
fn may_open(round: &Buurtbegroting, projecten: &[ProjectView]) -> bool {
    let has_key = round.is_proven && round.publieke_sleutel.is_some();
    let has_yet_to_open = round.bevroren.is_none() && round.gestopt.is_none();
    let is_over = round.now >= round.planning.stemmen_tot;
    has_yet_to_open && !is_over && rules::obstacles(has_key, &round.spelregels, projecten).is_empty()
}

/// A project that is voted on, and the salts of its title and its text.
type Salted = (ProjectView, [String; 2]);

/// Gives what is voted on the salts that its texts are frozen with.
fn salt(app: &App, projecten: &[ProjectView]) -> Result<Vec<Salted>, Error> {
    let admitted = projecten.iter().filter(|project| project.status == ProjectStatus::Toegelaten);
    admitted.map(|project| Ok((project.clone(), [app.new_secret()?, app.new_secret()?]))).collect()
}

fn freeze(reference: &Reference, round: Buurtbegroting, admitted: &[Salted], zaad: String) -> Frozen {
    let name = |code: &String| reference.name(Lijst::Criterium, code).to_owned();
    let numbers: Vec<u32> = admitted.iter().map(|(project, _)| project.nummer).collect();
    Frozen {
        versie: Frozen::VERSION,
        vorm: round.vorm.nummer(),
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
        publieke_sleutel: round.publieke_sleutel.map(hex::encode).unwrap_or_default(),
        projecten: (admitted.iter())
            .map(|(project, [of_titel, of_tekst])| FrozenProject {
                id: project.id,
                nummer: project.nummer,
                code: project.code.clone(),
                titel: String::new(),
                tekst: String::new(),
                titel_hash: Some(natellen::sealed(of_titel, &project.titel)),
                tekst_hash: Some(natellen::sealed(of_tekst, &project.tekst)),
                kosten: project.kosten,
                thema: project.thema.clone(),
                wijk: project.wijk.clone(),
                variant: project.variant.clone(),
                sluit_uit: project.sluit_uit.iter().copied().filter(|own| numbers.contains(own)).collect(),
            })
            .collect(),
    }
}
