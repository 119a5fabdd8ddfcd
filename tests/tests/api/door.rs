//! What comes no further than the door: addresses in another form, too many bytes, too little haste (R-5, R-6, D-9).

use contract::foto::MAX_FOTO_BYTES;
use contract::initiatief::TriageApi as _;
use futures_util::future::join_all;
use serde_json::json;
use tests::{Heard, KLARENDAL, Parts, THEMA, World, pictures};

const FORM: &str = "/initiatieven/nieuw";

/// The sentence of a problem, as a page says it.
fn says(heard: &Heard, status: u16, sentence: &str) {
    let text = heard.text();
    assert_eq!(heard.status, status, "{text}");
    assert!(text.contains(sentence), "{sentence}: {text}");
    assert_eq!(heard.header("content-type"), Some("text/html; charset=utf-8"), "a person reads it");
}

// finding 23
#[tokio::test]
async fn a_path_in_another_form_leads_nowhere_and_nobody_is_asked_who_they_are() {
    let world = World::new().await;
    let zoe = world.bewoner("Zoe Zoektniet").await;
    let browser = world.browser_of(&zoe).await;
    assert!(browser.look("/").await.text().contains(&zoe.naam), "the browser is logged in");
    for path in ["//", "//stem", "///stem", "/stem/", "//inloggen", "/mijn/", "/buurtbegrotingen//stemmen", "/%73tem"] {
        for heard in [browser.look(path).await, browser.send(path, &[("actie", "kijken"), ("stemcode", "x")]).await] {
            says(&heard, 404, "<h1");
            assert!(!heard.text().contains(&zoe.naam), "{path} looks who is logged in");
            assert!(!heard.text().contains("action=\"//"), "{path} leads to another host");
        }
    }
    // The first two slashes together are one: below `/api/v1`, or the path as it stands.
    for path in ["/gebieden///W2", "//api/v1/gebieden/", "/gebieden/", "/%67ebieden", "/gebieden/W%32"] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let heard = zoe.ask(method, path).send_unjudged().await;
            assert_eq!(heard.outcome(), "404 niet-gevonden", "{method} {path}");
        }
    }
}

