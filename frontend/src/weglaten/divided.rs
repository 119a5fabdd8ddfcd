//! What one request left apart: one text is without what another still says. Where each stands, and one way back.

use super::{ABOUT, label};
use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, p};
use contract::ingreep::{Plek, VerdeeldVerzoek, WeglatingenView};
use leptos::prelude::*;

/// The requests that ended apart, and with each the form to put back all that it took out.
pub fn notice(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    if found.verdeeld.is_empty() {
        return None;
    }
    let one = |own: &VerdeeldVerzoek| {
        view! { {ui::alert("warning", request(lang, own))} {own.mag_herstellen.then(|| form(page, own))} }
    };
    let requests = found.verdeeld.iter().map(one).collect_view();
    Some(view! { {h2(lang.weglaten_divided())} {requests} }.into_any())
}

fn request(lang: Lang, own: &VerdeeldVerzoek) -> AnyView {
    let place = |plek: &Plek| {
        let what = label(lang, (plek.deel, plek.veld), plek.plan.as_ref());
        let says = if plek.staat_er { lang.weglaten_divided_there(what) } else { lang.weglaten_divided_gone(what) };
        view! { <li>{says}</li> }
    };
    let places = own.plekken.iter().map(place).collect_view();
    let cannot = (!own.mag_herstellen).then(|| p(lang.weglaten_all_back_not()));
    let of_two = (own.mag_herstellen && own.bij_stembureau > 0).then(|| p(lang.weglaten_all_back_two()));
    let asked = lang.weglaten_asked_by(format::moment_and_time(lang, own.gevraagd_op), &own.door);
    view! {
        {p(lang.weglaten_divided_hint())}
        <ul class="wk-list">{places}</ul>
        <p class="wk-small">{asked}</p>
        {ui::prose(&own.reden)}
        {of_two}
        {cannot}
    }
    .into_any()
}

fn form(page: &PageRequest, own: &VerdeeldVerzoek) -> AnyView {
    let lang = page.lang;
    let form = Form::about(page, "overal", (ABOUT, own.ingreep.to_string()));
    let fields = view! {
        {p(lang.weglaten_undo_warning())}
        {form.field("reden", lang.weglaten_back_why()).hint(lang.weglaten_back_why_hint()).area(2)}
    };
    form.view_quiet(lang.weglaten_all_back(), fields).into_any()
}
