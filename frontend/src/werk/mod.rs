//! "Mijn werk": what waits for a member of staff.

pub mod desk;

use crate::buurtbegroting::ToDo;
use crate::format;
use crate::i18n::Lang;
use crate::opdracht;
use crate::site::PageRequest;
use crate::ui::filters;
use crate::ui::{self, Page, badge, h2, link, list, p, shown};
use crate::weglaten::mine;
use contract::account::Role;
use contract::gebied::Keuze;
use contract::initiatief::{InitiatiefSoort, OverPersoon, Zicht};
use contract::werk::{Werk, WerkFilter, WerkItem};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What waits for the viewer, the most urgent first.
pub async fn page(page: &PageRequest) -> Page {
    let lang = page.lang;
    let gebied = ui::query(page, "gebied");
    let werk = page.api.werk(WerkFilter { gebied: gebied.clone() }).await?;
    let gebieden = page.api.list_gebieden().await?;
    let names: BTreeMap<String, String> = gebieden.into_iter().map(|gebied| (gebied.code, gebied.naam)).collect();
    let filter = filter(page, &names, gebied.as_deref());
    let places = places(page, &names);
    let items_below = |title: &'static str, hint: Option<&'static str>, items: &[WerkItem]| {
        (!items.is_empty()).then(|| {
            let cards = list::cards(items.iter().map(|own| item(lang, &names, own)).collect());
            view! { {h2(format!("{title} ({})", items.len()))} {hint.map(p)} {cards} }
        })
    };
    let items = |title: &'static str, items: &[WerkItem]| items_below(title, None, items);
    let orders = |title: &'static str, cards: &[contract::opdracht::OpdrachtCard]| {
        (!cards.is_empty()).then(|| {
            let views = cards.iter().map(|card| opdracht::card(lang, list::Under::Heading, &names, card)).collect();
            view! { {h2(format!("{title} ({})", cards.len()))} {list::cards(views)} }
        })
    };
    let ToDo { waits: rounds, asked: letters } = crate::buurtbegroting::to_do(page).await?;
    let votes = mine::votes(page, &werk).await;
    let refused = mine::refused(lang, &werk.geweigerd, &votes);
    let asked = mine::asked(lang, &werk.gevraagd, &votes);
    let left_out = mine::left_out(lang, &werk.weggelaten, (werk.weggelaten_meer, &votes));
    let nothing = rounds.is_none() && letters.is_none() && holds_nothing(&werk);
    let late = match werk.te_laat.len() {
        0 => None,
        1 => Some(lang.werk_late_one().to_owned()),
        more => Some(lang.werk_late_warning(more)),
    };
    let late = late.map(|text| ui::alert("warning", p(text)));
    Ok(shown(
        lang.nav_werk(),
        view! {
            {filter}
            {late}
            {nothing.then(|| p(lang.werk_nothing()))}
            {items_below(lang.werk_look(), Some(lang.werk_look_hint()), &werk.eerst_kijken)}
            {items(lang.werk_late(), &werk.te_laat)}
            {refused}
            {orders(lang.werk_fiat(), &werk.ter_fiattering)}
            {items(lang.werk_new(), &werk.nieuw)}
            {items(lang.werk_busy(), &werk.in_behandeling)}
            {items(lang.werk_waiting(), &werk.wacht)}
            {asked}
            {orders(lang.werk_orders(), &werk.uit_te_voeren)}
            {rounds}
            {letters}
            {left_out}
            {places}
            <p class="nl-paragraph">{link("/opdrachten", lang.opdracht_all())}</p>
        },
    ))
}

fn holds_nothing(werk: &Werk) -> bool {
    let initiatieven = [&werk.eerst_kijken, &werk.te_laat, &werk.nieuw, &werk.in_behandeling, &werk.wacht];
    initiatieven.iter().all(|own| own.is_empty())
        && werk.ter_fiattering.is_empty()
        && werk.uit_te_voeren.is_empty()
        && werk.gevraagd.is_empty()
        && werk.geweigerd.is_empty()
}

