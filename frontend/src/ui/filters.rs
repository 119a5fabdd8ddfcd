//! Filters of a list: a form whose choices stand in the address.

use crate::i18n::Lang;
use contract::gebied::Keuze;
use leptos::prelude::*;

/// The form around its fields.
pub fn form(lang: Lang, action: &'static str, fields: impl IntoView + 'static) -> impl IntoView {
    view! {
        <form class="wk-filters" method="get" action=action>
            {fields.into_any()}
            <button class="nl-button nl-button--secondary" type="submit">
                <span class="nl-button__label">{lang.filter_apply()}</span>
            </button>
        </form>
    }
}

/// A choice of which "all" is one; `chosen` is what the address says.
pub fn field(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: Vec<Keuze>,
    chosen: Option<&str>,
) -> impl IntoView + use<> {
    let option = |keuze: Keuze| {
        let is_chosen = Some(keuze.code.as_str()) == chosen;
        view! { <option value=keuze.code selected=is_chosen>{keuze.naam}</option> }
    };
    view! {
        <div class="utrecht-form-field">
            <label class="utrecht-form-label" for=name>{label}</label>
            <select class="utrecht-select utrecht-select--html-select" id=name name=name>
                <option value="">{all}</option>
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}
