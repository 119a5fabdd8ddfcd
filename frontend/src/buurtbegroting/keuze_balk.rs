//! What is chosen and what is left, while somebody fills their ballot in.

use crate::i18n::Lang;
use contract::stembiljet::{Kandidaat, StemKeuze, StembiljetFout, StembiljetRegels};
use contract::{Euro, ProjectId};
use leptos::prelude::*;

/// Says at every choice how many, how much or how many points are left, or what is too much; and takes the last choice
/// back. An island, because it must react to every choice. Without scripts the check on the server says the same.
#[island]
pub fn KeuzeBalk(
    /// The language.
    lang: Lang,
    /// The limits.
    regels: StembiljetRegels,
    /// What each project costs.
    kosten: Vec<(ProjectId, Euro)>,
    /// That nothing happened with the ballot yet.
    nog_niet: String,
    /// What the button that takes a choice back says.
    terug: String,
) -> impl IntoView {
    let choices = RwSignal::new(None::<Filled>);
    let can_undo = RwSignal::new(false);
    let undo = watch(regels, choices, can_undo);
    let candidates = kosten.into_iter().map(|(project, kosten)| Kandidaat { project, kosten });
    let candidates = StoredValue::new(candidates.collect::<Vec<_>>());
    let line = move || {
        choices.get().map(|choices| candidates.with_value(|candidates| line(lang, regels, candidates, &choices)))
    };
    let is_wrong = move || line().is_some_and(|(_, is_wrong)| is_wrong);
    let text = move || line().map(|(text, _)| text);
    view! {
        <div class="wk-balk" class:wk-balk--wrong=is_wrong hidden=move || choices.with(Option::is_none)>
            <p class="nl-paragraph" role="status">
                <span class="wk-nog-niet" hidden=is_wrong>{nog_niet} " "</span>
                {text}
            </p>
            <button class="wk-plain-button" type="button" hidden=move || !can_undo.get() on:click=move |_| undo()>{terug}</button>
        </div>
    }
}

/// A ballot as it is filled in so far.
type Filled = Result<Vec<StemKeuze>, StembiljetFout>;

/// What the bar says, and whether something is too much.
fn line(lang: Lang, regels: StembiljetRegels, candidates: &[Kandidaat], filled: &Filled) -> (String, bool) {
    let wrong = |fout: StembiljetFout| (lang.ballot_problem(fout), true);
    let choices = match filled {
        Ok(choices) => choices,
        Err(fout) => return wrong(*fout),
    };
    match regels.check(choices, candidates) {
        // Too little is no mistake of somebody who is still choosing.
        Ok(()) | Err(StembiljetFout::TeWeinig(_)) => {}
        Err(fout) => return wrong(fout),
    }
    let chosen = choices.len();
    let text = match regels {
        StembiljetRegels::Goedkeuring { hoogstens, .. } | StembiljetRegels::Rangorde { hoogstens, .. } => {
            match usize::from(hoogstens).saturating_sub(chosen) {
                1 => lang.ballot_left_plan(chosen),
                left => lang.ballot_left_plans(chosen, left),
            }
        }
        StembiljetRegels::Knapzak { budget, .. } => {
            let cost = |keuze: &StemKeuze| candidates.iter().find(|own| own.project == keuze.project);
            let spent = choices.iter().filter_map(cost).try_fold(Euro::ZERO, |sum, own| sum.plus(own.kosten));
            let left = spent.and_then(|spent| budget.minus(spent)).unwrap_or(Euro::ZERO);
            lang.ballot_left_money(chosen, crate::amount::euro(lang, left))
        }
        StembiljetRegels::Punten { punten, .. } => {
            let given: u32 = choices.iter().map(|keuze| u32::from(keuze.punten)).sum();
            lang.ballot_left_points(given, u32::from(punten).saturating_sub(given))
        }
    };
    (text, false)
}

/// Only a browser has a ballot that is filled in.
#[cfg(not(feature = "hydrate"))]
fn watch(
    _regels: StembiljetRegels,
    _choices: RwSignal<Option<Filled>>,
    _can_undo: RwSignal<bool>,
) -> impl Fn() + Copy + 'static {
    || {}
}

