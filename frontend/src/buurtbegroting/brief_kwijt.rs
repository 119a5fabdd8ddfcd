//! What the stembureau does with letters: making them, and giving another in place of one that was lost.

use crate::amount::whole;
use crate::buurtbegroting::bewaren;
use crate::format::{day_of, moment_and_time};
use crate::forms::{Fields, Outcome, Print};
use crate::i18n::Lang;
use crate::opgave::{choose_first, details};
use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{self, h3, link, p};
use chrono::Days;
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingStap as Step, BuurtbegrotingView};
use contract::gebied::Keuze;
use contract::problem::ProblemCode;
use contract::stembureau::{
    LETTERS_IN_A_FILE, MOST_STEMCODES, MakeStemcodes, ReplaceStemcode, StembureauView, Vervanging,
    VervangingStand as Stand, WeigerVervanging,
};
use contract::{BuurtbegrotingId, Problem, VervangingId};
use leptos::prelude::*;
use std::sync::atomic::Ordering;

/// Whether the viewer makes letters for a round now.
pub fn may(round: &BuurtbegrotingView) -> bool {
    round.stappen.contains(&Step::Stop) && round.kaart.fase != Fase::Tellen
}

/// Where the letters stand that wait for the viewer; mails lead here too.
const WAITING: &str = "wachtende-brieven";

/// Letters that somebody else asked for: they wait for the viewer.
fn of_others(standing: &StembureauView) -> Vec<&Vervanging> {
    standing.vervangingen.iter().filter(|own| !own.eigen).collect()
}

/// How many letters wait for the viewer, and until when the first of them does; nothing when none waits.
fn waiting_words(lang: Lang, standing: &StembureauView) -> Option<String> {
    let others = of_others(standing);
    let until = others.iter().map(|own| own.vervalt_op).min()?;
    Some(lang.desk_confirm_waits(others.len(), moment_and_time(lang, until)))
}

/// What of the letters of a round is told on a page about many.
#[derive(Default)]
pub struct ForViewer {
    /// How many wait for the viewer, with the way there.
    pub waits: Option<AnyView>,
    /// What the viewer asked for: what waits for a colleague, and what became of the rest.
    pub asked: Vec<AnyView>,
}

/// See [`ForViewer`].
///
/// # Errors
/// As the API.
pub async fn for_viewer(page: &PageRequest, round: &BuurtbegrotingView) -> Result<ForViewer, Problem> {
    if !may(round) {
        return Ok(ForViewer::default());
    }
    let standing = page.api.stembureau(round.kaart.id).await?;
    let to = format!("/buurtbegrotingen/{}#{WAITING}", round.kaart.id);
    let waits = waiting_words(page.lang, &standing).map(|words| view! { {link(to, words)} "." }.into_any());
    let mut asked = own_waiting(page, round, &standing);
    asked.extend(own_ended(page, round, &standing));
    Ok(ForViewer { waits, asked })
}

/// The way to the place where a letter is asked for.
fn to_lost(path: &str) -> String {
    format!("{path}?kwijt=ja#vervangen.nummer")
}

/// The same for a letter that was asked for before: its number stands there already.
fn to_lost_again(path: &str, own: &Vervanging) -> String {
    format!("{path}?kwijt={}#vervangen.nummer", own.nummer)
}

/// Where a request of the viewer stands, and is taken back.
fn place(own: &Vervanging) -> String {
    format!("aanvraag-{}", own.id)
}

/// What the viewer asked for and a colleague has to confirm, with until when.
fn own_waiting(page: &PageRequest, round: &BuurtbegrotingView, standing: &StembureauView) -> Vec<AnyView> {
    let lang = page.lang;
    let path = format!("/buurtbegrotingen/{}", round.kaart.id);
    let line = |own: &Vervanging| {
        let asked = asked_words(lang, own);
        let back = link(format!("{path}#{}", place(own)), lang.desk_mine_to_round(own.nummer));
        view! { <li><strong>{round.kaart.titel.clone()}</strong> ": " {asked} " " {back}</li> }.into_any()
    };
    standing.vervangingen.iter().filter(|own| own.eigen).map(line).collect()
}

/// So many days what became of a request stays with the work of who asked.
const TOLD_FOR: u64 = 14;

