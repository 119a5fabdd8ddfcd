//! The wijkactieplan of a gebied, and its opgaven with inzet and activiteiten.

use crate::format;
use crate::forms::{Outcome, Submission};
use crate::i18n::Lang;
use crate::initiatief::{self, choices};
use crate::site::PageRequest;
use crate::submit::{again, amount, key};
use crate::ui::form::Form;
use crate::ui::{self, Page, badge, below, breadcrumbs, button_link, h2, h3, link, list, p};
use crate::wijkbudget;
use contract::account::Role;
use contract::field::Raw;
use contract::field::{FieldCode, Flaw};
use contract::gebied::Keuze;
use contract::opdracht::{CreateOpdracht, OpdrachtCard, OpdrachtSoort, OpdrachtnemerSoort};
use contract::opgave::{ActiviteitView, CreateActiviteit, CreateInzet, CreateOpgave, InzetView, OpgaveView};
use contract::problem::FieldProblem;
use contract::problem::ProblemCode;
use contract::{OpgaveId, Problem};
use leptos::prelude::*;

/// The plan of a gebied: what people see as its challenges, what is done about them, and the money.
pub async fn plan(page: &PageRequest, code: &str) -> Page {
    let lang = page.lang;
    let code = ui::code(code)?;
    let gebied = page.api.gebied(code.clone()).await?;
    let year = ui::query(page, "jaar").and_then(|text| text.parse().ok());
    let plan = page.api.wijkactieplan(code, year).await?;
    let path = format!("/gebieden/{}", gebied.code);
    let new = may_shape(page, &gebied.code).then(|| {
        view! { <p>{button_link(format!("/opgaven/nieuw?gebied={}", gebied.code), lang.opgave_new())}</p> }
    });
    let opgaven = if plan.opgaven.is_empty() {
        p(lang.plan_empty()).into_any()
    } else {
        plan.opgaven.iter().map(|opgave| summary(lang, opgave)).collect_view().into_any()
    };
    Ok(below(
        breadcrumbs(lang, vec![("/gebieden".into(), lang.gebied_title().into()), (path.clone(), gebied.naam.clone())]),
        lang.plan_title(&gebied.naam, plan.jaar),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.plan_lead()}</p>
            {new}
            {opgaven}
            {h2(lang.plan_money())}
            {wijkbudget::table(lang, &plan.wijkbudget)}
        },
    ))
}

fn may_shape(page: &PageRequest, gebied: &str) -> bool {
    page.has_role_in(&[Role::Wijkteam], gebied)
}

fn summary(lang: Lang, opgave: &OpgaveView) -> impl IntoView + use<> {
    let voices = opgave.initiatieven.iter().map(|card| {
        view! { <li>{link(format!("/initiatieven/{}", card.id), card.titel.clone())} " " {badge(lang.initiatief_status(card.status))}</li> }
    });
    let voices = (!opgave.initiatieven.is_empty()).then(|| {
        view! { {h3(lang.opgave_from())} <ul class="wk-list">{voices.collect_view()}</ul> }
    });
    view! {
        <section class="wk-panel">
            {h2(opgave.titel.clone())}
            <p>{badge(opgave.thema.clone())}</p>
            {ui::words(lang, &opgave.tekst)}
            {tree(lang, h3(lang.opgave_inzet()), &opgave.inzetten)}
            {voices}
            <p class="nl-paragraph">{link(format!("/opgaven/{}", opgave.id), lang.opgave_all())}</p>
        </section>
    }
}

/// Inzet with activiteiten with opdrachten; what is still open is said to be open.
fn tree(lang: Lang, heading: impl IntoView + 'static, inzetten: &[InzetView]) -> AnyView {
    if inzetten.is_empty() {
        return p(lang.opgave_no_inzet()).into_any();
    }
    let one = |inzet: &InzetView| {
        let activities = if inzet.activiteiten.is_empty() {
            p(lang.inzet_no_activiteit()).into_any()
        } else {
            let items = inzet.activiteiten.iter().map(|activiteit| activity(lang, activiteit)).collect_view();
            view! { <ul class="wk-list">{items}</ul> }.into_any()
        };
        view! { <li><p class="nl-paragraph"><strong>{inzet_words(lang, inzet)}</strong></p> {activities}</li> }
    };
    view! { {heading.into_any()} <ul class="wk-list">{inzetten.iter().map(one).collect_view()}</ul> }.into_any()
}

