//! The API of the wijkactieplan.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, Public, Versioned};
use crate::http::extract::{Anybody, Body, Key, code};
use actix_web::web::{Path, Query};
use actix_web::{get, post};
use contract::opgave::{CreateActiviteit, CreateInzet, CreateOpgave, OpgaveApi as _, OpgaveView, WijkactieplanView};
use contract::{InzetId, OpgaveId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InYear {
    /// Jaar; dit jaar als het er niet staat.
    pub jaar: Option<i32>,
}

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(wijkactieplan)
        .service(opgave)
        .service(create_opgave)
        .service(create_inzet)
        .service(create_activiteit);
}

/// Het wijkactieplan van een gebied.
#[utoipa::path(tag = "opgave",
    params(("code" = String, Path, description = "Code van het gebied"), InYear), responses((status = 200, body = WijkactieplanView, description = "Gelukt")))]
#[get("/gebieden/{code}/wijkactieplan")]
async fn wijkactieplan(
    caller: Anybody,
    gebied: Path<String>,
    query: Query<InYear>,
) -> Answer<Public<WijkactieplanView>> {
    Ok(Public(caller.0.wijkactieplan(code(&gebied)?, query.jaar).await?))
}

/// Eén opgave met alles wat eraan hangt.
#[utoipa::path(tag = "opgave",
    params(("id" = OpgaveId, Path, description = "Id")), responses((status = 200, body = OpgaveView, description = "Gelukt")))]
#[get("/opgaven/{id}")]
async fn opgave(caller: Caller, id: Path<OpgaveId>) -> Answer<Versioned<OpgaveView>> {
    let view = caller.opgave(*id).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Leg een opgave vast.
#[utoipa::path(tag = "opgave",
    params(("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = CreateOpgave, responses((status = 201, body = OpgaveView, description = "Gelukt")))]
#[post("/opgaven")]
async fn create_opgave(caller: Caller, key: Key, request: Body<CreateOpgave>) -> Answer<Created<OpgaveView>> {
    Ok(Created(caller.create_opgave(key.0, request.0).await?))
}

/// Zet geld of uren in voor een opgave; geld wordt meteen gereserveerd.
#[utoipa::path(tag = "opgave",
    params(("id" = OpgaveId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = CreateInzet, responses((status = 201, body = OpgaveView, description = "Gelukt")))]
#[post("/opgaven/{id}/inzetten")]
async fn create_inzet(
    caller: Caller,
    key: Key,
    id: Path<OpgaveId>,
    request: Body<CreateInzet>,
) -> Answer<Created<OpgaveView>> {
    Ok(Created(caller.create_inzet(key.0, *id, request.0).await?))
}

/// Leg vast wat er gedaan wordt.
#[utoipa::path(tag = "opgave",
    params(("id" = InzetId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = CreateActiviteit, responses((status = 201, body = OpgaveView, description = "Gelukt")))]
#[post("/inzetten/{id}/activiteiten")]
async fn create_activiteit(
    caller: Caller,
    key: Key,
    id: Path<InzetId>,
    request: Body<CreateActiviteit>,
) -> Answer<Created<OpgaveView>> {
    Ok(Created(caller.create_activiteit(key.0, *id, request.0).await?))
}
