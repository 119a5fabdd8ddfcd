//! HTTP as a person in a test speaks it: every answer is held against the OpenAPI document before the test sees it.

use crate::document::Document;
use async_trait::async_trait;
use contract::account::Tokens;
use contract::client::{Answer, BASE, Body, Call, Method, Transport};
use contract::{IdempotencyKey, Problem, Reply, Version};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::{Arc, PoisonError, RwLock};

/// Carries the calls of one person.
#[derive(Clone)]
pub struct HttpTransport {
    http: reqwest::Client,
    document: Arc<Document>,
    address: String,
    /// The address that the request seems to come from, so that people have limits of their own.
    from: String,
    tokens: Arc<RwLock<Option<Tokens>>>,
}

impl HttpTransport {
    pub(crate) fn new(http: reqwest::Client, document: Arc<Document>, address: String, from: String) -> Self {
        Self { http, document, address, from, tokens: Arc::default() }
    }

    /// The same, to another server.
    #[must_use]
    pub fn at(&self, address: String) -> Self {
        Self { address, ..self.clone() }
    }

    /// The same, from another address.
    #[must_use]
    pub fn behind(&self, from: String) -> Self {
        Self { from, ..self.clone() }
    }

    /// What this person holds to stay logged in.
    #[must_use]
    pub fn tokens(&self) -> Option<Tokens> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes on with these tokens, or without.
    pub fn hold(&self, tokens: Option<Tokens>) {
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens;
    }

    /// A request in one's own words; the path stands below `/api/v1`.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", value(&self.from));
        if let Some(tokens) = self.tokens() {
            headers.insert("authorization", value(&format!("Bearer {}", tokens.toegang)));
        }
        Ask { transport: self, method: method.to_owned(), path: path.to_owned(), headers, body: Vec::new(), json: None }
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).expect("a header of a test")
}

/// A request that a test writes itself.
pub struct Ask<'a> {
    transport: &'a HttpTransport,
    method: String,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    json: Option<Value>,
}

impl Ask<'_> {
    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        let json = serde_json::to_value(body).expect("a body of a test is JSON");
        self.body = json.to_string().into_bytes();
        self.json = Some(json);
        self.header("content-type", "application/json")
    }

    /// With these bytes as a body.
    #[must_use]
    pub fn bytes(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// With a header, in place of what it held.
    #[must_use]
    pub fn header(mut self, name: &str, text: &str) -> Self {
        self.headers.insert(HeaderName::from_bytes(name.as_bytes()).expect("a header of a test"), value(text));
        self
    }

    /// Without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// On this version.
    #[must_use]
    pub fn version(self, version: Version) -> Self {
        self.header("if-match", &format!("\"{}\"", version.0))
    }

    /// As this attempt.
    #[must_use]
    pub fn key(self, key: &IdempotencyKey) -> Self {
        self.header("idempotency-key", key.as_str())
    }

    /// Sends it; the answer was held against the document.
    ///
    /// # Panics
    /// When the server does not answer, or answers something else than documented.
    pub async fn send(self) -> Heard {
        let (json, method, path) = (self.json.clone(), self.method.clone(), self.path.clone());
        let document = Arc::clone(&self.transport.document);
        let heard = self.send_unjudged().await;
        document.check(&method, &path, json.as_ref(), &heard);
        heard
    }

    /// Sends it, for paths outside the API.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send_unjudged(self) -> Heard {
        self.try_send().await.expect("the server answers")
    }

    /// Sends it to a server that may be gone; nothing when no whole answer came.
    ///
    /// # Panics
    /// When the method is none.
    pub async fn try_send(self) -> Option<Heard> {
        let base = if self.path.starts_with("//") { "" } else { BASE };
        let url = format!("{}{base}{}", self.transport.address, self.path.replacen("//", "/", 1));
        let method = self.method.parse().expect("a method");
        let request = self.transport.http.request(method, url).headers(self.headers).body(self.body);
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.ok()?.to_vec();
        Some(Heard { status, headers, body })
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Heard {
    /// A header, when it is there once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            (None | Some(_), _) => None,
        }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        self.read()
    }

    /// The body as what it stands for.
    ///
    /// # Panics
    /// When it is something else.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| unreachable!("{error}: {}", self.text()))
    }

    /// The problem that it tells of.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn problem(&self) -> Problem {
        assert!(self.status >= 400, "no problem but {}: {}", self.status, self.text());
        self.read()
    }

    /// The status and the code of the problem, as `409 budget-ontoereikend`; of a success the status alone.
    #[must_use]
    pub fn outcome(&self) -> String {
        if self.status < 400 { self.status.to_string() } else { format!("{} {}", self.status, self.problem().code()) }
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, call: Call) -> Reply<Answer> {
        let method = match call.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        };
        let mut ask = self.ask(method, &call.path);
        ask = match call.body {
            Body::Empty => ask,
            Body::Json(text) => ask.json(&serde_json::from_str::<Value>(&text).expect("the client writes JSON")),
            Body::Photo(bytes) => ask.bytes("application/octet-stream", bytes),
        };
        if let Some(version) = call.version {
            ask = ask.version(version);
        }
        if let Some(key) = &call.key {
            ask = ask.key(key);
        }
        let heard = ask.send().await;
        Ok(Answer { status: heard.status, body: heard.text() })
    }
}
