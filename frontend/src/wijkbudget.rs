//! The money of a gebied: every figure leads to its postings.

use crate::format;
use crate::i18n::Lang;
use crate::site::PageRequest;
use crate::ui::{self, Page, below, breadcrumbs, link, list, p};
use contract::field::Code;
use contract::gebied::Keuze;
use contract::problem::ProblemCode;
use contract::wijkbudget::{BoekingFilter, BoekingView, Pot, ProductSaldo, ToelichtingView, WijkbudgetView};
use contract::{Euro, Problem};
use leptos::prelude::*;

/// Per product: begroot, gereserveerd, verplicht, besteed, vrij.
pub fn table(lang: Lang, budget: &WijkbudgetView) -> impl IntoView + use<> {
    let row = |saldo: &ProductSaldo| {
        let name = if saldo.product.is_some() { saldo.naam.clone() } else { lang.budget_total().to_owned() };
        let figure = |pot: Pot, amount: Euro| {
            let to = ui::with_query(
                &format!("/gebieden/{}/boekingen", budget.gebied),
                &[
                    ("product", saldo.product.as_deref()),
                    ("pot", Some(pot.as_str())),
                    ("jaar", Some(&budget.jaar.to_string())),
                ],
            );
            link(to, crate::amount::euro(lang, amount)).into_any()
        };
        vec![
            name.into_any(),
            figure(Pot::Extern, saldo.begroot),
            figure(Pot::Gereserveerd, saldo.gereserveerd),
            figure(Pot::Verplicht, saldo.verplicht),
            figure(Pot::Besteed, saldo.besteed),
            figure(Pot::Vrij, saldo.vrij),
        ]
    };
    let heads = [
        lang.budget_product(),
        lang.budget_begroot(),
        lang.budget_gereserveerd(),
        lang.budget_verplicht(),
        lang.budget_besteed(),
        lang.budget_vrij(),
    ];
    let rows = budget.producten.iter().chain([&budget.totaal]).map(row).collect();
    view! { {p(lang.budget_words())} {list::table(lang.budget_caption(budget.jaar), &heads, rows)} }
}

/// The page of a wijkbudget.
pub async fn page(page: &PageRequest, code: &str) -> Page {
    let lang = page.lang;
    let code = ui::code(code)?;
    let gebied = page.api.gebied(code.clone()).await?;
    let year = ui::query(page, "jaar").and_then(|text| text.parse().ok());
    let budget = page.api.wijkbudget(code, year).await?;
    Ok(below(
        breadcrumbs(
            lang,
            vec![
                ("/gebieden".into(), lang.gebied_title().into()),
                (format!("/gebieden/{}", gebied.code), gebied.naam.clone()),
            ],
        ),
        lang.budget_title(&gebied.naam, budget.jaar),
        view! {
            <p class="nl-paragraph nl-paragraph--lead">{lang.budget_lead()}</p>
            {table(lang, &budget)}
        },
    ))
}

/// The postings behind a figure.
pub async fn postings(page: &PageRequest, code: &str) -> Page {
    let lang = page.lang;
    let code = ui::code(code)?;
    let gebied = page.api.gebied(code.clone()).await?;
    let asked = |name: &str| ui::query(page, name);
    let pot = asked("pot").and_then(|text| text.parse::<Pot>().ok());
    let filter = BoekingFilter {
        jaar: asked("jaar").and_then(|text| text.parse().ok()),
        product: asked("product"),
        pot,
        cursor: asked("cursor"),
        limit: Some(50),
    };
    let beside = staff_words(page, &code, &filter).await?;
    let found = page.api.list_boekingen(code, filter.clone()).await?;
    let products = page.api.keuzelijsten().await?.producten;
    let product = products.iter().find(|own| Some(&own.code) == filter.product.as_ref()).map(|own| own.naam.clone());
    let figure = figure(lang, product, pot);
    let title = figure
        .as_ref()
        .map_or_else(|| lang.posting_title(&gebied.naam), |figure| lang.posting_title_of(figure, &gebied.naam));
    let path = format!("/gebieden/{}", gebied.code);
    let next = found.volgende.map(|cursor| {
        let year = filter.jaar.map(|year| year.to_string());
        let pairs = [
            ("jaar", year.as_deref()),
            ("product", filter.product.as_deref()),
            ("pot", pot.map(Pot::as_str)),
            ("cursor", Some(cursor.as_str())),
        ];
        ui::with_query(&format!("{path}/boekingen"), &pairs)
    });
    let body = posting_table(lang, title.clone(), &products, &found.resultaten, &beside);
    let all = figure.map(|_| {
        let to = format!("{path}/boekingen");
        view! { <p class="nl-paragraph">{link(to, lang.posting_all(&gebied.naam))}</p> }
    });
    Ok(below(
        breadcrumbs(
            lang,
            vec![(path.clone(), gebied.naam.clone()), (format!("{path}/wijkbudget"), lang.budget_name().into())],
        ),
        title,
        view! {
            {p(lang.posting_lead())}
            {body}
            {list::more(lang, next)}
            {all}
        },
    ))
}

