//! What every request and every answer has in common: where it comes from, how often, which headers go out, and the
//! sentences of problems (SECURITY-RULES R-1, H-1 to H-4, H-7).

use crate::account::tokens::Channel;
use crate::app::App;
use crate::error::Error;
use crate::http::Shared;
use crate::http::answer::{HttpProblem, NO_STORE};
use crate::http::assets::is_file;
use crate::http::body::{Watched, read};
use crate::http::extract::{ACCESS_COOKIE, FreshCookies, REFRESH_COOKIE, client, shared};
use crate::http::limits::{Limits, MAX_JSON, form_kind};
use crate::http::path::{is_plain, is_voting};
use crate::settings::Settings;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpResponse, HttpResponseBuilder, ResponseError};
use contract::Problem;
use contract::problem::ProblemCode;
use frontend::i18n::Lang;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use uuid::Uuid;

/// Version of the API, on every answer.
pub const API_VERSION: &str = "1.0.0";
/// The coordinates of every point that the API gives and takes: longitude and latitude.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// Cookie that remembers a language.
pub const LANG_COOKIE: &str = "wk_taal";
const CONTENT_CRS: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";
const JSON_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Requests per minute, on this instance: of one session for who is logged in, of one network for others, so that a
/// crowd in one place does not spoil it for itself (SECURITY-RULES B-1). Addresses are in memory only.
pub struct Throttle {
    changing: DefaultKeyedRateLimiter<Option<IpAddr>>,
    voting: DefaultKeyedRateLimiter<Option<IpAddr>>,
    reading: DefaultKeyedRateLimiter<Option<IpAddr>>,
    changing_of_one: DefaultKeyedRateLimiter<Uuid>,
    reading_of_one: DefaultKeyedRateLimiter<Uuid>,
    /// How many requests came by, to look at the memory now and then.
    passed: AtomicUsize,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// A session.
    Session(Uuid),
    /// Everybody else of a network.
    Network(Option<IpAddr>),
}

/// What a network may ask is for a crowd; one session gets this part of it.
const SESSIONS_IN_A_CROWD: u32 = 10;
/// More names than these are not kept in memory: those that were quiet for a moment go.
const MOST_NAMES: usize = 100_000;
/// How many requests pass before names are counted.
const COUNT_EVERY: usize = 1_024;

/// As many times more may be asked of the ballot from one address: a block of flats or a library votes through one, and
/// whoever has a right code is not kept waiting. Codes that are wrong are counted apart. What is left is a flood.
const VOTERS: u32 = 20;

impl Throttle {
    /// Limits as the settings say.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self::of(settings.changing_per_minute, settings.reading_per_minute)
    }

    fn of(changing: u32, reading: u32) -> Self {
        Self {
            changing: RateLimiter::keyed(per_minute(changing)),
            voting: RateLimiter::keyed(per_minute(changing.saturating_mul(VOTERS))),
            reading: RateLimiter::keyed(per_minute(reading)),
            changing_of_one: RateLimiter::keyed(per_minute(changing / SESSIONS_IN_A_CROWD)),
            reading_of_one: RateLimiter::keyed(per_minute(reading / SESSIONS_IN_A_CROWD)),
            passed: AtomicUsize::new(0),
        }
    }

    fn check(&self, is_changing: bool, path: &str, who: Who) -> Result<(), Error> {
        if self.passed.fetch_add(1, Ordering::Relaxed).is_multiple_of(COUNT_EVERY) && self.names() > MOST_NAMES {
            self.forget();
        }
        match (who, is_changing) {
            (Who::Session(session), true) => one_more(&self.changing_of_one, &session),
            (Who::Session(session), false) => one_more(&self.reading_of_one, &session),
            (Who::Network(network), true) if is_voting(path) => one_more(&self.voting, &network),
            (Who::Network(network), true) => one_more(&self.changing, &network),
            (Who::Network(network), false) => one_more(&self.reading, &network),
        }
    }

    fn names(&self) -> usize {
        let networks = self.changing.len() + self.voting.len() + self.reading.len();
        networks + self.changing_of_one.len() + self.reading_of_one.len()
    }

    /// Forgets whose requests are too long ago to count.
    pub fn forget(&self) {
        for networks in [&self.changing, &self.voting, &self.reading] {
            networks.retain_recent();
            networks.shrink_to_fit();
        }
        for sessions in [&self.changing_of_one, &self.reading_of_one] {
            sessions.retain_recent();
            sessions.shrink_to_fit();
        }
    }
}

