//! Who may approve what: other eyes, a mandate, enough money, a login of now.

use chrono::TimeDelta;
use contract::initiatief::Say;
use contract::opdracht::{CreateOpdracht, Decide, OpdrachtApi as _, OpdrachtFilter, OpdrachtStatus, OpdrachtView};
use contract::opgave::OpgaveApi as _;
use contract::problem::ProblemCode;
use contract::werk::{WerkApi as _, WerkFilter};
use contract::wijkbudget::WijkbudgetApi as _;
use tests::{PRODUCT, Person, World, code, euro};

/// Free, set aside, committed and spent of a product in W2.
async fn pots(person: &Person, product: &str) -> [String; 4] {
    let money = person.wijkbudget(code("W2"), None).await.unwrap();
    let row = money.producten.into_iter().find(|row| row.product.as_deref() == Some(product)).unwrap();
    [row.vrij, row.gereserveerd, row.verplicht, row.besteed].map(|amount| amount.to_string())
}

/// One more opdracht for an amount, under the same activiteit, asked by the same person.
async fn another(by: &Person, seen: &OpdrachtView, bedrag: &str, from: &str) -> OpdrachtView {
    let order = CreateOpdracht { opdrachtnemer_naam: from.into(), ..by.order(PRODUCT, bedrag) };
    by.request(seen.activiteit, order).await
}

/// One more opdracht for an amount, under an activiteit of its own.
async fn apart(by: &Person, bedrag: &str, from: &str) -> OpdrachtView {
    let activiteit = by.plan(by.commit_hours(by.note_opgave("W2").await).await).await;
    let order = CreateOpdracht { opdrachtnemer_naam: from.into(), ..by.order(PRODUCT, bedrag) };
    by.request(activiteit, order).await
}

async fn refused(by: &Person, opdracht: &OpdrachtView) -> ProblemCode {
    by.approve(opdracht).await.unwrap_err().code()
}

