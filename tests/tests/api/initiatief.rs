//! Handing in, keeping, supporting and finding initiatieven.

use contract::account::UseLink;
use contract::gebied::Punt;
use contract::initiatief::{
    CreateInitiatief, InitiatiefApi as _, InitiatiefFilter, InitiatiefStap, InitiatiefStatus as Status,
    SubmitInitiatief, TriageApi as _,
};
use contract::problem::ProblemCode;
use contract::{PageQuery, Problem};
use serde_json::json;
use tests::{KLARENDAL, MALBURGEN, THEMA, World};

/// What is the matter with which field, in the order of the problem.
fn fields(problem: &Problem) -> Vec<(&str, &str)> {
    problem.fouten.iter().map(|field| (field.veld.as_str(), field.code.as_str())).collect()
}

#[tokio::test]
async fn a_business_hands_in_with_its_kvk_number_and_only_the_wijkteam_sees_that() {
    let world = World::new().await;
    let gast = world.bezoeker();
    let mut request = gast.idea("Bloembakken voor de winkels");
    let guest = request.indiener.as_mut().unwrap();
    guest.soort = "ondernemer".into();
    let refused = gast.create_initiatief(gast.key(), request.clone()).await.unwrap_err();
    let both = [("/indiener/organisatie", "ontbreekt"), ("/indiener/kvkNummer", "ontbreekt")];
    assert_eq!(fields(&refused), both);
    let guest = request.indiener.as_mut().unwrap();
    (guest.organisatie, guest.kvk_nummer) = (Some("Bakkerij De Korst".into()), Some("1234567".into()));
    let refused = gast.create_initiatief(gast.key(), request.clone()).await.unwrap_err();
    assert_eq!(fields(&refused), [("/indiener/kvkNummer", "geen_kvk_nummer")]);

    request.indiener.as_mut().unwrap().kvk_nummer = Some("12345678".into());
    let id = gast.create_initiatief(gast.key(), request).await.unwrap().id;
    let link = world.one_mail_to(&gast).await;
    gast.confirm_initiatief(UseLink { geheim: link.secret().into() }).await.unwrap();

    let heard = gast.ask("GET", &format!("/initiatieven/{id}")).send().await;
    let public = heard.json();
    assert_eq!((&public["organisatie"], &public["indienerSoort"]), (&json!("Bakkerij De Korst"), &json!("ondernemer")));
    for private in ["12345678", gast.email.as_str(), gast.naam.as_str()] {
        assert!(!heard.text().contains(private), "{private} is for the wijkteam");
    }
    let dossier = world.wijkteam("W2").await.dossier(id).await.unwrap();
    assert_eq!(dossier.kvk_nummer.as_deref(), Some("12345678"));
}

