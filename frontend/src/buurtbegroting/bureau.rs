//! What those who run a round do on its page: wijkteam and stembureau.

use crate::buurtbegroting::plan::boxes;
use crate::buurtbegroting::{belemmering, bewaarders, brief_kwijt, telling};
use crate::format;
use crate::forms::{Fields, Outcome, Submission};
use crate::i18n::Lang;
use crate::initiatief::choices;
use crate::opgave::{choose_first, details, wrong};
use crate::site::PageRequest;
use crate::submit::{again, amount, key, version};
use crate::ui::form::Form;
use crate::ui::{self, button_link, h2, p};
use contract::bewaarder::BewaardersView;
use contract::buurtbegroting::{
    Belemmering, BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step, BuurtbegrotingView,
};
use contract::field::{FieldCode, Raw};
use contract::gebied::{Keuze, Keuzelijsten};
use contract::initiatief::{InitiatiefCard, InitiatiefFilter, InitiatiefStatus, InitiatiefView, Say};
use contract::problem::ProblemCode;
use contract::project::{AddProject, JudgeProject, ProjectView, Toetsing};
use contract::stembureau::{Bevinding, StembureauView, UseSleutel, VraagTelling};
use contract::telling::{TellingSoort, TellingView};
use contract::{BuurtbegrotingId, InitiatiefId, Problem};
use leptos::prelude::*;

