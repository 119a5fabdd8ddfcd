//! The proof that stays with the voter, and the page that says whether their ballot is in the box.

use crate::forms::{FormState, Outcome, Submission};
use crate::site::PageRequest;
use crate::submit::again;
use crate::ui::form::Form;
use crate::ui::{self, Page, below, breadcrumbs, h2, link, p};
use contract::buurtbegroting::BuurtbegrotingView;
use contract::stem::{CheckStembewijs, Stembewijs};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// "U hebt gestemd", with the proof as a code and as a QR code. It is shown once.
pub fn proof(page: &PageRequest, round: &BuurtbegrotingView, secret: Stembewijs, code: &str) -> impl IntoView + use<> {
    let lang = page.lang;
    let path = format!("/buurtbegrotingen/{}", round.kaart.id);
    let text = secret.grouped();
    // Behind the #: a browser keeps it to itself.
    let qr = qr(&format!("{}{path}/stembewijs#{}", page.site.base_url, text), lang.proof_qr());
    let change = if round.spelregels.wijzigen_mag { lang.proof_change_yes() } else { lang.proof_change_no() };
    let code = code.to_owned();
    view! {
        {ui::alert("ok", view! { <p class="nl-paragraph nl-paragraph--lead">{lang.proof_done()}</p> })}
        <section class="wk-panel wk-proof">
            {h2(lang.proof_title())}
            {p(lang.proof_keep())}
            <p class="wk-proof__code"><code>{text}</code></p>
            {qr}
            {p(lang.proof_control())}
            <p class="wk-proof__code"><code>{code}</code></p>
            {p(change)}
        </section>
        <p class="nl-paragraph">{link(path, lang.proof_to_round())}</p>
    }
}

/// A QR code as one path. Nothing when the text is too long for one.
fn qr(text: &str, label: &'static str) -> Option<impl IntoView + use<>> {
    use std::fmt::Write as _;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            write!(path, "M{} {}h1v1h-1z", at % width + 4, at / width + 4).ok()?;
        }
    }
    let side = width + 8;
    Some(view! {
        <svg class="wk-qr" viewBox=format!("0 0 {side} {side}") width="220" height="220" role="img" aria-label=label shape-rendering="crispEdges">
            <rect width=side.to_string() height=side.to_string() fill="#fff" />
            <path d=path fill="#000" />
        </svg>
    })
}

/// Looks whether a ballot is in the box: yes or no.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let form = Form::new(page, "kijken");
    let state = page.state.clone().unwrap_or_default();
    let answer = state.fields.filled("inDeBus").map(|code| {
        if code == "nee" {
            ui::alert("warning", p(lang.proof_not_there())).into_any()
        } else {
            ui::alert("ok", p(lang.proof_there(code))).into_any()
        }
    });
    let fields = form.field("stembewijs", lang.proof_code()).hint(lang.proof_code_hint()).autocomplete("off").input();
    Ok(below(
        breadcrumbs(
            lang,
            vec![
                ("/buurtbegrotingen".into(), lang.round_list().into()),
                (format!("/buurtbegrotingen/{id}"), round.kaart.titel.clone()),
            ],
        ),
        lang.proof_look(),
        view! { {answer} {p(lang.proof_look_lead())} {form.view(lang.proof_look_button(), fields)} },
    ))
}

/// Takes that form in.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let mut fields = submission.fields;
    let request = CheckStembewijs { stembewijs: fields.get("stembewijs").into() };
    let found: Result<_, Problem> = page.api.check_stembewijs(id, request).await;
    match found {
        Ok(found) => {
            fields.push("inDeBus", found.controlecode.unwrap_or_else(|| "nee".into()));
            Outcome::Again(FormState { fields, problem: None })
        }
        Err(problem) => again(fields, problem),
    }
}
