//! Whatever somebody sends, text stays text, money stays money, and nothing breaks (P-8, T-1, T-3).

use contract::initiatief::{InitiatiefApi as _, Tell, TriageApi as _};
use contract::opdracht::{OpdrachtApi as _, Spend};
use contract::opgave::CreateInzet;
use contract::wijkbudget::WijkbudgetApi as _;
use serde_json::{Value, json};
use tests::{PRODUCT, World, code, euro};

/// Texts that have broken programs before, and whether ours may keep them.
fn texts() -> Vec<(String, bool)> {
    let kept = [
        "<script>alert(document.cookie)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'; DROP TABLE initiatief; --",
        "Robert'); DELETE FROM boeking;--",
        "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
        "=cmd|' /C calc'!A0",
        "../../../../etc/passwd%00",
        "Een boom 🌳👩‍👩‍👧‍👦🏳️‍🌈 en een e\u{301}\u{301}\u{301}",
        "مرحبا بالعالم, Привет, 你好, ಠ_ಠ",
        "javascript:alert(1) https://voorbeeld.test/?a=1&b=\"2\"",
        "\\u0000 \\x00 %00 &#0; &lt;b&gt;",
        "Nul-breed \u{200b}\u{200c}\u{200d}\u{2060} tussen de woorden",
        "nul null undefined NaN true -1 1e9 0x1F",
    ];
    let refused = [
        "met \u{0} erin is het niets",
        "gekeerd \u{202e}txt.exe hier",
        "omsloten \u{2066}stiekem\u{2069} stuk",
        "\u{feff}een bom vooraan de tekst",
        "een tab\tis geen spatie hier",
        "een bel \u{7} en een escape \u{1b}[31m",
        "een C1 \u{85} volgende regel",
    ];
    let kept = kept.into_iter().map(|text| (text.to_owned(), true));
    kept.chain(refused.into_iter().map(|text| (text.to_owned(), false))).collect()
}

#[tokio::test]
async fn text_stays_text_in_every_field_of_an_initiatief() {
    let world = World::new().await;
    for (number, (text, is_kept)) in texts().into_iter().enumerate() {
        let anna = world.bewoner("Anna").await;
        let mut request = anna.idea(&text);
        (request.tekst, request.plaats) = (format!("{text}\nen meer").as_str().into(), Some(text.as_str().into()));
        let heard = anna.ask("POST", "/initiatieven").key(&anna.key()).json(&request).send().await;
        if !is_kept {
            let problem = heard.problem();
            let fields: Vec<_> =
                problem.fouten.iter().map(|field| (field.veld.as_str(), field.code.as_str())).collect();
            let expected = ["/titel", "/tekst", "/plaats"].map(|field| (field, "verboden_tekens"));
            assert_eq!(fields, expected, "{number}: {text:?}");
            continue;
        }
        assert_eq!(heard.status, 201, "{number}: {text:?}: {}", heard.text());
        let id = heard.json()["id"].as_str().unwrap().parse().unwrap();
        let seen = anna.initiatief(id).await.unwrap();
        let whole = [seen.kaart.titel.as_str(), seen.plaats.as_deref().unwrap()];
        for shown in whole {
            assert_eq!(shown, whole[0], "{number}");
            assert!(!shown.is_empty());
        }
        let mail = world.one_mail_to(&anna).await;
        for markup in ["<script", "<img", "<%="] {
            assert!(!mail.html.contains(markup), "{number}: {}", mail.html);
        }
    }
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

#[tokio::test]
async fn a_text_is_as_long_as_people_count_and_no_longer() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let family = "👩‍👩‍👧‍👦";
    for (titel, tekst, expected) in [
        ("x".repeat(120), "y".repeat(10_000), vec![]),
        ("x".repeat(121), "y".repeat(10_001), vec![("/titel", 120), ("/tekst", 10_000)]),
        ("ë".repeat(120), "é".repeat(10_000), vec![]),
        (family.repeat(120), "genoeg tekst".to_owned(), vec![("/titel", 120)]),
        ("x".repeat(60_000), "genoeg tekst".to_owned(), vec![("/titel", 120)]),
        (format!("x{}", "\u{301}".repeat(20_000)), "genoeg tekst".to_owned(), vec![("/titel", 120)]),
    ] {
        let mut request = anna.idea(&titel);
        request.tekst = tekst.as_str().into();
        let outcome = anna.create_initiatief(anna.key(), request).await;
        let found: Vec<_> = outcome.err().into_iter().flat_map(|problem| problem.fouten).collect();
        let found: Vec<_> = found.iter().map(|field| (field.veld.as_str(), field.grens.unwrap())).collect();
        assert_eq!(found, expected, "{} characters", titel.chars().count());
    }
}

