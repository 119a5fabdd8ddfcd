//! Once means once, and nobody overwrites what they did not see (P-2, D-6).

use contract::initiatief::{InitiatiefApi as _, Tell, TriageApi as _};
use contract::opdracht::{CreateOpdracht, OpdrachtApi as _, Spend};
use contract::opgave::{CreateInzet, OpgaveApi as _};
use contract::problem::ProblemCode;
use contract::wijkbudget::{BoekingFilter, WijkbudgetApi as _};
use contract::{IdempotencyKey, Version, foto::FotoApi as _};
use futures_util::future::join_all;
use serde_json::json;
use tests::{PRODUCT, World, code, euro, pictures};

#[tokio::test]
async fn the_same_attempt_twice_is_one() {
    let world = World::new().await;
    let (anna, gast) = (world.bewoner("Anna").await, world.bezoeker());
    for person in [&anna, &gast] {
        let (key, request) = (person.key(), person.idea("Een boom"));
        let first = person.create_initiatief(key.clone(), request.clone()).await.unwrap();
        let again = person.create_initiatief(key, request).await.unwrap();
        assert_eq!(first, again);
    }
    assert_eq!(world.count("initiatief").await, 2);
    assert_eq!(world.mail_to(&gast).await.len(), 1, "and one mail");
    assert_eq!(world.count("poging WHERE sleutel LIKE 'initiatief-persoon%' AND aantal = 1").await, 2);
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_person() {
    let world = World::new().await;
    let (anna, bram) = (world.bewoner("Anna").await, world.bewoner("Bram").await);
    let key = anna.key();
    anna.create_initiatief(key.clone(), anna.idea("Een boom")).await.unwrap();
    let other = anna.create_initiatief(key.clone(), anna.idea("Een andere boom")).await.unwrap_err();
    assert_eq!(other.code(), ProblemCode::SleutelHergebruikt);
    let elsewhere = anna.upload_foto(key.clone(), pictures::jpeg(1)).await.unwrap_err();
    assert_eq!(elsewhere.code(), ProblemCode::SleutelHergebruikt);
    bram.create_initiatief(key, bram.idea("Een boom")).await.unwrap();
    assert_eq!(world.count("initiatief").await, 2);
}

#[tokio::test]
async fn what_was_refused_can_be_sent_again_under_its_key() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let key = anna.key();
    let mut request = anna.idea("Een boom");
    request.thema = "ruimtevaart".into();
    anna.create_initiatief(key.clone(), request).await.unwrap_err();
    anna.create_initiatief(key, anna.idea("Een boom")).await.unwrap();
}

#[tokio::test]
async fn every_creating_call_asks_for_a_key() {
    let world = World::new().await;
    let (anna, wijkteam, backoffice) =
        (world.bewoner("Anna").await, world.wijkteam("W2").await, world.backoffice().await);
    let ordered = wijkteam.ordered("W2", "10.00").await;
    let id = ordered.opdracht.kaart.id;
    for (person, path) in [
        (&anna, "/initiatieven".to_owned()),
        (&anna, "/fotos".to_owned()),
        (&wijkteam, "/opgaven".to_owned()),
        (&wijkteam, format!("/opgaven/{}/inzetten", ordered.opgave)),
        (&wijkteam, format!("/inzetten/{}/activiteiten", ordered.inzet)),
        (&wijkteam, format!("/activiteiten/{}/opdrachten", ordered.activiteit)),
        (&backoffice, format!("/opdrachten/{id}/voortgang")),
        (&backoffice, format!("/opdrachten/{id}/bestedingen")),
    ] {
        let missing = person.ask("POST", &path).json(&json!({})).send().await;
        assert_eq!(missing.outcome(), "400 sleutel-nodig", "{path}");
        for odd in ["kort", "met spatie erin", "onderstreept_is_fout", &"x".repeat(65), "niet-ascii-é"] {
            let heard = person.ask("POST", &path).header("idempotency-key", odd).json(&json!({})).send().await;
            assert_eq!(heard.outcome(), "400 sleutel-nodig", "{path} {odd}");
        }
    }
}

