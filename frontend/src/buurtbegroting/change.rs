//! Changing a ballot that is in the box, where the round allows it: by the voter's own secret, and without their code. Where
//! there are scripts the check sends it by itself, as it does a first vote; elsewhere it is a plain form.

use crate::buurtbegroting::kiezer::{self, Turn};
use crate::buurtbegroting::stembewijs;
use crate::buurtbegroting::stembiljet::{self, Names};
use crate::forms::{Fields, FormState, Outcome, Submission};
use crate::i18n::Lang;
use crate::keuze_balk::KeuzeBalk;
use crate::site::PageRequest;
use crate::stem_nu::{self, Act, ChangeWords};
use crate::submit::again;
use crate::ui::form::Form;
use crate::ui::{self, Page, Shown, below, link, p};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::field::FieldCode;
use contract::problem::{FieldProblem, ProblemCode};
use contract::stem::{ChangeVote, CheckStembewijs};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;
use std::sync::atomic::Ordering;

/// What a page found of a ballot that was changed since this change was looked over.
const OVER: &str = "voorbij";

/// What a page found of a change that came when voting was over.
const SHUT: &str = "dicht";

/// Whether a ballot of this round can be changed now.
pub fn can_change(round: &BuurtbegrotingView) -> bool {
    round.kaart.fase == Fase::Stemmen && round.spelregels.wijzigen_mag
}

/// The path of this page.
pub fn path(round: &BuurtbegrotingView) -> String {
    format!("/buurtbegrotingen/{}/stemmen/wijzigen", round.kaart.id)
}

/// The way to this page.
pub fn to_change(page: &PageRequest, round: &BuurtbegrotingView) -> Option<AnyView> {
    let to = path(round);
    can_change(round).then(|| view! { <p class="nl-paragraph">{link(to, page.lang.change_title())}</p> }.into_any())
}

/// The ballot, then the check, then that it was changed: which of them depends on the form that was sent here.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    let round = page.api.buurtbegroting(id).await?;
    let state = page.state.clone().unwrap_or_default();
    let is_done = state.found.filled("gewijzigd").is_some();
    let turn = turn(&state, &round);
    let address = match turn {
        Turn::Begins | Turn::GoesOn => stembiljet::ordered(page),
        Turn::Cast | Turn::Over => stembewijs::path(&round),
    };
    let above = view! { {kiezer::mark(page, Some(id), turn, address)} {super::above(lang, &round.kaart)} };
    if is_done {
        let content = stem_nu::changed(words(page, &round));
        return Ok(below(above, lang.change_done(), content));
    }
    if state.found.filled(OVER).is_some() {
        let content = view! {
            {ui::alert("info", p(lang.change_over_hint()))}
            <p class="nl-paragraph">{link(format!("/buurtbegrotingen/{id}"), lang.proof_to_round())}</p>
            {to_change(page, &round)}
        };
        return Ok(below(above, lang.change_over(), content));
    }
    if turn == Turn::Over {
        return Ok(below(above, lang.vote_closed(), shut(page, &round, &state)));
    }
    if !round.spelregels.wijzigen_mag {
        return Ok(below(above, lang.change_title(), p(lang.proof_change_no())));
    }
    if let Some(ordered) = stembiljet::to_ordered(page) {
        return Ok(ordered);
    }
    let is_checked = state.problem.is_none() && state.found.filled("nagekeken").is_some();
    if is_checked || stembiljet::may_be_in_the_box(&state) {
        return Ok(check(page, above, &round, &state.fields));
    }
    let names = Names::of(page, &round).await?;
    let form = Form::new(page, "nakijken").knowing(stembiljet::known(page, &round));
    let (seed, projects) = stembiljet::in_order(page, &round);
    let regels = round.spelregels.stembiljet;
    let kosten = projects.iter().map(|project| (project.id, project.kosten)).collect();
    let proof = stembewijs::code_field(page, &form);
    let fields = view! {
        <input type="hidden" name="volgorde" value=seed />
        {proof}
        {stembiljet::plans(page, &form, &round, &names, &projects, &state.fields)}
        <KeuzeBalk lang regels kosten nog_niet=lang.ballot_not_changed().to_owned() terug=lang.vote_undo().to_owned() />
    };
    let (until, form) = (p(super::when(page, &round.kaart)), form.view(lang.vote_look_over(), fields));
    let is_known = state.fields.filled("stembewijs").is_some() && state.problem_of("/stembewijs").is_none();
    let lead = if is_known { lang.change_lead_known() } else { lang.change_lead() };
    let content = view! { {unsure(lang)} {until} {p(lead)} <div class="wk-stembiljet">{form}</div> };
    Ok(below(above, lang.change_title(), content))
}

