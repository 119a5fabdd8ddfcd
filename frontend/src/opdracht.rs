//! Opdrachten: list, page, and every step that can be taken.

use crate::forms::{Outcome, Submission};
use crate::i18n::Lang;
use crate::initiatief::{choices, timeline};
use crate::opgave::details;
use crate::site::PageRequest;
use crate::submit::{again, amount, key, upload_photos, version};
use crate::ui::filters;
use crate::ui::form::Form;
use crate::ui::{self, Page, badge, below, breadcrumbs, h2, link, list as ui_list, p};
use contract::account::Role;
use contract::field::Raw;
use contract::gebied::Keuze;
use contract::initiatief::Say;
use contract::opdracht::{
    Decide, FiatBelemmering, OpdrachtCard, OpdrachtFilter, OpdrachtStap, OpdrachtStatus, OpdrachtView, ReportProgress,
    Spend,
};
use contract::problem::ProblemCode;
use contract::wijkbudget::Omschrijving;
use contract::{OpdrachtId, Problem};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// An opdracht in a list.
pub fn card(lang: Lang, under: ui_list::Under, names: &BTreeMap<String, String>, card: &OpdrachtCard) -> AnyView {
    view! {
        <article class="wk-card">
            <div>
                {ui_list::card_heading(under, link(format!("/opdrachten/{}", card.id), card.titel.clone()))}
                <p class="wk-card__facts">
                    {badge(lang.opdracht_status(card.status))}
                    {ui::euro(lang, card.bedrag)}
                    <span>{card.opdrachtnemer_naam.clone()}</span>
                    <span>{names.get(&card.gebied).cloned()}</span>
                    <span>{lang.opdracht_since(crate::format::moment(lang, card.gemaakt_op))}</span>
                </p>
            </div>
        </article>
    }
    .into_any()
}

/// All opdrachten that the viewer may see.
pub async fn list(page: &PageRequest) -> Page {
    let lang = page.lang;
    let gebied = ui::query(page, "gebied");
    let status = ui::query(page, "status");
    let filter = OpdrachtFilter {
        gebied: gebied.clone(),
        status: status.as_deref().and_then(|status| status.parse().ok()),
        cursor: ui::query(page, "cursor"),
        limit: None,
    };
    let found = page.api.list_opdrachten(filter).await?;
    let next = found.volgende.map(|cursor| {
        let pairs = [("gebied", gebied.as_deref()), ("status", status.as_deref()), ("cursor", Some(cursor.as_str()))];
        ui::with_query("/opdrachten", &pairs)
    });
    let gebieden = page.api.list_gebieden().await?;
    let names: BTreeMap<String, String> = gebieden.into_iter().map(|gebied| (gebied.code, gebied.naam)).collect();
    let areas =
        names.iter().map(|(code, naam)| Keuze { code: code.clone(), naam: naam.clone(), uitleg: None }).collect();
    let statuses = choices(OpdrachtStatus::ALL, |status| lang.opdracht_status(status));
    let fields = view! {
        {filters::field("gebied", lang.initiatief_filter_gebied(), lang.filter_all(), areas, gebied.as_deref())}
        {filters::field("status", lang.initiatief_filter_status(), lang.filter_all(), statuses, status.as_deref())}
    };
    let body = if found.resultaten.is_empty() { p(lang.opdracht_none()).into_any() } else { ().into_any() };
    let cards = found.resultaten.iter().map(|found| card(lang, ui_list::Under::Title, &names, found)).collect();
    Ok(below(
        breadcrumbs(lang, vec![("/werk".into(), lang.nav_werk().into())]),
        lang.opdracht_list(),
        view! { {filters::form(lang, "/opdrachten", fields)} {body} {ui_list::cards(cards)} {ui_list::more(lang, next)} },
    ))
}

