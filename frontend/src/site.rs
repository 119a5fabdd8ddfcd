//! What every page needs to know of where it is shown: addresses, the municipality, who is looking.

use chrono::NaiveDate;
use contract::account::{Ik, RolView, Role};
use contract::stem::Stembewijs;
use contract::{Api, Problem};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::forms::FormState;
use crate::i18n::Lang;

/// Addresses of styles, scripts and fonts by name.
#[derive(Debug, Clone, Default)]
pub struct Assets(BTreeMap<String, String>);

impl Assets {
    /// From names to addresses.
    #[must_use]
    pub const fn new(names: BTreeMap<String, String>) -> Self {
        Self(names)
    }

    /// The address of an asset; a plain path when the site was not built.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| format!("/assets/{name}"))
    }
}

/// What the wijkteam looks at before everybody sees it, beside what may be about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksFirst {
    /// Questions and problems.
    Questions,
    /// Everything.
    Everything,
    /// Nothing else.
    Nothing,
}

/// What does not change between requests.
#[derive(Debug, Clone)]
pub struct Site {
    /// Address that people use.
    pub base_url: String,
    /// Name of the municipality.
    pub gemeente: String,
    /// Where people can mail questions.
    pub contact_email: String,
    /// Where people can call, if anywhere.
    pub contact_phone: Option<String>,
    /// Map tiles, if any.
    pub map_tiles: Option<String>,
    /// Who made them.
    pub map_attribution: String,
    /// Whether this is a demo, with mails on a page.
    pub is_demo: bool,
    /// Most characters of a day's promise: days to the first answer.
    pub answer_days: u32,
    /// What the wijkteam looks at first.
    pub looks_first: LooksFirst,
    /// Addresses of assets.
    pub assets: Arc<Assets>,
}

/// A mail of the demo, to show.
#[derive(Debug, Clone)]
pub struct DemoMail {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
}

/// The parts of a path, between its slashes; of the home page a single empty one.
#[must_use]
pub fn parts(path: &str) -> Vec<&str> {
    path.strip_prefix('/').unwrap_or(path).split('/').collect()
}

/// What belongs to one request for a page.
#[derive(Clone)]
pub struct PageRequest {
    /// What does not change.
    pub site: Arc<Site>,
    /// The API as this caller.
    pub api: Arc<dyn Api>,
    /// Who is logged in.
    pub viewer: Option<Ik>,
    /// Whether it was not asked who is logged in: nobody knows who votes (SECURITY-RULES P-4).
    pub is_unasked: bool,
    /// Language.
    pub lang: Lang,
    /// A secret that nobody has, for who votes without a script to make one; none when the system has no randomness.
    pub secret: Option<Stembewijs>,
    /// The day, in the Netherlands.
    pub today: NaiveDate,
    /// Path that was asked.
    pub path: String,
    /// Query that was asked.
    pub query: String,
    /// A fresh key for a form on this page.
    pub key: String,
    /// What a form of this page was sent with, when it is shown again.
    pub state: Option<FormState>,
    /// Whether the page shows what was wrong with that form.
    pub told: Arc<AtomicBool>,
    /// Why the request was turned away at the door; then this is all that the page says.
    pub refusal: Option<Problem>,
    /// Mails to show, on the demo's page for them.
    pub demo_mails: Arc<Vec<DemoMail>>,
    /// The OpenAPI document, on the page that shows it.
    pub openapi: Option<Arc<serde_json::Value>>,
}

impl PageRequest {
    /// Path and query: where to come back to.
    #[must_use]
    pub fn address(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.path, self.query)
    }

    /// Whether the viewer has a role somewhere.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.viewer.as_ref().is_some_and(|ik| ik.rollen.iter().any(|own| own.rol == role))
    }

    /// Whether the viewer has one of these roles in a gebied, or in the whole city.
    #[must_use]
    pub fn has_role_in(&self, roles: &[Role], gebied: &str) -> bool {
        let fits = |own: &RolView| roles.contains(&own.rol) && own.gebied.as_deref().is_none_or(|own| own == gebied);
        self.viewer.as_ref().is_some_and(|ik| ik.rollen.iter().any(fits))
    }

    /// Whether the viewer works for the municipality.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.has_role(Role::Wijkteam) || self.has_role(Role::Backoffice)
    }
}

/// The content security policy of a page, exactly as SECURITY-RULES H-1 says; `tiles` is where map tiles come from.
#[must_use]
pub fn content_policy(nonce: &str, tiles: Option<&str>) -> String {
    let host = tiles.and_then(origin).map(|host| format!(" {host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' blob: data:{host}; font-src 'self'; connect-src 'self'{host}; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; \
         frame-ancestors 'none'; report-to csp; report-uri /api/v1/csp-melding"
    )
}

/// Scheme and host of an address.
fn origin(url: &str) -> Option<&str> {
    let after = url.find("://")? + 3;
    let end = url.get(after..)?.find('/').map_or(url.len(), |at| after + at);
    url.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    // finding 23
    #[test]
    fn only_one_slash_leads_to_a_page() {
        assert_eq!(parts("/"), [""]);
        assert_eq!(parts("/stem"), ["stem"]);
        assert_eq!(parts("/mijn/initiatieven/x"), ["mijn", "initiatieven", "x"]);
        for other in ["//stem", "/stem/", "///stem", "//"] {
            assert!(parts(other).len() > 1, "{other}");
        }
    }

    #[test]
    fn the_policy_names_the_map_and_nothing_else() {
        let policy = content_policy("abc", Some("https://service.pdok.nl/brt/{z}/{x}/{y}.png"));
        assert!(policy.contains("img-src 'self' blob: data: https://service.pdok.nl;"));
        assert!(policy.contains("connect-src 'self' https://service.pdok.nl;"));
        assert!(!content_policy("abc", None).contains("https:"));
        assert!(!policy.contains("unsafe-inline"));
    }
}
