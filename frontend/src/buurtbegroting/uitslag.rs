//! The result: what was chosen and what was not, and why.

use crate::buurtbegroting::natellen;
use crate::i18n::Lang;
use crate::opgave::details;
use crate::site::PageRequest;
use crate::ui::{self, h2, link, list as ui_list, p};
use contract::buurtbegroting::{Aanvulling, BuurtbegrotingFase as Fase, BuurtbegrotingView, Telregel};
use contract::project::{PlanOpdracht, ProjectView};
use contract::stembureau::{AndereTelregel, KiezersGroep, ProjectGeld, ProjectUitslag, UitslagView};
use contract::{Euro, Problem, ProjectId};
use leptos::prelude::*;

/// The result of a round, once there is one.
///
/// # Errors
/// As the API.
pub async fn of(page: &PageRequest, round: &BuurtbegrotingView) -> Result<Option<UitslagView>, Problem> {
    match round.kaart.fase {
        Fase::Uitslag | Fase::Uitvoering => page.api.uitslag(round.kaart.id).await.map(Some),
        Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen | Fase::Stemmen | Fase::Tellen | Fase::Gestopt => Ok(None),
    }
}

/// What was chosen and what was not, and how to count again.
pub fn result(lang: Lang, round: &BuurtbegrotingView, uitslag: &UitslagView) -> impl IntoView + use<> {
    let most = uitslag.projecten.iter().map(|own| own.stemmen).max().unwrap_or(0).max(1);
    let plan = |own: &ProjectUitslag| round.projecten.iter().find(|plan| plan.id == own.project);
    let figures = if uitslag.weinig { Figures::KeptBack } else { Figures::Told { most } };
    let card = |own: &ProjectUitslag| card(lang, own, plan(own), figures);
    let (chosen, others): (Vec<_>, Vec<_>) = uitslag.projecten.iter().partition(|own| own.gekozen);
    let [cost, left] = [uitslag.kosten, uitslag.over].map(|amount| crate::amount::euro(lang, amount));
    let lead = match figures {
        Figures::KeptBack => lang.result_few(chosen.len(), cost, left),
        Figures::Told { .. } => lang.result_lead(chosen.len(), cost, left, uitslag.stembiljetten),
    };
    let base = format!("/api/v1/buurtbegrotingen/{}", round.kaart.id);
    // Of a vote by few the ballots and the report are not published.
    let (ballots, report) = (lang.result_pb(), lang.result_json());
    let whole = [("/uitslag/stembiljetten", ballots), ("/uitslag/rapport", report)];
    let whole = whole.into_iter().filter(|_| uitslag.natellen.is_some());
    // Who counts the codes knows how many voted.
    let codes = (!uitslag.weinig).then(|| ("/uitslag/controlecodes", lang.result_codes()));
    let rules = (!round.spelregels_ingehouden).then(|| ("/spelregels", lang.result_rules()));
    let papers = [Some(("/uitslag/tabel", lang.result_csv())), codes, rules].into_iter().flatten();
    // What people wonder at most under this rule: more votes, and yet not chosen.
    let (is_shared, is_completed) = match round.spelregels.telregel {
        Telregel::EqualShares { aanvulling: Aanvulling::Greedy | Aanvulling::Add1Greedy, .. } => (true, true),
        Telregel::EqualShares { aanvulling: Aanvulling::Geen | Aanvulling::Add1, .. } => (true, false),
        Telregel::Greedy { .. } | Telregel::Phragmen { .. } => (false, false),
    };
    let rest = is_completed.then(|| p(lang.result_shares_rest()));
    let has_bars = uitslag.projecten.iter().any(|own| own.geld.is_some());
    let shares =
        is_shared.then(|| view! { {p(lang.result_shares())} {rest} {has_bars.then(|| p(lang.result_bars()))} });
    let summary = match lang {
        Lang::En if !uitslag.samenvatting_en.is_empty() => uitslag.samenvatting_en.clone(),
        Lang::En | Lang::Nl => uitslag.samenvatting.clone(),
    };
    view! {
        {h2(lang.result_title())}
        {p(lead)}
        {(uitslag.brieven > 0).then(|| p(letters(lang, uitslag.brieven)))}
        {super::replaced(lang, uitslag.vervangen_brieven)}
        {(uitslag.ongeldig > 0).then(|| p(lang.uitslag_ongeldig(uitslag.ongeldig)))}
        {shares}
        {h2(lang.result_chosen())}
        {ui_list::cards(chosen.into_iter().map(card).collect())}
        {h2(lang.result_others())}
        {ui_list::cards(others.into_iter().map(card).collect())}
        {voters(lang, uitslag)}
        {(!summary.is_empty()).then(|| details(lang.result_details(), false, summary.into_iter().map(p).collect_view()))}
        {compared(lang, uitslag)}
        {details(lang.result_table(), false, table(lang, uitslag, figures))}
        {h2(lang.result_again())}
        {again(lang, round, uitslag)}
        <ul class="wk-list">{whole.chain(papers).map(|(path, text)| view! { <li><a class="nl-link" href=format!("{base}{path}") download>{text}</a></li> }).collect_view()}</ul>
    }
}