/// An initiatief that waits.
fn item(lang: Lang, names: &BTreeMap<String, String>, item: &WerkItem) -> AnyView {
    let day = item.antwoord_datum.map(|day| lang.werk_answer_by(format::day(lang, day)));
    let zicht = (item.zicht != Zicht::Open).then(|| badge(lang.zicht(item.zicht)));
    let shown = item.openbaar_vanaf.map(|at| {
        view! { <strong>{lang.werk_shown_from(format::moment_and_time(lang, at))}</strong> }
    });
    let why = item.openbaar_vanaf.map(|_| why_it_waits(lang, item.over_persoon, item.soort));
    view! {
            <article class="wk-card">
                <div>
                    <h3 class="nl-heading nl-heading--level-4">{link(format!("/werk/initiatieven/{}", item.id), item.titel.clone())}</h3>
                    <p class="wk-card__facts">
                        {badge(lang.initiatief_status(item.status))}
                        {zicht}
                        {shown}
                        {why.map(|why| view! { <span>{why}</span> })}
                        <span>{names.get(&item.gebied).cloned()} ", " {item.wijk.clone()}</span>
                        <span>{lang.initiatief_soort(item.soort)}</span>
                        <span>{lang.werk_since(format::moment(lang, item.ingediend_op))}</span>
                        <span>{day}</span>
                    </p>
                </div>
            </article>
        }
        .into_any()
}

/// Why the wijkteam looks before everybody does.
const fn why_it_waits(lang: Lang, about: Option<OverPersoon>, soort: InitiatiefSoort) -> &'static str {
    match (about, soort) {
        (None, _) => lang.dossier_waits_niet_gevraagd(),
        (Some(OverPersoon::WeetNiet), _) => lang.dossier_waits_weet_niet(),
        (Some(OverPersoon::Ja | OverPersoon::Nee), InitiatiefSoort::Vraag) => lang.dossier_waits_vraag(),
        (
            Some(OverPersoon::Ja | OverPersoon::Nee),
            InitiatiefSoort::Idee | InitiatiefSoort::ZelfDoen | InitiatiefSoort::Buurtrecht,
        ) => lang.dossier_waits_alles(),
    }
}

fn works_in(page: &PageRequest, gebied: &str) -> bool {
    page.has_role_in(&[Role::Wijkteam, Role::Backoffice], gebied)
}

/// The plan and the money of the gebieden that the viewer works in.
fn places(page: &PageRequest, names: &BTreeMap<String, String>) -> impl IntoView + use<> {
    let lang = page.lang;
    let place = |(code, naam): (&String, &String)| {
        let path = format!("/gebieden/{code}");
        view! {
            <li>
                {naam.clone()} ": " {link(format!("{path}/wijkactieplan"), lang.plan_name())} ", "
                {link(format!("{path}/wijkbudget"), lang.budget_name())}
            </li>
        }
    };
    let own: Vec<_> = names.iter().filter(|(code, _)| works_in(page, code)).map(place).collect();
    (!own.is_empty()).then(|| view! { {h2(lang.werk_places())} <ul class="wk-list">{own}</ul> })
}

/// The choice of one gebied, for who works in several.
fn filter(page: &PageRequest, names: &BTreeMap<String, String>, chosen: Option<&str>) -> Option<impl IntoView + use<>> {
    let own: Vec<Keuze> = names
        .iter()
        .filter(|(code, _)| works_in(page, code))
        .map(|(code, naam)| Keuze { code: code.clone(), naam: naam.clone(), uitleg: None })
        .collect();
    let lang = page.lang;
    (own.len() > 1).then(|| {
        let field = filters::field("gebied", lang.initiatief_filter_gebied(), lang.filter_all(), own, chosen);
        filters::form(lang, "/werk", field)
    })
}
