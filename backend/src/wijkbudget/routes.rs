//! The API of the money.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Listed, Public};
use crate::http::extract::{Anybody, code};
use crate::opgave::routes::InYear;
use actix_web::get;
use actix_web::web::{Path, Query};
use contract::Page;
use contract::wijkbudget::{BoekingFilter, BoekingView, ToelichtingView, WijkbudgetApi as _, WijkbudgetView};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config.service(wijkbudget).service(list_boekingen).service(list_toelichtingen);
}

/// Het wijkbudget van een gebied, per product.
#[utoipa::path(tag = "wijkbudget",
    params(("code" = String, Path, description = "Code van het gebied"), InYear), responses((status = 200, body = WijkbudgetView, description = "Gelukt")))]
#[get("/gebieden/{code}/wijkbudget")]
async fn wijkbudget(caller: Anybody, gebied: Path<String>, query: Query<InYear>) -> Answer<Public<WijkbudgetView>> {
    Ok(Public(caller.0.wijkbudget(code(&gebied)?, query.jaar).await?))
}

/// De boekingen achter een bedrag, nieuwste eerst.
#[utoipa::path(tag = "wijkbudget",
    params(("code" = String, Path, description = "Code van het gebied"), BoekingFilter), responses((status = 200, body = Page<BoekingView>, description = "Gelukt")))]
#[get("/gebieden/{code}/boekingen")]
async fn list_boekingen(
    caller: Anybody,
    gebied: Path<String>,
    filter: Query<BoekingFilter>,
) -> Answer<Listed<BoekingView>> {
    let page = caller.0.list_boekingen(code(&gebied)?, filter.into_inner()).await?;
    Ok(Listed { page, is_public: true })
}

/// Wat medewerkers bij die boekingen schreven; alleen voor medewerkers.
#[utoipa::path(tag = "wijkbudget",
    params(("code" = String, Path, description = "Code van het gebied"), BoekingFilter), responses((status = 200, body = Page<ToelichtingView>, description = "Gelukt")))]
#[get("/gebieden/{code}/boekingen/toelichtingen")]
async fn list_toelichtingen(
    caller: Caller,
    gebied: Path<String>,
    filter: Query<BoekingFilter>,
) -> Answer<Listed<ToelichtingView>> {
    let page = caller.list_toelichtingen(code(&gebied)?, filter.into_inner()).await?;
    Ok(Listed { page, is_public: false })
}
