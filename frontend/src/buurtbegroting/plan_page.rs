//! The page of one plan: what people share, with the way to the ballot.

use crate::buurtbegroting::plan::boxes;
use crate::buurtbegroting::{name_of, refused_why};
use crate::forms::{Fields, Outcome, Submission};
use crate::opgave::details;
use crate::site::PageRequest;
use crate::submit::again;
use crate::ui::form::Form;
use crate::ui::{self, Page, badge, below, button_link, h2, link, map, p};
use contract::Problem;
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step, Weggelaten};
use contract::gebied::Keuze;
use contract::initiatief::Say;
use contract::problem::ProblemCode;
use contract::project::{ExcludeProjects, ProjectStatus};
use contract::{BuurtbegrotingId, buurtbegroting::BuurtbegrotingView, project::ProjectView};
use leptos::prelude::*;

/// Where a plan is.
pub fn address(id: BuurtbegrotingId, project: &ProjectView) -> String {
    format!("/buurtbegrotingen/{id}/plannen/{}", project.nummer)
}

/// One plan, by its number in the round.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId, number: &str) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let project = by_number(&round, number)?;
    let lists = page.api.keuzelijsten().await?;
    let gebied = page.api.gebied(ui::code(&round.kaart.gebied)?).await?;
    let wijk = project.wijk.as_ref().and_then(|code| gebied.wijken.iter().find(|own| own.code == *code));
    let place = wijk.map_or_else(|| gebied.naam.clone(), |own| own.naam.clone());
    let facts = ui::facts(vec![
        (lang.project_kosten(), ui::euro(lang, project.kosten).into_any()),
        (lang.plan_theme(), name_of(&lists.themas, &project.thema).into_any()),
        (lang.plan_place(), place.into_any()),
    ]);
    let status = (project.status != ProjectStatus::Toegelaten).then(|| badge(lang.project_status(project.status)));
    let photo = project.foto.clone().map(|url| {
        view! { <ul class="wk-photos"><li><img src=url alt=project.titel.clone() loading="lazy" /></li></ul> }
    });
    let map =
        project.punt.map(|punt| map::map(page, map::Use::Shows(vec![map::Place { punt, titel: None, url: None }])));
    let from = project.initiatief.map(|initiatief| {
        let to = link(format!("/initiatieven/{initiatief}"), lang.plan_from_link());
        view! { <p class="nl-paragraph">{lang.plan_from()} " " {to}</p> }
    });
    let shown = below(
        super::above(lang, &round.kaart),
        lang.round_project_title(project.nummer, &project.titel),
        view! {
            {ui::title_note(lang, &project.titel)}
            {status}
            {vote(page, &round, project)}
            {facts}
            {variants(page, &round, project)}
            {photo}
            {photo_note(page, &round, project).await}
            {ui::words(lang, &project.tekst)}
            {map}
            {refused_why(lang, &lists, project)}
            {second_look(page, project)}
            {from}
            {exclusions(page, &round, project)}
            {outcome(page, &round, project).await?}
            {crate::weglaten::link_for_plan(page, &round.kaart.gebied, (id, project.nummer))}
        },
    );
    Ok(shown.with_preview(&project.tekst, project.foto.clone()))
}

/// That a photo of it was changed or taken away since people could vote: which of both, as far as its initiatief tells.
async fn photo_note(page: &PageRequest, round: &BuurtbegrotingView, project: &ProjectView) -> Option<AnyView> {
    let lang = page.lang;
    let is_own = |number: &u32| *number == project.nummer;
    let changed =
        round.onherkenbaar.iter().any(|own| own.wat == Weggelaten::Planfoto && own.plannen.iter().any(is_own));
    if !changed {
        return None;
    }
    let seen = match project.initiatief {
        Some(id) => page.api.initiatief(id).await.ok(),
        None => None,
    };
    let said = |is_so: bool, says: &'static str| is_so.then(|| p(says).into_any());
    let filled = said(seen.as_ref().is_some_and(|own| own.foto_onherkenbaar), lang.weglating_foto_veranderd());
    let hidden = said(seen.is_some_and(|own| own.foto_weggelaten), lang.weglating_foto());
    let known: Vec<AnyView> = filled.into_iter().chain(hidden).collect();
    if !known.is_empty() {
        return Some(known.into_any());
    }
    // Beside one that is there, it may be that one or another.
    let says = if project.foto.is_some() { lang.weglating_foto_deel() } else { lang.weglating_foto() };
    Some(p(says).into_any())
}

/// Which others cannot be chosen with it.
fn variants(page: &PageRequest, round: &BuurtbegrotingView, project: &ProjectView) -> Option<AnyView> {
    let others = super::others_of(round, project);
    let to = |own: &&ProjectView| {
        let title = page.lang.round_project_title(own.nummer, &own.titel);
        view! { <li>{link(address(round.kaart.id, own), title)}</li> }
    };
    let list = others.iter().map(to).collect_view();
    let list = view! { {p(page.lang.plan_variants())} <ul class="wk-list">{list}</ul> };
    (!others.is_empty()).then(|| list.into_any())
}

