//! The ledger and the audit trail: only ever added to, and tampering shows (M-1 to M-4, D-5).

use contract::Page;
use contract::opdracht::{CreateOpdracht, OpdrachtApi as _, OpdrachtFilter, ReportProgress, Spend};
use contract::opgave::OpgaveApi as _;
use contract::wijkbudget::{BoekingFilter, Omschrijving, Pot, ToelichtingView, WijkbudgetApi as _};
use futures_util::future::join_all;
use migrations::Migrator;
use sea_orm::{ConnectionTrait as _, Statement, Value};
use sea_orm_migration::MigratorTrait as _;
use tests::{PRODUCT, Person, World, code, euro};

/// A ledger with every kind of posting, and an audit trail.
async fn busy() -> (World, Person) {
    let world = World::new().await;
    let (wijkteam, fiatteur, backoffice) =
        (world.wijkteam("W2").await, world.fiatteur("W2", "5000.00").await, world.backoffice().await);
    let opgave = wijkteam.note_opgave("W2").await;
    let inzet = wijkteam.commit(opgave, PRODUCT, "300.00").await.unwrap();
    let activiteit = wijkteam.plan(inzet).await;
    let asked = wijkteam.request(activiteit, wijkteam.order(PRODUCT, "500.00")).await;
    let accepted = backoffice.accept(&fiatteur.approve(&asked).await.unwrap()).await.unwrap();
    let report = ReportProgress { tekst: "Begonnen.".into(), fotos: Vec::new() };
    backoffice.report_progress(backoffice.key(), accepted.kaart.id, report).await.unwrap();
    let spend = Spend { bedrag: "120.00".into(), omschrijving: "factuur".into(), toelichting: None };
    backoffice.spend(backoffice.key(), accepted.kaart.id, spend).await.unwrap();
    assert_eq!(world.ledger_differences().await, [""; 0]);
    (world, wijkteam)
}

