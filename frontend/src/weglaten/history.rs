//! What waits for the stembureau, and what was taken away, with who did what and when.

use super::origin::{self, Copies};
use super::{ABOUT, CURSOR, address, answer, asked_by, cursor, sides, what_of, why};
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
pub fn waiting(page: &PageRequest, found: &WeglatingenView, copies: &Copies) -> Option<AnyView> {
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
                {origin::warning(lang, found, (*own, copies))}
                {answer::withdraw(page, own)}
            </li>
        }
    };
    let lines = waiting.iter().map(line).collect_view();
    let heading = h2(format!("{} ({})", lang.weglaten_waiting(), waiting.len()));
    Some(view! { {heading} {p(lang.weglaten_waiting_hint())} <ul class="wk-list">{lines}</ul> }.into_any())
}

/// A piece of what was asked and taken away, with at each what can be done with it, and the way to the next.
pub fn all(
    page: &PageRequest,
    found: &WeglatingenView,
    (over, copies): (&Piece<IngreepView>, &Copies),
) -> Option<AnyView> {
    let lang = page.lang;
    if over.resultaten.is_empty() {
        return None;
    }
    let lines = over.resultaten.iter().map(|own| line(page, found, (own, copies))).collect_view();
    let next = over.volgende.as_deref().map(|cursor| ui::with_query(&address(found.id), &[(CURSOR, Some(cursor))]));
    let more = ui::list::more(lang, next);
    Some(view! { {h2(lang.weglaten_done())} <ul class="wk-list">{lines}</ul> {more} }.into_any())
}

fn line(page: &PageRequest, found: &WeglatingenView, (own, copies): (&IngreepView, &Copies)) -> AnyView {
    let lang = page.lang;
    let what = what_of(lang, found, own);
    let kept = own.origineel.as_deref().map(|text| {
        let until = lang.weglaten_kept(format::day(lang, own.bewaard_tot));
        view! { <details class="wk-details"><summary>{lang.weglaten_original()}</summary>{ui::prose(text)} {p(until)}</details> }
    });
    let steps = own.stappen.iter().map(|stap| step(lang, stap)).collect_view();
    view! {
        <li id=format!("ingreep-{}", own.id)>
            <p class="nl-paragraph"><strong>{what}</strong> " " {ui::badge(lang.ingreep_status(own.status))}</p>
            <p class="wk-small">{began(lang, own)}</p>
            {ui::prose(&own.reden)}
            {steps}
            {origin::warning(lang, found, (own, copies))}
            {kept}
            {put_back(page, own)}
        </li>
    }
    .into_any()
}

/// What became of a request that is over, for who acted on it as if it were not.
pub fn became(lang: Lang, own: &IngreepView) -> String {
    let Some(last) = own.stappen.last() else { return lang.weglaten_over().to_owned() };
    let door = last.door.as_str();
    match last.soort {
        StapSoort::Bevestigd | StapSoort::TerugBevestigd => lang.weglaten_over_yes(door),
        StapSoort::Geweigerd | StapSoort::TerugGeweigerd => lang.weglaten_over_no(door),
        StapSoort::Ingetrokken | StapSoort::TerugIngetrokken => lang.weglaten_over_withdrawn(door),
        StapSoort::TerugGevraagd => lang.weglaten_over_asked_back(door),
        StapSoort::Teruggezet => lang.weglaten_over_back(door),
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

/// Where it is put back: at what it is about, so that nobody puts back another than they read.
fn put_back(page: &PageRequest, own: &IngreepView) -> Option<AnyView> {
    let lang = page.lang;
    if !own.mag_herstellen {
        return None;
    }
    let form = Form::about(page, "herstellen", (ABOUT, own.id.to_string()));
    let two = own.bevestigd.is_some().then(|| p(lang.weglaten_back_takes_two()));
    let piece = cursor(page).map(|cursor| view! { <input type="hidden" name=CURSOR value=cursor /> });
    let fields = view! {
        {piece}
        {ui::alert("warning", p(lang.weglaten_undo_warning()))}
        {two}
        {form.field("reden", lang.weglaten_back_why()).hint(lang.weglaten_back_why_hint()).area(2)}
    };
    let open = form.was_refused();
    Some(details(lang.weglaten_undo(), open, form.view_quiet(lang.weglaten_undo_send(), fields)).into_any())
}
