//! A plan says what the initiatief says that it was made of. What is left out of the plan alone is read in the initiatief still.

use super::address;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui;
use contract::ingreep::{DeelSoort, Geheel, IngreepStatus, IngreepView, WeglatingenView};
use contract::initiatief::InitiatiefView;
use contract::{GeheelId, IngreepId, InitiatiefId};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Of what is asked or done to a plan: the initiatief that still says it, word for word.
pub type Copies = BTreeMap<IngreepId, InitiatiefId>;

/// What of these the initiatieven behind the plans still say.
pub async fn copies(page: &PageRequest, found: &WeglatingenView, over: &[IngreepView]) -> Copies {
    if found.soort != Geheel::Buurtbegroting {
        return Copies::new();
    }
    let copied: Vec<(IngreepId, InitiatiefId, &str)> = found.ingrepen.iter().chain(over).filter_map(copied).collect();
    let ids: BTreeSet<InitiatiefId> = copied.iter().map(|(_, id, _)| *id).collect();
    let mut said: BTreeMap<InitiatiefId, Vec<String>> = BTreeMap::new();
    for id in ids {
        if let Ok(initiatief) = page.api.initiatief(id).await {
            said.insert(id, texts(initiatief));
        }
    }
    let says = |id: &InitiatiefId, text: &str| said.get(id).is_some_and(|all| all.iter().any(|own| own == text));
    copied.into_iter().filter(|(_, id, text)| says(id, text)).map(|(own, id, _)| (own, id)).collect()
}

/// A text of a plan that is asked to go or went, with the initiatief behind it and what it said.
fn copied(own: &IngreepView) -> Option<(IngreepId, InitiatiefId, &str)> {
    let is_about_leaving_out = match own.status {
        IngreepStatus::Wacht | IngreepStatus::Gedaan => own.deel == DeelSoort::Project,
        IngreepStatus::HerstelWacht
        | IngreepStatus::Hersteld
        | IngreepStatus::Ingetrokken
        | IngreepStatus::Geweigerd => false,
    };
    // What is not public says nothing to anybody.
    let initiatief = own.plan.as_ref()?.public_initiatief()?;
    is_about_leaving_out.then_some((own.id, initiatief, own.origineel.as_deref()?))
}

fn texts(initiatief: InitiatiefView) -> Vec<String> {
    [Some(initiatief.kaart.titel), Some(initiatief.tekst), initiatief.plaats].into_iter().flatten().collect()
}

/// The initiatief that still says what the stembureau is asked to leave out of a plan.
pub async fn behind(page: &PageRequest, id: GeheelId, own: IngreepId) -> Option<InitiatiefId> {
    let found = page.api.weglatingen(id).await.ok()?;
    copies(page, &found, &[]).await.get(&own).copied()
}

/// That the initiatief still says it.
pub fn warning(lang: Lang, found: &WeglatingenView, (own, copies): (&IngreepView, &Copies)) -> Option<AnyView> {
    copies.get(&own.id).map(|id| line(lang, found, *id))
}

/// The same, with the way to where that can be mended, or seen.
pub fn line(lang: Lang, found: &WeglatingenView, id: InitiatiefId) -> AnyView {
    let (to, words) = if found.mag {
        (address(id), lang.weglaten_origin_too())
    } else {
        (format!("/initiatieven/{id}"), lang.weglaten_origin_see())
    };
    view! { <p class="nl-paragraph"><strong>{lang.weglaten_origin_still()}</strong> " " {ui::link(to, words)}</p> }
        .into_any()
}
