//! The API of initiatieven, for everybody, initiators and wijkteams.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Answer, Created, Done, Listed, Private, Public, Versioned};
use crate::http::extract::{Anybody, Body, IfMatch, Key};
use actix_web::web::{Path, Query};
use actix_web::{delete, get, post, put};
use contract::account::UseLink;
use contract::initiatief::{
    AnswerByLink, CreateInitiatief, Ingediend, InitiatiefApi as _, InitiatiefCard, InitiatiefDossier, InitiatiefFilter,
    InitiatiefView, Link, Merge, MijnInitiatief, OpenVraag, Refer, Reject, Shield, Steun, SubmitInitiatief, Tell,
    TriageApi as _, ZoekVergelijkbare,
};
use contract::{InitiatiefId, Page, PageQuery};

/// All operations of this feature.
pub fn configure(config: &mut impl Routes) {
    config
        .service(list_initiatieven)
        .service(find_similar)
        .service(initiatief)
        .service(create_initiatief)
        .service(confirm_initiatief)
        .service(list_own)
        .service(own_initiatief)
        .service(submit_initiatief)
        .service(withdraw_initiatief)
        .service(answer_question)
        .service(answer_by_link)
        .service(question_by_link)
        .service(steun)
        .service(support)
        .service(unsupport)
        .service(dossier)
        .service(take_up)
        .service(ask_initiator)
        .service(respond)
        .service(merge)
        .service(release)
        .service(shield)
        .service(refer)
        .service(reject)
        .service(link);
}

/// Openbare initiatieven, nieuwste eerst.
#[utoipa::path(tag = "initiatief",
    params(InitiatiefFilter), responses((status = 200, body = Page<InitiatiefCard>, description = "Gelukt")))]
#[get("/initiatieven")]
async fn list_initiatieven(caller: Anybody, filter: Query<InitiatiefFilter>) -> Answer<Listed<InitiatiefCard>> {
    let page = caller.0.list_initiatieven(filter.into_inner()).await?;
    Ok(Listed { page, is_public: true })
}

/// Hoogstens vijf openbare initiatieven die op deze tekst lijken.
#[utoipa::path(tag = "initiatief",
    params(ZoekVergelijkbare), responses((status = 200, body = Vec<InitiatiefCard>, description = "Gelukt")))]
#[get("/initiatieven/vergelijkbare")]
async fn find_similar(caller: Anybody, query: Query<ZoekVergelijkbare>) -> Answer<Private<Vec<InitiatiefCard>>> {
    Ok(Private(caller.0.find_similar(query.into_inner()).await?))
}

/// Eén openbaar initiatief.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id")), responses((status = 200, body = InitiatiefView, description = "Gelukt")))]
#[get("/initiatieven/{id}")]
async fn initiatief(caller: Anybody, id: Path<InitiatiefId>) -> Answer<Public<InitiatiefView>> {
    Ok(Public(caller.0.initiatief(*id).await?))
}

/// Dien een initiatief in, of bewaar het als concept. Wie niet is ingelogd, bevestigt het per mail.
#[utoipa::path(tag = "initiatief",
    params(("Idempotency-Key" = String, Header, description = "8 tot 64 letters, cijfers of streepjes; dezelfde sleutel is één keer")), request_body = CreateInitiatief, responses((status = 201, body = Ingediend, description = "Gelukt")))]
#[post("/initiatieven")]
async fn create_initiatief(caller: Caller, key: Key, request: Body<CreateInitiatief>) -> Answer<Created<Ingediend>> {
    Ok(Created(caller.create_initiatief(key.0, request.0).await?))
}

/// Bevestig een initiatief met de link uit de mail.
#[utoipa::path(tag = "initiatief", request_body = UseLink, responses((status = 200, body = Ingediend, description = "Gelukt")))]
#[post("/initiatieven/bevestigingen")]
async fn confirm_initiatief(caller: Anybody, request: Body<UseLink>) -> Answer<Private<Ingediend>> {
    Ok(Private(caller.0.confirm_initiatief(request.0).await?))
}

/// Uw eigen initiatieven, nieuwste eerst.
#[utoipa::path(tag = "initiatief",
    params(PageQuery), responses((status = 200, body = Page<InitiatiefCard>, description = "Gelukt")))]
#[get("/mijn/initiatieven")]
async fn list_own(caller: Caller, page: Query<PageQuery>) -> Answer<Listed<InitiatiefCard>> {
    let page = caller.list_own(page.into_inner()).await?;
    Ok(Listed { page, is_public: false })
}

/// Een van uw eigen initiatieven.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id")), responses((status = 200, body = MijnInitiatief, description = "Gelukt")))]
#[get("/mijn/initiatieven/{id}")]
async fn own_initiatief(caller: Caller, id: Path<InitiatiefId>) -> Answer<Versioned<MijnInitiatief>> {
    let view = caller.own_initiatief(*id).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Dien een concept in.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = SubmitInitiatief, responses((status = 200, body = MijnInitiatief, description = "Gelukt")))]
