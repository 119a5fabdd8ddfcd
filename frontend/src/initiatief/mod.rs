//! Initiatieven: list, card and page.

pub mod form;
pub mod own;
mod similar;

use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::filters;
use crate::ui::form::Form;
use crate::ui::list::Under;
use crate::ui::{self, Page, badge, below, breadcrumbs, h2, link, list, map, p, shown};
use chrono::NaiveDate;
use contract::InitiatiefId;
use contract::account::Role;
use contract::foto::FotoView;
use contract::gebied::Keuze;
use contract::initiatief::{
    Gebeurtenis, GebeurtenisSoort, InitiatiefCard, InitiatiefFilter, InitiatiefStatus, InitiatiefView, Steun,
};
use leptos::prelude::*;
pub use similar::SimilarInitiatieven;

/// An initiatief in a list.
pub fn card(lang: Lang, under: Under, card: InitiatiefCard) -> AnyView {
    let (to, status) = (format!("/initiatieven/{}", card.id), lang.initiatief_status(card.status));
    card_to(lang, under, to, status, card)
}

/// The same, leading elsewhere and with its status in other words.
pub(crate) fn card_to(lang: Lang, under: Under, to: String, status: &'static str, card: InitiatiefCard) -> AnyView {
    let photo = card.foto.map(|url| ui::small_photo("wk-card__photo", &url));
    let day = card.ingediend_op.map(|at| format::moment(lang, at));
    view! {
        <article class="wk-card">
            {photo}
            <div>
                {list::card_heading(under, link(to, card.titel))}
                <p class="wk-card__facts">
                    {badge(status)}
                    <span>{card.wijk}</span>
                    <span>{card.thema}</span>
                    <span>{supporters(lang, card.steun)}</span>
                    <span>{day}</span>
                </p>
            </div>
        </article>
    }
    .into_any()
}

fn supporters(lang: Lang, count: u32) -> String {
    match count {
        0 => lang.steun_none().to_owned(),
        1 => lang.steun_one().to_owned(),
        count => lang.steun_many(count),
    }
}

/// Choices from an enum, with what people read.
pub(crate) fn choices<T: Copy + std::fmt::Display>(all: &[T], says: impl Fn(T) -> &'static str) -> Vec<Keuze> {
    all.iter().map(|value| Keuze { code: value.to_string(), naam: says(*value).to_owned(), uitleg: None }).collect()
}

/// All public initiatieven, with filters in the address.
pub async fn list(page: &PageRequest) -> Page {
    let lang = page.lang;
    let asked = |name: &str| ui::query(page, name);
    let (gebied, wijk, thema, status) = (asked("gebied"), asked("wijk"), asked("thema"), asked("status"));
    let filter = InitiatiefFilter {
        gebied: gebied.clone(),
        wijk: wijk.clone(),
        thema: thema.clone(),
        status: status.as_deref().and_then(|status| status.parse().ok()),
        cursor: asked("cursor"),
        limit: None,
    };
    let found = page.api.list_initiatieven(filter).await?;
    let gebieden = page.api.list_gebieden().await?;
    let lists = page.api.keuzelijsten().await?;
    let next = found.volgende.map(|cursor| {
        let pairs = [
            ("gebied", gebied.as_deref()),
            ("wijk", wijk.as_deref()),
            ("thema", thema.as_deref()),
            ("status", status.as_deref()),
            ("cursor", Some(cursor.as_str())),
        ];
        ui::with_query("/initiatieven", &pairs)
    });
    let areas =
        gebieden.into_iter().map(|gebied| Keuze { code: gebied.code, naam: gebied.naam, uitleg: None }).collect();
    let public: Vec<InitiatiefStatus> = InitiatiefStatus::ALL
        .iter()
        .copied()
        .filter(|status| {
            !matches!(
                status,
                InitiatiefStatus::Concept
                    | InitiatiefStatus::Doorverwezen
                    | InitiatiefStatus::Ingetrokken
                    | InitiatiefStatus::NaarBuurtbegroting
            )
        })
        .collect();
    let fields = view! {
            {filters::field("gebied", lang.initiatief_filter_gebied(), lang.filter_all(), areas, gebied.as_deref())}
            {filters::field("thema", lang.initiatief_filter_thema(), lang.filter_all(), lists.themas, thema.as_deref())}
            {filters::field("status", lang.initiatief_filter_status(), lang.filter_all(), choices(&public, |status| lang.initiatief_status(status)), status.as_deref())}
    };
    let filters = filters::form(lang, "/initiatieven", fields);
    let body = if found.resultaten.is_empty() {
        p(lang.initiatief_none()).into_any()
    } else {
        list::cards(found.resultaten.into_iter().map(|found| card(lang, Under::Title, found)).collect()).into_any()
    };
    Ok(shown(lang.nav_initiatieven(), view! { {filters} {body} {list::more(lang, next)} }))
}

