//! A map: an extra beside the words, drawn by `js/kaart.js` once somebody asks for it.

use crate::site::PageRequest;
use contract::gebied::Punt;
use leptos::prelude::*;

/// What a map is for.
pub enum Use {
    /// It shows these places.
    Shows(Vec<Place>),
    /// It shows these places, each of which leads to a row of a list on the page; whoever wants sees of that list only
    /// the rows in the part of the map that is in sight.
    Filters(Vec<Place>),
    /// Somebody chooses a place: the ids of the fields for its longitude and latitude.
    Chooses([String; 2]),
}

/// A place on a map.
#[derive(serde::Serialize)]
pub struct Place {
    /// Where it is.
    #[serde(flatten)]
    pub punt: Punt,
    /// What it is called, where that is not clear from the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub titel: Option<String>,
    /// Where its name leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A button, and the map in its place once it is pressed. Without scripts there is nothing.
pub fn map(page: &PageRequest, what: Use) -> impl IntoView + use<> {
    let lang = page.lang;
    let filters = matches!(what, Use::Filters(_));
    let (button, places, fields) = match what {
        Use::Shows(places) | Use::Filters(places) => (lang.map_open(), serde_json::to_string(&places).ok(), None),
        Use::Chooses(ids) => (lang.map_choose(), None, Some(ids.join(" "))),
    };
    let chooses = fields.is_some();
    view! {
        <div
            class="wk-kaart"
            data-kaart=""
            data-kies=fields
            data-omtrek="/api/v1/gebieden/omtrekken"
            data-punten=places
            data-tegels=page.site.map_tiles.clone()
            data-bronvermelding=page.site.map_attribution.clone()
            data-tekst-label=lang.map_label()
            data-tekst-toetsen=lang.map_keys()
            data-tekst-in=lang.map_zoom_in()
            data-tekst-uit=lang.map_zoom_out()
            data-tekst-fout=lang.map_failed()
            data-tekst-kies=chooses.then(|| lang.map_choose_here())
            data-tekst-gekozen=chooses.then(|| lang.map_chosen())
            data-tekst-filter=filters.then(|| lang.map_filter())
            data-tekst-gefilterd=filters.then(|| lang.map_filtered("{aantal}", "{alle}"))
        >
            <button class="nl-button nl-button--secondary wk-scripted" type="button">
                <span class="nl-button__label">{button}</span>
            </button>
        </div>
    }
}