/// What staff wrote beside these postings; nothing for who may not read it.
async fn staff_words(page: &PageRequest, code: &Code, filter: &BoekingFilter) -> Result<Vec<ToelichtingView>, Problem> {
    if page.viewer.is_none() {
        return Ok(Vec::new());
    }
    match page.api.list_toelichtingen(code.clone(), filter.clone()).await {
        Ok(found) => Ok(found.resultaten),
        Err(problem) if problem.code() == ProblemCode::NietToegestaan => Ok(Vec::new()),
        Err(problem) => Err(problem),
    }
}

/// Which figure was pressed: its product, its pot, or both.
fn figure(lang: Lang, product: Option<String>, pot: Option<Pot>) -> Option<String> {
    let parts: Vec<String> = product.into_iter().chain(pot.map(|pot| figure_name(lang, pot).to_owned())).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What a pot is called as a figure of the wijkbudget.
const fn figure_name(lang: Lang, pot: Pot) -> &'static str {
    match pot {
        Pot::Extern => lang.budget_begroot(),
        Pot::Gereserveerd => lang.budget_gereserveerd(),
        Pot::Verplicht => lang.budget_verplicht(),
        Pot::Besteed => lang.budget_besteed(),
        Pot::Vrij => lang.budget_vrij(),
    }
}

/// Postings, newest first; or that there are none.
fn posting_table(
    lang: Lang,
    title: String,
    products: &[Keuze],
    postings: &[BoekingView],
    beside: &[ToelichtingView],
) -> AnyView {
    if postings.is_empty() {
        return p(lang.posting_none()).into_any();
    }
    let heads = [
        lang.posting_day(),
        lang.posting_kind(),
        lang.posting_from(),
        lang.posting_to(),
        lang.posting_amount(),
        lang.budget_product(),
        lang.posting_what(),
    ];
    let words = |posting: &BoekingView| beside.iter().find(|own| own.boeking == posting.id);
    let rows = postings.iter().map(|posting| posting_row(lang, products, posting, words(posting))).collect();
    list::table(title, &heads, rows).into_any()
}

/// One posting as a row.
fn posting_row(
    lang: Lang,
    products: &[Keuze],
    posting: &BoekingView,
    beside: Option<&ToelichtingView>,
) -> Vec<AnyView> {
    let product = products.iter().find(|own| own.code == posting.product);
    let product = product.map_or_else(|| posting.product.clone(), |own| own.naam.clone());
    // Before there was a list to choose from, only the kind is for everybody.
    let what = posting.omschrijving.map_or_else(|| lang.boeking_soort(posting.soort), |what| lang.omschrijving(what));
    let what = match posting.opdracht {
        Some(id) => link(format!("/opdrachten/{id}"), what).into_any(),
        None => what.into_any(),
    };
    let beside = beside.map(|own| view! { <p class="wk-small">{lang.posting_staff(&own.tekst)}</p> });
    vec![
        format::moment(lang, posting.geboekt_op).into_any(),
        lang.boeking_soort(posting.soort).into_any(),
        lang.pot(posting.van).into_any(),
        lang.pot(posting.naar).into_any(),
        ui::euro(lang, posting.bedrag).into_any(),
        product.into_any(),
        view! { {what} {beside} }.into_any(),
    ]
}
