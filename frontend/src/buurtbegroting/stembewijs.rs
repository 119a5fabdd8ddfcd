//! The proof that stays with the voter, and the page that says whether their ballot is in the box.

use crate::buurtbegroting::change;
use crate::buurtbegroting::kiezer::{self, Turn};
use crate::buurtbegroting_proof::{Proof, ProofWords};
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::site::PageRequest;
use crate::submit::again;
use crate::ui::form::Form;
use crate::ui::{self, Page, below, link, p, shown};
use contract::buurtbegroting::{BuurtbegrotingCard, BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::stem::{CheckStembewijs, Stembewijs};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// "U hebt gestemd", with the proof, for whoever voted without a script.
pub fn proof(page: &PageRequest, round: &BuurtbegrotingView, secret: Stembewijs, code: &str) -> impl IntoView + use<> {
    let (code, adres, woorden) = (code.to_owned(), address(page, round), words(page, round));
    view! { <Proof secret code adres woorden /> }
}

/// The path of the page where a ballot of this round is looked up.
pub fn path(round: &BuurtbegrotingView) -> String {
    format!("/buurtbegrotingen/{}/stembewijs", round.kaart.id)
}

/// The same, whole.
pub fn address(page: &PageRequest, round: &BuurtbegrotingView) -> String {
    format!("{}{}", page.site.base_url, path(round))
}

/// The address that people type: it leads on.
fn typed(page: &PageRequest) -> String {
    let base = page.site.base_url.as_str();
    format!("{}/stembewijs", base.split_once("://").map_or(base, |(_, plain)| plain))
}

/// Where a ballot can be looked up: straight to the only round, or the rounds to choose from. What stands behind `#` is kept by
/// browsers.
pub async fn short(page: &PageRequest) -> Page {
    let lang = page.lang;
    let to = |own: &BuurtbegrotingCard| format!("/buurtbegrotingen/{}/stembewijs", own.id);
    let rounds = voted_on(page).await?;
    if let [only] = rounds.as_slice() {
        return Ok(ui::go(to(only)));
    }
    if rounds.is_empty() {
        return Ok(shown(lang.proof_look(), p(lang.proof_look_none())));
    }
    let item = |own: &BuurtbegrotingCard| view! { <li>{link(to(own), own.titel.clone())}</li> };
    let rounds = rounds.iter().map(item).collect_view();
    Ok(shown(lang.proof_look(), view! { {p(lang.proof_look_which())} <ul class="wk-areas">{rounds}</ul> }))
}

/// The rounds of which a ballot can be looked up.
async fn voted_on(page: &PageRequest) -> Result<Vec<BuurtbegrotingCard>, Problem> {
    let mut rounds = super::newest(page).await?;
    rounds.retain(|own| matches!(own.fase, Fase::Stemmen | Fase::Tellen | Fase::Uitslag | Fase::Uitvoering));
    Ok(rounds)
}

/// What is said around a proof of this round.
pub fn words(page: &PageRequest, round: &BuurtbegrotingView) -> ProofWords {
    let lang = page.lang;
    let own = format!("/buurtbegrotingen/{}", round.kaart.id);
    let change = if round.spelregels.wijzigen_mag { lang.proof_change_yes() } else { lang.proof_change_no() };
    ProofWords {
        done: lang.proof_done().into(),
        title: lang.proof_title().into(),
        keep: lang.proof_keep().into(),
        once: lang.proof_once().into(),
        copy: lang.proof_copy().into(),
        copied: lang.proof_copied().into(),
        copy_failed: lang.proof_copy_failed().into(),
        print: lang.proof_print().into(),
        qr: lang.proof_qr().into(),
        qr_use: lang.proof_qr_use().into(),
        qr_scan: lang.proof_qr_scan().into(),
        in_words: lang.proof_in_words().into(),
        use_title: lang.proof_use().into(),
        leaving: lang.proof_leaving().into(),
        look: lang.proof_look_at().into(),
        typed: typed(page),
        change: change.into(),
        to_change: change::can_change(round)
            .then(|| (lang.change_title().into(), change::path(round), page.key.clone())),
        control_title: lang.proof_control_title().into(),
        control: lang.proof_control().into(),
        ready: format!("{} {}", lang.proof_ready(), super::until(page, &round.kaart)),
        to_round: (lang.proof_to_round().into(), own),
        close: lang.proof_close().into(),
        close_first: lang.proof_close_first().into(),
    }
}

/// Looks whether a ballot is in the box: yes or no.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let state = page.state.clone().unwrap_or_default();
    let is_missing = state.found.get("inDeBus") == "nee";
    let has_others = is_missing && voted_on(page).await?.len() > 1;
    let form = Form::new(page, "kijken");
    let answer = state.found.filled("inDeBus").map(|code| {
        if is_missing {
            let others = has_others
                .then(|| view! { <p class="nl-paragraph">{link("/stembewijs", lang.proof_other_round())}</p> });
            view! { {ui::alert("warning", p(lang.proof_not_there()))} {others} {super::help(page)} }.into_any()
        } else {
            let more = change::can_change(&round).then(|| p(lang.proof_there_change()));
            ui::alert("ok", view! { {p(lang.proof_there(code))} {more} }).into_any()
        }
    });
    let is_there = state.found.filled("inDeBus").is_some() && !is_missing;
    let to_change =
        if is_there { carry_on(page, &round, state.fields.get("stembewijs")) } else { change::to_change(page, &round) };
    let fields = code_field(page, &form);
    let above = super::above(lang, &round.kaart);
    let may_change = change::can_change(&round);
    let was_shown = if may_change { lang.proof_was_shown_change() } else { lang.proof_was_shown() };
    // `js/start.js` shows it to whoever loads the page again on which their proof stood.
    let voted = view! { <div hidden=true data-was-gestemd="">{ui::alert("info", p(was_shown))}</div> };
    Ok(below(
        view! { {kiezer::mark(page, Some(id), Turn::GoesOn, path(&round))} {above} },
        lang.proof_look(),
        view! {
            {voted}
            {answer}
            {p(lang.proof_look_lead())}
            {form.view(lang.proof_look_button(), fields)}
            {to_change}
        },
    ))
}

