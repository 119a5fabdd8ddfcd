//! The API of buurtbegrotingen and their projects.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, Listed, Private, Versioned};
use crate::http::extract::{Body, IfMatch, Key};
use actix_web::web::{Path, Query};
use actix_web::{get, post};
use contract::buurtbegroting::{
    BuurtbegrotingApi as _, BuurtbegrotingCard, BuurtbegrotingFilter, BuurtbegrotingView, PlanBuurtbegroting,
};
use contract::initiatief::Say;
use contract::project::{AddProject, ExcludeProjects, JudgeProject, ProjectApi as _};
use contract::{BuurtbegrotingId, Page, ProjectId};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(list_buurtbegrotingen)
        .service(buurtbegroting)
        .service(create_buurtbegroting)
        .service(change_buurtbegroting)
        .service(publish_buurtbegroting)
        .service(add_project)
        .service(judge_project)
        .service(exclude_projects)
        .service(ask_heroverweging);
}

fn versioned(view: BuurtbegrotingView) -> Versioned<BuurtbegrotingView> {
    let version = view.versie;
    Versioned(view, version)
}

/// Buurtbegrotingen, nieuwste eerst.
#[utoipa::path(tag = "buurtbegroting",
    params(BuurtbegrotingFilter), responses((status = 200, body = Page<BuurtbegrotingCard>, description = "Gelukt")))]
#[get("/buurtbegrotingen")]
async fn list_buurtbegrotingen(
    caller: Caller,
    filter: Query<BuurtbegrotingFilter>,
) -> Answer<Listed<BuurtbegrotingCard>> {
    let page = caller.list_buurtbegrotingen(filter.into_inner()).await?;
    Ok(Listed { page, is_public: false })
}

/// Eén buurtbegroting, met haar plannen en spelregels.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}")]
async fn buurtbegroting(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Versioned<BuurtbegrotingView>> {
    Ok(versioned(caller.buurtbegroting(*id).await?))
}

/// Bereid een buurtbegroting voor.
#[utoipa::path(tag = "buurtbegroting",
    params(("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = PlanBuurtbegroting, responses((status = 201, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen")]
async fn create_buurtbegroting(
    caller: Caller,
    key: Key,
    request: Body<PlanBuurtbegroting>,
) -> Answer<Created<BuurtbegrotingView>> {
    Ok(Created(caller.create_buurtbegroting(key.0, request.0).await?))
}

/// Wijzig wat is voorbereid.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = BuurtbegrotingId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = PlanBuurtbegroting, responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/wijzigingen")]
async fn change_buurtbegroting(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    version: IfMatch,
    request: Body<PlanBuurtbegroting>,
) -> Answer<Versioned<BuurtbegrotingView>> {
    Ok(versioned(caller.change_buurtbegroting(*id, version.0, request.0).await?))
}

/// Stel vast en maak bekend; het geld wordt gereserveerd.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = BuurtbegrotingId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/vaststellingen")]
async fn publish_buurtbegroting(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    version: IfMatch,
) -> Answer<Versioned<BuurtbegrotingView>> {
    Ok(versioned(caller.publish_buurtbegroting(*id, version.0).await?))
}

/// Voeg een plan toe waarop gestemd kan worden.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = BuurtbegrotingId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = AddProject, responses((status = 201, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/projecten")]
async fn add_project(
    caller: Caller,
    key: Key,
    id: Path<BuurtbegrotingId>,
    request: Body<AddProject>,
) -> Answer<Created<BuurtbegrotingView>> {
    Ok(Created(caller.add_project(key.0, *id, request.0).await?))
}

/// Toets een plan aan de criteria.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = ProjectId, Path, description = "Id")), request_body = JudgeProject, responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/projecten/{id}/toetsingen")]
async fn judge_project(
    caller: Caller,
    id: Path<ProjectId>,
    request: Body<JudgeProject>,
) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.judge_project(*id, request.0).await?))
}

/// Zeg welke andere plannen niet samen met dit plan kunnen winnen.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = ProjectId, Path, description = "Id")), request_body = ExcludeProjects, responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/projecten/{id}/uitsluitingen")]
async fn exclude_projects(
    caller: Caller,
    id: Path<ProjectId>,
    request: Body<ExcludeProjects>,
) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.exclude_projects(*id, request.0).await?))
}

/// Vraag om heroverweging van een plan dat is afgewezen; dat kan één keer, tot het stemmen begint.
#[utoipa::path(tag = "buurtbegroting",
    params(("id" = ProjectId, Path, description = "Id")), request_body = Say, responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/projecten/{id}/heroverwegingen")]
async fn ask_heroverweging(
    caller: Caller,
    id: Path<ProjectId>,
    request: Body<Say>,
) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.ask_heroverweging(*id, request.0).await?))
}
