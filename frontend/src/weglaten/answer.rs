//! Where the stembureau says yes or no: at each request, so that nobody answers another than they read.

use super::{ABOUT, ALSO, SEEN, SINCE, asked_by, here, history, label_of, origin, reason, sides, what_of, which, why};
use crate::format;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, h3, p};
use chrono::{DateTime, Utc};
use contract::ingreep::{IngreepStatus, IngreepView, StapSoort, WeglatingenView};
use leptos::prelude::*;

/// What waits for who may answer it, the longest first; that nothing does, for who can do nothing else here.
pub fn form(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let mut waiting: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| own.mag_weigeren).collect();
    if waiting.is_empty() {
        return (!found.mag).then(|| p(lang.weglaten_nothing_waits()).into_any());
    }
    waiting.sort_by_key(|own| (asked_at(own), own.id));
    let mut requests: Vec<Vec<&IngreepView>> = Vec::new();
    for own in waiting {
        // What was asked at once stands together, with one yes to all of it.
        match requests.iter_mut().find(|all| all.first().is_some_and(|first| is_beside(first, own))) {
            Some(all) => all.push(own),
            None => requests.push(vec![own]),
        }
    }
    let requests = requests.iter().map(|all| together(page, found, all)).collect_view();
    Some(view! { {h2(lang.weglaten_confirm())} {p(lang.weglaten_confirm_final())} {requests} }.into_any())
}

/// The parts of one request in one box, with the one yes to all of them below what it is about; of one part that alone.
fn together(page: &PageRequest, found: &WeglatingenView, all: &[&IngreepView]) -> AnyView {
    let Some((first, beside)) = all.split_first() else { return ().into_any() };
    let parts = all.iter().map(|own| request(page, found, own)).collect_view();
    if beside.is_empty() {
        return parts.into_any();
    }
    let title = page.lang.weglaten_one_request(all.len());
    let label = title.clone();
    view! {
        <section class="wk-panel" aria-label=label>
            <p class="nl-paragraph"><strong>{title}</strong></p>
            {parts}
            {yes_to_all(page, first, beside)}
        </section>
    }
    .into_any()
}

/// Since when it waits.
fn asked_at(own: &IngreepView) -> DateTime<Utc> {
    let back = own.teruggevraagd.as_ref().filter(|_| own.status == IngreepStatus::HerstelWacht);
    back.map_or(own.gedaan_op, |asked| asked.op)
}

/// Whether one yes can be about both: another that was asked at once, in the same way. What one request left out can be asked back
/// bit by bit, by others and for other reasons.
fn is_beside(own: &IngreepView, other: &IngreepView) -> bool {
    let can = own.mag_bevestigen && other.mag_bevestigen && (own.status, own.sinds) == (other.status, other.sinds);
    own.id != other.id && can && history::is_of_request(own, other) && asked_back(own) == asked_back(other)
}

/// Who asked it back, and why.
fn asked_back(own: &IngreepView) -> Option<(&str, Option<&str>)> {
    let asked = own.teruggevraagd.as_ref().filter(|_| own.status == IngreepStatus::HerstelWacht)?;
    Some((asked.door.as_str(), own.why_back()))
}

/// One yes to all that was asked at once.
fn yes_to_all(page: &PageRequest, own: &IngreepView, beside: &[&IngreepView]) -> AnyView {
    let lang = page.lang;
    let form = Form::about(page, "ja_alle", (ABOUT, own.id.to_string())).answered_at(here(page));
    let other =
        |other: &&IngreepView| view! { <input type="hidden" name=ALSO value=other.id.to_string() /> {seen(other)} };
    let others = beside.iter().map(other);
    let others = others.collect_view();
    let all = beside.len().saturating_add(1);
    let (hint, button) = if all == 2 {
        (lang.weglaten_yes_both_hint().to_owned(), lang.weglaten_yes_both().to_owned())
    } else {
        (lang.weglaten_yes_all_hint(all), lang.weglaten_yes_all(all))
    };
    let fields = view! { {seen(own)} {others} {p(hint)} };
    form.view_quiet(button, fields).into_any()
}

/// One request: what it changes and why, with a button for yes, and a field and a button for no.
fn request(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> AnyView {
    let lang = page.lang;
    let what = what_of(lang, found, own);
    let why = why(lang, own).into_iter().flatten().map(|text| ui::prose(&text)).collect_view();
    let about = || (ABOUT, own.id.to_string());
    let is_back = own.status == IngreepStatus::HerstelWacht;
    // What a yes is to, and to how much of it, stands on its button: several stand below each other.
    let name = label_of(lang, found, own);
    let about_what = match which::much(lang, found, own) {
        Some(much) => format!("{name} ({much})"),
        None => name,
    };
    let no_label = lang.weglaten_no_send(&about_what);
    let label = if is_back { lang.weglaten_yes_back(about_what) } else { lang.weglaten_yes(about_what) };
    let yes =
        own.mag_bevestigen.then(|| Form::about(page, "ja", about()).answered_at(here(page)).view(label, seen(own)));
    // What was changed meanwhile can only be refused.
    let changed = (!own.mag_bevestigen).then(|| p(lang.weglaten_changed()));
    let no = Form::about(page, "nee", about()).answered_at(here(page));
    let open = no.was_refused();
    let why_not = reason(lang, &no, (lang.weglaten_no_why(), lang.weglaten_no_why_hint()));
    let no = details(lang.weglaten_no(), open, no.view_quiet(no_label, (seen(own), why_not)));
    view! {
        <section class="wk-panel" id=history::card(own.id) aria-label=what.clone()>
            {h3(what.clone())}
            {which::line(lang, found, own)}
            <p class="wk-small">{asked_by(lang, own)}</p>
            {why}
            {no_before(lang, found, own).map(p)}
            {sides(lang, own)}
            {origin::warning(lang, found, own)}
            {changed}
            {yes}
            {no}
        </section>
    }
    .into_any()
}

/// That the stembureau said no before about the same text or photo, to leaving something out of it or to putting that back: who, why,
/// and to how much of it.
fn no_before(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<String> {
    let is_back = own.status == IngreepStatus::HerstelWacht;
    let kind = if is_back { StapSoort::TerugGeweigerd } else { StapSoort::Geweigerd };
    let is_of_it = |other: &&IngreepView| {
        (other.deel, other.deel_id, other.veld) == (own.deel, own.deel_id, own.veld) && (!is_back || other.id == own.id)
    };
    let steps = found
        .ingrepen
        .iter()
        .filter(is_of_it)
        .flat_map(|other| other.stappen.iter().map(move |step| (other, step)))
        .filter(|(_, step)| step.soort == kind);
    let (other, last) = steps.max_by_key(|(_, step)| step.op)?;
    let (at, door) = (format::moment_and_time(lang, last.op), last.door.as_str());
    let why = last.reden.as_deref().unwrap_or_default();
    let said =
        if is_back { lang.weglaten_no_before_back(at, door, why) } else { lang.weglaten_no_before(at, door, why) };
    // A no to one word is none to another.
    Some(match which::much(lang, found, other) {
        Some(much) => format!("{said} {}", lang.weglaten_no_before_which(much)),
        None => said,
    })
}

/// How it stood when it was shown, and since when: a yes to leaving something out is none to putting it back, and one to a request
/// is none to the next.
pub fn seen(own: &IngreepView) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name=SEEN value=own.status.as_str() />
        <input type="hidden" name=SINCE value=own.sinds.to_rfc3339() />
    }
}