/// What became of what the viewer asked for and nobody asked again since.
fn own_ended(page: &PageRequest, round: &BuurtbegrotingView, standing: &StembureauView) -> Vec<AnyView> {
    let lang = page.lang;
    let path = format!("/buurtbegrotingen/{}", round.kaart.id);
    let is_told = |own: &&Vervanging| {
        let ended = day_of(own.afgehandeld_op.unwrap_or(own.vervalt_op));
        let is_recent = ended.checked_add_days(Days::new(TOLD_FOR)).is_some_and(|last| last >= page.today);
        let later = |other: &Vervanging| other.nummer == own.nummer && other.gevraagd_op > own.gevraagd_op;
        let is_last = !standing.vervangingen.iter().chain(&standing.afgehandeld).any(later);
        own.eigen && is_recent && is_last
    };
    let line = |own: &Vervanging| {
        let done = format!("{}.", became(lang, own));
        let again = matches!(own.stand, Stand::Afgewezen | Stand::Vervallen)
            .then(|| view! { <p class="nl-paragraph">{link(to_lost_again(&path, own), lang.desk_mine_again())}</p> });
        view! {
            <li>
                <p class="nl-paragraph">
                    <strong>{lang.desk_confirm_letter(own.nummer)}</strong> " (" {round.kaart.titel.clone()} ")"
                </p>
                <p class="wk-small">{done}</p>
                {refused_why(lang, own)}
                {again}
            </li>
        }
        .into_any()
    };
    standing.afgehandeld.iter().filter(is_told).map(line).collect()
}

/// What somebody asked for, who has to confirm it, and until when.
fn asked_words(lang: Lang, own: &Vervanging) -> String {
    let moment = |at| moment_and_time(lang, at);
    lang.desk_lost_own(moment(own.gevraagd_op), own.nummer, moment(own.vervalt_op))
}

/// What came of what somebody just did with letters, and the way to the desk for who has somebody before it. What the address
/// says is shown only when it is so.
pub fn told(page: &PageRequest, round: &BuurtbegrotingView, standing: &StembureauView) -> Option<AnyView> {
    if !may(round) {
        return None;
    }
    let lang = page.lang;
    let waits = waiting_words(lang, standing).map(|words| {
        let to = if was_given(page) { onward(page) } else { format!("#{WAITING}") };
        view! { <p class="nl-paragraph">{link(to, words)}</p> }
    });
    let lost = link(to_lost(&page.path), lang.desk_lost_jump());
    let done = given(page, round).or_else(|| over(page, standing)).or_else(|| done(page, standing));
    let nothing = (done.is_some() && standing.vervangingen.is_empty()).then(|| {
        let elsewhere = link("/werk", lang.desk_nothing_waits_here());
        view! { <p class="nl-paragraph">{lang.desk_nothing_waits()} " " {elsewhere}</p> }
    });
    Some(view! { {done} {nothing} {waits} <p class="nl-paragraph">{lost}</p> }.into_any())
}

/// The way from a page that holds a letter to what waits. With another query: the same address with a place behind it would
/// load nothing.
fn onward(page: &PageRequest) -> String {
    ui::with_query(&page.path, &[("verder", Some("ja"))]) + "#" + WAITING
}

/// Whether this page holds a letter that was just given.
fn was_given(page: &PageRequest) -> bool {
    page.state.as_ref().is_some_and(|state| state.found.filled("brief").is_some())
}

/// The letter itself, once: a link that holds all of it, so that the page can say beside it what happened, also without scripts.
fn given(page: &PageRequest, round: &BuurtbegrotingView) -> Option<AnyView> {
    let lang = page.lang;
    let found = &page.state.as_ref()?.found;
    let (pdf, nummer) = (found.filled("brief")?, found.get("nummer"));
    // Of letters for several votes each is told apart.
    let (name, title) = (found.get("naam"), bewaren::slug(&round.kaart.titel));
    let name =
        if title.is_empty() { name.to_owned() } else { format!("{}-{title}.pdf", name.trim_end_matches(".pdf")) };
    let href = format!("data:application/pdf;base64,{pdf}");
    let file = lang.desk_given_file(nummer);
    let inside = view! {
        {p(lang.desk_given(nummer))}
        <p class="nl-paragraph wk-scripted">{lang.desk_given_downloads()}</p>
        <p class="nl-paragraph wk-unscripted">{lang.desk_given_save()}</p>
        <p><a class="nl-link" href=href download=name data-geef="">{file}</a></p>
        {p(lang.desk_given_once())}
    };
    Some(ui::alert("ok", inside).into_any())
}