/// An inzet in words: money, hours, by whom; or "X, de onbekende".
fn inzet_words(lang: Lang, inzet: &InzetView) -> String {
    let who = inzet.wie.clone().unwrap_or_else(|| lang.inzet_who_unknown().to_owned());
    match (inzet.bedrag, inzet.uren) {
        (Some(bedrag), Some(uren)) => lang.inzet_money_and_hours(crate::amount::euro(lang, bedrag), uren, who),
        (Some(bedrag), None) => lang.inzet_money(crate::amount::euro(lang, bedrag), who),
        (None, Some(uren)) => lang.inzet_hours(uren, who),
        (None, None) => lang.inzet_unknown(who),
    }
}

fn activity(lang: Lang, activiteit: &ActiviteitView) -> impl IntoView + use<> {
    let who = activiteit.wie.clone().unwrap_or_else(|| lang.inzet_who_unknown().to_owned());
    let days = match (activiteit.begin_datum, activiteit.eind_datum) {
        (Some(begin), Some(eind)) => Some(lang.activiteit_days(format::day(lang, begin), format::day(lang, eind))),
        (Some(begin), None) => Some(lang.activiteit_from(format::day(lang, begin))),
        (None, Some(eind)) => Some(lang.activiteit_until(format::day(lang, eind))),
        (None, None) => None,
    };
    let orders = activiteit.opdrachten.iter().map(|card| order(lang, card)).collect_view();
    view! {
        <li>
            {activiteit.titel.clone()} <span class="wk-small">" " {who} " " {days}</span>
            <ul class="wk-list">{orders}</ul>
        </li>
    }
}

fn order(lang: Lang, card: &OpdrachtCard) -> impl IntoView + use<> {
    view! {
        <li>
            {link(format!("/opdrachten/{}", card.id), card.titel.clone())} " "
            {ui::euro(lang, card.bedrag)} " " {badge(lang.opdracht_status(card.status))}
        </li>
    }
}

/// One opgave with all that hangs on it; the wijkteam adds to it here.
pub async fn page(page: &PageRequest, id: OpgaveId) -> Page {
    let lang = page.lang;
    let opgave = page.api.opgave(id).await?;
    let gebied = page.api.gebied(ui::code(&opgave.gebied)?).await?;
    let path = format!("/gebieden/{}", gebied.code);
    let voices =
        opgave.initiatieven.iter().cloned().map(|card| initiatief::card(lang, list::Under::Heading, card)).collect();
    let desk = if opgave.bewerkbaar { Some(desk(page, &opgave).await?) } else { None };
    let is_linked = opgave.bewerkbaar && ui::query(page, "gelukt").as_deref() == Some("koppelen");
    let linked = is_linked.then(|| ui::alert("ok", p(lang.desk_done_koppelen())));
    Ok(below(
        breadcrumbs(
            lang,
            vec![(path.clone(), gebied.naam.clone()), (format!("{path}/wijkactieplan"), lang.plan_name().into())],
        ),
        opgave.titel.clone(),
        view! {
            {linked}
            <p>{badge(opgave.thema.clone())}</p>
            {ui::words(lang, &opgave.tekst)}
            {tree(lang, h2(lang.opgave_inzet()), &opgave.inzetten)}
            {h2(lang.opgave_from())}
            {list::cards(voices)}
            {desk}
        },
    ))
}

/// What the wijkteam can add.
async fn desk(page: &PageRequest, opgave: &OpgaveView) -> Result<AnyView, Problem> {
    let lang = page.lang;
    let lists = page.api.keuzelijsten().await?;
    let money = Form::new(page, "inzet").publishes();
    let fields = view! {
        {p(lang.inzet_hint())}
        {money.field("product", lang.inzet_product()).optional().select(lists.producten.clone(), None)}
        {money.field("bedrag", lang.inzet_bedrag()).hint(lang.form_kosten_hint()).optional().input()}
        {money.field("uren", lang.inzet_uren()).optional().input()}
        {money.field("wie", lang.inzet_wie()).hint(lang.inzet_wie_hint()).optional().input()}
    };
    let money = details(lang.inzet_new(), money.was_refused(), money.view(lang.inzet_save(), fields));
    let activity = activity_form(page, opgave);
    let order = order_form(page, opgave, lists.producten);
    Ok(view! { <section class="wk-desk" aria-label=lang.nav_werk()>{h2(lang.opgave_desk())} {money} {activity} {order} {crate::weglaten::link_for(page, &[Role::Wijkteam], &opgave.gebied, opgave.id)}</section> }.into_any())
}

