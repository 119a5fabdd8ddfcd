//! The API of ballots on paper.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, Private};
use crate::http::extract::{Body, Key};
use actix_web::web::Path;
use actix_web::{get, post};
use contract::bundel::{AddBrief, BundelApi as _, BundelView, EnterBiljet, MakeBundel};
use contract::{BundelId, BuurtbegrotingId};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(list_bundels)
        .service(make_bundel)
        .service(bundel)
        .service(add_brief)
        .service(enter_biljet)
        .service(finish_bundel);
}

/// De bundels met papieren stembiljetten van een buurtbegroting.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = Vec<BundelView>, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}/bundels")]
async fn list_bundels(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Private<Vec<BundelView>>> {
    Ok(Private(caller.list_bundels(*id).await?))
}

/// Begin een bundel papieren stembiljetten; dat kan zolang er gestemd wordt.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = MakeBundel, responses((status = 201, body = BundelView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/bundels")]
async fn make_bundel(
    caller: Caller,
    key: Key,
    id: Path<BuurtbegrotingId>,
    request: Body<MakeBundel>,
) -> Answer<Created<BundelView>> {
    Ok(Created(caller.make_bundel(key.0, *id, request.0).await?))
}

/// Een bundel: hoeveel brieven erin zitten en hoever de invoer is.
#[utoipa::path(tag = "stembureau",
    params(("id" = BundelId, Path, description = "Id")), responses((status = 200, body = BundelView, description = "Gelukt")))]
#[get("/bundels/{id}")]
async fn bundel(caller: Caller, id: Path<BundelId>) -> Answer<Private<BundelView>> {
    Ok(Private(caller.bundel(*id).await?))
}

/// Leg de brief bij een papieren stembiljet vast; wie hem kreeg, heeft daarmee gestemd.
#[utoipa::path(tag = "stembureau",
    params(("id" = BundelId, Path, description = "Id")), request_body = AddBrief, responses((status = 200, body = BundelView, description = "Gelukt")))]
#[post("/bundels/{id}/brieven")]
async fn add_brief(caller: Caller, id: Path<BundelId>, request: Body<AddBrief>) -> Answer<Private<BundelView>> {
    Ok(Private(caller.add_brief(*id, request.0).await?))
}

/// Voer een papieren stembiljet in; twee mensen doen dat los van elkaar, een derde beslist bij verschil.
#[utoipa::path(tag = "stembureau",
    params(("id" = BundelId, Path, description = "Id")), request_body = EnterBiljet, responses((status = 200, body = BundelView, description = "Gelukt")))]
#[post("/bundels/{id}/invoer")]
async fn enter_biljet(caller: Caller, id: Path<BundelId>, request: Body<EnterBiljet>) -> Answer<Private<BundelView>> {
    Ok(Private(caller.enter_biljet(*id, request.0).await?))
}

/// Doe de stembiljetten van een bundel in de stembus.
#[utoipa::path(tag = "stembureau",
    params(("id" = BundelId, Path, description = "Id")), responses((status = 200, body = BundelView, description = "Gelukt")))]
#[post("/bundels/{id}/afronding")]
async fn finish_bundel(caller: Caller, id: Path<BundelId>) -> Answer<Private<BundelView>> {
    Ok(Private(caller.finish_bundel(*id).await?))
}
