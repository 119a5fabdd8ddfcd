//! Transactions: after anything but a clean end their connection is never used again (D-8, finding 1).

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, HttpServer};
use contract::problem::ProblemCode;
use sea_orm::{ConnectionTrait as _, DatabaseBackend, DbErr, Statement};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::World;
use tests::way::Way;
use wijkkoers::app::Tx;
use wijkkoers::database::{Databases, Purpose};
use wijkkoers::error::Error;
use wijkkoers::http::{Shared, guard};
use wijkkoers::settings::{Secret, Settings};

fn say(tx: &Tx, text: &str) -> Statement {
    Statement::from_string(tx.get_database_backend(), text)
}

/// Takes longer than a moment.
fn slow(tx: &Tx) -> Statement {
    let text = if tx.get_database_backend() == DatabaseBackend::Postgres {
        "SELECT pg_sleep(2)"
    } else {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) FROM n"
    };
    say(tx, text)
}

const NOTE: &str = "INSERT INTO poging (sleutel, venster, aantal) VALUES ('een', 1, 1)";

async fn notes(world: &World) -> i64 {
    world.count("poging WHERE sleutel = 'een'").await
}

// D-8
#[tokio::test]
async fn a_transaction_in_which_something_was_refused_stores_nothing_and_takes_nothing_more() {
    let world = World::new().await;
    let tx = world.app().begin().await.unwrap();
    tx.execute_raw(say(&tx, NOTE)).await.unwrap();
    // SQLite itself would go on after this, PostgreSQL would not: here neither does.
    assert!(tx.execute_raw(say(&tx, NOTE)).await.is_err(), "the same once more");
    assert!(tx.execute_raw(say(&tx, "DELETE FROM poging")).await.is_err());
    assert!(tx.commit().await.is_err(), "half of it is nothing");
    assert_eq!(notes(&world).await, 0);
    let tx = world.app().begin().await.unwrap();
    tx.execute_raw(say(&tx, NOTE)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(notes(&world).await, 1);
}

// D-8: a cancelled task, a dropped future.
#[tokio::test]
async fn a_transaction_that_nobody_waits_for_any_more_leaves_nothing_behind() {
    let world = World::new().await;
    for _ in 0..3 {
        let tx = world.app().begin().await.unwrap();
        tx.execute_raw(say(&tx, NOTE)).await.unwrap();
        let cut_off = tokio::time::timeout(Duration::from_millis(20), tx.query_all_raw(slow(&tx))).await;
        assert!(cut_off.is_err(), "it takes longer than that");
        drop(tx);
        let next = world.app().begin().await.unwrap();
        next.execute_raw(say(&next, "INSERT INTO poging (sleutel, venster, aantal) VALUES ('twee', 1, 1)"))
            .await
            .unwrap();
        drop(next);
    }
    assert_eq!(notes(&world).await, 0);
    let tx = world.app().begin().await.unwrap();
    tx.execute_raw(say(&tx, NOTE)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((notes(&world).await, world.count("poging WHERE sleutel = 'twee'").await), (1, 0));
}

/// Writes, and breaks off: after that, after a statement that was refused, or in the middle of one.
async fn break_off(shared: Data<Shared>, when: web::Path<String>) -> HttpResponse {
    let tx = shared.app.begin().await.unwrap();
    tx.execute_raw(say(&tx, NOTE)).await.unwrap();
    match when.as_str() {
        "refused" => assert!(tx.execute_raw(say(&tx, NOTE)).await.is_err(), "the same once more"),
        "asking" => {
            let (answer, ()) = tokio::join!(tx.query_all_raw(slow(&tx)), break_in());
            answer.unwrap();
        }
        _ => {}
    }
    unreachable!("a mistake of ours")
}

async fn break_in() {
    tokio::time::sleep(Duration::from_millis(20)).await;
    unreachable!("a mistake of ours")
}

// D-8: and whoever asked reads that it went wrong, and nothing of what.
#[tokio::test]
async fn a_panic_in_a_transaction_leaves_nothing_behind_and_reaches_nobody() {
    let world = World::new().await;
    let shared = Shared::new(Arc::clone(world.app()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = HttpServer::new(move || {
        let api = web::scope("/api/v1").route("/breekt/{when}", web::post().to(break_off));
        actix_web::App::new().app_data(Data::from(Arc::clone(&shared))).wrap(from_fn(guard::outer)).service(api)
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let visitor = world.bezoeker().at(address);
    for when in ["written", "refused", "asking"] {
        let heard = visitor.ask("POST", &format!("/breekt/{when}")).send_unjudged().await;
        let kind = heard.header("content-type");
        assert_eq!((heard.status, kind), (500, Some("application/problem+json; charset=utf-8")), "{}", heard.text());
        let problem = heard.problem();
        assert_eq!(problem.code(), ProblemCode::Storing, "{when}");
        assert!(problem.instance.is_some() && !heard.text().contains("mistake"), "{}", heard.text());
        let tx = world.app().begin().await.unwrap();
        let next = format!("INSERT INTO poging (sleutel, venster, aantal) VALUES ('{when}', 1, 1)");
        tx.execute_raw(say(&tx, &next)).await.unwrap();
        tx.commit().await.unwrap();
        let stored = world.count(&format!("poging WHERE sleutel = '{when}'")).await;
        assert_eq!((notes(&world).await, stored), (0, 1), "{when}");
    }
    handle.stop(true).await;
    serving.await.unwrap().unwrap();
    // Nobody is left in the middle of it.
    let held = "pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let began = Instant::now();
    while world.on_postgres() && world.count(held).await > 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "a transaction is still open");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.bewoner("Anna").await.hand_in("Een boom").await;
}

// D-8: what SQLite gave up by itself, as it does on a full disk, is not stored by what follows.
#[tokio::test]
async fn what_was_rolled_back_behind_the_back_of_a_transaction_is_no_yes() {
    let world = World::new().await;
    let tx = world.app().begin().await.unwrap();
    tx.execute_raw(say(&tx, NOTE)).await.unwrap();
    tx.execute_raw(say(&tx, "ROLLBACK")).await.unwrap();
    if world.on_postgres() {
        // PostgreSQL answers COMMIT outside a transaction with a warning only; the log that hears it does not run here.
        drop(tx);
    } else {
        assert!(tx.commit().await.is_err());
    }
    assert_eq!(notes(&world).await, 0);
    for _ in 0..3 {
        let tx = world.app().begin().await.unwrap();
        tx.execute_raw(say(&tx, "DELETE FROM poging")).await.unwrap();
        tx.execute_raw(say(&tx, NOTE)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(notes(&world).await, 1, "stored, and seen by who reads elsewhere");
    }
}

// D-9, finding 17: a visitor who hangs up cancels nothing.
#[tokio::test]
async fn a_visitor_who_hangs_up_cancels_nothing() {
    let world = World::new().await;
    let wijkteam = world.wijkteam("W2").await;
    let mut sent = 0;
    for wait in [0, 1, 2, 4, 8, 16, 32] {
        let ask = serde_json::json!({ "gebied": "W2", "titel": format!("Opgave {wait}"), "tekst": "Bewoners missen schaduw en plaatsen om te zitten.", "thema": "groen" });
        let key = wijkteam.key();
        let request = wijkteam.ask("POST", "/opgaven").key(&key).json(&ask).try_send();
        if tokio::time::timeout(Duration::from_millis(wait), request).await.is_err() {
            sent += 1;
        }
    }
    assert!(sent > 0, "somebody hung up");
    // Everything that was begun has ended, whole or not at all: nobody holds the writer.
    for number in 0..5 {
        let ask = serde_json::json!({ "gebied": "W2", "titel": format!("Erna {number}"), "tekst": "Bewoners missen schaduw en plaatsen om te zitten.", "thema": "groen" });
        assert_eq!(wijkteam.ask("POST", "/opgaven").key(&wijkteam.key()).json(&ask).send().await.status, 201);
    }
}

/// What PostgreSQL says in one text.
async fn heard(tx: &Tx, text: &str) -> String {
    tx.query_one_raw(say(tx, text)).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// What PostgreSQL was told of how long what may take; the last four are of the way to it, and of what a yes means.
const LIMITS: [&str; 7] = [
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "tcp_keepalives_idle",
    "tcp_keepalives_interval",
    "tcp_keepalives_count",
    "synchronous_commit",
];
const ORDINARY: [&str; 7] = ["5s", "15s", "3s", "60", "10", "6", "on"];
const LONG: [&str; 7] = ["30min", "10min", "3s", "60", "10", "6", "on"];

async fn limits(tx: &Tx) -> Vec<String> {
    let mut found = Vec::new();
    for limit in LIMITS {
        found.push(heard(tx, &format!("SHOW {limit}")).await);
    }
    found
}

/// So few connections that a test can hold all of them.
async fn few_connections(world: &World) -> Databases {
    let settings = Settings { database_connections: 2, ..world.app().settings.clone() };
    Databases::open(&settings, Purpose::Serve).await.unwrap()
}

// D-9: what is long by nature has limits as well, and whoever comes after it finds none of them.
#[tokio::test]
async fn a_long_transaction_has_limits_of_its_own_and_leaves_none_behind() {
    let world = World::new().await;
    if !world.on_postgres() {
        return;
    }
    let databases = few_connections(&world).await;
    for end in ["committed", "refused", "dropped"] {
        let long = databases.begin_long().await.unwrap();
        assert_eq!(limits(&long).await, LONG, "before it is {end}");
        let own = heard(&long, "SELECT pg_backend_pid()::text").await;
        match end {
            "committed" => long.commit().await.unwrap(),
            "refused" => {
                assert!(long.execute_raw(say(&long, "SELECT 1 / 0")).await.is_err());
                drop(long);
            }
            _ => drop(long),
        }
        // There are no others: one of these two is the same again.
        let (one, other) = (databases.begin().await.unwrap(), databases.begin().await.unwrap());
        let mut connections = Vec::new();
        for tx in [&one, &other] {
            assert_eq!(limits(tx).await, ORDINARY, "after one that was {end}");
            connections.push(heard(tx, "SELECT pg_backend_pid()::text").await);
        }
        assert!(connections.contains(&own), "{end}: {own} is none of {connections:?}");
    }
    let (moment, ballots) = (databases.snapshot().await.unwrap(), databases.begin_ballots().await.unwrap());
    assert_eq!(limits(&moment).await, LONG);
    assert_eq!(limits(&ballots).await, ORDINARY);
}

/// Longest that anybody waits for a transaction to begin; and some for a machine that is busy.
const TO_BEGIN: Duration = Duration::from_secs(20);

fn asks_to_come_back(begun: Result<Tx, DbErr>) {
    let problem = Error::from(begun.expect_err("there is nothing to begin on")).problem();
    assert_eq!((problem.status, problem.wacht), (503, Some(2)));
}

// D-9: whoever finds everybody at work is sent away in time, however long what they came for may take.
#[tokio::test]
async fn nobody_waits_long_for_a_transaction_to_begin() {
    let world = World::new().await;
    let databases = few_connections(&world).await;
    let mut at_work = vec![databases.begin().await.unwrap()];
    // SQLite has one who writes.
    if world.on_postgres() {
        at_work.push(databases.begin().await.unwrap());
    }
    let began = Instant::now();
    let (usual, long) = tokio::join!(databases.begin(), databases.begin_long());
    assert!(began.elapsed() < TO_BEGIN, "{:?}", began.elapsed());
    asks_to_come_back(usual);
    asks_to_come_back(long);
    drop(at_work);
    databases.begin_long().await.unwrap().commit().await.unwrap();
    databases.begin().await.unwrap().commit().await.unwrap();
}

// D-9: on a way that went dead nobody answers BEGIN, and nobody hangs up.
#[tokio::test]
async fn a_transaction_that_gets_no_answer_to_its_beginning_is_given_up_in_time() {
    let world = World::new().await;
    let Some(url) = world.app().settings.database_url.as_ref().map(|url| url.expose().to_owned()) else { return };
    let (role, place) = url.split_once('@').unwrap();
    let (host, name) = place.split_once('/').unwrap();
    let port = host.rsplit_once(':').map_or(5_432, |(_, port)| port.parse::<u16>().unwrap());
    let way = Way::to(port);
    let by_way = Secret::from(format!("{role}@127.0.0.1:{}/{name}", way.port()));
    let settings = Settings { database_connections: 2, database_url: Some(by_way), ..world.app().settings.clone() };
    let databases = Databases::open(&settings, Purpose::Serve).await.unwrap();
    databases.begin_long().await.unwrap().commit().await.unwrap();
    // It is back among the others, and was not quiet for so long that it is looked at first.
    tokio::time::sleep(Duration::from_millis(200)).await;
    way.cut();
    let began = Instant::now();
    let (one, other) = tokio::join!(databases.begin_long(), databases.begin_long());
    assert!(began.elapsed() < TO_BEGIN, "{:?}", began.elapsed());
    asks_to_come_back(one);
    asks_to_come_back(other);
    way.mend();
    databases.begin_long().await.unwrap().commit().await.unwrap();
}
