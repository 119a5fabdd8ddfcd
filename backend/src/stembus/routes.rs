//! The API of voting.

use crate::caller::Caller;
use crate::http::Routes;
use crate::http::answer::{Accepted, Answer, Created, Download, Private, Public};
use crate::http::extract::{Anybody, Body};
use crate::stembus::bureau::{Paper, paper, paper_ballot};
use crate::stembus::{bewaarders, bundel};
use actix_web::web::Path;
use actix_web::{get, post};
use contract::buurtbegroting::BuurtbegrotingView;
use contract::initiatief::Say;
use contract::stem::{
    CastVote, ChangeVote, CheckStembewijs, CheckStemcode, Gestemd, InDeBus, Opkomst, StemApi as _, StemcodeRondes,
    StemcodeStand,
};
use contract::stembureau::{
    MakeStemcodes, ReplaceStemcode, StembureauApi as _, StembureauView, StemcodeBrief, Stemcodes, UitslagView,
    UseSleutel, Vervanging, VraagTelling, WeigerVervanging,
};
use contract::telling::TellingView;
use contract::{BuurtbegrotingId, TellingId, VervangingId};

const TEXT: &str = "text/plain; charset=utf-8";

/// All operations of this feature. What a voter asks never looks at who is logged in.
pub fn configure(config: &mut impl Routes) {
    config
        .service(find_stemcode)
        .service(check_stemcode)
        .service(cast_vote)
        .service(change_vote)
        .service(check_stembewijs)
        .service(opkomst)
        .service(make_stemcodes)
        .service(request_vervanging)
        .service(confirm_vervanging)
        .service(end_vervanging)
        .service(refuse_vervanging)
        .service(stembureau)
        .service(close_unchecked)
        .service(prove_key)
        .service(count_votes)
        .service(recount_votes)
        .service(telling)
        .service(stop_buurtbegroting)
        .service(finalize_uitslag)
        .service(uitslag)
        .service(spelregels)
        .service(stembiljet)
        .service(stembiljetten)
        .service(rapport)
        .service(tabel)
        .service(controlecodes);
    bewaarders::routes::configure(config);
    bundel::routes::configure(config);
}

/// Zoek voor welke stemming een stemcode is.
#[utoipa::path(tag = "stemmen",
    request_body = CheckStemcode, responses((status = 200, body = StemcodeRondes, description = "Gelukt")))]
#[post("/stemcodes/controles")]
async fn find_stemcode(caller: Anybody, request: Body<CheckStemcode>) -> Answer<Private<StemcodeRondes>> {
    Ok(Private(caller.0.find_stemcode(request.0).await?))
}

/// Kijk of een stemcode klopt.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = CheckStemcode, responses((status = 200, body = StemcodeStand, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stemcodes/controles")]
async fn check_stemcode(
    caller: Anybody,
    id: Path<BuurtbegrotingId>,
    request: Body<CheckStemcode>,
) -> Answer<Private<StemcodeStand>> {
    Ok(Private(caller.0.check_stemcode(*id, request.0).await?))
}

/// Breng een stem uit. Hetzelfde verzoek nog een keer geeft hetzelfde antwoord.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = CastVote, responses((status = 200, body = Gestemd, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stemmen")]
async fn cast_vote(caller: Anybody, id: Path<BuurtbegrotingId>, request: Body<CastVote>) -> Answer<Private<Gestemd>> {
    Ok(Private(caller.0.cast_vote(*id, request.0).await?))
}

/// Wijzig een stem die al is uitgebracht, als dat mag.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = ChangeVote, responses((status = 200, body = Gestemd, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stemmen/wijzigingen")]
async fn change_vote(
    caller: Anybody,
    id: Path<BuurtbegrotingId>,
    request: Body<ChangeVote>,
) -> Answer<Private<Gestemd>> {
    Ok(Private(caller.0.change_vote(*id, request.0).await?))
}

/// Kijk of een stembiljet in de bus zit.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = CheckStembewijs, responses((status = 200, body = InDeBus, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stembewijzen/controles")]
async fn check_stembewijs(
    caller: Anybody,
    id: Path<BuurtbegrotingId>,
    request: Body<CheckStembewijs>,
) -> Answer<Private<InDeBus>> {
    Ok(Private(caller.0.check_stembewijs(*id, request.0).await?))
}

