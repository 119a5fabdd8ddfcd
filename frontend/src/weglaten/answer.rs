//! Where the stembureau says yes or no.

use super::choice;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{h2, p};
use contract::gebied::Keuze;
use contract::ingreep::{IngreepView, WeglatingenView};
use leptos::prelude::*;

/// What waits for who may answer it; that nothing does, for who can do nothing else here.
pub fn form(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let waiting: Vec<&IngreepView> = found.ingrepen.iter().filter(|own| own.mag_weigeren).collect();
    if waiting.is_empty() {
        return (!found.mag).then(|| p(lang.weglaten_nothing_waits()).into_any());
    }
    let form = Form::new(page, "beantwoorden");
    // What was changed meanwhile can only be refused.
    let more = |own: &IngreepView| (!own.mag_bevestigen).then(|| lang.weglaten_changed());
    let which = choice(page, found, &form, &waiting, more);
    let answers = [("ja", lang.weglaten_yes()), ("nee", lang.weglaten_no())];
    let answers = answers.map(|(code, naam)| Keuze { code: code.into(), naam: naam.into(), uitleg: None }).to_vec();
    let fields = view! {
        {form.field("ingreep", lang.weglaten_confirm_which()).choice().group(which)}
        {form.field("antwoord", lang.weglaten_answer()).radios(answers, None)}
        {form.field("reden", lang.weglaten_no_why()).hint(lang.weglaten_no_why_hint()).optional().area(2)}
    };
    Some(view! { {h2(lang.weglaten_confirm())} {form.view(lang.weglaten_confirm_send(), fields)} }.into_any())
}

/// Where the wijkteam withdraws what it asked, before anybody answers.
pub fn withdraw(page: &PageRequest, found: &WeglatingenView, waiting: &[&IngreepView]) -> Option<AnyView> {
    let lang = page.lang;
    let own: Vec<&IngreepView> = waiting.iter().copied().filter(|own| own.mag_intrekken).collect();
    if own.is_empty() {
        return None;
    }
    let form = Form::new(page, "intrekken");
    let which = choice(page, found, &form, &own, |_| None);
    let field = form.field("ingreep", lang.weglaten_withdraw_which()).choice().group(which);
    let open = form.was_refused();
    Some(details(lang.weglaten_withdraw(), open, form.view_quiet(lang.weglaten_withdraw_send(), field)).into_any())
}
