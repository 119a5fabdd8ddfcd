//! What waits for the stembureau, and what was taken away, with who did what and when.

use super::{CURSOR, address, answer, asked_by, choice, cursor, sides, what_of, why};
use crate::format;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, p};
use contract::Page as Piece;
use contract::ingreep::{IngreepStatus, IngreepView, Stap, StapSoort, WeglatingenView};
use leptos::prelude::*;

/// Whether the stembureau has to answer.
pub const fn waits(status: IngreepStatus) -> bool {
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
        let why = why(lang, own).into_iter().flatten().map(|text| ui::prose(&text)).collect_view();
        view! {
            <li>
                <p class="nl-paragraph"><strong>{what_of(lang, found, own)}</strong> " " {ui::badge(lang.ingreep_status(own.status))}</p>
                <p class="wk-small">{asked_by(lang, own)}</p>
                {why}
                {sides(lang, own)}
            </li>
        }
    };
    let lines = waiting.iter().map(line).collect_view();
    let withdraw = answer::withdraw(page, found, &waiting);
    let heading = h2(format!("{} ({})", lang.weglaten_waiting(), waiting.len()));
    Some(view! { {heading} {p(lang.weglaten_waiting_hint())} <ul class="wk-list">{lines}</ul> {withdraw} }.into_any())
}

/// A piece of what was taken away, the way to the next, and the form to put something of it back.
pub fn all(page: &PageRequest, found: &WeglatingenView, over: &Piece<IngreepView>) -> Option<AnyView> {
    let lang = page.lang;
    if over.resultaten.is_empty() {
        return None;
    }
    let lines = over.resultaten.iter().map(|own| line(lang, found, own)).collect_view();
    let next = over.volgende.as_deref().map(|cursor| ui::with_query(&address(found.id), &[(CURSOR, Some(cursor))]));
    let more = ui::list::more(lang, next);
    let put_back = put_back(page, found, &over.resultaten);
    Some(view! { {h2(lang.weglaten_done())} <ul class="wk-list">{lines}</ul> {more} {put_back} }.into_any())
}

fn line(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> impl IntoView + use<> {
    let what = what_of(lang, found, own);
    let kept = own.origineel.as_deref().map(|text| {
        let until = lang.weglaten_kept(format::day(lang, own.bewaard_tot));
        view! { <details class="wk-details"><summary>{lang.weglaten_original()}</summary>{ui::prose(text)} {p(until)}</details> }
    });
    let steps = own.stappen.iter().map(|stap| step(lang, stap)).collect_view();
    view! {
        <li>
            <p class="nl-paragraph"><strong>{what}</strong> " " {ui::badge(lang.ingreep_status(own.status))}</p>
            <p class="wk-small">{began(lang, own)}</p>
            {ui::prose(&own.reden)}
            {steps}
            {kept}
        </li>
    }
}

/// Who did it and when, or asked for it.
fn began(lang: Lang, own: &IngreepView) -> String {
    let at = format::moment_and_time(lang, own.gedaan_op);
    let is_asked = match own.status {
        IngreepStatus::Wacht | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => true,
        IngreepStatus::Gedaan | IngreepStatus::HerstelWacht | IngreepStatus::Hersteld => own.bevestigd.is_some(),
    };
    if is_asked { lang.weglaten_asked_by(at, &own.door) } else { lang.weglaten_by(at, &own.door) }
}

/// What was done with it since: what, who, when and why.
fn step(lang: Lang, stap: &Stap) -> impl IntoView + use<> {
    let (at, door) = (format::moment_and_time(lang, stap.op), stap.door.as_str());
    let said = match stap.soort {
        StapSoort::Bevestigd => lang.weglaten_confirmed_by(at, door),
        StapSoort::Geweigerd => lang.weglaten_refused_by(at, door),
        StapSoort::Ingetrokken => lang.weglaten_withdrawn_by(at, door),
        StapSoort::TerugGevraagd => lang.weglaten_back_asked_by(at, door),
        StapSoort::TerugBevestigd => lang.weglaten_back_confirmed_by(at, door),
        StapSoort::TerugGeweigerd => lang.weglaten_back_refused_by(at, door),
        StapSoort::TerugIngetrokken => lang.weglaten_back_withdrawn_by(at, door),
        StapSoort::Teruggezet => lang.weglaten_back_by(at, door),
    };
    let why = stap.reden.as_deref().map(ui::prose);
    view! { <p class="wk-small">{said}</p> {why} }
}

fn put_back(page: &PageRequest, found: &WeglatingenView, over: &[IngreepView]) -> Option<AnyView> {
    let lang = page.lang;
    let can: Vec<&IngreepView> = over.iter().filter(|own| own.mag_herstellen).collect();
    if can.is_empty() {
        return None;
    }
    let form = Form::new(page, "herstellen");
    let more = |own: &IngreepView| own.bevestigd.is_some().then(|| lang.weglaten_back_takes_two());
    let which = choice(page, found, &form, &can, more);
    let piece = cursor(page).map(|cursor| view! { <input type="hidden" name=CURSOR value=cursor /> });
    let fields = view! {
        {piece}
        {ui::alert("warning", p(lang.weglaten_undo_warning()))}
        {form.field("ingreep", lang.weglaten_undo_which()).choice().group(which)}
        {form.field("reden", lang.weglaten_back_why()).hint(lang.weglaten_back_why_hint()).area(2)}
    };
    let open = form.was_refused();
    Some(details(lang.weglaten_undo(), open, form.view_quiet(lang.weglaten_undo_send(), fields)).into_any())
}
