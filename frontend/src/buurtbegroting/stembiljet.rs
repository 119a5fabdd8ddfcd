//! The ballot: one page, one button. Without scripts it is a plain form that is looked over on the server; what is
//! chosen travels in the form alone, and nothing of it is kept before it is cast.

use crate::amount;
use crate::buurtbegroting::change;
use crate::buurtbegroting::kiezer::{self, Turn};
use crate::buurtbegroting::stembewijs;
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::keuze_balk::KeuzeBalk;
use crate::site::PageRequest;
use crate::stem_nu::{self, Act, NoAnswer, StemNu, WayOut};
use crate::submit::again;
use crate::ui::form::{Form, Known};
use crate::ui::{self, Page, Shown, below, h2, map, p};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::field::{Field as _, FieldCode, Flaw};
use contract::gebied::{Keuzelijsten, WijkView};
use contract::problem::{FieldProblem, ProblemCode};
use contract::project::{ProjectStatus, ProjectView};
use contract::stem::{CheckStemcode, Stembewijs, Stemcode};
use contract::stembiljet::{Kandidaat, StemKeuze, StembiljetFout, StembiljetRegels, StembiljetSoort, place_for};
use contract::{BuurtbegrotingId, Euro, Problem, ProjectId};
use leptos::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

/// The ballot, then the check, then the proof: which of them depends on the form that was sent here.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let state = page.state.clone().unwrap_or_default();
    let above = view! { {mark(page, &round)} {super::above(lang, &round.kaart)} };
    // Whoever voted at the last moment sees so, also when it is over by now.
    if let Some(code) = state.found.filled("controlecode") {
        let secret = Stembewijs::parse(state.fields.get("stembewijs"));
        let secret = secret.map_err(|_flaw| Problem::bare(ProblemCode::Storing))?;
        let earlier = state.found.filled(EARLIER).map(|_yes| ui::alert("warning", p(lang.vote_first_counts())));
        let proof = stembewijs::proof(page, &round, secret, code);
        // In a tab of its own: going back in this one would show what is here.
        let other = (round.kaart.fase == Fase::Stemmen).then(|| {
            view! {
                <p class="nl-paragraph wk-unscripted">
                    <a class="nl-link" href=page.path.clone() target="_blank" rel="noopener">{lang.vote_with_other()}</a>
                </p>
            }
        });
        return Ok(below(above, lang.vote_done(), view! { {earlier} {proof} {other} }));
    }
    let is_replacement = state.found.filled("vervangen").is_some();
    // The same of one that was sent before it was over, and may be in the box: with its secret it is found there.
    if may_be_in_the_box(&state) {
        return Ok(check(page, above, &round, (&state.fields, is_replacement)));
    }
    if round.kaart.fase != Fase::Stemmen {
        return Ok(below(above, lang.vote_closed(), p(super::when(page, &round.kaart))));
    }
    let is_back = state.fields.filled("terug").is_some();
    if state.problem.is_none() && state.fields.get("actie") == "nakijken" && !is_back {
        return Ok(check(page, above, &round, (&state.fields, is_replacement)));
    }
    if let Some(ordered) = to_ordered(page) {
        return Ok(ordered);
    }
    if is_voted(&state) {
        let is_refused = state.found.filled("geweigerd").is_some();
        let title = if is_refused { lang.vote_refused_title() } else { lang.vote_voted_title() };
        let why = refusal(page, &round, Problem::bare(ProblemCode::AlGestemd), is_refused);
        // Whoever went back to the check, and sent it again, has the page that got no answer ahead of them, with its secret.
        let no_answer =
            (!is_refused).then(|| view! { <p class="nl-paragraph wk-unscripted">{lang.vote_voted_no_answer()}</p> });
        return Ok(below(above, title, view! { {why} {no_answer} }));
    }
    let names = Names::of(page, &round).await?;
    Ok(below(above, lang.vote_title(&round.kaart.titel), ballot(page, &round, &names)))
}

/// The order of this voter is in the address, so that it stays the same when the page is loaded again: a browser that
/// goes back fills in what stood at a place, whichever plan that was. Where it is not, the way to where it is.
pub(super) fn to_ordered(page: &PageRequest) -> Option<Shown> {
    if page.state.is_some() || ui::query(page, "volgorde").is_some() {
        return None;
    }
    let plan = ui::query(page, "plan");
    let query = [("volgorde", Some(page.key.as_str())), ("plan", plan.as_deref())];
    Some(ui::go(ui::with_query(&page.path, &query)))
}

/// The address of a ballot that was sent here, with its order.
pub(super) fn ordered(page: &PageRequest) -> String {
    let sent = page.state.as_ref().and_then(|own| own.fields.filled("volgorde"));
    ui::with_query(&page.path, &[("volgorde", sent)])
}

/// What the tab goes by: the ballot is found again in the same order, and after a vote only the page that looks it up.
fn mark(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let state = page.state.as_ref();
    let turn = if state.is_some_and(|state| state.found.filled("controlecode").is_some()) {
        Turn::Cast
    } else if state.is_some_and(may_be_in_the_box) {
        Turn::GoesOn
    } else if round.kaart.fase != Fase::Stemmen || state.is_some_and(is_voted) {
        // Nothing can be cast any more with what was filled in, also when that was found before it was sent.
        Turn::Over
    } else if state.is_some_and(|state| state.found.filled("begin").is_some()) {
        Turn::Begins
    } else {
        Turn::GoesOn
    };
    let address = match turn {
        Turn::Begins | Turn::GoesOn => ordered(page),
        Turn::Cast | Turn::Over => stembewijs::path(round),
    };
    kiezer::mark(page, Some(round.kaart.id), turn, address)
}