/// Hoeveel mensen minstens hebben gestemd; naar beneden afgerond en van het laatste hele uur.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = Opkomst, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}/opkomst")]
async fn opkomst(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Public<Opkomst>> {
    Ok(Public(caller.0.opkomst(*id).await?))
}

/// Maak stemcodes voor brieven. Elke code wordt één keer gegeven.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = MakeStemcodes, responses((status = 201, body = Stemcodes, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stemcodes")]
async fn make_stemcodes(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<MakeStemcodes>,
) -> Answer<Created<Stemcodes>> {
    Ok(Created(caller.make_stemcodes(*id, request.0).await?))
}

/// Vraag een andere stemcode voor een brief die kwijt is; iemand anders moet dat bevestigen.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = ReplaceStemcode, responses((status = 201, body = Vervanging, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stemcodes/vervangingen")]
async fn request_vervanging(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<ReplaceStemcode>,
) -> Answer<Created<Vervanging>> {
    Ok(Created(caller.request_vervanging(*id, request.0).await?))
}

/// Bevestig wat een ander vroeg: de nieuwe stemcode wordt één keer gegeven, en de oude werkt niet meer.
#[utoipa::path(tag = "stembureau",
    params(("id" = VervangingId, Path, description = "Id")), responses((status = 201, body = StemcodeBrief, description = "Gelukt")))]
#[post("/vervangingen/{id}/bevestigingen")]
async fn confirm_vervanging(caller: Caller, id: Path<VervangingId>) -> Answer<Created<StemcodeBrief>> {
    Ok(Created(caller.confirm_vervanging(*id).await?))
}

/// Trek uw aanvraag voor een andere stemcode in. Er verandert niets aan de brief. Wie die van een ander stopt, wijst hem af en zegt
/// waarom: dat gaat met `afwijzingen`.
#[utoipa::path(tag = "stembureau",
    params(("id" = VervangingId, Path, description = "Id")), responses((status = 200, body = Vervanging, description = "Gelukt")))]
#[post("/vervangingen/{id}/intrekkingen")]
async fn end_vervanging(caller: Caller, id: Path<VervangingId>) -> Answer<Private<Vervanging>> {
    Ok(Private(caller.end_vervanging(*id).await?))
}

/// Wijs een aanvraag van een ander voor een andere stemcode af, met de reden; wie hem deed krijgt die per mail.
#[utoipa::path(tag = "stembureau",
    params(("id" = VervangingId, Path, description = "Id")), request_body = WeigerVervanging, responses((status = 200, body = Vervanging, description = "Gelukt")))]
#[post("/vervangingen/{id}/afwijzingen")]
async fn refuse_vervanging(
    caller: Caller,
    id: Path<VervangingId>,
    request: Body<WeigerVervanging>,
) -> Answer<Private<Vervanging>> {
    Ok(Private(caller.refuse_vervanging(*id, request.0).await?))
}

/// Wat er op een tweede van het stembureau wacht, wat er met de laatste aanvragen is gebeurd, en wat er niet klopt aan de stembus.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = StembureauView, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}/stembureau")]
async fn stembureau(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Private<StembureauView>> {
    Ok(Private(caller.stembureau(*id).await?))
}

/// Sluit een stembus waarvan het geheim kwijt is, alleen op de aantallen; dat doen twee mensen binnen een dag.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/noodsluitingen")]
async fn close_unchecked(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.close_unchecked(*id).await?))
}

/// Laat zien dat twee delen van de sleutel een proefenvelop openen; alleen bij een ronde waarvan het stembureau de delen
/// kreeg, van voordat bewaarders een eigen login hadden.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = UseSleutel, responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/sleutels/proeven")]
async fn prove_key(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<UseSleutel>,
) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.prove_key(*id, request.0).await?))
}

/// Vraag om de telling. Zij begint als twee bewaarders hun deel van de sleutel hebben ingeleverd.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = VraagTelling, responses((status = 200, body = TellingView, description = "Al klaar"), (status = 202, body = TellingView, description = "Gevraagd, of bezig")))]
#[post("/buurtbegrotingen/{id}/tellingen")]
async fn count_votes(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<VraagTelling>,
) -> Answer<Accepted<TellingView>> {
    let view = caller.count_votes(*id, request.0).await?;
    Ok(Accepted { is_over: view.is_over(), value: view })
}

/// Vraag of dezelfde stembiljetten nog een keer opengaan. Daarna staat erbij of de uitslag klopt.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = VraagTelling, responses((status = 200, body = TellingView, description = "Al klaar"), (status = 202, body = TellingView, description = "Gevraagd, of bezig")))]
#[post("/buurtbegrotingen/{id}/natellingen")]
async fn recount_votes(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<VraagTelling>,
) -> Answer<Accepted<TellingView>> {
    let view = caller.recount_votes(*id, request.0).await?;
    Ok(Accepted { is_over: view.is_over(), value: view })
}

