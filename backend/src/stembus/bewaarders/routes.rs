//! The API of custodians.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Private};
use crate::http::extract::Body;
use actix_web::web::Path;
use actix_web::{get, post};
use contract::BuurtbegrotingId;
use contract::bewaarder::{
    BewaarderApi as _, BewaarderView, BewaardersView, GeefSleutel, LeverDeel, NameBewaarders, ProbeerSleutel,
};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config.service(bewaarders).service(name_bewaarders).service(bewaarder).service(give_sleutel).service(hand_in_deel);
    config.service(try_sleutel);
}

/// De bewaarders van een buurtbegroting, voor het stembureau.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = BewaardersView, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}/bewaarders")]
async fn bewaarders(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Private<BewaardersView>> {
    Ok(Private(caller.bewaarders(*id).await?))
}

/// Benoem de drie bewaarders, zolang er nog geen sleutel is.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = NameBewaarders, responses((status = 200, body = BewaardersView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/bewaarders")]
async fn name_bewaarders(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<NameBewaarders>,
) -> Answer<Private<BewaardersView>> {
    Ok(Private(caller.name_bewaarders(*id, request.0).await?))
}

/// De buurtbegroting zoals een bewaarder haar ziet, met het eigen verzegelde deel van de sleutel.
#[utoipa::path(tag = "bewaarder",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = BewaarderView, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}/bewaarder")]
async fn bewaarder(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Private<BewaarderView>> {
    Ok(Private(caller.bewaarder(*id).await?))
}

/// Geef de publieke helft van de eigen sleutel. Bij de derde wordt de sleutel van de stembus gemaakt.
#[utoipa::path(tag = "bewaarder",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = GeefSleutel, responses((status = 200, body = BewaarderView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/bewaarder/sleutels")]
async fn give_sleutel(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<GeefSleutel>,
) -> Answer<Private<BewaarderView>> {
    Ok(Private(caller.give_sleutel(*id, request.0).await?))
}

/// Lever het eigen deel van de sleutel in. Bij het tweede deel gaat de proefenvelop of de stembus open.
#[utoipa::path(tag = "bewaarder",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = LeverDeel, responses((status = 200, body = BewaarderView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/sleuteldelen")]
async fn hand_in_deel(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<LeverDeel>,
) -> Answer<Private<BewaarderView>> {
    Ok(Private(caller.hand_in_deel(*id, request.0).await?))
}

/// Meld dat de eigen sleutel het eigen deel opent. Het deel zelf blijft in de browser.
#[utoipa::path(tag = "bewaarder",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = ProbeerSleutel, responses((status = 200, body = BewaarderView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/bewaarder/proeven")]
async fn try_sleutel(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<ProbeerSleutel>,
) -> Answer<Private<BewaarderView>> {
    Ok(Private(caller.try_sleutel(*id, request.0).await?))
}
