//! How the API speaks: methods, media types, headers, and its own document (X-14, for the API's part).

use contract::foto::FotoApi as _;
use serde_json::json;
use tests::{Heard, Person, World, pictures};

async fn outcome(person: &Person, method: &str, path: &str) -> (String, Option<String>) {
    let heard = person.ask(method, path).send().await;
    (heard.outcome(), heard.header("allow").map(str::to_owned))
}

#[tokio::test]
async fn a_path_that_is_not_there_is_not_found_and_a_method_that_is_not_there_says_which_are() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    for path in [
        "/niets",
        "/gebieden/",
        "/initiatieven/",
        "/gebieden/W2/",
        "//api/v1",
        "/%00",
        "/gebieden/%2e%2e",
        "/initiatieven/x/y/z",
    ] {
        assert_eq!(outcome(&visitor, "GET", path).await, ("404 niet-gevonden".into(), None), "{path}");
    }
    for (method, path, allow) in [
        ("DELETE", "/gebieden", "GET"),
        ("PATCH", "/initiatieven", "GET, POST"),
        ("POST", "/gebieden/W2", "GET"),
        ("GET", "/sessies", "DELETE, POST"),
        ("POST", "/initiatieven/019cadc6-9a80-7761-84a6-01bbe1728e0d/steun", "DELETE, GET, PUT"),
        ("PUT", "/initiatieven/vergelijkbare", "GET"),
        ("POST", "/openapi.json", "GET"),
        ("GET", "/csp-melding", "POST"),
    ] {
        let expected = ("405 methode-niet-toegestaan".to_owned(), Some(allow.to_owned()));
        assert_eq!(outcome(&visitor, method, path).await, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let world = World::new().await;
    let (visitor, wijkteam) = (world.bezoeker(), world.wijkteam("W2").await);
    for id in ["x", "1", "019cadc6", "%F0%9F%8C%B3", "019cadc6-9a80-7761-84a6-01bbe1728e0z", "..", "null"] {
        for path in ["/initiatieven", "/opgaven", "/opdrachten", "/fotos"] {
            let heard = visitor.ask("GET", &format!("{path}/{id}")).send().await;
            assert_eq!(heard.outcome(), "404 niet-gevonden", "{path}/{id}");
        }
        let heard = wijkteam.ask("GET", &format!("/dossiers/{id}")).send().await;
        assert_eq!(heard.outcome(), "404 niet-gevonden", "{id}");
    }
}

#[tokio::test]
async fn only_json_is_taken_and_only_json_is_given() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let body = serde_json::to_vec(&anna.idea("Een boom")).unwrap();
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""]
    {
        let heard = anna.ask("POST", "/initiatieven").key(&anna.key()).bytes(kind, body.clone()).send().await;
        assert_eq!(heard.outcome(), "415 mediatype-niet-ondersteund", "{kind:?}");
    }
    for kind in ["application/json", "Application/JSON; charset=utf-8"] {
        let heard = anna.ask("POST", "/initiatieven").key(&anna.key()).bytes(kind, body.clone()).send().await;
        assert_eq!(heard.status, 201, "{kind:?}");
    }
    for accept in ["text/html", "image/png, text/*;q=0.5", "application/xml"] {
        let heard = anna.ask("GET", "/gebieden").header("accept", accept).send().await;
        assert_eq!(heard.outcome(), "406 niet-acceptabel", "{accept}");
    }
    for accept in [
        "*/*",
        "application/json",
        "application/*;q=0.1",
        "text/html, application/json;q=0.9",
        "application/problem+json",
    ] {
        let heard = anna.ask("GET", "/gebieden").header("accept", accept).send().await;
        assert_eq!(heard.status, 200, "{accept}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_and_a_wrong_field_is_named() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    for broken in [
        &b""[..],
        b"{",
        b"null",
        b"[]",
        b"\"x\"",
        b"{\"soort\":}",
        b"\xff\xfe{}",
        b"{} {}",
        b"{\"titel\":\"\\ud800\"}",
        &[b'['; 2_000],
    ] {
        let heard = anna.ask("POST", "/initiatieven").key(&anna.key()).bytes("application/json", broken).send().await;
        assert_eq!(heard.status, 400, "{}", String::from_utf8_lossy(broken));
    }
    let whole = serde_json::to_value(anna.idea("Een boom")).unwrap();
    for (field, value, expected) in [
        ("rol", json!("beheerder"), ("/rol", "onbekend_veld")),
        ("status", json!("gerealiseerd"), ("/status", "onbekend_veld")),
        ("titel", json!(12), ("/titel", "verkeerd_type")),
        ("titel", json!(null), ("/titel", "verkeerd_type")),
        ("alsConcept", json!("ja"), ("/alsConcept", "verkeerd_type")),
        ("kosten", json!(12.5), ("/kosten", "verkeerd_type")),
        ("punt", json!({ "lon": 5.9 }), ("/punt/lat", "ontbreekt")),
        ("punt", json!({ "lon": 5.9, "lat": 51.9, "hoogte": 1 }), ("/punt/hoogte", "onbekend_veld")),
        (
            "indiener",
            json!({ "naam": "A", "email": "a@b.nl", "soort": "bewoner", "bsn": "1" }),
            ("/indiener/bsn", "onbekend_veld"),
        ),
        ("fotos", json!("een"), ("/fotos", "verkeerd_type")),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let problem = anna.ask("POST", "/initiatieven").key(&anna.key()).json(&body).send().await.problem();
        let found: Vec<_> = problem.fouten.iter().map(|field| (field.veld.as_str(), field.code.as_str())).collect();
        assert_eq!(found, [expected], "{body}");
    }
    let mut without = whole.clone();
    without.as_object_mut().unwrap().remove("titel");
    let problem = anna.ask("POST", "/initiatieven").key(&anna.key()).json(&without).send().await.problem();
    assert_eq!((problem.fouten[0].veld.as_str(), problem.fouten[0].code.as_str()), ("/titel", "ontbreekt"));
    assert_eq!(world.count("initiatief").await, 0);
}