// P-6, A-6
#[tokio::test]
async fn nobody_approves_what_they_wrote_or_asked_for_or_are_to_get() {
    let world = World::new().await;
    let (anna, bram) = (world.fiatteur("W2", "5000.00").await, world.fiatteur("W2", "5000.00").await);
    let carla = world.fiatteur("W2", "5000.00").await;
    let own = carla.hand_in("Een boom").await;
    let opgave = anna.note_opgave("W2").await;
    anna.link_to(own, opgave).await;
    let activiteit = anna.plan(anna.commit_hours(opgave).await).await;
    let order = CreateOpdracht { initiatief: Some(own.to_string().into()), ..anna.order(PRODUCT, "100.00") };
    let written = anna.create_opdracht(anna.key(), activiteit, order).await.unwrap();
    let asked = bram.request_fiat(written.kaart.id, written.versie).await.unwrap();

    assert_eq!(refused(&anna, &asked).await, ProblemCode::AndereOgenNodig, "she wrote it");
    assert_eq!(refused(&bram, &asked).await, ProblemCode::AndereOgenNodig, "he asked for it");
    assert_eq!(refused(&carla, &asked).await, ProblemCode::AndereOgenNodig, "it is for her initiatief");
    assert_eq!(pots(&anna, PRODUCT).await, ["100000.00", "0.00", "0.00", "0.00"]);

    let given = world.fiatteur("W2", "5000.00").await.approve(&asked).await.unwrap();
    assert_eq!(given.kaart.status, OpdrachtStatus::Gefiatteerd);
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

#[tokio::test]
async fn a_mandate_is_for_one_gebied_one_product_and_an_amount() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let opdracht = wijkteam.ordered("W2", "1000.00").await.opdracht;
    let colleague = world.wijkteam("W2").await;
    assert_eq!(refused(&colleague, &opdracht).await, ProblemCode::GeenMandaat, "no mandate at all");
    world.mandate(&colleague, "W2", None, "999.99").await;
    assert_eq!(refused(&colleague, &opdracht).await, ProblemCode::GeenMandaat, "a cent short");
    world.mandate(&colleague, "W2", Some("samenlevingsopbouw"), "5000.00").await;
    assert_eq!(refused(&colleague, &opdracht).await, ProblemCode::GeenMandaat, "another product");
    world.mandate(&colleague, "W4", None, "5000.00").await;
    assert_eq!(refused(&colleague, &opdracht).await, ProblemCode::GeenMandaat, "another gebied");
    let elsewhere = world.fiatteur("W4", "5000.00").await;
    assert_eq!(refused(&elsewhere, &opdracht).await, ProblemCode::NietGevonden, "not even to be seen");
    for person in [world.backoffice().await, world.raad().await] {
        assert_eq!(refused(&person, &opdracht).await, ProblemCode::NietToegestaan, "{}", person.naam);
    }
    assert_eq!(refused(&world.beheerder().await, &opdracht).await, ProblemCode::NietGevonden);
    assert_eq!(refused(&world.bezoeker(), &opdracht).await, ProblemCode::NietIngelogd);
    world.mandate(&colleague, "W2", Some(PRODUCT), "1000.00").await;
    colleague.approve(&opdracht).await.unwrap();
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

//
#[tokio::test]
async fn a_large_order_cannot_be_cut_into_slices() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "1000.00").await);
    let first = wijkteam.ordered("W2", "600.00").await.opdracht;
    fiatteur.approve(&first).await.unwrap();
    let second = apart(&wijkteam, "400.01", "afdeling groen").await;
    assert_eq!(refused(&fiatteur, &second).await, ProblemCode::GeenMandaat, "together more than the mandate");
    let other = apart(&wijkteam, "1000.00", "Hovenier Jansen").await;
    fiatteur.approve(&other).await.unwrap();
    let fits = apart(&wijkteam, "400.00", "Afdeling Groen").await;
    fiatteur.approve(&fits).await.unwrap();
    let more = apart(&wijkteam, "0.01", "Afdeling Groen").await;
    assert_eq!(refused(&fiatteur, &more).await, ProblemCode::GeenMandaat);

    world.wait(31).await;
    fiatteur.approve(&second).await.unwrap();
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

// finding 11, A-6
#[tokio::test]
async fn an_activiteit_cannot_be_cut_over_receivers() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "1000.00").await);
    let first = wijkteam.ordered("W2", "600.00").await.opdracht;
    fiatteur.approve(&first).await.unwrap();
    let second = another(&wijkteam, &first, "400.01", "Hovenier Jansen").await;
    assert_eq!(refused(&fiatteur, &second).await, ProblemCode::GeenMandaat, "together more than the mandate");
    let fits = another(&wijkteam, &first, "400.00", "Straatmakers De Steen").await;
    fiatteur.approve(&fits).await.unwrap();
    let more = another(&wijkteam, &first, "0.01", "Kweker De Linde").await;
    assert_eq!(refused(&fiatteur, &more).await, ProblemCode::GeenMandaat);
    fiatteur.approve(&apart(&wijkteam, "1000.00", "Kweker De Linde").await).await.unwrap();
    world.fiatteur("W2", "1000.00").await.approve(&more).await.unwrap();

    world.wait(31).await;
    fiatteur.approve(&second).await.unwrap();
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

// finding 11, A-6
#[tokio::test]
async fn a_receiver_is_the_same_however_the_name_is_written() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "40000.00").await);
    for (name, others) in [
        ("Coöperatie Één bv", &["coöperatie één bv", "COÖPERATIE ÉÉN BV", "Coöperatie  Één bv"][..]),
        (
            "Hoveniers BV",
            &["Hoveniers BV", "hoveniers  bv", "Hoveniers B.V.", "Hoveniers-BV", "Hovéniers BV", "Stichting Hoveniers"],
        ),
    ] {
        fiatteur.approve(&apart(&wijkteam, "39000.00", name).await).await.unwrap();
        for other in others {
            let slice = apart(&wijkteam, "1000.01", other).await;
            assert_eq!(refused(&fiatteur, &slice).await, ProblemCode::GeenMandaat, "{other}");
        }
    }
    fiatteur.approve(&apart(&wijkteam, "1000.00", "Hoveniers B.V.").await).await.unwrap();
    fiatteur.approve(&apart(&wijkteam, "1000.00", "Hoveniers Holding BV").await).await.unwrap();
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

