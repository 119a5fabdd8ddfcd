//! Parts that pages are made of: they know no feature, and speak no Dutch of their own.

pub mod filters;
pub mod form;
pub mod list;
pub mod map;

use crate::i18n::Lang;
use crate::site::PageRequest;
use contract::problem::ProblemCode;
use contract::weglating::Weglating;
use contract::{Euro, Problem};
use leptos::prelude::*;

/// A page that was made.
pub struct Shown {
    /// What the tab says.
    pub title: String,
    /// What stands in `main`.
    pub view: AnyView,
    /// Where the browser goes instead.
    pub go: Option<String>,
    /// What stands beside a link to it that somebody shares.
    pub preview: Option<Preview>,
    /// After so many seconds it is loaded again by itself: nobody is asked anything on it.
    pub refresh: Option<u32>,
}

/// What stands beside a shared link.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What the page is about.
    pub text: String,
    /// The path of a photo.
    pub photo: Option<String>,
}

impl Shown {
    /// With the first words of a text and a photo beside links to it.
    pub fn with_preview(self, text: &str, photo: Option<String>) -> Self {
        const WORDS: usize = 30;
        let mut words = text.split_whitespace();
        let mut text = words.by_ref().take(WORDS).collect::<Vec<_>>().join(" ");
        if words.next().is_some() {
            text.push('…');
        }
        Self { preview: Some(Preview { text, photo }), ..self }
    }

    /// Loaded again every so many seconds, without scripts: for what goes on by itself while somebody looks.
    pub fn refreshing(self, seconds: Option<u32>) -> Self {
        Self { refresh: seconds, ..self }
    }
}

/// No page, but the way to another.
pub fn go(to: String) -> Shown {
    Shown { title: String::new(), view: ().into_any(), go: Some(to), preview: None, refresh: None }
}

/// A page, or the reason why there is none.
pub type Page = Result<Shown, Problem>;

/// A page with this title, which is its heading too.
pub fn shown(title: impl Into<String>, view: impl IntoView + 'static) -> Shown {
    below((), title, view)
}

/// The same, with something above its heading: where the page hangs.
pub fn below(above: impl IntoView + 'static, title: impl Into<String>, view: impl IntoView + 'static) -> Shown {
    let title = title.into();
    let heading = title.clone();
    let view = view! {
        {above}
        <h1 class="nl-heading nl-heading--level-1">{heading}</h1>
        {view}
    };
    Shown { title, view: view.into_any(), go: None, preview: None, refresh: None }
}

/// An id in a path.
///
/// # Errors
/// When it is none: then it names nothing.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_none| Problem::bare(ProblemCode::NietGevonden))
}

/// A code in a path.
///
/// # Errors
/// When it is none: then it names nothing.
pub fn code(text: &str) -> Result<contract::field::Code, Problem> {
    use contract::field::Field as _;
    contract::field::Code::parse(text).map_err(|_flaw| Problem::bare(ProblemCode::NietGevonden))
}

/// A value of the query.
#[must_use]
pub fn query(page: &PageRequest, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&page.query).unwrap_or_default();
    pairs.into_iter().find(|(own, value)| own == name && !value.trim().is_empty()).map(|(_, value)| value)
}

/// A query with some values; empty ones are left out.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let filled: Vec<(&str, &str)> = pairs
        .iter()
        .filter_map(|(name, value)| value.filter(|value| !value.is_empty()).map(|value| (*name, value)))
        .collect();
    match serde_urlencoded::to_string(&filled) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        Ok(_) | Err(_) => path.to_owned(),
    }
}

/// What the address calls the place that somebody comes for: a browser opens nothing by itself, so the page comes with it open.
pub const OPEN: &str = "open";

/// The way to a place on a page that may be closed.
#[must_use]
pub fn opened(path: &str, place: &str) -> String {
    format!("{path}?{OPEN}={place}#{place}")
}

