//! A plan says what the initiatief says that it was made of. What is left out of the plan alone is read in the initiatief still.

use super::{address, carry, forms};
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui;
use contract::ingreep::{DeelSoort, Geheel, IngreepStatus, IngreepView, WeglatingenView};
use contract::initiatief::InitiatiefView;
use contract::{GeheelId, IngreepId, InitiatiefId};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the initiatief says that a plan was made of, of what is asked or done to that plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// It still says it, word for word.
    Says(InitiatiefId),
    /// It says there what the plan comes to say: it is gone already.
    Without,
}

/// What of the requests about plans the initiatieven behind them say.
pub type Copies = BTreeMap<IngreepId, Behind>;

/// What the initiatieven behind the plans say of these.
pub async fn copies(page: &PageRequest, found: &WeglatingenView, over: &[IngreepView]) -> Copies {
    if found.soort != Geheel::Buurtbegroting {
        return Copies::new();
    }
    let copied: Vec<(&IngreepView, InitiatiefId)> = found.ingrepen.iter().chain(over).filter_map(copied).collect();
    let ids: BTreeSet<InitiatiefId> = copied.iter().map(|(_, id)| *id).collect();
    let mut said: BTreeMap<InitiatiefId, Vec<String>> = BTreeMap::new();
    for id in ids {
        if let Ok(initiatief) = page.api.initiatief(id).await {
            said.insert(id, texts(initiatief));
        }
    }
    let says = |id: InitiatiefId, text: Option<&String>| {
        text.is_some_and(|text| said.get(&id).is_some_and(|all| all.contains(text)))
    };
    let behind = |(own, id): (&IngreepView, InitiatiefId)| {
        if says(id, own.origineel.as_ref()) {
            Some((own.id, Behind::Says(id)))
        } else {
            (own.status == IngreepStatus::Wacht && says(id, own.nieuw.as_ref())).then_some((own.id, Behind::Without))
        }
    };
    copied.into_iter().filter_map(behind).collect()
}

/// A text of a plan that is asked to go or went, with the initiatief behind it.
fn copied(own: &IngreepView) -> Option<(&IngreepView, InitiatiefId)> {
    let is_about_leaving_out = match own.status {
        IngreepStatus::Wacht | IngreepStatus::Gedaan => own.deel == DeelSoort::Project,
        IngreepStatus::HerstelWacht
        | IngreepStatus::Hersteld
        | IngreepStatus::Ingetrokken
        | IngreepStatus::Geweigerd => false,
    };
    // What is not public says nothing to anybody.
    let initiatief = own.plan.as_ref()?.public_initiatief()?;
    is_about_leaving_out.then_some((own, initiatief))
}

fn texts(initiatief: InitiatiefView) -> Vec<String> {
    [Some(initiatief.kaart.titel), Some(initiatief.tekst), initiatief.plaats].into_iter().flatten().collect()
}

/// The initiatief that still says what the stembureau is asked to leave out of a plan.
pub async fn behind(page: &PageRequest, id: GeheelId, own: IngreepId) -> Option<InitiatiefId> {
    let found = page.api.weglatingen(id).await.ok()?;
    match copies(page, &found, &[]).await.get(&own).copied()? {
        Behind::Says(id) => Some(id),
        Behind::Without => None,
    }
}

/// That the initiatief still says it, or does not any more.
pub fn warning(lang: Lang, found: &WeglatingenView, (own, copies): (&IngreepView, &Copies)) -> Option<AnyView> {
    copies.get(&own.id).map(|behind| match behind {
        Behind::Says(id) => line(lang, found, (*id, Some(own))),
        Behind::Without => ui::p(lang.weglaten_origin_gone()).into_any(),
    })
}

/// The same, with the way to where that can be mended, or seen; with the words of this request along, for who leaves words out.
pub fn line(lang: Lang, found: &WeglatingenView, (id, own): (InitiatiefId, Option<&IngreepView>)) -> AnyView {
    let carried = own.filter(|_| found.mag).and_then(|own| carry::from_request(lang, found, (own, id)));
    if let Some(carried) = carried {
        return view! { <p class="nl-paragraph"><strong>{lang.weglaten_origin_still()}</strong></p> {carried} }
            .into_any();
    }
    let (to, words) = if found.mag {
        (ui::opened(&address(id), forms::WORDS), lang.weglaten_origin_too())
    } else {
        (format!("/initiatieven/{id}"), lang.weglaten_origin_see())
    };
    view! { <p class="nl-paragraph"><strong>{lang.weglaten_origin_still()}</strong> " " {ui::link(to, words)}</p> }
        .into_any()
}