/// A form for each step that the viewer may take now.
pub fn desk(
    page: &PageRequest,
    round: &BuurtbegrotingView,
    lists: &Keuzelijsten,
    (nominees, keepers, standing): (&Nominees, &BewaardersView, &StembureauView),
) -> Option<AnyView> {
    let can = |step: Step| round.stappen.contains(&step);
    if round.stappen.is_empty() {
        return None;
    }
    let lang = page.lang;
    let change = can(Step::Change).then(|| {
        view! { <p>{button_link(format!("/buurtbegrotingen/{}/wijzigen", round.kaart.id), lang.desk_change())}</p> }
    });
    let forms: Vec<AnyView> = [
        can(Step::Publish).then(|| {
            let form = Form::new(page, "vaststellen").on_version(round.versie);
            view! { {p(lang.desk_publish_hint())} {form.view(lang.desk_publish(), ())} }.into_any()
        }),
        can(Step::AddProject).then(|| add_project(page, round, lists, nominees)),
        can(Step::JudgeProject).then(|| judge(page, round, lists)),
        bewaarders::of_key(page, round, keepers),
        can(Step::NameKeepers).then(|| bewaarders::name(page, keepers)),
        can(Step::ProveKey).then(|| key_parts(page, "beproeven", lang.desk_prove(), lang.desk_prove_hint())),
        brief_kwijt::may(round).then(|| brief_kwijt::desk(page, standing)),
        can(Step::CloseUnchecked).then(|| close_unchecked(page, standing)),
        can(Step::EnterPaper).then(|| paper(lang, round)),
        can(Step::Count).then(|| count(page, round)),
        can(Step::Recount).then(|| recount(page, round)),
        can(Step::Finalize).then(|| finalize(page, round)),
        can(Step::Stop).then(|| {
            let form = Form::new(page, "stoppen").publishes();
            let field = form.field("tekst", lang.desk_stop_why()).hint(lang.desk_stop_hint()).area(3);
            let open = form.was_refused();
            details(lang.desk_stop(), open, form.view_quiet(lang.desk_stop(), field)).into_any()
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let obstacles = (!round.belemmeringen.is_empty()).then(|| {
        let item = |own: &Belemmering| view! { <li>{belemmering::text(lang, round, *own)}</li> };
        let list = round.belemmeringen.iter().map(item).collect_view();
        ui::alert("warning", view! { {p(lang.desk_not_open())} <ul>{list}</ul> })
    });
    let wrong = what_is_wrong(lang, round, standing);
    let ready = ready(page, round);
    Some(
        view! { <section class="wk-desk" aria-label=lang.nav_werk()>{h2(lang.desk_title())} {wrong} {obstacles} {ready} {change} {forms}</section> }
            .into_any(),
    )
}

/// That a vote opens by itself, and who sees to its letters; nothing as long as something else has to be done first.
fn ready(page: &PageRequest, round: &BuurtbegrotingView) -> Option<AnyView> {
    let (lang, from) = (page.lang, round.kaart.planning.stemmen_vanaf);
    if round.kaart.fase != Fase::Toetsen || !round.belemmeringen.is_empty() {
        return None;
    }
    let opens = if format::day_of(from) < page.today {
        lang.desk_ready_now().to_owned()
    } else {
        lang.desk_ready(format::moment_and_time(lang, from))
    };
    let letters = if brief_kwijt::may(round) { lang.desk_ready_letters() } else { lang.desk_ready_bureau() };
    let told = view! { <p class="nl-paragraph"><strong>{opens}</strong></p> {p(letters)} };
    Some(ui::alert("ok", told).into_any())
}

/// What waits for a second of the stembureau, and what is wrong with the box; nothing for who is not of it.
///
/// # Errors
/// As the API.
pub async fn standing(page: &PageRequest, round: &BuurtbegrotingView) -> Result<StembureauView, Problem> {
    if round.stappen.contains(&Step::Stop) || round.stappen.contains(&Step::Recount) {
        page.api.stembureau(round.kaart.id).await
    } else {
        Ok(StembureauView::default())
    }
}

/// What is wrong with a vote, or why its box stays shut.
fn what_is_wrong(lang: Lang, round: &BuurtbegrotingView, standing: &StembureauView) -> Option<AnyView> {
    if standing.bevindingen.is_empty() {
        return None;
    }
    let item = |own: &Bevinding| view! { <li>{lang.bevinding(*own)}</li> };
    let list = standing.bevindingen.iter().map(item).collect_view();
    let is_shut = round.sluiting.is_some();
    let stays_open = round.kaart.fase == Fase::Tellen && !is_shut;
    let what = if stays_open { lang.desk_box_wrong() } else { lang.desk_vote_wrong() };
    let again = if is_shut { lang.desk_wrong_at_count() } else { lang.desk_wrong_each_minute() };
    let told = view! { {p(what)} <ul>{list}</ul> {p(lang.desk_wrong_do())} {p(again)} };
    Some(ui::alert("error", told).into_any())
}

/// A form with nothing in it but that somebody is sure.
fn when_sure(page: &PageRequest, name: &'static str, button: &'static str) -> AnyView {
    let (lang, form) = (page.lang, Form::new(page, name));
    let yes = Keuze { code: "ja".into(), naam: lang.desk_sure_yes().into(), uitleg: None };
    let sure = boxes(&form, "zeker", vec![yes], &Fields::default());
    let sure = form.field("zeker", lang.desk_sure()).group(sure);
    form.view_quiet(button, sure).into_any()
}

/// Two people shut a box of which the secret was lost.
fn close_unchecked(page: &PageRequest, standing: &StembureauView) -> AnyView {
    let lang = page.lang;
    let asked = standing.noodsluiting.as_ref().map(|own| {
        let moment = format::moment_and_time(lang, own.gevraagd_op);
        p(if own.eigen { lang.desk_close_asked_own(moment) } else { lang.desk_close_asked_other(moment) })
    });
    let form = when_sure(page, "noodsluiting", lang.desk_close_unchecked());
    let open = asked.is_some() || Form::new(page, "noodsluiting").was_refused();
    let inside = view! { {p(lang.desk_close_unchecked_hint())} {asked} {form} };
    details(lang.desk_close_unchecked(), open, inside).into_any()
}

/// The initiatieven that a plan can be made of, and the one that was picked.
#[derive(Debug, Default)]
pub struct Nominees {
    open: Vec<InitiatiefCard>,
    picked: Option<InitiatiefView>,
}

impl Nominees {
    /// Those of the gebied that wait for an answer, and those that went to a buurtbegroting before: whether that is over
    /// is asked when one is added.
    ///
    /// # Errors
    /// As the API.
    pub async fn of(page: &PageRequest, round: &BuurtbegrotingView) -> Result<Self, Problem> {
        if !round.stappen.contains(&Step::AddProject) {
            return Ok(Self::default());
        }
        let mut open = Vec::new();
        let waiting =
            [InitiatiefStatus::Ingediend, InitiatiefStatus::InBehandeling, InitiatiefStatus::NaarBuurtbegroting];
        let here: Vec<InitiatiefId> = round.projecten.iter().filter_map(|own| own.initiatief).collect();
        for status in waiting {
            let filter = InitiatiefFilter {
                gebied: Some(round.kaart.gebied.clone()),
                status: Some(status),
                limit: Some(100),
                ..InitiatiefFilter::default()
            };
            let found = page.api.list_initiatieven(filter).await?.resultaten;
            open.extend(found.into_iter().filter(|card| !here.contains(&card.id)));
        }
        let wanted = ui::query(page, "initiatief").and_then(|id| id.parse().ok());
        let picked = match wanted {
            Some(id) => page.api.initiatief(id).await.ok(),
            None => None,
        };
        Ok(Self { open, picked })
    }

    /// Fields of a plan, as the initiatief fills them.
    fn fields(&self, lists: &Keuzelijsten) -> Option<Fields> {
        let own = self.picked.as_ref()?;
        let thema = lists.themas.iter().find(|thema| thema.naam == own.kaart.thema);
        let kosten = own.kosten.map(|kosten| kosten.to_string().replace('.', ","));
        Some(Fields::new(vec![
            ("initiatief".into(), own.kaart.id.to_string()),
            ("titel".into(), own.kaart.titel.clone()),
            ("tekst".into(), own.tekst.clone()),
            ("kosten".into(), kosten.unwrap_or_default()),
            ("thema".into(), thema.map(|thema| thema.code.clone()).unwrap_or_default()),
            ("wijk".into(), own.wijk_code.clone()),
        ]))
    }
}

/// A choice of an initiatief: the page comes back with its words in the form below.
fn pick(page: &PageRequest, nominees: &Nominees) -> Option<AnyView> {
    let lang = page.lang;
    if nominees.open.is_empty() {
        return None;
    }
    let picked = nominees.picked.as_ref().map(|own| own.kaart.id);
    let option = |own: &InitiatiefCard| {
        let is_picked = picked == Some(own.id);
        view! { <option value=own.id.to_string() selected=is_picked>{own.titel.clone()}</option> }
    };
    let options = nominees.open.iter().map(option).collect_view();
    Some(
        view! {
            <form class="wk-form" method="get" action=page.path.clone()>
                <label class="utrecht-form-label" for="kies-initiatief">{lang.desk_pick()}</label>
                <select class="utrecht-select utrecht-select--html-select" id="kies-initiatief" name="initiatief">{options}</select>
                <p class="wk-form__buttons">
                    <button class="nl-button nl-button--secondary" type="submit"><span class="nl-button__label">{lang.desk_pick_send()}</span></button>
                </p>
            </form>
        }
        .into_any(),
    )
}

fn add_project(page: &PageRequest, round: &BuurtbegrotingView, lists: &Keuzelijsten, nominees: &Nominees) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, "project");
    let preset = nominees.fields(lists).filter(|_| !form.was_refused());
    let form =
        preset.as_ref().map_or_else(|| Form::new(page, "project"), |preset| Form::new(page, "project").with(preset));
    let most = crate::amount::euro(lang, round.kaart.bedrag);
    let kept = |name: &'static str| view! { <input type="hidden" name=name value=form.value(name) /> };
    let fields = view! {
        {kept("initiatief")} {kept("wijk")}
        {form.field("titel", lang.project_titel()).input()}
        {form.field("tekst", lang.project_tekst()).hint(lang.project_tekst_hint()).area(4)}
        {form.field("kosten", lang.project_kosten()).hint(lang.project_kosten_hint(most)).input()}
        {form.field("thema", lang.form_thema()).select(lists.themas.clone(), None)}
        {form.field("variant", lang.project_variant()).hint(lang.project_variant_hint()).optional().input()}
    };
    let open = form.was_refused() || preset.is_some();
    let pick = pick(page, nominees);
    details(lang.desk_add(), open, view! { {pick} {form.publishes().view(lang.desk_add(), fields)} }).into_any()
}

fn judge(page: &PageRequest, round: &BuurtbegrotingView, lists: &Keuzelijsten) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, "toetsen");
    // What waits comes first.
    let can_be_judged = round.projecten.iter().filter(|own| own.can_be_judged());
    let (waits, decided): (Vec<_>, Vec<_>) = can_be_judged.partition(|own| own.waits());
    let name = |project: &ProjectView| match (&project.heroverweging, project.waits()) {
        (Some(_), true) => lang.desk_judge_again(project.nummer, &project.titel),
        (None, true) => lang.round_project_title(project.nummer, &project.titel),
        (_, false) => lang.desk_judge_other(project.nummer, lang.project_status(project.status), &project.titel),
    };
    let keuze = |own: &ProjectView| Keuze { code: own.id.to_string(), naam: name(own), uitleg: None };
    // None is chosen beforehand, also where only one waits: who presses once more judges no other.
    let waiting: Vec<Keuze> = waits.into_iter().chain(decided).map(keuze).collect();
    let criteria = lists.criteria.iter().filter(|own| round.spelregels.criteria.contains(&own.code)).cloned().collect();
    let decisions = choices(Toetsing::ALL, |besluit| lang.toetsing(besluit));
    let fields = view! {
        {form.field("project", lang.desk_which()).select(waiting, None)}
        {form.field("besluit", lang.desk_decision()).radios(decisions, None)}
        {form.field("kosten", lang.desk_cost()).hint(lang.desk_cost_hint()).optional().input()}
        {form.field("criterium", lang.desk_criterium()).hint(lang.desk_refuse_hint()).optional().select(criteria, None)}
        {form.field("reden", lang.step_reason()).hint(lang.desk_refuse_hint()).optional().area(3)}
    };
    let open = form.was_refused();
    details(lang.desk_judge(), open, form.publishes().view(lang.desk_judge_send(), fields)).into_any()
}

