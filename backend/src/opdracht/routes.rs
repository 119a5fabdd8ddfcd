//! The API of opdrachten.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, Listed, Versioned};
use crate::http::extract::{Body, IfMatch, Key};
use actix_web::web::{Path, Query};
use actix_web::{get, post};
use contract::initiatief::Say;
use contract::opdracht::{
    CreateOpdracht, Decide, OpdrachtApi as _, OpdrachtCard, OpdrachtFilter, OpdrachtView, ReportProgress, Spend,
};
use contract::{ActiviteitId, OpdrachtId, Page};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(list_opdrachten)
        .service(opdracht)
        .service(create_opdracht)
        .service(request_fiat)
        .service(decide_fiat)
        .service(decide_acceptance)
        .service(report_progress)
        .service(spend)
        .service(finish_opdracht)
        .service(account_for_opdracht)
        .service(withdraw_opdracht);
}

/// Opdrachten die u mag zien, nieuwste eerst.
#[utoipa::path(tag = "opdracht",
    params(OpdrachtFilter), responses((status = 200, body = Page<OpdrachtCard>, description = "Gelukt")))]
#[get("/opdrachten")]
async fn list_opdrachten(caller: Caller, filter: Query<OpdrachtFilter>) -> Answer<Listed<OpdrachtCard>> {
    let page = caller.list_opdrachten(filter.into_inner()).await?;
    Ok(Listed { page, is_public: false })
}

/// Eén opdracht.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id")), responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[get("/opdrachten/{id}")]
async fn opdracht(caller: Caller, id: Path<OpdrachtId>) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.opdracht(*id).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Maak een opdracht voor een activiteit.
#[utoipa::path(tag = "opdracht",
    params(("id" = ActiviteitId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = CreateOpdracht, responses((status = 201, body = OpdrachtView, description = "Gelukt")))]
#[post("/activiteiten/{id}/opdrachten")]
async fn create_opdracht(
    caller: Caller,
    key: Key,
    id: Path<ActiviteitId>,
    request: Body<CreateOpdracht>,
) -> Answer<Created<OpdrachtView>> {
    Ok(Created(caller.create_opdracht(key.0, *id, request.0).await?))
}

/// Vraag fiat.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/aanvragen")]
async fn request_fiat(caller: Caller, id: Path<OpdrachtId>, version: IfMatch) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.request_fiat(*id, version.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Geef fiat, of niet; bij fiat beweegt het geld.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Decide, responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/fiatteringen")]
async fn decide_fiat(
    caller: Caller,
    id: Path<OpdrachtId>,
    version: IfMatch,
    request: Body<Decide>,
) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.decide_fiat(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Neem de opdracht aan, of niet.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Decide, responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/aannames")]
async fn decide_acceptance(
    caller: Caller,
    id: Path<OpdrachtId>,
    version: IfMatch,
    request: Body<Decide>,
) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.decide_acceptance(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Meld hoe het gaat.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = ReportProgress, responses((status = 201, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/voortgang")]
async fn report_progress(
    caller: Caller,
    key: Key,
    id: Path<OpdrachtId>,
    request: Body<ReportProgress>,
) -> Answer<Created<OpdrachtView>> {
    Ok(Created(caller.report_progress(key.0, *id, request.0).await?))
}

/// Boek wat is uitgegeven.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = Spend, responses((status = 201, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/bestedingen")]
async fn spend(caller: Caller, key: Key, id: Path<OpdrachtId>, request: Body<Spend>) -> Answer<Created<OpdrachtView>> {
    Ok(Created(caller.spend(key.0, *id, request.0).await?))
}

/// Meld dat het klaar is.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Say, responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/gereedmeldingen")]
async fn finish_opdracht(
    caller: Caller,
    id: Path<OpdrachtId>,
    version: IfMatch,
    request: Body<Say>,
) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.finish_opdracht(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Verantwoord de opdracht; wat over is, valt vrij.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Say, responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/verantwoordingen")]
async fn account_for_opdracht(
    caller: Caller,
    id: Path<OpdrachtId>,
    version: IfMatch,
    request: Body<Say>,
) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.account_for_opdracht(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Trek de opdracht in; wat vastlag, valt vrij.
#[utoipa::path(tag = "opdracht",
    params(("id" = OpdrachtId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Say, responses((status = 200, body = OpdrachtView, description = "Gelukt")))]
#[post("/opdrachten/{id}/intrekkingen")]
async fn withdraw_opdracht(
    caller: Caller,
    id: Path<OpdrachtId>,
    version: IfMatch,
    request: Body<Say>,
) -> Answer<Versioned<OpdrachtView>> {
    let view = caller.withdraw_opdracht(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}