/// What the codes on a ballot are called.
pub struct Names {
    lists: Keuzelijsten,
    wijken: Vec<WijkView>,
    /// Of each plan that others exclude, those others.
    variants: HashMap<ProjectId, String>,
}

impl Names {
    /// Those of a round.
    pub async fn of(page: &PageRequest, round: &BuurtbegrotingView) -> Result<Self, Problem> {
        let gebied = page.api.gebied(ui::code(&round.kaart.gebied)?).await?;
        let variants = round.projecten.iter().filter_map(|own| {
            let others = super::others_of(round, own).into_iter();
            let others: Vec<String> = others.map(|other| format!("‘{}’", other.titel)).collect();
            (!others.is_empty()).then(|| (own.id, others.join(", ")))
        });
        Ok(Self { lists: page.api.keuzelijsten().await?, wijken: gebied.wijken, variants: variants.collect() })
    }

    fn wijk(&self, code: &str) -> Option<String> {
        self.wijken.iter().find(|own| own.code == code).map(|own| own.naam.clone())
    }
}

/// What may be voted on, in the order of this voter.
pub(super) fn in_order(page: &PageRequest, round: &BuurtbegrotingView) -> (String, Vec<ProjectView>) {
    let sent = page.state.as_ref().and_then(|state| state.fields.filled("volgorde").map(str::to_owned));
    let seed = sent.or_else(|| ui::query(page, "volgorde")).unwrap_or_else(|| page.key.clone());
    let admitted = round.projecten.iter().filter(|project| project.status == ProjectStatus::Toegelaten);
    let mut projects: Vec<ProjectView> = admitted.cloned().collect();
    projects.sort_by_key(|project| place_for(&seed, project.id));
    (seed, projects)
}

fn ballot(page: &PageRequest, round: &BuurtbegrotingView, names: &Names) -> impl IntoView + use<> {
    let lang = page.lang;
    let regels = round.spelregels.stembiljet;
    let form = Form::new(page, "nakijken").knowing(known(page, round));
    let (seed, projects) = in_order(page, round);
    let preset = page.state.is_none().then(|| preset(page, &projects)).flatten();
    let chosen = match (&page.state, preset) {
        (Some(state), _) => state.fields.clone(),
        (None, Some(project)) => with_first_choice(regels, project),
        (None, None) => Fields::default(),
    };
    let told = preset.map(|project| ui::alert("info", p(lang.plan_preset(&project.titel))));
    let kosten = projects.iter().map(|project| (project.id, project.kosten)).collect();
    let fields = view! {
        <input type="hidden" name="volgorde" value=seed />
        {code_field(page, &form)}
        {same_secret(page, round)}
        {another_letter(page)}
        <p class="wk-small">{lang.vote_replaced_hint()}</p>
        {plans(page, &form, round, names, &projects, &chosen)}
        {keep_choice(lang, round)}
        <KeuzeBalk lang regels kosten nog_niet=lang.ballot_not_sent().to_owned() terug=lang.vote_undo().to_owned() />
    };
    let demo = page.site.is_demo.then(|| ui::alert("info", p(lang.vote_code_demo())));
    view! {
        {p(super::when(page, &round.kaart))} {p(lang.vote_lead())} {demo} {told}
        // What `js/start.js` says of a code that comes from a camera, as soon as it is there.
        <div
            class="wk-stembiljet"
            data-ronde=round.kaart.id.to_string()
            data-stemcode-vervangen=lang.field_stemcode_vervangen()
            data-stemcode-onbekend=lang.field_stemcode_onbekend()
        >{form.view(lang.vote_look_over(), fields)}</div>
        {super::lost_letter(page)}
        {used_letter(page, round)}
    }
}

/// The code of the letter that a secret was made for.
pub(super) const MADE_FOR: &str = "van";

/// The choice that a secret was made for, as one text.
pub(super) const MADE_WITH: &str = "was";

/// Who has no script to make a secret, and goes back from the check with its button, keeps the one that was made here: looked over
/// again, it is the same ballot, and its proof is given again when it was in the box after all. Code and choice can be changed there:
/// so what it was made for goes along. `js/start.js` takes it away.
fn same_secret(page: &PageRequest, round: &BuurtbegrotingView) -> Option<AnyView> {
    let fields = &page.state.as_ref()?.fields;
    let secret = fields.filled("stembewijs")?.to_owned();
    let letter = fields.get("stemcode").to_owned();
    let choice = fields.filled(MADE_WITH).map_or_else(|| as_text(round, fields), str::to_owned);
    Some(
        view! {
            <div hidden data-zonder-script="">
                <input type="hidden" name="stembewijs" value=secret />
                <input type="hidden" name=MADE_FOR value=letter />
                <input type="hidden" name=MADE_WITH value=choice />
            </div>
        }
        .into_any(),
    )
}

/// Where the code of a letter is typed. No browser fills it in again for whoever comes back.
pub(super) fn code_field(page: &PageRequest, form: &Form) -> AnyView {
    let lang = page.lang;
    let field = form.field("stemcode", lang.vote_code()).hint(lang.vote_code_hint());
    let field = field.missing(lang.vote_code_missing()).autocomplete("off").input();
    view! { {field} {super::from_qr(lang)} }.into_any()
}