// P-5
#[tokio::test]
async fn a_fiat_needs_enough_free_money_at_that_moment() {
    let world = World::new().await;
    world.budget("W2", 2026, "onderwijs", "500.00").await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await);
    let opgave = wijkteam.note_opgave("W2").await;
    let inzet = wijkteam.commit(opgave, "onderwijs", "300.00").await.unwrap();
    let activiteit = wijkteam.plan(inzet).await;
    let too_much = wijkteam.request(activiteit, wijkteam.order("onderwijs", "500.01")).await;
    let problem = fiatteur.approve(&too_much).await.unwrap_err();
    assert_eq!(problem.code(), ProblemCode::BudgetOntoereikend);
    assert_eq!(pots(&fiatteur, "onderwijs").await, ["200.00", "300.00", "0.00", "0.00"], "nothing moved");
    let seen = wijkteam.opdracht(too_much.kaart.id).await.unwrap();
    assert_eq!(seen.kaart.status, OpdrachtStatus::TerFiattering);

    let exact = wijkteam.request(activiteit, wijkteam.order("onderwijs", "500.00")).await;
    fiatteur.approve(&exact).await.unwrap();
    assert_eq!(pots(&fiatteur, "onderwijs").await, ["0.00", "0.00", "500.00", "0.00"]);
    let nothing_left = wijkteam.commit(opgave, "onderwijs", "0.01").await.unwrap_err();
    assert_eq!(nothing_left.code(), ProblemCode::BudgetOntoereikend);
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

#[tokio::test]
async fn a_gebied_without_a_wijkbudget_has_nothing_to_spend() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W5").await, world.fiatteur("W5", "5000.00").await);
    let opgave = wijkteam.note_opgave("W5").await;
    let refused = wijkteam.commit(opgave, PRODUCT, "1.00").await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::BudgetOntoereikend);
    let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
    let opdracht = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "1.00")).await;
    assert_eq!(fiatteur.approve(&opdracht).await.unwrap_err().code(), ProblemCode::BudgetOntoereikend);
    let money = wijkteam.wijkbudget(code("W5"), None).await.unwrap();
    assert_eq!(money.totaal.begroot, euro("0.00"));
}

// S-5
#[tokio::test]
async fn a_fiat_asks_for_a_login_of_the_last_quarter_of_an_hour() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await);
    let opdracht = wijkteam.ordered("W2", "100.00").await.opdracht;
    let path = format!("/opdrachten/{}/fiatteringen", opdracht.kaart.id);
    let yes = Decide { besluit: "akkoord".into(), reden: None };
    let no = Decide { besluit: "geweigerd".into(), reden: Some("Nee.".into()) };
    // The session goes on by its refresh token; the login stays as old as it is.
    world.pass(TimeDelta::minutes(9));
    let tokens = fiatteur.transport.tokens().unwrap();
    let fresh =
        contract::account::AccountApi::refresh(&*fiatteur, contract::account::Refresh { vernieuw: tokens.vernieuw });
    fiatteur.transport.hold(Some(fresh.await.unwrap()));
    world.pass(TimeDelta::minutes(7));
    for decision in [&yes, &no] {
        let heard = fiatteur.ask("POST", &path).version(opdracht.versie).json(decision).send().await;
        assert_eq!(heard.outcome(), "401 opnieuw-inloggen");
    }
    assert_eq!(
        fiatteur.werk(WerkFilter::default()).await.unwrap().ter_fiattering.len(),
        1,
        "everything else still works"
    );
    world.log_in(&fiatteur).await;
    world.pass(TimeDelta::minutes(15));
    world.log_in(&wijkteam).await;
    let heard = fiatteur.ask("POST", &path).version(opdracht.versie).json(&yes).send().await;
    assert_eq!(heard.status, 401, "the access token of ten minutes is over");
    world.log_in(&fiatteur).await;
    fiatteur.approve(&opdracht).await.unwrap();
}

