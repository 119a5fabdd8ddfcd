//! How answers leave: JSON, with a version where there is one, or a problem. Sentences are filled in by the middleware,
//! which knows the language of who asked.

use crate::error::Error;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ETAG, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use contract::{Problem, Version};
use serde::Serialize;

/// A problem on its way out.
#[derive(Debug)]
pub struct HttpProblem(pub Problem);

impl std::fmt::Display for HttpProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.kind)
    }
}

impl From<Problem> for HttpProblem {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Error> for HttpProblem {
    fn from(error: Error) -> Self {
        Self(error.problem())
    }
}

impl ResponseError for HttpProblem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The outcome of a handler.
pub type Answer<T> = Result<T, HttpProblem>;

/// JSON that depends on who asks: never stored by anybody.
#[derive(Debug)]
pub struct Private<T>(pub T);

/// JSON that is the same for everybody.
#[derive(Debug)]
pub struct Public<T>(pub T);

/// JSON of something that was just made.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// JSON of something that goes on by itself, and may be over by now.
#[derive(Debug)]
pub struct Accepted<T> {
    /// How far it is.
    pub value: T,
    /// Whether nothing more comes of it.
    pub is_over: bool,
}

/// JSON with the version that edits must name.
#[derive(Debug)]
pub struct Versioned<T>(pub T, pub Version);

/// Nothing to say.
#[derive(Debug)]
pub struct Done;

fn json(status: StatusCode, cache: &'static str, value: &impl Serialize) -> HttpResponse<BoxBody> {
    let mut response = HttpResponse::build(status).insert_header((header::CACHE_CONTROL, cache)).json(value);
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Nobody keeps it.
pub const NO_STORE: &str = "no-store";
/// Everybody may keep it for half a minute.
const SHARED: &str = "public, max-age=30";

impl<T: Serialize> Responder for Private<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        json(StatusCode::OK, NO_STORE, &self.0)
    }
}

impl<T: Serialize> Responder for Public<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        let mut response = json(StatusCode::OK, SHARED, &self.0);
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        json(StatusCode::CREATED, NO_STORE, &self.0)
    }
}

impl<T: Serialize> Responder for Accepted<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        json(if self.is_over { StatusCode::OK } else { StatusCode::ACCEPTED }, NO_STORE, &self.value)
    }
}

impl<T: Serialize> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        let mut response = json(StatusCode::OK, NO_STORE, &self.0);
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.1.0)) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

impl Responder for Done {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, NO_STORE)).finish()
    }
}

/// A file to keep, the same for everybody.
#[derive(Debug)]
pub struct Download {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse<BoxBody> {
        HttpResponse::Ok()
            .content_type(self.kind)
            .insert_header((header::CACHE_CONTROL, SHARED))
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)))
            .body(self.bytes)
    }
}

/// A piece of a list, with `Link` headers to the first and the next (RFC 8288).
#[derive(Debug)]
pub struct Listed<T> {
    /// The piece.
    pub page: contract::Page<T>,
    /// Whether everybody sees the same.
    pub is_public: bool,
}

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<BoxBody> {
        let cache = if self.is_public { SHARED } else { NO_STORE };
        let mut response = json(StatusCode::OK, cache, &self.page);
        let others: Vec<&str> =
            request.query_string().split('&').filter(|part| !part.is_empty() && !part.starts_with("cursor=")).collect();
        let link = |cursor: Option<&str>, rel: &str| {
            let cursor = cursor.map(|cursor| format!("cursor={cursor}"));
            let query: Vec<&str> = others.iter().copied().chain(cursor.as_deref()).collect();
            let mark = if query.is_empty() { "" } else { "?" };
            format!("<{}{mark}{}>; rel=\"{rel}\"", request.path(), query.join("&"))
        };
        let mut links = vec![link(None, "first")];
        links.extend(self.page.volgende.as_deref().map(|cursor| link(Some(cursor), "next")));
        if let Ok(value) = HeaderValue::from_str(&links.join(", ")) {
            response.headers_mut().insert(header::LINK, value);
        }
        if self.is_public {
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        response
    }
}