/// For who has a code that is not known here: their letter may be for another vote. `js/start.js` shows it for a code that a camera
/// brings.
fn another_letter(page: &PageRequest) -> AnyView {
    let is_unknown = |fout: &FieldProblem| fout.code == FieldCode::StemcodeOnbekend;
    let problem = page.state.as_ref().and_then(|state| state.problem.as_ref());
    let is_shown = problem.is_some_and(|problem| problem.fouten.iter().any(is_unknown));
    let to = ui::link("/stem", page.lang.vote_another_round());
    view! { <p class="nl-paragraph" hidden=!is_shown data-andere-brief="">{to}</p> }.into_any()
}

/// Whether a form was refused because a vote was cast for that letter already.
pub(super) fn is_voted(state: &FormState) -> bool {
    state.problem.as_ref().is_some_and(|problem| problem.code() == ProblemCode::AlGestemd)
}

/// That a vote was cast for a letter already, and what is left to do: nothing else. With scripts the check says the same.
pub(super) fn voted(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    refusal(page, round, Problem::bare(ProblemCode::AlGestemd), false)
}

/// Of votes for which a letter was used: where its voter looks their ballot up and changes it, in each of them, and who helps.
/// Nothing where it was used in none.
pub(super) fn used_in(page: &PageRequest, rounds: &[BuurtbegrotingView]) -> Option<AnyView> {
    let lang = page.lang;
    let of_round = |round: &BuurtbegrotingView| {
        let look = ui::link(stembewijs::path(round), lang.proof_look());
        let change = change::can_change(round)
            .then(|| view! { <li>{ui::link(change::path(round), lang.vote_voted_change())}</li> });
        view! { {p(lang.stem_voted(&round.kaart.titel))} <ul class="wk-areas"><li>{look}</li> {change}</ul> }
    };
    let ways = rounds.iter().map(of_round).collect_view();
    let other = ui::link("/stem", lang.vote_refused_other());
    let all = view! { {ways} {super::help(page)} <p class="nl-paragraph">{other}</p> };
    (!rounds.is_empty()).then(|| all.into_any())
}

/// Why a ballot was not taken, whether it was sent or only looked over.
fn refusal(page: &PageRequest, round: &BuurtbegrotingView, problem: Problem, is_sent: bool) -> AnyView {
    page.told.store(true, Ordering::Relaxed);
    refusal_box(page, round, problem, is_sent)
}

fn refusal_box(page: &PageRequest, round: &BuurtbegrotingView, problem: Problem, is_sent: bool) -> AnyView {
    let problem = page.lang.say(problem);
    let code = problem.code();
    let path = format!("/buurtbegrotingen/{}", round.kaart.id);
    let way = way_out(page, round);
    // Who has just sent one has no proof of a ballot that was there before.
    let to_change = way.to_change.clone().filter(|_| !is_sent);
    stem_nu::refusal((problem.title, problem.detail, code), &WayOut { to_change, ..way }, &path)
}

/// The same, for `js/start.js` to show as soon as a camera brings the code of a letter that was used: before anything is chosen.
fn used_letter(page: &PageRequest, round: &BuurtbegrotingView) -> AnyView {
    let told = refusal_box(page, round, Problem::bare(ProblemCode::AlGestemd), false);
    view! { <template data-al-gestemd=page.lang.vote_voted_title()>{told}</template> }.into_any()
}

/// What a page found of a ballot that was not taken, and that can be sent as it is.
const TO_SEND_AGAIN: &str = "weer";

/// Whether a ballot was not taken, and can be sent as it is.
pub(super) fn is_to_send_again(state: &FormState) -> bool {
    state.found.filled(TO_SEND_AGAIN).is_some()
}

/// What a page found of a ballot that was sent before and got no answer.
pub(super) const RESUMED: &str = "hervat";

/// Whether a ballot was sent from this tab before, and nobody knows whether it is in the box.
pub(super) fn is_resumed(state: &FormState) -> bool {
    state.found.filled(RESUMED).is_some()
}

/// Whether a ballot was sent before, as it is now.
pub(super) fn may_be_in_the_box(state: &FormState) -> bool {
    is_to_send_again(state) || is_resumed(state)
}

/// That nobody knows so, and what to do. `js/start.js` goes by it.
pub(super) fn unsure(text: &'static str) -> AnyView {
    view! { <div data-onzeker="" tabindex="-1">{ui::alert("warning", p(text))}</div> }.into_any()
}

/// Why such a ballot was not taken, and that it is still here.
pub(super) fn refused_for_now(page: &PageRequest, round: &BuurtbegrotingView) -> Option<AnyView> {
    let problem = page.state.as_ref().filter(|state| is_to_send_again(state))?.problem.clone()?;
    let why = refusal(page, round, problem, true);
    Some(view! { {why} <div data-onzeker="">{p(page.lang.vote_still_here())}</div> }.into_any())
}

/// A ballot that was not taken, in this answer alone: nothing of it is kept here. Where sending it once more can help that is the
/// check, with everything in it: also with the secret that was made here, so that it is the same ballot, and counts once when the
/// first was in the box after all. Otherwise it is the ballot, with what is wrong.
pub(super) fn not_taken(fields: Fields, problem: Problem) -> Outcome {
    if stem_nu::can_be_sent_again(problem.code()) {
        let found = Fields::new(vec![(TO_SEND_AGAIN.to_owned(), "ja".to_owned())]);
        return Outcome::Again(FormState { fields, problem: Some(problem), found });
    }
    again(as_ballot(&fields), problem)
}

