//! What one request left apart: one text is without what another still says. Where each stands, and one way back.

use super::label;
use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, p};
use contract::gebied::Keuze;
use contract::ingreep::{Plek, VerdeeldVerzoek, WeglatingenView};
use leptos::prelude::*;

/// The requests that ended apart, and the form to put back all that one of them took out.
pub fn notice(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    if found.verdeeld.is_empty() {
        return None;
    }
    let requests = found.verdeeld.iter().map(|own| request(lang, own)).collect_view();
    let heading = h2(lang.weglaten_divided());
    Some(view! { {heading} {ui::alert("warning", requests)} {form(page, found)} }.into_any())
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
    view! {
        {p(lang.weglaten_divided_hint())}
        <ul class="wk-list">{places}</ul>
        <p class="wk-small">{asked(lang, own)}</p>
        {ui::prose(&own.reden)}
        {of_two}
        {cannot}
    }
    .into_any()
}

fn asked(lang: Lang, own: &VerdeeldVerzoek) -> String {
    lang.weglaten_asked_by(format::moment_and_time(lang, own.gevraagd_op), &own.door)
}

fn form(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let choice = |own: &VerdeeldVerzoek| Keuze {
        code: own.ingreep.to_string(),
        naam: asked(lang, own),
        uitleg: Some(own.reden.clone()),
    };
    let can: Vec<Keuze> = found.verdeeld.iter().filter(|own| own.mag_herstellen).map(choice).collect();
    let only = if can.len() == 1 { can.first().map(|own| own.code.clone()) } else { None };
    if can.is_empty() {
        return None;
    }
    let form = Form::new(page, "overal");
    let fields = view! {
        {p(lang.weglaten_undo_warning())}
        {form.field("ingreep", lang.weglaten_all_back_which()).radios(can, only)}
        {form.field("reden", lang.weglaten_back_why()).hint(lang.weglaten_back_why_hint()).area(2)}
    };
    Some(form.view_quiet(lang.weglaten_all_back(), fields).into_any())
}
