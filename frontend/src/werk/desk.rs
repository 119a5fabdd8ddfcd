//! The desk at which an initiatief is handled.

use crate::format;
use crate::forms::{Fields, Outcome, Submission};
use crate::i18n::Lang;
use crate::initiatief::{self, choices};
use crate::opgave::{details, wrong};
use crate::site::PageRequest;
use crate::submit::{again, version};
use crate::ui::form::Form;
use crate::ui::{self, Page, below, breadcrumbs, h2, p};
use crate::weglaten;
use contract::account::Role;
use contract::field::{Code, Field as _, FieldCode, Raw};
use contract::gebied::Keuze;
use contract::initiatief::{
    DoorverwezenNaar, InitiatiefDossier, InitiatiefFilter, InitiatiefStap, InitiatiefStatus, Link, Merge, OverPersoon,
    PlanInStemming, Refer, Reject, Shield, Tell, Zicht,
};
use contract::opgave::CreateOpgave;
use contract::problem::ProblemCode;
use contract::{InitiatiefId, Problem, Version};
use leptos::prelude::*;

/// Where on this page all of it is taken out of public view.
const SHIELD: &str = "afschermen";
/// What its form calls that somebody knows that it leaves a ballot.
const SURE: &str = "zeker";

/// The way to where all of an initiatief is taken out of public view.
#[must_use]
pub fn shield_address(id: InitiatiefId) -> String {
    ui::opened(&format!("/werk/initiatieven/{id}"), SHIELD)
}

/// An initiatief with all that can be done with it now.
pub async fn dossier(page: &PageRequest, id: InitiatiefId) -> Page {
    let lang = page.lang;
    let dossier = page.api.dossier(id).await?;
    let mut who = vec![
        (lang.form_naam(), dossier.naam.clone().into_any()),
        (lang.form_email(), dossier.email.clone().into_any()),
    ];
    if let Some(number) = &dossier.kvk_nummer {
        who.push((lang.form_kvk(), number.clone().into_any()));
    }
    who.extend(eyes(lang, &dossier));
    let desk = desk(page, &dossier).await?;
    let late = dossier.initiatief.antwoord_datum.filter(|day| *day < page.today);
    let late = late.map(|day| ui::alert("warning", p(lang.dossier_late(format::day(lang, day)))));
    Ok(below(
        breadcrumbs(lang, vec![("/werk".into(), lang.nav_werk().into())]),
        dossier.initiatief.kaart.titel.clone(),
        view! {
            {done(page, &dossier)}
            {late}
            {waits(lang, &dossier)}
            {masked(page, &dossier)}
            {initiatief::content(page, &dossier.initiatief)}
            <section class="wk-panel">{h2(lang.dossier_who())} {ui::facts(who)}</section>
            {desk}
            {initiatief::history(lang, &dossier.initiatief)}
        },
    ))
}

/// What was just done, as the address says; only where the initiatief stands as it does after that.
fn done(page: &PageRequest, dossier: &InitiatiefDossier) -> Option<impl IntoView + use<>> {
    let (lang, status) = (page.lang, dossier.initiatief.kaart.status);
    let (text, is_so) = match ui::query(page, "gelukt")?.as_str() {
        "opnemen" => (lang.desk_done_opnemen(), status == InitiatiefStatus::InBehandeling),
        "vragen" => (lang.desk_done_vragen(), status == InitiatiefStatus::VraagAanIndiener),
        "reageren" => (lang.desk_done_reageren(), !dossier.stappen.is_empty()),
        "samenvoegen" => (lang.desk_done_samenvoegen(), status == InitiatiefStatus::Samengevoegd),
        "vrijgeven" => (lang.desk_done_vrijgeven(), dossier.zicht == Zicht::Open),
        "afschermen" => (lang.desk_done_afschermen(), dossier.zicht == Zicht::Afgeschermd),
        "doorverwijzen" => (lang.desk_done_doorverwijzen(), status == InitiatiefStatus::Doorverwezen),
        "afwijzen" => (lang.desk_done_afwijzen(), status == InitiatiefStatus::Afgewezen),
        _ => return None,
    };
    is_so.then(|| ui::alert("ok", p(text)))
}