/// What became of a request for which the button was pressed once more, as when the page with the letter is loaded again.
fn over(page: &PageRequest, standing: &StembureauView) -> Option<AnyView> {
    let lang = page.lang;
    let state = page.state.as_ref()?;
    if state.problem.as_ref()?.code() != ProblemCode::VervangingVoorbij {
        return None;
    }
    let id: VervangingId = state.fields.get("vervanging").parse().ok()?;
    let own = standing.afgehandeld.iter().find(|own| own.id == id)?;
    // Said here, and not once more as something that went wrong.
    page.told.store(true, Ordering::Relaxed);
    let text = match own.afgehandeld_op {
        Some(at) if own.zelf && own.stand == Stand::Gegeven => {
            lang.desk_given_before(moment_and_time(lang, at), own.nummer)
        }
        Some(at) if own.stand == Stand::Gegeven => {
            let door = own.afgehandeld_door.as_deref().unwrap_or_default();
            lang.desk_over_given(door, moment_and_time(lang, at), own.nummer)
        }
        Some(_) | None => lang.desk_over(own.nummer, became(lang, own)),
    };
    Some(ui::alert("info", view! { {p(text)} {refused_why(lang, own)} }).into_any())
}

/// That a letter of this number was given before.
fn before(lang: Lang, own: &Vervanging) -> Option<AnyView> {
    let (at, door) = own.eerder_op.zip(own.eerder_door.as_deref())?;
    let text = lang.desk_lost_before(door, moment_and_time(lang, at), own.nummer);
    Some(view! { <p class="nl-paragraph"><strong>{text}</strong></p> }.into_any())
}

/// A request that was just made or stopped.
fn done(page: &PageRequest, standing: &StembureauView) -> Option<AnyView> {
    let lang = page.lang;
    let named = |name: &str| ui::query(page, name).and_then(|id| id.parse::<VervangingId>().ok());
    let find = |all: &[Vervanging], id: VervangingId| all.iter().find(|own| own.id == id).cloned();
    if page.state.is_some() {
        return None;
    }
    if let Some(own) = named("aanvraag").and_then(|id| find(&standing.vervangingen, id)).filter(|own| own.eigen) {
        let tot = moment_and_time(lang, own.vervalt_op);
        let text = if ui::query(page, "al").is_some() {
            lang.desk_lost_asked_before(moment_and_time(lang, own.gevraagd_op), own.nummer, tot)
        } else {
            lang.desk_lost_asked(own.nummer, tot)
        };
        let back = link(format!("#{}", place(&own)), lang.desk_mine_to_round(own.nummer));
        let back = view! { <p class="nl-paragraph">{back}</p> };
        return Some(ui::alert("ok", view! { {p(text)} {before(lang, &own)} {back} }).into_any());
    }
    let ended = named("gestopt").and_then(|id| find(&standing.afgehandeld, id))?;
    let text = match ended.stand {
        Stand::Ingetrokken => lang.desk_ended(ended.nummer),
        Stand::Afgewezen => lang.desk_ended_refused(
            ended.afgehandeld_door.as_deref().unwrap_or_default(),
            ended.nummer,
            &ended.gevraagd_door,
        ),
        Stand::Wacht | Stand::Gegeven | Stand::Vervallen => return None,
    };
    Some(ui::alert("ok", p(text)).into_any())
}

/// The forms, and what became of the last requests.
pub fn desk(page: &PageRequest, standing: &StembureauView) -> AnyView {
    if was_given(page) {
        // Whatever is sent from here brings another page, and this one holds the letter.
        let on = link(onward(page), page.lang.desk_given_on());
        return view! { <p class="nl-paragraph">{on}</p> }.into_any();
    }
    view! { {confirm(page, standing)} {make(page)} {lost(page, standing)} {last(page.lang, standing)} }.into_any()
}

fn make(page: &PageRequest) -> impl IntoView + use<> {
    let (lang, form) = (page.lang, Form::new(page, "stemcodes"));
    let kind = |print: Print| Keuze {
        code: print.code().into(),
        naam: match print {
            Print::Sheets => lang.desk_letters(whole(lang, LETTERS_IN_A_FILE)),
            Print::List => lang.desk_list().into(),
        },
        uitleg: None,
    };
    let fields = view! {
        {p(lang.desk_codes_once())}
        {form.field("aantal", lang.desk_codes_number()).hint(lang.desk_codes_most(whole(lang, MOST_STEMCODES))).input()}
        {form.field("soort", lang.desk_codes_kind()).radios(Print::ALL.map(kind).to_vec(), Some(Print::Sheets.code().into()))}
    };
    let open = form.was_refused();
    details(lang.desk_codes(), open, form.view_quiet(lang.desk_codes_send(), fields))
}