/// Where a proof is typed, as a code or as words. No browser fills it in again for whoever comes back.
pub fn code_field(page: &PageRequest, form: &Form) -> AnyView {
    let lang = page.lang;
    let field = form.field("stembewijs", lang.proof_code()).hint(lang.proof_code_hint());
    let field = field.missing(lang.proof_code_missing()).autocomplete("off").area(4);
    view! { {field} {super::from_qr(lang)} }.into_any()
}

/// The way to change the ballot that was found, without typing its proof once more.
fn carry_on(page: &PageRequest, round: &BuurtbegrotingView, proof: &str) -> Option<AnyView> {
    let (to, proof, title) = (change::path(round), proof.to_owned(), page.lang.change_title());
    let order = page.key.clone();
    change::can_change(round).then(|| {
        view! {
            <form method="post" action=to>
                <input type="hidden" name="stembewijs" value=proof />
                <input type="hidden" name="volgorde" value=order />
                <button class="nl-button nl-button--secondary" type="submit" name="actie" value="beginnen">
                    <span class="nl-button__label">{title}</span>
                </button>
            </form>
        }
        .into_any()
    })
}

/// Takes that form in.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let request = CheckStembewijs { stembewijs: fields.get("stembewijs").into() };
    let found: Result<_, Problem> = page.api.check_stembewijs(id, request).await;
    match found {
        Ok(found) => {
            let code = found.controlecode.unwrap_or_else(|| "nee".into());
            Outcome::Again(FormState { found: Fields::new(vec![("inDeBus".into(), code)]), ..FormState::of(fields) })
        }
        Err(problem) => again(fields, problem),
    }
}