/// Hoe ver een telling is.
#[utoipa::path(tag = "stembureau",
    params(("id" = TellingId, Path, description = "Id")), responses((status = 200, body = TellingView, description = "Gelukt")))]
#[get("/tellingen/{id}")]
async fn telling(caller: Caller, id: Path<TellingId>) -> Answer<Private<TellingView>> {
    Ok(Private(caller.telling(*id).await?))
}

/// Zet de buurtbegroting stop na een fout; de reden wordt bekendgemaakt.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), request_body = Say, responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/stopzettingen")]
async fn stop_buurtbegroting(
    caller: Caller,
    id: Path<BuurtbegrotingId>,
    request: Body<Say>,
) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.stop_buurtbegroting(*id, request.0).await?))
}

/// Maak de uitslag definitief, als bezwaar niet meer kan; de gegevens over wie stemde worden vernietigd.
#[utoipa::path(tag = "stembureau",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = BuurtbegrotingView, description = "Gelukt")))]
#[post("/buurtbegrotingen/{id}/uitslag/definitief")]
async fn finalize_uitslag(caller: Caller, id: Path<BuurtbegrotingId>) -> Answer<Private<BuurtbegrotingView>> {
    Ok(Private(caller.finalize_uitslag(*id).await?))
}

/// De uitslag.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, body = UitslagView, description = "Gelukt")))]
#[get("/buurtbegrotingen/{id}/uitslag")]
async fn uitslag(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Public<UitslagView>> {
    Ok(Public(caller.0.uitslag(*id).await?))
}

/// De spelregels zoals ze bij het openen zijn vastgelegd, teken voor teken.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, content_type = "text/plain", body = String, description = "JSON als tekst; de SHA-256 ervan is het controlegetal")))]
#[get("/buurtbegrotingen/{id}/spelregels")]
async fn spelregels(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Download> {
    let text = paper(&caller.0, *id, Paper::Rules).await?;
    Ok(Download { name: format!("spelregels-{id}.txt"), kind: TEXT, bytes: text.into_bytes() })
}

/// Een stembiljet om te printen.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, content_type = "application/pdf", body = Vec<u8>, description = "Een PDF-bestand")))]
#[get("/buurtbegrotingen/{id}/stembiljet")]
async fn stembiljet(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Download> {
    let bytes = paper_ballot(&caller.0, *id).await?;
    Ok(Download { name: format!("stembiljet-{id}.pdf"), kind: "application/pdf", bytes })
}

/// De stembiljetten en de uitslag, om na te tellen.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, content_type = "text/plain", body = String, description = "Een .pb-bestand")))]
#[get("/buurtbegrotingen/{id}/uitslag/stembiljetten")]
async fn stembiljetten(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Download> {
    let text = paper(&caller.0, *id, Paper::Ballots).await?;
    Ok(Download { name: "uitslag.pb".into(), kind: TEXT, bytes: text.into_bytes() })
}

/// Het hele verslag van de telling.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, content_type = "text/plain", body = String, description = "JSON als tekst")))]
#[get("/buurtbegrotingen/{id}/uitslag/rapport")]
async fn rapport(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Download> {
    let text = paper(&caller.0, *id, Paper::Report).await?;
    Ok(Download { name: format!("rapport-{id}.json"), kind: TEXT, bytes: text.into_bytes() })
}

/// De plannen met hun stemmen, voor een rekenblad.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, content_type = "text/csv", body = String, description = "CSV")))]
#[get("/buurtbegrotingen/{id}/uitslag/tabel")]
async fn tabel(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Download> {
    let text = paper(&caller.0, *id, Paper::Table).await?;
    Ok(Download { name: format!("tabel-{id}.csv"), kind: "text/csv; charset=utf-8", bytes: text.into_bytes() })
}

/// De controlecodes van alle getelde stemmen, op volgorde.
#[utoipa::path(tag = "stemmen",
    params(("id" = BuurtbegrotingId, Path, description = "Id")), responses((status = 200, content_type = "text/plain", body = String, description = "Eén code per regel")))]
#[get("/buurtbegrotingen/{id}/uitslag/controlecodes")]
async fn controlecodes(caller: Anybody, id: Path<BuurtbegrotingId>) -> Answer<Download> {
    let text = paper(&caller.0, *id, Paper::Codes).await?;
    Ok(Download { name: format!("controlecodes-{id}.txt"), kind: TEXT, bytes: text.into_bytes() })
}
