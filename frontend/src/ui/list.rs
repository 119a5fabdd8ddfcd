//! Lists: cards, tables, and the way to the next piece.

use crate::i18n::Lang;
use leptos::prelude::*;

/// What a card hangs under: its own heading is one level lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The title of the page.
    Title,
    /// The heading of a part of the page.
    Heading,
}

/// The heading of a card.
pub fn card_heading(under: Under, content: impl IntoView + 'static) -> AnyView {
    match under {
        Under::Title => view! { <h2 class="nl-heading nl-heading--level-4">{content.into_any()}</h2> }.into_any(),
        Under::Heading => view! { <h3 class="nl-heading nl-heading--level-4">{content.into_any()}</h3> }.into_any(),
    }
}

/// A list of cards.
pub fn cards(cards: Vec<AnyView>) -> impl IntoView {
    let item = |card: AnyView| view! { <li>{card}</li> };
    view! { <ul class="wk-cards">{cards.into_iter().map(item).collect_view()}</ul> }
}

/// A table that scrolls by itself on a small screen.
pub fn table(caption: String, heads: Vec<&'static str>, rows: Vec<Vec<AnyView>>) -> impl IntoView {
    let head = |text: &'static str| view! { <th scope="col" class="utrecht-table__header-cell">{text}</th> };
    let row = |cells: Vec<AnyView>| {
        let cells = cells.into_iter().enumerate().map(|(at, cell)| {
            if at == 0 {
                view! { <th scope="row" class="utrecht-table__cell">{cell}</th> }.into_any()
            } else {
                view! { <td class="utrecht-table__cell">{cell}</td> }.into_any()
            }
        });
        view! { <tr class="utrecht-table__row">{cells.collect_view()}</tr> }
    };
    let label = caption.clone();
    view! {
        <div class="wk-table" role="region" tabindex="0" aria-label=label>
            <table class="utrecht-table">
                <caption class="utrecht-table__caption">{caption}</caption>
                <thead class="utrecht-table__header"><tr>{heads.into_iter().map(head).collect_view()}</tr></thead>
                <tbody class="utrecht-table__body">{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// The way to the next piece of a list, when there is one.
pub fn more(lang: Lang, href: Option<String>) -> impl IntoView {
    href.map(|href| {
        view! { <p class="wk-more"><a class="nl-button nl-button--secondary" href=href rel="next"><span class="nl-button__label">{lang.list_more()}</span></a></p> }
    })
}