//
#[tokio::test]
async fn what_is_too_large_is_refused() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    for size in [64 * 1024 + 1, 1024 * 1024] {
        let body = format!("{{\"tekst\":\"{}\"}}", "x".repeat(size));
        let heard = anna.ask("POST", "/initiatieven").key(&anna.key()).bytes("application/json", body).send().await;
        assert_eq!(heard.outcome(), "413 te-groot", "{size}");
    }
    let heard = anna.ask("POST", "/fotos").key(&anna.key());
    let heard = heard.bytes("image/jpeg", vec![0xff; 10 * 1024 * 1024 + 1]).send().await;
    assert_eq!(heard.outcome(), "413 te-groot");
    assert!(anna.ask("GET", "/ik").send().await.status == 200, "and the server serves on");
}

/// The headers that stand on every answer of the API (H-3).
fn check_headers(at: &str, heard: &Heard) {
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(heard.header(name), Some(value), "{at}: {name}");
    }
    assert!(heard.header("x-request-id").is_some_and(|id| id.len() == 36), "{at}: x-request-id");
    for telling in ["server", "x-powered-by", "set-cookie"] {
        assert_eq!(heard.header(telling), None, "{at}");
    }
}

//
#[tokio::test]
async fn every_kind_of_answer_has_its_headers() {
    const JSON: &str = "default-src 'none'; frame-ancestors 'none'";
    let world = World::new().await;
    let (anna, visitor) = (world.bewoner("Anna").await, world.bezoeker());
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap().id;
    let id = anna.draft("Een boom").await.initiatief.kaart.id;
    let (shared, private) = ("public, max-age=30", "no-store");
    for (person, method, path, status, cache, open) in [
        (&visitor, "GET", "/gebieden".to_owned(), 200, shared, true),
        (&visitor, "GET", "/initiatieven".to_owned(), 200, shared, true),
        (&visitor, "GET", "/gebieden/W2/wijkbudget".to_owned(), 200, shared, true),
        (&anna, "GET", "/gebieden".to_owned(), 200, shared, true),
        (&anna, "GET", "/ik".to_owned(), 200, private, false),
        (&anna, "GET", "/mijn/initiatieven".to_owned(), 200, private, false),
        (&anna, "GET", format!("/mijn/initiatieven/{id}"), 200, private, false),
        (&anna, "GET", "/opdrachten".to_owned(), 200, private, false),
        (&anna, "DELETE", "/sessies/huidige".to_owned(), 204, private, false),
        (&anna, "GET", format!("/fotos/{photo}"), 401, private, false),
        (&visitor, "GET", "/ik".to_owned(), 401, private, false),
        (&visitor, "GET", "/niets".to_owned(), 404, private, false),
        (&visitor, "GET", "/initiatieven?limit=0".to_owned(), 400, private, false),
        (&visitor, "DELETE", "/gebieden".to_owned(), 405, private, false),
    ] {
        let heard = person.ask(method, &path).send().await;
        let at = format!("{method} {path}");
        assert_eq!(heard.status, status, "{at}");
        check_headers(&at, &heard);
        assert_eq!(heard.header("content-security-policy"), Some(JSON), "{at}");
        assert_eq!(heard.header("cache-control"), Some(cache), "{at}");
        assert_eq!(heard.header("access-control-allow-origin"), open.then_some("*"), "{at}");
        assert_eq!(heard.header("access-control-allow-credentials"), None, "{at}");
    }
}

