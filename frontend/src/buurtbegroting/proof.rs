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
    /// What to do with the proof.
    pub title: String,
    /// How to keep it.
    pub keep: String,
    /// That it is shown once, where the tab forgets it.
    pub once: String,
    /// What the button says that copies its code.
    pub copy: String,
    /// That it was copied.
    pub copied: String,
    /// That it could not be.
    pub copy_failed: String,
    /// What the button says that prints.
    pub print: String,
    /// What the picture is.
    pub qr: String,
    /// What the picture is for.
    pub qr_use: String,
    /// What it saves whoever has scripts.
    pub qr_scan: String,
    /// That the same can be kept as words.
    pub in_words: String,
    /// What the proof is good for, in a few words.
    pub use_title: String,
    /// Before somebody leaves without having kept it; `js/start.js` asks it.
    pub leaving: String,
    /// Where the ballot can be looked up.
    pub look: String,
    /// The short address of that page, as people type it.
    pub typed: String,
    /// Whether the ballot can be changed.
    pub change: String,
    /// Where, when it can: what the button says, its address, and an order of the plans there.
    pub to_change: Option<(String, String, String)>,
    /// What the other code is called.
    pub control_title: String,
    /// What it is.
    pub control: String,
    /// That nothing more is needed.
    pub ready: String,
    /// The page of the round: what the link says, and its address.
    pub to_round: (String, String),
    /// To close the tab, where it cannot forget the code and what was chosen.
    pub close: String,
    /// The same in short, above the code: what comes before that.
    pub close_first: String,
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
    let kept = to_keep(secret, &adres, &woorden);
    let to_change = woorden.to_change.map(|words| change_with(secret, words));
    let way =
        |(text, to): (String, String)| view! { <p class="nl-paragraph"><a class="nl-link" href=to>{text}</a></p> };
    view! {
        <div class="utrecht-alert utrecht-alert--ok" role="status">
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message"><p class="nl-paragraph nl-paragraph--lead">{woorden.done}</p></div>
            </div>
        </div>
        <p class="nl-paragraph wk-proof-close">{woorden.close_first}</p>
        <section class="wk-panel wk-proof" data-blijf=woorden.leaving>
            <h2 class="nl-heading nl-heading--level-2">{woorden.title}</h2>
            {kept}
            <h3 class="nl-heading nl-heading--level-3">{woorden.use_title}</h3>
            <p class="nl-paragraph">{woorden.look} " " <a class="nl-link wk-address" href=adres>{woorden.typed}</a></p>
            <p class="nl-paragraph">{woorden.change}</p>
            {to_change}
        </section>
        <section class="wk-panel">
            <h2 class="nl-heading nl-heading--level-2">{woorden.control_title}</h2>
            <p class="nl-paragraph">{woorden.control}</p>
            <p class="wk-proof__code"><code>{code}</code></p>
        </section>
        <p class="nl-paragraph">{woorden.ready}</p>
        {way(woorden.to_round)}
        <p class="nl-paragraph wk-proof-close">{woorden.close}</p>
    }
}

/// The way to change the ballot, with its code: this page shows it once.
fn change_with(secret: Stembewijs, (text, to, order): (String, String, String)) -> AnyView {
    view! {
        <form class="wk-form" method="post" action=to>
            <input type="hidden" name="stembewijs" value=secret.grouped() />
            <input type="hidden" name="volgorde" value=order />
            <button class="nl-button nl-button--secondary" type="submit" name="actie" value="beginnen">
                <span class="nl-button__label">{text}</span>
            </button>
        </form>
    }
    .into_any()
}

/// What there is to keep, in each form, and what helps to keep it; `js/start.js` listens to the buttons.
fn to_keep(secret: Stembewijs, address: &str, words: &ProofWords) -> AnyView {
    let (code, in_words) = (secret.grouped(), secret.woorden().join(" "));
    // Behind the #, which a browser keeps to itself.
    let picture = qr(format!("{address}#{code}"), words.qr.clone());
    view! {
        <p class="nl-paragraph">{words.keep.clone()} <span class="wk-proof-once">" " {words.once.clone()}</span></p>
        <p class="wk-proof__code" id="stembewijs"><code>{code}</code></p>
        <p class="wk-form__buttons wk-scripted">
            <button
                class="nl-button nl-button--primary"
                type="button"
                data-kopieer="stembewijs"
                data-tekst-gelukt=words.copied.clone()
                data-tekst-mislukt=words.copy_failed.clone()
            >
                <span class="nl-button__label">{words.copy.clone()}</span>
            </button>
            <button class="nl-button nl-button--secondary" type="button" data-afdrukken="">
                <span class="nl-button__label">{words.print.clone()}</span>
            </button>
        </p>
        <p class="nl-paragraph" role="status" data-gekopieerd=""></p>
        {picture}
        <p class="nl-paragraph">{words.qr_use.clone()} <span class="wk-scripted">" " {words.qr_scan.clone()}</span></p>
        <p class="nl-paragraph">{words.in_words.clone()}</p>
        <p class="wk-proof__words">{in_words}</p>
    }
    .into_any()
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
