//! The mails of the demo, which are not sent to anybody.

use crate::site::{DemoMail, PageRequest};
use crate::ui::{Shown, p, prose, shown};
use leptos::prelude::*;

/// The newest mails, the newest first.
#[must_use]
pub fn page(page: &PageRequest) -> Shown {
    let lang = page.lang;
    let base = page.site.base_url.clone();
    let mail = |mail: &DemoMail| {
        // Addresses of this demo are links, so that they can be followed as in a real mail.
        let links = mail.text.split_whitespace().filter(|word| word.starts_with(&base)).map(|word| {
            let to = word.strip_prefix(&base).unwrap_or(word).to_owned();
            view! { <p class="nl-paragraph"><a class="nl-link" href=to.clone()>{to.clone()}</a></p> }
        });
        view! {
            <article class="wk-panel">
                <h2 class="nl-heading nl-heading--level-3">{mail.subject.clone()}</h2>
                <p class="wk-small">{mail.to.clone()}</p>
                {prose(&mail.text)}
                {links.collect_view()}
            </article>
        }
    };
    let body = if page.demo_mails.is_empty() {
        p(lang.mail_page_none()).into_any()
    } else {
        page.demo_mails.iter().map(mail).collect_view().into_any()
    };
    shown(lang.nav_mail(), view! { {p(lang.mail_page_lead())} {body} })
}