/// What may be chosen, with its filter and its map.
pub(super) fn plans(
    page: &PageRequest,
    form: &Form,
    round: &BuurtbegrotingView,
    names: &Names,
    projects: &[ProjectView],
    chosen: &Fields,
) -> impl IntoView + use<> {
    let (lang, regels) = (page.lang, round.spelregels.stembiljet);
    let (filter, map) = (filter(lang, names, projects), map_of(page, projects));
    let controls = view! { {filter} {map} {controls(lang, regels, names, projects, chosen)} };
    form.field("keuzes", lang.vote_choose()).hint(lang.ballot_rule(regels)).group(controls)
}

/// Where the plans are that have a place, each leading to itself on the ballot; it filters them too.
fn map_of(page: &PageRequest, projects: &[ProjectView]) -> Option<AnyView> {
    let place = |own: &ProjectView| {
        let url = Some(way_to_choice(own));
        own.punt.map(|punt| map::Place { punt, titel: Some(own.titel.clone()), url })
    };
    let places: Vec<map::Place> = projects.iter().filter_map(place).collect();
    (!places.is_empty()).then(|| map::map(page, map::Use::Filters(places)).into_any())
}

/// Whoever wants finds their choice again on this device, for a day (SECURITY-RULES H-5); `js/start.js` keeps it there.
fn keep_choice(lang: Lang, round: &BuurtbegrotingView) -> impl IntoView + use<> {
    view! {
        <div class="wk-choice wk-scripted">
            <input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id="bewaar" data-bewaar=contract::stem::draft_key(round.kaart.id) aria-describedby="bewaar-uitleg" />
            <div>
                <label for="bewaar">{lang.vote_keep()}</label>
                <p class="wk-small" id="bewaar-uitleg">{lang.vote_keep_hint()}</p>
            </div>
        </div>
    }
}

/// The plan whose page somebody comes from.
fn preset<'a>(page: &PageRequest, projects: &'a [ProjectView]) -> Option<&'a ProjectView> {
    let number = ui::query(page, "plan")?;
    projects.iter().find(|own| own.nummer.to_string() == number)
}

/// A ballot on which one plan is chosen: the first place, or one point.
fn with_first_choice(regels: StembiljetRegels, project: &ProjectView) -> Fields {
    let id = project.id.to_string();
    let field = if regels.soort().is_approval() { ("keuze".to_owned(), id) } else { (id, "1".to_owned()) };
    Fields::new(vec![field])
}

/// So many themes can be filtered on: the style sheet knows them by number.
const MOST_THEMES: usize = 16;

/// Which of the themes of this ballot a plan has, by number.
fn theme_number(themes: &[String], project: &ProjectView) -> Option<usize> {
    themes.iter().position(|own| *own == project.thema)
}

/// The themes that plans of this ballot have, in the order of the list.
fn themes_of(names: &Names, projects: &[ProjectView]) -> Vec<String> {
    let codes = names.lists.themas.iter().map(|own| own.code.clone());
    codes.filter(|code| projects.iter().any(|own| own.thema == *code)).take(MOST_THEMES).collect()
}

/// Shows the plans of one theme. The style sheet does it, so that it works without scripts and what is chosen stays.
fn filter(lang: Lang, names: &Names, projects: &[ProjectView]) -> Option<AnyView> {
    let themes = themes_of(names, projects);
    if themes.len() < 2 {
        return None;
    }
    let option = |number: Option<usize>, name: String| {
        let id = number.map_or_else(|| "toon-alles".to_owned(), |number| format!("toon-{number}"));
        view! {
            <label class="wk-filter__option">
                <input type="radio" name="toon" id=id checked=number.is_none() /> <span>{name}</span>
            </label>
        }
    };
    let all = option(None, lang.vote_show_all().to_owned());
    let each = (0..).zip(&themes).map(|(at, code)| option(Some(at), super::name_of(&names.lists.themas, code)));
    Some(
        view! {
            <fieldset class="wk-filter"><legend>{lang.vote_show()}</legend> {all} {each.collect_view()}</fieldset>
        }
        .into_any(),
    )
}

/// The projects, each with its control.
pub fn controls(
    lang: Lang,
    regels: StembiljetRegels,
    names: &Names,
    projects: &[ProjectView],
    chosen: &Fields,
) -> impl IntoView + use<> {
    let themes = themes_of(names, projects);
    let items = projects.iter().map(|project| {
        let class = theme_number(&themes, project).map(|number| format!("wk-thema-{number}"));
        view! { <li class=class>{choice(lang, regels, names, project, chosen)}</li> }
    });
    view! { <ul class="wk-ballot">{items.collect_view()}</ul> }
}

fn control_id(project: &ProjectView) -> String {
    format!("keuze-{}", project.id)
}

fn way_to_choice(project: &ProjectView) -> String {
    format!("#{}", control_id(project))
}

