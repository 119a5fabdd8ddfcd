//! Initiatieven that look like what somebody is writing.

use contract::initiatief::InitiatiefCard;
use leptos::prelude::*;

/// Looks, while somebody writes, for initiatieven that look like theirs, so that they can support those instead. An
/// island, because it must react to typing; without scripts the form finds the same with its "look first" button.
#[island]
pub fn SimilarInitiatieven(
    /// What stands above the list.
    title: String,
    /// What each entry invites to.
    invite: String,
    /// Id of the field with the title.
    titel: String,
    /// Id of the field with the text.
    tekst: String,
    /// Id of the field with the wijk.
    wijk: String,
) -> impl IntoView {
    let found = RwSignal::new(Vec::<InitiatiefCard>::new());
    Effect::new(move |_| watch(found, Watched { titel: titel.clone(), tekst: tekst.clone(), wijk: wijk.clone() }));
    let title = StoredValue::new(title);
    let invite = StoredValue::new(invite);
    view! {
        <div class="wk-similar" aria-live="polite">
            {move || {
                let cards = found.get();
                (!cards.is_empty()).then(|| {
                    let item = |card: InitiatiefCard| {
                        view! {
                            <li>
                                <a class="nl-link" href=format!("/initiatieven/{}", card.id) target="_blank" rel="noopener">
                                    {card.titel}
                                </a>
                            </li>
                        }
                    };
                    view! {
                        <p class="nl-paragraph"><strong>{title.get_value()}</strong></p>
                        <p class="nl-paragraph">{invite.get_value()}</p>
                        <ul>{cards.into_iter().map(item).collect_view()}</ul>
                    }
                })
            }}
        </div>
    }
}

/// Ids of the fields that are looked at.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has somebody typing"))]
struct Watched {
    titel: String,
    tekst: String,
    wijk: String,
}

/// Only a browser has somebody typing.
#[cfg(not(feature = "hydrate"))]
fn watch(_found: RwSignal<Vec<InitiatiefCard>>, _fields: Watched) {}

#[cfg(feature = "hydrate")]
fn watch(found: RwSignal<Vec<InitiatiefCard>>, fields: Watched) {
    use crate::fetch::{Fetch, field_value};
    use contract::client::Client;
    use contract::initiatief::{InitiatiefApi as _, ZoekVergelijkbare};
    use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle, window_event_listener};
    use std::time::Duration;

    // A pause in typing is the moment to look; each key starts the pause anew.
    const PAUSE: Duration = Duration::from_millis(600);
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    let fields = StoredValue::new(fields);
    let look = move || {
        let Some(query) = fields.try_with_value(|fields| ZoekVergelijkbare {
            tekst: format!("{} {}", field_value(&fields.titel), field_value(&fields.tekst)),
            wijk: Some(field_value(&fields.wijk)).filter(|wijk| !wijk.is_empty()),
        }) else {
            return;
        };
        if query.tekst.trim().len() < 8 || query.wijk.is_none() {
            return;
        }
        leptos::task::spawn_local(async move {
            // Help that does not come is no help missed: the form works without.
            if let Ok(cards) = Client::new(Fetch).find_similar(query).await {
                found.set(cards);
            }
        });
    };
    let listener = window_event_listener(leptos::ev::input, move |_| {
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        waiting.set_value(set_timeout_with_handle(look, PAUSE).ok());
    });
    on_cleanup(move || listener.remove());
}