/// How far a voter is who changes their ballot.
fn turn(state: &FormState, round: &BuurtbegrotingView) -> Turn {
    if state.found.filled("gewijzigd").is_some() {
        Turn::Cast
    } else if round.kaart.fase != Fase::Stemmen || [OVER, SHUT].iter().any(|own| state.found.filled(own).is_some()) {
        Turn::Over
    } else if state.found.filled("begin").is_some() {
        Turn::Begins
    } else {
        Turn::GoesOn
    }
}

/// What is chosen now, and one button to put it in place of what was chosen before.
fn check(page: &PageRequest, above: impl IntoView + 'static, round: &BuurtbegrotingView, fields: &Fields) -> Shown {
    let lang = page.lang;
    // The check is shown for a ballot that was looked over.
    let chosen = stembiljet::choices(round, fields).unwrap_or_default();
    let button = ("wijzigen", lang.change_now());
    // Of one that was sent nobody knows whether it is in the box.
    let is_resumed = page.state.as_ref().is_some_and(stembiljet::is_resumed);
    let refused = if is_resumed {
        Some(stembiljet::unsure(lang.change_unsure()))
    } else {
        stembiljet::refused_for_now(page, round)
    };
    let not_yet = refused.is_none().then(|| lang.change_not_yet());
    let content = stembiljet::to_confirm(page, round, (fields, &chosen), (not_yet, None), button);
    let unsure = refused.is_none().then(|| unsure(lang));
    let inside = view! { {refused} {unsure} {content} }.into_any();
    let stand = fields.filled("stand").map(str::to_owned);
    let daad = Act::Change { stand, woorden: Box::new(words(page, round)) };
    below(above, lang.vote_check(), stembiljet::sends(page, round, (daad, &chosen), inside))
}

/// What is said of a ballot that was changed.
fn words(page: &PageRequest, round: &BuurtbegrotingView) -> ChangeWords {
    let lang = page.lang;
    ChangeWords {
        done: lang.change_done_hint().into(),
        close: lang.change_close().into(),
        until: super::until(page, &round.kaart),
        to_round: (lang.proof_to_round().into(), format!("/buurtbegrotingen/{}", round.kaart.id)),
        over: lang.change_over().into(),
        over_hint: lang.change_over_hint().into(),
        shut_hint: lang.change_shut_hint().into(),
    }
}

/// That voting is over. Of a change that was sent before it is not said, as of a first vote, that it is not in the box.
fn shut(page: &PageRequest, round: &BuurtbegrotingView, state: &FormState) -> AnyView {
    let is_sent = state.found.filled(SHUT).is_some() || stembiljet::may_be_in_the_box(state);
    if is_sent {
        page.told.store(true, Ordering::Relaxed);
    }
    let told = is_sent.then(|| ui::alert("warning", p(page.lang.change_shut_hint())));
    view! { {told} {p(super::when(page, &round.kaart))} }.into_any()
}

/// `js/start.js` shows it to whoever sent a change from this tab and got no answer.
fn unsure(lang: Lang) -> AnyView {
    view! { <div hidden=true data-wijziging-onzeker="" tabindex="-1">{ui::alert("warning", p(lang.change_unsure()))}</div> }
        .into_any()
}

