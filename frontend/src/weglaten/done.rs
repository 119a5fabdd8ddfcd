//! What the last press of a button came to, and what there is to do next. The address names the request; what is said of it is how
//! it stands now, also when somebody comes back here after another answered.

use super::history::Standing;
use super::{ABOUT, ALSO, address, forms, history, label_of, origin, plan_of, seen_at, which};
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, p};
use crate::werk::desk;
use chrono::{DateTime, Utc};
use contract::ingreep::{
    DeelSoort, IngreepStatus, IngreepView, Planverwijzing, Stap, StapSoort, Veld, WeglatingenView,
};
use contract::{GeheelId, IngreepId, InitiatiefId, Problem};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the address calls that of which the page tells what was put back.
pub const AT: &str = "bij";
/// What the address says that was done.
pub const DONE: &str = "gelukt";

/// What was done, as the address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Something was taken away, or that was asked.
    Taken,
    /// One thing was put back, or that was asked.
    Back,
    /// All that one request took away was put back, or that was asked.
    AllBack,
    /// A request was withdrawn.
    Withdrawn,
    /// The stembureau said yes.
    Yes,
    /// The stembureau said no.
    No,
}

impl Deed {
    const ALL: [Self; 6] = [Self::Taken, Self::Back, Self::AllBack, Self::Withdrawn, Self::Yes, Self::No];

    /// What the address calls it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Taken => "weggelaten",
            Self::Back => "hersteld",
            Self::AllBack => "overal",
            Self::Withdrawn => "ingetrokken",
            Self::Yes => "bevestigd",
            Self::No => "geweigerd",
        }
    }

    fn of(page: &PageRequest) -> Option<Self> {
        let code = ui::query(page, DONE)?;
        Self::ALL.into_iter().find(|deed| deed.code() == code)
    }
}

/// A box: how it looks, and what it says.
struct Told {
    look: &'static str,
    lines: Vec<AnyView>,
}

impl Told {
    const fn ok(lines: Vec<AnyView>) -> Self {
        Self { look: "ok", lines }
    }

    const fn warning(lines: Vec<AnyView>) -> Self {
        Self { look: "warning", lines }
    }
}

/// What came of it, in some lines.
pub async fn said(page: &PageRequest, found: &WeglatingenView) -> Option<AnyView> {
    let deed = Deed::of(page)?;
    let id = named::<IngreepId>(page, ABOUT)?;
    // What an initiatief says is told on its own page.
    let elsewhere = match named::<GeheelId>(page, AT).filter(|at| *at != found.id) {
        Some(at) => Some(page.api.weglatingen(at).await.ok()?),
        None => None,
    };
    let at = elsewhere.as_ref().unwrap_or(found);
    let own = at.ingrepen.iter().find(|own| own.id == id)?;
    let told = match deed {
        Deed::Taken => taken(page, at, &of_request(page, at, own).await.ok()?),
        Deed::Back => back_one(page, at, own).await,
        Deed::AllBack => all_back(page.lang, found, (at, &of_request(page, at, own).await.ok()?)),
        Deed::Withdrawn => withdrawn(page, at, own).await,
        Deed::Yes | Deed::No => answered(page, found, (own, deed)),
    };
    Some(ui::alert(told.look, told.lines.collect_view()).into_any())
}

fn words(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    p(text).into_any()
}

/// What the address names.
fn named<T: std::str::FromStr>(page: &PageRequest, name: &str) -> Option<T> {
    ui::query(page, name)?.parse().ok()
}

/// All of one request, also when that is more than one piece of the list holds; in the order in which people meet the texts.
async fn of_request(
    page: &PageRequest,
    found: &WeglatingenView,
    own: &IngreepView,
) -> Result<Vec<IngreepView>, Problem> {
    let is_of_it = |other: &&IngreepView| history::is_of_request(own, other);
    let mut all: Vec<IngreepView> = found.ingrepen.iter().filter(is_of_it).cloned().collect();
    let mut next = found.volgende.clone();
    while let Some(cursor) = next {
        let piece = super::piece(page, found.id, cursor).await?;
        let before = all.len();
        all.extend(piece.resultaten.iter().filter(is_of_it).cloned());
        next = piece.volgende.filter(|_| all.len() > before);
    }
    all.sort_by_key(|other| other.id);
    Ok(all)
}

