//! The forms with which the wijkteam takes something away.

use super::{MISSING, address, label, photo_label};
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, p};
use contract::InitiatiefId;
use contract::gebied::Keuze;
use contract::ingreep::{DeelSoort, DeelView, Geheel, WeglatingenView};
use contract::weglating::WEGGELATEN;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// All forms, and the texts and photos that they are about.
pub fn all(page: &PageRequest, found: &WeglatingenView) -> AnyView {
    let lang = page.lang;
    let (photos, texts): (Vec<&DeelView>, Vec<&DeelView>) =
        found.delen.iter().partition(|deel| deel.soort == DeelSoort::Foto);
    let choices: Vec<Keuze> = texts.iter().map(|deel| choice(lang, deel)).collect();
    let text = Form::new(page, "tekst");
    let text_fields = view! {
        {text.field("deel", lang.weglaten_which()).select(choices, None)}
        {text.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = text.was_refused();
    let text = details(lang.weglaten_all(), open, text.view_quiet(lang.weglaten_all_send(), text_fields));
    let said = texts.iter().map(|deel| {
        let label = label(lang, (deel.soort, deel.veld), deel.plan.as_ref());
        view! { <section class="wk-panel"><p class="wk-small">{label}</p> {ui::words(lang, &deel.tekst)}</section> }
    });
    let said = said.collect_view();
    view! {
        {origins(lang, found)}
        {words(page)}
        {text}
        {(!photos.is_empty()).then(|| photo_forms(page, &photos))}
        {hidden(lang, found)}
        {h2(lang.weglaten_texts())}
        {said}
    }
    .into_any()
}

/// Of a buurtbegroting: the words of a plan stand in the initiatief that it was made of as well.
fn origins(lang: Lang, found: &WeglatingenView) -> Option<AnyView> {
    if found.soort != Geheel::Buurtbegroting {
        return None;
    }
    let plans = found.delen.iter().filter_map(|deel| deel.plan.as_ref());
    let of_initiatief = plans.filter_map(|plan| Some((plan.nummer, (plan.titel.clone(), plan.initiatief?))));
    let origins: BTreeMap<u32, (String, InitiatiefId)> = of_initiatief.collect();
    if origins.is_empty() {
        return None;
    }
    let line = |(nummer, (titel, initiatief)): (u32, (String, InitiatiefId))| {
        view! { <li>{ui::link(address(initiatief), lang.weglaten_origin_link(nummer, titel))}</li> }
    };
    let lines = origins.into_iter().map(line).collect_view();
    Some(view! { {p(lang.weglaten_origin())} <ul class="wk-list">{lines}</ul> }.into_any())
}

fn words(page: &PageRequest) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, "woorden");
    let missing: Vec<&str> = page.state.iter().flat_map(|state| state.found.all(MISSING)).collect();
    let missing = (!missing.is_empty()).then(|| p(lang.weglaten_not_found(missing.join(", "))));
    let fields = view! {
        {missing}
        {form.field("woorden", lang.weglaten_words()).hint(lang.weglaten_words_hint(WEGGELATEN)).area(3)}
        {form.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = form.was_refused();
    details(lang.weglaten_some(), open, form.view(lang.weglaten_some_send(), fields)).into_any()
}

/// A text in a list: what it is, and how it begins.
fn choice(lang: Lang, deel: &DeelView) -> Keuze {
    const LETTERS: usize = 60;
    let mut begin: String = deel.tekst.chars().take(LETTERS).collect();
    if deel.tekst.chars().count() > LETTERS {
        begin.push('…');
    }
    let label = label(lang, (deel.soort, deel.veld), deel.plan.as_ref());
    Keuze { code: code(deel), naam: format!("{label} ({begin})"), uitleg: None }
}

/// A text or photo as the value of a field.
fn code(deel: &DeelView) -> String {
    format!("{}.{}.{}", deel.soort, deel.id, deel.veld)
}

fn photo_forms(page: &PageRequest, photos: &[&DeelView]) -> AnyView {
    let lang = page.lang;
    let name = |at: usize, deel: &DeelView| photo_label(lang, at, deel.plan.as_ref());
    let choice = |(at, deel): (usize, &&DeelView)| Keuze { code: code(deel), naam: name(at, deel), uitleg: None };
    let choices: Vec<Keuze> = photos.iter().enumerate().map(choice).collect();
    let only = (choices.len() == 1).then(|| choices.first().map(|own| own.code.clone())).flatten();
    let shown = photos.iter().enumerate().filter_map(|(at, deel)| {
        let url = deel.foto.as_ref()?.url.clone();
        Some(view! { <li><img src=url alt=name(at, deel) loading="lazy" /></li> })
    });
    let shown = shown.collect_view();
    let whole = Form::new(page, "foto");
    let whole_fields = view! {
        {whole.field("deel", lang.weglaten_which_photo()).select(choices.clone(), only.clone())}
        {whole.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = whole.was_refused();
    let whole = details(lang.weglaten_photo(), open, whole.view_quiet(lang.weglaten_photo_send(), whole_fields));
    let area = Form::new(page, "vlak");
    let area_fields = view! {
        {area.field("deel", lang.weglaten_which_photo()).select(choices, only)}
        {p(lang.weglaten_area_hint())}
        {area.field("links", lang.weglaten_left()).kind("number").input()}
        {area.field("boven", lang.weglaten_top()).kind("number").input()}
        {area.field("breedte", lang.weglaten_width()).kind("number").input()}
        {area.field("hoogte", lang.weglaten_height()).kind("number").input()}
        {area.field("reden", lang.weglaten_reason()).hint(lang.weglaten_reason_hint()).area(2)}
    };
    let open = area.was_refused();
    let area = details(lang.weglaten_area(), open, area.view(lang.weglaten_area_send(), area_fields));
    view! { {h2(lang.form_fotos())} <ul class="wk-photos">{shown}</ul> {area} {whole} }.into_any()
}

/// That photos were hidden: a colleague looks for them here.
fn hidden(lang: Lang, found: &WeglatingenView) -> Option<AnyView> {
    match found.fotos_afgeschermd {
        0 => None,
        1 => Some(p(lang.weglaten_hidden_one()).into_any()),
        number => Some(p(lang.weglaten_hidden_many(number)).into_any()),
    }
}