/// Something that is folded away until it is needed.
pub(crate) fn details(title: impl Into<String>, open: bool, content: impl IntoView + 'static) -> impl IntoView {
    let title: String = title.into();
    view! { <details class="wk-details" open=open><summary>{title}</summary>{content.into_any()}</details> }
}

fn activity_form(page: &PageRequest, opgave: &OpgaveView) -> Option<impl IntoView + use<>> {
    let lang = page.lang;
    if opgave.inzetten.is_empty() {
        return None;
    }
    let form = Form::new(page, "activiteit").publishes();
    let choice = |inzet: &InzetView| Keuze { code: inzet.id.to_string(), naam: inzet_words(lang, inzet), uitleg: None };
    let inzetten: Vec<Keuze> = opgave.inzetten.iter().map(choice).collect();
    let only = (inzetten.len() == 1).then(|| inzetten.first().map(|inzet| inzet.code.clone())).flatten();
    let fields = view! {
        {form.field("inzet", lang.activiteit_inzet()).select(inzetten, only)}
        {form.field("titel", lang.activiteit_titel()).input()}
        {form.field("wie", lang.inzet_wie()).optional().input()}
        {form.field("beginDatum", lang.activiteit_begin()).kind("date").optional().input()}
        {form.field("eindDatum", lang.activiteit_eind()).kind("date").optional().input()}
    };
    let open = form.was_refused();
    Some(details(lang.activiteit_new(), open, form.view(lang.activiteit_save(), fields)))
}

fn order_form(page: &PageRequest, opgave: &OpgaveView, producten: Vec<Keuze>) -> Option<impl IntoView + use<>> {
    let lang = page.lang;
    let activiteiten: Vec<Keuze> = opgave
        .inzetten
        .iter()
        .flat_map(|inzet| &inzet.activiteiten)
        .map(|activiteit| Keuze { code: activiteit.id.to_string(), naam: activiteit.titel.clone(), uitleg: None })
        .collect();
    if activiteiten.is_empty() {
        return None;
    }
    let form = Form::new(page, "opdracht").publishes();
    let only =
        (activiteiten.len() == 1).then(|| activiteiten.first().map(|activiteit| activiteit.code.clone())).flatten();
    let product = opgave.inzetten.iter().find_map(|inzet| inzet.product.clone());
    let voices: Vec<Keuze> = opgave
        .initiatieven
        .iter()
        .map(|card| Keuze { code: card.id.to_string(), naam: card.titel.clone(), uitleg: None })
        .collect();
    let voice = (voices.len() == 1).then(|| voices.first().map(|voice| voice.code.clone())).flatten();
    let soorten = choices(&[OpdrachtSoort::Uitvoeren, OpdrachtSoort::Overdragen], |soort| lang.opdracht_soort(soort));
    let nemers = choices(OpdrachtnemerSoort::ALL, |soort| lang.opdrachtnemer_soort(soort));
    let fields = view! {
        {form.field("activiteit", lang.opdracht_activiteit()).select(activiteiten, only)}
        {form.field("initiatief", lang.opdracht_initiatief()).optional().select(voices, voice)}
        {form.field("soort", lang.opdracht_soort_label()).radios(soorten, Some("uitvoeren".into()))}
        {form.field("titel", lang.opdracht_titel()).input()}
        {form.field("tekst", lang.opdracht_tekst()).area(5)}
        {form.field("opdrachtnemer", lang.opdracht_nemer()).radios(nemers, Some("backoffice".into()))}
        {form.field("opdrachtnemerNaam", lang.opdracht_nemer_naam()).input()}
        {form.field("product", lang.inzet_product()).select(producten, product)}
        {form.field("bedrag", lang.inzet_bedrag()).hint(lang.form_kosten_hint()).input()}
    };
    let open = form.was_refused();
    Some(details(lang.opdracht_new(), open, form.view(lang.opdracht_save(), fields)))
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: OpgaveId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let optional = |name: &str| fields.filled(name).map(str::to_owned);
    let done = match fields.get("actie") {
        "inzet" => {
            let request = CreateInzet {
                product: optional("product").map(Raw::new),
                bedrag: optional("bedrag").map(|text| amount(&text)),
                jaar: None,
                uren: optional("uren").map(Raw::new),
                wie: optional("wie").map(Raw::new),
            };
            page.api.create_inzet(key(&fields), id, request).await.map(|_| page.path.clone())
        }
        "activiteit" => {
            let request = CreateActiviteit {
                titel: fields.get("titel").into(),
                wie: optional("wie").map(Raw::new),
                begin_datum: optional("beginDatum").map(Raw::new),
                eind_datum: optional("eindDatum").map(Raw::new),
            };
            match fields.get("inzet").parse() {
                Ok(inzet) => page.api.create_activiteit(key(&fields), inzet, request).await.map(|_| page.path.clone()),
                Err(_) => Err(choose_first("/inzet")),
            }
        }
        "opdracht" => {
            let request = CreateOpdracht {
                soort: fields.get("soort").into(),
                titel: fields.get("titel").into(),
                tekst: fields.get("tekst").into(),
                opdrachtnemer: fields.get("opdrachtnemer").into(),
                opdrachtnemer_naam: fields.get("opdrachtnemerNaam").into(),
                product: fields.get("product").into(),
                bedrag: amount(fields.get("bedrag")),
                initiatief: optional("initiatief").map(Raw::new),
            };
            match fields.get("activiteit").parse() {
                Ok(activiteit) => {
                    let made = page.api.create_opdracht(key(&fields), activiteit, request).await;
                    made.map(|made| format!("/opdrachten/{}", made.kaart.id))
                }
                Err(_) => Err(choose_first("/activiteit")),
            }
        }
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(to) => Outcome::Go(to),
        Err(problem) => again(fields, problem),
    }
}

