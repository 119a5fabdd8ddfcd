//! Ballots on paper: the bundles of a round, and the page on which letters are noted and ballots entered.

use crate::buurtbegroting::stembiljet;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::initiatief::choices;
use crate::site::PageRequest;
use crate::submit::{again, key};
use crate::ui::form::Form;
use crate::ui::{self, Page, below, h2, link, list as ui_list, p};
use contract::bundel::{AddBrief, BundelKanaal, BundelView, EnterBiljet, MakeBundel};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::problem::ProblemCode;
use contract::project::{ProjectStatus, ProjectView};
use contract::{BundelId, BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// The bundles of a round.
pub async fn list(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let bundels = page.api.list_bundels(id).await?;
    let round = page.api.buurtbegroting(id).await?;
    let steps = [
        lang.bundel_how_begin(),
        lang.bundel_how_letters(),
        lang.bundel_how_number(),
        lang.bundel_how_enter(),
        lang.bundel_how_finish(),
    ];
    let steps = steps.map(|step| view! { <li>{step}</li> }).collect_view();
    let known = if bundels.is_empty() { p(lang.bundel_none()).into_any() } else { table(lang, bundels).into_any() };
    let new = (round.kaart.fase == Fase::Stemmen).then(|| {
        let form = Form::new(page, "bundel");
        let kinds = choices(BundelKanaal::ALL, |kanaal| lang.bundel_kanaal(kanaal));
        let field = form.field("kanaal", lang.bundel_kanaal_field()).radios(kinds, None);
        view! { {h2(lang.bundel_new())} {form.view(lang.bundel_make(), field)} }
    });
    let ballot = format!("/api/v1/buurtbegrotingen/{id}/stembiljet");
    let printed = view! { <a class="nl-link" href=ballot download>{lang.bundel_paper()}</a> };
    Ok(below(
        super::above(lang, &round.kaart),
        lang.bundel_list(),
        view! { {known} {new} <p>{printed}</p> {h2(lang.bundel_how())} <ol class="wk-list">{steps}</ol> },
    ))
}

fn table(lang: Lang, bundels: Vec<BundelView>) -> impl IntoView {
    let heads =
        [lang.bundel_head_name(), lang.bundel_kanaal_field(), lang.bundel_head_letters(), lang.bundel_head_state()];
    let row = |own: BundelView| {
        let state =
            if own.afgerond { lang.bundel_done().to_owned() } else { lang.bundel_progress(own.aantal, own.klaar) };
        vec![
            link(format!("/bundels/{}", own.id), lang.bundel_name(own.nummer)).into_any(),
            lang.bundel_kanaal(own.kanaal).into_any(),
            own.aantal.into_any(),
            state.into_any(),
        ]
    };
    ui_list::table(lang.bundel_table().to_owned(), &heads, bundels.into_iter().map(row).collect())
}

/// One bundle: its letters, the next ballot, and the way into the box.
pub async fn page(page: &PageRequest, id: BundelId) -> Page {
    let lang = page.lang;
    let bundel = page.api.bundel(id).await?;
    let round = page.api.buurtbegroting(bundel.buurtbegroting).await?;
    let above = ui::breadcrumbs(
        lang,
        vec![
            (format!("/buurtbegrotingen/{}", round.kaart.id), round.kaart.titel.clone()),
            (format!("/buurtbegrotingen/{}/bundels", round.kaart.id), lang.bundel_list().into()),
        ],
    );
    let title = lang.bundel_name(bundel.nummer);
    let kind = p(lang.bundel_kanaal(bundel.kanaal));
    if bundel.afgerond || round.sluiting.is_some() {
        return Ok(below(above, title, view! { {kind} {p(lang.bundel_done())} }));
    }
    let facts = ui::facts(vec![
        (lang.bundel_head_letters(), bundel.aantal.into_any()),
        (lang.bundel_state_none(), bundel.leeg.into_any()),
        (lang.bundel_state_once(), bundel.een_keer.into_any()),
        (lang.bundel_state_different(), bundel.verschil.into_any()),
        (lang.bundel_state_settled(), bundel.klaar.into_any()),
    ]);
    let letter = Form::new(page, "brief");
    let code = letter.field("stemcode", lang.bundel_letter_code()).hint(lang.bundel_letter_hint(bundel.aantal));
    let code = code.autocomplete("off").input();
    let perhaps = page.state.as_ref().is_some_and(|state| state.found.filled("misschien").is_some());
    let perhaps = perhaps.then(|| ui::alert("warning", p(lang.bundel_perhaps_added(bundel.aantal))));
    let has_voted = page.state.as_ref().and_then(|state| state.problem.as_ref()).map(Problem::code);
    let voted = (has_voted == Some(ProblemCode::AlGestemd)).then(|| ui::alert("warning", p(lang.bundel_voted())));
    let code = view! { {voted} {perhaps} <input type="hidden" name="gezien" value=bundel.aantal.to_string() /> {code} };
    let letter = view! { {h2(lang.bundel_letter())} {letter.view(lang.bundel_add_letter(), code)} };
    // Also without letters: one that was begun by mistake would keep the box open.
    let finish = (bundel.klaar == bundel.aantal).then(|| {
        let form = Form::new(page, "afronden");
        let (hint, button) = match bundel.aantal {
            0 => (lang.bundel_finish_empty().to_owned(), lang.bundel_close_empty()),
            aantal => (lang.bundel_finish_hint(aantal), lang.bundel_finish()),
        };
        view! { {h2(button)} {p(hint)} {form.view(button, ())} }
    });
    let third = (bundel.verschil > 0).then(|| ui::alert("info", p(lang.bundel_third(bundel.verschil))));
    let enter = entry(page, &bundel, &round).await?;
    Ok(below(above, title, view! { {kind} {facts} {letter} {third} {enter} {finish} }))
}

/// The ballot on paper, in the order in which it is printed.
async fn entry(
    page: &PageRequest,
    bundel: &BundelView,
    round: &BuurtbegrotingView,
) -> Result<Option<AnyView>, Problem> {
    let lang = page.lang;
    if bundel.aantal == 0 {
        return Ok(None);
    }
    let form = Form::new(page, "invoeren");
    let Some(next) = bundel.volgende else {
        let nothing = (bundel.klaar < bundel.aantal).then(|| p(lang.bundel_nothing()).into_any());
        return Ok(nothing.map(|nothing| view! { {h2(lang.bundel_enter())} {nothing} }.into_any()));
    };
    let preset = Fields::new(vec![("nummer".into(), next.to_string())]);
    let form = if form.was_refused() { form } else { form.with(&preset) };
    let names = stembiljet::Names::of(page, round).await?;
    let chosen = page.state.as_ref().map(|state| state.fields.clone()).unwrap_or_default();
    let numbered =
        |own: &ProjectView| ProjectView { titel: lang.round_project_title(own.nummer, &own.titel), ..own.clone() };
    let mut projects: Vec<ProjectView> =
        round.projecten.iter().filter(|own| own.status == ProjectStatus::Toegelaten).map(numbered).collect();
    projects.sort_by_key(|own| own.nummer);
    let controls = stembiljet::controls(lang, round.spelregels.stembiljet, &names, &projects, &chosen);
    let is_invalid = chosen.filled("ongeldig").is_some();
    let fields = view! {
        {form.field("nummer", lang.bundel_number()).input()}
        {form.field("keuzes", lang.bundel_choices()).hint(lang.ballot_rule(round.spelregels.stembiljet)).group(controls)}
        <div class="wk-choice">
            <input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id="ongeldig" name="ongeldig" value="ja" checked=is_invalid />
            <div><label for="ongeldig">{lang.bundel_invalid()}</label></div>
        </div>
    };
    Ok(Some(view! { {h2(lang.bundel_enter())} {form.view(lang.bundel_save(), fields)} }.into_any()))
}

/// Begins a bundle.
pub async fn submit_list(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let request = MakeBundel { kanaal: submission.fields.get("kanaal").into() };
    match page.api.make_bundel(key(&submission.fields), id, request).await {
        Ok(bundel) => Outcome::Go(format!("/bundels/{}", bundel.id)),
        Err(problem) => again(submission.fields, problem),
    }
}

/// Takes a letter, a ballot or the end of a bundle in.
pub async fn submit(page: &PageRequest, id: BundelId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let done = match fields.get("actie") {
        "brief" => page.api.add_brief(id, AddBrief { stemcode: fields.get("stemcode").into() }).await,
        "invoeren" => enter(page, id, &fields).await,
        "afronden" => page.api.finish_bundel(id).await,
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    };
    match done {
        Ok(_) => Outcome::Go(page.path.clone()),
        Err(problem) if problem.code() == ProblemCode::AlGestemd => {
            // Pressed twice, or the answer was lost: the letter may be one of this bundle, and is not to be put aside.
            // Who cannot look is told so as well: a vote put aside is a vote lost.
            let seen: u32 = fields.get("gezien").parse().unwrap_or(u32::MAX);
            let is_same = page.api.bundel(id).await.is_ok_and(|bundel| bundel.aantal <= seen);
            let found = if is_same { Vec::new() } else { vec![("misschien".to_owned(), "ja".to_owned())] };
            Outcome::Again(FormState { problem: Some(problem), found: Fields::new(found), ..FormState::of(fields) })
        }
        Err(problem) => again(fields, problem),
    }
}

async fn enter(page: &PageRequest, id: BundelId, fields: &Fields) -> Result<BundelView, Problem> {
    let round = page.api.buurtbegroting(page.api.bundel(id).await?.buurtbegroting).await?;
    let keuzes = stembiljet::choices(&round, fields).map_err(|fout| crate::opgave::wrong("/keuzes", fout.into()))?;
    let ongeldig = fields.filled("ongeldig").is_some();
    page.api.enter_biljet(id, EnterBiljet { nummer: fields.get("nummer").into(), ongeldig, keuzes }).await
}
