//! Which form goes where: the path of the page decides.

use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::site::{PageRequest, parts};
use crate::{account, buurtbegroting, initiatief, opdracht, opgave, weglaten, werk};
use contract::field::{FieldCode, Raw};
use contract::problem::{FieldProblem, ProblemCode};
use contract::{Euro, IdempotencyKey, Problem, Version};

/// Takes a form in and says what comes of it.
#[expect(clippy::cognitive_complexity, reason = "a table, one line a path")]
pub async fn submit(page: &PageRequest, submission: Submission) -> Outcome {
    match parts(&page.path).as_slice() {
        ["taal"] => language(&submission.fields),
        ["inloggen"] => account::submit_log_in(page, submission).await,
        ["uitloggen"] => account::submit_log_out(page).await,
        ["registreren"] => account::submit_register(page, submission).await,
        ["bevestigen", what, secret] => account::submit_confirm(page, what, secret, submission).await,
        ["wachtwoord-vergeten"] => account::submit_forgotten(page, submission).await,
        ["wachtwoord-nieuw", secret] => account::submit_new_password(page, secret, submission).await,
        ["antwoorden", secret] => initiatief::own::submit_answer(page, secret, submission).await,
        ["initiatieven", "nieuw"] => initiatief::form::submit(page, submission).await,
        ["opgaven", "nieuw"] => opgave::submit_new(page, submission).await,
        ["initiatieven", id] => match id.parse() {
            Ok(id) => initiatief::own::submit_support(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        ["mijn"] => account::submit_own(page, submission).await,
        ["mijn", "initiatieven", id] => match id.parse() {
            Ok(id) => initiatief::own::submit(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        ["opgaven", id] => match id.parse() {
            Ok(id) => opgave::submit(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        ["opdrachten", id] => match id.parse() {
            Ok(id) => opdracht::submit(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        ["stem"] => buurtbegroting::stem::submit(page, submission).await,
        ["buurtbegrotingen", "nieuw"] => buurtbegroting::plan::submit_new(page, submission).await,
        ["buurtbegrotingen", id, rest @ ..] => match id.parse() {
            Ok(id) => match rest {
                [] => buurtbegroting::bureau::submit(page, id, submission).await,
                ["wijzigen"] => buurtbegroting::plan::submit_edit(page, id, submission).await,
                ["stemmen"] => buurtbegroting::stembiljet::submit(page, id, submission).await,
                ["plannen", number] => buurtbegroting::plan_page::submit(page, id, number, submission).await,
                ["bundels"] => buurtbegroting::bundel::submit_list(page, id, submission).await,
                ["stemmen", "wijzigen"] => buurtbegroting::change::submit(page, id, submission).await,
                ["stembewijs"] => buurtbegroting::stembewijs::submit(page, id, submission).await,
                _ => nowhere(submission),
            },
            Err(_) => nowhere(submission),
        },
        ["bundels", id] => match id.parse() {
            Ok(id) => buurtbegroting::bundel::submit(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        ["werk", "weglaten", id] => match id.parse() {
            Ok(id) => weglaten::submit(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        ["werk", "initiatieven", id] => match id.parse() {
            Ok(id) => werk::desk::submit(page, id, submission).await,
            Err(_) => nowhere(submission),
        },
        _ => nowhere(submission),
    }
}

/// Whether a form of the page at this path carries photos. Every other page takes no more than text.
#[must_use]
pub fn takes_photos(path: &str) -> bool {
    matches!(parts(path).as_slice(), ["initiatieven", "nieuw"] | ["opdrachten", _])
}

fn nowhere(submission: Submission) -> Outcome {
    again(submission.fields, Problem::bare(ProblemCode::NietGevonden))
}

fn language(fields: &Fields) -> Outcome {
    let lang = Lang::from_code(fields.get("taal")).unwrap_or_default();
    Outcome::Language(lang.code(), account::safe_return(fields.get("terug")))
}

/// The page again, with everything still in it.
#[must_use]
pub fn again(fields: Fields, problem: Problem) -> Outcome {
    Outcome::Again(FormState { problem: Some(problem), ..FormState::of(fields) })
}

/// The key that the form came with. One without is refused by the operation: a key that nobody has is none.
#[must_use]
pub fn key(fields: &Fields) -> IdempotencyKey {
    IdempotencyKey::parse(fields.get("sleutel")).unwrap_or_else(|| IdempotencyKey::from_uuid(uuid::Uuid::nil()))
}

/// A secret of a link that cannot be one is a link that does not work: nobody typed it.
#[must_use]
pub fn of_link(problem: Problem) -> Problem {
    let is_secret = |fout: &FieldProblem| fout.veld == "/geheim";
    if problem.fouten.iter().any(is_secret) { Problem::bare(ProblemCode::LinkOngeldig) } else { problem }
}

/// The version that the form was made on; one without is stale.
#[must_use]
pub fn version(fields: &Fields) -> Version {
    Version(fields.get("versie").parse().unwrap_or(-1))
}

/// An amount as people write it, in the notation of the API; what is no amount goes on as it is, and is refused there.
#[must_use]
pub fn amount(text: &str) -> Raw<Euro> {
    Raw::new(Euro::parse_dutch(text).map_or_else(|_not_an_amount| text.to_owned(), |amount| amount.to_string()))
}

/// Uploads the photos of a form, so that they are kept whatever else is wrong; their ids become fields.
///
/// # Errors
/// A field problem beside the photos.
pub async fn upload_photos(page: &PageRequest, fields: &mut Fields, photos: Vec<Vec<u8>>) -> Result<(), Problem> {
    let number = photos.len();
    for (at, bytes) in photos.into_iter().enumerate() {
        // Each photo has a key of its own, made from that of the form: sent again, it is the same photo.
        let name = format!("{}-{}-{at}", key(fields).as_str(), bytes.len());
        let photo_key = IdempotencyKey::parse(&name).ok_or_else(|| Problem::bare(ProblemCode::SleutelNodig))?;
        match page.api.upload_foto(photo_key, bytes).await {
            Ok(foto) => fields.push("foto", foto.id.to_string()),
            Err(problem) => {
                // A browser does not choose them again by itself: which ones are not here must be said.
                let left = u32::try_from(number.saturating_sub(at)).ok();
                let (code, grens) = match problem.status {
                    413 | 415 => (FieldCode::OngeldigeFoto, None),
                    _ => (FieldCode::FotosNietBewaard, left),
                };
                let field = FieldProblem { veld: "/fotos".into(), code, grens, melding: String::new() };
                return Err(Problem { fouten: vec![field], ..problem });
            }
        }
    }
    Ok(())
}
