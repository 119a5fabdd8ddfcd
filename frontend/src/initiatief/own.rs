//! What only its initiator sees and does: own list, withdrawing, answering.

use super::{body, card_to};
use crate::format;
use crate::forms::{Outcome, Submission};
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::submit::{again, of_link, version};
use crate::ui::form::Form;
use crate::ui::list::Under;
use crate::ui::{self, Page, below, breadcrumbs, button_link, h2, list as ui_list, p, shown};
use contract::account::UseLink;
use contract::field::Raw;
use contract::initiatief::{
    AnswerByLink, GebeurtenisSoort, InitiatiefStap, InitiatiefStatus, InitiatiefView, MijnInitiatief, OverPersoon,
    SubmitInitiatief, Tell, Zicht,
};
use contract::problem::ProblemCode;
use contract::weglating::Weglating;
use contract::{InitiatiefId, PageQuery, Problem};
use leptos::prelude::*;

/// The viewer's own initiatieven.
pub async fn list(page: &PageRequest) -> Page {
    let lang = page.lang;
    let query = PageQuery { cursor: ui::query(page, "cursor"), limit: None };
    let found = page.api.list_own(query).await?;
    let next = found.volgende.map(|cursor| ui::with_query("/mijn", &[("cursor", Some(&cursor))]));
    let card = |found: contract::initiatief::InitiatiefCard| {
        let waits = found.status == InitiatiefStatus::VraagAanIndiener;
        let status = if waits { lang.mijn_waits_for_you() } else { lang.initiatief_status(found.status) };
        card_to(lang, Under::Title, format!("/mijn/initiatieven/{}", found.id), status, found)
    };
    let body = if found.resultaten.is_empty() {
        view! { {p(lang.mijn_none())} <p>{button_link("/initiatieven/nieuw", lang.home_hand_in())}</p> }.into_any()
    } else {
        ui_list::cards(found.resultaten.into_iter().map(card).collect()).into_any()
    };
    let tasks = crate::buurtbegroting::bewaren::tasks(page).await?;
    let account = crate::account::own(page);
    Ok(shown(lang.nav_mijn(), view! { {tasks} {body} {ui_list::more(lang, next)} {account} }))
}

/// One of them, with what can be done now.
pub async fn page(page: &PageRequest, id: InitiatiefId) -> Page {
    let lang = page.lang;
    let own = page.api.own_initiatief(id).await?;
    let can = |step: InitiatiefStap| own.stappen.contains(&step);
    let answer = can(InitiatiefStap::Answer).then(|| {
        let asked = own.initiatief.tijdlijn.iter().rev().find(|line| line.soort == GebeurtenisSoort::Vraag);
        let question = asked.and_then(|line| line.tekst.clone()).unwrap_or_default();
        let form = answer_form(Form::new(page, "antwoorden").on_version(own.versie), lang, own.zicht);
        view! { <section class="wk-panel">{h2(lang.answer_title())} {ui::prose(&question)} {form}</section> }
    });
    let submit = can(InitiatiefStap::Submit).then(|| {
        let form = Form::new(page, "indienen").on_version(own.versie);
        let is_private = own.over_persoon == Some(OverPersoon::Ja);
        let form = if is_private { form } else { form.read_by(lang.form_public_initiatief()) };
        let question = own.over_persoon.is_none().then(|| super::form::about_somebody(page, &form));
        form.view(lang.mijn_submit(), question)
    });
    let late = own.initiatief.antwoord_datum.filter(|day| *day < page.today);
    let late = late.map(|_| {
        ui::alert("warning", ui::p_with_mail(&lang.mijn_late(&page.site.contact_email), &page.site.contact_email))
    });
    let thanks =
        ui::query(page, "gelukt").map(|_| ui::alert("ok", p(super::thanks(lang, own.initiatief.antwoord_datum))));
    let left_out = is_left_out(&own.initiatief).then(|| {
        let mail = &page.site.contact_email;
        ui::alert("info", ui::p_with_mail(&lang.mijn_weggelaten(mail), mail))
    });
    let public = is_public(&own).then(|| {
        let to = format!("/initiatieven/{}", own.initiatief.kaart.id);
        view! { <p class="nl-paragraph">{ui::link(to, lang.mijn_public())}</p> }
    });
    let withdraw = can(InitiatiefStap::Withdraw).then(|| {
        let form = Form::new(page, "intrekken").on_version(own.versie);
        view! {
            <details class="wk-details">
                <summary>{lang.mijn_withdraw()}</summary>
                {p(lang.mijn_withdraw_hint())}
                {form.view_quiet(lang.mijn_withdraw_sure(), ())}
            </details>
        }
    });
    Ok(below(
        breadcrumbs(lang, vec![("/mijn".into(), lang.nav_mijn().into())]),
        own.initiatief.kaart.titel.clone(),
        view! {
            {thanks}
            {who_sees_it(lang, &own)}
            {late}
            {left_out}
            {answer}
            {submit}
            {body(page, &own.initiatief)}
            {public}
            {withdraw}
        },
    ))
}