// what a page refuses is an answer like any other.
#[tokio::test]
async fn what_a_page_refuses_has_its_headers_too() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let own = world.address();
    let cookie = format!("__Host-wk_toegang={}", anna.transport.tokens().unwrap().toegang);
    let refused = [
        ("405", anna.ask("PUT", "//initiatieven")),
        ("400", anna.ask("GET", "//initiatieven").header("cookie", &cookie)),
        ("415", anna.ask("POST", "//inloggen").header("origin", own).bytes("text/plain", "x")),
        ("413", anna.ask("POST", "//inloggen").bytes("application/x-www-form-urlencoded", vec![b'x'; 300_000])),
        ("403", anna.ask("POST", "//inloggen").header("cookie", "x=1").header("origin", "https://kwaad.example")),
    ];
    for (status, ask) in refused {
        let heard = ask.send_unjudged().await;
        assert_eq!(heard.status.to_string(), status);
        check_headers(status, &heard);
        assert_eq!(heard.header("content-type"), Some("text/html; charset=utf-8"), "{status}: a person reads it");
        let policy = heard.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{status}: {policy}");
        assert!(heard.text().contains("<h1"), "{status}");
    }
}

// H-3
#[tokio::test]
async fn a_photo_is_served_so_that_it_can_only_be_a_photo() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let heard = anna.ask("GET", &format!("/fotos/{}", photo.id)).header("accept", "image/*").send().await;
    check_headers("photo", &heard);
    assert_eq!(heard.header("content-type"), Some("image/jpeg"));
    assert_eq!(heard.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    assert_eq!(heard.header("cache-control"), Some("no-store"));
    let name = format!("inline; filename=\"foto-{}.jpg\"", photo.id);
    assert_eq!(heard.header("content-disposition"), Some(name.as_str()));
}

#[tokio::test]
async fn what_depends_on_a_version_says_which() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let own = anna.draft("Een boom").await;
    let heard = anna.ask("GET", &format!("/mijn/initiatieven/{}", own.initiatief.kaart.id)).send().await;
    assert_eq!(heard.header("etag"), Some(format!("\"{}\"", own.versie.0).as_str()));
    let id = anna.hand_in("Nog een boom").await;
    let heard = wijkteam.ask("GET", &format!("/dossiers/{id}")).send().await;
    let versie = heard.json()["versie"].as_i64().unwrap();
    assert_eq!(heard.header("etag"), Some(format!("\"{versie}\"").as_str()));
}