/// One opdracht: what is ordered, its money, what happened, and the steps that the viewer may take now.
pub async fn page(page: &PageRequest, id: OpdrachtId) -> Page {
    let lang = page.lang;
    let opdracht = page.api.opdracht(id).await?;
    let gebied = page.api.gebied(ui::code(&opdracht.kaart.gebied)?).await?;
    let path = format!("/gebieden/{}", gebied.code);
    let product = page.api.keuzelijsten().await?.producten.into_iter().find(|own| own.code == opdracht.product);
    let product = product.map_or_else(|| opdracht.product.clone(), |own| own.naam);
    let postings = ui::with_query(&format!("{path}/boekingen"), &[("product", Some(&opdracht.product))]);
    let mut facts = vec![
        (lang.opdracht_soort_label(), lang.opdracht_soort(opdracht.soort).into_any()),
        (
            lang.opdracht_nemer(),
            format!("{} ({})", opdracht.kaart.opdrachtnemer_naam, lang.opdrachtnemer_soort(opdracht.opdrachtnemer))
                .into_any(),
        ),
        (lang.inzet_product(), link(postings, product).into_any()),
        (lang.opdracht_budget(), ui::euro(lang, opdracht.kaart.bedrag).into_any()),
        (lang.budget_verplicht(), ui::euro(lang, opdracht.verplicht).into_any()),
        (lang.budget_besteed(), ui::euro(lang, opdracht.besteed).into_any()),
        (lang.opdracht_opgave(), link(format!("/opgaven/{}", opdracht.opgave), lang.initiatief_to_opgave()).into_any()),
    ];
    if let Some(initiatief) = opdracht.initiatief {
        facts.push((
            lang.opdracht_initiatief_fact(),
            link(format!("/initiatieven/{initiatief}"), lang.opdracht_to_initiatief()).into_any(),
        ));
    }
    Ok(below(
        breadcrumbs(
            lang,
            vec![(path.clone(), gebied.naam.clone()), (format!("{path}/wijkactieplan"), lang.plan_name().into())],
        ),
        opdracht.kaart.titel.clone(),
        view! {
            <p>{badge(lang.opdracht_status(opdracht.kaart.status))}</p>
            {ui::words(lang, &opdracht.tekst)}
            {ui::facts(facts)}
            {steps(page, &opdracht)}
            {crate::weglaten::link_for(page, &[Role::Wijkteam], &opdracht.kaart.gebied, id)}
            {h2(lang.initiatief_timeline())}
            {timeline(lang, &opdracht.tijdlijn)}
        },
    ))
}

/// A form for each step that the viewer may take now.
fn steps(page: &PageRequest, opdracht: &OpdrachtView) -> Option<AnyView> {
    use OpdrachtStap as Step;
    let lang = page.lang;
    let can = |step: Step| opdracht.stappen.contains(&step);
    let on = |name: &'static str| Form::new(page, name).on_version(opdracht.versie);
    let mut forms: Vec<AnyView> = Vec::new();
    if can(Step::Request) {
        forms.push(view! { {p(lang.step_request_hint())} {on("aanvragen").view(lang.step_request(), ())} }.into_any());
    }
    if can(Step::Approve) {
        forms.push(decision(&on("fiatteren"), lang.step_fiat(), lang.step_fiat_yes(), lang.step_fiat_no(), lang));
    }
    if let Some(belemmering) = opdracht.fiat_belemmering {
        let text = match belemmering {
            FiatBelemmering::AndereOgenNodig if opdracht.kaart.status == OpdrachtStatus::Concept => {
                lang.step_request_own()
            }
            FiatBelemmering::AndereOgenNodig => lang.step_fiat_own(),
            FiatBelemmering::GeenMandaat => lang.step_fiat_other(),
        };
        forms.push(p(text).into_any());
    }
    if can(Step::Accept) {
        forms.push(decision(&on("aannemen"), lang.step_accept(), lang.step_accept_yes(), lang.step_accept_no(), lang));
    }
    if can(Step::Begin) || can(Step::Report) {
        let form = Form::new(page, "voortgang").read_by(lang.form_public_photos());
        let fields = view! {
            {form.field("tekst", lang.step_report_text()).hint(lang.step_report_hint()).area(4)}
            {form.field("fotos", lang.form_fotos()).hint(lang.form_fotos_hint()).optional().photos()}
        };
        let open = form.was_refused();
        forms
            .push(details(lang.step_report(), open, form.view_with_photos(lang.step_report_send(), fields)).into_any());
    }
    if can(Step::Spend) {
        forms.push(spending(Form::new(page, "besteding"), lang));
    }
    for (step, name, title, label, send) in [
        (Step::Finish, "gereed", lang.step_finish(), lang.step_finish_text(), lang.step_finish_send()),
        (Step::Account, "verantwoorden", lang.step_account(), lang.step_account_text(), lang.step_account_send()),
        (Step::Withdraw, "intrekken", lang.step_withdraw(), lang.step_withdraw_text(), lang.step_withdraw_send()),
    ] {
        if can(step) {
            let form = on(name).publishes();
            let field = form.field("tekst", label).area(3);
            let open = form.was_refused();
            forms.push(details(title, open, form.view_quiet(send, field)).into_any());
        }
    }
    (!forms.is_empty()).then(|| {
        view! { <section class="wk-desk" aria-label=lang.nav_werk()>{h2(lang.step_title())} {forms}</section> }
            .into_any()
    })
}

