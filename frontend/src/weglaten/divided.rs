//! What one request left apart: one text is without what another still says. Where each stands, and one way back.

use super::{ABOUT, address, here, history, label, label_of, origin, reason, seen_at, which};
use crate::format;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, h3, p};
use contract::IngreepId;
use contract::ingreep::{IngreepStatus, IngreepView, Plek, Stap, VerdeeldVerzoek, WeglatingenView};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The requests that ended apart, and with each the form to put back all that it took out.
pub fn notice(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    if found.verdeeld.is_empty() {
        return None;
    }
    let one = |own: &VerdeeldVerzoek| {
        let again = own.geweigerd.or_else(|| withdrawn(found, own)).map(|id| history::again(page, id));
        // Who comes for a part that was refused finds all of it: what, no and why, and below it the way to ask it again.
        let there = own.plekken.iter().filter(|plek| plek.staat_er);
        let places = there.map(|plek| view! { <span id=history::refused_card(plek.ingreep)></span> }).collect_view();
        view! {
            {places}
            {h3(name(lang, found, own))}
            {ui::alert("warning", request(lang, found, own))}
            {again}
            {there_still(lang, found, own)}
            {own.mag_herstellen.then(|| form(page, found, own))}
        }
    };
    let requests = found.verdeeld.iter().map(one).collect_view();
    Some(view! { {h2(lang.weglaten_divided())} {requests} }.into_any())
}

/// Of a plan that stays without what its initiatief says: the other way to make both the same, beside asking once more.
fn there_still(lang: Lang, found: &WeglatingenView, own: &VerdeeldVerzoek) -> Vec<AnyView> {
    let parts = found.ingrepen.iter().filter(|other| own.plekken.iter().any(|plek| plek.ingreep == other.id));
    origin::still(lang, found, parts)
}

/// A part of it that somebody withdrew and nobody asked again.
fn withdrawn(found: &WeglatingenView, own: &VerdeeldVerzoek) -> Option<IngreepId> {
    let there = own.plekken.iter().filter(|plek| plek.staat_er);
    let mut all = there.filter_map(|plek| found.ingrepen.iter().find(|other| other.id == plek.ingreep));
    all.find(|other| other.status == IngreepStatus::Ingetrokken).map(|other| other.id)
}

/// The words that it is about, each once.
fn words(found: &WeglatingenView, own: &VerdeeldVerzoek) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for plek in &own.plekken {
        for word in found.ingrepen.iter().filter(|other| other.id == plek.ingreep).flat_map(|other| &other.woorden) {
            if !all.contains(word) {
                all.push(word.clone());
            }
        }
    }
    all
}

/// What it is about: the plans, or all of what the page is of.
fn name(lang: Lang, found: &WeglatingenView, own: &VerdeeldVerzoek) -> String {
    let plans: BTreeMap<u32, &str> = own
        .plekken
        .iter()
        .filter_map(|plek| plek.plan.as_ref())
        .map(|plan| (plan.nummer, plan.titel.as_str()))
        .collect();
    if plans.is_empty() {
        return found.titel.clone();
    }
    let names = plans.into_iter().map(|(nummer, titel)| lang.weglaten_plan_name(nummer, titel));
    names.collect::<Vec<_>>().join(", ")
}

/// A place, with the way to where everybody reads it; of what is part of something else, to where that is left out.
pub fn place(lang: Lang, found: &WeglatingenView, plek: &Plek) -> AnyView {
    let what = name_of(lang, found, plek);
    ui::link(address_of(found, plek), what).into_any()
}

/// What stands there: a photo by the name that it has everywhere.
fn name_of(lang: Lang, found: &WeglatingenView, plek: &Plek) -> String {
    let own = found.ingrepen.iter().find(|own| own.id == plek.ingreep);
    own.map_or_else(|| label(lang, (plek.deel, plek.veld), plek.plan.as_ref()), |own| label_of(lang, found, own))
}

fn address_of(found: &WeglatingenView, plek: &Plek) -> String {
    if plek.geheel == found.id || plek.plan.is_some() {
        seen_at(found, (plek.deel, plek.deel_id), plek.plan.as_ref())
    } else {
        ui::opened(&address(plek.geheel), &history::card(plek.ingreep))
    }
}

