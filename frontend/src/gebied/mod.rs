//! Finding one's wijk without a map, and the page of each gebied and wijk.

mod location;

use crate::initiatief;
use crate::site::PageRequest;
use crate::ui::{self, Page, below, breadcrumbs, button_link, h2, link, list, p, shown};
use contract::Problem;
use contract::gebied::{GebiedView, WijkView, ZoekWijk};
use contract::initiatief::InitiatiefFilter;
use contract::problem::ProblemCode;
use leptos::prelude::*;
pub use location::LocationButton;

/// The form that finds a wijk by postcode, and a button that does it by location.
pub fn search_form(page: &PageRequest) -> impl IntoView + use<> {
    let lang = page.lang;
    let typed = ui::query(page, "postcode").unwrap_or_default();
    view! {
        <form class="wk-search" method="get" action="/wijken">
            <div class="utrecht-form-field">
                <label class="utrecht-form-label" for="postcode">{lang.gebied_postcode()}</label>
                <p class="utrecht-form-field-description" id="postcode-uitleg">{lang.gebied_postcode_hint()}</p>
                <div class="wk-search__row">
                    <input
                        class="utrecht-textbox utrecht-textbox--html-input"
                        id="postcode"
                        name="postcode"
                        value=typed
                        autocomplete="postal-code"
                        aria-describedby="postcode-uitleg"
                    />
                    <button class="nl-button nl-button--primary" type="submit">
                        <span class="nl-button__label">{lang.gebied_search()}</span>
                    </button>
                </div>
            </div>
        </form>
        <LocationButton
            label=lang.gebied_location().to_owned()
            busy=lang.gebied_location_busy().to_owned()
            failed=lang.gebied_location_failed().to_owned()
        />
        <p class="nl-paragraph">{link("/gebieden", lang.gebied_from_list())}</p>
    }
}

/// What was found for a postcode or a point.
pub async fn find(page: &PageRequest) -> Page {
    let lang = page.lang;
    let number = |name: &str| ui::query(page, name).and_then(|text| text.parse().ok());
    let query = ZoekWijk { postcode: ui::query(page, "postcode"), lon: number("lon"), lat: number("lat") };
    if query == ZoekWijk::default() {
        return Ok(shown(lang.home_find(), search_form(page)));
    }
    let found = match page.api.find_wijken(query).await {
        Ok(found) => found,
        Err(problem) if problem.status == 400 => {
            let said = problem.fouten.first().map(|fout| lang.field_problem(fout.code, fout.grens));
            let content = view! { {ui::alert("error", said.unwrap_or_default())} {search_form(page)} };
            return Ok(shown(lang.home_find(), content));
        }
        Err(problem) => return Err(problem),
    };
    if found.is_empty() {
        let content = view! { {ui::alert("warning", lang.gebied_none(&page.site.gemeente))} {search_form(page)} };
        return Ok(shown(lang.home_find(), content));
    }
    let many = (found.len() > 1).then(|| p(lang.gebied_many()));
    let item = |wijk: WijkView| view! { <li>{link(format!("/wijken/{}", wijk.code), wijk.naam)}</li> };
    Ok(shown(
        lang.gebied_found(),
        view! { {many} <ul class="wk-areas">{found.into_iter().map(item).collect_view()}</ul> {search_form(page)} },
    ))
}

/// All gebieden, as a list and as a schematic map.
pub async fn list(page: &PageRequest) -> Page {
    let lang = page.lang;
    let gebieden = page.api.list_gebieden().await?;
    let lead = lang.gebied_lead(gebieden.len(), &page.site.gemeente);
    let map = schematic_map(&gebieden, lang.gebied_map());
    let area = |gebied: GebiedView| {
        let wijk = |wijk: WijkView| view! { <li>{link(format!("/wijken/{}", wijk.code), wijk.naam)}</li> };
        view! {
            <li>
                <h2 class="nl-heading nl-heading--level-3">{link(format!("/gebieden/{}", gebied.code), gebied.naam)}</h2>
                <ul class="wk-inline">{gebied.wijken.into_iter().map(wijk).collect_view()}</ul>
            </li>
        }
    };
    Ok(shown(
        lang.gebied_title(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lead}</p>
            {search_form(page)}
            {map}
            <ul class="wk-areas">{gebieden.into_iter().map(area).collect_view()}</ul>
        },
    ))
}

/// Width and height of the schematic map, in its own units.
const MAP: (f64, f64) = (340.0, 320.0);
const MARGIN: (f64, f64) = (56.0, 28.0);
/// What a circle with its name takes.
const ROOM: (f64, f64) = (84.0, 44.0);

/// Each gebied as a circle at its place: needs no outlines, prints, and every circle is a link.
fn schematic_map(gebieden: &[GebiedView], label: &'static str) -> impl IntoView + use<> {
    let lons: Vec<f64> = gebieden.iter().map(|gebied| gebied.punt.lon).collect();
    let lats: Vec<f64> = gebieden.iter().map(|gebied| gebied.punt.lat).collect();
    let spread = |all: &[f64]| {
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (low, (high - low).max(0.001))
    };
    let ((west, width), (south, height)) = (spread(&lons), spread(&lats));
    let x = |gebied: &GebiedView| MARGIN.0 + (gebied.punt.lon - west) / width * (MAP.0 - 2.0 * MARGIN.0);
    let y =
        |gebied: &GebiedView| MAP.1 - MARGIN.1 - (gebied.punt.lat - south) / height * (MAP.1 - 2.0 * MARGIN.1 - 16.0);
    let places = apart(gebieden.iter().map(|gebied| (x(gebied), y(gebied))).collect());
    let spot = |(gebied, (x, y)): (&GebiedView, (f64, f64))| {
        let text = gebied.korte_naam.clone();
        view! {
            <a href=format!("/gebieden/{}", gebied.code) aria-label=gebied.naam.clone()>
                <circle cx=format!("{x:.0}") cy=format!("{y:.0}") r="15" />
                <text x=format!("{x:.0}") y=format!("{:.0}", y + 4.0) text-anchor="middle">{gebied.code.clone()}</text>
                <text class="wk-map__name" x=format!("{x:.0}") y=format!("{:.0}", y + 27.0) text-anchor="middle">{text}</text>
            </a>
        }
    };
    view! {
        <svg class="wk-map" viewBox=format!("0 0 {} {}", MAP.0, MAP.1) role="group" aria-label=label>
            {gebieden.iter().zip(places).map(spot).collect_view()}
        </svg>
    }
}

