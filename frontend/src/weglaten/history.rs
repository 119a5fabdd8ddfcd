//! What waits for the stembureau, and what was taken away, with who did what and when.

use super::{answer, asked_by, choice, sides, what_of};
use crate::format;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, p};
use contract::ingreep::{IngreepStatus, IngreepView, WeglatingenView};
use leptos::prelude::*;

const fn waits(status: IngreepStatus) -> bool {
    matches!(status, IngreepStatus::Wacht | IngreepStatus::HerstelWacht)
}

/// What waits for the stembureau, for the wijkteam.
pub fn waiting(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let waiting: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| waits(own.status)).collect();
    if !found.mag || waiting.is_empty() {
        return None;
    }
    let line = |own: &&IngreepView| {
        view! {
            <li>
                <p class="nl-paragraph"><strong>{what_of(lang, found, own)}</strong> " " {ui::badge(lang.ingreep_status(own.status))}</p>
                <p class="wk-small">{asked_by(lang, own)}</p>
                {ui::prose(&own.reden)}
                {sides(lang, own)}
            </li>
        }
    };
    let lines = waiting.iter().map(line).collect_view();
    let withdraw = answer::withdraw(page, found, &waiting);
    let heading = h2(lang.weglaten_waiting());
    Some(view! { {heading} {p(lang.weglaten_waiting_hint())} <ul class="wk-list">{lines}</ul> {withdraw} }.into_any())
}

/// What was taken away, and the form to put it back.
pub fn all(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let over: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| !waits(own.status)).collect();
    if over.is_empty() {
        return None;
    }
    let lines = over.iter().map(|own| line(lang, found, own)).collect_view();
    Some(view! { {h2(lang.weglaten_done())} <ul class="wk-list">{lines}</ul> {put_back(page, found)} }.into_any())
}

fn line(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> impl IntoView + use<> {
    let what = what_of(lang, found, own);
    let kept = own.origineel.as_deref().map(|text| {
        let until = lang.weglaten_kept(format::day(lang, own.bewaard_tot));
        view! { <details class="wk-details"><summary>{lang.weglaten_original()}</summary>{ui::prose(text)} {p(until)}</details> }
    });
    let deeds = deeds(lang, own).into_iter().map(|deed| view! { <p class="wk-small">{deed}</p> }).collect_view();
    view! {
        <li>
            <p class="nl-paragraph"><strong>{what}</strong> " " {ui::badge(lang.ingreep_status(own.status))}</p>
            <p class="wk-small">{lang.weglaten_by(format::moment_and_time(lang, own.gedaan_op), &own.door)}</p>
            {deeds}
            {ui::prose(&own.reden)}
            {kept}
        </li>
    }
}

/// What others did since: who, and when.
fn deeds(lang: Lang, own: &IngreepView) -> Vec<String> {
    let at = |op| format::moment_and_time(lang, op);
    let confirmed = own.bevestigd.as_ref().map(|by| lang.weglaten_confirmed_by(at(by.op), &by.door));
    let asked = own.teruggevraagd.as_ref().map(|by| lang.weglaten_back_asked_by(at(by.op), &by.door));
    let refused = own.geweigerd.as_ref().map(|by| lang.weglaten_refused_by(at(by.op), &by.door, &by.reden));
    let back = own.hersteld.as_ref().map(|by| {
        if own.status == IngreepStatus::Ingetrokken {
            lang.weglaten_withdrawn_by(at(by.op), &by.door)
        } else if own.bevestigd.is_some() {
            lang.weglaten_back_confirmed_by(at(by.op), &by.door)
        } else {
            lang.weglaten_back_by(at(by.op), &by.door)
        }
    });
    [confirmed, asked, refused, back].into_iter().flatten().collect()
}

fn put_back(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let can: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| own.mag_herstellen && !waits(own.status)).collect();
    if can.is_empty() {
        return None;
    }
    let form = Form::new(page, "herstellen");
    let more = |own: &IngreepView| own.bevestigd.is_some().then(|| lang.weglaten_back_takes_two());
    let which = choice(page, found, &form, &can, more);
    let fields = view! {
        {ui::alert("warning", p(lang.weglaten_undo_warning()))}
        {form.field("ingreep", lang.weglaten_undo_which()).choice().group(which)}
    };
    let open = form.was_refused();
    Some(details(lang.weglaten_undo(), open, form.view_quiet(lang.weglaten_undo_send(), fields)).into_any())
}