/// Who prepares the round ticks the plans that cannot be carried out beside this one.
fn exclusions(page: &PageRequest, round: &BuurtbegrotingView, project: &ProjectView) -> Option<AnyView> {
    let lang = page.lang;
    if !round.stappen.contains(&Step::ExcludeProjects) {
        return None;
    }
    let form = Form::new(page, "uitsluiten");
    let others = round.projecten.iter().filter(|own| own.id != project.id);
    let others = others.map(|own| Keuze {
        code: own.nummer.to_string(),
        naam: lang.round_project_title(own.nummer, &own.titel),
        uitleg: None,
    });
    let ticked = project.sluit_uit.iter().map(|number| ("nummers".to_owned(), number.to_string())).collect();
    let sent = page.state.as_ref().filter(|_| form.was_refused()).map(|state| state.fields.clone());
    let boxes = boxes(&form, "nummers", others.collect(), &sent.unwrap_or_else(|| Fields::new(ticked)));
    let boxes = view! { <input type="hidden" name="gezien" value=seen(project) /> {boxes} };
    let group = form.field("nummers", lang.plan_exclude_which()).hint(lang.plan_exclude_hint()).group(boxes);
    let open = form.was_refused();
    Some(details(lang.plan_exclude(), open, form.view_quiet(lang.plan_exclude_send(), group)).into_any())
}

fn vote(page: &PageRequest, round: &BuurtbegrotingView, project: &ProjectView) -> Option<AnyView> {
    let lang = page.lang;
    if round.kaart.fase != Fase::Stemmen || project.status != ProjectStatus::Toegelaten {
        return None;
    }
    let ballot = format!("/buurtbegrotingen/{}/stemmen?plan={}", round.kaart.id, project.nummer);
    let until = p(super::when(page, &round.kaart));
    Some(view! { <p>{button_link(ballot, lang.plan_vote())}</p> {until} {p(lang.round_vote_hint())} }.into_any())
}

/// Why it was chosen or not, once that is known.
async fn outcome(
    page: &PageRequest,
    round: &BuurtbegrotingView,
    project: &ProjectView,
) -> Result<Option<AnyView>, Problem> {
    if !matches!(round.kaart.fase, Fase::Uitslag | Fase::Uitvoering) {
        return Ok(None);
    }
    let uitslag = page.api.uitslag(round.kaart.id).await?;
    Ok(super::uitslag::of_plan(page.lang, &uitslag, project))
}

/// That somebody asked for a second look, or the form to ask.
fn second_look(page: &PageRequest, project: &ProjectView) -> Option<AnyView> {
    let lang = page.lang;
    if project.mag_heroverwegen {
        let form = Form::new(page, "heroverweging");
        let field = form.field("tekst", lang.plan_again_why()).area(4);
        let lead = p(lang.plan_again_hint());
        return Some(view! { {h2(lang.plan_again())} {lead} {form.view(lang.plan_again_send(), field)} }.into_any());
    }
    let asked = project.heroverweging.as_ref()?;
    let state = if !asked.afgerond {
        p(if asked.wacht_op_tweede { lang.plan_again_second() } else { lang.plan_again_waits() })
    } else if project.status == ProjectStatus::Toegelaten {
        p(lang.plan_again_admitted())
    } else {
        p(lang.plan_again_refused())
    };
    let words = asked.tekst.as_deref().map(ui::prose);
    Some(view! { {h2(lang.plan_again())} {state} {words} }.into_any())
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, number: &str, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let done = match fields.get("actie") {
        "uitsluiten" => exclude(page, id, number, &fields).await,
        _ => ask(page, id, number, &fields).await,
    };
    match done {
        Ok(()) => Outcome::Go(page.path.clone()),
        Err(problem) => again(fields, problem),
    }
}

async fn ask(page: &PageRequest, id: BuurtbegrotingId, number: &str, fields: &Fields) -> Result<(), Problem> {
    let round = page.api.buurtbegroting(id).await?;
    let project = by_number(&round, number)?;
    page.api.ask_heroverweging(project.id, Say { tekst: fields.get("tekst").into() }).await.map(drop)
}

/// What a page showed, so that nobody undoes what they did not see: a pair stands on two pages.
fn seen(project: &ProjectView) -> String {
    project.sluit_uit.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

async fn exclude(page: &PageRequest, id: BuurtbegrotingId, number: &str, fields: &Fields) -> Result<(), Problem> {
    let round = page.api.buurtbegroting(id).await?;
    let project = by_number(&round, number)?;
    if fields.get("gezien") != seen(project) {
        return Err(Problem::bare(ProblemCode::Verouderd));
    }
    let nummers = fields.all("nummers").filter_map(|number| number.parse().ok()).collect();
    page.api.exclude_projects(project.id, ExcludeProjects { nummers }).await.map(drop)
}

fn by_number<'a>(round: &'a BuurtbegrotingView, number: &str) -> Result<&'a ProjectView, Problem> {
    let found = round.projecten.iter().find(|own| own.nummer.to_string() == number);
    found.ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))
}
