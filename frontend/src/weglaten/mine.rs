//! What *Mijn werk* tells a wijkteam of what it left out: what waits for a stembureau, what that refused, and what a colleague did last.

use super::{address, asked_by, history, label, waiting_of, what_of, which};
use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, p};
use contract::ingreep::{DeelSoort, IngreepView, Weglaatverzoeken, Weglaatweigering, WeglatingenView};
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
    let heading = ui::h2(format!("{} ({})", lang.weglaten_mine_waits(), asked.len()));
    Some(view! { {heading} <ul class="wk-list">{lines}</ul> }.into_any())
}

/// What waits of one vote, each with the way to its own place.
fn requests(lang: Lang, found: &WeglatingenView) -> AnyView {
    let waiting = found.ingrepen.iter().filter(|own| history::waits(own.status)).take(MOST);
    let line = |own: &IngreepView| {
        let to = ui::opened(&address(found.id), &history::card(own.id));
        view! {
            <li>
                {ui::link(to, what_of(lang, found, own))}
                {which::line(lang, found, own)}
                <p class="wk-small">{asked_by(lang, own)}</p>
            </li>
        }
    };
    let lines = waiting.map(line).collect_view();
    view! { <ul class="wk-list">{lines}</ul> }.into_any()
}

/// What a stembureau refused the wijkteam: what, which words, who, when and why, with the way to ask it again.
pub fn refused(lang: Lang, refused: &[Weglaatweigering], votes: &Votes) -> Option<AnyView> {
    if refused.is_empty() {
        return None;
    }
    let line = |own: &Weglaatweigering| {
        let what = label(lang, (own.deel, own.veld), own.plan.as_ref());
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

/// What this colleague left out last, or asked to: what, of what, when and how it stands.
pub fn left_out(lang: Lang, done: &[EigenWeglating]) -> Option<AnyView> {
    if done.is_empty() {
        return None;
    }
    let line = |own: &EigenWeglating| {
        let what = if own.deel == DeelSoort::Foto {
            lang.deel_soort(own.deel).to_owned()
        } else {
            label(lang, (own.deel, own.veld), own.plan.as_ref())
        };
        let to = ui::opened(&address(own.geheel), &history::card(own.ingreep));
        let at = lang.weglaten_mine_done_at(format::moment_and_time(lang, own.op), &own.titel);
        let how = history::status(lang, (own.status, own.samengevoegd));
        view! { <li>{ui::link(to, what)} " " {ui::badge(how)} <p class="wk-small">{at}</p></li> }
    };
    let lines = done.iter().map(line).collect_view();
    let heading = ui::h2(lang.weglaten_mine_done());
    Some(view! { {heading} {p(lang.weglaten_mine_done_hint())} <ul class="wk-list">{lines}</ul> }.into_any())
}