#[tokio::test]
async fn a_business_with_an_account_need_not_say_who_it_is() {
    let world = World::new().await;
    let shop = world.ondernemer("Kapsalon Knip").await;
    let id = shop.hand_in("Minder zwerfvuil voor de deur").await;
    let public = world.bezoeker().initiatief(id).await.unwrap();
    assert_eq!(public.organisatie.as_deref(), Some("Kapsalon Knip bv"));
    let dossier = world.wijkteam("W2").await.dossier(id).await.unwrap();
    assert_eq!((dossier.kvk_nummer.as_deref(), dossier.email), (Some("12345678"), shop.email.clone()));
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let world = World::new().await;
    let gast = world.bezoeker();
    let body = json!({
        "soort": "wens", "titel": "ab", "tekst": "kort", "wijk": "", "thema": "een thema", "plaats": "x",
        "punt": { "lon": 500.0, "lat": 51.9 }, "kosten": "1e9", "fotos": ["geen-id"], "alsConcept": false,
        "indiener": { "naam": "Gemeente", "email": "geen adres", "soort": "" },
    });
    let heard = gast.ask("POST", "/initiatieven").key(&gast.key()).json(&body).send().await;
    let problem = heard.problem();
    assert_eq!(problem.code(), ProblemCode::OngeldigeInvoer);
    let expected = [
        ("/soort", "ongeldige_keuze"),
        ("/titel", "te_kort"),
        ("/tekst", "te_kort"),
        ("/overPersoon", "ontbreekt"),
        ("/wijk", "ontbreekt"),
        ("/thema", "ongeldige_keuze"),
        ("/plaats", "te_kort"),
        ("/kosten", "geen_bedrag"),
        ("/fotos/0", "ongeldige_keuze"),
        ("/punt", "buiten_gemeente"),
        ("/indiener/naam", "gereserveerde_naam"),
        ("/indiener/email", "geen_email"),
        ("/indiener/soort", "ontbreekt"),
    ];
    assert_eq!(fields(&problem), expected);
    let english = gast.ask("POST", "/initiatieven").key(&gast.key()).json(&body).header("accept-language", "en");
    let english = english.send().await.problem();
    assert_eq!(fields(&english), expected, "the codes are the same in every language");
    assert_ne!(english.title, problem.title);
    assert!(english.fouten.iter().zip(&problem.fouten).all(|(one, other)| one.melding != other.melding));
}

#[tokio::test]
async fn what_names_nothing_is_told_at_once_too() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let mut request = anna.idea("Een boom");
    (request.wijk, request.thema) = ("WK999999".into(), "ruimtevaart".into());
    request.punt = Some(Punt { lon: 4.9, lat: 52.37 });
    let refused = anna.create_initiatief(anna.key(), request).await.unwrap_err();
    let expected = [("/wijk", "bestaat_niet"), ("/thema", "bestaat_niet"), ("/punt", "buiten_gemeente")];
    assert_eq!(fields(&refused), expected);
    let four =
        CreateInitiatief { fotos: vec!["a".into(), "b".into(), "c".into(), "d".into()], ..anna.idea("Een boom") };
    let refused = anna.create_initiatief(anna.key(), four).await.unwrap_err();
    assert_eq!((refused.fouten[0].code.as_str(), refused.fouten[0].grens), ("te_veel", Some(3)));
}

#[tokio::test]
async fn a_concept_is_its_writers_alone_until_it_is_handed_in() {
    let world = World::new().await;
    let (anna, bram, wijkteam) = (world.bewoner("Anna").await, world.bewoner("Bram").await, world.wijkteam("W2").await);
    let own = anna.draft("Een boom").await;
    let id = own.initiatief.kaart.id;
    assert_eq!((own.initiatief.kaart.status, own.initiatief.kaart.ingediend_op), (Status::Concept, None));
    assert_eq!(own.stappen, [InitiatiefStap::Submit, InitiatiefStap::Withdraw]);
    for refused in [
        bram.initiatief(id).await.err(),
        bram.own_initiatief(id).await.err(),
        bram.submit_initiatief(id, own.versie, SubmitInitiatief::default()).await.err(),
        bram.support(id).await.err(),
        wijkteam.dossier(id).await.err(),
    ] {
        assert_eq!(refused.unwrap().code(), ProblemCode::NietGevonden);
    }
    let answered = anna.submit_initiatief(id, own.versie, SubmitInitiatief::default()).await.unwrap();
    assert_eq!(answered.initiatief.kaart.status, Status::Ingediend);
    assert_eq!(bram.initiatief(id).await.unwrap().kaart.titel, "Een boom");
    assert_eq!(world.one_mail_to(&anna).await.subject, "Wij hebben uw initiatief ontvangen");
    let mine = anna.list_own(PageQuery::default()).await.unwrap().resultaten;
    assert_eq!(mine.iter().map(|card| card.id).collect::<Vec<_>>(), [id]);
    assert_eq!(bram.list_own(PageQuery::default()).await.unwrap().resultaten, []);
}

