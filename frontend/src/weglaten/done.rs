//! What the last press of a button came to, and what there is to do next.

use super::{ABOUT, address, label_of, origin};
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, p};
use contract::ingreep::{DeelSoort, Geheel, IngreepStatus, IngreepView, WeglatingenView};
use contract::{DeelId, GeheelId, IngreepId, InitiatiefId};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What the address calls the initiatief that still says what was left out of a plan.
pub const ORIGIN: &str = "initiatief";
/// What the address calls that of which the page tells what was put back.
pub const AT: &str = "bij";

/// A place where something is left out: which, what it is called, and where it can be put back.
struct Out {
    id: IngreepId,
    label: String,
    url: String,
}

/// On how many places something was done at once, and on how many it waits.
#[derive(Clone, Copy)]
struct Places {
    done: u32,
    waiting: u32,
}

/// What came of it, in some lines.
pub async fn said(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let lang = page.lang;
    let what = ui::query(page, "gelukt")?;
    let number = |name: &str| ui::query(page, name).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let places = Places { done: number("plekken"), waiting: number("wachten") };
    let own = named::<IngreepId>(page, ABOUT).and_then(|id| found.ingrepen.iter().find(|own| own.id == id));
    let is_back = what == "hersteld" && places.waiting == 0;
    let is_withdrawn = what == "ingetrokken" && own.is_some_and(|own| own.status == IngreepStatus::Ingetrokken);
    let out = match own.filter(|_| is_back || is_withdrawn) {
        Some(own) => still_out(page, found, own).await,
        None => Vec::new(),
    };
    let lines: Vec<AnyView> = match what.as_str() {
        "weggelaten" => taken(lang, found, places),
        "hersteld" => back(page, found, (own, places), out),
        "ingetrokken" => withdrawn(lang, out),
        "bevestigd" => {
            let still = named::<InitiatiefId>(page, ORIGIN).filter(|id| is_behind(found, *id));
            let still = still.map(|id| origin::line(lang, found, id));
            [Some(words(lang.weglaten_ok_yes())), still, Some(words(left(lang, found)))].into_iter().flatten().collect()
        }
        "geweigerd" => vec![words(lang.weglaten_ok_no()), words(left(lang, found))],
        _ => return None,
    };
    Some(ui::alert("ok", lines.collect_view()).into_any())
}

fn words(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    p(text).into_any()
}

/// What the address names.
fn named<T: std::str::FromStr>(page: &PageRequest, name: &str) -> Option<T> {
    ui::query(page, name)?.parse().ok()
}

/// Whether a plan of this round was made of it, and everybody may see it.
fn is_behind(found: &WeglatingenView, id: InitiatiefId) -> bool {
    found.delen.iter().filter_map(|deel| deel.plan.as_ref()).any(|plan| plan.public_initiatief() == Some(id))
}

