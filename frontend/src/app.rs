//! The shell around every page, and which path shows which page.

use crate::site::{PageRequest, content_policy, parts};
use crate::ui::{self, Page, Shown};
use crate::{account, buurtbegroting, gebied, home, initiatief, opdracht, opgave, weglaten, werk, wijkbudget};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFRESH, RETRY_AFTER};
use contract::Problem;
use contract::account::Role;
use contract::problem::ProblemCode;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_actix::ResponseOptions;
use leptos_meta::{Meta, MetaTags, Title, provide_meta_context};

/// What a page is drawn with from the start. A font that comes too late is left for the next page: text never jumps.
const FONTS: [&str; 3] = ["noto-sans-400.woff2", "noto-sans-700.woff2", "noto-serif-700.woff2"];

/// The whole document.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let page = expect_context::<PageRequest>();
    let response = expect_context::<ResponseOptions>();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    if let Ok(policy) = HeaderValue::from_str(&content_policy(&nonce, page.site.map_tiles.as_deref())) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    let lang = page.lang;
    let asset = |name: &str| page.site.assets.url(name);
    let body = {
        let page = page.clone();
        Suspend::new(async move { main(&page, &response).await })
    };
    view! {
        <!DOCTYPE html>
        <html lang=lang.code() class="utrecht-root voorbeeld-theme gemeente-theme">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content=lang.site_description(&page.site.gemeente) />
                <meta name="theme-color" content="#0f6375" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=asset("app.css") />
                {FONTS.map(|font| view! { <link rel="preload" r#as="font" type="font/woff2" crossorigin="anonymous" href=asset(font) /> })}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/icon-192.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <script
                    type="module"
                    nonce=nonce
                    src=asset("start.js")
                    data-pkg-js=asset("pkg.js")
                    data-pkg-wasm=asset("pkg.wasm")
                    data-kaart-js=asset("kaart.js")
                    data-natellen-js=asset("natellen.js")
                    data-tekst-geen-net=lang.form_no_network()
                ></script>
                <MetaTags />
            </head>
            <body class="utrecht-body">
                <a class="nl-skip-link nl-skip-link--visible-on-focus" href="#inhoud">{lang.site_skip()}</a>
                {header(&page)}
                <main id="inhoud" class="wk-main" tabindex="-1">
                    <Suspense fallback=|| ()>{body}</Suspense>
                </main>
                {footer(&page)}
            </body>
        </html>
    }
}

fn header(page: &PageRequest) -> AnyView {
    let lang = page.lang;
    let mut links = vec![
        ("/gebieden", lang.nav_gebieden()),
        ("/initiatieven", lang.nav_initiatieven()),
        ("/initiatieven/nieuw", lang.nav_nieuw()),
        ("/buurtbegrotingen", lang.nav_buurtbegrotingen()),
    ];
    if page.is_staff() || page.has_role(Role::Stembureau) {
        links.push(("/werk", lang.nav_werk()));
    }
    if page.viewer.is_some() {
        links.push(("/mijn", lang.nav_mijn()));
    } else if !page.is_unasked {
        links.push(("/inloggen", lang.nav_inloggen()));
    }
    if page.site.is_demo {
        links.push(("/mail", lang.nav_mail()));
    }
    let path = page.path.clone();
    let link = move |(href, text): (&'static str, &'static str)| {
        let current = (path == href).then_some("page");
        view! { <li><a class="nl-link" href=href aria-current=current>{text}</a></li> }
    };
    let log_out = page.viewer.as_ref().map(|ik| {
        view! {
            <form class="wk-logout" method="post" action="/uitloggen">
                <span>{ik.naam.clone()}</span>
                <button class="wk-plain-button" type="submit">{lang.nav_uitloggen()}</button>
            </form>
        }
    });
    view! {
        <header class="wk-header">
            <div class="wk-header__inner">
                <a class="wk-brand" href="/">
                    <svg class="wk-brand__mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
                        <circle cx="16" cy="16" r="15" fill="currentColor" />
                        <path d="M16 5l4 11-4 11-4-11z" class="wk-brand__needle" />
                    </svg>
                    <span>"Wijkkoers " <span class="wk-brand__city">{page.site.gemeente.clone()}</span></span>
                </a>
                {log_out}
            </div>
            <nav class="wk-nav" aria-label=lang.nav_label()>
                <ul>{links.into_iter().map(link).collect_view()}</ul>
            </nav>
        </header>
    }
    .into_any()
}

fn footer(page: &PageRequest) -> AnyView {
    let lang = page.lang;
    let other = crate::i18n::Lang::ALL.iter().copied().find(|other| *other != lang).unwrap_or_default();
    let back = page.address();
    view! {
        <footer class="wk-footer">
            <div class="wk-footer__inner">
                <ul>
                    <li><a class="nl-link" href="/over">{lang.footer_over()}</a></li>
                    <li><a class="nl-link" href="/privacy">{lang.footer_privacy()}</a></li>
                    <li><a class="nl-link" href="/toegankelijkheid">{lang.footer_toegankelijkheid()}</a></li>
                    <li><a class="nl-link" href="/api">"API"</a></li>
                </ul>
                <form method="post" action="/taal">
                    <input type="hidden" name="taal" value=other.code() />
                    <input type="hidden" name="terug" value=back />
                    <button class="wk-plain-button" type="submit" lang=other.code()>{other.site_this_language()}</button>
                </form>
                <p class="wk-small">{lang.footer_bron()}</p>
            </div>
        </footer>
    }
    .into_any()
}

/// The title of the page and what stands in `main`.
async fn main(page: &PageRequest, response: &ResponseOptions) -> impl IntoView + use<> {
    let outcome = match page.refusal.clone() {
        Some(refusal) => Err(refusal),
        None => route(page).await,
    };
    let shown = match outcome {
        Ok(shown) => shown,
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            response.set_status(status);
            if let Some(wait) = problem.wacht {
                response.insert_header(RETRY_AFTER, HeaderValue::from(wait));
            }
            let help = buurtbegroting::kiezer::after_problem(page, problem.code());
            let shown = ui::problem_page(page, page.lang.say(problem));
            let view = view! { {shown.view} {help} }.into_any();
            Shown { view, ..shown }
        }
    };
    if let Some(to) = shown.go.and_then(|to| HeaderValue::from_str(&to).ok()) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(LOCATION, to);
    }
    if let Some(seconds) = shown.refresh {
        response.insert_header(REFRESH, HeaderValue::from(seconds));
    }
    // leptos_meta writes a title as it is (P-8).
    let title = html_escape::encode_text(&shown.title).into_owned();
    view! {
        <Title text=format!("{title} – Wijkkoers {}", page.site.gemeente) />
        <Meta property="og:title" content=shown.title />
        <Meta property="og:site_name" content=format!("Wijkkoers {}", page.site.gemeente) />
        {shown.preview.map(|preview| preview_of(page, preview))}
        {ui::form::orphan(page)}
        {shown.view}
    }
}

