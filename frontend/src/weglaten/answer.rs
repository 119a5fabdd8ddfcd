//! Where the stembureau says yes or no: at each request, so that nobody answers another than they read.

use super::origin::{self, Copies};
use super::{ABOUT, SEEN, asked_by, sides, what_of, why};
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h2, h3, p};
use contract::ingreep::{IngreepView, WeglatingenView};
use leptos::prelude::*;

/// What waits for who may answer it; that nothing does, for who can do nothing else here.
pub fn form(page: &PageRequest, found: &WeglatingenView, copies: &Copies) -> Option<AnyView> {
    let lang = page.lang;
    let waiting: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| own.mag_weigeren).collect();
    if waiting.is_empty() {
        return (!found.mag).then(|| p(lang.weglaten_nothing_waits()).into_any());
    }
    let requests = waiting.into_iter().map(|own| request(page, found, (own, copies))).collect_view();
    Some(view! { {h2(lang.weglaten_confirm())} {requests} }.into_any())
}

/// One request: what it changes and why, with a button for yes, and a field and a button for no.
fn request(page: &PageRequest, found: &WeglatingenView, (own, copies): (&IngreepView, &Copies)) -> AnyView {
    let lang = page.lang;
    let what = what_of(lang, found, own);
    let why = why(lang, own).into_iter().flatten().map(|text| ui::prose(&text)).collect_view();
    let about = || (ABOUT, own.id.to_string());
    let yes = own.mag_bevestigen.then(|| Form::about(page, "ja", about()).view(lang.weglaten_yes(), seen(own)));
    // What was changed meanwhile can only be refused.
    let changed = (!own.mag_bevestigen).then(|| p(lang.weglaten_changed()));
    let no = Form::about(page, "nee", about());
    let open = no.was_refused();
    let reason = no.field("reden", lang.weglaten_no_why()).hint(lang.weglaten_no_why_hint()).area(2);
    let no = details(lang.weglaten_no(), open, no.view_quiet(lang.weglaten_no_send(), (seen(own), reason)));
    view! {
        <section class="wk-panel" aria-label=what.clone()>
            {h3(what.clone())}
            <p class="wk-small">{asked_by(lang, own)}</p>
            {why}
            {sides(lang, own)}
            {origin::warning(lang, found, (own, copies))}
            {changed}
            {yes}
            {no}
        </section>
    }
    .into_any()
}

/// How it stood when it was shown: a yes to leaving something out is none to putting it back.
fn seen(own: &IngreepView) -> impl IntoView + use<> {
    view! { <input type="hidden" name=SEEN value=own.status.as_str() /> }
}

/// Where the wijkteam withdraws what it asked, before anybody answers.
pub fn withdraw(page: &PageRequest, own: &IngreepView) -> Option<AnyView> {
    let form = || Form::about(page, "intrekken", (ABOUT, own.id.to_string()));
    own.mag_intrekken.then(|| form().view_quiet(page.lang.weglaten_withdraw_send(), seen(own)).into_any())
}