/// A choice that the address of the request depends on was not made.
pub(crate) fn choose_first(pointer: &str) -> Problem {
    wrong(pointer, FieldCode::Ontbreekt.into())
}

/// What a page finds wrong itself.
pub(crate) fn wrong(pointer: &str, flaw: Flaw) -> Problem {
    let field = FieldProblem { veld: pointer.to_owned(), code: flaw.code, grens: flaw.limit, melding: String::new() };
    Problem { fouten: vec![field], ..Problem::bare(ProblemCode::OngeldigeInvoer) }
}

/// Note a challenge.
pub async fn new(page: &PageRequest) -> Page {
    let lang = page.lang;
    if !page.has_role(Role::Wijkteam) {
        let code = if page.viewer.is_some() { ProblemCode::NietToegestaan } else { ProblemCode::NietIngelogd };
        return Err(Problem::bare(code));
    }
    let form = Form::new(page, "opgave").publishes();
    let lists = page.api.keuzelijsten().await?;
    let gebieden = page.api.list_gebieden().await?;
    let own = gebieden.into_iter().filter(|gebied| may_shape(page, &gebied.code));
    let own: Vec<Keuze> = own.map(|gebied| Keuze { code: gebied.code, naam: gebied.naam, uitleg: None }).collect();
    let preset = ui::query(page, "gebied").or_else(|| own.first().map(|gebied| gebied.code.clone()));
    let fields = view! {
        {form.field("gebied", lang.initiatief_filter_gebied()).select(own, preset)}
        {form.field("titel", lang.opgave_titel()).hint(lang.opgave_titel_hint()).input()}
        {form.field("tekst", lang.opgave_tekst()).area(6)}
        {form.field("thema", lang.form_thema()).select(lists.themas, None)}
    };
    Ok(below(
        breadcrumbs(lang, vec![("/werk".into(), lang.nav_werk().into())]),
        lang.opgave_new(),
        form.view(lang.opgave_save(), fields),
    ))
}

/// Takes that in.
pub async fn submit_new(page: &PageRequest, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let request = CreateOpgave {
        gebied: fields.get("gebied").into(),
        titel: fields.get("titel").into(),
        tekst: fields.get("tekst").into(),
        thema: fields.get("thema").into(),
    };
    match page.api.create_opgave(key(&fields), request).await {
        Ok(made) => Outcome::Go(format!("/opgaven/{}", made.id)),
        Err(problem) => again(fields, problem),
    }
}
