//! The address on letters, for who types it: the code says which ballot is meant.

use crate::buurtbegroting::kiezer::{self, Turn};
use crate::buurtbegroting::stembiljet;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::site::PageRequest;
use crate::submit::again;
use crate::ui::form::Form;
use crate::ui::{self, Page, h2, link, p, shown};
use contract::buurtbegroting::BuurtbegrotingCard;
use contract::field::Field as _;
use contract::problem::ProblemCode;
use contract::stem::{CheckStemcode, Stemcode, StemcodeRondes};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// Straight to the ballot when there is only one, with what stands behind `#` kept by browsers; otherwise a field for
/// the code, and the votes to choose from.
pub async fn page(page: &PageRequest) -> Page {
    let lang = page.lang;
    let open = super::open_rounds(page).await?;
    let title = lang.stem_title();
    if open.is_empty() {
        return Ok(shown(title, p(lang.stem_none())));
    }
    if let ([only], None) = (open.as_slice(), &page.state) {
        return Ok(ui::go(ballot(only.id)));
    }
    let mark = kiezer::mark(page, None, Turn::GoesOn, page.path.clone());
    let state = page.state.clone().unwrap_or_default();
    if let (Some(ronde), true) = (state.found.filled("ronde"), stembiljet::is_voted(&state)) {
        let round = page.api.buurtbegroting(ui::id(ronde)?).await?;
        return Ok(shown(lang.vote_voted_title(), view! { {mark} {stembiljet::voted(page, &round)} }));
    }
    if let Some(code) = state.found.filled("stemcode") {
        return of_code(page, open, &state, code).await;
    }
    let form = Form::new(page, "zoeken");
    let code = stembiljet::code_field(page, &form);
    // Filled in by `js/start.js`.
    let fields = view! { {code} <input type="hidden" name="script" value="" data-script="" /> };
    let demo = page.site.is_demo.then(|| ui::alert("info", p(lang.vote_code_demo())));
    Ok(shown(
        title,
        view! { {mark} {p(lang.stem_lead())} {demo} {form.view(lang.stem_find(), fields)} {super::lost_letter(page)} {h2(lang.stem_choose())} {choice(open)} },
    ))
}

fn ballot(id: BuurtbegrotingId) -> String {
    format!("/buurtbegrotingen/{id}/stemmen")
}

/// What a code is good for that is for more than one vote: each on which it can be used, and of every other why not.
async fn of_code(page: &PageRequest, mut open: Vec<BuurtbegrotingCard>, state: &FormState, code: &str) -> Page {
    let lang = page.lang;
    let was_used = open.iter().filter(|own| is_of(state, "gestemd", own)).map(|own| own.id);
    let was_used: Vec<BuurtbegrotingId> = was_used.collect();
    let mut used = Vec::new();
    for id in was_used {
        used.push(page.api.buurtbegroting(id).await?);
    }
    let mark = kiezer::mark(page, None, Turn::GoesOn, page.path.clone());
    let replaced =
        open.iter().filter(|own| is_of(state, "oud", own)).map(|own| p(lang.stem_replaced(&own.titel))).collect_view();
    let told = view! { {replaced} {stembiljet::used_in(page, &used)} };
    open.retain(|own| is_of(state, "ronde", own));
    if open.is_empty() {
        return Ok(shown(lang.vote_voted_title(), view! { {mark} {told} }));
    }
    let lead = if open.len() > 1 { lang.stem_several() } else { lang.stem_one() };
    let choice =
        if state.fields.filled("script").is_some() { choice_with_code(open, code) } else { choice_by_form(open, code) };
    Ok(shown(lang.stem_title(), view! { {mark} {p(lead)} {choice} {told} }))
}

/// Whether a vote is one of those that were found under this name.
fn is_of(state: &FormState, name: &str, own: &BuurtbegrotingCard) -> bool {
    state.found.all(name).any(|id| own.id.to_string() == id)
}

/// Votes, each leading to its ballot.
fn choice(open: Vec<BuurtbegrotingCard>) -> impl IntoView + use<> {
    let item = |own: BuurtbegrotingCard| view! { <li>{link(ballot(own.id), own.titel)}</li> };
    view! { <ul class="wk-areas">{open.into_iter().map(item).collect_view()}</ul> }
}

/// The same with the code behind `#`, where `js/start.js` takes it from.
fn choice_with_code(open: Vec<BuurtbegrotingCard>, code: &str) -> AnyView {
    let item = |own: BuurtbegrotingCard| view! { <li>{link(format!("{}#{code}", ballot(own.id)), own.titel)}</li> };
    view! { <ul class="wk-areas">{open.into_iter().map(item).collect_view()}</ul> }.into_any()
}

/// The same without scripts: nothing would take the code from behind `#`, and it would stay in the address. A form takes it along.
fn choice_by_form(open: Vec<BuurtbegrotingCard>, code: &str) -> AnyView {
    let code = Stemcode::parse(code).map_or_else(|_flaw| code.to_owned(), |own| own.grouped());
    let item = |own: BuurtbegrotingCard| {
        view! {
            <li>
                <form method="post" action=ballot(own.id)>
                    <input type="hidden" name="stemcode" value=code.clone() />
                    <button class="nl-button nl-button--secondary" type="submit" name="actie" value="zoeken">
                        <span class="nl-button__label">{own.titel}</span>
                    </button>
                </form>
            </li>
        }
    };
    view! { <ul class="wk-areas">{open.into_iter().map(item).collect_view()}</ul> }.into_any()
}

/// Leads to the ballot that a code is for. The code goes along behind `#`, as in the QR code of a letter, or in the form: never
/// in a path or query (SECURITY-RULES V-5).
pub async fn submit(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let asked = CheckStemcode { stemcode: fields.get("stemcode").into() };
    let StemcodeRondes { rondes, vervangen } = match page.api.find_stemcode(asked).await {
        Ok(found) => found,
        Err(problem) => return again(fields, problem),
    };
    let open: Vec<BuurtbegrotingId> = rondes.iter().filter(|own| !own.gestemd).map(|own| own.ronde).collect();
    let code = Stemcode::parse(fields.get("stemcode")).map(|code| code.as_str().to_owned()).unwrap_or_default();
    // With a code for one vote nothing else is to be told.
    let is_only = rondes.len() == 1 && vervangen.is_empty();
    match open.as_slice() {
        [] if is_only => {
            let found = rondes.iter().map(|own| ("ronde".to_owned(), own.ronde.to_string())).collect();
            let problem = Some(Problem::bare(ProblemCode::AlGestemd));
            Outcome::Again(FormState { problem, found: Fields::new(found), ..FormState::of(fields) })
        }
        [only] if is_only && fields.filled("script").is_some() => Outcome::Go(format!("{}#{code}", ballot(*only))),
        // Without scripts nothing takes the code from behind #: the form itself goes on.
        [only] if is_only => Outcome::Carry(ballot(*only)),
        several => {
            let voted = rondes.iter().filter(|own| own.gestemd).map(|own| ("gestemd", own.ronde));
            let all =
                several.iter().map(|id| ("ronde", *id)).chain(vervangen.iter().map(|id| ("oud", *id))).chain(voted);
            let all = all.map(|(name, id)| (name.to_owned(), id.to_string()));
            let found = Fields::new(std::iter::once(("stemcode".to_owned(), code)).chain(all).collect());
            let problem = several.is_empty().then(|| Problem::bare(ProblemCode::AlGestemd));
            Outcome::Again(FormState { problem, found, ..FormState::of(fields) })
        }
    }
}