#[tokio::test]
async fn a_guest_keeps_no_concept_and_must_say_who_they_are() {
    let world = World::new().await;
    let gast = world.bezoeker();
    let concept = CreateInitiatief { als_concept: true, ..gast.idea("Een boom") };
    let refused = gast.create_initiatief(gast.key(), concept).await.unwrap_err();
    assert_eq!(fields(&refused), [("/alsConcept", "ongeldige_keuze")]);
    let nobody = CreateInitiatief { indiener: None, ..gast.idea("Een boom") };
    let refused = gast.create_initiatief(gast.key(), nobody).await.unwrap_err();
    assert_eq!(fields(&refused), [("/indiener", "ontbreekt")]);
    assert_eq!(world.count("initiatief").await, 0);
}

#[tokio::test]
async fn the_link_of_a_guest_works_once_and_for_a_day() {
    let world = World::new().await;
    let gast = world.bezoeker();
    gast.create_initiatief(gast.key(), gast.idea("Een boom")).await.unwrap();
    let link = UseLink { geheim: world.one_mail_to(&gast).await.secret().into() };
    gast.confirm_initiatief(link.clone()).await.unwrap();
    assert_eq!(gast.confirm_initiatief(link).await.unwrap_err().code(), ProblemCode::LinkOngeldig);

    gast.create_initiatief(gast.key(), gast.idea("Nog een boom")).await.unwrap();
    let mails = world.mail_to(&gast).await;
    let late = UseLink { geheim: mails.last().unwrap().secret().into() };
    world.wait(1).await;
    assert_eq!(gast.confirm_initiatief(late).await.unwrap_err().code(), ProblemCode::LinkOngeldig);
    let guessed = UseLink { geheim: "A".repeat(43).as_str().into() };
    assert_eq!(gast.confirm_initiatief(guessed).await.unwrap_err().code(), ProblemCode::LinkOngeldig);
    let kept = world.count("link WHERE used_at IS NULL").await;
    assert_eq!(kept, 1, "the one that was too late was not used");
}

#[tokio::test]
async fn a_list_is_given_in_pieces_and_what_is_new_shifts_nothing() {
    let world = World::new().await;
    let (anna, bram) = (world.bewoner("Anna").await, world.bewoner("Bram").await);
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(anna.hand_in(&format!("Boom nummer {number}")).await);
    }
    ids.reverse();
    let filter = |cursor: Option<String>| InitiatiefFilter { cursor, limit: Some(2), ..InitiatiefFilter::default() };
    let first = bram.list_initiatieven(filter(None)).await.unwrap();
    bram.hand_in("Boom nummer 6").await;
    let second = bram.list_initiatieven(filter(first.volgende.clone())).await.unwrap();
    let third = bram.list_initiatieven(filter(second.volgende.clone())).await.unwrap();
    let pieces = [first.resultaten, second.resultaten, third.resultaten].concat();
    assert_eq!(pieces.iter().map(|card| card.id).collect::<Vec<_>>(), ids);
    assert_eq!(third.volgende, None);

    let heard = bram.ask("GET", "/initiatieven?limit=2&gebied=W2").send().await;
    let next = heard.json()["volgende"].as_str().unwrap().to_owned();
    let link = heard.header("link").unwrap();
    assert!(link.contains("</api/v1/initiatieven?limit=2&gebied=W2>; rel=\"first\""), "{link}");
    assert!(link.contains(&format!("</api/v1/initiatieven?limit=2&gebied=W2&cursor={next}>; rel=\"next\"")), "{link}");
}