/// Where something of the same request is left out still: on this page, and in the initiatief that a plan was made of.
async fn still_out(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> Vec<Out> {
    let lang = page.lang;
    let mut out = others(lang, found, own);
    let initiatief = own.plan.as_ref().and_then(|plan| plan.initiatief).map(|id| GeheelId(id.0));
    let Some(id) = initiatief.filter(|id| *id != found.id) else { return out };
    let Ok(behind) = page.api.weglatingen(id).await else { return out };
    let mut more = others(lang, &behind, own);
    more.retain(|other| out.iter().all(|own| own.id != other.id));
    out.append(&mut more);
    out
}

/// What else the same request left out there.
fn others(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Vec<Out> {
    let is_out = |status: IngreepStatus| matches!(status, IngreepStatus::Gedaan | IngreepStatus::HerstelWacht);
    let is_same = |other: &IngreepView| own.verzoek.is_some() && other.verzoek == own.verzoek;
    let all = found.ingrepen.iter().filter(|other| other.id != own.id && is_same(other) && is_out(other.status));
    let out = |other: &IngreepView| Out {
        id: other.id,
        label: label_of(lang, found, other),
        url: format!("{}#ingreep-{}", address(found.id), other.id),
    };
    all.map(out).collect()
}

/// That it is left out there still, with the way to put it back.
fn out_lines(lang: Lang, heading: &'static str, out: Vec<Out>) -> Vec<AnyView> {
    if out.is_empty() {
        return Vec::new();
    }
    let line = |own: Out| {
        let to = ui::link(own.url, lang.weglaten_still_out_back());
        view! { <li>{own.label} ": " {to}</li> }
    };
    let list = out.into_iter().map(line).collect_view();
    vec![words(heading), view! { <ul class="wk-list">{list}</ul> }.into_any()]
}

/// What was taken away, and what waits.
fn taken(lang: Lang, found: &WeglatingenView, places: Places) -> Vec<AnyView> {
    let both = places.done > 0 && places.waiting > 0;
    if both && found.soort == Geheel::Initiatief {
        return vec![words(lang.weglaten_ok_not_in_plan(plans_waiting(found)))];
    }
    if both {
        return vec![words(lang.weglaten_ok_not_everywhere(places.waiting, places.done))];
    }
    let done = counted(places.done, lang.weglaten_ok_one(), |number| lang.weglaten_ok_many(number));
    let waiting = counted(places.waiting, lang.weglaten_ok_waits_one(), |number| lang.weglaten_ok_waits_many(number));
    done.into_iter().chain(waiting).map(words).collect()
}

/// In how many plans the last request waits: an initiatief can have been voted on more than once.
fn plans_waiting(found: &WeglatingenView) -> usize {
    let waits = |own: &&IngreepView| own.status == IngreepStatus::Wacht && own.deel == DeelSoort::Project;
    let last = found.ingrepen.iter().find(waits).and_then(|own| own.verzoek);
    let of_last = found.ingrepen.iter().filter(waits).filter(|own| own.verzoek == last);
    of_last.map(|own| own.deel_id).collect::<BTreeSet<DeelId>>().len()
}

/// What was put back, what of the same request was not, and where it stands who did it.
fn back(
    page: &PageRequest,
    found: &WeglatingenView,
    (own, places): (Option<&IngreepView>, Places),
    out: Vec<Out>,
) -> Vec<AnyView> {
    let lang = page.lang;
    let mut lines: Vec<AnyView> = match own.filter(|_| !out.is_empty()) {
        Some(own) => vec![words(lang.weglaten_ok_back_here(label_of(lang, found, own)))],
        None => {
            let done = counted(places.done, lang.weglaten_ok_back(), |number| lang.weglaten_ok_back_many(number));
            done.into_iter().map(words).collect()
        }
    };
    lines.extend(out_lines(lang, lang.weglaten_still_out(), out));
    let many = |number: u32| lang.weglaten_ok_back_asked_many(number);
    lines.extend(counted(places.waiting, lang.weglaten_ok_back_asked(), many).map(words));
    // What an initiatief says is told on its own page.
    let elsewhere = named::<GeheelId>(page, AT).filter(|id| own.is_none() && *id != found.id);
    if let Some(id) = elsewhere {
        let to = ui::link(address(id), lang.weglaten_ok_back_record_there());
        lines.push(view! { <p class="nl-paragraph">{to}</p> }.into_any());
    } else if places.done > 0 {
        lines.push(words(lang.weglaten_ok_back_record()));
    }
    lines
}

/// That a request was withdrawn; when another part of it was done already, that is left out still.
fn withdrawn(lang: Lang, out: Vec<Out>) -> Vec<AnyView> {
    if out.is_empty() {
        return vec![words(lang.weglaten_ok_withdrawn())];
    }
    let first = words(lang.weglaten_ok_withdrawn_part());
    std::iter::once(first).chain(out_lines(lang, lang.weglaten_still_out(), out)).collect()
}

/// A sentence about a number of places; none about no place.
fn counted(number: u32, one: &'static str, many: impl Fn(u32) -> String) -> Option<String> {
    match number {
        0 => None,
        1 => Some(one.to_owned()),
        more => Some(many(more)),
    }
}

/// What still waits here for who just said yes or no.
fn left(lang: Lang, found: &WeglatingenView) -> String {
    match found.ingrepen.iter().filter(|own| own.mag_weigeren).count() {
        0 => lang.weglaten_ok_left_none().to_owned(),
        1 => lang.weglaten_ok_left_one().to_owned(),
        more => lang.weglaten_ok_left_many(more),
    }
}
