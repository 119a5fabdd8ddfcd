//! What *Mijn werk* tells a wijkteam of what it left out: what waits for a stembureau, what that refused, and what a colleague did last.

use super::{address, asked_by, history, how_much, label, origin, photo_name, waiting_of, what_of, which, why};
use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, p};
use contract::ingreep::{DeelSoort, IngreepStatus, IngreepView, Weglaatverzoeken, Weglaatweigering, WeglatingenView};
use contract::werk::{EigenWeglating, Werk};
use contract::{BuurtbegrotingId, GeheelId};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many requests about one vote are named; its page has them all.
const MOST: usize = 10;

/// The votes that something was asked or refused about, as their pages tell of it.
pub type Votes = BTreeMap<BuurtbegrotingId, WeglatingenView>;

/// Reads them. What cannot be read is told without its words.
pub async fn votes(page: &PageRequest, werk: &Werk) -> Votes {
    let asked = werk.gevraagd.iter().map(|own| own.buurtbegroting);
    let ids: BTreeSet<BuurtbegrotingId> = asked.chain(werk.geweigerd.iter().map(|own| own.buurtbegroting)).collect();
    let mut votes = Votes::new();
    for id in ids {
        if let Ok(found) = page.api.weglatingen(GeheelId(id.0)).await {
            votes.insert(id, found);
        }
    }
    votes
}

/// What the wijkteam asked a stembureau and waits for an answer: of which vote, how much, since when, and which words.
pub fn asked(lang: Lang, asked: &[Weglaatverzoeken], votes: &Votes) -> Option<AnyView> {
    if asked.is_empty() {
        return None;
    }
    let line = |own: &Weglaatverzoeken| {
        let since =
            lang.weglaten_mine_waits_since(own.aantal, format::moment_and_time(lang, own.sinds), waiting_of(lang, own));
        let by = lang.weglaten_waits_asked_by(own.door.join(", "));
        let requests = votes.get(&own.buurtbegroting).map(|found| requests(lang, found));
        view! { <li>{ui::link(address(own.buurtbegroting), own.titel.clone())} ": " {since} " " {by} {requests}</li> }
    };
    let lines = asked.iter().map(line).collect_view();
    let waiting = asked.iter().fold(0_u32, |all, own| all.saturating_add(own.aantal));
    let heading = ui::h2(format!("{} ({waiting})", lang.weglaten_mine_waits()));
    Some(view! { {heading} <ul class="wk-list">{lines}</ul> }.into_any())
}

/// The requests of one vote that wait and are named.
fn named(found: &WeglatingenView) -> impl Iterator<Item = &IngreepView> {
    found.ingrepen.iter().filter(|own| history::waits(own.status)).take(MOST)
}

/// Whether what somebody asked is named where it is told what waits.
fn is_listed(own: &EigenWeglating, votes: &Votes) -> bool {
    history::waits(own.status) && votes.values().any(|found| named(found).any(|other| other.id == own.ingreep))
}

/// What waits of one vote, each with the way to its own place.
fn requests(lang: Lang, found: &WeglatingenView) -> AnyView {
    let line = |own: &IngreepView| {
        // A photo has no words that say what it is about: why it is asked does.
        let why = (own.deel == DeelSoort::Foto).then(|| why(lang, own).into_iter().flatten());
        let why = why.into_iter().flatten().map(|text| ui::prose(&text)).collect_view();
        let to = ui::opened(&address(found.id), &history::card(own.id));
        view! {
            <li>
                {ui::link(to, what_of(lang, found, own))}
                {which::line(lang, found, own)}
                <p class="wk-small">{asked_by(lang, own)}</p>
                {why}
                {origin::warning(lang, found, own)}
            </li>
        }
    };
    let lines = named(found).map(line).collect_view();
    view! { <ul class="wk-list">{lines}</ul> }.into_any()
}