/// Asking for another in place of a lost one, and what the viewer asked for already, each with the way to take it back.
fn lost(page: &PageRequest, standing: &StembureauView) -> impl IntoView + use<> {
    let (lang, form) = (page.lang, Form::new(page, "vervangen").short());
    let asked_again = ui::query(page, "kwijt").filter(|own| own.bytes().all(|byte| byte.is_ascii_digit()));
    let form = match asked_again {
        Some(number) if !form.was_sent() => form.with(&Fields::new(vec![("nummer".to_owned(), number)])),
        Some(_) | None => form,
    };
    let own: Vec<&Vervanging> = standing.vervangingen.iter().filter(|own| own.eigen).collect();
    let open = form.was_refused() || !own.is_empty() || ui::query(page, "kwijt").is_some();
    let row = |own: &Vervanging| {
        let stop = Form::about(page, "stopaanvraag", ("vervanging", own.id.to_string()));
        let asked = asked_words(lang, own);
        let (title, is_open) = (lang.desk_end(own.nummer), stop.was_refused());
        let stop = stop.view_quiet(lang.desk_end_send(own.nummer), p(lang.desk_end_sure()));
        view! {
            <li class="wk-panel" id=place(own)>
                {p(asked)} {before(lang, own)}
                <details class="wk-details" open=is_open>
                    <summary>{title}</summary>
                    {stop}
                </details>
            </li>
        }
    };
    let asked = own.into_iter().map(row).collect_view();
    let letter = form.field("nummer", lang.desk_lost_number()).hint(lang.desk_lost_hint()).input();
    // What else there is to know stands folded away, and not between the label and its field.
    let more = details(
        lang.desk_lost_more(),
        false,
        view! { {p(lang.desk_lost_no_list())} {p(lang.desk_lost_who_gets())} {p(lang.desk_lost_once())} },
    );
    let form = form.view_quiet(lang.desk_lost_send(), letter);
    let inside = view! { <ul class="wk-cards">{asked}</ul> {form} {more} };
    details(lang.desk_lost(), open, inside)
}