/// One initiatief: what it is, where it stands, and support.
pub async fn page(page: &PageRequest, id: InitiatiefId) -> Page {
    let lang = page.lang;
    let found = page.api.initiatief(id).await?;
    let steun = page.api.steun(id).await?;
    let thanks = ui::query(page, "gelukt").map(|_| {
        ui::alert("ok", view! { {p(thanks(lang, found.antwoord_datum))} {p(lang.initiatief_handed_in_public())} })
    });
    // Who works for another gebied finds nothing there.
    let is_theirs = page.has_role_in(&[Role::Wijkteam], &found.kaart.gebied);
    let desk = is_theirs.then(|| {
        view! { <p class="nl-paragraph">{link(format!("/werk/initiatieven/{id}"), lang.initiatief_to_desk())}</p> }
    });
    let crumbs = vec![
        ("/initiatieven".to_owned(), lang.nav_initiatieven().to_owned()),
        (format!("/wijken/{}", found.wijk_code), found.kaart.wijk.clone()),
    ];
    let support = support_form(page, &found, steun);
    let leave_out = crate::weglaten::link_for(page, &[Role::Wijkteam], &found.kaart.gebied, id);
    Ok(below(
        breadcrumbs(lang, crumbs),
        found.kaart.titel.clone(),
        view! { {thanks} {body(page, &found)} {support} {desk} {leave_out} },
    ))
}

/// What somebody reads who just handed something in.
fn thanks(lang: Lang, answer_by: Option<NaiveDate>) -> String {
    match answer_by {
        Some(day) => lang.initiatief_handed_in_by(format::day(lang, day)),
        None => lang.initiatief_handed_in().to_owned(),
    }
}

/// What everybody may read of an initiatief, with its history; shared with the page of its initiator.
pub(crate) fn body(page: &PageRequest, found: &InitiatiefView) -> impl IntoView + use<> {
    view! { {content(page, found)} {history(page.lang, found)} }
}

/// What happened to an initiatief.
pub(crate) fn history(lang: Lang, found: &InitiatiefView) -> impl IntoView + use<> {
    view! { {h2(lang.initiatief_timeline())} {timeline(lang, &found.tijdlijn)} }
}

/// Where an initiatief stands and what it says.
pub(crate) fn content(page: &PageRequest, found: &InitiatiefView) -> impl IntoView + use<> {
    let lang = page.lang;
    let plan = found.plan.as_ref().map(|plan| {
        let to = format!("/buurtbegrotingen/{}/plannen/{}", plan.buurtbegroting, plan.nummer);
        let status = badge(lang.project_status(plan.status));
        view! { <p class="nl-paragraph">{link(to, lang.initiatief_plan(plan.nummer, &plan.titel))} " " {status}</p> }
    });
    let map = found.punt.map(|punt| map::map(page, map::Use::Shows(vec![map::Place { punt, titel: None, url: None }])));
    view! {
        {ui::title_note(lang, &found.kaart.titel)}
        <p>{badge(lang.initiatief_status(found.kaart.status))}</p>
        {ui::words(lang, &found.tekst)}
        {photos(&found.fotos, &found.kaart.titel)}
        {found.foto_onherkenbaar.then(|| p(lang.weglating_foto_veranderd()))}
        {found.foto_weggelaten.then(|| p(lang.weglating_foto()))}
        {ui::facts(facts(lang, found))}
        {plan}
        {map}
    }
}