/// How to count again: with the program, or on the device at hand, which goes by the rules as they were frozen.
fn again(lang: Lang, round: &BuurtbegrotingView, uitslag: &UitslagView) -> AnyView {
    let Some(command) = uitslag.natellen.clone() else { return p(lang.result_too_few()).into_any() };
    let device = if round.spelregels_ingehouden {
        p(lang.result_rules_held_back()).into_any()
    } else {
        natellen::part(lang, round, uitslag).into_any()
    };
    view! {
        {p(lang.result_again_hint())}
        <pre class="wk-code" tabindex="0"><code>{command}</code></pre>
        {device}
    }
    .into_any()
}

/// A sentence that was written at the count in both languages; of counts from before that, in Dutch.
fn told(lang: Lang, nl: &str, en: &str) -> String {
    match lang {
        Lang::En if !en.is_empty() => en.to_owned(),
        Lang::En | Lang::Nl => nl.to_owned(),
    }
}

/// Why a plan was chosen or not, what it would have needed, and what became of it.
fn why(lang: Lang, own: &ProjectUitslag, plan: Option<&ProjectView>) -> impl IntoView + use<> {
    let needed = own.meer_kiezers.map(|more| match more {
        1 => lang.result_needed_one().to_owned(),
        more => lang.result_needed(crate::amount::whole(lang, small(more))),
    });
    let became = plan.and_then(|plan| plan.opdracht.as_ref()).map(|opdracht| became(lang, own, opdracht));
    view! { {p(told(lang, &own.uitleg, &own.uitleg_en))} {needed.map(p)} {became} }
}

/// What became of a plan that was chosen; when it stops, why, and where its money went.
fn became(lang: Lang, own: &ProjectUitslag, opdracht: &PlanOpdracht) -> AnyView {
    if opdracht.gaat_door {
        // What is being prepared is not for everybody's eyes yet.
        let to = if opdracht.openbaar {
            link(format!("/opdrachten/{}", opdracht.id), lang.opdracht_status(opdracht.status)).into_any()
        } else {
            lang.result_work_prepared().into_any()
        };
        return view! { <p class="nl-paragraph">{lang.result_work()} " " {to}</p> }.into_any();
    }
    let free = lang.result_work_ended(crate::amount::euro(lang, own.kosten));
    ui::alert("warning", view! { {p(free)} {opdracht.reden.as_deref().map(ui::prose)} }).into_any()
}

/// Whether numbers are told.
#[derive(Debug, Clone, Copy)]
enum Figures {
    /// Beside what the plan with the most votes got.
    Told { most: u64 },
    /// So few voted that nothing is told but what was chosen.
    KeptBack,
}

fn card(lang: Lang, own: &ProjectUitslag, plan: Option<&ProjectView>, figures: Figures) -> AnyView {
    let (votes, bar) = match figures {
        Figures::KeptBack => (None, None),
        Figures::Told { most } => {
            let (most, got) = (most.to_string(), own.stemmen.to_string());
            let bar = view! { <meter class="wk-bar" min="0" max=most value=got aria-hidden="true"></meter> };
            (Some(view! { <span>{votes(lang, own.stemmen)}</span> }), Some(bar))
        }
    };
    view! {
        <article class="wk-card">
            <div>
                {ui_list::card_heading(ui_list::Under::Heading, lang.round_project_title(own.nummer, &own.titel))}
                <div class="wk-card__facts">{ui::euro(lang, own.kosten)} {votes}</div>
                {bar}
                {own.geld.as_ref().map(|geld| money(lang, own, geld))}
                {why(lang, own, plan)}
            </div>
        </article>
    }
    .into_any()
}

/// So many letters were made, in words.
fn letters(lang: Lang, number: u64) -> String {
    match number {
        1 => lang.result_letter_one().to_owned(),
        number => lang.result_letters(crate::amount::whole(lang, small(number))),
    }
}

