//! Where the wijkteam withdraws what it asked, before anybody answers: asked once more, with what it is about and who asked it.

use super::{ABOUT, answer, here, history, label_of, what_of, which};
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::p;
use contract::ingreep::{IngreepStatus, IngreepView, WeglatingenView};
use leptos::prelude::*;

/// The form, with all that is withdrawn by it.
pub fn form(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    if !own.mag_intrekken {
        return None;
    }
    let lang = page.lang;
    let form = Form::about(page, "intrekken", (ABOUT, own.id.to_string())).answered_at(here(page));
    let open = form.was_refused();
    let fields = view! {
        {answer::seen(own)}
        {p(lang.weglaten_withdraw_sure())}
        <ul class="wk-list"><li>{what(lang, found, own)}</li></ul>
        {p(lang.weglaten_withdraw_whose(asked_by(own)))}
        {also(lang, own)}
        {stays(lang, found, own).map(p)}
        {only_one(lang, found, own).map(p)}
    };
    Some(details(lang.weglaten_withdraw_send(), open, form.view_quiet(lang.weglaten_withdraw_yes(), fields)).into_any())
}

/// What is not asked any more: the words, or all of a text, or the photo.
fn what(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> String {
    let words = which::of(found, own);
    if words.is_empty() {
        return what_of(lang, found, own);
    }
    let (words, label) = (which::quoted(&words), label_of(lang, found, own));
    if own.status == IngreepStatus::HerstelWacht {
        lang.weglaten_withdraw_back(label, words)
    } else {
        lang.weglaten_withdraw_out(label, words)
    }
}

/// How one of several words is not asked any more, and the others are.
fn only_one(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<String> {
    let words = which::of(found, own);
    let (first, rest) = words.split_first().filter(|_| own.status == IngreepStatus::Wacht)?;
    (!rest.is_empty())
        .then(|| lang.weglaten_withdraw_one(which::quoted(rest), which::quoted(std::slice::from_ref(first))))
}

/// Everybody who asked it, or a part of it.
fn asked_by(own: &IngreepView) -> &str {
    let back = own.teruggevraagd.as_ref().filter(|_| own.status == IngreepStatus::HerstelWacht);
    back.map_or(own.door.as_str(), |asked| asked.door.as_str())
}

/// That others asked it too, and hear that it is withdrawn.
fn also(lang: Lang, own: &IngreepView) -> Option<AnyView> {
    let all = &own.vroegen_ook;
    let said = (!all.is_empty()).then(|| lang.weglaten_withdraw_also(all.len(), all.join(", ")))?;
    Some(view! { <p class="nl-paragraph"><strong>{said}</strong></p> }.into_any())
}

/// What of the same request this leaves as it is: what was done, and what waits elsewhere.
fn stays(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<String> {
    if own.status == IngreepStatus::HerstelWacht {
        let is_there = own.achter.as_ref().is_some_and(|behind| behind.staat_er);
        let stays = if is_there { lang.weglaten_withdraw_stays_out_plan() } else { lang.weglaten_withdraw_stays_out() };
        return Some(stays.to_owned());
    }
    let others = || found.ingrepen.iter().filter(move |other| other.id != own.id && history::is_of_request(own, other));
    let waiting = others().filter(|other| other.status == IngreepStatus::Wacht).count();
    let is_out = others().any(history::is_out);
    match (waiting, is_out) {
        (0, false) => None,
        (0, true) => Some(lang.weglaten_withdraw_rest_out().to_owned()),
        (more, false) => Some(lang.weglaten_withdraw_rest(more)),
        (more, true) => Some(format!("{} {}", lang.weglaten_withdraw_rest(more), lang.weglaten_withdraw_rest_out())),
    }
}