// T-3
#[tokio::test]
async fn money_is_euros_with_two_decimals_and_nothing_else() {
    let world = World::new().await;
    let (wijkteam, fiatteur, backoffice) =
        (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await, world.backoffice().await);
    let ordered = wijkteam.ordered("W2", "100.00").await;
    let running = backoffice.accept(&fiatteur.approve(&ordered.opdracht).await.unwrap()).await.unwrap();
    let paths = [
        (&wijkteam, format!("/opgaven/{}/inzetten", ordered.opgave), json!({ "product": PRODUCT, "bedrag": null })),
        (
            &wijkteam,
            format!("/activiteiten/{}/opdrachten", ordered.activiteit),
            serde_json::to_value(wijkteam.order(PRODUCT, "")).unwrap(),
        ),
        (
            &backoffice,
            format!("/opdrachten/{}/bestedingen", running.kaart.id),
            json!({ "omschrijving": "factuur", "bedrag": null }),
        ),
    ];
    for (person, path, body) in paths {
        for (bedrag, expected) in [
            (json!("1e9"), "geen_bedrag"),
            (json!("-1"), "geen_bedrag"),
            (json!("-1.00"), "geen_bedrag"),
            (json!("0.005"), "geen_bedrag"),
            (json!("1.250,00"), "geen_bedrag"),
            (json!("1250"), "geen_bedrag"),
            (json!("１２.００"), "geen_bedrag"),
            (json!("NaN"), "geen_bedrag"),
            (json!("0x10.00"), "geen_bedrag"),
            (json!("1000000000.01"), "te_hoog"),
            (json!("99999999999999999999999999.00"), "te_hoog"),
            (json!("0.00"), "te_laag"),
            (json!(12.5), "verkeerd_type"),
            (json!(-1), "verkeerd_type"),
            (json!({ "cent": 1 }), "verkeerd_type"),
        ] {
            let mut body: Value = body.clone();
            body["bedrag"] = bedrag;
            let problem = person.ask("POST", &path).key(&person.key()).json(&body).send().await.problem();
            let found: Vec<_> = problem.fouten.iter().map(|field| (field.veld.as_str(), field.code.as_str())).collect();
            assert_eq!(found, [("/bedrag", expected)], "{path} {body}");
        }
    }
    let money = wijkteam.wijkbudget(code("W2"), None).await.unwrap().totaal;
    assert_eq!((money.vrij, money.verplicht, money.besteed), (euro("149900.00"), euro("100.00"), euro("0.00")));
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

#[tokio::test]
async fn numbers_and_days_at_the_edge_break_nothing() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let opgave = wijkteam.note_opgave("W2").await;
    let path = format!("/opgaven/{opgave}/inzetten");
    for (body, field) in [
        (json!({ "uren": "100001" }), "/uren"),
        (json!({ "uren": "99999999999999999999" }), "/uren"),
        (json!({ "uren": "-1" }), "/uren"),
        (json!({ "uren": "1", "jaar": 1999 }), "/jaar"),
        (json!({ "uren": "1", "jaar": 2_147_483_647 }), "/jaar"),
        (json!({ "uren": "1", "jaar": -5 }), "/jaar"),
        (json!({ "uren": "1", "jaar": 99_999_999_999_i64 }), "/jaar"),
        (json!({ "product": PRODUCT }), "/bedrag"),
        (json!({ "bedrag": "1.00" }), "/product"),
        (json!({ "product": "kernfusie", "bedrag": "1.00" }), "/product"),
    ] {
        let problem = wijkteam.ask("POST", &path).key(&wijkteam.key()).json(&body).send().await.problem();
        let fields: Vec<_> = problem.fouten.iter().map(|wrong| wrong.veld.as_str()).collect();
        assert_eq!(fields, [field], "{body}");
    }
    let inzet = wijkteam.commit_hours(opgave).await;
    for (begin, eind, field) in [
        ("2026-02-30", "", "/beginDatum"),
        ("2026-05-02", "2026-05-01", "/eindDatum"),
        ("gisteren", "2026-05-01", "/beginDatum"),
        ("+999999-01-01", "", "/beginDatum"),
    ] {
        let body = json!({ "titel": "Planten", "beginDatum": begin, "eindDatum": eind });
        let path = format!("/inzetten/{inzet}/activiteiten");
        let problem = wijkteam.ask("POST", &path).key(&wijkteam.key()).json(&body).send().await.problem();
        assert_eq!(problem.fouten[0].veld, field, "{body}");
    }
    let visitor = world.bezoeker();
    for query in ["jaar=0", "jaar=-1", "jaar=2147483647", "jaar=9999999999", "jaar=x", "jaar="] {
        for path in ["/gebieden/W2/wijkbudget", "/gebieden/W2/wijkactieplan", "/gebieden/W2/boekingen"] {
            let heard = visitor.ask("GET", &format!("{path}?{query}")).send().await;
            assert!([200, 400].contains(&heard.status), "{path}?{query}: {}", heard.status);
        }
    }
}