/// What is known of an initiatief, name by name.
fn facts(lang: Lang, found: &InitiatiefView) -> Vec<(&'static str, AnyView)> {
    let from = match &found.organisatie {
        Some(name) => format!("{name} ({})", lang.persoon_soort(found.indiener_soort)),
        None => lang.initiatief_from_resident().to_owned(),
    };
    let mut facts = vec![
        (lang.initiatief_fact_soort(), lang.initiatief_soort(found.kaart.soort).into_any()),
        (lang.initiatief_fact_wijk(), found.kaart.wijk.clone().into_any()),
        (lang.initiatief_fact_thema(), found.kaart.thema.clone().into_any()),
        (lang.initiatief_fact_from(), from.into_any()),
    ];
    if let Some(plaats) = &found.plaats {
        facts.push((lang.initiatief_fact_plaats(), plaats.clone().into_any()));
    }
    if let Some(kosten) = found.kosten {
        facts.push((lang.initiatief_fact_kosten(), ui::euro(lang, kosten).into_any()));
    }
    if let Some(day) = found.antwoord_datum {
        facts.push((lang.initiatief_fact_antwoord(), format::day(lang, day).into_any()));
    }
    if let Some(opgave) = found.opgave {
        facts.push((
            lang.initiatief_fact_plan(),
            link(format!("/opgaven/{opgave}"), lang.initiatief_to_opgave()).into_any(),
        ));
    }
    if let Some(other) = found.verder_in {
        facts.push((
            lang.initiatief_fact_verder(),
            link(format!("/initiatieven/{other}"), lang.initiatief_to_other()).into_any(),
        ));
    }
    facts
}

fn photos(fotos: &[FotoView], title: &str) -> impl IntoView + use<> {
    let photo = |foto: &FotoView| view! { <li>{ui::photo(foto, title)}</li> };
    (!fotos.is_empty()).then(|| view! { <ul class="wk-photos">{fotos.iter().map(photo).collect_view()}</ul> })
}

/// What happened, oldest first.
pub(crate) fn timeline(lang: Lang, lines: &[Gebeurtenis]) -> impl IntoView + use<> {
    let last = lines.len();
    let line = |(at, line): (usize, &Gebeurtenis)| {
        let said = line.tekst.as_deref().map(|said| ui::words(lang, said));
        let no_photo = line.foto_weggelaten.then(|| p(lang.weglating_foto()));
        let amount = line.bedrag.map(
            |bedrag| view! { <p class="nl-paragraph">{lang.timeline_amount(crate::amount::euro(lang, bedrag))}</p> },
        );
        // That everybody may read it now is no secret of two: the label would say the opposite of its sentence.
        let is_marked = line.besloten && line.soort != GebeurtenisSoort::Vrijgegeven;
        let inside = is_marked.then(|| badge(lang.timeline_besloten()));
        let class = if at + 1 == last { "wk-timeline__item wk-timeline__item--last" } else { "wk-timeline__item" };
        view! {
            <li class=class>
                <p class="wk-small"><time datetime=line.gebeurd_op.to_rfc3339()>{format::moment(lang, line.gebeurd_op)}</time></p>
                <p class="nl-paragraph"><strong>{lang.gebeurtenis(line.soort)}</strong> " " {inside}</p>
                {said}
                {amount}
                {photos(&line.fotos, lang.gebeurtenis(line.soort))}
                {no_photo}
            </li>
        }
    };
    if lines.is_empty() {
        return p(lang.timeline_empty()).into_any();
    }
    view! { <ol class="wk-timeline">{lines.iter().enumerate().map(line).collect_view()}</ol> }.into_any()
}

/// Whether everybody sees an initiatief in this status, as far as nobody keeps it from them.
pub(crate) const fn can_be_public(status: InitiatiefStatus) -> bool {
    !matches!(status, InitiatiefStatus::Concept | InitiatiefStatus::Doorverwezen | InitiatiefStatus::Ingetrokken)
}

fn is_open(status: InitiatiefStatus) -> bool {
    matches!(
        status,
        InitiatiefStatus::Ingediend
            | InitiatiefStatus::InBehandeling
            | InitiatiefStatus::VraagAanIndiener
            | InitiatiefStatus::Gekoppeld
            | InitiatiefStatus::NaarBuurtbegroting
            | InitiatiefStatus::InUitvoering
    )
}

fn support_form(page: &PageRequest, found: &InitiatiefView, steun: Steun) -> AnyView {
    let lang = page.lang;
    let count = p(supporters(lang, steun.steun));
    let inner = if page.viewer.is_none() && is_open(found.kaart.status) {
        let to = ui::with_query("/inloggen", &[("terug", Some(&page.path))]);
        view! { <p class="nl-paragraph">{link(to, lang.steun_log_in())}</p> }.into_any()
    } else if steun.gesteund {
        view! {
            {p(lang.steun_yours())}
            {Form::new(page, "niet_steunen").view_quiet(lang.steun_take_back(), ())}
        }
        .into_any()
    } else if page.viewer.is_some() && is_open(found.kaart.status) {
        Form::new(page, "steunen").view(lang.steun_give(), ()).into_any()
    } else {
        ().into_any()
    };
    view! { <section class="wk-panel" id="steun">{h2(lang.steun_title())} {count} {inner}</section> }.into_any()
}
