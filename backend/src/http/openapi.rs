//! The OpenAPI document: made from the handlers, completed with what all operations share.

use crate::access::{Action, Scope, scopes};
use crate::error::Error;
use crate::http::answer::HttpProblem;
use crate::http::guard::API_VERSION;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use contract::Problem;
use contract::account::Role;
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt as _;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wijkkoers",
        description = "Alles wat de pagina's van Wijkkoers doen, kan ook hierover: initiatieven indienen en volgen, \
            het wijkactieplan en het wijkbudget lezen, en voor medewerkers het werk van wijkteam en backoffice.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
        contact(name = "Team Wijkkoers", email = "team@wijkkoers.example", url = "https://wijkkoers.example")
    ),
    servers((url = "/api/v1", description = "Deze server")),
    components(schemas(Problem)),
    tags(
        (name = "account", description = "Inloggen en uitloggen"),
        (name = "foto", description = "Foto's"),
        (name = "gebied", description = "Gebieden, wijken en keuzelijsten"),
        (name = "initiatief", description = "Initiatieven indienen, steunen en volgen"),
        (name = "triage", description = "Initiatieven behandelen, door het wijkteam"),
        (name = "weglating", description = "Teksten en foto's afschermen of onherkenbaar maken, en terugzetten"),
        (name = "opgave", description = "Opgave, inzet en activiteit: het wijkactieplan"),
        (name = "opdracht", description = "Opdrachten, van aanvraag tot verantwoording"),
        (name = "buurtbegroting", description = "Buurtbegrotingen: voorbereiden, plannen toetsen en volgen"),
        (name = "stemmen", description = "Stemmen, en de uitslag"),
        (name = "stembureau", description = "Stemcodes, bewaarders en de telling"),
        (name = "bewaarder", description = "Een deel van de sleutel bewaren en inleveren"),
        (name = "wijkbudget", description = "Het geld en de boekingen"),
        (name = "werk", description = "Mijn werk, voor medewerkers")
    )
)]
struct Base;

