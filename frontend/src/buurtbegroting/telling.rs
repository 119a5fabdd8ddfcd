//! How far a count is: it is long by nature, and goes on while nobody looks.

use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, Page, below, link, p};
use contract::bewaarder::BewaardersView;
use contract::problem::ProblemCode;
use contract::telling::{TellingSoort, TellingStatus, TellingView};
use contract::{BuurtbegrotingId, Problem};
use leptos::prelude::*;

/// The page is loaded again after so many seconds, as long as there is something to wait for.
pub const SECONDS: u32 = 5;

/// The count that was asked for last, for those who count.
pub async fn page(page: &PageRequest, id: BuurtbegrotingId) -> Page {
    let lang = page.lang;
    if page.viewer.is_none() {
        return Err(Problem::bare(ProblemCode::NietIngelogd));
    }
    let round = page.api.buurtbegroting(id).await?;
    let telling = round.telling.ok_or_else(|| Problem::bare(ProblemCode::NietGevonden))?;
    let waits = round.bewaarders && telling.status == TellingStatus::Gevraagd;
    let keepers = if waits { page.api.bewaarders(id).await? } else { BewaardersView::default() };
    let title = match telling.soort {
        TellingSoort::Telling => lang.telling_title(),
        TellingSoort::Natelling => lang.telling_title_again(),
    };
    let again = (!telling.is_over()).then(|| {
        let path = page.path.clone();
        view! { <p class="nl-paragraph">{link(path, lang.bewaren_look_again())}</p> }
    });
    let to_round = link(format!("/buurtbegrotingen/{id}"), lang.telling_to_round());
    let shown = below(
        super::above(lang, &round.kaart),
        title,
        view! {
            {progress(lang, &telling)}
            {super::bewaarders::table(lang, &keepers)}
            {again}
            <p class="nl-paragraph">{to_round}</p>
        },
    );
    Ok(shown.refreshing((!telling.is_over()).then_some(SECONDS)))
}

/// How far it is, in words and as a bar.
pub fn progress(lang: Lang, telling: &TellingView) -> AnyView {
    match telling.status {
        TellingStatus::Gevraagd => p(lang.telling_asked()).into_any(),
        TellingStatus::Bezig => {
            let (done, all) = (telling.geopend.to_string(), telling.stembiljetten.max(1).to_string());
            view! {
                {p(lang.telling_busy())}
                <progress class="wk-progress" aria-label=lang.telling_title() max=all value=done></progress>
                {p(lang.telling_opened(telling.geopend, telling.stembiljetten))}
            }
            .into_any()
        }
        TellingStatus::Klaar | TellingStatus::Mislukt => found(lang, telling).into_any(),
    }
}

/// What came of a count that is over; nothing before that.
pub fn found(lang: Lang, telling: &TellingView) -> Option<AnyView> {
    let number = telling.stembiljetten;
    match (telling.status, telling.gelijk) {
        (TellingStatus::Gevraagd | TellingStatus::Bezig, _) => None,
        (TellingStatus::Klaar, None) => Some(ui::alert("ok", p(lang.telling_done())).into_any()),
        (TellingStatus::Klaar, Some(true)) => Some(ui::alert("ok", p(lang.desk_recount_same(number))).into_any()),
        (TellingStatus::Klaar, Some(false)) => Some(ui::alert("error", p(lang.desk_recount_other(number))).into_any()),
        (TellingStatus::Mislukt, _) => {
            let why = lang.say(Problem::bare(telling.fout.unwrap_or(ProblemCode::Storing)));
            Some(ui::alert("error", view! { {p(lang.telling_failed())} {p(why.detail)} }).into_any())
        }
    }
}
