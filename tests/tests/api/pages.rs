//! Forms on pages, as a browser without scripts sends them: late, twice, and at the same time as somebody else.

use chrono::TimeDelta;
use contract::initiatief::{InitiatiefStatus, TriageApi as _};
use tests::{KLARENDAL, THEMA, World};

const FORM: &str = "/initiatieven/nieuw";

#[tokio::test]
async fn a_page_that_was_open_for_an_hour_still_submits_and_once() {
    let world = World::new().await;
    let browser = world.browser();
    let key = browser.look(FORM).await.hidden("indienen", "sleutel");
    world.pass(TimeDelta::hours(1));
    let fields = [
        ("actie", "indienen"),
        ("sleutel", &key),
        ("soort", "idee"),
        ("wijk", KLARENDAL),
        ("titel", "Een boom op de hoek"),
        ("tekst", "Er is geen schaduw."),
        ("overPersoon", "nee"),
        ("thema", THEMA),
        // As people write it.
        ("kosten", "1.250,00"),
        ("indiener.soort", "bewoner"),
        ("indiener.naam", "Anna"),
        ("indiener.email", "anna@voorbeeld.test"),
    ];
    for _ in 0..2 {
        let heard = browser.send(FORM, &fields).await;
        assert_eq!((heard.status, heard.header("location")), (303, Some("/bericht/bevestig-initiatief")));
    }
    assert_eq!(world.count("initiatief WHERE kosten_cents = 125000").await, 1);
}

/// The tag of the input with a value.
fn input<'a>(page: &'a str, value: &str) -> &'a str {
    let after = page.split_once(&format!("value=\"{value}\""));
    assert!(after.is_some(), "{value}: {page}");
    after.unwrap().1.split('>').next().unwrap()
}

// A kind decides who looks first: one that nobody chose decides nothing.
#[tokio::test]
async fn a_kind_that_nobody_chose_is_asked_for_and_nothing_is_lost() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.look(FORM).await;
    for kind in ["idee", "vraag", "zelf_doen", "buurtrecht"] {
        assert!(!input(&page.text(), kind).contains("checked"), "{kind} is not chosen beforehand");
    }
    // Who reads it is said where it is chosen.
    for says in
        ["Bij een vraag of probleem kijkt het wijkteam er eerst naar", "Zegt het wijkteam niets, dan komt het na 2"]
    {
        assert!(page.text().contains(says), "{says}");
    }
    let key = page.hidden("indienen", "sleutel");
    let fields = [
        ("actie", "indienen"),
        ("sleutel", &key),
        ("wijk", KLARENDAL),
        ("titel", "De buurman van nummer vier"),
        ("tekst", "Hij zet elke nacht de muziek hard aan."),
        ("overPersoon", "nee"),
        ("thema", THEMA),
        ("indiener.soort", "bewoner"),
        ("indiener.naam", "Anna"),
        ("indiener.email", "anna@voorbeeld.test"),
    ];
    let heard = browser.send(FORM, &fields).await;
    let page = heard.text();
    assert_eq!(heard.status, 400, "{page}");
    assert!(page.contains("href=\"#indienen.soort\"") && page.contains("id=\"indienen.soort\""), "{page}");
    for typed in ["De buurman van nummer vier", "Hij zet elke nacht de muziek hard aan.", "anna@voorbeeld.test"] {
        assert!(page.contains(typed), "{typed}: {page}");
    }
    assert!(input(&page, "nee").contains("checked"), "{page}");
    assert_eq!(world.count("initiatief").await, 0);
}

#[tokio::test]
async fn who_was_logged_out_meanwhile_keeps_what_they_wrote() {
    let world = World::new().await;
    let (anna, rachid) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let path = format!("/werk/initiatieven/{}", anna.hand_in("Een boom").await);
    let browser = world.browser_of(&rachid).await;
    let version = browser.look(&path).await.hidden("reageren", "versie");
    world.pass(TimeDelta::hours(1));
    let written = "Wij komen woensdag kijken & bellen <eerst>.";
    let heard = browser.send(&path, &[("actie", "reageren"), ("versie", &version), ("tekst", written)]).await;
    assert_eq!(heard.status, 401);
    let text = heard.text();
    assert!(text.contains("Wij komen woensdag kijken &amp; bellen &lt;eerst&gt;."), "{text}");
    assert!(text.contains(&format!("/inloggen?terug={}", path.replace('/', "%2F"))), "{text}");
    assert_eq!(world.count("gebeurtenis WHERE soort = 'reactie'").await, 0);
}

#[tokio::test]
async fn the_second_of_two_at_one_desk_is_told_and_keeps_what_they_wrote() {
    let world = World::new().await;
    let (anna, rachid, marieke) = (world.bewoner("Anna").await, world.wijkteam("W2").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    let path = format!("/werk/initiatieven/{id}");
    let (first, second) = (world.browser_of(&rachid).await, world.browser_of(&marieke).await);
    let version = first.look(&path).await.hidden("vragen", "versie");
    assert_eq!(second.look(&path).await.hidden("vragen", "versie"), version);
    let ask = |text| [("actie", "vragen"), ("versie", version.as_str()), ("tekst", text)];
    assert_eq!(first.send(&path, &ask("Welke hoek?")).await.status, 303);

    let heard = second.send(&path, &ask("Hoe hoog mag de boom worden?")).await;
    assert!(matches!(heard.status, 409 | 412), "{}", heard.status);
    let text = heard.text();
    // Asking is no longer a step from here: the form is gone, what was typed is not.
    assert!(text.contains("Hoe hoog mag de boom worden?"), "{text}");
    assert!(text.contains("role=\"alert\""), "{text}");
    let dossier = marieke.dossier(id).await.unwrap();
    assert_eq!(dossier.initiatief.kaart.status, InitiatiefStatus::VraagAanIndiener);
    assert_eq!(world.count("gebeurtenis WHERE soort = 'vraag'").await, 1);
}
