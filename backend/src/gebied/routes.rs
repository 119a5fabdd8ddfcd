//! The API of places.

use crate::http::Routes;
use crate::http::answer::{Answer, Public};
use crate::http::extract::{Anybody, code};
use crate::http::guard::CRS84;
use actix_web::get;
use actix_web::web::{Path, Query};
use contract::gebied::{GebiedApi as _, GebiedView, Keuzelijsten, WijkView, ZoekWijk};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
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
async fn list_gebieden(caller: Anybody) -> Answer<Public<Vec<GebiedView>>> {
    Ok(Public(caller.0.list_gebieden().await?))
}

/// De omtrekken van de gebieden als GeoJSON; zonder ingelezen omtrekken hun middelpunten.
#[utoipa::path(tag = "gebied", responses((status = 200, body = Object, description = "Gelukt")))]
#[get("/gebieden/omtrekken")]
async fn omtrekken(caller: Anybody) -> Answer<Public<serde_json::Value>> {
    Ok(Public(caller.0.omtrekken().await?))
}

/// Eén gebied.
#[utoipa::path(tag = "gebied",
    params(("code" = String, Path, description = "Code van het gebied")), responses((status = 200, body = GebiedView, description = "Gelukt")))]
#[get("/gebieden/{code}")]
async fn gebied(caller: Anybody, gebied: Path<String>) -> Answer<Public<GebiedView>> {
    Ok(Public(caller.0.gebied(code(&gebied)?).await?))
}

/// De wijken bij een postcode of punt, de waarschijnlijkste eerst; zonder vraag alle.
#[utoipa::path(tag = "gebied",
    params(ZoekWijk), responses((status = 200, body = Vec<WijkView>, description = "Gelukt")))]
#[get("/wijken")]
async fn find_wijken(caller: Anybody, query: Query<ZoekWijk>) -> Answer<Public<Vec<WijkView>>> {
    Ok(Public(caller.0.find_wijken(query.into_inner()).await?))
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