#[post("/mijn/initiatieven/{id}/indieningen")]
async fn submit_initiatief(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<SubmitInitiatief>,
) -> Answer<Versioned<MijnInitiatief>> {
    let view = caller.submit_initiatief(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Trek uw initiatief in, zolang er geen opdracht voor is.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), responses((status = 200, body = MijnInitiatief, description = "Gelukt")))]
#[post("/mijn/initiatieven/{id}/intrekkingen")]
async fn withdraw_initiatief(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
) -> Answer<Versioned<MijnInitiatief>> {
    let view = caller.withdraw_initiatief(*id, version.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Beantwoord de vraag van het wijkteam.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Tell, responses((status = 200, body = MijnInitiatief, description = "Gelukt")))]
#[post("/mijn/initiatieven/{id}/antwoorden")]
async fn answer_question(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Tell>,
) -> Answer<Versioned<MijnInitiatief>> {
    let view = caller.answer_question(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Beantwoord de vraag met de link uit de mail.
#[utoipa::path(tag = "initiatief", request_body = AnswerByLink, responses((status = 204, description = "Gelukt")))]
#[post("/antwoorden")]
async fn answer_by_link(caller: Anybody, request: Body<AnswerByLink>) -> Answer<Done> {
    caller.0.answer_by_link(request.0).await?;
    Ok(Done)
}

/// De vraag die bij zo'n link hoort; kijken maakt de link niet op.
#[utoipa::path(tag = "initiatief", request_body = UseLink, responses((status = 200, body = OpenVraag, description = "Gelukt")))]
#[post("/antwoorden/vragen")]
async fn question_by_link(caller: Anybody, request: Body<UseLink>) -> Answer<Private<OpenVraag>> {
    Ok(Private(caller.0.question_by_link(request.0).await?))
}

/// Hoeveel steun er is, en of u erbij bent.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id")), responses((status = 200, body = Steun, description = "Gelukt")))]
#[get("/initiatieven/{id}/steun")]
async fn steun(caller: Caller, id: Path<InitiatiefId>) -> Answer<Private<Steun>> {
    Ok(Private(caller.steun(*id).await?))
}

/// Steun een initiatief; twee keer is één keer.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id")), responses((status = 200, body = Steun, description = "Gelukt")))]
#[put("/initiatieven/{id}/steun")]
async fn support(caller: Caller, id: Path<InitiatiefId>) -> Answer<Private<Steun>> {
    Ok(Private(caller.support(*id).await?))
}

/// Neem uw steun terug.
#[utoipa::path(tag = "initiatief",
    params(("id" = InitiatiefId, Path, description = "Id")), responses((status = 200, body = Steun, description = "Gelukt")))]
#[delete("/initiatieven/{id}/steun")]
async fn unsupport(caller: Caller, id: Path<InitiatiefId>) -> Answer<Private<Steun>> {
    Ok(Private(caller.unsupport(*id).await?))
}

/// Een initiatief met alles wat het wijkteam nodig heeft.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id")), responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[get("/dossiers/{id}")]
async fn dossier(caller: Caller, id: Path<InitiatiefId>) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.dossier(*id).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Neem een initiatief in behandeling.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/behandelingen")]
async fn take_up(caller: Caller, id: Path<InitiatiefId>, version: IfMatch) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.take_up(*id, version.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Vraag de indiener iets.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Tell, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/vragen")]
async fn ask_initiator(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Tell>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.ask_initiator(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Laat de indiener iets weten.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Tell, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/reacties")]
async fn respond(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Tell>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.respond(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Laat een initiatief verdergaan in een ander.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Merge, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/samenvoegingen")]
async fn merge(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Merge>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.merge(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Laat iedereen een initiatief zien waar het wijkteam naar keek. Wat over één persoon gaat, blijft afgeschermd.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/vrijgaven")]
async fn release(caller: Caller, id: Path<InitiatiefId>, version: IfMatch) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.release(*id, version.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Scherm een initiatief af: alleen de indiener en het wijkteam zien het nog. De reden leest alleen de indiener.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Shield, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/afschermingen")]
async fn shield(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Shield>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.shield(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Verwijs een initiatief door; het is meteen niet meer openbaar.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Refer, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/doorverwijzingen")]
async fn refer(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Refer>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.refer(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Wijs een initiatief af op een criterium.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Reject, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/afwijzingen")]
async fn reject(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Reject>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.reject(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}

/// Koppel een initiatief aan een opgave.
#[utoipa::path(tag = "triage",
    params(("id" = InitiatiefId, Path, description = "Id"), ("If-Match" = String, Header, description = "De ETag van de versie die u zag")), request_body = Link, responses((status = 200, body = InitiatiefDossier, description = "Gelukt")))]
#[post("/dossiers/{id}/koppelingen")]
async fn link(
    caller: Caller,
    id: Path<InitiatiefId>,
    version: IfMatch,
    request: Body<Link>,
) -> Answer<Versioned<InitiatiefDossier>> {
    let view = caller.link(*id, version.0, request.0).await?;
    let version = view.versie;
    Ok(Versioned(view, version))
}