// D-5
#[tokio::test]
async fn what_was_booked_or_audited_can_only_be_added_to() {
    let (world, _) = busy().await;
    let mut attempts = vec![
        "UPDATE boeking SET cents = 1",
        "UPDATE boeking SET omschrijving = omschrijving WHERE nummer = 1",
        "DELETE FROM boeking",
        "DELETE FROM boeking WHERE nummer = 1",
        "UPDATE audit SET actor = 'iemand anders'",
        "DELETE FROM audit",
    ];
    if world.on_postgres() {
        attempts.extend(["TRUNCATE boeking CASCADE", "TRUNCATE audit", "TRUNCATE wijkbudget CASCADE"]);
        attempts.push(
            "INSERT INTO boeking SELECT * FROM boeking WHERE nummer = 1 ON CONFLICT (id) DO UPDATE SET cents = 1",
        );
    } else {
        attempts.extend([
            "INSERT OR REPLACE INTO boeking SELECT * FROM boeking WHERE nummer = 1",
            "REPLACE INTO audit SELECT * FROM audit",
            "UPDATE OR REPLACE boeking SET nummer = 2 WHERE nummer = 1",
        ]);
    }
    let (postings, deeds) = (world.count("boeking").await, world.count("audit").await);
    assert!(postings >= 6 && deeds >= 5, "{postings} {deeds}");
    for attempt in attempts {
        let refused = world.tamper(attempt).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{attempt}: {refused}");
    }
    assert_eq!((world.count("boeking").await, world.count("audit").await), (postings, deeds));
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

// M-1, M-2
#[tokio::test]
async fn the_database_itself_refuses_what_no_ledger_may_hold() {
    let (world, _) = busy().await;
    for impossible in [
        "UPDATE saldo SET cents = -1 WHERE pot = 'vrij'",
        "UPDATE saldo SET cents = cents - 100000000 WHERE pot <> 'extern'",
        "UPDATE saldo SET pot = 'zwart' WHERE pot = 'besteed'",
        "UPDATE opdracht SET verplicht_cents = verplicht_cents + cents",
        "UPDATE opdracht SET gefiatteerd_door = aangevraagd_door",
        "UPDATE opdracht SET gefiatteerd_door = gemaakt_door",
        "UPDATE opdracht SET status = 'klaar'",
        "UPDATE inzet SET open_cents = cents + 1",
        "INSERT INTO rol SELECT account_id, 'wijkteam', '*', 'x', created_at FROM rol",
        "UPDATE rol SET rol = 'koning'",
    ] {
        assert!(world.tamper(impossible).await.is_err(), "{impossible}");
    }
    assert_eq!(world.ledger_differences().await, [""; 0]);
}

/// Takes away what keeps somebody with the database from changing postings.
async fn without_triggers(world: &World) {
    let statements = if world.on_postgres() {
        ["DROP TRIGGER boeking_append_only ON boeking", "DROP TRIGGER boeking_no_truncate ON boeking"]
    } else {
        ["DROP TRIGGER boeking_no_update", "DROP TRIGGER boeking_no_delete"]
    };
    for statement in statements {
        world.tamper(statement).await.unwrap();
    }
}

// M-4
#[tokio::test]
async fn whoever_changes_the_ledger_behind_our_back_is_found() {
    for (tamper, expected) in [
        ("UPDATE saldo SET cents = cents + 1 WHERE pot = 'vrij'", "the postings say"),
        ("DELETE FROM saldo WHERE pot = 'besteed'", "the postings say"),
        ("UPDATE boeking SET cents = cents + 1 WHERE soort = 'besteed'", "broken seal"),
        ("UPDATE boeking SET omschrijving = 'Iets anders' WHERE nummer = 2", "broken seal"),
        ("UPDATE boeking SET actor = 'iemand anders' WHERE nummer = 2", "broken seal"),
        ("UPDATE boeking SET zegel = vorige WHERE nummer = 2", "broken seal"),
        ("DELETE FROM boeking WHERE soort = 'besteed'", "the head is not the last posting"),
        ("DELETE FROM boeking WHERE soort = 'gereserveerd'", "follows on"),
        ("UPDATE wijkbudget SET boekingen = boekingen + 1", "the head is not the last posting"),
        ("UPDATE opdracht SET besteed_cents = 0", "what was spent is not what the postings say"),
        ("UPDATE opdracht SET verplicht_cents = 0", "what is committed is not what the postings say"),
        ("UPDATE opdracht SET gefiatteerd_door = NULL", "approved without other eyes"),
        ("UPDATE inzet SET gemaakt_door = (SELECT gefiatteerd_door FROM opdracht)", "approved without other eyes"),
        ("UPDATE activiteit SET gemaakt_door = (SELECT gefiatteerd_door FROM opdracht)", "approved without other eyes"),
        ("UPDATE mandaat SET eind_on = '2026-03-01'", "approved above or without a mandate"),
        ("UPDATE mandaat SET bedrag_cents = 1", "approved above or without a mandate"),
        ("DELETE FROM mandaat", "approved above or without a mandate"),
    ] {
        let (world, _) = busy().await;
        without_triggers(&world).await;
        assert!(world.tamper(tamper).await.unwrap() > 0, "{tamper}");
        let found = world.ledger_differences().await;
        assert!(found.iter().any(|line| line.contains(expected)), "{tamper}: {found:?}");
    }
}

// finding 11, A-6, M-4
#[tokio::test]
async fn slices_are_found_afterwards_by_the_rule_that_refuses_them() {
    let world = World::new().await;
    let (wijkteam, fiatteur) = (world.wijkteam("W2").await, world.fiatteur("W2", "1000.00").await);
    for naam in ["Hoveniers BV", "Kweker De Linde"] {
        let opgave = wijkteam.note_opgave("W2").await;
        let activiteit = wijkteam.plan(wijkteam.commit_hours(opgave).await).await;
        let order = CreateOpdracht { opdrachtnemer_naam: naam.into(), ..wijkteam.order(PRODUCT, "600.00") };
        fiatteur.approve(&wijkteam.request(activiteit, order).await).await.unwrap();
        world.wait(1).await;
    }
    assert_eq!(world.ledger_differences().await, [""; 0]);
    let rename = "UPDATE opdracht SET opdrachtnemer_naam = 'Hoveniers B.V.' WHERE opdrachtnemer_naam LIKE 'Kweker%'";
    assert_eq!(world.tamper(rename).await.unwrap(), 1);
    let found = world.ledger_differences().await;
    assert!(found.len() == 1 && found[0].contains("approved above or without a mandate"), "{found:?}");
}

#[tokio::test]
async fn a_check_finds_nothing_while_money_moves() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let opgave = wijkteam.note_opgave("W2").await;
    let moving = async {
        for _ in 0..10 {
            let moves = join_all((0..8).map(|_| wijkteam.commit(opgave, PRODUCT, "1.00"))).await;
            assert!(moves.iter().all(Result::is_ok));
        }
    };
    let checking = async {
        let mut found = Vec::new();
        for _ in 0..40 {
            found.extend(world.ledger_differences().await);
        }
        found
    };
    let ((), found) = tokio::join!(moving, checking);
    assert_eq!(found, [""; 0]);
    assert_eq!(wijkteam.wijkbudget(code("W2"), None).await.unwrap().totaal.gereserveerd, euro("80.00"));
}

