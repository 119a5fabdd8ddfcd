//! How requests come in: who asks, which version, which key, which body. Every failure is a problem.

use crate::account::sessions;
use crate::account::tokens::Channel;
use crate::app::App;
use crate::caller::{Caller, Origin};
use crate::error::Error;
use crate::http::Shared;
use crate::http::address;
use crate::http::answer::HttpProblem;
use crate::http::body::{read, read_photo};
use crate::http::guard::of_household;
use crate::http::limits::MAX_JSON;
use crate::http::uploads::Room;
use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use actix_web::web::{Data, PathConfig, QueryConfig};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use contract::account::Tokens;
use contract::field::{FieldCode, FieldProblems};
use contract::problem::FieldProblem;
use contract::{IdempotencyKey, Version};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use std::net::IpAddr;
use std::sync::Arc;

/// Cookie with the access token.
pub const ACCESS_COOKIE: &str = "__Host-wk_toegang";
/// Cookie with the refresh token.
pub const REFRESH_COOKIE: &str = "__Host-wk_vernieuw";

/// Tokens that must go out as cookies with the answer to this request.
#[derive(Debug, Clone)]
pub struct FreshCookies(pub Tokens);

/// The shared things of a request.
///
/// # Panics
/// Never: `serve` puts them there.
#[must_use]
pub fn shared(request: &HttpRequest) -> Arc<Shared> {
    Arc::clone(request.app_data::<Data<Shared>>().expect("serve puts it there"))
}

/// The address that a request comes from: the right-most one that is no proxy of ours (SECURITY-RULES R-5). It names a
/// household, and is never kept.
#[must_use]
pub fn client(request: &HttpRequest, trusted: &[ipnet::IpNet]) -> Option<IpAddr> {
    let socket = request.peer_addr()?.ip();
    // Several headers are one list. One that is no text has hops that cannot be read.
    let forwarded: Vec<&str> =
        request.headers().get_all("x-forwarded-for").map(|value| value.to_str().unwrap_or_default()).collect();
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    Some(address::client(socket, forwarded.into_iter(), is_trusted))
}

/// The same as it is kept, shortened to /24 or /48 so that it names no household, and as it is counted.
#[must_use]
pub fn origin(request: &HttpRequest, app: &App) -> Origin {
    let client = client(request, &app.settings.trusted_proxies).map(|address| address.to_canonical());
    Origin { kept: shortened(client), network: app.tokens.network(client.map(of_household), app.today()) }
}

fn shortened(client: Option<IpAddr>) -> String {
    match client {
        Some(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0")
        }
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}::")
        }
        None => "onbekend".into(),
    }
}

/// A caller whose identity was read. For answers that depend on who asks.
impl FromRequest for Caller {
    type Error = HttpProblem;
    type Future = LocalBoxFuture<'static, Result<Self, HttpProblem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(identify(&request).await?) })
    }
}

/// Reads who asks, from a bearer token or from cookies, never both (SECURITY-RULES S-4).
///
/// # Errors
/// [`Error::NotLoggedIn`] for a bearer token that does not count; [`Error::TwoLogins`].
pub async fn identify(request: &HttpRequest) -> Result<Caller, Error> {
    let shared = shared(request);
    let app = &shared.app;
    let from = origin(request, app);
    let bearer = request.headers().get(AUTHORIZATION).map(|value| {
        value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("bearer ")))
    });
    let access = request.cookie(ACCESS_COOKIE).map(|cookie| cookie.value().to_owned());
    let refresh = request.cookie(REFRESH_COOKIE).map(|cookie| cookie.value().to_owned());
    match (bearer, access, refresh) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(Error::TwoLogins),
        (Some(token), None, None) => {
            let caller = match token {
                Some(token) => sessions::identify(app, token, Channel::Api, from).await?,
                None => None,
            };
            caller.ok_or(Error::NotLoggedIn)
        }
        (None, access, refresh) => {
            if let Some(access) = access
                && let Some(caller) = sessions::identify(app, &access, Channel::Web, from.clone()).await?
            {
                return Ok(caller);
            }
            match refresh {
                Some(refresh) => renew(request, &shared, &refresh, from).await,
                None => Ok(Caller::visitor(Arc::clone(app), from)),
            }
        }
    }
}

/// A browser whose access token is over goes on with its refresh token; new cookies go out with the answer.
async fn renew(request: &HttpRequest, shared: &Shared, refresh: &str, from: Origin) -> Result<Caller, Error> {
    match sessions::refresh(&shared.app, refresh, Channel::Web).await {
        Ok(tokens) => {
            let caller = sessions::identify(&shared.app, &tokens.toegang, Channel::Web, from.clone()).await?;
            request.extensions_mut().insert(FreshCookies(tokens));
            Ok(caller.unwrap_or_else(|| Caller::visitor(Arc::clone(&shared.app), from)))
        }
        Err(Error::NotLoggedIn) => Ok(Caller::visitor(Arc::clone(&shared.app), from)),
        Err(error) => Err(error),
    }
}

/// A caller who could be anybody: the handler does not look at who asks, so its answer may be shared.
#[derive(Debug)]
pub struct Anybody(pub Caller);

impl FromRequest for Anybody {
    type Error = HttpProblem;
    type Future = std::future::Ready<Result<Self, HttpProblem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let shared = shared(request);
        let from = origin(request, &shared.app);
        std::future::ready(Ok(Self(Caller::visitor(Arc::clone(&shared.app), from))))
    }
}

