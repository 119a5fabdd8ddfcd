//! Two versions on one database: a server starts and serves on a schema with a step that it does not know, until the schema
//! says that it cannot (P0-2, E-2).
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

use tests::World;

#[tokio::test]
async fn a_server_starts_on_a_schema_that_is_newer_and_not_on_one_that_it_cannot_bear() {
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    process.kill();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_later', 1)";
    world.tamper(newer).await.unwrap();
    process.start();
    let ready = world.bezoeker().ask("GET", "//health/ready").send_unjudged().await;
    assert_eq!(ready.status, 200);
    let anna = world.bewoner("Anna").await;
    anna.hand_in("Een boom").await;
    process.kill();
    world.tamper("UPDATE schema_min_version SET versie = 'm20991231_000001_later'").await.unwrap();
    let refused = process.run(&["serve"]).unwrap_err();
    assert!(refused.contains("m20991231_000001_later") && refused.lines().count() == 1, "{refused}");
    // What took something away was undone: the version before goes on.
    world.tamper("UPDATE schema_min_version SET versie = 'm20261126_000015_exclude_plans'").await.unwrap();
    process.start();
}