/// Letters that somebody else asked for, each with its own yes and no: nothing is chosen, so that who presses the button once
/// more does not give away the next letter.
fn confirm(page: &PageRequest, standing: &StembureauView) -> Option<AnyView> {
    let lang = page.lang;
    let title = waiting_words(lang, standing)?;
    let rows = of_others(standing).into_iter().map(|own| waiting(page, own)).collect_view();
    let how = view! { {p(lang.desk_confirm_list())} {p(lang.desk_lost_no_list())} };
    let how = details(lang.desk_confirm_how(), false, how);
    Some(
        view! {
            <section id=WAITING class="wk-stack">
                {h3(title)} {p(lang.desk_confirm_hint())} {how} <ul class="wk-cards">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

/// One of them.
fn waiting(page: &PageRequest, own: &Vervanging) -> AnyView {
    let lang = page.lang;
    let moment = |at| moment_and_time(lang, at);
    let about = || ("vervanging", own.id.to_string());
    let (yes, no) = (Form::about(page, "bevestigen", about()), Form::about(page, "afwijsaanvraag", about()));
    let letter = lang.desk_confirm_letter(own.nummer);
    let asked = lang.desk_confirm_asked(&own.gevraagd_door, moment(own.gevraagd_op), moment(own.vervalt_op));
    let open = no.was_refused();
    // Right above the button: what cannot be taken back once it is pressed.
    let sure = yes.field("zeker", lang.desk_confirm_sure()).hint(lang.desk_confirm_once()).check();
    let why = no.field("reden", lang.desk_no_why()).hint(lang.desk_no_hint()).missing(lang.desk_no_missing()).area(2);
    view! {
        <li class="wk-panel">
            <p class="nl-paragraph"><strong>{letter}</strong></p>
            {p(asked)}
            {before(lang, own)}
            // Sent twice, the answer with the letter would be lost.
            <div data-eenmaal="">{yes.view_quiet(lang.desk_confirm_send(), sure)}</div>
            {details(lang.desk_no(), open, no.view_quiet(lang.desk_no_send(), why))}
        </li>
    }
    .into_any()
}

/// What became of the last requests: who asked for one sees here that it was given.
fn last(lang: Lang, standing: &StembureauView) -> Option<AnyView> {
    if standing.afgehandeld.is_empty() {
        return None;
    }
    // Not a table: on a narrow screen each part stands below its name.
    let row = |own: &Vervanging| {
        let asked = lang.desk_last_asked_by(&own.gevraagd_door, moment_and_time(lang, own.gevraagd_op));
        let done = view! { {became(lang, own)} {refused_why(lang, own)} };
        let facts = ui::facts(vec![
            (lang.desk_last_number(), own.nummer.into_any()),
            (lang.desk_last_asked(), asked.into_any()),
            (lang.desk_last_done(), done.into_any()),
        ]);
        view! { <li class="wk-panel">{facts}</li> }
    };
    let rows = standing.afgehandeld.iter().map(row).collect_view();
    Some(details(lang.desk_last(), false, view! { <ul class="wk-cards">{rows}</ul> }).into_any())
}

/// Why somebody else refused it.
fn refused_why(lang: Lang, own: &Vervanging) -> Option<AnyView> {
    own.reden.as_deref().map(|reden| ui::prose(&lang.desk_last_why(reden)).into_any())
}

fn became(lang: Lang, own: &Vervanging) -> String {
    let (door, moment) = (
        own.afgehandeld_door.as_deref().unwrap_or_default(),
        own.afgehandeld_op.map(|at| moment_and_time(lang, at)).unwrap_or_default(),
    );
    match own.stand {
        Stand::Wacht => lang.desk_last_wacht().to_owned(),
        Stand::Gegeven => lang.desk_last_gegeven(door, moment),
        Stand::Ingetrokken => lang.desk_last_ingetrokken(moment),
        Stand::Afgewezen => lang.desk_last_afgewezen(door, moment),
        Stand::Vervallen => lang.desk_last_vervallen().to_owned(),
    }
}

/// Makes codes, or another for a letter that was lost and that somebody else asked for; what they are printed on is asked for
/// first, so that no code is made that nobody gets.
///
/// # Errors
/// As the API.
pub async fn letters(page: &PageRequest, id: BuurtbegrotingId, fields: &Fields) -> Result<Outcome, Problem> {
    let round = Box::new(page.api.buurtbegroting(id).await?);
    if fields.get("actie") == "bevestigen" {
        let brief = page.api.confirm_vervanging(chosen(fields)?).await?;
        return Ok(Outcome::Letter(round, brief));
    }
    let print = Print::ALL.into_iter().find(|print| print.code() == fields.get("soort"));
    let print = print.ok_or_else(|| choose_first("/soort"))?;
    let request = MakeStemcodes { aantal: fields.get("aantal").into() };
    Ok(Outcome::Letters(print, round, page.api.make_stemcodes(id, request).await?.codes))
}

/// Asks for another letter, or stops such a request; gives where that is told.
///
/// # Errors
/// As the API.
pub async fn requests(page: &PageRequest, id: BuurtbegrotingId, fields: &Fields) -> Result<String, Problem> {
    let ended = match fields.get("actie") {
        "stopaanvraag" => Some(page.api.end_vervanging(chosen(fields)?).await?),
        "afwijsaanvraag" => {
            let request = WeigerVervanging { reden: fields.get("reden").into() };
            Some(page.api.refuse_vervanging(chosen(fields)?, request).await?)
        }
        _ => None,
    };
    if let Some(ended) = ended {
        return Ok(ui::with_query(&page.path, &[("gestopt", Some(ended.id.to_string().as_str()))]));
    }
    let request = ReplaceStemcode { nummer: fields.get("nummer").into() };
    // Asked again it is the same request, and the page says so.
    let before = page.api.stembureau(id).await?.vervangingen;
    let asked = page.api.request_vervanging(id, request).await?;
    let is_again = before.iter().any(|own| own.id == asked.id);
    let own = asked.id.to_string();
    Ok(ui::with_query(&page.path, &[("aanvraag", Some(own.as_str())), ("al", is_again.then_some("ja"))]))
}

fn chosen(fields: &Fields) -> Result<VervangingId, Problem> {
    fields.get("vervanging").parse().map_err(|_none| choose_first("/vervanging"))
}