/// One project with its control.
fn choice(lang: Lang, regels: StembiljetRegels, names: &Names, project: &ProjectView, chosen: &Fields) -> AnyView {
    let id = control_id(project);
    let place = project.wijk.as_ref().and_then(|code| names.wijk(code)).map(|naam| format!(" · {naam}"));
    let only = names.variants.get(&project.id).map(|others| {
        view! { <span class="wk-ballot__facts">{lang.vote_variants(others)}</span> }
    });
    let about = view! {
        {only}
        <span class="wk-ballot__facts">{ui::euro(lang, project.kosten)} " · " {super::name_of(&names.lists.themas, &project.thema)} {place}</span>
        <details class="wk-ballot__more"><summary>{lang.vote_more()} <span class="wk-unseen">{project.titel.clone()}</span></summary>{ui::words(lang, &project.tekst)}</details>
    };
    let photo = project.foto.as_ref().map(|url| ui::small_photo("wk-ballot__photo", url));
    let title = view! { {photo} <strong>{project.titel.clone()}</strong> };
    let code = project.id.to_string();
    let (value, name) = (chosen.get(&code).to_owned(), code.clone());
    match regels {
        StembiljetRegels::Goedkeuring { .. } | StembiljetRegels::Knapzak { .. } => {
            let is_chosen = chosen.all("keuze").any(|own| own == code);
            view! {
                <div class="wk-choice">
                    <input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id=id.clone() name="keuze" value=code checked=is_chosen autocomplete="off" />
                    <div><label for=id>{title}</label> {about}</div>
                </div>
            }
            .into_any()
        }
        StembiljetRegels::Punten { per_project, .. } => view! {
            <div class="wk-choice">
                <div><label for=id.clone()>{title} <span class="wk-unseen">{lang.vote_points()}</span></label> {about}</div>
                <input class="utrecht-textbox utrecht-textbox--html-input wk-ballot__number" type="number" inputmode="numeric" min="0" max=per_project.to_string() id=id name=name value=value autocomplete="off" />
            </div>
        }
        .into_any(),
        StembiljetRegels::Rangorde { hoogstens, .. } => {
            let option = |place: u16| {
                let place = place.to_string();
                let is_chosen = value == place;
                view! { <option value=place.clone() selected=is_chosen>{place.clone()}</option> }
            };
            view! {
                <div class="wk-choice">
                    <div><label for=id.clone()>{title} <span class="wk-unseen">{lang.vote_place()}</span></label> {about}</div>
                    <select class="utrecht-select utrecht-select--html-select wk-ballot__number" id=id name=name autocomplete="off">
                        <option value="">"–"</option>
                        {(1..=hoogstens).map(option).collect_view()}
                    </select>
                </div>
            }
            .into_any()
        }
    }
}

/// What the form chooses.
pub fn choices(round: &BuurtbegrotingView, fields: &Fields) -> Result<Vec<StemKeuze>, StembiljetFout> {
    let regels = round.spelregels.stembiljet;
    if regels.soort().is_approval() {
        let ticked = fields.all("keuze").filter_map(|text| text.parse().ok());
        return regels.filled_in(ticked.map(|project| (project, "ja")));
    }
    let beside: Vec<(ProjectId, String)> =
        round.projecten.iter().map(|own| (own.id, fields.get(&own.id.to_string()).to_owned())).collect();
    regels.filled_in(beside.iter().map(|(project, text)| (*project, text.as_str())))
}

/// What the form chooses, as one text: the same for the same ballot, in whatever order its plans stand.
fn as_text(round: &BuurtbegrotingView, fields: &Fields) -> String {
    let chosen = choices(round, fields).unwrap_or_default();
    let mut each: Vec<String> = chosen.iter().map(|own| format!("{}={}", own.project, own.punten)).collect();
    if round.spelregels.stembiljet.soort() != StembiljetSoort::Rangorde {
        each.sort_unstable();
    }
    each.join(" ")
}

/// What is chosen, as a list; numbered where the order matters.
fn chosen_list(lang: Lang, round: &BuurtbegrotingView, chosen: &[StemKeuze]) -> AnyView {
    let soort = round.spelregels.stembiljet.soort();
    let line = |keuze: &StemKeuze| {
        let project = round.projecten.iter().find(|project| project.id == keuze.project);
        let title = project.map(|project| project.titel.clone()).unwrap_or_default();
        let cost = project.map(|project| ui::euro(lang, project.kosten));
        let points = (soort == StembiljetSoort::Punten).then(|| lang.vote_points_given(keuze.punten));
        view! { <li><strong>{title}</strong> " " {cost} " " {points}</li> }
    };
    let lines = chosen.iter().map(line).collect_view();
    if soort == StembiljetSoort::Rangorde {
        view! { <ol class="wk-list">{lines}</ol> }.into_any()
    } else {
        view! { <ul class="wk-list">{lines}</ul> }.into_any()
    }
}

/// All of a ballot that was looked over, to travel with the next form.
fn carried(round: &BuurtbegrotingView, fields: &Fields) -> Vec<AnyView> {
    let hidden =
        |name: String, value: &str| view! { <input type="hidden" name=name value=value.to_owned() /> }.into_any();
    let beside = round.projecten.iter().filter_map(|own| {
        let name = own.id.to_string();
        fields.filled(&name).map(|value| hidden(name.clone(), value))
    });
    (["stemcode", "volgorde", "stembewijs", "stand"].into_iter())
        .filter_map(|name| fields.filled(name).map(|value| hidden(name.to_owned(), value)))
        .chain(fields.all("keuze").map(|id| hidden("keuze".to_owned(), id)))
        .chain(beside)
        .collect()
}