#[tokio::test]
async fn what_is_not_approved_or_taken_back_is_free_again() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await);
    let opgave = wijkteam.note_opgave("W2").await;
    let inzet = wijkteam.commit(opgave, PRODUCT, "1000.00").await.unwrap();
    let activiteit = wijkteam.plan(inzet).await;
    assert_eq!(pots(&wijkteam, PRODUCT).await, ["99000.00", "1000.00", "0.00", "0.00"]);

    let one = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "400.00")).await;
    let reason = |text: &str| Some(text.into());
    let no = Decide { besluit: "geweigerd".into(), reden: reason("Eerst een offerte.") };
    let silent = Decide { besluit: "geweigerd".into(), reden: None };
    let refused = fiatteur.decide_fiat(one.kaart.id, one.versie, silent).await.unwrap_err();
    assert_eq!(refused.fouten[0].veld, "/reden", "a no says why");
    let one = fiatteur.decide_fiat(one.kaart.id, one.versie, no).await.unwrap();
    assert_eq!((one.kaart.status, one.stappen.len()), (OpdrachtStatus::Afgewezen, 0));
    assert_eq!(pots(&wijkteam, PRODUCT).await, ["99400.00", "600.00", "0.00", "0.00"]);

    let two = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "700.00")).await;
    let two = fiatteur.approve(&two).await.unwrap();
    assert_eq!(pots(&wijkteam, PRODUCT).await, ["99300.00", "0.00", "700.00", "0.00"]);
    let backoffice = world.backoffice().await;
    let no = Decide { besluit: "geweigerd".into(), reden: reason("Geen mensen.") };
    let two = backoffice.decide_acceptance(two.kaart.id, two.versie, no).await.unwrap();
    assert_eq!(two.kaart.status, OpdrachtStatus::Geweigerd);
    assert_eq!(pots(&wijkteam, PRODUCT).await, ["99300.00", "0.00", "700.00", "0.00"], "a refusal moves nothing");
    let say = Say { tekst: "Wij zoeken een ander.".into() };
    let two = wijkteam.withdraw_opdracht(two.kaart.id, two.versie, say).await.unwrap();
    assert_eq!((two.kaart.status, two.verplicht), (OpdrachtStatus::Ingetrokken, euro("0.00")));
    assert_eq!(pots(&wijkteam, PRODUCT).await, ["100000.00", "0.00", "0.00", "0.00"]);
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

#[tokio::test]
async fn an_opdracht_is_public_from_the_moment_that_money_is_committed() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await);
    let opdracht = wijkteam.ordered("W2", "100.00").await.opdracht;
    let (visitor, elsewhere, backoffice) = (world.bezoeker(), world.wijkteam("W4").await, world.backoffice().await);
    let listed =
        async |person: &Person| person.list_opdrachten(OpdrachtFilter::default()).await.unwrap().resultaten.len();
    for (person, expected) in [(&visitor, 0), (&elsewhere, 0), (&wijkteam, 1), (&backoffice, 1)] {
        assert_eq!(listed(person).await, expected, "{}", person.naam);
        assert_eq!(person.opdracht(opdracht.kaart.id).await.is_ok(), expected == 1, "{}", person.naam);
    }
    let tree = visitor.opgave(opdracht.opgave).await.unwrap();
    assert_eq!(tree.inzetten[0].activiteiten[0].opdrachten, [], "nor does the plan show it");
    fiatteur.approve(&opdracht).await.unwrap();
    for person in [&visitor, &elsewhere, &wijkteam, &backoffice] {
        assert_eq!(listed(person).await, 1, "{}", person.naam);
    }
}