/// What other programs show of a link to this page.
fn preview_of(page: &PageRequest, preview: ui::Preview) -> impl IntoView + use<> {
    let photo = preview.photo.map(|path| {
        view! { <Meta property="og:image" content=format!("{}{path}", page.site.base_url) /> }
    });
    view! {
        <Meta property="og:description" content=preview.text />
        {photo}
    }
}

/// Which path shows which page.
#[expect(clippy::cognitive_complexity, reason = "a table, one line a path")]
async fn route(page: &PageRequest) -> Page {
    match parts(&page.path).as_slice() {
        [""] => home::page(page).await,
        ["over"] => Ok(home::about(page)),
        ["privacy"] => Ok(home::privacy(page)),
        ["toegankelijkheid"] => Ok(home::accessibility(page)),
        ["offline"] => Ok(home::offline(page)),
        ["api"] => crate::api_page::page(page),
        ["mail"] if page.site.is_demo => Ok(crate::mail_page::page(page)),
        ["gebieden"] => gebied::list(page).await,
        ["gebieden", code] => gebied::page(page, code).await,
        ["gebieden", code, "wijkactieplan"] => opgave::plan(page, code).await,
        ["gebieden", code, "wijkbudget"] => wijkbudget::page(page, code).await,
        ["gebieden", code, "boekingen"] => wijkbudget::postings(page, code).await,
        ["wijken"] => gebied::find(page).await,
        ["wijken", code] => gebied::wijk(page, code).await,
        ["initiatieven"] => initiatief::list(page).await,
        ["initiatieven", "nieuw"] => initiatief::form::page(page).await,
        ["initiatieven", id] => initiatief::page(page, ui::id(id)?).await,
        ["bevestigen", what, _] if matches!(*what, "account" | "initiatief") => Ok(account::confirm(page)),
        ["antwoorden", secret] => initiatief::own::answer_by_link(page, secret).await,
        ["inloggen"] => Ok(account::log_in(page)),
        ["registreren"] => account::register(page).await,
        ["wachtwoord-vergeten"] => Ok(account::forgotten(page)),
        ["wachtwoord-nieuw", _] => Ok(account::new_password(page)),
        ["bericht", what] => account::message(page, what),
        ["mijn"] => initiatief::own::list(page).await,
        ["mijn", "initiatieven", id] => initiatief::own::page(page, ui::id(id)?).await,
        ["opgaven", "nieuw"] => opgave::new(page).await,
        ["opgaven", id] => opgave::page(page, ui::id(id)?).await,
        ["opdrachten"] => opdracht::list(page).await,
        ["opdrachten", id] => opdracht::page(page, ui::id(id)?).await,
        ["buurtbegrotingen"] => buurtbegroting::list(page).await,
        ["buurtbegrotingen", "nieuw"] => buurtbegroting::plan::new(page).await,
        ["buurtbegrotingen", "telregels"] => buurtbegroting::telregels::page(page).await,
        ["buurtbegrotingen", id] => buurtbegroting::page(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "wijzigen"] => buurtbegroting::plan::edit(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "stemmen"] => buurtbegroting::stembiljet::page(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "stemmen", "wijzigen"] => buurtbegroting::change::page(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "stembewijs"] => buurtbegroting::stembewijs::page(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "plannen", number] => buurtbegroting::plan_page::page(page, ui::id(id)?, number).await,
        ["buurtbegrotingen", id, "bewaren"] => buurtbegroting::bewaren::page(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "telling"] => buurtbegroting::telling::page(page, ui::id(id)?).await,
        ["buurtbegrotingen", id, "bundels"] => buurtbegroting::bundel::list(page, ui::id(id)?).await,
        ["bundels", id] => buurtbegroting::bundel::page(page, ui::id(id)?).await,
        ["stem"] => buurtbegroting::stem::page(page).await,
        ["stembewijs"] => buurtbegroting::stembewijs::short(page).await,
        ["werk"] => werk::page(page).await,
        ["werk", "initiatieven", id] => werk::desk::dossier(page, ui::id(id)?).await,
        ["werk", "weglaten", id] => weglaten::page(page, ui::id(id)?).await,
        _ => Err(Problem::bare(ProblemCode::NietGevonden)),
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown").field("title", &self.title).finish_non_exhaustive()
    }
}
