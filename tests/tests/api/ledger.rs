//! The ledger and the audit trail: only ever added to, and tampering shows (M-1 to M-4, D-5).

use contract::opdracht::{CreateOpdracht, OpdrachtApi as _, ReportProgress, Spend};
use contract::opgave::OpgaveApi as _;
use contract::wijkbudget::{BoekingFilter, Pot, WijkbudgetApi as _};
use futures_util::future::join_all;
use migrations::Migrator;
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
    let spend = Spend { bedrag: "120.00".into(), omschrijving: "Factuur".into() };
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
        attempts.extend(["TRUNCATE boeking", "TRUNCATE audit", "TRUNCATE wijkbudget CASCADE"]);
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