/// The texts and photos, each once, with the way to where everybody reads or sees it.
fn places<'a>(
    lang: Lang,
    found: &WeglatingenView,
    all: impl Iterator<Item = &'a IngreepView>,
) -> (usize, Option<AnyView>) {
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for own in all {
        let (label, plan) = (label_of(lang, found, own), plan_of(found, own));
        let url = seen_at(found, (own.deel, own.deel_id), plan);
        // One page says it once, however often its text was copied there.
        if seen.insert((label.clone(), url.clone())) {
            lines.push(view! { <li>{ui::link(url, label)}</li> });
        }
    }
    let list = (!lines.is_empty()).then(|| view! { <ul class="wk-list">{lines}</ul> }.into_any());
    (seen.len(), list)
}

/// What was taken away and what waits, how far it is now, also when a later request took the place of this one.
fn taken(page: &PageRequest, found: &WeglatingenView, all: &[IngreepView]) -> Told {
    let lang = page.lang;
    let of = |standing: Standing| all.iter().filter(move |own| history::standing(found, own) == standing);
    let (gone, gone_list) = places(lang, found, of(Standing::Gone));
    let waiting: Vec<&IngreepView> = of(Standing::Waits).collect();
    let mut lines = Vec::new();
    if !waiting.is_empty() {
        lines.extend(not_yet(page, found, &waiting));
    }
    let (refused, again): (Vec<&IngreepView>, Vec<&IngreepView>) =
        of(Standing::There).partition(|own| own.status == IngreepStatus::Geweigerd);
    if !refused.is_empty() {
        let (number, list) = places(lang, found, refused.iter().copied());
        lines.push(words(lang.weglaten_ok_refused(number)));
        lines.extend(list);
    }
    if gone > 0 {
        lines.push(words(lang.weglaten_ok_taken(gone)));
        lines.extend(gone_list);
        lines.push(words(lang.weglaten_ok_taken_look()));
        lines.extend(point_stays(lang, found, of(Standing::Gone)));
    }
    // Out of the plan is not gone while the initiatief says it.
    let still = origin::still(lang, found, all.iter());
    let is_said = !still.is_empty();
    lines.extend(still);
    if !again.is_empty() {
        let (here, list) = places(lang, found, again.into_iter());
        lines.push(words(lang.weglaten_ok_there_again(here)));
        lines.extend(list);
    }
    if waiting.is_empty() && refused.is_empty() && !is_said { Told::ok(lines) } else { Told::warning(lines) }
}

/// Who leaves words out of an initiatief that stands on the map reads that its point stays: it can tell the same.
fn point_stays<'a>(
    lang: Lang,
    found: &WeglatingenView,
    mut gone: impl Iterator<Item = &'a IngreepView>,
) -> Option<AnyView> {
    let is_of_initiatief = gone.any(|own| own.deel == DeelSoort::Initiatief && own.veld != Veld::Punt);
    let has_point = found.delen.iter().any(|deel| deel.veld == Veld::Punt);
    let to = ui::link(ui::opened(&address(found.id), forms::TEXT), lang.weglaten_point_out());
    (is_of_initiatief && has_point)
        .then(|| view! { <p class="nl-paragraph">{lang.weglaten_point_stays()} " " {to}</p> }.into_any())
}