#[tokio::test]
async fn a_question_with_anything_in_it_gets_an_answer() {
    let world = World::new().await;
    let (visitor, raad) = (world.bezoeker(), world.raad().await);
    for odd in [
        "%00",
        "a%00b",
        "%F0%9F%8C%B3",
        "%ff%fe",
        "'",
        "%27%20OR%201%3D1--",
        "%25",
        "%5C",
        "%E2%80%AE",
        &"x".repeat(4_000),
    ] {
        for query in [
            "/initiatieven?gebied=",
            "/initiatieven?wijk=",
            "/initiatieven?thema=",
            "/initiatieven?cursor=",
            "/initiatieven/vergelijkbare?wijk=WK020207&tekst=",
            "/initiatieven/vergelijkbare?tekst=bankje&wijk=",
            "/wijken?postcode=",
            "/opdrachten?gebied=",
            "/opdrachten?cursor=",
            "/gebieden/W2/boekingen?product=",
            "/gebieden/W2/boekingen?cursor=",
            "/gebieden/",
        ] {
            for person in [&visitor, &raad] {
                let heard = person.ask("GET", &format!("{query}{odd}")).send().await;
                assert!([200, 400, 404].contains(&heard.status), "{query}{odd}: {}", heard.status);
            }
        }
    }
    for header in ["accept-language", "x-forwarded-for", "idempotency-key", "if-match", "user-agent"] {
        for odd in ["é", "\t", "0;,;=\"", &"9".repeat(4_000), "W/\"\"", "*", "\"99999999999999999999\""] {
            let heard = visitor.ask("GET", "/gebieden").header(header, odd).send().await;
            assert_eq!(heard.status, 200, "{header}: {odd}");
        }
    }
}

#[tokio::test]
async fn what_staff_write_is_judged_as_well() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    let seen = wijkteam.dossier(id).await.unwrap();
    for tekst in ["", " \n ", "met \u{0} erin", "gekeerd \u{202e}txt", &"x".repeat(2_001)] {
        let refused =
            wijkteam.respond(id, seen.versie, Tell { tekst: tekst.into(), openbaar: false }).await.unwrap_err();
        assert_eq!(refused.fouten[0].veld, "/tekst", "{tekst:?}");
    }
    let nothing = CreateInzet { wie: Some("Gemeente Arnhem".into()), uren: Some("1".into()), ..CreateInzet::default() };
    let opgave = wijkteam.note_opgave("W2").await;
    let path = format!("/opgaven/{opgave}/inzetten");
    let heard = wijkteam.ask("POST", &path).key(&wijkteam.key()).json(&nothing).send().await;
    assert_eq!(heard.problem().fouten[0].veld, "/wie", "nobody passes for the municipality");
    let nowhere = contract::OpdrachtId(uuid::Uuid::nil());
    let backoffice = world.backoffice().await;
    for (omschrijving, toelichting, expected) in [
        ("=1+1\u{7}", "Factuur 12", "/omschrijving"),
        ("Factuur van mevrouw Jansen", "Factuur 12", "/omschrijving"),
        ("begroting", "Factuur 12", "/omschrijving"),
        ("factuur", "=1+1\u{7}", "/toelichting"),
    ] {
        let toelichting = Some(toelichting.into());
        let no = Spend { bedrag: "1.00".into(), omschrijving: omschrijving.into(), toelichting };
        let refused = backoffice.spend(wijkteam.key(), nowhere, no).await.unwrap_err();
        assert_eq!((refused.status, refused.fouten[0].veld.as_str()), (400, expected), "{omschrijving}");
    }
}