/// Who may read an initiatief, and what its initiator says of it.
fn eyes(lang: Lang, dossier: &InitiatiefDossier) -> Vec<(&'static str, AnyView)> {
    let answer = dossier.over_persoon.map(|about| (lang.dossier_over_persoon(), lang.over_persoon(about).into_any()));
    let readers = match (dossier.zicht, dossier.openbaar_vanaf) {
        (Zicht::Wacht, Some(at)) => lang.dossier_zicht_wacht(format::moment_and_time(lang, at)),
        (Zicht::Open, _) if initiatief::can_be_public(dossier.initiatief.kaart.status) => {
            lang.dossier_zicht_open().to_owned()
        }
        (Zicht::Open | Zicht::Wacht | Zicht::Afgeschermd, _) => lang.dossier_zicht_afgeschermd().to_owned(),
    };
    answer.into_iter().chain([(lang.dossier_zicht(), readers.into_any())]).collect()
}

/// That nobody has looked yet, why that is asked, and what happens when nobody does.
fn waits(lang: Lang, dossier: &InitiatiefDossier) -> Option<impl IntoView + use<>> {
    let until = dossier.openbaar_vanaf.filter(|_| dossier.zicht == Zicht::Wacht)?;
    let why = super::why_it_waits(lang, dossier.over_persoon, dossier.initiatief.kaart.soort);
    let until = lang.dossier_waits_until(format::moment_and_time(lang, until));
    Some(ui::alert("warning", view! { {p(lang.dossier_waits())} {p(why)} {p(until)} }))
}

/// That plans of what everybody may read again are not read on their ballots yet, with the way to ask that.
fn masked(page: &PageRequest, dossier: &InitiatiefDossier) -> Option<AnyView> {
    let lang = page.lang;
    if !page.has_role_in(&[Role::Wijkteam], &dossier.initiatief.kaart.gebied) {
        return None;
    }
    let line = |plan: &PlanInStemming| {
        let to = ui::link(weglaten::address(plan.buurtbegroting), lang.dossier_plan_masked_see());
        view! { <p class="nl-paragraph">{lang.dossier_plan_masked(plan.nummer, &plan.titel)} " " {to}</p> }
    };
    let lines: Vec<_> = dossier.plannen.iter().filter(|plan| plan.weggelaten).map(line).collect();
    (!lines.is_empty()).then(|| ui::alert("warning", lines).into_any())
}

/// Who reads what the wijkteam decides on an initiatief, beside itself and the initiator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Everybody.
    Everybody,
    /// Everybody, once it becomes public.
    EverybodyLater,
    /// Nobody: it is about somebody.
    Nobody,
}

impl Readers {
    fn of(dossier: &InitiatiefDossier) -> Self {
        match (dossier.zicht, dossier.over_persoon) {
            (Zicht::Open, _) => Self::Everybody,
            (Zicht::Wacht | Zicht::Afgeschermd, Some(OverPersoon::Ja)) => Self::Nobody,
            (Zicht::Wacht | Zicht::Afgeschermd, _) => Self::EverybodyLater,
        }
    }

    /// What stands above the button of a form with a reason.
    const fn of_reason(self, lang: Lang) -> &'static str {
        match self {
            Self::Everybody => lang.form_public(),
            Self::EverybodyLater => lang.form_private_yet(),
            Self::Nobody => lang.form_private_both(),
        }
    }

    /// The same, of a form that can also make an opgave.
    const fn of_link(self, lang: Lang) -> &'static str {
        match self {
            Self::Everybody => lang.form_public(),
            Self::EverybodyLater => lang.form_private_opgave_yet(),
            Self::Nobody => lang.form_private_opgave(),
        }
    }
}

