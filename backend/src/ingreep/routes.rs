//! The API of what is taken out of public view.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, Listed, Private};
use crate::http::extract::{Body, Key};
use actix_web::web::{Path, Query};
use actix_web::{get, post};
use contract::ingreep::{
    GezienIngreep, HerstelIngreep, IngreepApi as _, IngreepView, MaakIngreep, Weglaatverzoeken, WeglatingenView,
    WeigerIngreep,
};
use contract::{GeheelId, IngreepId, Page, PageQuery};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(weglatingen)
        .service(make_ingreep)
        .service(list_ingrepen)
        .service(list_weglaatverzoeken)
        .service(undo_ingreep)
        .service(withdraw_ingreep)
        .service(confirm_ingreep)
        .service(refuse_ingreep);
}

/// De teksten en foto's van een initiatief, opgave, opdracht of buurtbegroting, en wat daarin is weggelaten.
#[utoipa::path(tag = "weglating",
    params(("id" = GeheelId, Path, description = "Id van het initiatief, de opgave, de opdracht of de buurtbegroting")), responses((status = 200, body = WeglatingenView, description = "Gelukt")))]
#[get("/weglatingen/{id}")]
async fn weglatingen(caller: Caller, id: Path<GeheelId>) -> Answer<Private<WeglatingenView>> {
    Ok(Private(caller.weglatingen(*id).await?))
}

/// Scherm een tekst of foto af, of maak woorden of delen ervan onherkenbaar. Wat op een stembiljet staat, wacht op het
/// stembureau.
#[utoipa::path(tag = "weglating",
    params(("id" = GeheelId, Path, description = "Id van het initiatief, de opgave, de opdracht of de buurtbegroting"), ("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = MaakIngreep, responses((status = 201, body = WeglatingenView, description = "Gelukt")))]
#[post("/weglatingen/{id}")]
async fn make_ingreep(
    caller: Caller,
    id: Path<GeheelId>,
    key: Key,
    request: Body<MaakIngreep>,
) -> Answer<Created<WeglatingenView>> {
    Ok(Created(caller.make_ingreep(key.0, *id, request.0).await?))
}

/// Wat van iets is weggelaten en niet op het stembureau wacht, nieuwste eerst. Wat wacht, staat bij de teksten zelf.
#[utoipa::path(tag = "weglating",
    params(("id" = GeheelId, Path, description = "Id van het initiatief, de opgave, de opdracht of de buurtbegroting"), PageQuery), responses((status = 200, body = Page<IngreepView>, description = "Gelukt")))]
#[get("/weglatingen/{id}/ingrepen")]
async fn list_ingrepen(caller: Caller, id: Path<GeheelId>, page: Query<PageQuery>) -> Answer<Listed<IngreepView>> {
    let page = caller.list_ingrepen(*id, page.into_inner()).await?;
    Ok(Listed { page, is_public: false })
}

/// Wat op uw ja of nee wacht, als stembureau: per buurtbegroting hoeveel teksten, en wie het vroeg.
#[utoipa::path(tag = "weglating", responses((status = 200, body = Vec<Weglaatverzoeken>, description = "Gelukt")))]
#[get("/weglaatverzoeken")]
async fn list_weglaatverzoeken(caller: Caller) -> Answer<Private<Vec<Weglaatverzoeken>>> {
    Ok(Private(caller.list_weglaatverzoeken().await?))
}

/// Zet terug wat is weggelaten, binnen 90 dagen en met een reden. Wat het stembureau bevestigde, wacht daarvoor weer op het
/// stembureau. Met `overal` gaat alles terug wat hetzelfde verzoek wegliet, in één stap.
#[utoipa::path(tag = "weglating",
    params(("id" = IngreepId, Path, description = "Id")), request_body = HerstelIngreep, responses((status = 200, body = WeglatingenView, description = "Gelukt")))]
#[post("/ingrepen/{id}/herstellingen")]
async fn undo_ingreep(
    caller: Caller,
    id: Path<IngreepId>,
    request: Body<HerstelIngreep>,
) -> Answer<Private<WeglatingenView>> {
    Ok(Private(caller.undo_ingreep(*id, request.0).await?))
}

/// Trek een verzoek in dat op het stembureau wacht, om iets weg te laten of terug te zetten. `staat` is de status waarin u het zag:
/// is die nu anders, dan gebeurt er niets. `sinds` is het moment dat erbij stond: zo is een antwoord er een op dit verzoek, en niet op een volgend.
#[utoipa::path(tag = "weglating",
    params(("id" = IngreepId, Path, description = "Id")), request_body = GezienIngreep, responses((status = 200, body = WeglatingenView, description = "Gelukt")))]
#[post("/ingrepen/{id}/intrekkingen")]
async fn withdraw_ingreep(
    caller: Caller,
    id: Path<IngreepId>,
    request: Body<GezienIngreep>,
) -> Answer<Private<WeglatingenView>> {
    Ok(Private(caller.withdraw_ingreep(*id, request.0).await?))
}

/// Bevestig, als stembureau, wat het wijkteam van een stembiljet wil weglaten of terugzetten. De stemming gaat door. `staat` is de
/// status waarin u het zag: een ja tegen weglaten is geen ja tegen terugzetten. Is die nu anders, dan gebeurt er niets. `sinds` is het moment dat erbij stond: zo is een antwoord er een op dit verzoek, en niet op een volgend.
#[utoipa::path(tag = "weglating",
    params(("id" = IngreepId, Path, description = "Id")), request_body = GezienIngreep, responses((status = 200, body = WeglatingenView, description = "Gelukt")))]
#[post("/ingrepen/{id}/bevestigingen")]
async fn confirm_ingreep(
    caller: Caller,
    id: Path<IngreepId>,
    request: Body<GezienIngreep>,
) -> Answer<Private<WeglatingenView>> {
    Ok(Private(caller.confirm_ingreep(*id, request.0).await?))
}

/// Weiger, als stembureau, wat het wijkteam van een stembiljet wil weglaten of terugzetten. Wie het vroeg, leest waarom. `staat` is
/// de status waarin u het zag: is die nu anders, dan gebeurt er niets. `sinds` is het moment dat erbij stond: zo is een antwoord er een op dit verzoek, en niet op een volgend.
#[utoipa::path(tag = "weglating",
    params(("id" = IngreepId, Path, description = "Id")), request_body = WeigerIngreep, responses((status = 200, body = WeglatingenView, description = "Gelukt")))]
#[post("/ingrepen/{id}/weigeringen")]
async fn refuse_ingreep(
    caller: Caller,
    id: Path<IngreepId>,
    request: Body<WeigerIngreep>,
) -> Answer<Private<WeglatingenView>> {
    Ok(Private(caller.refuse_ingreep(*id, request.0).await?))
}
