//! "U hebt gestemd", with the proof as a code and as a QR code: on the server and in the browser the same.

use contract::stem::Stembewijs;
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};

/// What is said around a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofWords {
    /// That the ballot is in the box.
    pub done: String,
    /// Its title.
    pub title: String,
    /// What it is good for.
    pub keep: String,
    /// That the same can be kept as words.
    pub in_words: String,
    /// What the picture is.
    pub qr: String,
    /// What the control code is.
    pub control: String,
    /// Whether the ballot can be changed.
    pub change: String,
    /// Where it can be looked up.
    pub look: String,
    /// What the button says that prints.
    pub print: String,
}

/// The proof. It is shown once.
#[component]
pub fn Proof(
    /// Its secret.
    secret: Stembewijs,
    /// The code in the published list.
    code: String,
    /// Address of the page that looks a ballot up.
    adres: String,
    /// What is said around it.
    woorden: ProofWords,
) -> impl IntoView {
    let (code_of_proof, words) = (secret.grouped(), secret.woorden().join(" "));
    // Behind the #, which a browser keeps to itself.
    let picture = qr(format!("{adres}#{code_of_proof}"), woorden.qr);
    let shown = adres.split_once("://").map_or(adres.as_str(), |(_, rest)| rest).to_owned();
    view! {
        <div class="utrecht-alert utrecht-alert--ok" role="status">
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message"><p class="nl-paragraph nl-paragraph--lead">{woorden.done}</p></div>
            </div>
        </div>
        <section class="wk-panel wk-proof">
            <h2 class="nl-heading nl-heading--level-2">{woorden.title}</h2>
            <p class="nl-paragraph">{woorden.keep}</p>
            <p class="wk-proof__code"><code>{code_of_proof}</code></p>
            {picture}
            <p class="nl-paragraph">{woorden.in_words}</p>
            <p class="wk-proof__words">{words}</p>
            <p class="nl-paragraph">{woorden.control}</p>
            <p class="wk-proof__code"><code>{code}</code></p>
            <p class="nl-paragraph">{woorden.change}</p>
            <p class="nl-paragraph">{woorden.look} " " <a class="nl-link wk-address" href=adres>{shown}</a></p>
            <button class="nl-button nl-button--secondary wk-scripted" type="button" data-afdrukken="">
                <span class="nl-button__label">{woorden.print}</span>
            </button>
        </section>
    }
}

/// A QR code as one path. Nothing when the text is too long for one.
fn qr(text: String, label: String) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, side) = (code.width(), code.width() + 8);
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4)).collect();
    Some(view! {
        <svg class="wk-qr" viewBox=format!("0 0 {side} {side}") width="220" height="220" role="img" aria-label=label shape-rendering="crispEdges">
            <rect width=side.to_string() height=side.to_string() fill="#fff" />
            <path d=path fill="#000" />
        </svg>
    })
}