/// What was spent, and on what: chosen for everybody, and more about it for staff.
fn spending(form: Form, lang: Lang) -> AnyView {
    let purposes: Vec<Omschrijving> =
        Omschrijving::ALL.iter().copied().filter(|purpose| purpose.is_besteding()).collect();
    let purposes = choices(&purposes, |purpose| lang.omschrijving(purpose));
    // In the order in which somebody meets them: what is wrong is told in it.
    let bedrag = form.field("bedrag", lang.inzet_bedrag()).hint(lang.form_kosten_hint()).input();
    let omschrijving = form.field("omschrijving", lang.step_spend_what()).hint(lang.step_spend_hint());
    let omschrijving = omschrijving.select(purposes, None);
    let toelichting = form.field("toelichting", lang.step_spend_toelichting());
    let toelichting = toelichting.hint(lang.step_spend_toelichting_hint()).optional().area(2);
    let fields = view! { {bedrag} {omschrijving} {toelichting} };
    let open = form.was_refused();
    details(lang.step_spend(), open, form.view(lang.step_spend_send(), fields)).into_any()
}

/// Yes or no with a reason, as one form with two choices.
fn decision(form: &Form, title: &'static str, yes: &'static str, no: &'static str, lang: Lang) -> AnyView {
    let choices = [("akkoord", yes), ("geweigerd", no)].map(|(code, naam)| contract::gebied::Keuze {
        code: code.into(),
        naam: naam.into(),
        uitleg: None,
    });
    let fields = view! {
        {form.field("besluit", title).radios(choices.to_vec(), None)}
        {form.field("reden", lang.step_reason()).hint(lang.step_reason_hint()).area(3)}
    };
    form.clone().publishes().view(lang.step_decide(), fields).into_any()
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: OpdrachtId, submission: Submission) -> Outcome {
    let mut fields = submission.fields;
    if let Err(problem) = upload_photos(page, &mut fields, submission.photos).await {
        return again(fields, problem);
    }
    let seen = version(&fields);
    let say = Say { tekst: fields.get("tekst").into() };
    let decide = Decide { besluit: fields.get("besluit").into(), reden: fields.filled("reden").map(Raw::from) };
    let done = match fields.get("actie") {
        "aanvragen" => page.api.request_fiat(id, seen).await,
        "fiatteren" => page.api.decide_fiat(id, seen, decide).await,
        "aannemen" => page.api.decide_acceptance(id, seen, decide).await,
        "voortgang" => {
            let fotos = fields.all("foto").map(Raw::from).collect();
            page.api.report_progress(key(&fields), id, ReportProgress { tekst: say.tekst, fotos }).await
        }
        "besteding" => {
            let request = Spend {
                bedrag: amount(fields.get("bedrag")),
                omschrijving: fields.get("omschrijving").into(),
                toelichting: fields.filled("toelichting").map(Raw::from),
            };
            page.api.spend(key(&fields), id, request).await
        }
        "gereed" => page.api.finish_opdracht(id, seen, say).await,
        "verantwoorden" => page.api.account_for_opdracht(id, seen, say).await,
        "intrekken" => page.api.withdraw_opdracht(id, seen, say).await,
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(_) => Outcome::Go(page.path.clone()),
        Err(problem) => again(fields, problem),
    }
}