#[tokio::test]
async fn a_list_shows_what_is_asked_for_and_nothing_else() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let klarendal = anna.hand_in("Een boom in Klarendal").await;
    let mut request = anna.idea("Schulden in Malburgen");
    (request.wijk, request.thema) = (MALBURGEN.into(), "schuldenproblematiek".into());
    let malburgen = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let visitor = world.bezoeker();
    for (query, expected) in [
        (String::new(), vec![malburgen, klarendal]),
        ("?gebied=W2".into(), vec![klarendal]),
        ("?gebied=W8".into(), vec![]),
        ("?gebied=niets".into(), vec![]),
        (format!("?wijk={MALBURGEN}"), vec![malburgen]),
        (format!("?thema={THEMA}"), vec![klarendal]),
        ("?status=ingediend".into(), vec![malburgen, klarendal]),
        ("?status=gerealiseerd".into(), vec![]),
        (format!("?wijk={KLARENDAL}&thema=schuldenproblematiek"), vec![]),
    ] {
        let heard = visitor.ask("GET", &format!("/initiatieven{query}")).send().await;
        let page: contract::Page<contract::initiatief::InitiatiefCard> = heard.read();
        assert_eq!(page.resultaten.iter().map(|card| card.id).collect::<Vec<_>>(), expected, "{query}");
    }
    for (query, expected) in [
        ("?limit=0", [("/limit", "te_laag")]),
        ("?limit=101", [("/limit", "te_hoog")]),
        ("?limit=veel", [("", "verkeerd_type")]),
        ("?limit=-1", [("", "verkeerd_type")]),
        ("?cursor=x", [("/cursor", "ongeldige_keuze")]),
        ("?status=kwijt", [("", "ongeldige_keuze")]),
        ("?volgorde=oud", [("/volgorde", "onbekend_veld")]),
    ] {
        let problem = visitor.ask("GET", &format!("/initiatieven{query}")).send().await.problem();
        assert_eq!(fields(&problem), expected, "{query}");
    }
}

#[tokio::test]
async fn nobody_hands_in_more_than_five_a_day() {
    let world = World::new().await;
    let (anna, gast) = (world.bewoner("Anna").await, world.bezoeker());
    for number in 1..=5 {
        anna.hand_in(&format!("Boom {number}")).await;
        gast.hand_in(&format!("Struik {number}")).await;
    }
    for person in [&anna, &gast] {
        let heard = person.ask("POST", "/initiatieven").key(&person.key()).json(&person.idea("Te veel")).send().await;
        assert_eq!(heard.outcome(), "429 te-vaak");
    }
    assert_eq!(world.count("initiatief").await, 10);
    world.wait(1).await;
    anna.hand_in("Een boom voor vandaag").await;
}

#[tokio::test]
async fn what_was_typed_comes_back_as_it_was() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let mut request = anna.idea("  Café “Ünal” 🌳 <b>& zo</b>  ");
    request.tekst = "Regel één\r\n\r\n<script>alert('x')</script> en 1 < 2\u{200d}🌈.".into();
    (request.plaats, request.kosten) = (Some(" Hoek van de straat ".into()), Some("1250.50".into()));
    request.punt = Some(Punt { lon: 5.921_543_21, lat: 51.989_414_9 });
    let id = anna.create_initiatief(anna.key(), request).await.unwrap().id;
    let seen = world.bezoeker().initiatief(id).await.unwrap();
    assert_eq!(seen.kaart.titel, "Café “Ünal” 🌳 <b>& zo</b>");
    assert_eq!(seen.tekst, "Regel één\n\n<script>alert('x')</script> en 1 < 2\u{200d}🌈.");
    assert_eq!(seen.plaats.as_deref(), Some("Hoek van de straat"));
    assert_eq!(seen.kosten.map(|amount| amount.to_string()).as_deref(), Some("1250.50"));
    assert_eq!(seen.punt, Some(Punt { lon: 5.92154, lat: 51.98941 }), "about a metre, and no more");
    let mail = world.one_mail_to(&anna).await;
    assert!(!mail.html.contains("<b>") && mail.html.contains("&lt;b&gt;&amp; zo&lt;/b&gt;"), "{}", mail.html);
    assert!(!mail.subject.contains("Café"), "no text of a person in a subject");
}