// S-4
#[tokio::test]
async fn a_request_has_one_login_or_none() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let token = anna.transport.tokens().unwrap().toegang;
    let cookie = format!("__Host-wk_toegang={token}");
    let both = anna.ask("GET", "/ik").header("cookie", &cookie).send().await;
    assert_eq!(both.outcome(), "400 twee-aanmeldingen");
    for authorization in ["Bearer", "Bearer ", "Basic YTpi", "Bearer x.y.z", "Token abc"] {
        let heard = anna.ask("GET", "/ik").header("authorization", authorization).send().await;
        assert_eq!(heard.outcome(), "401 niet-ingelogd", "{authorization:?}");
    }
    let heard = anna.ask("GET", "/gebieden").header("authorization", "Bearer x.y.z").send().await;
    assert_eq!(heard.status, 200, "what is public does not look at who asks");
}

//
#[tokio::test]
async fn a_change_with_a_cookie_comes_from_our_own_pages() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let body = json!({ "email": "a@b.nl", "wachtwoord": "fiets molen lantaarn" });
    let ask = || visitor.ask("POST", "/sessies").json(&body).header("cookie", "x=1");
    let own = world.address().to_owned();
    for (origin, site, expected) in [
        (None, None, "403 andere-herkomst"),
        (Some("https://kwaad.example"), None, "403 andere-herkomst"),
        (Some("null"), None, "403 andere-herkomst"),
        (Some(own.as_str()), Some("cross-site"), "403 andere-herkomst"),
        (Some(own.as_str()), Some("same-origin"), "401 inloggen-mislukt"),
        (Some(own.as_str()), None, "401 inloggen-mislukt"),
    ] {
        let mut sent = ask();
        if let Some(origin) = origin {
            sent = sent.header("origin", origin);
        }
        if let Some(site) = site {
            sent = sent.header("sec-fetch-site", site);
        }
        assert_eq!(sent.send().await.outcome(), expected, "{origin:?} {site:?}");
    }
}

#[tokio::test]
async fn the_document_is_for_everybody_and_describes_what_is_asked_and_answered() {
    let world = World::new().await;
    let heard = world.bezoeker().ask("GET", "/openapi.json").send_unjudged().await;
    check_headers("openapi.json", &heard);
    assert_eq!(heard.header("access-control-allow-origin"), Some("*"));
    assert_eq!(heard.header("content-type"), Some("application/json; charset=utf-8"));
    let document = heard.json();
    assert_eq!(document["openapi"], "3.1.0");
    // Steps that need no words; everything else that changes something says what it takes.
    let wordless = [
        "close_unchecked",
        "confirm_vervanging",
        "end_vervanging",
        "finalize_uitslag",
        "finish_bundel",
        "log_out",
        "log_out_everywhere",
        "publish_buurtbegroting",
        "release",
        "request_fiat",
        "support",
        "take_up",
        "unsupport",
        "withdraw_initiatief",
    ];
    let mut without: Vec<&str> = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for (method, operation) in item.as_object().unwrap() {
            if method != "get" && operation.get("requestBody").is_none() {
                without.push(operation["operationId"].as_str().unwrap());
            }
        }
    }
    without.sort_unstable();
    assert_eq!(without, wordless);
    let words = &document["components"]["schemas"]["InitiatiefStatus"]["enum"];
    assert!(words.as_array().unwrap().contains(&json!("vraag_aan_indiener")), "the words that travel: {words}");
}

#[tokio::test]
async fn a_problem_speaks_the_language_of_who_asks() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let title = async |languages: &str| {
        visitor.ask("GET", "/niets").header("accept-language", languages).send().await.problem().title
    };
    let (dutch, english) = (title("nl").await, title("en-GB,en;q=0.9").await);
    assert_ne!(dutch, english);
    assert_eq!(title("fr, tlh").await, dutch, "Dutch when we have no other");
}