/// The version that an edit was made on.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Version);

impl FromRequest for IfMatch {
    type Error = HttpProblem;
    type Future = std::future::Ready<Result<Self, HttpProblem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let tag = request.headers().get(IF_MATCH).and_then(|value| value.to_str().ok());
        let version = tag.map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"').parse().map(Version));
        std::future::ready(match version {
            Some(Ok(version)) => Ok(Self(version)),
            // A tag that we never gave out matches nothing.
            Some(Err(_)) => Err(Error::Stale.into()),
            None => Err(Error::VersionMissing.into()),
        })
    }
}

/// The key of an attempt.
#[derive(Debug)]
pub struct Key(pub IdempotencyKey);

impl FromRequest for Key {
    type Error = HttpProblem;
    type Future = std::future::Ready<Result<Self, HttpProblem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let text = request.headers().get("idempotency-key").and_then(|value| value.to_str().ok());
        let key = text.and_then(IdempotencyKey::parse).map(Self);
        std::future::ready(key.ok_or_else(|| Error::KeyMissing.into()))
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = HttpProblem;
    type Future = LocalBoxFuture<'static, Result<Self, HttpProblem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            if kind != "application/json" {
                return Err(Error::Unsupported.into());
            }
            let bytes = read(payload, MAX_JSON).await?;
            Ok(Self(parse(&bytes)?))
        })
    }
}

/// The bytes of a photo, and the room that they take until they are stored.
#[derive(Debug)]
pub struct PhotoBytes {
    /// The bytes.
    pub bytes: Vec<u8>,
    _room: Room,
}

impl FromRequest for PhotoBytes {
    type Error = HttpProblem;
    type Future = LocalBoxFuture<'static, Result<Self, HttpProblem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut room = shared(request).uploads.room();
        let payload = payload.take();
        Box::pin(async move {
            let bytes = read_photo(payload, contract::foto::MAX_FOTO_BYTES, &mut room).await?;
            Ok(Self { bytes, _room: room })
        })
    }
}

/// Reads JSON; what is wrong with one field is told of that field.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    // Every body of ours is an object; serde takes a list of its values as well, in the order in which they are written here.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Error::field("", FieldCode::VerkeerdType));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path: String = error.path().iter().map(|part| format!("/{part}")).collect();
        let inner = error.into_inner();
        if inner.classify() != serde_json::error::Category::Data {
            return Error::Unreadable(inner.to_string());
        }
        let said = inner.to_string();
        let named = |start: &str| said.strip_prefix(start).and_then(|rest| rest.split('`').next());
        let (path, code) = match (named("unknown field `"), named("missing field `")) {
            // The path ends at the field itself, or at what holds it.
            (Some(field), _) if path.ends_with(&format!("/{field}")) => (path, FieldCode::OnbekendVeld),
            (Some(field), _) => (format!("{path}/{field}"), FieldCode::OnbekendVeld),
            (None, Some(field)) => (format!("{path}/{field}"), FieldCode::Ontbreekt),
            (None, None) => (path, FieldCode::VerkeerdType),
        };
        Error::Fields(FieldProblems(vec![FieldProblem { veld: path, code, grens: None, melding: String::new() }]))
    })?;
    reader.end().map_err(|error| Error::Unreadable(error.to_string()))?;
    Ok(value)
}

/// A query that cannot be read is a field problem.
#[must_use]
pub fn query_config() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _request| {
        let said = error.to_string();
        let named =
            |start: &str| said.split_once(start).and_then(|(_, rest)| rest.split('`').next()).map(str::to_owned);
        let problem = match (named("unknown field `"), named("missing field `"), named("unknown variant `")) {
            (Some(field), _, _) => Error::field(&format!("/{field}"), FieldCode::OnbekendVeld),
            (None, Some(field), _) => Error::field(&format!("/{field}"), FieldCode::Ontbreekt),
            (None, None, Some(_)) => Error::field("", FieldCode::OngeldigeKeuze),
            (None, None, None) => Error::field("", FieldCode::VerkeerdType),
        };
        HttpProblem::from(problem).into()
    })
}

/// An id that is none names nothing.
#[must_use]
pub fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|_error, _request| HttpProblem::from(Error::NotFound).into())
}

/// A code in a path.
///
/// # Errors
/// [`Error::NotFound`] when it can be none.
pub fn code(text: &str) -> Result<contract::field::Code, HttpProblem> {
    use contract::field::Field as _;
    contract::field::Code::parse(text).map_err(|_flaw| Error::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::initiatief::Say;

    fn problem(body: &str) -> (String, FieldCode) {
        match parse::<Say>(body.as_bytes()) {
            Err(Error::Fields(FieldProblems(fields))) => (fields[0].veld.clone(), fields[0].code),
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        assert_eq!(problem(r#"{"tekst":"hallo","x":1}"#), ("/x".into(), FieldCode::OnbekendVeld));
        assert_eq!(problem("{}"), ("/tekst".into(), FieldCode::Ontbreekt));
        assert_eq!(problem(r#"{"tekst":3}"#), ("/tekst".into(), FieldCode::VerkeerdType));
        assert_eq!(problem(r#" ["hallo"]"#), (String::new(), FieldCode::VerkeerdType), "a list is no object");
        for broken in ["", "{", "{\"tekst\":\"a\"} x", "\u{0}"] {
            assert!(matches!(parse::<Say>(broken.as_bytes()), Err(Error::Unreadable(_))), "{broken}");
        }
    }
}
