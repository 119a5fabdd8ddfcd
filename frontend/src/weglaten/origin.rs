//! A plan says what the initiatief says that it was made of. What is left out of the plan alone is read in the initiatief still: the API
//! judges that word by word, and here it is told, with the way to take it out there.

use super::{address, carry, forms, history, plan_of, which};
use crate::i18n::Lang;
use crate::ui::{self, p};
use contract::InitiatiefId;
use contract::ingreep::{Achterliggend, DeelSoort, IngreepStatus, IngreepView, WeglatingenView};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// That the initiatief still says it, or does not any more: of one request both can be so, each of other words.
pub fn warning(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    if own.deel == DeelSoort::Foto && history::waits(own.status) {
        return photo_too(lang, found, own);
    }
    let behind = own.achter.as_ref()?;
    if own.status == IngreepStatus::HerstelWacht {
        return behind.staat_er.then(|| back_already(lang, behind));
    }
    let waits = own.status == IngreepStatus::Wacht;
    let gone = match (behind.staat_er, behind.weg.is_empty()) {
        (true, true) => None,
        (true, false) => Some(lang.weglaten_origin_gone_words(which::quoted(&behind.weg))),
        (false, _) => Some(lang.weglaten_origin_gone().to_owned()),
    };
    let gone = gone.filter(|_| waits).map(|text| p(text).into_any());
    let all: Vec<AnyView> = gone.into_iter().chain(still(lang, found, std::iter::once(own))).collect();
    (!all.is_empty()).then(|| all.into_any())
}

/// That a plan has no photo of its own: what becomes of it, becomes of that of the initiatief.
fn photo_too(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let initiatief = plan_of(found, own)?.public_initiatief()?;
    let to = ui::link(format!("/initiatieven/{initiatief}"), lang.weglaten_origin_see());
    Some(view! { <p class="nl-paragraph">{lang.weglaten_origin_photo()} " " {to}</p> }.into_any())
}

/// Of what waits to come back in a plan: that the initiatief says it already, with the way to look.
fn back_already(lang: Lang, behind: &Achterliggend) -> AnyView {
    let said = if behind.nog.is_empty() {
        lang.weglaten_origin_back().to_owned()
    } else {
        lang.weglaten_origin_back_words(which::quoted(&behind.nog))
    };
    let to = ui::link(format!("/initiatieven/{}", behind.initiatief), lang.weglaten_origin_see());
    view! { <p class="nl-paragraph"><strong>{said}</strong> " " {to}</p> }.into_any()
}

/// Whether it is for a plan to be without what its initiatief says: what waits to come back is no more left out there than here.
fn is_left_out(own: &IngreepView) -> bool {
    own.status != IngreepStatus::HerstelWacht
}

/// That initiatieven still say what these leave out of their plans, each once, with the way to where that can be mended, or seen; with
/// the words along, for who leaves words out.
pub fn still<'a>(lang: Lang, found: &WeglatingenView, all: impl Iterator<Item = &'a IngreepView>) -> Vec<AnyView> {
    let mut behind: BTreeMap<InitiatiefId, (&'a IngreepView, Vec<String>)> = BTreeMap::new();
    for own in all.filter(|own| is_left_out(own)) {
        let Some(says) = own.achter.as_ref().filter(|says| says.staat_er) else { continue };
        let (_, words) = behind.entry(says.initiatief).or_insert_with(|| (own, Vec::new()));
        for word in &says.nog {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
    }
    behind.into_iter().map(|(id, (own, words))| line(lang, found, (id, own, &words))).collect()
}

/// That the initiatief still says it.
pub fn says(lang: Lang, words: &[String]) -> String {
    if words.is_empty() {
        lang.weglaten_origin_still().to_owned()
    } else {
        lang.weglaten_origin_still_words(which::quoted(words))
    }
}

fn line(lang: Lang, found: &WeglatingenView, (id, own, words): (InitiatiefId, &IngreepView, &[String])) -> AnyView {
    let said = says(lang, words);
    if !found.mag {
        let to = ui::link(format!("/initiatieven/{id}"), lang.weglaten_origin_see());
        return view! { <p class="nl-paragraph"><strong>{said}</strong> " " {to}</p> }.into_any();
    }
    let way = carry::from_request(lang, (own, id), words).unwrap_or_else(|| mend(lang, id));
    view! { <p class="nl-paragraph"><strong>{said}</strong></p> {way} }.into_any()
}

/// The same in a list of what somebody did.
pub fn line_of(lang: Lang, status: IngreepStatus, (behind, why): (&Achterliggend, &str)) -> Option<AnyView> {
    if !behind.staat_er {
        return None;
    }
    if status == IngreepStatus::HerstelWacht {
        return Some(back_already(lang, behind));
    }
    let way =
        carry::words_to(lang, behind.initiatief, (&behind.nog, why)).unwrap_or_else(|| mend(lang, behind.initiatief));
    Some(view! { <p class="nl-paragraph"><strong>{says(lang, &behind.nog)}</strong></p> {way} }.into_any())
}

/// The way to the form of the initiatief.
fn mend(lang: Lang, id: InitiatiefId) -> AnyView {
    let to = ui::link(ui::opened(&address(id), forms::WORDS), lang.weglaten_origin_too());
    view! { <p class="nl-paragraph">{to}</p> }.into_any()
}