/// What a stembureau refused the wijkteam: what, which words, who, when and why, with the way to ask it again.
pub fn refused(lang: Lang, refused: &[Weglaatweigering], votes: &Votes) -> Option<AnyView> {
    if refused.is_empty() {
        return None;
    }
    let line = |own: &Weglaatweigering| {
        let what = if own.deel == DeelSoort::Foto {
            photo_name(lang, (own.plan.as_ref(), &own.titel), own.foto_nummer)
        } else {
            label(lang, (own.deel, own.veld), own.plan.as_ref())
        };
        let what = if own.terug { lang.weglaten_ask_back(what) } else { lang.weglaten_ask_out(what) };
        let (at, door) = (format::moment_and_time(lang, own.weigering.op), own.weigering.door.as_str());
        let by = if own.terug { lang.weglaten_back_refused_by(at, door) } else { lang.weglaten_refused_by(at, door) };
        let place = if own.terug { history::card(own.ingreep) } else { history::refused_card(own.ingreep) };
        let to = ui::opened(&address(own.buurtbegroting), &place);
        let found = votes.get(&own.buurtbegroting);
        let is_it = |other: &&IngreepView| other.id == own.ingreep;
        let noted = found.and_then(|found| Some((found, found.ingrepen.iter().find(is_it)?)));
        view! {
            <li>
                <p class="nl-paragraph"><strong>{what}</strong> " (" {own.titel.clone()} ")"</p>
                {noted.and_then(|(found, noted)| which::line(lang, found, noted))}
                {noted.and_then(|(_, noted)| how_much(lang, (noted.deel, noted.soort))).map(|much| p(lang.weglaten_which_words(much)))}
                <p class="wk-small">{by}</p>
                {ui::prose(&own.weigering.reden)}
                <p class="nl-paragraph">{ui::link(to, lang.weglaten_mine_no_again())}</p>
            </li>
        }
    };
    let lines = refused.iter().map(line).collect_view();
    let heading = ui::h2(format!("{} ({})", lang.weglaten_mine_no(), refused.len()));
    Some(view! { {heading} <ul class="wk-list">{lines}</ul> }.into_any())
}

/// What this colleague left out last, or asked to, per request: which words or photo, of what, when and how it stands; and how much
/// there is beside it.
///
/// What waits and stands in the list of what was asked is not told once more.
pub fn left_out(lang: Lang, done: &[EigenWeglating], (more, votes): (u32, &Votes)) -> Option<AnyView> {
    let mut requests: Vec<Vec<&EigenWeglating>> = Vec::new();
    for own in done.iter().filter(|own| !is_listed(own, votes)) {
        let is_of_it = |all: &&mut Vec<&EigenWeglating>| {
            all.first().is_some_and(|first| first.verzoek.is_some() && first.verzoek == own.verzoek)
        };
        match requests.iter_mut().find(is_of_it) {
            Some(all) => all.push(own),
            None => requests.push(vec![own]),
        }
    }
    if requests.is_empty() {
        return None;
    }
    let lines = requests.iter().map(|all| request_of(lang, all)).collect_view();
    let more = (more > 0).then(|| p(lang.weglaten_mine_done_more(more)));
    let heading = ui::h2(lang.weglaten_mine_done());
    Some(view! { {heading} {p(lang.weglaten_mine_done_hint())} <ul class="wk-list">{lines}</ul> {more} }.into_any())
}

/// All that one request left out.
fn request_of(lang: Lang, all: &[&EigenWeglating]) -> AnyView {
    let mut titles: Vec<&str> = Vec::new();
    for own in all {
        if !titles.contains(&own.titel.as_str()) {
            titles.push(&own.titel);
        }
    }
    let at = all.first().map(|own| format::moment_and_time(lang, own.op));
    let at = at.map(|at| lang.weglaten_mine_done_at(at, titles.join(", ")));
    let lines = all.iter().map(|own| line_of(lang, own)).collect_view();
    view! { <li><p class="wk-small">{at}</p> <ul class="wk-list">{lines}</ul></li> }.into_any()
}

/// One text or photo of it. What is out of a plan alone is not done while the initiatief says it.
fn line_of(lang: Lang, own: &EigenWeglating) -> AnyView {
    let to = ui::opened(&address(own.geheel), &history::card(own.ingreep));
    let still = own.achter.as_ref().and_then(|behind| origin::line_of(lang, own.status, (behind, &own.reden)));
    let how = if still.is_some() && own.status == IngreepStatus::Gedaan {
        lang.weglaten_only_out_of_plan().to_owned()
    } else if let Some(door) = &own.ingetrokken_door {
        lang.weglaten_mine_withdrawn(door)
    } else {
        history::status(lang, (own.status, own.samengevoegd)).to_owned()
    };
    let words = (!own.woorden.is_empty()).then(|| view! { ": " {which::quoted(&own.woorden)} });
    let much = how_much(lang, (own.deel, own.wijze)).map(|much| format!(" ({much})"));
    view! { <li>{ui::link(to, name_of(lang, own))} {much} {words} " " {ui::badge(how)} {still}</li> }.into_any()
}

/// What it is: which text of what, or which photo.
fn name_of(lang: Lang, own: &EigenWeglating) -> String {
    if own.deel != DeelSoort::Foto {
        return label(lang, (own.deel, own.veld), own.plan.as_ref());
    }
    photo_name(lang, (own.plan.as_ref(), &own.titel), own.foto)
}