/// That everybody reads or sees it still, where, and what there is to do when that cannot wait.
fn not_yet(page: &PageRequest, found: &WeglatingenView, waiting: &[&IngreepView]) -> Vec<AnyView> {
    let lang = page.lang;
    let (number, list) = places(lang, found, waiting.iter().copied());
    let is_photo = waiting.iter().all(|own| own.deel == DeelSoort::Foto);
    let first = if is_photo { lang.weglaten_not_yet_photo(number) } else { lang.weglaten_not_yet(number) };
    let mut lines = vec![view! { <p class="nl-paragraph"><strong>{first}</strong></p> }.into_any()];
    lines.extend(list);
    lines.push(words(lang.weglaten_not_yet_answer()));
    lines.push(words(lang.weglaten_cannot_wait()));
    let initiatief = |own: &&IngreepView| {
        let plan = plan_of(found, own)?;
        Some((plan.public_initiatief()?, plan.clone()))
    };
    let behind: BTreeMap<InitiatiefId, Planverwijzing> = waiting.iter().filter_map(initiatief).collect();
    let hide = |(id, plan): (InitiatiefId, Planverwijzing)| {
        let to = ui::link(desk::shield_address(id), lang.weglaten_cannot_wait_hide(plan.nummer, plan.titel));
        view! { <p class="nl-paragraph">{to} " " {lang.weglaten_cannot_wait_hide_hint()}</p> }.into_any()
    };
    lines.extend(behind.into_iter().map(hide));
    let mail = &page.site.contact_email;
    lines.push(ui::p_with_mail(&lang.weglaten_cannot_wait_mail(mail), mail));
    lines
}

