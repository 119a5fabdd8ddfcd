//! The button that finds a wijk by location.

use leptos::prelude::*;

/// Asks the phone where it is and goes to the wijk there. An island, because only a script can ask; without scripts
/// nothing is shown, and the postcode and the list do the same. The place goes to our own server only, rounded to about
/// a hundred metres.
#[island]
pub fn LocationButton(
    /// What the button says.
    label: String,
    /// What it says while the phone is looking.
    busy: String,
    /// What it says when the phone does not tell.
    failed: String,
) -> impl IntoView {
    let says = RwSignal::new(label);
    let (busy, failed) = (StoredValue::new(busy), StoredValue::new(failed));
    let is_shown = RwSignal::new(false);
    Effect::new(move |_| is_shown.set(true));
    let find = move |_| {
        says.set(busy.get_value());
        ask(move || says.set(failed.get_value()));
    };
    view! {
        <p class="wk-location" hidden=move || !is_shown.get()>
            <button class="nl-button nl-button--secondary" type="button" on:click=find>
                <span class="nl-button__label" aria-live="polite">{move || says.get()}</span>
            </button>
        </p>
    }
}

/// Only a browser knows where it is.
#[cfg(not(feature = "hydrate"))]
fn ask(_failed: impl Fn() + Clone + 'static) {}

#[cfg(feature = "hydrate")]
fn ask(failed: impl Fn() + Clone + 'static) {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::prelude::Closure;

    let found = Closure::once_into_js(move |position: web_sys::Position| {
        let place = position.coords();
        let address = format!("/wijken?lon={:.3}&lat={:.3}", place.longitude(), place.latitude());
        if let Some(window) = web_sys::window() {
            // A page that cannot be left stays as it is.
            drop(window.location().set_href(&address));
        }
    });
    let complain = failed.clone();
    let not_found = Closure::once_into_js(move |_: web_sys::PositionError| complain());
    let asked = web_sys::window().and_then(|window| window.navigator().geolocation().ok()).map(|geolocation| {
        geolocation.get_current_position_with_error_callback(found.unchecked_ref(), Some(not_found.unchecked_ref()))
    });
    if !matches!(asked, Some(Ok(()))) {
        failed();
    }
}