#[tokio::test]
async fn everybody_can_follow_every_euro() {
    let (world, _) = busy().await;
    let visitor = world.bezoeker();
    let all = visitor.list_boekingen(code("W2"), BoekingFilter::default()).await.unwrap().resultaten;
    let numbers = |filter: BoekingFilter| {
        let visitor = visitor.clone();
        async move {
            let page = visitor.list_boekingen(code("W2"), filter).await.unwrap();
            page.resultaten.iter().map(|row| row.bedrag.to_string()).collect::<Vec<_>>()
        }
    };
    assert_eq!(all.len(), 6, "two budgets, an inzet, two parts of a fiat, an invoice");
    let spent = BoekingFilter { pot: Some(Pot::Besteed), ..BoekingFilter::default() };
    assert_eq!(numbers(spent).await, ["120.00"]);
    let elsewhere = BoekingFilter { product: Some("onderwijs".into()), ..BoekingFilter::default() };
    assert_eq!(numbers(elsewhere).await, [""; 0]);
    let last_year = BoekingFilter { jaar: Some(2025), ..BoekingFilter::default() };
    assert_eq!(numbers(last_year).await, [""; 0]);
    let mut pieces = Vec::new();
    let mut cursor = None;
    loop {
        let filter = BoekingFilter { limit: Some(4), cursor, ..BoekingFilter::default() };
        let page = visitor.list_boekingen(code("W2"), filter).await.unwrap();
        pieces.extend(page.resultaten);
        cursor = page.volgende;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pieces, all);
    let money = visitor.wijkbudget(code("W2"), None).await.unwrap().totaal;
    let parts = [money.vrij, money.gereserveerd, money.verplicht, money.besteed];
    assert_eq!(parts.iter().map(|amount| amount.cents()).sum::<i64>(), money.begroot.cents());
    let plan = visitor.wijkactieplan(code("W2"), None).await.unwrap();
    assert_eq!(plan.wijkbudget.totaal, money, "the plan shows the same figures");
}

