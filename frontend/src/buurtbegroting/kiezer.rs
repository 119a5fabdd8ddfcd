//! What `js/start.js` goes by on the pages of a voter, so that nobody who has the device after them sees what they chose: which
//! round it is, and where a page that answered a form is found by itself. Without scripts nothing of this is done.

use crate::site::PageRequest;
use contract::BuurtbegrotingId;
use leptos::prelude::*;

/// How far somebody is with their ballot on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It goes on.
    GoesOn,
    /// Their ballot is in the box: the tab forgets what was on it, and that one was cast is all that it remembers.
    Cast,
    /// Nothing can be cast any more with what they filled in: the tab forgets it.
    Over,
}

impl Turn {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::GoesOn => None,
            Self::Cast => Some("gestemd"),
            Self::Over => Some("over"),
        }
    }
}

/// Stands on each page of a voter. Going back to a page that answered a form, or loading it again, would send the form again:
/// such a page takes `address` as its own.
pub fn mark(page: &PageRequest, round: Option<BuurtbegrotingId>, turn: Turn, address: String) -> AnyView {
    let round = round.map(|id| id.to_string()).unwrap_or_default();
    let address = page.state.is_some().then_some(address);
    view! { <div hidden=true data-kiezer=round data-adres=address data-einde=turn.code()></div> }.into_any()
}