/// An answer, for the wijkteam; for everybody when its writer says so, and everybody sees the initiatief.
fn answer_form(form: Form, lang: Lang, zicht: Zicht) -> AnyView {
    let can_publish = zicht == Zicht::Open;
    let form = form.read_by(if can_publish { lang.form_private_to_wijkteam() } else { lang.form_private_wijkteam() });
    let fields = view! {
        {form.field("tekst", lang.answer_label()).area(5)}
        {can_publish.then(|| form.field("openbaar", lang.form_openbaar()).check())}
    };
    form.view(lang.answer_send(), fields).into_any()
}

/// Whether the wijkteam left something out of it: who made it may ask why.
fn is_left_out(own: &InitiatiefView) -> bool {
    let texts = [Some(own.kaart.titel.as_str()), Some(own.tekst.as_str())];
    let others = [own.plaats.as_deref(), own.organisatie.as_deref()];
    let lines = own.tijdlijn.iter().map(|line| line.tekst.as_deref());
    let is_out = texts.into_iter().chain(others).chain(lines).flatten().any(|text| Weglating::of(text).is_some());
    let is_photo_out = own.foto_onherkenbaar || own.foto_weggelaten;
    is_out || is_photo_out || own.punt_weggelaten || own.tijdlijn.iter().any(|line| line.foto_weggelaten)
}

/// Whether everybody sees it.
fn is_public(own: &MijnInitiatief) -> bool {
    own.zicht == Zicht::Open && super::can_be_public(own.initiatief.kaart.status)
}

/// That others do not see it, or not yet.
fn who_sees_it(lang: Lang, own: &MijnInitiatief) -> Option<impl IntoView + use<>> {
    let text = match (own.zicht, own.openbaar_vanaf) {
        (Zicht::Wacht, Some(at)) => lang.mijn_wacht(format::moment(lang, at)),
        (Zicht::Afgeschermd, _) => lang.mijn_afgeschermd().to_owned(),
        (Zicht::Open | Zicht::Wacht, _) => return None,
    };
    Some(ui::alert("info", p(text)))
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: InitiatiefId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let seen = version(&fields);
    let done = match fields.get("actie") {
        "antwoorden" => {
            let openbaar = fields.filled("openbaar").is_some();
            page.api.answer_question(id, seen, Tell { tekst: fields.get("tekst").into(), openbaar }).await
        }
        "indienen" => {
            let over_persoon = fields.filled("overPersoon").map(Raw::from);
            page.api.submit_initiatief(id, seen, SubmitInitiatief { over_persoon }).await
        }
        "intrekken" => page.api.withdraw_initiatief(id, seen).await,
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(_) => Outcome::Go(page.path.clone()),
        Err(problem) => again(fields, problem),
    }
}

/// The page behind the link in a mail with a question: looking does not use the link up.
pub async fn answer_by_link(page: &PageRequest, secret: &str) -> Page {
    let lang = page.lang;
    let open = page.api.question_by_link(UseLink { geheim: secret.into() }).await.map_err(of_link)?;
    let form = answer_form(Form::new(page, "antwoorden"), lang, open.zicht);
    Ok(shown(lang.answer_title(), view! { {p(lang.answer_about(&open.titel))} {ui::prose(&open.vraag)} {form} }))
}

/// Takes that answer in.
pub async fn submit_answer(page: &PageRequest, secret: &str, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let openbaar = fields.filled("openbaar").is_some();
    let request = AnswerByLink { geheim: secret.into(), tekst: fields.get("tekst").into(), openbaar };
    match page.api.answer_by_link(request).await {
        Ok(()) => Outcome::Go("/bericht/antwoord".into()),
        Err(problem) => again(fields, of_link(problem)),
    }
}

/// Takes the support button in.
pub async fn submit_support(page: &PageRequest, id: InitiatiefId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let done = match fields.get("actie") {
        "steunen" => page.api.support(id).await,
        "niet_steunen" => page.api.unsupport(id).await,
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(_) => Outcome::Go(format!("{}#steun", page.path)),
        Err(problem) => again(fields, problem),
    }
}