#[tokio::test]
async fn less_and_stop_are_refused_until_they_can_be_done() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let seen = wijkteam.ordered("W2", "100.00").await;
    for soort in ["minder", "stoppen"] {
        let order = CreateOpdracht { soort: soort.into(), ..wijkteam.order(PRODUCT, "10.00") };
        let refused = wijkteam.create_opdracht(wijkteam.key(), seen.activiteit, order).await.unwrap_err();
        assert_eq!(refused.fouten[0].veld, "/soort", "{soort}");
    }
}

// Whoever looks at all rights each quarter sees who may spend (docs/beheer.md).
#[tokio::test]
async fn the_list_of_rights_says_who_may_spend_how_much_and_until_when() {
    let world = World::new().await;
    let fien = world.fiatteur("W2", "5000.00").await;
    let program = world.program(env!("CARGO_BIN_EXE_wijkkoers-under-test"));
    let give = |rest: &str| {
        let line = format!("user mandate --email {} {rest}", fien.email);
        program.run(&line.split(' ').collect::<Vec<_>>()).unwrap();
    };
    give(&format!("--gebied W4 --product {PRODUCT} --bedrag 250.00 --begin 2030-01-01 --eind 2099-12-31"));
    // This one is over: it allows nothing.
    give("--gebied W2 --bedrag 9000.00 --begin 2020-01-01 --eind 2020-12-31");
    let (list, email) = (program.run(&["user", "list"]).unwrap(), &fien.email);
    assert!(list.lines().any(|line| line == format!("wijkteam     W2   {email}")), "{list}");
    let mandates: Vec<&str> = list.lines().filter(|line| line.starts_with("mandaat")).collect();
    let expected = [
        format!("mandaat      W2   {email}: 5000.00 euro, alle producten, vanaf 2026-03-02, zonder einde"),
        format!(
            "mandaat      W4   {email}: 250.00 euro, product {PRODUCT}, vanaf 2030-01-01, tot en met 2099-12-31, zonder rol"
        ),
    ];
    assert_eq!(mandates, expected);
}

// A mandate by which nobody can spend now does not look as if it held.
#[tokio::test]
async fn the_list_of_rights_says_of_whom_they_do_not_hold() {
    let world = World::new().await;
    let (fien, bo) = (world.fiatteur("W2", "5000.00").await, world.backoffice().await);
    let program = world.program(env!("CARGO_BIN_EXE_wijkkoers-under-test"));
    let listed = |of: &Person| {
        let list = program.run(&["user", "list"]).unwrap();
        list.lines().filter(|line| line.contains(&of.email)).map(str::to_owned).collect::<Vec<_>>()
    };
    let email = &fien.email;
    let role = format!("wijkteam     W2   {email}");
    let mandate = format!("mandaat      W2   {email}: 5000.00 euro, alle producten, vanaf 2026-03-02, zonder einde");
    assert_eq!(listed(&fien), [role.clone(), mandate.clone()]);
    let block = |blocked: &str| format!("UPDATE account SET geblokkeerd = {blocked} WHERE email = '{email}'");
    world.tamper(&block("TRUE")).await.unwrap();
    assert_eq!(listed(&fien), [format!("{role}: geblokkeerd"), format!("{mandate}, geblokkeerd")]);
    program.run(&["user", "revoke", "--email", email, "--rol", "wijkteam", "--gebied", "W2"]).unwrap();
    assert_eq!(listed(&fien), [format!("{mandate}, geblokkeerd, zonder rol")]);
    world.tamper(&block("FALSE")).await.unwrap();
    program.run(&["user", "grant", "--email", email, "--rol", "wijkteam", "--gebied", "W4"]).unwrap();
    let elsewhere = format!("wijkteam     W4   {email}");
    assert_eq!(listed(&fien), [elsewhere, format!("{mandate}, zonder rol")], "that is another gebied");
    program.run(&["user", "grant", "--email", email, "--rol", "wijkteam", "--gebied", "W2"]).unwrap();
    assert_eq!(listed(&fien).pop(), Some(mandate));
    assert_eq!(listed(&bo).len(), 1, "who has nothing to do with it stands there as before");
}
