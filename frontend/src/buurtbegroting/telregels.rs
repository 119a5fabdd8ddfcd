//! Every rule on an earlier election: for the wijkteam that chooses one, and for whoever wants to understand them. The
//! device of the visitor counts (`js/natellen.js`); a file that they choose stays there.

use crate::site::PageRequest;
use crate::ui::form::Form;
use crate::ui::{Page, below, breadcrumbs, link};
use contract::Problem;
use contract::buurtbegroting::{BuurtbegrotingCard, BuurtbegrotingFase as Fase};
use contract::gebied::Keuze;
use leptos::prelude::*;

/// The page.
pub async fn page(page: &PageRequest) -> Page {
    let lang = page.lang;
    let form = Form::new(page, "vergelijken");
    let rounds = published(page).await?;
    let choose = (!rounds.is_empty())
        .then(|| form.field("ronde", lang.rules_round()).hint(lang.rules_round_hint()).optional().select(rounds, None));
    let fields = view! {
        {choose}
        {form.field("bestand", lang.rules_file()).hint(lang.rules_file_hint()).optional().kind("file").input()}
    };
    let heads =
        [lang.result_head_rule(), lang.result_head_plans(), lang.result_head_cost(), lang.result_head_without()];
    let heads = serde_json::to_string(&heads).unwrap_or_default();
    Ok(below(
        breadcrumbs(lang, vec![("/buurtbegrotingen".into(), lang.round_list().into())]),
        lang.rules_title(),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.rules_lead()}</p>
            <section
                class="wk-scripted"
                data-telregels=""
                data-koppen=heads
                data-tekst-bezig=lang.recount_busy()
                data-tekst-kies=lang.rules_choose()
                data-tekst-over=lang.rules_about("{bedrag}", "{plannen}", "{stembiljetten}")
                data-tekst-mislukt=lang.recount_failed()
                data-tekst-verkeerd=lang.rules_wrong()
            >
                {form.view(lang.rules_button(), fields)}
                <div role="status" data-gevonden=""></div>
            </section>
            <p class="nl-paragraph wk-unscripted">{lang.rules_no_script()}</p>
            <p class="nl-paragraph">{link("https://pabulib.org", lang.rules_elsewhere())}</p>
        },
    ))
}

/// The rounds of which the ballots are published, by where these are.
async fn published(page: &PageRequest) -> Result<Vec<Keuze>, Problem> {
    let mut found = Vec::new();
    for BuurtbegrotingCard { id, titel, fase, .. } in super::newest(page).await? {
        if matches!(fase, Fase::Uitslag | Fase::Uitvoering) && page.api.uitslag(id).await?.natellen.is_some() {
            let code = format!("/api/v1/buurtbegrotingen/{id}/uitslag/stembiljetten");
            found.push(Keuze { code, naam: titel, uitleg: None });
        }
    }
    Ok(found)
}
