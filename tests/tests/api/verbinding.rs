//! Transactions: after anything but a clean end their connection is never used again (D-8, finding 1).

use sea_orm::{ConnectionTrait as _, Statement};
use std::time::Duration;
use tests::World;
use wijkkoers::app::Tx;

fn say(tx: &Tx, text: &str) -> Statement {
    Statement::from_string(tx.get_database_backend(), text)
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
    let slow = if world.on_postgres() {
        "SELECT pg_sleep(2)"
    } else {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) FROM n"
    };
    for _ in 0..3 {
        let tx = world.app().begin().await.unwrap();
        tx.execute_raw(say(&tx, NOTE)).await.unwrap();
        let cut_off = tokio::time::timeout(Duration::from_millis(20), tx.query_all_raw(say(&tx, slow))).await;
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