/// Takes the ballot in: looks it over, or changes it.
pub async fn submit(page: &PageRequest, id: BuurtbegrotingId, submission: Submission) -> Outcome {
    let mut fields = submission.fields;
    let round = match page.api.buurtbegroting(id).await {
        Ok(round) => round,
        Err(problem) => return again(fields, problem),
    };
    let found = |what: &str| Fields::new(vec![(what.to_owned(), "ja".to_owned())]);
    match fields.get("actie") {
        "terug" => Outcome::Again(FormState::of(stembiljet::as_ballot(&fields))),
        // From the page where the ballot was looked up: a turn of its own.
        "beginnen" => {
            Outcome::Again(FormState { found: found("begin"), ..FormState::of(stembiljet::as_ballot(&fields)) })
        }
        // What was sent and got no answer is sent again, as the same change.
        stembiljet::RESUMED => Outcome::Again(FormState { found: found(stembiljet::RESUMED), ..FormState::of(fields) }),
        "nakijken" => match look_over(page, &round, &fields).await {
            Ok(stand) => {
                if let Some(stand) = stand {
                    fields.push("stand", stand);
                }
                Outcome::Again(FormState { found: found("nagekeken"), ..FormState::of(fields) })
            }
            Err(problem) => again(fields, problem),
        },
        "wijzigen" => match change(page, &round, &fields).await {
            Ok(()) => Outcome::Again(FormState { found: found("gewijzigd"), ..FormState::of(Fields::default()) }),
            // What was chosen may be an older choice than the one that counts: nothing of it is shown.
            Err(problem) if problem.code() == ProblemCode::Verouderd => {
                Outcome::Again(FormState { found: found(OVER), ..FormState::of(Fields::default()) })
            }
            Err(problem) if problem.code() == ProblemCode::StemmenIsDicht => {
                let (problem, found) = (Some(problem), found(SHUT));
                Outcome::Again(FormState { problem, found, ..FormState::of(Fields::default()) })
            }
            Err(problem) => stembiljet::not_taken(fields, problem),
        },
        _ => again(fields, Problem::bare(ProblemCode::NietGevonden)),
    }
}

/// All that is wrong, at once: with the proof, and with what is chosen. Otherwise how the ballot stands now, so that this change,
/// sent again, never comes on top of a later one.
async fn look_over(page: &PageRequest, round: &BuurtbegrotingView, fields: &Fields) -> Result<Option<String>, Problem> {
    let mut flaws: Vec<FieldProblem> = Vec::new();
    let mut stand = None;
    let asked = CheckStembewijs { stembewijs: fields.get("stembewijs").into() };
    match page.api.check_stembewijs(round.kaart.id, asked).await {
        Ok(found) if !found.in_de_bus => flaws.push(FieldProblem {
            veld: "/stembewijs".into(),
            code: FieldCode::BestaatNiet,
            grens: None,
            melding: String::new(),
        }),
        Ok(found) => stand = found.stand,
        Err(problem) if problem.code() == ProblemCode::OngeldigeInvoer => flaws.extend(problem.fouten),
        Err(problem) => return Err(problem),
    }
    flaws.extend(stembiljet::flaw_of(round, fields));
    if flaws.is_empty() {
        return Ok(stand);
    }
    Err(Problem { fouten: flaws, ..Problem::bare(ProblemCode::OngeldigeInvoer) })
}

async fn change(page: &PageRequest, round: &BuurtbegrotingView, fields: &Fields) -> Result<(), Problem> {
    let request = ChangeVote {
        stembewijs: fields.get("stembewijs").into(),
        keuzes: stembiljet::choices(round, fields).unwrap_or_default(),
        stand: fields.filled("stand").map(str::to_owned),
    };
    page.api.change_vote(round.kaart.id, request).await.map(drop)
}