/// Whether somebody comes for this place.
#[must_use]
pub fn is_opened(page: &PageRequest, place: &str) -> bool {
    query(page, OPEN).is_some_and(|own| own == place)
}

/// The place that somebody comes for.
#[must_use]
pub fn opened_place(page: &PageRequest) -> Option<String> {
    query(page, OPEN)
}

/// Something that is closed until it is pressed, at a place that [`opened`] leads to; open from the start where there is a reason.
pub fn details_at(
    page: &PageRequest,
    place: &'static str,
    (title, open): (&'static str, bool),
    content: impl IntoView + 'static,
) -> AnyView {
    let open = open || is_opened(page, place);
    view! { <details class="wk-details" id=place open=open><summary>{title}</summary>{content.into_any()}</details> }
        .into_any()
}

/// The page for what went wrong.
pub fn problem_page(page: &PageRequest, problem: Problem) -> Shown {
    let lang = page.lang;
    let needs_login = matches!(problem.code(), ProblemCode::NietIngelogd | ProblemCode::OpnieuwInloggen);
    let way_on = if needs_login {
        let to = with_query("/inloggen", &[("terug", Some(&page.address()))]);
        view! { <p class="nl-paragraph"><a class="nl-link" href=to>{lang.nav_inloggen()}</a></p> }.into_any()
    } else {
        view! { <p class="nl-paragraph"><a class="nl-link" href="/">{lang.problem_home()}</a></p> }.into_any()
    };
    let instance = problem.instance.clone().map(|id| view! { <p class="wk-small">{lang.problem_instance(id)}</p> });
    let is_look = problem.code() == ProblemCode::NietIngelogd && page.state.is_none();
    let detail = if is_look { lang.problem_log_in_to_see().to_owned() } else { problem.detail };
    shown(problem.title, view! { <p class="nl-paragraph nl-paragraph--lead">{detail}</p> {way_on} {instance} })
}

/// A message in a box. `kind`: `ok`, `info`, `warning` or `error`.
pub fn alert(kind: &'static str, content: impl IntoView + 'static) -> impl IntoView {
    let role = if kind == "error" { "alert" } else { "status" };
    view! {
        <div class=format!("utrecht-alert utrecht-alert--{kind}") role=role>
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message">{content.into_any()}</div>
            </div>
        </div>
    }
}

/// A heading of the second level.
pub fn h2(text: impl Into<String>) -> impl IntoView {
    view! { <h2 class="nl-heading nl-heading--level-2">{text.into()}</h2> }
}

/// A heading of the third level.
pub fn h3(text: impl Into<String>) -> impl IntoView {
    view! { <h3 class="nl-heading nl-heading--level-3">{text.into()}</h3> }
}

/// A paragraph.
pub fn p(text: impl Into<String>) -> impl IntoView {
    view! { <p class="nl-paragraph">{text.into()}</p> }
}

/// A paragraph in which an e-mail address can be pressed.
pub fn p_with_mail(text: &str, email: &str) -> AnyView {
    let (before, after) = text.split_once(email).unwrap_or((text, ""));
    let (before, after, to) = (before.to_owned(), after.to_owned(), format!("mailto:{email}"));
    view! { <p class="nl-paragraph">{before} <a class="nl-link" href=to>{email.to_owned()}</a> {after}</p> }.into_any()
}

/// A link that looks like a button.
pub fn button_link(href: impl Into<String>, text: impl Into<String>) -> impl IntoView {
    view! { <a class="nl-button nl-button--primary" href=href.into()><span class="nl-button__label">{text.into()}</span></a> }
}

/// A link.
pub fn link(href: impl Into<String>, text: impl Into<String>) -> impl IntoView {
    view! { <a class="nl-link" href=href.into()>{text.into()}</a> }
}

/// A small label.
pub fn badge(text: impl Into<String>) -> impl IntoView {
    view! { <span class="nl-data-badge">{text.into()}</span> }
}

/// The small copy of a photo, in a list; `url` is where the photo is.
pub fn small_photo(class: &'static str, url: &str) -> impl IntoView + use<> {
    let small = format!("{url}/klein");
    view! { <img class=class src=small alt="" loading="lazy" width="96" height="72" /> }
}

/// A photo. It comes late, and what stands below it does not move then: a browser knows beforehand how much room it takes.
pub fn photo(foto: &contract::foto::FotoView, alt: impl Into<String>) -> AnyView {
    let (url, alt, width, height) = (foto.url.clone(), alt.into(), foto.breedte.to_string(), foto.hoogte.to_string());
    view! { <img src=url alt=alt width=width height=height loading="lazy" /> }.into_any()
}

/// Where this page hangs: links from wide to narrow.
pub fn breadcrumbs(lang: Lang, links: Vec<(String, String)>) -> impl IntoView {
    let link = |(href, text): (String, String)| view! { <li><a class="nl-link" href=href>{text}</a></li> };
    view! {
        <nav class="wk-breadcrumbs" aria-label=lang.site_breadcrumbs()>
            <ol>{links.into_iter().map(link).collect_view()}</ol>
        </nav>
    }
}

/// What people wrote, with a line that says so where words were left out of it.
pub fn words(lang: Lang, text: &str) -> impl IntoView + use<> {
    let left_out = match Weglating::of(text) {
        Some(Weglating::Deel) => Some(lang.weglating_deel()),
        Some(Weglating::Geheel) => Some(lang.weglating_geheel()),
        None => None,
    };
    let left_out = left_out.map(|line| view! { <p class="wk-small">{line}</p> });
    view! { {prose(text)} {left_out} }
}

/// That words were left out of a title.
pub fn title_note(lang: Lang, title: &str) -> Option<AnyView> {
    let line = match Weglating::of(title)? {
        Weglating::Deel => lang.weglating_titel(),
        Weglating::Geheel => lang.weglating_titel_geheel(),
    };
    Some(view! { <p class="wk-small">{line}</p> }.into_any())
}

/// What people wrote, as text: paragraphs and line breaks, https links that can be followed (SECURITY-RULES T-2).
pub fn prose(text: &str) -> impl IntoView + use<> {
    let paragraph = |part: &str| {
        let lines: Vec<AnyView> = part
            .lines()
            .enumerate()
            .map(|(at, line)| {
                let words = linked(line);
                if at == 0 { words.into_any() } else { view! { <br /> {words} }.into_any() }
            })
            .collect();
        view! { <p class="nl-paragraph">{lines}</p> }
    };
    let parts: Vec<_> = text.split("\n\n").filter(|part| !part.trim().is_empty()).map(paragraph).collect();
    view! { <div class="wk-prose">{parts}</div> }
}

fn linked(line: &str) -> Vec<AnyView> {
    let (mut views, mut plain) = (Vec::new(), String::new());
    for word in line.split_inclusive(' ') {
        let bare = word.trim_end().trim_end_matches(['.', ',', ')', ';', '!', '?']);
        if bare.len() > "https://a.b".len() && bare.starts_with("https://") {
            views.push(std::mem::take(&mut plain).into_any());
            views.push(
                view! { <a class="nl-link" href=bare.to_owned() rel="nofollow ugc noopener">{bare.to_owned()}</a> }
                    .into_any(),
            );
            plain.push_str(word.get(bare.len()..).unwrap_or_default());
        } else {
            plain.push_str(word);
        }
    }
    views.push(plain.into_any());
    views
}

/// An amount.
pub fn euro(lang: Lang, amount: Euro) -> impl IntoView {
    view! { <span class="wk-amount">{crate::amount::euro(lang, amount)}</span> }
}

/// A list of names with what they stand for.
pub fn facts(rows: Vec<(&'static str, AnyView)>) -> impl IntoView {
    let row = |(name, value): (&'static str, AnyView)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! { <dl class="wk-facts">{rows.into_iter().map(row).collect_view()}</dl> }
}