/// The action of the table that each operation asks for. A test fails for an operation that is not here.
pub const ACTIONS: &[(&str, Action)] = &[
    ("register", Action::UseAccount),
    ("confirm_account", Action::UseAccount),
    ("log_in", Action::UseAccount),
    ("refresh", Action::UseAccount),
    ("log_out", Action::UseAccount),
    ("log_out_everywhere", Action::UseAccount),
    ("request_reset", Action::UseAccount),
    ("reset_password", Action::UseAccount),
    ("me", Action::UseAccount),
    ("upload_foto", Action::UploadFoto),
    ("foto", Action::ReadPublic),
    ("foto_klein", Action::ReadPublic),
    ("list_gebieden", Action::ReadPublic),
    ("omtrekken", Action::ReadPublic),
    ("gebied", Action::ReadPublic),
    ("find_wijken", Action::ReadPublic),
    ("keuzelijsten", Action::ReadPublic),
    ("crss", Action::ReadPublic),
    ("list_initiatieven", Action::ReadPublic),
    ("find_similar", Action::ReadPublic),
    ("initiatief", Action::ReadPublic),
    ("create_initiatief", Action::SubmitInitiatief),
    ("confirm_initiatief", Action::SubmitInitiatief),
    ("list_own", Action::SubmitInitiatief),
    ("own_initiatief", Action::SubmitInitiatief),
    ("submit_initiatief", Action::SubmitInitiatief),
    ("withdraw_initiatief", Action::SubmitInitiatief),
    ("answer_question", Action::SubmitInitiatief),
    ("answer_by_link", Action::SubmitInitiatief),
    ("question_by_link", Action::SubmitInitiatief),
    ("steun", Action::ReadPublic),
    ("support", Action::SupportInitiatief),
    ("unsupport", Action::SupportInitiatief),
    ("dossier", Action::ReadDossier),
    ("take_up", Action::TriageInitiatief),
    ("ask_initiator", Action::TriageInitiatief),
    ("respond", Action::TriageInitiatief),
    ("merge", Action::TriageInitiatief),
    ("release", Action::TriageInitiatief),
    ("shield", Action::TriageInitiatief),
    ("refer", Action::TriageInitiatief),
    ("reject", Action::TriageInitiatief),
    ("link", Action::TriageInitiatief),
    ("weglatingen", Action::TakeAway),
    ("make_ingreep", Action::TakeAway),
    ("list_ingrepen", Action::TakeAway),
    ("list_weglaatverzoeken", Action::CountVotes),
    ("undo_ingreep", Action::TakeAway),
    ("withdraw_ingreep", Action::TakeAway),
    ("confirm_ingreep", Action::CountVotes),
    ("refuse_ingreep", Action::CountVotes),
    ("wijkactieplan", Action::ReadPublic),
    ("opgave", Action::ReadPublic),
    ("create_opgave", Action::ShapeOpgave),
    ("create_inzet", Action::ShapeOpgave),
    ("create_activiteit", Action::ShapeOpgave),
    ("list_opdrachten", Action::ReadPublic),
    ("opdracht", Action::ReadPublic),
    ("create_opdracht", Action::RequestOpdracht),
    ("request_fiat", Action::RequestOpdracht),
    ("decide_fiat", Action::ApproveOpdracht),
    ("decide_acceptance", Action::CarryOutOpdracht),
    ("report_progress", Action::CarryOutOpdracht),
    ("spend", Action::CarryOutOpdracht),
    ("finish_opdracht", Action::CarryOutOpdracht),
    ("account_for_opdracht", Action::CarryOutOpdracht),
    ("withdraw_opdracht", Action::RequestOpdracht),
    ("list_buurtbegrotingen", Action::ReadPublic),
    ("buurtbegroting", Action::ReadPublic),
    ("create_buurtbegroting", Action::PrepareBuurtbegroting),
    ("change_buurtbegroting", Action::PrepareBuurtbegroting),
    ("publish_buurtbegroting", Action::PrepareBuurtbegroting),
    ("add_project", Action::PrepareBuurtbegroting),
    ("judge_project", Action::PrepareBuurtbegroting),
    ("exclude_projects", Action::PrepareBuurtbegroting),
    ("ask_heroverweging", Action::AskHeroverweging),
    ("find_stemcode", Action::Vote),
    ("check_stemcode", Action::Vote),
    ("cast_vote", Action::Vote),
    ("change_vote", Action::Vote),
    ("check_stembewijs", Action::Vote),
    ("opkomst", Action::ReadPublic),
    ("make_stemcodes", Action::CountVotes),
    ("request_vervanging", Action::CountVotes),
    ("confirm_vervanging", Action::CountVotes),
    ("end_vervanging", Action::CountVotes),
    ("refuse_vervanging", Action::CountVotes),
    ("stembureau", Action::CountVotes),
    ("close_unchecked", Action::CountVotes),
    ("bewaarders", Action::CountVotes),
    ("name_bewaarders", Action::CountVotes),
    ("bewaarder", Action::KeepKey),
    ("give_sleutel", Action::KeepKey),
    ("hand_in_deel", Action::KeepKey),
    ("try_sleutel", Action::KeepKey),
    ("prove_key", Action::CountVotes),
    ("count_votes", Action::CountVotes),
    ("recount_votes", Action::CountVotes),
    ("telling", Action::CountVotes),
    ("stop_buurtbegroting", Action::CountVotes),
    ("list_bundels", Action::CountVotes),
    ("make_bundel", Action::CountVotes),
    ("bundel", Action::CountVotes),
    ("add_brief", Action::CountVotes),
    ("enter_biljet", Action::CountVotes),
    ("finish_bundel", Action::CountVotes),
    ("finalize_uitslag", Action::CountVotes),
    ("uitslag", Action::ReadPublic),
    ("spelregels", Action::ReadPublic),
    ("stembiljet", Action::ReadPublic),
    ("stembiljetten", Action::ReadPublic),
    ("rapport", Action::ReadPublic),
    ("tabel", Action::ReadPublic),
    ("controlecodes", Action::ReadPublic),
    ("wijkbudget", Action::ReadPublic),
    ("list_boekingen", Action::ReadPublic),
    ("list_toelichtingen", Action::ReadToelichting),
    ("werk", Action::ReadWerk),
];

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let app = actix_web::App::new().into_utoipa_app().openapi(Base::openapi());
    let (_, document) =
        app.service(utoipa_actix_web::scope("/api/v1").configure(|config| super::operations(config))).split_for_parts();
    // utoipa joins a generic type and its parameter by an underscore; the national rules want one word. What was not
    // judged yet is documented as what it must become.
    let text = serde_json::to_string(&document).unwrap_or_default().replace("Page_", "Page").replace("Raw_", "");
    let mut document = serde_json::from_str(&text).unwrap_or_default();
    complete(&mut document);
    document
}

/// The document as it is served, made when it is first asked for, and what it knows of each path.
struct Served {
    text: Bytes,
    /// The paths below `/api/v1`, those without parameters first: they are meant before others. With the methods of each.
    paths: Vec<(String, Vec<String>)>,
}

