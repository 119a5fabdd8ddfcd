//! What is left out of a plan stands in the initiatief that it was made of as well: the way to that, with the words along. They go in
//! a form and not in an address, which a browser and a log remember.

use super::preview::{self, CHANGES};
use super::{address, forms, lines, ready, which};
use crate::forms::Fields;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, p};
use contract::field::{Bericht, Field as _};
use contract::ingreep::{DeelView, Geheel, IngreepView, Planverwijzing, WeglatingenView};
use contract::weglating;
use contract::{GeheelId, InitiatiefId};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The fields of a form of another page, that shows them again.
type Carried = Vec<(&'static str, String)>;

/// An initiatief that keeps what a form leaves out of the plan that was made of it.
pub struct Kept {
    initiatief: InitiatiefId,
    plan: Planverwijzing,
    fields: Carried,
}

/// The initiatieven that keep what this form leaves out of their plans.
pub async fn kept(page: &PageRequest, found: &WeglatingenView, fields: &Fields) -> Vec<Kept> {
    if found.soort != Geheel::Buurtbegroting {
        return Vec::new();
    }
    let words = lines(fields);
    let parts: Vec<&DeelView> = match fields.get("actie") {
        "woorden" => preview::changed(found, &words).collect(),
        "tekst" => found.delen.iter().filter(|deel| forms::code(deel) == fields.get("deel")).collect(),
        _ => Vec::new(),
    };
    let plans = parts.iter().flat_map(|deel| &deel.plekken).filter_map(|place| place.plan.as_ref());
    let behind: BTreeMap<InitiatiefId, &Planverwijzing> =
        plans.filter_map(|plan| Some((plan.public_initiatief()?, plan))).collect();
    let mut all = Vec::new();
    for (initiatief, plan) in behind {
        let Ok(there) = page.api.weglatingen(GeheelId(initiatief.0)).await else { continue };
        let own = match fields.get("actie") {
            "woorden" => words_there(&there, &words),
            _ => parts.first().and_then(|deel| text_there(&there, &deel.tekst)),
        };
        if let Some(own) = own {
            let fields = [own, vec![("reden", fields.get("reden").to_owned())]].concat();
            all.push(Kept { initiatief, plan: plan.clone(), fields });
        }
    }
    all
}

/// The texts of an initiatief itself, without those of the plans that were made of it.
fn own_texts(there: &WeglatingenView) -> impl Iterator<Item = &DeelView> {
    preview::texts(there).filter(|deel| deel.plekken.iter().any(|place| place.plan.is_none()))
}

/// Those of these words that stand there.
fn words_there(there: &WeglatingenView, words: &[String]) -> Option<Carried> {
    let texts: Vec<&str> = own_texts(there).map(|deel| deel.tekst.as_str()).collect();
    let missing = weglating::missing(&texts, words);
    let kept = words.iter().enumerate().filter(|(at, _)| !missing.contains(at)).map(|(_, word)| word.clone());
    as_words(&kept.collect::<Vec<_>>())
}

/// The text that says the same.
fn text_there(there: &WeglatingenView, text: &str) -> Option<Carried> {
    own_texts(there).find(|deel| deel.tekst == text).map(|deel| as_text(forms::code(deel)))
}

fn as_words(words: &[String]) -> Option<Carried> {
    (!words.is_empty()).then(|| vec![("actie", "woorden".to_owned()), ("woorden", words.join("\n"))])
}

fn as_text(code: String) -> Carried {
    vec![("actie", "tekst".to_owned()), ("deel", code)]
}

/// That the initiatief keeps what a form leaves out of its plan, with for each the way to leave it out there.
pub fn notice(lang: Lang, kept: &[Kept]) -> Option<AnyView> {
    if kept.is_empty() {
        return None;
    }
    // That comes first, so it is the button to press; of several none is that one.
    let look = if kept.len() == 1 { "primary" } else { "secondary" };
    let way = |own: &Kept| {
        let label = lang.weglaten_origin_carry(own.plan.nummer, &own.plan.titel);
        button(own.initiatief, (label, look), own.fields.clone())
    };
    let ways = kept.iter().map(way).collect_view();
    let said = view! {
        <p class="nl-paragraph"><strong>{lang.weglaten_origin_keeps()}</strong></p>
        {p(lang.weglaten_origin_first())}
    };
    Some(view! { {ui::alert("warning", said)} {ways} }.into_any())
}

/// The way to leave out of an initiatief what a request left out of its plan, or asks to: these words, or all of a text; nothing where
/// it is not kept what that is.
pub fn from_request(lang: Lang, (own, initiatief): (&IngreepView, InitiatiefId), words: &[String]) -> Option<AnyView> {
    if which::is_whole(own) {
        // The initiatief says it in the text of the same name.
        let text = with_reason(as_text(format!("initiatief.{initiatief}.{}", own.veld)), &own.reden);
        return Some(button(initiatief, (lang.weglaten_origin_too().to_owned(), "secondary"), text));
    }
    words_to(lang, initiatief, (words, &own.reden))
}

/// The way to leave these words out of an initiatief, for the reason for which they went elsewhere.
pub fn words_to(lang: Lang, initiatief: InitiatiefId, (words, why): (&[String], &str)) -> Option<AnyView> {
    let fields = with_reason(as_words(words)?, why);
    Some(button(initiatief, (lang.weglaten_origin_too().to_owned(), "secondary"), fields))
}

/// A form with why it was asked before.
fn with_reason(fields: Carried, why: &str) -> Carried {
    fields.into_iter().chain(reason_again(why).map(|why| ("reden", why))).collect()
}

/// The reason of one request for the form of another; nothing of several reasons that are too long together for one.
pub fn reason_again(why: &str) -> Option<String> {
    Bericht::parse(why).ok().map(|_fits| why.to_owned())
}

/// A button that leads to the form of an initiatief, with all of this in it. Nothing is done by it.
fn button(initiatief: InitiatiefId, (label, look): (String, &'static str), fields: Carried) -> AnyView {
    let action = ready::at(&address(initiatief));
    let hidden = |(name, value): (&'static str, String)| view! { <input type="hidden" name=name value=value /> };
    let fields = fields.into_iter().chain([(CHANGES, "ja".to_owned())]).map(hidden).collect_view();
    view! {
        <form class="wk-form" method="post" action=action>
            {fields}
            <p class="wk-form__buttons">
                <button class=format!("nl-button nl-button--{look}") type="submit">
                    <span class="nl-button__label">{label}</span>
                </button>
            </p>
        </form>
    }
    .into_any()
}