/// Where somebody sees how far a count is.
fn to_telling(lang: Lang, round: &BuurtbegrotingView) -> impl IntoView + use<> {
    let to = button_link(format!("/buurtbegrotingen/{}/telling", round.kaart.id), lang.telling_to());
    view! { <p>{to}</p> }
}

/// Asks for a count, when none is under way; of a round from before custodians had a login, two parts are typed here.
fn ask(
    page: &PageRequest,
    round: &BuurtbegrotingView,
    (name, soort): (&'static str, TellingSoort),
    [button, hint, old_button, old_hint]: [&'static str; 4],
) -> AnyView {
    let telling = round.telling.as_ref().filter(|telling| telling.soort == soort);
    let found = telling.and_then(|telling| telling::found(page.lang, telling));
    let form = if telling.is_some_and(|telling| !telling.is_over()) {
        to_telling(page.lang, round).into_any()
    } else if round.bewaarders {
        view! { {p(hint)} {Form::new(page, name).view(button, ())} }.into_any()
    } else {
        key_parts(page, name, old_button, old_hint)
    };
    view! { {found} {form} }.into_any()
}

fn count(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let lang = page.lang;
    let words = [lang.desk_count_ask(), lang.desk_count_ask_hint(), lang.desk_count(), lang.desk_count_hint()];
    ask(page, round, ("tellen", TellingSoort::Telling), words)
}

/// Opening the same ballots once more, and what came of it.
fn recount(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let lang = page.lang;
    let words = [lang.desk_recount(), lang.desk_recount_ask_hint(), lang.desk_recount(), lang.desk_recount_hint()];
    let form = ask(page, round, ("natellen", TellingSoort::Natelling), words);
    let is_again = round.telling.as_ref().is_some_and(|telling| telling.soort == TellingSoort::Natelling);
    let open = is_again || Form::new(page, "natellen").was_refused();
    details(lang.desk_recount(), open, form).into_any()
}

fn finalize(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let lang = page.lang;
    let is_stopped = round.kaart.fase == Fase::Gestopt;
    let hint = if is_stopped { lang.desk_destroy_hint() } else { lang.desk_final_hint() };
    let button = if is_stopped { lang.desk_destroy() } else { lang.desk_final() };
    view! { {p(hint)} {when_sure(page, "definitief", button)} }.into_any()
}

fn key_parts(page: &PageRequest, name: &'static str, button: &'static str, hint: &'static str) -> AnyView {
    let lang = page.lang;
    let form = Form::new(page, name);
    let fields = view! {
        {p(hint)}
        {form.field("deel1", lang.desk_part(1)).autocomplete("off").input()}
        {form.field("deel2", lang.desk_part(2)).autocomplete("off").input()}
    };
    form.view(button, fields).into_any()
}

/// Where ballots on paper are entered.
fn paper(lang: Lang, round: &BuurtbegrotingView) -> AnyView {
    let waits = (round.kaart.fase == Fase::Tellen).then(|| p(lang.bundel_wait()));
    let to = button_link(format!("/buurtbegrotingen/{}/bundels", round.kaart.id), lang.bundel_list());
    view! { {waits} <p>{to}</p> }.into_any()
}

/// Takes the forms of that page in.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let done = match fields.get("actie") {
        // How far it is stands on a page of its own.
        "tellen" | "natellen" => match ask_for_count(page, id, &fields).await {
            Ok(_) => return Outcome::Go(format!("{}/telling", page.path)),
            Err(problem) => Err(problem),
        },
        "bewaarders" => match bewaarders::submit(page, id, &fields).await {
            Ok(()) => return Outcome::Go(bewaarders::named(&page.path)),
            Err(problem) => Err(problem),
        },
        "bevestigen" if fields.get("zeker") != "ja" => Err(wrong("/zeker", FieldCode::NietBevestigd.into())),
        "stemcodes" | "bevestigen" => match brief_kwijt::letters(page, id, &fields).await {
            Ok(letters) => return letters,
            Err(problem) => Err(problem),
        },
        "vervangen" | "stopaanvraag" | "afwijsaanvraag" => match brief_kwijt::requests(page, id, &fields).await {
            Ok(to) => return Outcome::Go(to),
            Err(problem) => Err(problem),
        },
        _ => step(page, id, &fields).await,
    };
    match done {
        Ok(()) => Outcome::Go(page.path.clone()),
        Err(problem) => again(fields, problem),
    }
}