/// What the chosen plans cost together and what is left, where a ballot has an amount to spend.
fn total(lang: Lang, round: &BuurtbegrotingView, chosen: &[StemKeuze]) -> Option<AnyView> {
    let StembiljetRegels::Knapzak { budget, .. } = round.spelregels.stembiljet else { return None };
    let cost = |keuze: &StemKeuze| round.projecten.iter().find(|own| own.id == keuze.project);
    let spent = chosen.iter().filter_map(cost).try_fold(Euro::ZERO, |sum, own| sum.plus(own.kosten))?;
    let [spent, budget, left] = [spent, budget, budget.minus(spent)?].map(|own| amount::euro(lang, own));
    Some(view! { <p class="nl-paragraph"><strong>{lang.vote_total(budget, left, spent)}</strong></p> }.into_any())
}

/// What is chosen, that nothing happened yet, what is good to know before, and the one button by which it does; or back.
pub(super) fn to_confirm(
    page: &PageRequest,
    round: &BuurtbegrotingView,
    (fields, chosen): (&Fields, &[StemKeuze]),
    (not_yet, before): (Option<&'static str>, Option<&'static str>),
    (action, button): (&'static str, &'static str),
) -> AnyView {
    let lang = page.lang;
    let before = before.map(p);
    // What may be in the box is not made another ballot.
    let back_hint = not_yet.is_some().then(|| view! { <p class="wk-small wk-unscripted">{lang.vote_back_hint()}</p> });
    let back = not_yet.is_some().then(|| {
        view! {
            <button class="nl-button nl-button--secondary" type="submit" name="actie" value="terug">
                <span class="nl-button__label">{lang.vote_back()}</span>
            </button>
        }
    });
    // A form takes its page along: without scripts only loading it again sends the same ballot.
    let when_lost = view! {
        <p class="wk-small wk-unscripted">
            {lang.vote_when_lost(button)} " " <strong>{lang.vote_when_lost_do()}</strong> " " {lang.vote_when_lost_once()}
        </p>
    };
    let not_yet = not_yet.map(|text| view! { <div class="wk-nog-niet">{ui::alert("warning", p(text))}</div> });
    view! {
        {not_yet}
        {h2(lang.vote_your_choice())}
        {chosen_list(lang, round, chosen)}
        {total(lang, round, chosen)}
        {before}
        <form class="wk-form wk-check" method="post" action=page.path.clone()>
            {carried(round, fields)}
            {p(super::when(page, &round.kaart))}
            {back_hint}
            {when_lost}
            <p class="wk-form__buttons">
                <button class="nl-button nl-button--primary" type="submit" name="actie" value=action>
                    <span class="nl-button__label">{button}</span>
                </button>
                {back}
            </p>
        </form>
    }
    .into_any()
}

/// The check: what is chosen, and one button to cast it. With a letter in place of a lost one nobody is told before whether
/// it was voted with.
fn check(
    page: &PageRequest,
    above: impl IntoView + 'static,
    round: &BuurtbegrotingView,
    (fields, is_replacement): (&Fields, bool),
) -> Shown {
    let lang = page.lang;
    let told = is_replacement.then(|| ui::alert("info", p(lang.vote_replaced())));
    // The check is shown for a ballot that was looked over.
    let chosen = choices(round, fields).unwrap_or_default();
    // Of a new letter nobody knows whether its voter voted before.
    let not_yet = if is_replacement { lang.vote_not_sent() } else { lang.vote_not_yet() };
    // Of one that was sent nobody knows whether it is in the box.
    let is_resumed = page.state.as_ref().is_some_and(is_resumed);
    let refused = if is_resumed { Some(unsure(lang.vote_unsure())) } else { refused_for_now(page, round) };
    let not_yet = refused.is_none().then_some(not_yet);
    let before = if change::can_change(round) { lang.vote_can_change() } else { lang.vote_cannot_change() };
    let inside = to_confirm(page, round, (fields, &chosen), (not_yet, Some(before)), ("stemmen", lang.vote_now()));
    let daad = Act::Cast {
        stemcode: fields.get("stemcode").to_owned(),
        adres: stembewijs::address(page, round),
        woorden: Box::new(stembewijs::words(page, round)),
    };
    let content = sends(page, round, (daad, &chosen), view! { {refused} {told} {inside} }.into_any());
    below(above, lang.vote_check(), content)
}

/// A check that sends by itself where there are scripts.
pub(super) fn sends(
    page: &PageRequest,
    round: &BuurtbegrotingView,
    (daad, chosen): (Act, &[StemKeuze]),
    inside: AnyView,
) -> AnyView {
    let lang = page.lang;
    let keuzes = serde_json::to_string(chosen).unwrap_or_default();
    let (klaar, bezig, trying, stopped, leaving, to_change) = match daad {
        // Who has just cast a vote has no proof of the one that was there before.
        Act::Cast { .. } => {
            let (trying, stopped) = (lang.vote_no_network_trying(), lang.vote_no_network());
            (lang.vote_done(), lang.vote_busy(), trying, stopped, lang.vote_leaving(), None)
        }
        Act::Change { .. } => (
            lang.change_done(),
            lang.change_busy(),
            lang.change_no_network_trying(),
            lang.change_no_network(),
            lang.change_leaving(),
            Some(lang.change_title().to_owned()),
        ),
    };
    let geen_net = NoAnswer { trying: trying.to_owned(), stopped: stopped.to_owned(), leaving: leaving.to_owned() };
    let (klaar, bezig) = (klaar.to_owned(), bezig.to_owned());
    let uitweg = WayOut { to_change, ..way_out(page, round) };
    let ronde = round.kaart.id.to_string();
    view! { <StemNu ronde daad keuzes klaar bezig geen_net uitweg>{inside}</StemNu> }.into_any()
}