fn request(lang: Lang, found: &WeglatingenView, own: &VerdeeldVerzoek) -> AnyView {
    let place = |plek: &Plek| {
        let what = name_of(lang, found, plek);
        let says = if plek.staat_er { lang.weglaten_divided_there(what) } else { lang.weglaten_divided_gone(what) };
        view! { <li>{ui::link(address_of(found, plek), says)}</li> }
    };
    let places = own.plekken.iter().map(place).collect_view();
    let cannot = (!own.mag_herstellen).then(|| p(lang.weglaten_all_back_not()));
    let of_two = (own.mag_herstellen && own.bij_stembureau > 0).then(|| p(lang.weglaten_all_back_two()));
    let asked = lang.weglaten_asked_by(format::moment_and_time(lang, own.gevraagd_op), &own.door);
    let no = own.weigering.as_ref().map(|no| {
        let by = lang.weglaten_refused_by(format::moment_and_time(lang, no.op), &no.door);
        view! { {p(lang.weglaten_refused_because(&no.reden))} <p class="wk-small">{by}</p> }
    });
    let no_back = refused_back(found, own).map(|no| {
        let by = lang.weglaten_back_refused_by(format::moment_and_time(lang, no.op), no.door.as_str());
        view! { {no.reden.as_deref().map(|why| p(lang.weglaten_refused_because(why)))} <p class="wk-small">{by}</p> }
    });
    let words = words(found, own);
    let words = (!words.is_empty()).then(|| p(lang.weglaten_which_words(which::quoted(&words))));
    view! {
        {no}
        {no_back}
        {words}
        {p(lang.weglaten_divided_hint())}
        <ul class="wk-list">{places}</ul>
        <p class="wk-small">{asked}</p>
        {p(lang.weglaten_asked_because(&own.reden))}
        {of_two}
        {cannot}
    }
    .into_any()
}

/// That the stembureau refused last to put a part of it back.
fn refused_back<'a>(found: &'a WeglatingenView, own: &VerdeeldVerzoek) -> Option<&'a Stap> {
    let parts = found.ingrepen.iter().filter(|other| own.plekken.iter().any(|plek| plek.ingreep == other.id));
    parts.filter_map(history::refused_back).max_by_key(|no| no.op)
}

/// Where all comes back that a request took out, with what everybody reads or sees there then. Only what is on this page is known here,
/// with the piece of the list that is shown; of the rest it is said where that is read.
pub fn coming_back(lang: Lang, (found, listed): (&WeglatingenView, &[IngreepView]), own: &VerdeeldVerzoek) -> AnyView {
    let line = |plek: &Plek| {
        let Some(part) = found.ingrepen.iter().chain(listed).find(|other| other.id == plek.ingreep) else {
            return elsewhere(lang, found, plek);
        };
        view! { <li>{place(lang, found, plek)} {history::comes_back(lang, part)}</li> }.into_any()
    };
    let lines = own.plekken.iter().filter(|plek| !plek.staat_er).map(line).collect_view();
    view! { <ul class="wk-list">{lines}</ul> }.into_any()
}

/// A place of which another page shows what comes back, or a piece of the list that is further on.
fn elsewhere(lang: Lang, found: &WeglatingenView, plek: &Plek) -> AnyView {
    if plek.geheel == found.id {
        return view! { <li>{place(lang, found, plek)} <p class="wk-small">{lang.weglaten_back_further()}</p></li> }
            .into_any();
    }
    let there = ui::opened(&address(plek.geheel), &history::card(plek.ingreep));
    let to = ui::link(there, name_of(lang, found, plek));
    view! { <li>{to} <p class="wk-small">{lang.weglaten_back_elsewhere()}</p></li> }.into_any()
}

/// What the button says that puts all of a request back, or asks the stembureau to.
pub fn all_back_button(lang: Lang, places: usize, of_two: u32) -> &'static str {
    match usize::try_from(of_two).unwrap_or(usize::MAX) {
        0 => lang.weglaten_all_back(),
        asked if asked >= places => lang.weglaten_undo_ask(),
        _ => lang.weglaten_all_back_ask(),
    }
}

fn form(page: &PageRequest, found: &WeglatingenView, own: &VerdeeldVerzoek) -> AnyView {
    let lang = page.lang;
    let form = Form::about(page, "overal", (ABOUT, own.ingreep.to_string())).answered_at(here(page));
    let fields = view! {
        {coming_back(lang, (found, &[]), own)}
        {p(lang.weglaten_undo_warning())}
        {reason(lang, &form, (lang.weglaten_back_why(), lang.weglaten_back_why_hint()))}
    };
    let out = own.plekken.iter().filter(|plek| !plek.staat_er).count();
    let open = form.was_refused();
    // Where a part of it goes back at once, more happens than asking again.
    let all_wait = usize::try_from(own.bij_stembureau).unwrap_or(usize::MAX) >= out;
    let asks_again = all_wait && refused_back(found, own).is_some();
    let title = if asks_again { lang.weglaten_back_again_all() } else { lang.weglaten_all_back() };
    details(title, open, form.view_quiet(all_back_button(lang, out, own.bij_stembureau), fields)).into_any()
}