async fn ask_for_count(page: &PageRequest, id: BuurtbegrotingId, fields: &Fields) -> Result<TellingView, Problem> {
    let request = VraagTelling { deel1: optional(fields, "deel1"), deel2: optional(fields, "deel2") };
    if fields.get("actie") == "tellen" {
        page.api.count_votes(id, request).await
    } else {
        page.api.recount_votes(id, request).await
    }
}

async fn step(page: &PageRequest, id: BuurtbegrotingId, fields: &Fields) -> Result<(), Problem> {
    match fields.get("actie") {
        "vaststellen" => page.api.publish_buurtbegroting(id, version(fields)).await.map(drop),
        "project" => page.api.add_project(key(fields), id, project_of(fields)).await.map(drop),
        "toetsen" => match fields.get("project").parse() {
            Ok(project) => page.api.judge_project(project, judgement_of(fields)).await.map(drop),
            Err(_) => Err(choose_first("/project")),
        },
        "beproeven" => {
            let request = UseSleutel { deel1: fields.get("deel1").into(), deel2: fields.get("deel2").into() };
            page.api.prove_key(id, request).await.map(drop)
        }
        "definitief" | "noodsluiting" if fields.get("zeker") != "ja" => {
            Err(wrong("/zeker", FieldCode::NietBevestigd.into()))
        }
        "noodsluiting" => page.api.close_unchecked(id).await.map(drop),
        "definitief" => page.api.finalize_uitslag(id).await.map(drop),
        "stoppen" => page.api.stop_buurtbegroting(id, Say { tekst: fields.get("tekst").into() }).await.map(drop),
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    }
}

fn optional<T>(fields: &Fields, name: &str) -> Option<Raw<T>> {
    fields.filled(name).map(Raw::from)
}

fn project_of(fields: &Fields) -> AddProject {
    AddProject {
        initiatief: optional(fields, "initiatief"),
        titel: fields.get("titel").into(),
        tekst: fields.get("tekst").into(),
        kosten: amount(fields.get("kosten")),
        thema: fields.get("thema").into(),
        wijk: optional(fields, "wijk"),
        variant: optional(fields, "variant"),
    }
}

fn judgement_of(fields: &Fields) -> JudgeProject {
    JudgeProject {
        besluit: fields.get("besluit").into(),
        kosten: fields.filled("kosten").map(amount),
        criterium: optional(fields, "criterium"),
        reden: optional(fields, "reden"),
    }
}
