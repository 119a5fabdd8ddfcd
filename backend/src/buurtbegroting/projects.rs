//! The projects of a buurtbegroting: adding them, judging them, and looking at one again.

use crate::access::{Action, Subject};
use crate::app::{App, Tx};
use crate::buurtbegroting::lifecycle;
use crate::buurtbegroting::operations::{find, note, prepare, view, visible};
use crate::buurtbegroting::rules::{self, Ruling};
use crate::buurtbegroting::store::{self, Buurtbegroting};
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::gebied::reference::{Lijst, Reference};
use crate::idempotency::Attempt;
use crate::initiatief;
use async_trait::async_trait;
use contract::buurtbegroting::{BuurtbegrotingStap as Step, BuurtbegrotingView};
use contract::field::{Checks, FieldCode};
use contract::initiatief::Say;
use contract::project::{AddProject, ExcludeProjects, JudgeProject, Judgement, NewProject, ProjectApi, ProjectView};
use contract::{AccountId, BuurtbegrotingId, IdempotencyKey, InitiatiefId, ProjectId, Reply};
use std::collections::BTreeSet;

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

    async fn exclude_projects(&self, id: ProjectId, request: ExcludeProjects) -> Reply<BuurtbegrotingView> {
        run(|| exclude_projects(self, id, &request)).await
    }

    async fn ask_heroverweging(&self, id: ProjectId, request: Say) -> Reply<BuurtbegrotingView> {
        run(|| ask_heroverweging(self, id, &request)).await
    }
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
        check_once(tx, round, initiatief, "/initiatief").await?;
        initiatief::nominate(tx, caller, initiatief, &round.titel).await?;
    }
    store::insert_project(tx, &caller.app, (round.id, code), new, caller.require_account()?).await
}

/// An initiatief is voted on in one round at a time, while everybody may see it. It is held, so that two rounds do not take
/// it at once.
async fn check_once(
    tx: &Tx,
    round: &Buurtbegroting,
    initiatief: InitiatiefId,
    field: &'static str,
) -> Result<(), Error> {
    if !initiatief::store::hold_public(tx, initiatief).await? {
        return Err(Error::field(field, FieldCode::BestaatNiet));
    }
    if store::is_voted_on(tx, initiatief, round.id).await? {
        return Err(Error::field(field, FieldCode::AlInStemming));
    }
    Ok(())
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

async fn one_of(tx: &Tx, round: &Buurtbegroting, id: ProjectId) -> Result<ProjectView, Error> {
    let all = store::projects(tx, round.id).await?;
    all.into_iter().find(|project| project.id == id).ok_or(Error::NotFound)
}

async fn judge_project(caller: &Caller, id: ProjectId, request: &JudgeProject) -> Result<BuurtbegrotingView, Error> {
    let judgement = request.parse()?;
    let app = &caller.app;
    let tx = app.begin().await?;
    caller.require_account()?;
    let round = prepare(caller, &tx, store::round_of(&tx, id).await?, Step::JudgeProject).await?;
    let project = one_of(&tx, &round, id).await?;
    if !project.can_be_judged() {
        return Err(NotNow::Buurtbegroting(round.fase, Step::JudgeProject).into());
    }
    match &judgement {
        Judgement::Admit(Some(cost)) if !rules::is_affordable(*cost, round.bedrag) => {
            return Err(Error::field("/kosten", too_dear(&round)));
        }
        Judgement::Refuse(criterium, _) if !round.spelregels.criteria.iter().any(|own| own == criterium.as_str()) => {
            return Err(Error::field("/criterium", FieldCode::BestaatNiet));
        }
        Judgement::Admit(_) | Judgement::Refuse(..) => {}
    }
    // What was refused here may have gone to another round meanwhile.
    if let (Judgement::Admit(_), Some(initiatief)) = (&judgement, project.initiatief) {
        check_once(&tx, &round, initiatief, "/besluit").await?;
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

/// What a second look comes to, when somebody asked for one.
async fn look_again(
    tx: &Tx,
    round: &Buurtbegroting,
    project: &ProjectView,
    who: AccountId,
    judgement: &Judgement,
) -> Result<Option<Ruling>, Error> {
    if project.heroverweging.is_none() {
        return Ok(None);
    }
    let look = store::second_look(tx, project.id).await?;
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

/// Keeps which others cannot be chosen together with a project.
async fn exclude_projects(
    caller: &Caller,
    id: ProjectId,
    request: &ExcludeProjects,
) -> Result<BuurtbegrotingView, Error> {
    let tx = caller.app.begin().await?;
    caller.require_account()?;
    let round = prepare(caller, &tx, store::round_of(&tx, id).await?, Step::ExcludeProjects).await?;
    let all = store::projects(&tx, round.id).await?;
    let own = all.iter().find(|project| project.id == id).ok_or(Error::NotFound)?.nummer;
    let others: BTreeSet<u32> = request.nummers.iter().copied().collect();
    let is_another = |number: &u32| *number != own && all.iter().any(|project| project.nummer == *number);
    if !others.iter().all(is_another) {
        return Err(Error::field("/nummers", FieldCode::BestaatNiet));
    }
    store::exclude(&tx, round.id, own, &others).await?;
    note(&tx, caller, "project.uitsluiten", round.id, Some(id.to_string())).await?;
    tx.commit().await?;
    view(caller, round.id).await
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
    let project = one_of(&tx, &round, id).await?;
    if !rules::can_ask_again(&project, lifecycle::steps(round.fase, round.is_published)) {
        return Err(NotNow::Buurtbegroting(round.fase, Step::JudgeProject).into());
    }
    store::ask_again(&tx, app, id, tekst.as_str()).await?;
    note(&tx, caller, "project.heroverweging", round.id, Some(id.to_string())).await?;
    tx.commit().await?;
    view(caller, round.id).await
}

/// Whether a second look can be asked for at the plan that an initiatief became.
///
/// # Errors
/// When the database is away.
pub async fn can_ask_again(app: &App, id: InitiatiefId) -> Result<bool, Error> {
    let db = app.databases().primary();
    let Some(plan) = store::plan_of(db, id).await? else { return Ok(false) };
    let round = store::find(db, app, plan.buurtbegroting).await?;
    let steps = lifecycle::steps(round.fase, round.is_published);
    let is_open = |own: &ProjectView| own.nummer == plan.nummer && rules::can_ask_again(own, steps);
    Ok(store::projects(db, round.id).await?.iter().any(is_open))
}
