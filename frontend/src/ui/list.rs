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

/// A table; on a small screen each row stands by itself, with its heads beside its figures.
pub fn table(caption: String, heads: &[&'static str], rows: Vec<Vec<AnyView>>) -> impl IntoView + use<> {
    let head = |text: &&'static str| {
        view! { <th scope="col" role="columnheader" class="utrecht-table__header-cell">{*text}</th> }
    };
    let row = |cells: Vec<AnyView>| {
        let cells = cells.into_iter().zip(heads).enumerate().map(|(at, (cell, head))| {
            if at == 0 {
                view! { <th scope="row" role="rowheader" class="utrecht-table__cell">{cell}</th> }.into_any()
            } else {
                view! { <td role="cell" class="utrecht-table__cell" data-kop=*head>{cell}</td> }.into_any()
            }
        });
        view! { <tr role="row" class="utrecht-table__row">{cells.collect_view()}</tr> }
    };
    let rows = rows.into_iter().map(row).collect_view();
    // The roles say what it is where the style sheet makes it no table.
    view! {
        <div class="wk-table">
            <table role="table" class="utrecht-table">
                <caption class="utrecht-table__caption">{caption}</caption>
                <thead role="rowgroup" class="utrecht-table__header">
                    <tr role="row">{heads.iter().map(head).collect_view()}</tr>
                </thead>
                <tbody role="rowgroup" class="utrecht-table__body">{rows}</tbody>
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