// P-2
#[tokio::test]
async fn twenty_at_once_with_one_key_are_one() {
    let world = World::new().await;
    let (anna, wijkteam, fiatteur, backoffice) = (
        world.bewoner("Anna").await,
        world.wijkteam("W2").await,
        world.fiatteur("W2", "500.00").await,
        world.backoffice().await,
    );
    let (key, idea) = (anna.key(), anna.idea("Een boom"));
    let made = join_all((0..20).map(|_| anna.create_initiatief(key.clone(), idea.clone()))).await;
    let ids: std::collections::BTreeSet<_> = made.into_iter().map(|answer| answer.unwrap().id).collect();
    assert_eq!((ids.len(), world.count("initiatief").await), (1, 1));

    let ordered = wijkteam.ordered("W2", "100.00").await;
    let key = wijkteam.key();
    let inzet = CreateInzet { product: Some(PRODUCT.into()), bedrag: Some("25.00".into()), ..CreateInzet::default() };
    let made = join_all((0..20).map(|_| wijkteam.create_inzet(key.clone(), ordered.opgave, inzet.clone()))).await;
    assert!(made.iter().all(|answer| answer.as_ref().is_ok_and(|opgave| opgave.inzetten.len() == 2)));
    assert_eq!(wijkteam.wijkbudget(code("W2"), None).await.unwrap().totaal.gereserveerd, euro("25.00"));

    let accepted = backoffice.accept(&fiatteur.approve(&ordered.opdracht).await.unwrap()).await.unwrap();
    let report = contract::opdracht::ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), accepted.kaart.id, report).await.unwrap();
    let (key, spend) =
        (backoffice.key(), Spend { bedrag: "60.00".into(), omschrijving: "factuur".into(), toelichting: None });
    let made = join_all((0..20).map(|_| backoffice.spend(key.clone(), accepted.kaart.id, spend.clone()))).await;
    assert!(made.iter().all(|answer| answer.as_ref().is_ok_and(|seen| seen.besteed == euro("60.00"))));
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

#[tokio::test]
async fn of_two_who_edit_one_record_the_second_is_told_and_nothing_is_overwritten() {
    let world = World::new().await;
    let (anna, one, other) = (world.bewoner("Anna").await, world.wijkteam("W2").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    let (mine, theirs) = (one.dossier(id).await.unwrap(), other.dossier(id).await.unwrap());
    assert_eq!(mine.versie, theirs.versie);
    let question = Tell { tekst: "Welke straat?".into(), openbaar: true };
    one.ask_initiator(id, mine.versie, question).await.unwrap();
    let late = other
        .respond(id, theirs.versie, Tell { tekst: "Wij kijken ernaar.".into(), openbaar: true })
        .await
        .unwrap_err();
    assert_eq!(late.code(), ProblemCode::Verouderd);
    let late = other.take_up(id, theirs.versie).await.unwrap_err();
    assert_eq!(late.code(), ProblemCode::Verouderd, "stale before not-now: look again first");
    let told: Vec<_> = anna.initiatief(id).await.unwrap().tijdlijn.into_iter().filter_map(|line| line.tekst).collect();
    assert_eq!(told, ["Welke straat?"]);
    assert_eq!(world.mail_to(&anna).await.len(), 2, "the receipt and the question");
}

#[tokio::test]
async fn an_edit_names_the_version_it_saw() {
    let world = World::new().await;
    let (anna, wijkteam) = (world.bewoner("Anna").await, world.wijkteam("W2").await);
    let id = anna.hand_in("Een boom").await;
    let ordered = wijkteam.ordered("W2", "10.00").await.opdracht;
    let own = anna.draft("Een struik").await.initiatief.kaart.id;
    let (say, nothing) = (json!({ "tekst": "Een bericht." }), json!(null));
    let submit = json!({ "overPersoon": "nee" });
    for (person, path, body) in [
        (&wijkteam, format!("/dossiers/{id}/behandelingen"), &nothing),
        (&wijkteam, format!("/dossiers/{id}/vragen"), &say),
        (&wijkteam, format!("/dossiers/{id}/reacties"), &say),
        (&wijkteam, format!("/opdrachten/{}/aanvragen", ordered.kaart.id), &nothing),
        (&wijkteam, format!("/opdrachten/{}/intrekkingen", ordered.kaart.id), &say),
        (&anna, format!("/mijn/initiatieven/{own}/indieningen"), &submit),
        (&anna, format!("/mijn/initiatieven/{id}/intrekkingen"), &nothing),
    ] {
        let missing = person.ask("POST", &path).json(body).send().await;
        assert_eq!(missing.outcome(), "428 versie-nodig", "{path}");
        for odd in ["*", "\"x\"", "\"999\"", "\"-1\"", "\"99999999999999999999\"", ""] {
            let heard = person.ask("POST", &path).header("if-match", odd).json(body).send().await;
            assert_eq!(heard.outcome(), "412 verouderd", "{path} {odd}");
        }
    }
    assert_eq!(anna.initiatief(id).await.unwrap().tijdlijn.len(), 1, "nothing happened");
}

#[tokio::test]
async fn of_ten_who_step_at_once_one_does() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let id = anna.hand_in("Een boom").await;
    let mut team = Vec::new();
    for _ in 0..10 {
        team.push(world.wijkteam("W2").await);
    }
    let seen = team[0].dossier(id).await.unwrap().versie;
    let outcomes = join_all(team.iter().map(|person| person.take_up(id, seen))).await;
    let (done, stale): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    assert!(stale.into_iter().all(|outcome| outcome.unwrap_err().code() == ProblemCode::Verouderd));
    assert_eq!(anna.initiatief(id).await.unwrap().tijdlijn.len(), 2);
}