#[tokio::test]
async fn the_year_of_the_money_is_the_year_in_the_netherlands() {
    let world = World::new().await;
    world.budget("W2", 2027, PRODUCT, "10.00").await;
    let (wijkteam, visitor) = (world.wijkteam("W2").await, world.bezoeker());
    let opgave = wijkteam.note_opgave("W2").await;
    // 31 December 2026, 23:30 in UTC: half past midnight in Arnhem.
    let new_year = chrono::DateTime::parse_from_rfc3339("2026-12-31T23:30:00Z").unwrap();
    world.pass(new_year.to_utc() - world.now());
    world.log_in(&wijkteam).await;
    assert_eq!(visitor.wijkbudget(code("W2"), None).await.unwrap().jaar, 2027);
    wijkteam.commit(opgave, PRODUCT, "10.00").await.unwrap();
    assert!(wijkteam.commit(opgave, PRODUCT, "0.01").await.is_err(), "last year's money stays in last year");
    let before = visitor.wijkbudget(code("W2"), Some(2026)).await.unwrap();
    assert_eq!(before.totaal.gereserveerd, euro("0.00"));
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let (world, _) = busy().await;
    let done = world.count("seaql_migrations").await;
    assert_eq!(usize::try_from(done).unwrap(), Migrator::migrations().len());
    for _again in 0..2 {
        wijkkoers::schema::migrate(&world.owner_settings()).await.unwrap();
    }
    assert_eq!(world.count("seaql_migrations").await, done);
    assert_eq!(wijkkoers::schema::fit(world.app().databases().primary()).await.unwrap(), wijkkoers::schema::Fit::Fits);
    assert_eq!(world.ledger_differences().await, [""; 0]);
    let ready = world.bezoeker().ask("GET", "//health/ready").send_unjudged().await;
    assert_eq!((ready.status, ready.text().as_str()), (200, "ok\n"));
}

/// Books ten euros as it was done before there was a list to choose from: with words of one's own, and sealed as ever.
async fn old_posting(world: &World, words: &str) {
    let db = world.app().databases().writer();
    let sql = |text: &str, values: Vec<Value>| Statement::from_sql_and_values(db.get_database_backend(), text, values);
    let select = sql("SELECT id, boekingen, zegel FROM wijkbudget WHERE gebied = $1", vec!["W2".into()]);
    let head = db.query_one_raw(select).await.unwrap().unwrap();
    let (ledger, number): (uuid::Uuid, i64) = (head.try_get_by_index(0).unwrap(), head.try_get_by_index(1).unwrap());
    let (before, number): (Vec<u8>, i64) = (head.try_get_by_index(2).unwrap(), number + 1);
    let (key, at) = (format!("oud:{number}"), world.now());
    let row =
        format!("{ledger}|{number}|{PRODUCT}|begroot|extern|vrij|1000|||{words}|cli|{key}|{}", at.timestamp_millis());
    let row = row.replace('|', "\u{1f}");
    let seal = wijkkoers::app::sha256(&[before.as_slice(), row.as_bytes()].concat());
    let insert = "INSERT INTO boeking (id, wijkbudget_id, nummer, product, soort, van, naar, cents, omschrijving, actor, \
        sleutel, at, vorige, zegel) VALUES ($1, $2, $3, $4, 'begroot', 'extern', 'vrij', 1000, $5, 'cli', $6, $7, $8, $9)";
    let values: Vec<Value> = vec![
        world.app().new_id().into(),
        ledger.into(),
        number.into(),
        PRODUCT.into(),
        words.into(),
        key.into(),
        at.into(),
        before.into(),
        seal.clone().into(),
    ];
    db.execute_raw(sql(insert, values)).await.unwrap();
    for (pot, cents) in [("extern", -1_000_i64), ("vrij", 1_000)] {
        let move_it = "UPDATE saldo SET cents = cents + $1 WHERE wijkbudget_id = $2 AND product = $3 AND pot = $4";
        let values = vec![cents.into(), ledger.into(), PRODUCT.into(), pot.into()];
        assert_eq!(db.execute_raw(sql(move_it, values)).await.unwrap().rows_affected(), 1);
    }
    let head = "UPDATE wijkbudget SET boekingen = $1, zegel = $2 WHERE id = $3";
    db.execute_raw(sql(head, vec![number.into(), seal.into(), ledger.into()])).await.unwrap();
}

/// What somebody reads of the postings of W2: what they were for, oldest first.
async fn read_by(person: &Person) -> Vec<Option<Omschrijving>> {
    let page = person.list_boekingen(code("W2"), BoekingFilter::default()).await.unwrap();
    page.resultaten.iter().rev().map(|row| row.omschrijving).collect()
}