fn small(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// So many votes, in words.
fn votes(lang: Lang, number: u64) -> String {
    if number == 1 { lang.result_vote_one().to_owned() } else { lang.result_votes(number) }
}

/// How one plan fared, for its own page.
pub fn of_plan(lang: Lang, uitslag: &UitslagView, plan: &ProjectView) -> Option<AnyView> {
    let own = uitslag.projecten.iter().find(|own| own.project == plan.id)?;
    let heading = if own.gekozen { lang.result_chosen() } else { lang.result_others() };
    let votes = (!uitslag.weinig).then(|| p(votes(lang, own.stemmen)));
    let money = own.geld.as_ref().map(|geld| money(lang, own, geld));
    Some(view! { {h2(heading)} {votes} {money} {why(lang, own, Some(plan))} }.into_any())
}

/// How wide bars are drawn.
const WIDTH: u64 = 1_000;

/// The part of a bar that this part of a whole takes.
fn width(part: u64, whole: u64) -> u64 {
    (part.saturating_mul(WIDTH) / whole.max(1)).min(WIDTH)
}

/// How much of the cost there was, as a bar and in words: what voters paid in full, and what they paid in part.
fn money(lang: Lang, own: &ProjectUitslag, geld: &ProjectGeld) -> AnyView {
    let cents = |amount: Euro| u64::try_from(amount.cents()).unwrap_or_default();
    let [full, part] = [geld.vol, geld.deel].map(|amount| width(cents(amount), cents(own.kosten)));
    let there = Euro::from_cents(geld.vol.cents().saturating_add(geld.deel.cents())).unwrap_or(Euro::MAX);
    let told = lang.result_money(crate::amount::euro(lang, there), crate::amount::euro(lang, own.kosten));
    view! {
        <svg class="wk-money" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="wk-money__full" width=full.to_string() height="12" />
            <rect class="wk-money__part" x=full.to_string() width=part.to_string() height="12" />
        </svg>
        <p class="wk-small">{told}</p>
    }
    .into_any()
}

/// How many voters got something that they chose, and how much.
fn voters(lang: Lang, uitslag: &UitslagView) -> Option<AnyView> {
    if uitslag.kiezers.is_empty() {
        return None;
    }
    let all: u64 = uitslag.kiezers.iter().map(|group| group.kiezers).sum();
    let most = uitslag.kiezers.iter().map(|group| group.kiezers).max().unwrap_or(1);
    let got = all.saturating_sub(uitslag.zonder);
    let percent = got.saturating_mul(100) / all.max(1);
    let group = |own: &KiezersGroep| {
        view! {
            <li>
                {told(lang, &own.tekst, &own.tekst_en)}
                <meter class="wk-bar" min="0" max=most.to_string() value=own.kiezers.to_string() aria-hidden="true"></meter>
            </li>
        }
    };
    let groups = uitslag.kiezers.iter().map(group).collect_view();
    let lead = p(lang.result_voters_got(got, all, percent));
    Some(view! { {h2(lang.result_voters())} {lead} <ul class="wk-list">{groups}</ul> }.into_any())
}

/// What other rules would have given.
fn compared(lang: Lang, uitslag: &UitslagView) -> Option<AnyView> {
    if uitslag.vergelijking.is_empty() {
        return None;
    }
    let number = |id: &ProjectId| uitslag.projecten.iter().find(|own| own.project == *id).map(|own| own.nummer);
    let row = |own: &AndereTelregel| {
        let numbers: Vec<String> = own.gekozen.iter().filter_map(number).map(|number| number.to_string()).collect();
        vec![
            told(lang, &own.regel, &own.regel_en).into_any(),
            numbers.join(", ").into_any(),
            ui::euro(lang, own.kosten).into_any(),
            own.zonder.into_any(),
        ]
    };
    let heads =
        [lang.result_head_rule(), lang.result_head_plans(), lang.result_head_cost(), lang.result_head_without()];
    let rows = uitslag.vergelijking.iter().map(row).collect();
    let table = ui_list::table(lang.result_compare().to_owned(), &heads, rows);
    Some(details(lang.result_compare(), false, view! { {p(lang.result_compare_hint())} {table} }).into_any())
}

/// The same outcome as figures.
fn table(lang: Lang, uitslag: &UitslagView, figures: Figures) -> impl IntoView + use<> {
    let votes = |own: &ProjectUitslag| match figures {
        Figures::Told { .. } => Some(own.stemmen.into_any()),
        Figures::KeptBack => None,
    };
    let row = |own: &ProjectUitslag| {
        let before =
            [lang.round_project_title(own.nummer, &own.titel).into_any(), ui::euro(lang, own.kosten).into_any()];
        let chosen = if own.gekozen { lang.result_chosen_yes() } else { lang.result_chosen_no() };
        before.into_iter().chain(votes(own)).chain([chosen.into_any()]).collect()
    };
    let votes = match figures {
        Figures::Told { .. } => Some(lang.result_head_votes()),
        Figures::KeptBack => None,
    };
    let before = [lang.result_head_plan(), lang.result_head_cost()];
    let heads: Vec<&str> = before.into_iter().chain(votes).chain([lang.result_head_chosen()]).collect();
    ui_list::table(lang.result_title().to_owned(), &heads, uitslag.projecten.iter().map(row).collect())
}
