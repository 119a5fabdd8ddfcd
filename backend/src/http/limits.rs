//! What one request may take of us: bytes, and time (SECURITY-RULES R-6, D-9). One table, by method and path.

use crate::error::Error;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use contract::field::{Bericht, Verhaal};
use contract::foto::{MAX_FOTO_BYTES, MAX_FOTOS};
use frontend::site::parts;
use frontend::submit::takes_photos;
use std::time::Duration;

const KIB: usize = 1024;
/// Largest JSON body.
pub const MAX_JSON: usize = 64 * KIB;
/// Names and values in a form with photos, all together.
pub const MAX_FIELDS: usize = 64 * KIB;
/// Most parts of a form with photos.
pub const MAX_PARTS: usize = 200;
/// Longest name of one of them.
pub const MAX_NAME: usize = 100;
/// What stands around the parts of a form with photos.
const MAX_HEADS: usize = 64 * KIB;
/// Largest form with photos.
const MAX_PHOTO_FORM: usize = MAX_FIELDS + MAX_HEADS + MAX_FOTOS * MAX_FOTO_BYTES;
/// Largest form without photos. R-6 asks for 64 KiB, and an honest form can be larger: three bytes of it stand for each
/// one of a letter that is not ASCII, and in other scripts a letter has up to four. The largest that a page of ours sends
/// is the form by which an initiatief becomes part of a new opgave: a story, a reason, and some short fields.
pub const MAX_FORM: usize = 3 * (Verhaal::MAX_BYTES + Bericht::MAX_BYTES) + 8 * KIB;
/// Who only asks has no body to speak of.
const MAX_OF_ASKING: usize = KIB;

const USUAL: Duration = Duration::from_secs(15);
/// A phone sends a photo over a bad network, and then it is decoded.
const WITH_PHOTOS: Duration = Duration::from_secs(60);
/// Counting a city, or drawing its letters.
const LONG: Duration = Duration::from_secs(10 * 60);

/// What one request may take of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of its body.
    pub bytes: usize,
    /// Until its body is there.
    pub arrival: Duration,
    /// Until the head of the answer is there; the time in which its body was waited for is not counted.
    pub answer: Duration,
}

impl Limits {
    /// The limits of a request; `form` is how its body is written.
    #[must_use]
    pub fn of(method: &Method, path: &str, form: Option<FormKind>) -> Self {
        let answer = if takes_long(method, path) { LONG } else { USUAL };
        let usual = Self { bytes: MAX_JSON, arrival: USUAL, answer };
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Self { bytes: MAX_OF_ASKING, ..usual };
        }
        let with_photos = |bytes| Self { bytes, arrival: WITH_PHOTOS, answer: WITH_PHOTOS };
        let is_page = !path.starts_with("/api/");
        match form {
            _ if path == "/api/v1/fotos" => with_photos(MAX_FOTO_BYTES),
            Some(FormKind::Parts) if is_page && takes_photos(path) => with_photos(MAX_PHOTO_FORM),
            Some(FormKind::Fields) if is_page => Self { bytes: MAX_FORM, ..usual },
            Some(_) | None => usual,
        }
    }

    /// Looks at what a body says of itself, before any of it is read.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn allow(&self, headers: &HeaderMap) -> Result<(), Error> {
        let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.trim().parse::<usize>().ok());
        if declared.is_some_and(|bytes| bytes > self.bytes) { Err(Error::TooLarge) } else { Ok(()) }
    }
}

/// What may take longer than a person waits for a page: opening and counting ballots, making and drawing letters, taking
/// away who voted, and giving out the ballots of a whole city.
fn takes_long(method: &Method, path: &str) -> bool {
    matches!(
        (method.as_str(), parts(path).as_slice()),
        ("POST", ["buurtbegrotingen", _])
            | (
                "POST",
                ["api", "v1", "buurtbegrotingen", _, "stemcodes" | "tellingen" | "natellingen" | "noodsluitingen"]
            )
            | ("POST", ["api", "v1", "buurtbegrotingen", _, "uitslag", "definitief"])
            | ("GET", ["api", "v1", "buurtbegrotingen", _, "uitslag", _])
    )
}

/// How a form is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKind {
    /// Fields only.
    Fields,
    /// Parts, of which some are files.
    Parts,
}