#[tokio::test]
async fn support_at_once_counts_everybody_once() {
    let world = World::new().await;
    let anna = world.bewoner("Anna").await;
    let id = anna.hand_in("Een boom").await;
    let mut people = Vec::new();
    for _ in 0..20 {
        people.push(world.bewoner("Buur").await);
    }
    let twice = people.iter().chain(&people);
    assert!(join_all(twice.map(|person| person.support(id))).await.iter().all(Result::is_ok));
    assert_eq!(anna.initiatief(id).await.unwrap().kaart.steun, 20);
    assert!(join_all(people.iter().chain(&people).map(|person| person.unsupport(id))).await.iter().all(Result::is_ok));
    assert_eq!(anna.initiatief(id).await.unwrap().kaart.steun, 0);
}

#[tokio::test]
async fn withdrawing_and_ordering_at_once_never_both_happen() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let opgave = wijkteam.note_opgave("W2").await;
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    for round in 0..12 {
        let anna = world.bewoner("Anna").await;
        let id = anna.hand_in("Een boom").await;
        wijkteam.link_to(id, opgave).await;
        let order = CreateOpdracht { initiatief: Some(id.to_string().into()), ..wijkteam.order(PRODUCT, "1.00") };
        let drawn = wijkteam.create_opdracht(wijkteam.key(), activiteit, order).await.unwrap();
        let own = anna.own_initiatief(id).await.unwrap();
        let (withdrawn, asked) =
            tokio::join!(anna.withdraw_initiatief(id, own.versie), wijkteam.request_fiat(drawn.kaart.id, drawn.versie));
        assert_ne!(withdrawn.is_ok(), asked.is_ok(), "round {round}");
    }
}

// X-3, P-5
#[tokio::test]
async fn of_a_hundred_fiats_at_once_for_money_for_fifty_exactly_fifty_are_given() {
    let world = World::new().await;
    world.budget("W2", 2026, "onderwijs", "5000.00").await;
    let wijkteam = world.wijkteam("W2").await;
    let opgave = wijkteam.note_opgave("W2").await;
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    let mut asked = Vec::new();
    for _ in 0..100 {
        asked.push(wijkteam.request(activiteit, wijkteam.order("onderwijs", "100.00")).await);
    }
    let mut fiatteurs = Vec::new();
    for _ in 0..5 {
        fiatteurs.push(world.fiatteur("W2", "1000000.00").await);
    }
    let outcomes =
        join_all(asked.iter().zip(fiatteurs.iter().cycle()).map(|(opdracht, person)| person.approve(opdracht))).await;
    let (given, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let why: std::collections::BTreeSet<_> =
        refused.iter().map(|outcome| outcome.as_ref().unwrap_err().code()).collect();
    assert_eq!((given.len(), why.into_iter().collect::<Vec<_>>()), (50, vec![ProblemCode::BudgetOntoereikend]));
    let money = wijkteam.wijkbudget(code("W2"), None).await.unwrap();
    let row = money.producten.into_iter().find(|row| row.product.as_deref() == Some("onderwijs")).unwrap();
    assert_eq!((row.vrij, row.verplicht), (euro("0.00"), euro("5000.00")));
    let filter = BoekingFilter { product: Some("onderwijs".into()), limit: Some(100), ..BoekingFilter::default() };
    assert_eq!(wijkteam.list_boekingen(code("W2"), filter).await.unwrap().resultaten.len(), 51);
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

//
#[tokio::test]
async fn a_mandate_holds_for_all_that_is_approved_at_once() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "1000.00").await);
    let opgave = wijkteam.note_opgave("W2").await;
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    let mut asked = Vec::new();
    for _ in 0..20 {
        asked.push(wijkteam.request(activiteit, wijkteam.order(PRODUCT, "300.00")).await);
    }
    let outcomes = join_all(asked.iter().map(|opdracht| fiatteur.approve(opdracht))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "900 euro fits, 1200 does not");
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), ProblemCode::GeenMandaat);
    }
}

#[tokio::test]
async fn spending_at_once_never_goes_over_what_is_committed() {
    let world = World::new().await;
    let (wijkteam, fiatteur, backoffice) =
        (world.wijkteam("W2").await, world.fiatteur("W2", "500.00").await, world.backoffice().await);
    let asked = wijkteam.ordered("W2", "100.00").await.opdracht;
    let accepted = backoffice.accept(&fiatteur.approve(&asked).await.unwrap()).await.unwrap();
    let id = accepted.kaart.id;
    let report = contract::opdracht::ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), id, report).await.unwrap();
    let spend = Spend { bedrag: "30.00".into(), omschrijving: "factuur".into(), toelichting: None };
    let sent = (0..12).map(|_| backoffice.spend(backoffice.key(), id, spend.clone()));
    let outcomes = join_all(sent).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "90 euro fits, 120 does not");
    assert_eq!(backoffice.opdracht(id).await.unwrap().besteed, euro("90.00"));
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), ProblemCode::BudgetOntoereikend, "nobody named a version that could be stale");
    }
    assert_eq!(world.ledger_differences().await, [""; 0]);
    let old: IdempotencyKey = backoffice.key();
    let heard = backoffice.ask("POST", &format!("/opdrachten/{id}/gereedmeldingen")).version(Version(1)).key(&old);
    assert_eq!(heard.json(&json!({ "tekst": "Klaar." })).send().await.outcome(), "412 verouderd");
}
