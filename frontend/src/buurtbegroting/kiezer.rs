//! What `js/start.js` goes by on the pages of a voter, so that nobody who has the device after them sees what they chose: which
//! round it is, and where a page that answered a form is found by itself. Without scripts nothing of this is done. And what a
//! voter can do when a page could not be made at all.

use crate::buurtbegroting::stembiljet::{MADE_FOR, MADE_WITH};
use crate::buurtbegroting::{help, stembiljet};
use crate::forms::FormState;
use crate::site::{PageRequest, parts};
use crate::stem_nu;
use crate::ui::p;
use contract::problem::ProblemCode;
use contract::{BuurtbegrotingId, ProjectId};
use leptos::prelude::*;

/// How far somebody is with their ballot on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It begins here, on the answer to a form of another page: whoever did not finish in this tab was another voter.
    Begins,
    /// It goes on.
    GoesOn,
    /// Their ballot is in the box: the tab forgets what was on it, and that one was cast is all that it remembers.
    Cast,
    /// Nothing can be cast any more with what they filled in: the tab forgets it.
    Over,
}

impl Turn {
    const fn begin(self) -> Option<&'static str> {
        match self {
            Self::Begins => Some("nieuw"),
            Self::GoesOn | Self::Cast | Self::Over => None,
        }
    }

    const fn end(self) -> Option<&'static str> {
        match self {
            Self::Begins | Self::GoesOn => None,
            Self::Cast => Some("gestemd"),
            Self::Over => Some("over"),
        }
    }
}

/// What a form of another page calls that it leads to a ballot of its own: with a code that was typed there, or with a proof.
pub const BEGINS: [&str; 2] = ["zoeken", "beginnen"];

/// Whether a form came from another page.
pub fn begins(action: &str) -> bool {
    BEGINS.contains(&action)
}

/// Stands on each page of a voter. Going back to a page that answered a form, or loading it again, would send the form again:
/// such a page takes `address` as its own.
pub fn mark(page: &PageRequest, round: Option<BuurtbegrotingId>, turn: Turn, address: String) -> AnyView {
    let round = round.map(|id| id.to_string()).unwrap_or_default();
    let address = page.state.is_some().then_some(address);
    view! {
        <div hidden=true data-kiezer=round data-adres=address data-beurt=turn.begin() data-einde=turn.end()></div>
    }
    .into_any()
}

/// Below what went wrong with a page of a voter: what they sent, to send once more where that can help, and who helps.
pub fn after_problem(page: &PageRequest, code: ProblemCode) -> Option<AnyView> {
    let round: Option<BuurtbegrotingId> = match parts(&page.path).as_slice() {
        ["stem"] => None,
        ["buurtbegrotingen", id, "stemmen" | "stembewijs"] | ["buurtbegrotingen", id, "stemmen", "wijzigen"] => {
            Some(id.parse().ok()?)
        }
        _ => return None,
    };
    // A change that was made is not made again.
    if page.state.as_ref().is_some_and(|state| state.found.filled("gewijzigd").is_some()) {
        let mark = mark(page, round, Turn::Cast, format!("{}/stembewijs", round_path(&page.path)));
        return Some(view! { {mark} {p(page.lang.change_done_hint())} {help(page)} }.into_any());
    }
    let again = page.state.as_ref().filter(|_| stem_nu::can_be_sent_again(code)).map(|state| once_more(page, state));
    let turn = if page.state.as_ref().is_some_and(came_from_elsewhere) { Turn::Begins } else { Turn::GoesOn };
    let mark = mark(page, round, turn, stembiljet::ordered(page));
    Some(view! { {mark} {again} {help(page)} }.into_any())
}

/// Where a round is, of a page below it.
fn round_path(path: &str) -> &str {
    path.split_once("/stemmen").map_or(path, |(round, _)| round)
}

/// Whether the form that was sent was one of another page, also when it was taken already.
fn came_from_elsewhere(state: &FormState) -> bool {
    state.found.filled("begin").is_some() || begins(state.fields.get("actie"))
}

/// How many fields go along: more than any ballot has.
const MOST_FIELDS: usize = 400;

/// Whether a field is one of a ballot, or of a page that looks one up.
fn is_carried(name: &str) -> bool {
    matches!(name, "stemcode" | "stembewijs" | "volgorde" | "stand" | "script" | "keuze" | MADE_FOR | MADE_WITH)
        || name.parse::<ProjectId>().is_ok()
}

/// All that was sent, in this answer alone: nothing of it is kept here.
fn once_more(page: &PageRequest, state: &FormState) -> AnyView {
    let lang = page.lang;
    let hidden = |(name, value): (&str, &str)| {
        let (name, value) = (name.to_owned(), value.to_owned());
        view! { <input type="hidden" name=name value=value /> }
    };
    let fields = state.fields.iter().filter(|(name, _)| is_carried(name)).take(MOST_FIELDS).map(hidden).collect_view();
    let is_change = page.path.ends_with("/wijzigen");
    let is_ballot = is_change || page.path.ends_with("/stemmen");
    let action = match state.fields.get("actie") {
        _ if is_ballot && came_from_elsewhere(state) => if is_change { "beginnen" } else { "zoeken" }.to_owned(),
        own => own.to_owned(),
    };
    // Only a ballot is kept by the tab: on another page what was looked up goes with the page.
    let class = if is_ballot { "wk-form wk-check" } else { "wk-form" };
    let kept = if is_ballot { lang.vote_kept_here() } else { lang.vote_look_kept_here() };
    view! {
        {p(kept)}
        <form class=class method="post" action=page.path.clone()>
            {fields}
            <p class="wk-form__buttons">
                <button class="nl-button nl-button--primary" type="submit" name="actie" value=action>
                    <span class="nl-button__label">{lang.vote_send_again()}</span>
                </button>
            </p>
        </form>
    }
    .into_any()
}