/// How the form in a body is written, when it is one.
#[must_use]
pub fn form_kind(headers: &HeaderMap) -> Option<FormKind> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
    if kind.eq_ignore_ascii_case("multipart/form-data") {
        return Some(FormKind::Parts);
    }
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded").then_some(FormKind::Fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    const ROUND: &str = "buurtbegrotingen/0197f0c6-0000-7000-8000-000000000000";

    // R-6, D-9, finding 6
    #[test]
    fn each_request_has_its_limits() {
        let (fields, parts) = (Some(FormKind::Fields), Some(FormKind::Parts));
        let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
        for (method, path, form, bytes, arrival, answer) in [
            (&get, "/".to_owned(), None, KIB, USUAL, USUAL),
            (&get, "/api/v1/initiatieven".into(), fields, KIB, USUAL, USUAL),
            (&post, "/api/v1/initiatieven".into(), None, MAX_JSON, USUAL, USUAL),
            (&put, "/api/v1/initiatieven/x/steun".into(), None, MAX_JSON, USUAL, USUAL),
            (&post, "/api/v1/csp-melding".into(), None, MAX_JSON, USUAL, USUAL),
            (&post, "/api/v1/initiatieven".into(), parts, MAX_JSON, USUAL, USUAL),
            (&post, "/api/v1/fotos".into(), None, MAX_FOTO_BYTES, WITH_PHOTOS, WITH_PHOTOS),
            (&post, "/initiatieven/nieuw".into(), parts, MAX_PHOTO_FORM, WITH_PHOTOS, WITH_PHOTOS),
            (&post, "/opdrachten/x".into(), parts, MAX_PHOTO_FORM, WITH_PHOTOS, WITH_PHOTOS),
            (&post, "/opdrachten/x".into(), fields, MAX_FORM, USUAL, USUAL),
            (&post, "/inloggen".into(), fields, MAX_FORM, USUAL, USUAL),
            (&post, "/inloggen".into(), parts, MAX_JSON, USUAL, USUAL),
            (&post, "/initiatieven/nieuw/x".into(), parts, MAX_JSON, USUAL, USUAL),
            (&post, "/stem".into(), None, MAX_JSON, USUAL, USUAL),
            (&post, format!("/{ROUND}"), fields, MAX_FORM, USUAL, LONG),
            (&post, format!("/{ROUND}/stemmen"), fields, MAX_FORM, USUAL, USUAL),
            (&post, format!("/api/v1/{ROUND}/stemmen"), None, MAX_JSON, USUAL, USUAL),
            (&post, format!("/api/v1/{ROUND}/tellingen"), None, MAX_JSON, USUAL, LONG),
            (&post, format!("/api/v1/{ROUND}/natellingen"), None, MAX_JSON, USUAL, LONG),
            (&post, format!("/api/v1/{ROUND}/noodsluitingen"), None, MAX_JSON, USUAL, LONG),
            (&post, format!("/api/v1/{ROUND}/stemcodes"), None, MAX_JSON, USUAL, LONG),
            (&post, format!("/api/v1/{ROUND}/stemcodes/controles"), None, MAX_JSON, USUAL, USUAL),
            (&post, format!("/api/v1/{ROUND}/uitslag/definitief"), None, MAX_JSON, USUAL, LONG),
            (&get, format!("/api/v1/{ROUND}/uitslag/stembiljetten"), None, KIB, USUAL, LONG),
            (&get, format!("/api/v1/{ROUND}/uitslag"), None, KIB, USUAL, USUAL),
        ] {
            let found = Limits::of(method, &path, form);
            assert_eq!(found, Limits { bytes, arrival, answer }, "{method} {path} {form:?}");
        }
    }

    #[test]
    fn a_form_says_how_it_is_written() {
        for (kind, expected) in [
            ("application/x-www-form-urlencoded", Some(FormKind::Fields)),
            ("Application/X-WWW-Form-Urlencoded; charset=utf-8", Some(FormKind::Fields)),
            ("multipart/form-data; boundary=x", Some(FormKind::Parts)),
            ("multipart/mixed; boundary=x", None),
            ("application/json", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            assert_eq!(form_kind(&headers), expected, "{kind}");
        }
        assert_eq!(form_kind(&HeaderMap::new()), None);
    }

    #[test]
    fn a_body_that_says_it_is_too_large_is_not_read() {
        let limits = Limits { bytes: 100, arrival: USUAL, answer: USUAL };
        for (length, is_allowed) in [("0", true), ("100", true), ("101", false), ("99999999999", false)] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static(length));
            assert_eq!(limits.allow(&headers).is_ok(), is_allowed, "{length}");
        }
        assert!(limits.allow(&HeaderMap::new()).is_ok());
    }

    // what the wijkteam writes in another script at its longest.
    #[test]
    fn the_largest_form_fits() {
        let form = [
            ("actie", "koppelen".to_owned()),
            ("versie", "1234567".to_owned()),
            ("gebied", "W2".to_owned()),
            ("nieuweOpgave.titel", "😀".repeat(contract::field::Titel::MAX)),
            ("nieuweOpgave.tekst", "😀".repeat(Verhaal::MAX)),
            ("nieuweOpgave.thema", "x".repeat(contract::field::Code::MAX)),
            ("reden", "😀".repeat(Bericht::MAX)),
        ];
        let written = serde_urlencoded::to_string(form.as_slice()).expect("a form").len();
        assert!((MAX_FORM - 8 * KIB..=MAX_FORM).contains(&written), "{written}");
    }
}