static SERVED: LazyLock<Served> = LazyLock::new(|| {
    let document = document();
    let methods =
        |item: &Value| item.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase()).collect();
    let known = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut paths: Vec<(String, Vec<String>)> = known.map(|(path, item)| (path.clone(), methods(item))).collect();
    paths.sort_by_key(|(template, _)| template.matches('{').count());
    Served { text: document.to_string().into(), paths }
});

/// Adds what every operation shares: problems, the API-Version header, keys, versions, the action it asks for.
fn complete(document: &mut Value) {
    if let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) {
        info.insert("version".into(), API_VERSION.into());
    }
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let with_prefix = std::mem::take(paths);
    for (path, mut item) in with_prefix {
        let path = path.strip_prefix("/api/v1").unwrap_or(&path).to_owned();
        if let Some(methods) = item.as_object_mut() {
            for operation in methods.values_mut() {
                complete_operation(operation);
            }
        }
        paths.insert(path, item);
    }
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert(
            "securitySchemes".into(),
            json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } }),
        );
    }
}

fn complete_operation(operation: &mut Value) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let action = ACTIONS.iter().find(|(name, _)| *name == id).map(|(_, action)| *action);
    let Some(operation) = operation.as_object_mut() else { return };
    if let Some(action) = action {
        operation.insert("x-actie".into(), format!("{action:?}").into());
    }
    let version = json!({
        "API-Version": { "description": "Versie van de API", "schema": { "type": "string" }, "example": API_VERSION }
    });
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut().filter_map(Value::as_object_mut) {
        response.insert("headers".into(), version.clone());
    }
    let problem = |description: &str| {
        json!({
            "description": description,
            "headers": version.clone(),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
        })
    };
    responses.insert("400".into(), problem("Het verzoek is niet goed; alle fouten tegelijk."));
    responses.insert("default".into(), problem("Een andere fout."));
    // Read by everybody; who asks makes no difference.
    if action != Some(Action::ReadPublic) {
        let needs_login = action.is_some_and(|action| !for_visitors(action));
        let security = if needs_login { json!([{ "bearer": [] }]) } else { json!([{}, { "bearer": [] }]) };
        operation.insert("security".into(), security);
    }
}

/// Whether somebody without a login may do this anywhere.
fn for_visitors(action: Action) -> bool {
    scopes(action).get(Role::Bezoeker as usize).is_some_and(|scope| *scope != Scope::Nowhere)
}

/// `GET /api/v1/openapi.json`: for everybody, from everywhere.
pub async fn serve() -> HttpResponse {
    let response = HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=30"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(SERVED.text.clone());
    std::future::ready(response).await
}

/// A path or method that the API does not have: 405 with `Allow` for a known path, 404 for any other.
pub async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, HttpProblem> {
    let path = request.path().strip_prefix("/api/v1").unwrap_or_default();
    let known = SERVED.paths.iter().find(|(template, _)| fits(template, path));
    let methods: Vec<String> = match (path, known) {
        // The two paths beside the document.
        ("/openapi.json", _) => vec!["GET".into()],
        ("/csp-melding", _) => vec!["POST".into()],
        (_, Some((_, methods))) => methods.clone(),
        (_, None) => return std::future::ready(Err(Error::NotFound.into())).await,
    };
    if methods.iter().any(|method| method == request.method().as_str()) {
        return Err(Error::NotFound.into());
    }
    let mut response = HttpResponse::from_error(HttpProblem::from(Error::MethodNotAllowed));
    if let Ok(allow) = header::HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(response)
}

fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) if one.starts_with('{') && !other.is_empty() => {}
            (Some(_) | None, Some(_) | None) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_names_its_action_and_every_name_is_an_operation() {
        let document = document();
        let operations: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
            .collect();
        let named: BTreeSet<String> = ACTIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(operations, named);
        assert_eq!(named.len(), ACTIONS.len(), "each once");
    }

    // what no visitor may do is documented as asking for a login, so that whoever goes by the document can try without.
    #[test]
    fn a_login_is_asked_for_where_no_visitor_may_come() {
        let document = document();
        let security = |path: &str, method: &str| document["paths"][path][method]["security"].clone();
        for (path, method, expected) in [
            ("/dossiers/{id}", "get", json!([{ "bearer": [] }])),
            ("/opgaven", "post", json!([{ "bearer": [] }])),
            ("/initiatieven", "post", json!([{}, { "bearer": [] }])),
            ("/sessies", "post", json!([{}, { "bearer": [] }])),
            ("/gebieden", "get", Value::Null),
        ] {
            assert_eq!(security(path, method), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_trailing_slash_is_another_path() {
        assert!(fits("/initiatieven/{id}", "/initiatieven/x"));
        assert!(!fits("/initiatieven/{id}", "/initiatieven/"));
        assert!(!fits("/initiatieven", "/initiatieven/"));
    }
}
