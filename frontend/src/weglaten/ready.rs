//! A form that stands ready, with what was written before or on another page: the way there leads to the form itself.

use crate::i18n::Lang;
use crate::ui::form::Form;
use crate::ui::p;
use leptos::prelude::*;

/// Where it stands on the page.
const READY: &str = "klaar";

/// The way to the form of a page that stands ready once it is sent there.
pub fn at(path: &str) -> String {
    format!("{path}#{READY}")
}

/// What stands above a form that is ready, and takes the focus; nothing above others, and where something is wrong that comes first.
pub fn heading(lang: Lang, form: &Form) -> Option<AnyView> {
    let is_ready = form.was_sent() && !form.was_refused();
    is_ready.then(|| {
        view! {
            <h2 class="nl-heading nl-heading--level-2" id=READY tabindex="-1">{lang.weglaten_ready()}</h2>
            {p(lang.weglaten_ready_hint())}
        }
        .into_any()
    })
}