#[cfg(feature = "hydrate")]
fn watch(
    regels: StembiljetRegels,
    choices: RwSignal<Option<Filled>>,
    can_undo: RwSignal<bool>,
) -> impl Fn() + Copy + 'static {
    use leptos::leptos_dom::helpers::window_event_listener;

    // What stood in the controls after each choice; the last is what stands there now.
    let history = StoredValue::new_local(Vec::<Vec<String>>::new());
    let look = move || {
        let controls = controls();
        let now: Vec<String> = controls.iter().map(|(_, control)| control.get()).collect();
        let beside = controls.iter().map(|(project, _)| *project).zip(now.iter().map(String::as_str));
        choices.set(Some(regels.filled_in(beside)));
        history.update_value(|history| {
            if history.last() != Some(&now) {
                history.push(now);
            }
        });
        // Once it is there it stays, with the focus that it may have.
        if history.with_value(|history| history.len() > 1) {
            can_undo.set(true);
        }
    };
    Effect::new(move |_| {
        look();
        let listener = window_event_listener(leptos::ev::input, move |_| look());
        on_cleanup(move || listener.remove());
    });
    move || {
        history.update_value(|history| {
            if history.len() > 1 {
                history.pop();
            }
        });
        let before = history.with_value(|history| history.last().cloned()).unwrap_or_default();
        for ((_, control), value) in controls().iter().zip(&before) {
            control.set(value);
        }
        look();
    }
}

/// A control of the ballot.
#[cfg(feature = "hydrate")]
enum Control {
    Box(web_sys::HtmlInputElement),
    Number(web_sys::HtmlInputElement),
    Place(web_sys::HtmlSelectElement),
}

#[cfg(feature = "hydrate")]
impl Control {
    /// What stands in it: a tick, points, a place, or nothing.
    fn get(&self) -> String {
        match self {
            Self::Box(own) if own.checked() => "ja".to_owned(),
            Self::Box(_) => String::new(),
            Self::Number(own) => own.value(),
            Self::Place(own) => own.value(),
        }
    }

    fn set(&self, value: &str) {
        match self {
            Self::Box(own) => own.set_checked(!value.is_empty()),
            Self::Number(own) => own.set_value(value),
            Self::Place(own) => own.set_value(value),
        }
    }
}

/// The controls of the ballot, in the order of the page, each with its project.
#[cfg(feature = "hydrate")]
fn controls() -> Vec<(ProjectId, Control)> {
    use wasm_bindgen::JsCast as _;
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector_all(".wk-ballot input, .wk-ballot select").ok());
    let Some(found) = found else { return Vec::new() };
    let all = (0..found.length()).filter_map(|at| found.item(at));
    all.filter_map(|node| match node.dyn_into::<web_sys::HtmlInputElement>() {
        Ok(own) if own.type_() == "checkbox" => Some((own.value().parse().ok()?, Control::Box(own))),
        Ok(own) => Some((own.name().parse().ok()?, Control::Number(own))),
        Err(other) => {
            let own = other.dyn_into::<web_sys::HtmlSelectElement>().ok()?;
            Some((own.name().parse().ok()?, Control::Place(own)))
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_bar_says_what_is_left_and_what_is_too_much() {
        let project = |number: u128| ProjectId(Uuid::from_u128(number));
        let euro = |euros: i64| Euro::from_cents(euros * 100).unwrap();
        let candidates: Vec<Kandidaat> =
            (1..=3).map(|number| Kandidaat { project: project(number), kosten: euro(400) }).collect();
        let chosen = |all: &[(u128, u16)]| -> Filled {
            Ok(all.iter().map(|(number, punten)| StemKeuze { project: project(*number), punten: *punten }).collect())
        };
        let approval = StembiljetRegels::Goedkeuring { minstens: 1, hoogstens: 2 };
        let knapsack = StembiljetRegels::Knapzak { minstens: 1, budget: euro(1_000) };
        let points = StembiljetRegels::Punten { punten: 5, per_project: 5 };
        for (regels, filled, text, is_wrong) in [
            (approval, chosen(&[]), "U koos er 0, er kunnen er nog 2 bij.", false),
            (approval, chosen(&[(1, 1)]), "U koos er 1, er kan er nog 1 bij.", false),
            (approval, chosen(&[(1, 1), (2, 1), (3, 1)]), "U hebt er 1 te veel gekozen. Haal er 1 weg.", true),
            (knapsack, chosen(&[(1, 1)]), "U koos er 1. Er is nog €\u{a0}600,00 over.", false),
            (
                knapsack,
                chosen(&[(1, 1), (2, 1), (3, 1)]),
                "Samen kosten uw plannen € 200 te veel. Haal een plan weg.",
                true,
            ),
            (points, chosen(&[(1, 3)]), "Punten gegeven: 3, nog over: 2.", false),
            (
                approval,
                Err(StembiljetFout::PlaatsDubbel),
                "Twee plannen hebben dezelfde plaats. Geef elk plan een eigen plaats.",
                true,
            ),
        ] {
            assert_eq!(line(Lang::Nl, regels, &candidates, &filled), (text.to_owned(), is_wrong));
        }
    }
}
