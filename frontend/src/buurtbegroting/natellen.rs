//! Counting again in the browser of whoever wants to, and what their own ballot did: nothing of it reaches the server.
//! The page says what is needed; `js/natellen.js` does it once the button is pressed.

use crate::i18n::Lang;
use crate::ui::p;
use contract::buurtbegroting::BuurtbegrotingView;
use contract::stembiljet::StembiljetRegels;
use contract::stembureau::{ProjectUitslag, UitslagView};
use leptos::prelude::*;

/// The button, what it finds, and the ballot that somebody may fill in after that.
pub fn part(lang: Lang, round: &BuurtbegrotingView, uitslag: &UitslagView) -> impl IntoView + use<> {
    let mut plans: Vec<&ProjectUitslag> = uitslag.projecten.iter().collect();
    plans.sort_by_key(|plan| plan.nummer);
    let regels = round.spelregels.stembiljet;
    let choices = plans.into_iter().map(|plan| choice(lang, regels, plan)).collect_view();
    view! {
        <section
            class="wk-scripted"
            data-natellen=""
            data-adres=format!("/api/v1/buurtbegrotingen/{}", round.kaart.id)
            data-controlegetal=round.regels_hash.clone()
            data-tekst-bezig=lang.recount_busy()
            data-tekst-gelijk=lang.recount_same("{stemmen}")
            data-tekst-anders=lang.recount_other("{stemmen}")
            data-tekst-gekozen=lang.recount_chosen("{plannen}")
            data-tekst-getal=lang.recount_digest("{getal}")
            data-tekst-mislukt=lang.recount_failed()
            data-tekst-verkeerd=lang.recount_wrong_papers()
            data-tekst-deel=lang.recount_own_share("{bedrag}", "{over}")
            data-tekst-geen-deel=lang.recount_own_no_share()
            data-tekst-ging=lang.recount_own_spent("{bedrag}", "{plan}")
            data-tekst-rest=lang.recount_own_rest("{plan}")
            data-tekst-niets=lang.recount_own_nothing()
            data-tekst-niemand=lang.recount_own_nobody()
        >
            <h3 class="nl-heading nl-heading--level-3">{lang.recount_title()}</h3>
            {p(lang.recount_lead())}
            <button class="nl-button nl-button--secondary" type="button" data-tel="">
                <span class="nl-button__label">{lang.recount_button()}</span>
            </button>
            <div role="status" data-gevonden=""></div>
            <form class="wk-panel" data-eigen="" hidden>
                <fieldset class="wk-fieldset">
                    <legend><h3 class="nl-heading nl-heading--level-3">{lang.recount_own_title()}</h3></legend>
                    {p(lang.recount_own_lead())}
                    <ul class="wk-list wk-natellen">{choices}</ul>
                </fieldset>
                <button class="nl-button nl-button--secondary" type="submit">
                    <span class="nl-button__label">{lang.recount_own_button()}</span>
                </button>
                <div role="status" data-eigen-gevonden=""></div>
            </form>
        </section>
    }
}

/// What may stand beside one plan; its name is the id of the plan.
fn choice(lang: Lang, regels: StembiljetRegels, plan: &ProjectUitslag) -> AnyView {
    let (id, name) = (format!("eigen-{}", plan.project), plan.project.to_string());
    let title = lang.round_project_title(plan.nummer, &plan.titel);
    let number = |most: u16| {
        view! {
            <input class="utrecht-textbox utrecht-textbox--html-input wk-ballot__number" type="number" inputmode="numeric" min="0" max=most.to_string() id=id.clone() name=name.clone() />
        }
        .into_any()
    };
    let field = match regels {
        StembiljetRegels::Goedkeuring { .. } | StembiljetRegels::Knapzak { .. } => view! {
            <input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id=id.clone() name=name.clone() value="ja" />
        }
        .into_any(),
        StembiljetRegels::Punten { per_project, .. } => number(per_project),
        StembiljetRegels::Rangorde { hoogstens, .. } => number(hoogstens),
    };
    let said = match regels {
        StembiljetRegels::Goedkeuring { .. } | StembiljetRegels::Knapzak { .. } => None,
        StembiljetRegels::Punten { .. } => Some(lang.vote_points()),
        StembiljetRegels::Rangorde { .. } => Some(lang.vote_place()),
    };
    let said = said.map(|said| view! { <span class="wk-unseen">{said}</span> });
    view! { <li class="wk-choice">{field} <label for=id.clone()>{title} " " {said}</label></li> }.into_any()
}