/// What is said to whoever's ballot was not taken.
fn way_out(page: &PageRequest, round: &BuurtbegrotingView) -> WayOut {
    let lang = page.lang;
    WayOut {
        title: lang.vote_refused_title().into(),
        change: lang.vote_refused_change().into(),
        mail: lang.vote_voted_mail(&page.site.contact_email),
        contact: page.site.contact_email.clone(),
        phone: super::phone(page),
        to_change: change::can_change(round).then(|| lang.vote_voted_change().into()),
        look: lang.proof_look().into(),
        other: lang.vote_refused_other().into(),
        round: lang.telling_to_round().into(),
    }
}

/// Takes the ballot in: looks it over, or casts it.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let fields = submission.fields;
    let round = match page.api.buurtbegroting(id).await {
        Ok(round) => round,
        Err(problem) => return again(fields, problem),
    };
    match fields.get("actie") {
        // Back to the ballot with everything in it, or to it with the code that was typed elsewhere: nothing was wrong.
        action @ ("terug" | "zoeken") => {
            let found = kiezer::begins(action).then(|| ("begin".to_owned(), "ja".to_owned()));
            let mut fields = as_ballot(&fields);
            fields.push("terug", "ja".into());
            Outcome::Again(FormState { found: Fields::new(found.into_iter().collect()), ..FormState::of(fields) })
        }
        "nakijken" => looked_over(page, &round, fields).await,
        // Of what was sent and got no answer nobody asks whether it is in the box: it is sent again, as the same ballot.
        RESUMED => {
            let found = Fields::new(vec![(RESUMED.to_owned(), "ja".to_owned())]);
            Outcome::Again(FormState { found, ..FormState::of(fields) })
        }
        "stemmen" => match cast(page, &round, &fields).await {
            Ok(code) => is_cast(fields, code, true),
            Err(problem) if problem.code() == ProblemCode::AlGestemd => refused(&fields, problem),
            // With that secret it would be refused each time.
            Err(problem) if problem.code() == ProblemCode::BiljetBezet => not_taken(without_secret(&fields), problem),
            Err(problem) => not_taken(fields, problem),
        },
        _ => again(fields, Problem::bare(ProblemCode::NietGevonden)),
    }
}

/// What a page found of a ballot that is in the box with another choice than the one that was sent after it.
const EARLIER: &str = "eerder";

/// That a ballot is in the box, with its code in the published list, and whether it is the one that was sent.
fn is_cast(fields: Fields, code: String, is_as_sent: bool) -> Outcome {
    let mut found = Fields::new(vec![("controlecode".into(), code)]);
    if !is_as_sent {
        found.push(EARLIER, "ja".into());
    }
    Outcome::Again(FormState { found, ..FormState::of(fields) })
}

/// The check of a ballot, or what is wrong with it. Who comes with the secret of the ballot that is in the box for their letter has
/// lost the answer: they get it again. But a secret is of one letter and one choice: another letter would be taken for that one, and
/// of another choice it would be said that it is in the box.
async fn looked_over(page: &PageRequest, round: &BuurtbegrotingView, fields: Fields) -> Outcome {
    let fields = if is_of_this_letter(&fields) { fields } else { without_secret(&fields) };
    let is_same_choice = fields.get(MADE_WITH) == as_text(round, &fields);
    let is_replacement = match look_over(page, round, &fields).await {
        Ok(is_replacement) => is_replacement,
        Err(problem) if problem.code() == ProblemCode::AlGestemd => {
            return match carried_ballot(page, round, &fields).await {
                Some(code) => is_cast(fields, code, is_same_choice),
                None => again(fields, problem),
            };
        }
        Err(problem) => return again(fields, problem),
    };
    // Of a letter in place of a lost one it is not told before that its voter voted: who has the secret can ask.
    if is_replacement
        && !is_same_choice
        && let Some(code) = carried_ballot(page, round, &fields).await
    {
        return is_cast(fields, code, false);
    }
    let mut fields = if is_same_choice { fields } else { without_secret(&fields) };
    // Made here only for whoever has no script to make it: sent again, it is the same ballot.
    if fields.filled("stembewijs").is_none() {
        let Some(secret) = page.secret else { return again(fields, Problem::bare(ProblemCode::EvenNiet)) };
        fields.push("stembewijs", secret.grouped());
    }
    let found = is_replacement.then(|| ("vervangen".to_owned(), "ja".to_owned()));
    Outcome::Again(FormState { found: Fields::new(found.into_iter().collect()), ..FormState::of(fields) })
}

/// The code of the ballot that is in the box with the secret that a form carries.
async fn carried_ballot(page: &PageRequest, round: &BuurtbegrotingView, fields: &Fields) -> Option<String> {
    let secret = Stembewijs::parse(fields.filled("stembewijs")?).ok()?;
    stem_nu::own_ballot(&*page.api, round.kaart.id, &secret).await.ok()?
}

/// Whether the secret that a form carries was made for the letter that it is sent for.
fn is_of_this_letter(fields: &Fields) -> bool {
    let code = |name: &str| Stemcode::parse(fields.get(name)).ok();
    // What cannot be a code is no other letter; it is refused before anything is told.
    code(MADE_FOR).is_some_and(|letter| code("stemcode").is_none_or(|own| own == letter))
}

