//! The schema: which versions it bears, and what the roles of PostgreSQL may do with it (D-3, E-2).

use tests::{APP, READER, World};
use wijkkoers::health;
use wijkkoers::http::Shared;

// P0-1, P0-2, E-2
#[tokio::test]
async fn a_newer_schema_is_borne_until_it_says_that_it_cannot_be() {
    let world = World::new().await;
    let shared = Shared::new(std::sync::Arc::clone(world.app()));
    let is_ready = async || {
        health::probe(world.app(), &shared.health).await;
        (shared.health.is_ready(), shared.health.can_write())
    };
    assert_eq!(is_ready().await, (true, true));
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_later', 1)";
    world.tamper(newer).await.unwrap();
    assert_eq!(is_ready().await, (true, true), "a step that only adds");
    world.tamper("UPDATE schema_min_version SET versie = 'm20991231_000001_later'").await.unwrap();
    assert_eq!(is_ready().await, (false, true), "one that takes away");
    let refused = wijkkoers::schema::migrate(&world.owner_settings()).await.unwrap_err();
    assert!(refused.to_string().contains("m20991231_000001_later"), "{refused}");
    world.tamper("UPDATE schema_min_version SET versie = 'm20261126_000015_exclude_plans'").await.unwrap();
    world.tamper("DELETE FROM seaql_migrations WHERE version = 'm20261130_000020_guard_schema'").await.unwrap();
    assert_eq!(is_ready().await, (false, true), "one of ours is missing");
}

// P0-1, P1-10, findings 3, 4 and 16, D-3
#[tokio::test]
async fn the_roles_of_postgresql_can_do_what_they_need_and_no_more() {
    let world = World::new().await;
    if !world.on_postgres() {
        return;
    }
    let refused = async |role: &str, statement: &str| {
        let error = world.tamper_as(Some(role), statement).await.unwrap_err().to_string();
        assert!(error.contains("permission denied") || error.contains("must be owner"), "{role}: {statement}: {error}");
    };
    for statement in [
        "CREATE TABLE erbij (id int)",
        "DROP TABLE boeking",
        "ALTER TABLE boeking DISABLE TRIGGER ALL",
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m', 1)",
        "DELETE FROM seaql_migrations",
        "UPDATE schema_min_version SET versie = 'm'",
        "UPDATE boeking SET cents = 1",
        "DELETE FROM audit",
        "TRUNCATE stem",
    ] {
        refused(APP, statement).await;
    }
    for table in [
        "account",
        "sessie",
        "vernieuwing",
        "link",
        "outbox",
        "boeking_toelichting",
        "stemcode",
        "deelname",
        "stembus_in",
        "stembus",
        "bewaarder",
        "deel_ingeleverd",
    ] {
        refused(READER, &format!("SELECT 1 FROM {table}")).await;
    }
    let readable = "(SELECT c.relname AS naam FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm', 'p') \
        AND has_table_privilege('wijkkoers_lees', c.oid, 'SELECT')) leesbaar";
    assert!(world.count(readable).await > 5);
    assert_eq!(world.count(&format!("{readable} WHERE naam NOT LIKE 'lees\\_%'")).await, 0, "views that are listed");
    world.tamper_as(Some(READER), "SELECT * FROM lees_boeking").await.unwrap();
}
