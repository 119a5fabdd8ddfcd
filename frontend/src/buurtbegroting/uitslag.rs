//! The result: what was chosen and what was not, and why.

use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, h2, list as ui_list, p};
use contract::buurtbegroting::{BuurtbegrotingFase as Fase, BuurtbegrotingView};
use contract::stembureau::{ProjectUitslag, UitslagView};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// The result of a round, once there is one.
pub async fn part(page: &PageRequest, round: &BuurtbegrotingView) -> Result<Option<AnyView>, Problem> {
    match round.kaart.fase {
        Fase::Uitslag | Fase::Uitvoering => {
            Ok(Some(result(page.lang, round.kaart.id, &page.api.uitslag(round.kaart.id).await?).into_any()))
        }
        Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen | Fase::Stemmen | Fase::Tellen | Fase::Gestopt => Ok(None),
    }
}

fn result(lang: Lang, id: BuurtbegrotingId, uitslag: &UitslagView) -> impl IntoView + use<> {
    let most = uitslag.projecten.iter().map(|own| own.stemmen).max().unwrap_or(0).max(1);
    let card = |own: &ProjectUitslag| card(lang, own, most);
    let (chosen, others): (Vec<_>, Vec<_>) = uitslag.projecten.iter().partition(|own| own.gekozen);
    let lead = lang.result_lead(
        chosen.len(),
        crate::amount::euro(lang, uitslag.kosten),
        crate::amount::euro(lang, uitslag.over),
        uitslag.stembiljetten,
    );
    let again = match uitslag.natellen.clone() {
        Some(command) => view! {
            {p(lang.result_again_hint())}
            <pre class="wk-code" tabindex="0"><code>{command}</code></pre>
        }
        .into_any(),
        None => p(lang.result_too_few()).into_any(),
    };
    let base = format!("/api/v1/buurtbegrotingen/{id}");
    let papers = [
        ("/uitslag/stembiljetten", lang.result_pb()),
        ("/uitslag/rapport", lang.result_json()),
        ("/uitslag/tabel", lang.result_csv()),
        ("/uitslag/controlecodes", lang.result_codes()),
        ("/spelregels", lang.result_rules()),
    ];
    view! {
        {h2(lang.result_title())}
        {p(lead)}
        {h2(lang.result_chosen())}
        {ui_list::cards(chosen.into_iter().map(card).collect())}
        {h2(lang.result_others())}
        {ui_list::cards(others.into_iter().map(card).collect())}
        {h2(lang.result_again())}
        {again}
        <ul class="wk-list">{papers.map(|(path, text)| view! { <li><a class="nl-link" href=format!("{base}{path}") download>{text}</a></li> }).collect_view()}</ul>
    }
}

fn card(lang: Lang, own: &ProjectUitslag, most: u64) -> AnyView {
    let votes = lang.result_votes(own.stemmen);
    view! {
        <article class="wk-card">
            <div>
                {ui_list::card_heading(ui_list::Under::Heading, lang.round_project_title(own.nummer, &own.titel))}
                <div class="wk-card__facts">{ui::euro(lang, own.kosten)} <span>{votes}</span></div>
                <meter class="wk-bar" min="0" max=most.to_string() value=own.stemmen.to_string() aria-hidden="true"></meter>
                {p(own.uitleg.clone())}
            </div>
        </article>
    }
    .into_any()
}