fn per_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
}

fn one_more<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, who: &K) -> Result<(), Error> {
    limiter.check_key(who).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        Error::TooOften { wait: u32::try_from(wait).unwrap_or(60) }
    })
}

/// Whose request this is. Only what we signed names a session, and nothing is asked of the database; who hands in a
/// ballot is not looked at.
fn who(request: &ServiceRequest, app: &App) -> Who {
    let network = || Who::Network(client(request.request(), &app.settings.trusted_proxies).map(of_household));
    if is_voting(request.path()) {
        return network();
    }
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|text| text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("bearer ")));
    let found = match token {
        Some(token) => app.tokens.read(token, Channel::Api, app.now()),
        None => {
            request.cookie(ACCESS_COOKIE).and_then(|cookie| app.tokens.read(cookie.value(), Channel::Web, app.now()))
        }
    };
    found.map_or_else(network, |bearer| Who::Session(bearer.sessie))
}

/// Whether floods of such requests are counted: a page has many photos, and its assets are no work.
fn is_counted(kind: Kind, is_changing: bool, path: &str) -> bool {
    kind != Kind::File && (is_changing || !path.starts_with("/api/v1/fotos/"))
}

/// Of an address of IPv6 the part that a household has: it has many of the rest. One of IPv4 stays whole, also when it
/// is written as IPv6.
#[must_use]
pub fn of_household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
    }
}

/// Around everything: checks before, headers and sentences after, one log line where it tells of no ballot.
///
/// # Errors
/// Never: every failure has become an answer.
pub async fn outer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let shared = shared(request.request());
    let id = shared.app.new_id().to_string();
    let lang = language(&request);
    request.extensions_mut().insert(lang);
    let kind = Kind::of(request.path());
    let is_api = kind == Kind::Api;
    let limits = Limits::of(request.method(), request.path(), form_kind(request.headers()));
    let body = Watched::new(&mut request, limits);
    let response = match (before(&request, &shared, kind, limits), kind) {
        // Not `into_response`: that forgets which problem it was, and nobody could say it.
        (Err(error), Kind::Api | Kind::File) => request.error_response(HttpProblem::from(error)),
        (outcome, _) => {
            if let Err(error) = outcome {
                refuse_on_a_page(&mut request, error);
            }
            // In a task of its own: a visitor who hangs up cancels nothing (SECURITY-RULES D-8). What takes too long goes on
            // to its end as well, and nobody waits for it; whatever it asks of others has a deadline, so that end comes.
            let answer = actix_web::rt::spawn(next.call(request));
            let outcome = match body.in_time(limits.answer, answer).await {
                Some(Ok(response)) => Ok(response?.map_into_boxed_body()),
                Some(Err(_panic)) => Err(Error::Internal("a panic".into())),
                // What was begun may have been done (D-7): the same request again finds out.
                None => Err(Error::Busy),
            };
            match outcome {
                Ok(response) => response,
                Err(error) => return Err(BrokenOff::new(error, id, lang, is_api, body).into()),
            }
        }
    };
    let mut response = say(response, lang, &id).map_body(|_head, answer| body.end_with(answer));
    set_cookies(&mut response);
    let is_html = is_html(response.headers());
    set_headers(response.headers_mut(), &id, is_api, is_html);
    let route = response.request().match_pattern().unwrap_or_default();
    let status = response.status().as_u16();
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    // Lines of ballots handed in could be counted: nobody knows the turnout before its hour (SECURITY-RULES A-7, V-5).
    let is_secret = is_voting(response.request().path()) && status < 500;
    if !is_secret {
        tracing::info!(request.id = %id, method = %response.request().method(), route, status, millis, "answered");
    }
    Ok(response)
}

/// What is asked for; it decides how a refusal looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Api,
    File,
    Page,
}

impl Kind {
    fn of(path: &str) -> Self {
        if path.starts_with("/api/") {
            Self::Api
        } else if is_file(path) || path.starts_with("/health/") {
            Self::File
        } else {
            Self::Page
        }
    }
}

/// A request for a page that came no further; the page says why.
#[derive(Debug)]
pub struct Refused(pub Error);