/// Moves places that stand in each other's way up and down until all can be read, or nearly so.
fn apart(mut places: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    for _ in 0..60 {
        let seen = places.clone();
        for (at, place) in places.iter_mut().enumerate() {
            for (other, (x, y)) in seen.iter().enumerate().filter(|(other, _)| *other != at) {
                let (beside, above) = ((place.0 - x).abs(), place.1 - y);
                if beside < ROOM.0 && above.abs() < ROOM.1 {
                    let is_lower = above > 0.0 || (above == 0.0 && at > other);
                    place.1 += if is_lower { 2.0 } else { -2.0 };
                }
            }
            place.1 = place.1.clamp(MARGIN.1, MAP.1 - MARGIN.1 - 16.0);
        }
    }
    places
}

/// What goes on in a gebied.
pub async fn page(page: &PageRequest, code: &str) -> Page {
    let lang = page.lang;
    let code = ui::code(code)?;
    let gebied = page.api.gebied(code.clone()).await?;
    let budget = page.api.wijkbudget(code, None).await?;
    let filter = InitiatiefFilter { gebied: Some(gebied.code.clone()), limit: Some(10), ..InitiatiefFilter::default() };
    let newest = page.api.list_initiatieven(filter).await?;
    let path = format!("/gebieden/{}", gebied.code);
    let wijk = |wijk: &WijkView| view! { <li>{link(format!("/wijken/{}", wijk.code), wijk.naam.clone())}</li> };
    let total = budget.totaal;
    Ok(below(
        breadcrumbs(lang, vec![("/gebieden".into(), lang.gebied_title().into())]),
        gebied.naam.clone(),
        view! {
            <ul class="wk-inline">{gebied.wijken.iter().map(wijk).collect_view()}</ul>
            {crate::buurtbegroting::open_votes(page, Some(&gebied.code)).await?}
            <p>{button_link(format!("/initiatieven/nieuw?gebied={}", gebied.code), lang.home_hand_in())}</p>
            <section class="wk-panel">
                {h2(lang.gebied_money(budget.jaar))}
                {ui::facts(vec![
                    (lang.budget_begroot(), ui::euro(lang, total.begroot).into_any()),
                    (lang.budget_vrij(), ui::euro(lang, total.vrij).into_any()),
                    (lang.budget_besteed(), ui::euro(lang, total.besteed).into_any()),
                ])}
                <p class="nl-paragraph">{link(format!("{path}/wijkbudget"), lang.gebied_to_budget())}</p>
                <p class="nl-paragraph">{link(format!("{path}/wijkactieplan"), lang.gebied_to_plan())}</p>
            </section>
            {h2(lang.gebied_initiatieven())}
            {initiatieven(page, newest.resultaten)}
            <p class="nl-paragraph">{link(format!("/initiatieven?gebied={}", gebied.code), lang.home_all())}</p>
        },
    ))
}

fn initiatieven(page: &PageRequest, cards: Vec<contract::initiatief::InitiatiefCard>) -> AnyView {
    let lang = page.lang;
    if cards.is_empty() {
        return p(lang.gebied_nothing_yet()).into_any();
    }
    list::cards(cards.into_iter().map(|card| initiatief::card(lang, list::Under::Heading, card)).collect()).into_any()
}

/// What goes on in a wijk.
pub async fn wijk(page: &PageRequest, code: &str) -> Page {
    let lang = page.lang;
    let gebieden = page.api.list_gebieden().await?;
    let found = gebieden.iter().find_map(|gebied| Some((gebied, gebied.wijken.iter().find(|wijk| wijk.code == code)?)));
    let (gebied, wijk) = found.ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
    let filter = InitiatiefFilter { wijk: Some(wijk.code.clone()), limit: Some(20), ..InitiatiefFilter::default() };
    let newest = page.api.list_initiatieven(filter).await?;
    let path = format!("/gebieden/{}", gebied.code);
    Ok(below(
        breadcrumbs(lang, vec![("/gebieden".into(), lang.gebied_title().into()), (path.clone(), gebied.naam.clone())]),
        wijk.naam.clone(),
        view! {
            {p(lang.wijk_part_of(&gebied.naam))}
            <p>{button_link(format!("/initiatieven/nieuw?wijk={}", wijk.code), lang.home_hand_in())}</p>
            <p class="nl-paragraph">{link(format!("{path}/wijkactieplan"), lang.gebied_to_plan())}</p>
            <p class="nl-paragraph">{link(format!("{path}/wijkbudget"), lang.gebied_to_budget())}</p>
            {h2(lang.gebied_initiatieven())}
            {initiatieven(page, newest.resultaten)}
        },
    ))
}