fn without_secret(fields: &Fields) -> Fields {
    let own = fields.iter().filter(|(name, _)| !["stembewijs", MADE_FOR, MADE_WITH].contains(name));
    Fields::new(own.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// That a vote was cast before, so that this one is not counted.
fn refused(fields: &Fields, problem: Problem) -> Outcome {
    let found = Fields::new(vec![("geweigerd".to_owned(), "ja".to_owned())]);
    Outcome::Again(FormState { fields: as_ballot(fields), problem: Some(problem), found })
}

/// The same fields as the ballot itself sends them, so that what is wrong is told beside them.
pub(super) fn as_ballot(fields: &Fields) -> Fields {
    let mut again = Fields::new(vec![("actie".into(), "nakijken".into())]);
    fields.iter().filter(|(name, _)| *name != "actie").for_each(|(name, value)| again.push(name, value.to_owned()));
    again
}

/// All that is wrong, at once: with the code, and with what is chosen. Otherwise whether the letter took the place of a lost
/// one.
async fn look_over(page: &PageRequest, round: &BuurtbegrotingView, fields: &Fields) -> Result<bool, Problem> {
    let mut flaws: Vec<FieldProblem> = Vec::new();
    let mut is_replacement = false;
    let asked = CheckStemcode { stemcode: fields.get("stemcode").into() };
    match page.api.check_stemcode(round.kaart.id, asked).await {
        Ok(stand) if stand.gestemd => return Err(Problem::bare(ProblemCode::AlGestemd)),
        Ok(stand) => is_replacement = stand.vervangen,
        Err(problem) if problem.code() == ProblemCode::OngeldigeInvoer => flaws.extend(problem.fouten),
        Err(problem) => return Err(problem),
    }
    flaws.extend(flaw_of(round, fields));
    if flaws.is_empty() {
        return Ok(is_replacement);
    }
    Err(Problem { fouten: flaws, ..Problem::bare(ProblemCode::OngeldigeInvoer) })
}

/// What is wrong with what is chosen.
pub(super) fn flaw_of(round: &BuurtbegrotingView, fields: &Fields) -> Option<FieldProblem> {
    let candidate = |project: &ProjectView| Kandidaat { project: project.id, kosten: project.kosten };
    let admitted = round.projecten.iter().filter(|project| project.status == ProjectStatus::Toegelaten);
    let candidates: Vec<Kandidaat> = admitted.map(candidate).collect();
    let regels = round.spelregels.stembiljet;
    let fout = choices(round, fields).and_then(|chosen| regels.check(&chosen, &candidates)).err()?;
    let Flaw { code, limit } = fout.into();
    Some(FieldProblem { veld: "/keuzes".into(), code, grens: limit, melding: String::new() })
}

/// Of what is wrong with a ballot that was sent here: at which plans, each of them by name and with the way to it.
pub(super) fn known(page: &PageRequest, round: &BuurtbegrotingView) -> Vec<Known> {
    let Some(fields) = page.state.as_ref().map(|state| &state.fields) else { return Vec::new() };
    let (code, lines) = match round.spelregels.stembiljet {
        StembiljetRegels::Punten { per_project, .. } => {
            (FieldCode::PuntenKloppenNiet, too_many_points(page.lang, round, fields, per_project))
        }
        StembiljetRegels::Rangorde { .. } => (FieldCode::PlaatsDubbel, same_places(page.lang, round, fields)),
        StembiljetRegels::Goedkeuring { .. } | StembiljetRegels::Knapzak { .. } => return Vec::new(),
    };
    if lines.is_empty() {
        return Vec::new();
    }
    let at_field = lines.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
    vec![Known { veld: "/keuzes".into(), code, lines, at_field }]
}

/// A sentence, and where it leads.
type Line = (String, Option<String>);

fn too_many_points(lang: Lang, round: &BuurtbegrotingView, fields: &Fields, most: u16) -> Vec<Line> {
    let given = choices(round, fields).unwrap_or_default();
    let is_over = |own: &ProjectView| given.iter().any(|keuze| keuze.project == own.id && keuze.punten > most);
    let over = round.projecten.iter().filter(|own| is_over(own));
    over.map(|own| (lang.field_punten_kloppen_niet_van(most, &own.titel), Some(way_to_choice(own)))).collect()
}

fn same_places(lang: Lang, round: &BuurtbegrotingView, fields: &Fields) -> Vec<Line> {
    let mut at: BTreeMap<u16, Vec<&ProjectView>> = BTreeMap::new();
    for own in &round.projecten {
        if let Some(place) = fields.get(&own.id.to_string()).trim().parse::<u16>().ok().filter(|place| *place > 0) {
            at.entry(place).or_default().push(own);
        }
    }
    let line = |plans: Vec<&ProjectView>| {
        let (last, others) = plans.split_last().filter(|(_, others)| !others.is_empty())?;
        let name = |own: &ProjectView| format!("‘{}’", own.titel);
        let others: Vec<String> = others.iter().map(|own| name(own)).collect();
        Some((lang.field_plaats_dubbel_van(name(last), others.join(", ")), Some(way_to_choice(last))))
    };
    at.into_values().filter_map(line).collect()
}

async fn cast(page: &PageRequest, round: &BuurtbegrotingView, fields: &Fields) -> Result<String, Problem> {
    let secret = Stembewijs::parse(fields.get("stembewijs"));
    let secret = secret.map_err(|_flaw| Problem::bare(ProblemCode::BiljetBezet))?;
    let ballot = (fields.get("stemcode"), choices(round, fields).unwrap_or_default());
    stem_nu::cast_once(&*page.api, round.kaart.id, &secret, ballot).await
}