/// From here on the request only looks: whatever takes it changes nothing. One whose address is refused is seen
/// on the home page: in its own form it could lead elsewhere than what refused it thought.
fn refuse_on_a_page(request: &mut ServiceRequest, error: Error) {
    let is_odd = address_is_right(request).is_err();
    request.head_mut().method = Method::GET;
    if is_odd {
        let home = Uri::from_static("/");
        request.match_info_mut().get_mut().update(&home);
        request.head_mut().uri = home;
    }
    request.extensions_mut().insert(Refused(error));
}

/// An answer that broke off: a panic, or too long a wait. What made it is gone, so this says all by itself.
#[derive(Debug)]
struct BrokenOff {
    problem: Problem,
    id: String,
    lang: Lang,
    is_api: bool,
    body: Watched,
}

impl BrokenOff {
    fn new(error: Error, id: String, lang: Lang, is_api: bool, body: Watched) -> Self {
        let problem = Problem { instance: Some(id.clone()), ..lang.say(error.problem()) };
        tracing::warn!(request.id = %id, status = problem.status, "an answer broke off");
        Self { problem, id, lang, is_api, body }
    }
}

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an answer broke off")
    }
}

impl ResponseError for BrokenOff {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let Self { problem, id, lang, is_api, body } = self;
        let mut response = if *is_api { problem_response(problem) } else { bare_page(*lang, problem) };
        set_headers(response.headers_mut(), id, *is_api, !is_api);
        response.map_body(|_head, answer| body.end_with(answer))
    }
}

/// A page made of nothing but our own sentences, for when the pages themselves fail.
fn bare_page(lang: Lang, problem: &Problem) -> HttpResponse {
    let Problem { title, detail, instance, .. } = problem;
    let number = instance.clone().map(|id| lang.problem_instance(id)).unwrap_or_default();
    let html = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{detail}</p><p><a href=\"/\">{}</a></p><p>{number}</p></main></body></html>",
        lang.code(),
        lang.problem_home(),
    );
    // Nothing in it runs: a nonce that nobody has is one that nothing bears.
    let nonce = leptos::nonce::Nonce::new().to_string();
    builder_for(problem)
        .insert_header((header::CONTENT_SECURITY_POLICY, frontend::site::content_policy(&nonce, None)))
        .content_type("text/html")
        .body(html)
}

fn language(request: &ServiceRequest) -> Lang {
    let chosen = request.cookie(LANG_COOKIE).and_then(|cookie| Lang::from_code(cookie.value()));
    let asked = || {
        request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(Lang::accepted)
    };
    chosen.or_else(asked).unwrap_or_default()
}

/// Largest address, without what stands behind `#` (SECURITY-RULES R-6).
const MAX_ADDRESS: usize = 8 * 1024;
/// Largest headers, all together (SECURITY-RULES R-6).
const MAX_HEADERS: usize = 16 * 1024;

/// A path that is not written in the one way of ours names nothing, whatever it looks like.
fn address_is_right(request: &ServiceRequest) -> Result<(), Error> {
    let (path, query) = (request.path(), request.query_string());
    if path.len() + query.len() >= MAX_ADDRESS {
        return Err(Error::AddressTooLong);
    }
    if is_plain(path) { Ok(()) } else { Err(Error::NotFound) }
}

fn headers_fit(headers: &HeaderMap) -> Result<(), Error> {
    // Between name and value, and at the end of the line, stand two bytes each.
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if size > MAX_HEADERS { Err(Error::HeadersTooLarge) } else { Ok(()) }
}

fn before(request: &ServiceRequest, shared: &Shared, kind: Kind, limits: Limits) -> Result<(), Error> {
    address_is_right(request)?;
    headers_fit(request.headers())?;
    let settings = &shared.app.settings;
    let is_changing = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_counted(kind, is_changing, request.path()) {
        shared.throttle.check(is_changing, request.path(), who(request, &shared.app))?;
    }
    // PostgreSQL has no text with a NUL, and nobody has a question with one.
    if request.query_string().contains("%00") {
        return Err(Error::Unreadable("NUL in the query".into()));
    }
    // A form on a page needs no cookie to be of another site: its answer would bear our name.
    let is_form = kind == Kind::Page && request.headers().contains_key(header::ORIGIN);
    if is_changing && (is_form || request.headers().contains_key(header::COOKIE)) {
        same_site(request.headers(), &settings.base_url)?;
    }
    limits.allow(request.headers())?;
    if kind == Kind::Api && !accepts_json(request.headers()) && !request.path().starts_with("/api/v1/fotos/") {
        return Err(Error::NotAcceptable);
    }
    Ok(())
}