// finding 23: what no client sends.
#[tokio::test]
async fn nothing_reads_a_path_otherwise_than_the_door() {
    let world = World::new().await;
    for path in [
        "/./stem",
        "/x/../stem",
        "/stem/..",
        "/\\stem",
        "/x\\..\\stem",
        "/%2fstem",
        "/%5cstem",
        "/%2e%2e/stem",
        "/stem;a=b",
        "/%61pi/v1/gebieden",
        "/api/v1/x/../gebieden",
        "/api/v1/%67ebieden",
        "/%61ssets/app.css",
        "/%72obots.txt",
    ] {
        for method in ["GET", "POST"] {
            let heard =
                world.send_raw(&format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
            assert!(heard.starts_with("HTTP/1.1 404"), "{method} {path}: {heard}");
        }
    }
}

// finding 25, R-6
#[tokio::test]
async fn an_address_and_headers_have_a_size() {
    let world = World::new().await;
    let visitor = world.bezoeker();
    let long = |length: usize| format!("/initiatieven?cursor={}", "x".repeat(length));
    assert_ne!(visitor.ask("GET", &long(8_000)).send().await.status, 414);
    assert_eq!(visitor.ask("GET", &long(20_000)).send().await.outcome(), "414 adres-te-lang");
    assert_eq!(visitor.ask("POST", &long(20_000)).send().await.outcome(), "414 adres-te-lang");
    let heard = visitor.ask("GET", &format!("/{}", long(20_000))).send_unjudged().await;
    says(&heard, 414, "Dit adres is te lang");
    assert!(!heard.text().contains(&"x".repeat(100)), "the page does not say it all again");
    let file = visitor.ask("GET", &format!("//robots.txt?{}", "x".repeat(20_000))).send_unjudged().await;
    assert_eq!(file.status, 414);

    let with = async |length: usize| visitor.ask("GET", "/gebieden").header("x-veel", &"9".repeat(length)).send().await;
    assert_eq!(with(15_000).await.status, 200);
    assert_eq!(with(17_000).await.outcome(), "431 koppen-te-groot");
    assert_eq!(with(100_000).await.outcome(), "431 koppen-te-groot");
    let many = (0..80)
        .fold(visitor.ask("GET", "/gebieden"), |ask, number| ask.header(&format!("x-veel-{number}"), &"9".repeat(300)));
    assert_eq!(many.send().await.outcome(), "431 koppen-te-groot");
    let heard = visitor.ask("GET", "//gebieden").header("x-veel", &"9".repeat(100_000)).send_unjudged().await;
    says(&heard, 431, "Uw browser stuurt te veel mee");
}

// finding 6, R-6
#[tokio::test]
async fn a_form_has_so_many_parts_so_many_bytes_and_no_photos_where_none_are_asked() {
    let world = World::new().await;
    let browser = world.browser();
    let small = b"x".as_slice();
    let fields =
        |count: usize| (0..count).fold(Parts::default(), |form, _| form.field("a", "")).field("actie", "indienen");
    let named = |length: usize| Parts::default().field(&"n".repeat(length), "");
    let photos = |count: usize| (0..count).fold(Parts::default(), |form, _| form.file("fotos", small));
    let whole = |count: usize| (0..count).fold(Parts::default(), |form, _| form.field("tekst", &"x".repeat(10_000)));
    for (what, path, form, is_taken) in [
        ("parts", FORM, fields(190), true),
        ("parts", FORM, fields(1_000), false),
        ("a name", FORM, named(100), true),
        ("a name", FORM, named(101), false),
        (
            "names",
            FORM,
            (0..190).fold(Parts::default(), |form, _| form.field(&"n".repeat(100), &"x".repeat(300))),
            false,
        ),
        ("values", FORM, whole(6), true),
        ("values", FORM, whole(7), false),
        ("photos", FORM, photos(5), false),
        ("no photo", FORM, (0..9).fold(Parts::default(), |form, _| form.file("fotos", b"")), true),
        ("no photo", "/inloggen", Parts::default().file("fotos", b""), true),
        ("a photo", "/inloggen", photos(1), false),
        ("fields", "/inloggen", whole(7), false),
    ] {
        let heard = browser.send_parts(path, form).await;
        if is_taken {
            assert_ne!(heard.status, 413, "{what} {path}: {}", heard.text());
        } else {
            says(&heard, 413, "Dit is te groot");
        }
    }
    assert_eq!(world.count("foto").await, 0);
    let heard = browser.send("/inloggen", &[("email", &"x".repeat(160_000))]).await;
    says(&heard, 413, "Dit is te groot");
}

fn idea(key: &str, photos: u32) -> Parts {
    let form = [
        ("actie", "indienen"),
        ("sleutel", key),
        ("soort", "idee"),
        ("wijk", KLARENDAL),
        ("titel", "Een boom op de hoek"),
        ("thema", THEMA),
        ("overPersoon", "nee"),
        ("indiener.soort", "bewoner"),
        ("indiener.naam", "Anna"),
        ("indiener.email", "anna@voorbeeld.test"),
    ];
    let form = form.into_iter().fold(Parts::default(), |form, (name, value)| form.field(name, value));
    let form = form.field("tekst", &"🌳".repeat(10_000));
    (0..photos).fold(form, |form, number| form.file("fotos", &pictures::jpeg(number)))
}

// what is honest is taken, and one photo too many is told beside its field.
#[tokio::test]
async fn an_idea_comes_with_three_photos_and_the_longest_text() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.look(FORM).await;
    assert!(page.text().contains("type=\"file\""));
    let key = page.hidden("indienen", "sleutel");
    let heard = browser.send_parts(FORM, idea(&key, 4)).await;
    says(&heard, 400, "Dit zijn er te veel: er mogen er 3.");
    let large = idea(&key, 0).file("fotos", &vec![0; MAX_FOTO_BYTES + 1]);
    says(&browser.send_parts(FORM, large).await, 413, "name=\"titel\"");
    let key = browser.look(FORM).await.hidden("indienen", "sleutel");
    let heard = browser.send_parts(FORM, idea(&key, 3)).await;
    assert_eq!((heard.status, heard.header("location")), (303, Some("/bericht/bevestig-initiatief")));
    assert_eq!(world.count("foto WHERE initiatief_id IS NOT NULL").await, 3);
}

// R1: where not all photos can be taken, those that were and the text stay, and the page says how many were not.
#[tokio::test]
async fn photos_of_a_form_that_cannot_be_taken_now_are_counted_and_those_before_them_are_kept() {
    let world = World::new().await;
    let browser = world.browser();
    browser.send_parts(FORM, idea(&browser.look(FORM).await.hidden("indienen", "sleutel"), 1)).await;
    assert_eq!(world.tamper("UPDATE poging SET aantal = 899 WHERE sleutel LIKE 'foto-gasten:%'").await.unwrap(), 1);
    let key = browser.look(FORM).await.hidden("indienen", "sleutel");
    let heard = browser.send_parts(FORM, idea(&key, 3)).await;
    says(&heard, 429, "Nog niet bewaard: 2.");
    let text = heard.text();
    assert!(text.contains("Een boom op de hoek") && text.contains("Wat u invulde, staat er nog."), "{text}");
    assert_eq!(text.matches("type=\"hidden\" name=\"foto\"").count(), 1, "{text}");
    assert_eq!(world.count("initiatief").await, 1, "nothing was handed in without them");
}

