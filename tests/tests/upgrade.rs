//! Two versions on one database: a server starts and serves on a schema with a step that it does not know, until the schema
//! says that it cannot (P0-2, E-2).

use std::path::Path;
use tests::World;
use tests::production::Deployment;

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

// P0-4: a command waits for no lock for long, so that the server need not wait for it, and tries again by itself.
#[tokio::test]
async fn a_command_that_is_locked_out_tries_again() {
    let (world, _process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    if !world.on_postgres() {
        return;
    }
    let hold = "DO $$ BEGIN LOCK TABLE account; PERFORM pg_sleep(4); END $$";
    let held = world.tamper(hold);
    let command = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let program = world.program(env!("CARGO_BIN_EXE_wijkkoers-under-test"));
        tokio::task::spawn_blocking(move || {
            program.run(&["user", "add", "--email", "nieuw@voorbeeld.test", "--naam", "Nieuw"])
        })
        .await
    };
    let (held, done) = tokio::join!(held, command);
    held.expect("the lock was held");
    let said = done.expect("it ran").expect("it came through");
    assert!(said.contains("/wachtwoord-nieuw/"), "{said}");
}

// finding 4, P0-1, E-1: a role that may do more than it should is refused with the name of what it may.
#[tokio::test]
async fn a_server_does_not_start_in_production_as_a_role_that_may_do_too_much() {
    if !tests::on_postgres() {
        return;
    }
    let program = Path::new(env!("CARGO_BIN_EXE_wijkkoers-under-test"));
    let deployment = Deployment::of(program).await;
    for (right, said) in [
        ("UPDATE ON kiescode", "rewrite rows of the table kiescode"),
        ("UPDATE ON bundel_invoer", "rewrite rows of the table bundel_invoer"),
        ("DELETE ON boeking", "change the append-only table boeking"),
        ("CREATE ON SCHEMA public", "make tables"),
        ("INSERT ON seaql_migrations", "change the list of migrations"),
    ] {
        deployment.order(&format!("GRANT {right} TO wijkkoers_app")).await;
        let refused = deployment.server(program).refuses().await;
        assert!(refused.contains(said) && refused.lines().count() == 1, "{right}: {refused}");
        deployment.order(&format!("REVOKE {right} FROM wijkkoers_app")).await;
    }
    let refused = deployment.server_as_owner(program).refuses().await;
    assert!(refused.contains("use wijkkoers_app"), "as the owner: {refused}");
    deployment.remove().await;
}
