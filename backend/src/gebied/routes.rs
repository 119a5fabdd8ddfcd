//! The API of places.

use crate::http::answer::{Answer, Public};
use crate::http::extract::{Anybody, code};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse, Responder as _, get};
use contract::gebied::{GebiedApi as _, GebiedView, Keuzelijsten, WijkView, ZoekWijk};
use utoipa_actix_web::service_config::ServiceConfig;

/// The coordinates of every point that the API gives: longitude and latitude.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// All operations of this feature.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_gebieden)
        .service(omtrekken)
        .service(gebied)
        .service(find_wijken)
        .service(keuzelijsten)
        .service(crss);
}

/// Alle gebieden met hun wijken.
#[utoipa::path(tag = "gebied", responses((status = 200, body = Vec<GebiedView>, description = "Gelukt")))]
#[get("/gebieden")]
async fn list_gebieden(request: HttpRequest, caller: Anybody) -> Answer<HttpResponse> {
    let gebieden = caller.0.list_gebieden().await?;
    Ok(with_crs(Public(gebieden).respond_to(&request)))
}

/// De omtrekken van de gebieden als GeoJSON; zonder ingelezen omtrekken hun middelpunten.
#[utoipa::path(tag = "gebied", responses((status = 200, body = Object, description = "Gelukt")))]
#[get("/gebieden/omtrekken")]
async fn omtrekken(request: HttpRequest, caller: Anybody) -> Answer<HttpResponse> {
    let outlines = caller.0.omtrekken().await?;
    Ok(with_crs(Public(outlines).respond_to(&request)))
}

/// Eén gebied.
#[utoipa::path(tag = "gebied",
    params(("code" = String, Path, description = "Code van het gebied")), responses((status = 200, body = GebiedView, description = "Gelukt")))]
#[get("/gebieden/{code}")]
async fn gebied(request: HttpRequest, caller: Anybody, gebied: Path<String>) -> Answer<HttpResponse> {
    let gebied = caller.0.gebied(code(&gebied)?).await?;
    Ok(with_crs(Public(gebied).respond_to(&request)))
}

/// De wijken bij een postcode of punt, de waarschijnlijkste eerst; zonder vraag alle.
#[utoipa::path(tag = "gebied",
    params(ZoekWijk), responses((status = 200, body = Vec<WijkView>, description = "Gelukt")))]
#[get("/wijken")]
async fn find_wijken(request: HttpRequest, caller: Anybody, query: Query<ZoekWijk>) -> Answer<HttpResponse> {
    let wijken = caller.0.find_wijken(query.into_inner()).await?;
    Ok(with_crs(Public(wijken).respond_to(&request)))
}

/// Thema's, producten en criteria.
#[utoipa::path(tag = "gebied", responses((status = 200, body = Keuzelijsten, description = "Gelukt")))]
#[get("/keuzelijsten")]
async fn keuzelijsten(caller: Anybody) -> Answer<Public<Keuzelijsten>> {
    Ok(Public(caller.0.keuzelijsten().await?))
}

/// De coördinatenstelsels die deze API kent.
#[utoipa::path(tag = "gebied", responses((status = 200, body = Vec<String>, description = "Gelukt")))]
#[get("/crss")]
async fn crss() -> Answer<Public<Vec<String>>> {
    std::future::ready(Ok(Public(vec![CRS84.to_owned()]))).await
}

fn with_crs(mut response: HttpResponse) -> HttpResponse {
    if let Ok(crs) = HeaderValue::from_str(&format!("<{CRS84}>")) {
        response.headers_mut().insert(HeaderName::from_static("content-crs"), crs);
    }
    response
}