// the other page with photos.
#[tokio::test]
async fn a_report_of_progress_comes_with_a_photo() {
    let world = World::new().await;
    let (wijkteam, fiatteur, backoffice) =
        (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await, world.backoffice().await);
    let ordered = wijkteam.ordered("W2", "100.00").await;
    let running = backoffice.accept(&fiatteur.approve(&ordered.opdracht).await.unwrap()).await.unwrap();
    let path = format!("/opdrachten/{}", running.kaart.id);
    let browser = world.browser_of(&backoffice).await;
    let page = browser.look(&path).await;
    assert!(page.text().contains("type=\"file\""));
    let key = page.hidden("voortgang", "sleutel");
    let form = Parts::default().field("actie", "voortgang").field("sleutel", &key).field("tekst", "De boom staat.");
    let heard = browser.send_parts(&path, form.file("fotos", &pictures::jpeg(1))).await;
    assert_eq!((heard.status, heard.header("location")), (303, Some(path.as_str())), "{}", heard.text());
    assert_eq!(world.count("foto WHERE opdracht_id IS NOT NULL").await, 1);
}

// in another script each letter takes twelve bytes of a form.
#[tokio::test]
async fn the_largest_form_that_is_honest_is_taken() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    wijkteam.take_up(id, wijkteam.dossier(id).await.unwrap().versie).await.unwrap();
    let browser = world.browser_of(&wijkteam).await;
    let path = format!("/werk/initiatieven/{id}");
    let version = browser.look(&path).await.hidden("koppelen", "versie");
    let [title, text, reason] = [120, 10_000, 2_000].map(|length| "🌳".repeat(length));
    let fields = [
        ("actie", "koppelen"),
        ("versie", &version),
        ("gebied", "W2"),
        ("nieuweOpgave.titel", &title),
        ("nieuweOpgave.tekst", &text),
        ("nieuweOpgave.thema", THEMA),
        ("reden", &reason),
    ];
    let heard = browser.send(&path, &fields).await;
    assert_eq!(heard.status, 303, "{}", heard.text().chars().take(2_000).collect::<String>());
}

// D-9, finding 6: also a body in chunks, which actix would read for as long as they come.
#[tokio::test]
async fn a_body_that_stops_half_way_ends_the_connection() {
    let world = World::new().await;
    let head = |path: &str, kind: &str| format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n");
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let parts = "multipart/form-data; boundary=x";
    let chunks = "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"email\":\r\n";
    let length = "Content-Length: 1000\r\n\r\n";
    let requests = [
        ("HTTP/1.1 408", format!("{}{length}{{\"email\":", head("/api/v1/sessies", json))),
        ("HTTP/1.1 408", format!("{}{chunks}", head("/api/v1/sessies", json))),
        ("HTTP/1.1 408", format!("{}{length}email=", head("/inloggen", form))),
        ("HTTP/1.1 408", format!("{}{length}--x\r\n", head("/inloggen", parts))),
        // Nobody reads these: the answer is there at once, and ends the connection.
        ("HTTP/1.1 404", format!("{}{chunks}", head("/api/v1/niets", json))),
        ("HTTP/1.1 415", format!("{}{chunks}", head("/api/v1/sessies", "text/plain"))),
        ("HTTP/1.1 413", format!("{}Content-Length: 65537\r\n\r\n{{", head("/api/v1/sessies", json))),
    ];
    let heard = join_all(requests.iter().map(|(_, request)| world.send_raw(request))).await;
    for ((expected, request), heard) in requests.iter().zip(heard) {
        assert!(heard.starts_with(expected), "{request}\n{heard}");
    }
}

// finding 20, R-5
#[tokio::test]
async fn a_hop_that_cannot_be_read_hides_nobody() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let path = format!("/buurtbegrotingen/{}/stemcodes/controles", vote.id);
    let guesser = world.bezoeker();
    for hop in ["203.0.113.9:4431", "[2001:db8::9]:4431", "unknown"] {
        let mut outcomes = Vec::new();
        for number in 0..11 {
            // What stands before it is made up.
            let forwarded = format!("9.{number}.9.9, {hop}");
            let ask = guesser.ask("POST", &path).json(&json!({ "stemcode": "0000-0000-0000" }));
            outcomes.push(ask.header("x-forwarded-for", &forwarded).send().await.outcome());
        }
        assert_eq!(outcomes[9], "400 ongeldige-invoer", "{hop}");
        assert_eq!(outcomes[10], "429 te-vaak", "{hop}");
    }
}