/// a changing request that carries a cookie comes from our own pages, and so does every form of a page.
fn same_site(headers: &HeaderMap, base_url: &str) -> Result<(), Error> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let same_origin = text(header::ORIGIN) == Some(base_url);
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if same_origin && site.is_none_or(|site| site == "same-origin") { Ok(()) } else { Err(Error::OtherOrigin) }
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else { return true };
    accept.split(',').any(|part| {
        let kind = part.split(';').next().unwrap_or_default().trim();
        matches!(kind, "*/*" | "application/*" | "application/json" | "application/problem+json" | "")
    })
}

/// Gives a problem its sentences, in the language of who asked. What actix itself refuses becomes a problem too.
fn say(response: ServiceResponse<BoxBody>, lang: Lang, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let own =
        response.response().error().and_then(|error| error.as_error::<HttpProblem>()).map(|problem| problem.0.clone());
    let is_foreign = response.response().error().is_some() && (status.is_client_error() || status.is_server_error());
    let problem = match own {
        Some(problem) => problem,
        None if is_foreign => Problem { status: status.as_u16(), ..Problem::bare(foreign(status.as_u16())) },
        None => return response,
    };
    let problem = Problem { instance: Some(id.to_owned()), ..lang.say(problem) };
    let (request, refused) = response.into_parts();
    let mut response = problem_response(&problem);
    if let Some(allow) = refused.headers().get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allow.clone());
    }
    ServiceResponse::new(request, response)
}

const fn foreign(status: u16) -> ProblemCode {
    match status {
        400 => ProblemCode::OnleesbaarVerzoek,
        404 => ProblemCode::NietGevonden,
        413 => ProblemCode::TeGroot,
        415 => ProblemCode::MediatypeNietOndersteund,
        _ => ProblemCode::Storing,
    }
}

fn problem_response(problem: &Problem) -> HttpResponse {
    builder_for(problem)
        .content_type("application/problem+json; charset=utf-8")
        .body(serde_json::to_string(problem).unwrap_or_default())
}

/// What every way of telling a problem begins with.
fn builder_for(problem: &Problem) -> HttpResponseBuilder {
    let status = actix_web::http::StatusCode::from_u16(problem.status);
    let mut builder = HttpResponse::build(status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR));
    builder.insert_header((header::CACHE_CONTROL, NO_STORE));
    if let Some(wait) = problem.wacht {
        builder.insert_header((header::RETRY_AFTER, wait.to_string()));
    }
    builder
}

fn set_cookies(response: &mut ServiceResponse<BoxBody>) {
    let fresh = response.request().extensions().get::<FreshCookies>().cloned();
    if let Some(FreshCookies(tokens)) = fresh {
        for cookie in session_cookies(&tokens) {
            // A cookie of ours is always a valid header; what is not is left out.
            if response.response_mut().add_cookie(&cookie).is_err() {
                tracing::error!("a session cookie could not be set");
            }
        }
    }
}

/// The two cookies of a session (SECURITY-RULES S-4).
#[must_use]
pub fn session_cookies(tokens: &contract::account::Tokens) -> [Cookie<'static>; 2] {
    [own_cookie(ACCESS_COOKIE, tokens.toegang.clone()), own_cookie(REFRESH_COOKIE, tokens.vernieuw.clone())]
}

/// The same cookies, expired.
#[must_use]
pub fn expired_cookies() -> [Cookie<'static>; 2] {
    [ACCESS_COOKIE, REFRESH_COOKIE].map(|name| {
        let mut cookie = own_cookie(name, String::new());
        cookie.set_max_age(time::Duration::ZERO);
        cookie
    })
}

