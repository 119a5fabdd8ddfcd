//! The page of a custodian: making a key of one's own, and handing in one's own part. What a key is needed for happens in the
//! browser (`js/bewaren.js`, with WebAssembly that only this page loads), so that the server never has it.

use crate::buurtbegroting::telling;
use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{Page, below, h2, link, p};
use contract::BuurtbegrotingId;
use contract::bewaarder::{BewaarderView, SleutelDoel};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::telling::TellingStatus;
use leptos::prelude::*;

/// So many groups of the key are typed again before it counts.
const TYPED: [&str; 3] = ["groep-1", "groep-2", "groep-3"];

/// What this custodian can do now, and what waits for whom.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let own = page.api.bewaarder(id).await?;
    let counting = own.telling.as_ref().filter(|telling| telling.status == TellingStatus::Bezig);
    let is_counting = counting.is_some();
    let state = match counting {
        Some(telling) => telling::progress(lang, telling),
        None => state(page, &round, &own),
    };
    let shown = below(
        super::above(lang, &round.kaart),
        lang.bewaren_title(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.bewaren_lead(&round.kaart.titel)}</p>
            {state}
        },
    );
    Ok(shown.refreshing(is_counting.then_some(telling::SECONDS)))
}

fn state(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView) -> AnyView {
    let lang = page.lang;
    match own.gevraagd {
        _ if own.voorbij => p(lang.bewaren_over()).into_any(),
        Some(doel) => hand_in(page, round, own, doel),
        None if own.verzegeld_deel.is_none() => make(page, round, own),
        None if round.kaart.fase == Fase::Uitslag => p(lang.bewaren_counted()).into_any(),
        None => p(lang.bewaren_proven()).into_any(),
    }
}

/// What is said to a browser without scripts.
fn no_scripts(lang: Lang) -> impl IntoView {
    view! { <p class="nl-paragraph wk-unscripted">{lang.bewaren_no_scripts()}</p> }
}

/// A button that a script listens to.
fn button(name: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <button class="nl-button nl-button--secondary" type="button" data-knop=name>
            <span class="nl-button__label">{text}</span>
        </button>
    }
}

fn make(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView) -> AnyView {
    let lang = page.lang;
    let has_key =
        own.publieke_sleutel.as_ref().map(|_| view! { {p(lang.bewaren_has_key())} {p(lang.bewaren_make_again())} });
    let address = format!("{}/buurtbegrotingen/{}/bewaren", page.site.base_url, round.kaart.id);
    let typed = TYPED.map(|id| {
        view! {
            <div class="utrecht-form-field">
                <label class="utrecht-form-label" for=id>{lang.bewaren_group("…")}</label>
                <input class="utrecht-textbox utrecht-textbox--html-input" id=id autocomplete="off" autocapitalize="characters" spellcheck="false" data-groep="" />
            </div>
        }
    });
    view! {
        {no_scripts(lang)}
        {has_key}
        <section
            class="wk-panel wk-bewaren wk-scripted"
            data-bewaren=page.site.assets.url("bewaren.js")
            data-stap="maken"
            data-adres=format!("/api/v1/buurtbegrotingen/{}", round.kaart.id)
            data-bestandsnaam=lang.bewaren_file_name()
            data-tekst-bestand=lang.bewaren_file(address, "{sleutel}", &round.kaart.titel)
            data-tekst-groep=lang.bewaren_group("{nummer}")
            data-tekst-verkeerd=lang.bewaren_again_wrong()
            data-tekst-bezig=lang.bewaren_busy()
            data-tekst-mislukt=lang.bewaren_failed()
        >
            <div data-deel="maken">
                {h2(lang.bewaren_make_title())} {p(lang.bewaren_make_lead())} {button("maken", lang.bewaren_make())}
            </div>
            <div data-deel="bewaren" hidden>
                {h2(lang.bewaren_write_title())} {p(lang.bewaren_write_lead())}
                <p class="wk-proof__code" translate="no"><code data-sleutel=""></code></p>
                <p class="wk-form__buttons">{button("bestand", lang.bewaren_save())} {button("bewaard", lang.bewaren_written())}</p>
            </div>
            <form data-deel="overtypen" hidden>
                {h2(lang.bewaren_again_title())} {p(lang.bewaren_again_lead())} {typed}
                <p class="wk-form__buttons">
                    <button class="nl-button nl-button--primary" type="submit">
                        <span class="nl-button__label">{lang.bewaren_again_send()}</span>
                    </button>
                    {button("terug", lang.bewaren_again_show())}
                </p>
            </form>
            <div role="status" data-gevonden=""></div>
        </section>
    }
    .into_any()
}

fn hand_in(page: &PageRequest, round: &BuurtbegrotingView, own: &BewaarderView, doel: SleutelDoel) -> AnyView {
    let lang = page.lang;
    let (title, lead) = match doel {
        SleutelDoel::Proef => (lang.bewaren_proef_title(), lang.bewaren_proef_lead()),
        SleutelDoel::Telling => (lang.bewaren_telling_title(), lang.bewaren_telling_lead()),
        SleutelDoel::Natelling => (lang.bewaren_natelling_title(), lang.bewaren_natelling_lead()),
    };
    if let Some(until) = own.wacht_tot {
        let waits = p(lang.bewaren_waits(format::moment_and_time(lang, until)));
        let again = link(page.path.clone(), lang.bewaren_look_again());
        return view! { {h2(title)} {waits} <p class="nl-paragraph">{again}</p> }.into_any();
    }
    let other = (own.ingeleverd > 0).then(|| p(lang.bewaren_other_waits()));
    let demo = page.site.is_demo.then(|| p(lang.bewaren_demo()));
    view! {
        {no_scripts(lang)}
        <section
            class="wk-panel wk-bewaren wk-scripted"
            data-bewaren=page.site.assets.url("bewaren.js")
            data-stap="inleveren"
            data-adres=format!("/api/v1/buurtbegrotingen/{}", round.kaart.id)
            data-doel=doel.as_str()
            data-verzegeld=own.verzegeld_deel.clone()
            data-tekst-verkeerd=lang.bewaren_key_wrong()
            data-tekst-anders=lang.bewaren_key_other()
            data-tekst-bezig=lang.bewaren_busy()
            data-tekst-mislukt=lang.bewaren_failed()
        >
            {h2(title)} {p(lead)} {other} {demo}
            <form>
                <div class="utrecht-form-field">
                    <label class="utrecht-form-label" for="sleutel">{lang.bewaren_key()}</label>
                    <p class="utrecht-form-field-description" id="sleutel-uitleg">{lang.bewaren_key_hint()}</p>
                    <input class="utrecht-textbox utrecht-textbox--html-input" id="sleutel" aria-describedby="sleutel-uitleg" autocomplete="off" autocapitalize="characters" spellcheck="false" />
                </div>
                <div class="utrecht-form-field">
                    <label class="utrecht-form-label" for="sleutelbestand">{lang.bewaren_key_file()}</label>
                    <input id="sleutelbestand" type="file" accept="text/plain,.txt" />
                </div>
                <p class="wk-form__buttons">
                    <button class="nl-button nl-button--primary" type="submit">
                        <span class="nl-button__label">{lang.bewaren_hand_in()}</span>
                    </button>
                </p>
            </form>
            <div role="status" data-gevonden=""></div>
        </section>
    }
    .into_any()
}