/// A form for each step that the viewer may take; nothing where there is none.
async fn desk(page: &PageRequest, dossier: &InitiatiefDossier) -> Result<Option<AnyView>, Problem> {
    use InitiatiefStap as Step;
    let lang = page.lang;
    let readers = Readers::of(dossier);
    let promised = dossier.initiatief.antwoord_datum;
    let can = |step: Step| dossier.stappen.contains(&step);
    let on = |name: &'static str| Form::new(page, name).on_version(dossier.versie);
    let waits = dossier.zicht == Zicht::Wacht;
    let mut forms: Vec<AnyView> = Vec::new();
    // Who may read it comes first while nobody has looked, and yes and no stand side by side.
    if waits && dossier.mag_vrijgeven {
        forms.push(on("vrijgeven").view(lang.triage_release(), ()).into_any());
    }
    if waits && dossier.mag_afschermen {
        forms.push(shield_form(page, dossier, on("afschermen")));
    }
    if can(Step::TakeUp) {
        forms.push(take_up_form(lang, on("opnemen"), waits));
    }
    if can(Step::Link) {
        let form = on("koppelen").read_by(readers.of_link(lang));
        forms.push(link_form(page, dossier, form).await?);
    }
    if can(Step::Ask) {
        let words = [lang.triage_ask(), lang.triage_ask_text(), lang.triage_ask_send()];
        let hint = promised.map(|_| lang.triage_ask_hint().to_owned());
        forms.push(say_form(lang, on("vragen"), readers, words, hint));
    }
    if !dossier.stappen.is_empty() {
        let words = [lang.triage_respond(), lang.triage_respond_text(), lang.triage_respond_send()];
        let hint = promised.map(|day| lang.triage_respond_hint(format::day(lang, day)));
        forms.push(say_form(lang, on("reageren"), readers, words, hint));
    }
    if can(Step::Merge) {
        forms.push(merge_form(page, dossier, on("samenvoegen").read_by(readers.of_reason(lang))).await?);
    }
    if can(Step::Refer) {
        forms.push(refer_form(lang, on("doorverwijzen"), dossier.zicht));
    }
    if can(Step::Reject) {
        forms.push(reject_form(page, on("afwijzen").read_by(readers.of_reason(lang))).await?);
    }
    if !waits && dossier.mag_afschermen {
        forms.push(shield_form(page, dossier, on("afschermen")));
    }
    if !waits && dossier.mag_vrijgeven {
        forms.push(release_form(lang, on("vrijgeven"), dossier));
    }
    let may_leave_out = page.has_role_in(&[Role::Wijkteam], &dossier.initiatief.kaart.gebied);
    let leave_out = may_leave_out.then(|| leave_out_link(lang, dossier));
    if forms.is_empty() {
        // What is over is no longer decided on; words that should go may still stand in it.
        return Ok(leave_out);
    }
    forms.extend(leave_out);
    let title = h2(lang.step_title());
    Ok(Some(view! { <section class="wk-desk" aria-label=lang.nav_werk()>{title} {forms}</section> }.into_any()))
}

/// Where a part of it is taken away, beside where all of it is.
fn leave_out_link(lang: Lang, dossier: &InitiatiefDossier) -> AnyView {
    let to = weglaten::address(dossier.initiatief.kaart.id);
    let title = lang.weglaten_title();
    view! { <p class="nl-paragraph">{ui::link(to, title)} ": " {lang.triage_leave_out_hint()}</p> }.into_any()
}

/// Not the first thing to press while nobody has looked: who may read it waits for that.
fn take_up_form(lang: Lang, form: Form, waits: bool) -> AnyView {
    if waits {
        return form.view_quiet(lang.triage_take_up(), p(lang.triage_take_up_hint())).into_any();
    }
    form.view(lang.triage_take_up(), ()).into_any()
}

fn refer_form(lang: Lang, form: Form, zicht: Zicht) -> AnyView {
    let hint = if zicht == Zicht::Open { lang.triage_refer_hint() } else { lang.triage_refer_hint_private() };
    let choices = choices(DoorverwezenNaar::ALL, |naar| lang.doorverwezen_naar(naar));
    let fields = view! {
        {p(hint)}
        {form.field("naar", lang.triage_refer_to()).radios(choices, None)}
        {form.field("reden", lang.triage_reason()).area(3)}
    };
    let open = form.was_refused();
    details(lang.triage_refer(), open, form.view_quiet(lang.triage_refer_send(), fields)).into_any()
}