pub(super) fn own_cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax).finish()
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Headers of every answer; a page has set its own policy with its nonce already.
fn set_headers(headers: &mut HeaderMap, id: &str, is_api: bool, is_html: bool) {
    let mut default = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default("strict-transport-security", "max-age=31536000; includeSubDomains");
    default("x-content-type-options", "nosniff");
    default("x-frame-options", "DENY");
    default("referrer-policy", "same-origin");
    default("cross-origin-resource-policy", "same-origin");
    default("content-security-policy", JSON_POLICY);
    if is_html {
        default("cross-origin-opener-policy", "same-origin");
        default("reporting-endpoints", "csp=\"/api/v1/csp-melding\"");
        default("permissions-policy", PERMISSIONS);
        default("cache-control", NO_STORE);
    }
    if is_api {
        default("api-version", API_VERSION);
        default("content-crs", CONTENT_CRS);
        default("cache-control", NO_STORE);
    }
    if is_html {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

const PERMISSIONS: &str = "geolocation=(self), camera=(self), publickey-credentials-get=(self), microphone=(), \
    payment=(), usb=(), accelerometer=(), gyroscope=(), magnetometer=(), midi=(), serial=(), \
    display-capture=(), browsing-topics=()";

/// Takes reports of the content security policy: counted in the log, without what was in them.
///
/// # Errors
/// When a report cannot be read.
pub async fn csp_report(body: actix_web::web::Payload) -> Result<HttpResponse, HttpProblem> {
    let report = read(body.into_inner(), MAX_JSON).await?;
    tracing::warn!(bytes = report.len(), "a browser reported a breach of the content security policy");
    Ok(HttpResponse::NoContent().finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{CHANGING_PER_MINUTE, READING_PER_MINUTE};

    fn network(address: &str) -> Who {
        Who::Network(Some(address.parse().unwrap()))
    }

    const ROUND: &str = "/buurtbegrotingen/0197f0c6-0000-7000-8000-000000000000";

    // B-1
    #[test]
    fn voters_behind_one_address_are_not_kept_waiting_and_others_have_a_limit_of_their_own() {
        let throttle = Throttle::of(2, 2);
        let [flat, other] = ["10.0.0.1", "10.0.0.2"].map(network);
        for path in ["/stemmen", "/stemmen/wijzigen"] {
            let allowed = (0..2 * VOTERS / 2).filter(|_| throttle.check(true, &format!("{ROUND}{path}"), flat).is_ok());
            assert_eq!(allowed.count(), 20, "{path}");
        }
        let log_in = |who| throttle.check(true, "/api/v1/sessies", who).is_ok();
        assert_eq!([log_in(flat), log_in(flat), log_in(flat)], [true, true, false]);
        assert!(log_in(other), "a neighbour is somebody else");
        assert!(throttle.check(false, "/", flat).is_ok());
    }

    // B-1, B09
    #[test]
    fn thirty_readers_of_one_library_open_twenty_photo_cards_each() {
        let throttle = Throttle::of(CHANGING_PER_MINUTE, READING_PER_MINUTE);
        let library = network("192.0.2.7");
        let mut asked = 0;
        for _card in 0..30 * 20 {
            for path in
                ["/initiatieven", "/initiatieven/1", "/api/v1/fotos/1", "/api/v1/fotos/1/klein", "/assets/a.css"]
            {
                if is_counted(Kind::of(path), false, path) {
                    asked += 1;
                    assert!(throttle.check(false, path, library).is_ok(), "{path} after {asked}");
                }
            }
        }
        assert_eq!(asked, 30 * 20 * 2, "photos and assets are not counted");
        assert!(is_counted(Kind::Api, true, "/api/v1/fotos/"), "sending one is");
    }

    // B-1
    #[test]
    fn who_is_logged_in_is_counted_apart_from_everybody_around_them() {
        let throttle = Throttle::of(20, 20);
        let (own, other) = (Who::Session(Uuid::from_u128(1)), Who::Session(Uuid::from_u128(2)));
        let changes = |who| (0..30).filter(|_| throttle.check(true, "/api/v1/initiatieven", who).is_ok()).count();
        let (crowd, one) = (changes(network("192.0.2.7")), changes(own));
        assert_eq!((crowd, one), (20, 2), "a flood of neighbours takes nothing from a session");
        assert_eq!(changes(other), 2);
        assert!(throttle.check(false, "/", own).is_ok());
    }

    #[test]
    fn names_that_were_quiet_are_forgotten_before_they_fill_the_memory() {
        let throttle = Throttle::of(u32::MAX, u32::MAX);
        let quiet = MOST_NAMES + COUNT_EVERY;
        for number in 0..=u128::try_from(quiet + COUNT_EVERY).unwrap() {
            throttle.check(true, "/", Who::Session(Uuid::from_u128(number))).unwrap();
        }
        assert!(throttle.names() <= quiet, "{}", throttle.names());
    }

    #[test]
    fn a_household_has_many_addresses_of_ipv6_and_one_limit() {
        let of = |text: &str| of_household(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"), "however it is written");
    }
}