// money:C27, M2: what everybody reads is chosen, in every posting that the program makes.
#[tokio::test]
async fn what_a_posting_was_for_is_chosen_and_never_written() {
    let (world, _) = busy().await;
    let expected = [
        Omschrijving::Begroting,
        Omschrijving::Begroting,
        Omschrijving::Inzet,
        Omschrijving::Fiat,
        Omschrijving::Fiat,
        Omschrijving::Factuur,
    ];
    assert_eq!(read_by(&world.bezoeker()).await, expected.map(Some));
    let words: Vec<String> = Omschrijving::ALL.iter().map(|word| format!("'{word}'")).collect();
    let others = format!("boeking WHERE omschrijving NOT IN ({})", words.join(", "));
    assert_eq!(world.count(&others).await, 0, "the word itself is sealed");
}

// money:C27, M2
#[tokio::test]
async fn what_staff_write_beside_a_posting_is_for_staff_and_can_be_erased() {
    let (world, wijkteam) = busy().await;
    let backoffice = world.backoffice().await;
    let running = wijkteam.list_opdrachten(OpdrachtFilter::default()).await.unwrap().resultaten[0].id;
    let words = "Rekening van mevrouw Jansen, Dorpsstraat 12";
    let spend = Spend { bedrag: "30.00".into(), omschrijving: "declaratie".into(), toelichting: Some(words.into()) };
    let seen = backoffice.spend(backoffice.key(), running, spend).await.unwrap();
    assert!(!format!("{seen:?}").contains("Jansen"), "not on the timeline either");
    old_posting(&world, "Vergoeding voor meneer De Vries").await;
    assert_eq!(world.ledger_differences().await, [""; 0], "old rows and new ones");

    // Everybody else: the list, the page, the opdracht, and who made reports.
    let last = [Some(Omschrijving::Declaratie), None];
    let elsewhere = world.wijkteam("W4").await;
    for person in [&world.bezoeker(), &world.bewoner("Anna").await, &elsewhere, &world.raad().await] {
        assert!(read_by(person).await.ends_with(&last), "an old text is shown as its kind");
        for path in ["/gebieden/W2/boekingen", "//gebieden/W2/boekingen", &format!("//opdrachten/{running}")] {
            let text = person.ask("GET", path).send_unjudged().await.text();
            assert!(!text.contains("Jansen") && !text.contains("De Vries"), "{path}: {text}");
        }
        let refused = person.list_toelichtingen(code("W2"), BoekingFilter::default()).await.unwrap_err();
        assert!([401, 403].contains(&refused.status));
    }

    // Staff of the gebied, and who books.
    let all = |page: Page<ToelichtingView>| page.resultaten.into_iter().map(|own| own.tekst).collect::<Vec<_>>();
    for person in [&wijkteam, &backoffice] {
        let page = person.list_toelichtingen(code("W2"), BoekingFilter::default()).await.unwrap();
        assert_eq!(all(page), ["Vergoeding voor meneer De Vries", words]);
    }
    let page = world.browser_of(&wijkteam).await.look("/gebieden/W2/boekingen").await.text();
    assert!(page.contains("Alleen voor medewerkers: Rekening van mevrouw Jansen"), "{page}");

    // Erased, it is gone, and the ledger is as it was.
    let spent = BoekingFilter { pot: Some(Pot::Besteed), ..BoekingFilter::default() };
    let found = wijkteam.list_toelichtingen(code("W2"), spent.clone()).await.unwrap().resultaten;
    let boeking = found.iter().find(|own| own.tekst == words).unwrap().boeking;
    assert!(wijkkoers::wijkbudget::erase_toelichting(world.app(), boeking).await.unwrap());
    assert!(!wijkkoers::wijkbudget::erase_toelichting(world.app(), boeking).await.unwrap(), "once");
    assert_eq!(all(wijkteam.list_toelichtingen(code("W2"), spent).await.unwrap()), [""; 0]);
    assert_eq!(world.count("boeking_toelichting").await, 0);
    assert_eq!(world.count("audit WHERE actie = 'toelichting.wissen'").await, 1);
    assert_eq!(world.ledger_differences().await, [""; 0]);
}