async fn reject_form(page: &PageRequest, form: Form) -> Result<AnyView, Problem> {
    let lang = page.lang;
    let criteria = page.api.keuzelijsten().await?.criteria;
    let fields = view! {
        {form.field("criterium", lang.triage_reject_on()).hint(lang.triage_reject_hint()).radios(criteria, None)}
        {form.field("reden", lang.triage_reason()).area(4)}
    };
    let open = form.was_refused();
    Ok(details(lang.triage_reject(), open, form.view_quiet(lang.triage_reject_send(), fields)).into_any())
}

/// What was shielded on purpose is shown again on purpose: what that does stands with it.
fn release_form(lang: Lang, form: Form, dossier: &InitiatiefDossier) -> AnyView {
    let is_merged = dossier.initiatief.verder_in.is_some();
    let hint = if is_merged { lang.triage_release_merged_hint() } else { lang.triage_release_shielded_hint() };
    let open = form.was_refused();
    details(lang.triage_release_shielded(), open, form.view_quiet(lang.triage_release(), p(hint))).into_any()
}

/// Something to say to the initiator; to everybody when whoever says it wants that, and everybody sees the initiatief.
fn say_form(
    lang: Lang,
    form: Form,
    readers: Readers,
    [title, label, send]: [&'static str; 3],
    hint: Option<String>,
) -> AnyView {
    let can_publish = readers == Readers::Everybody;
    let form = form.read_by(if can_publish { lang.form_private_to_initiator() } else { lang.form_private_both() });
    let fields = view! {
        {hint.map(p)}
        {form.field("tekst", label).area(4)}
        {can_publish.then(|| form.field("openbaar", lang.form_openbaar()).check())}
    };
    let open = form.was_refused();
    details(title, open, form.view(send, fields)).into_any()
}

/// Right above the button stands on which ballots it goes as well, and that it does not come back from there by one person.
fn shield_form(page: &PageRequest, dossier: &InitiatiefDossier, form: Form) -> AnyView {
    let lang = page.lang;
    let on_ballot = |plan: &PlanInStemming| p(lang.triage_shield_plan(plan.nummer, &plan.titel));
    let plans: Vec<_> = dossier.plannen.iter().map(on_ballot).collect();
    let plans = (!plans.is_empty()).then(|| ui::alert("warning", plans));
    let sure = plans.is_some().then(|| form.field(SURE, lang.triage_shield_sure()).check());
    let fields = view! {
        {p(lang.triage_shield_hint())}
        {form.field("reden", lang.triage_reason()).area(3)}
        {plans}
        {sure}
    };
    let open = form.was_refused();
    let form = form.view_quiet(lang.triage_shield_send(), fields);
    ui::details_at(page, SHIELD, (lang.triage_shield(), open), form)
}

async fn link_form(page: &PageRequest, dossier: &InitiatiefDossier, form: Form) -> Result<AnyView, Problem> {
    let lang = page.lang;
    let gebied = dossier.initiatief.kaart.gebied.clone();
    let plan = page.api.wijkactieplan(ui::code(&gebied)?, None).await?;
    let opgaven: Vec<Keuze> = plan
        .opgaven
        .iter()
        .map(|opgave| Keuze { code: opgave.id.to_string(), naam: opgave.titel.clone(), uitleg: None })
        .collect();
    let themas = page.api.keuzelijsten().await?.themas;
    let thema =
        themas.iter().find(|thema| thema.naam == dossier.initiatief.kaart.thema).map(|thema| thema.code.clone());
    let fields = view! {
        <input type="hidden" name="gebied" value=gebied />
        {form.field("opgave", lang.triage_link_to()).optional().select(opgaven, None)}
        {p(lang.triage_link_or())}
        {form.field("nieuweOpgave.titel", lang.opgave_titel()).hint(lang.opgave_titel_hint()).optional().input()}
        {form.field("nieuweOpgave.tekst", lang.opgave_tekst()).optional().area(4)}
        {form.field("nieuweOpgave.thema", lang.form_thema()).select(themas, thema)}
        {form.field("reden", lang.triage_reason()).hint(lang.triage_link_hint()).area(3)}
    };
    let open = form.was_refused();
    Ok(details(lang.triage_link(), open, form.view(lang.triage_link_send(), fields)).into_any())
}

async fn merge_form(page: &PageRequest, dossier: &InitiatiefDossier, form: Form) -> Result<AnyView, Problem> {
    let lang = page.lang;
    let own = dossier.initiatief.kaart.id;
    let filter = InitiatiefFilter {
        gebied: Some(dossier.initiatief.kaart.gebied.clone()),
        limit: Some(50),
        ..InitiatiefFilter::default()
    };
    let others = page.api.list_initiatieven(filter).await?.resultaten;
    let others: Vec<Keuze> = others
        .into_iter()
        .filter(|card| card.id != own)
        .map(|card| Keuze { code: card.id.to_string(), naam: format!("{} ({})", card.titel, card.wijk), uitleg: None })
        .collect();
    let is_private = dossier.zicht != Zicht::Open;
    let fields = view! {
        {is_private.then(|| p(lang.triage_merge_private()))}
        {form.field("met", lang.triage_merge_with()).hint(lang.triage_merge_hint()).select(others, None)}
        {form.field("reden", lang.triage_reason()).area(3)}
    };
    let open = form.was_refused();
    Ok(details(lang.triage_merge(), open, form.view_quiet(lang.triage_merge_send(), fields)).into_any())
}

/// Takes all of it out of public view. Who did not read yet that it leaves a ballot as well, reads that first.
async fn shield(
    page: &PageRequest,
    (id, seen): (InitiatiefId, Version),
    fields: &Fields,
) -> Result<InitiatiefDossier, Problem> {
    if fields.get(SURE) != "ja" && !page.api.dossier(id).await?.plannen.is_empty() {
        return Err(wrong("/zeker", FieldCode::NietBevestigd.into()));
    }
    page.api.shield(id, seen, Shield { reden: Raw::from(fields.get("reden")) }).await
}

/// Takes the forms of the desk in.
pub async fn submit(page: &PageRequest, id: InitiatiefId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let seen = version(&fields);
    let api = &page.api;
    let say = Tell { tekst: fields.get("tekst").into(), openbaar: fields.filled("openbaar").is_some() };
    let reden = || Raw::from(fields.get("reden"));
    let done = match fields.get("actie") {
        "opnemen" => api.take_up(id, seen).await,
        "vragen" => api.ask_initiator(id, seen, say).await,
        "reageren" => api.respond(id, seen, say).await,
        "samenvoegen" => api.merge(id, seen, Merge { met: fields.get("met").into(), reden: reden() }).await,
        "vrijgeven" => api.release(id, seen).await,
        "afschermen" => shield(page, (id, seen), &fields).await,
        "doorverwijzen" => api.refer(id, seen, Refer { naar: fields.get("naar").into(), reden: reden() }).await,
        "afwijzen" => api.reject(id, seen, Reject { criterium: fields.get("criterium").into(), reden: reden() }).await,
        "koppelen" => {
            let has_new =
                fields.filled("nieuweOpgave.titel").is_some() || fields.filled("nieuweOpgave.tekst").is_some();
            let new = has_new.then(|| CreateOpgave {
                gebied: fields.filled("gebied").filter(|code| Code::parse(code).is_ok()).unwrap_or_default().into(),
                titel: fields.get("nieuweOpgave.titel").into(),
                tekst: fields.get("nieuweOpgave.tekst").into(),
                thema: fields.get("nieuweOpgave.thema").into(),
            });
            let request = Link { opgave: fields.filled("opgave").map(Raw::from), nieuwe_opgave: new, reden: reden() };
            api.link(id, seen, request).await
        }
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(dossier) => match dossier.initiatief.opgave.filter(|_| fields.get("actie") == "koppelen") {
            Some(opgave) => Outcome::Go(format!("/opgaven/{opgave}?gelukt=koppelen")),
            None => Outcome::Go(ui::with_query(&page.path, &[("gelukt", Some(fields.get("actie")))])),
        },
        Err(problem) => again(fields, problem),
    }
}
