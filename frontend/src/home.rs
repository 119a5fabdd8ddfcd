//! The first page, and the pages that only tell something.

use crate::initiatief;
use crate::site::PageRequest;
use crate::ui::{Page, Shown, button_link, h2, link, list, p, p_with_mail, shown};
use contract::initiatief::InitiatiefFilter;
use leptos::prelude::*;

/// How many of the newest initiatieven the first page shows.
const NEWEST: u64 = 6;

/// The first page: what this is, and the way to one's own wijk.
pub async fn page(page: &PageRequest) -> Page {
    let lang = page.lang;
    let gebieden = page.api.list_gebieden().await?;
    let filter = InitiatiefFilter { limit: Some(NEWEST), ..InitiatiefFilter::default() };
    let newest = page.api.list_initiatieven(filter).await?;
    let area = |gebied: contract::gebied::GebiedView| {
        let names: Vec<String> = gebied.wijken.iter().map(|wijk| wijk.naam.clone()).collect();
        view! {
            <li>
                <a class="nl-link" href=format!("/gebieden/{}", gebied.code)>{gebied.naam}</a>
                <span class="wk-small">{names.join(", ")}</span>
            </li>
        }
    };
    let steps = [lang.home_step_1(), lang.home_step_2(), lang.home_step_3(), lang.home_step_4()];
    Ok(shown(
        lang.home_title(&page.site.gemeente),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.home_lead()}</p>
            <section class="wk-panel" aria-labelledby="vind">
                <h2 id="vind" class="nl-heading nl-heading--level-2">{lang.home_find()}</h2>
                {crate::gebied::search_form(page)}
            </section>
            {crate::buurtbegroting::bewaren::tasks(page).await?}
            {crate::buurtbegroting::open_votes(page, None).await?}
            <p>{button_link("/initiatieven/nieuw", lang.home_hand_in())}</p>
            {h2(lang.home_newest())}
            {list::cards(newest.resultaten.into_iter().map(|card| initiatief::card(lang, list::Under::Heading, card)).collect())}
            <p class="nl-paragraph">{link("/initiatieven", lang.home_all())}</p>
            {h2(lang.home_how())}
            <ol class="wk-steps">{steps.map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
            {h2(lang.home_gebieden())}
            <ul class="wk-areas">{gebieden.into_iter().map(area).collect_view()}</ul>
        },
    ))
}

/// What Wijkkoers is.
#[must_use]
pub fn about(page: &PageRequest) -> Shown {
    let lang = page.lang;
    shown(
        lang.footer_over(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.home_lead()}</p>
            {p(lang.about_money())}
            {p(lang.about_open())}
            {mail(page, |email| lang.about_contact(email))}
        },
    )
}

/// A sentence with the address for questions.
fn mail(page: &PageRequest, says: impl Fn(&str) -> String) -> AnyView {
    let email = &page.site.contact_email;
    p_with_mail(&says(email), email)
}

/// What we keep of people.
#[must_use]
pub fn privacy(page: &PageRequest) -> Shown {
    let lang = page.lang;
    shown(
        lang.footer_privacy(),
        view! {
            {p(lang.privacy_what())}
            {p(lang.privacy_public())}
            {p(lang.privacy_photos())}
            {p(lang.privacy_vote())}
            {p(lang.privacy_cookies())}
            {mail(page, |email| lang.privacy_rights(email))}
        },
    )
}

/// How accessible it is.
#[must_use]
pub fn accessibility(page: &PageRequest) -> Shown {
    let lang = page.lang;
    shown(
        lang.footer_toegankelijkheid(),
        view! { {p(lang.accessibility_aim())} {mail(page, |email| lang.accessibility_report(email))} },
    )
}

/// What a phone without network shows.
#[must_use]
pub fn offline(page: &PageRequest) -> Shown {
    let lang = page.lang;
    shown(lang.offline_title(), p(lang.offline_text()))
}
