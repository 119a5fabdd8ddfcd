//! The pages of Wijkkoers: rendered on the server, readable without scripts, with islands where something moves.

// A view is a type in which those of its parts are nested: how deep, a compiler that remembers nothing of the time before counts
// from the start.
#![recursion_limit = "256"]

pub mod forms;
pub mod i18n;
mod problem_text;

pub mod amount;
#[path = "buurtbegroting/proof.rs"]
mod buurtbegroting_proof;
#[path = "buurtbegroting/keuze_balk.rs"]
mod keuze_balk;
#[path = "buurtbegroting/stem_nu.rs"]
mod stem_nu;

#[cfg(feature = "hydrate")]
mod fetch;

#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
mod api_page;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
mod buurtbegroting;
#[cfg(feature = "ssr")]
pub mod format;
#[cfg(feature = "ssr")]
mod gebied;
#[cfg(feature = "ssr")]
mod home;
#[cfg(feature = "ssr")]
mod initiatief;
#[cfg(feature = "ssr")]
mod mail_page;
#[cfg(feature = "ssr")]
mod opdracht;
#[cfg(feature = "ssr")]
mod opgave;
#[cfg(feature = "ssr")]
pub mod site;
#[cfg(feature = "ssr")]
pub mod submit;
#[cfg(feature = "ssr")]
mod ui;
#[cfg(feature = "ssr")]
mod weglaten;
#[cfg(feature = "ssr")]
mod werk;
#[cfg(feature = "ssr")]
mod wijkbudget;
#[cfg(feature = "ssr")]
mod words;

// A browser gets the islands alone, without the pages that they stand on.
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
#[path = "gebied/location.rs"]
mod location;
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
#[path = "initiatief/similar.rs"]
mod similar;

/// Called by the page when the islands have loaded.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