/// One thing that was put back, what of the same request was not, and where it stands who did it.
async fn back_one(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> Told {
    let lang = page.lang;
    match own.status {
        IngreepStatus::Hersteld => {
            let out = still_out(page, found, own).await;
            let first = if out.is_empty() {
                lang.weglaten_ok_back().to_owned()
            } else {
                lang.weglaten_ok_back_here(label_of(lang, found, own))
            };
            let out = out_lines(lang, lang.weglaten_still_out(), out);
            let last = words(lang.weglaten_ok_back_record());
            Told::ok(std::iter::once(words(first)).chain(out).chain([last]).collect())
        }
        IngreepStatus::HerstelWacht => Told::warning(vec![words(lang.weglaten_ok_back_asked())]),
        IngreepStatus::Wacht | IngreepStatus::Gedaan | IngreepStatus::Ingetrokken | IngreepStatus::Geweigerd => {
            now(lang, found, own)
        }
    }
}

/// All of a request that was put back, or is asked to be, how far it is now.
fn all_back(lang: Lang, here: &WeglatingenView, (found, all): (&WeglatingenView, &[IngreepView])) -> Told {
    // What was put back before, by itself, is none of this, nor what somebody asked back before.
    let last = all.iter().filter_map(back_since).max();
    let is_now = |own: &&IngreepView| own.status == IngreepStatus::Gedaan || back_since(own) == last;
    let now: Vec<&IngreepView> = all.iter().filter(is_now).collect();
    let of = |status: IngreepStatus| now.iter().copied().filter(move |own| own.status == status);
    let (back, back_list) = places(lang, found, of(IngreepStatus::Hersteld));
    let (waiting, list) = places(lang, found, of(IngreepStatus::HerstelWacht));
    let (out, out_list) = places(lang, found, of(IngreepStatus::Gedaan));
    let mut lines = Vec::new();
    match (back, waiting) {
        (0, 0) => {}
        (1, 0) => lines.push(words(lang.weglaten_ok_back())),
        (more, 0) => lines.push(words(lang.weglaten_ok_back_many(more))),
        (0, all) => {
            lines.push(words(lang.weglaten_ok_back_asked_many(all)));
            lines.extend(list);
        }
        // What is not so yet comes first.
        (some, rest) => {
            let first = lang.weglaten_ok_back_not_all(rest);
            lines.push(view! { <p class="nl-paragraph"><strong>{first}</strong></p> }.into_any());
            lines.extend(list);
            lines.push(words(lang.weglaten_not_yet_answer()));
            lines.push(words(lang.weglaten_ok_back_some(some)));
            lines.extend(back_list);
        }
    }
    if out > 0 {
        lines.push(words(lang.weglaten_still_out()));
        lines.extend(out_list);
    }
    if here.id != found.id {
        let to = ui::link(address(found.id), lang.weglaten_ok_back_record_there());
        lines.push(view! { <p class="nl-paragraph">{to}</p> }.into_any());
    } else if back > 0 {
        lines.push(words(lang.weglaten_ok_back_record()));
    }
    if waiting > 0 || out > 0 { Told::warning(lines) } else { Told::ok(lines) }
}

/// When it was put back or that was asked, the last time.
fn back_since(own: &IngreepView) -> Option<DateTime<Utc>> {
    let is_back = |step: &&Stap| matches!(step.soort, StapSoort::Teruggezet | StapSoort::TerugGevraagd);
    own.stappen.iter().rfind(is_back).map(|step| step.op)
}

/// That a request was withdrawn; when another part of it was done already, that is left out still.
async fn withdrawn(page: &PageRequest, found: &WeglatingenView, own: &IngreepView) -> Told {
    let lang = page.lang;
    match own.stappen.last().map(|last| last.soort) {
        // Another request asks it since.
        Some(StapSoort::Ingetrokken) if history::standing(found, own) == Standing::Waits => {
            Told::warning(not_yet(page, found, &[own]))
        }
        Some(StapSoort::Ingetrokken) if history::standing(found, own) == Standing::Gone => now_gone(lang, found, own),
        Some(StapSoort::Ingetrokken) => {
            let out = still_out(page, found, own).await;
            let about = which::line(lang, found, own);
            // Who wanted to keep a part of it asks that again.
            let again = found.mag.then(|| history::again(page, own.id));
            let first = if out.is_empty() { lang.weglaten_ok_withdrawn() } else { lang.weglaten_ok_withdrawn_part() };
            let lines = std::iter::once(words(first)).chain(about);
            Told::ok(lines.chain(out_lines(lang, lang.weglaten_still_out(), out)).chain(again).collect())
        }
        Some(StapSoort::TerugIngetrokken) => Told::ok(vec![words(lang.weglaten_ok_withdrawn())]),
        Some(_) | None => now(lang, found, own),
    }
}

/// What this reader said, while that is the last that was done with it: yes, or no.
fn own_answer(page: &PageRequest, own: &IngreepView) -> Option<bool> {
    let is_own = |last: &&Stap| page.viewer.as_ref().is_some_and(|viewer| viewer.naam == last.door);
    match own.stappen.last().filter(is_own)?.soort {
        StapSoort::Bevestigd | StapSoort::TerugBevestigd => Some(true),
        StapSoort::Geweigerd | StapSoort::TerugGeweigerd => Some(false),
        StapSoort::Ingetrokken | StapSoort::TerugGevraagd | StapSoort::TerugIngetrokken | StapSoort::Teruggezet => None,
    }
}

/// That this reader said yes or no, while that is the last that was done with it; else what became of it.
fn answered(page: &PageRequest, found: &WeglatingenView, (own, deed): (&IngreepView, Deed)) -> Told {
    let lang = page.lang;
    let also = ui::query(page, ALSO).unwrap_or_default();
    let beside: Vec<IngreepId> = also.split(',').filter_map(|id| id.parse().ok()).collect();
    if deed == Deed::Yes && !beside.is_empty() {
        let others = found.ingrepen.iter().filter(|other| other.id != own.id && beside.contains(&other.id));
        return answered_all(page, found, &std::iter::once(own).chain(others).collect::<Vec<_>>());
    }
    match own_answer(page, own) {
        Some(true) => Told::ok(said_yes(lang, found, &[own])),
        Some(false) => Told::ok(said_no(lang, found, own)),
        None => now(lang, found, own),
    }
}

/// That this reader said yes to all that was asked at once: for how much of it that holds, and how the rest stands.
fn answered_all(page: &PageRequest, found: &WeglatingenView, all: &[&IngreepView]) -> Told {
    let lang = page.lang;
    let (yes, not): (Vec<&IngreepView>, Vec<&IngreepView>) =
        all.iter().copied().partition(|own| own_answer(page, own) == Some(true));
    if not.is_empty() {
        return Told::ok(said_yes(lang, found, &yes));
    }
    let still = origin::still(lang, found, yes.iter().copied());
    let line = |own: &IngreepView| {
        let last = own.stappen.last().map(|last| history::said(lang, (own, last)));
        view! { <li>{lang.weglaten_ok_now(history::status_of(lang, own), label_of(lang, found, own))} " " {last}</li> }
    };
    let list = not.into_iter().map(line).collect_view();
    let said = [
        (!yes.is_empty()).then(|| words(lang.weglaten_ok_yes_some(yes.len(), all.len()))),
        Some(words(lang.weglaten_ok_yes_not())),
        Some(view! { <ul class="wk-list">{list}</ul> }.into_any()),
    ];
    Told::warning(said.into_iter().flatten().chain(still).chain([words(left(lang, found))]).collect())
}

/// That this reader said yes, to what, with the way to look at it, and what else there is to know.
fn said_yes(lang: Lang, found: &WeglatingenView, yes: &[&IngreepView]) -> Vec<AnyView> {
    let (_, list) = places(lang, found, yes.iter().copied());
    let mut lines = vec![words(lang.weglaten_ok_yes())];
    lines.extend(list);
    lines.extend(origin::still(lang, found, yes.iter().copied()));
    lines.push(words(left(lang, found)));
    lines
}

/// That this reader said no, to what, with the way to look at it.
fn said_no(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Vec<AnyView> {
    let (_, list) = places(lang, found, std::iter::once(own));
    let mut lines = vec![words(lang.weglaten_ok_no())];
    lines.extend(list);
    lines.extend(which::line(lang, found, own));
    lines.push(words(left(lang, found)));
    lines
}

/// How something stands now that somebody did more with it.
fn now(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Told {
    let what = label_of(lang, found, own);
    let last = own.stappen.last().map(|last| words(history::said(lang, (own, last))));
    let first = words(lang.weglaten_ok_now(history::status_of(lang, own), what));
    Told { look: "info", lines: std::iter::once(first).chain(last).collect() }
}

/// That it was left out after all, by a later request.
fn now_gone(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Told {
    let (number, list) = places(lang, found, std::iter::once(own));
    let lines = [Some(words(lang.weglaten_ok_taken(number))), list];
    Told { look: "info", lines: lines.into_iter().flatten().collect() }
}

/// A place where something is left out: which, what it is called, and where it can be put back.
struct Out {
    id: IngreepId,
    label: String,
    url: String,
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
    let is_same = |other: &IngreepView| own.verzoek.is_some() && other.verzoek == own.verzoek;
    let all = found.ingrepen.iter().filter(|other| other.id != own.id && is_same(other) && history::is_out(other));
    let out = |other: &IngreepView| Out {
        id: other.id,
        label: label_of(lang, found, other),
        url: ui::opened(&address(found.id), &history::card(other.id)),
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

/// What still waits here for who just said yes or no.
fn left(lang: Lang, found: &WeglatingenView) -> String {
    let (photos, texts): (Vec<&IngreepView>, Vec<&IngreepView>) =
        found.ingrepen.iter().filter(|own| own.mag_weigeren).partition(|own| own.deel == DeelSoort::Foto);
    let number = |all: &[&IngreepView]| u32::try_from(all.len()).unwrap_or(u32::MAX);
    let (photos, texts) = (number(&photos), number(&texts));
    match texts.saturating_add(photos) {
        0 => lang.weglaten_ok_left_none().to_owned(),
        all => lang.weglaten_ok_left(all, lang.texts_and_photos(texts, photos)),
    }
}
