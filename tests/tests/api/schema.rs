//! The schema: which versions it bears, and what the roles of PostgreSQL may do with it (D-3, E-2).

use tests::{APP, READER, World, proof};
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

async fn refused(world: &World, role: &str, statement: &str) {
    let error = world.tamper_as(Some(role), statement).await.unwrap_err().to_string();
    assert!(error.contains("permission denied") || error.contains("must be owner"), "{role}: {statement}: {error}");
}

// P0-1, P1-10, findings 3, 4 and 16, D-3
#[tokio::test]
async fn the_roles_of_postgresql_can_do_what_they_need_and_no_more() {
    let world = World::new().await;
    if !world.on_postgres() {
        return;
    }
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
        refused(&world, APP, statement).await;
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
        "kiescode",
        "bus_in",
        "bus",
        "legging",
        "vervanging",
        "vervanging_einde",
        "vervanging_reden",
        "ingreep",
        "ingreep_stap",
        "ingreep_vrager",
        "noodsluiting",
        "bewaarder",
        "deel_ingeleverd",
        "sleutel_geprobeerd",
    ] {
        refused(&world, READER, &format!("SELECT 1 FROM {table}")).await;
    }
    let readable = "(SELECT c.relname AS naam FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm', 'p') \
        AND has_table_privilege('wijkkoers_lees', c.oid, 'SELECT')) leesbaar";
    assert!(world.count(readable).await > 5);
    assert_eq!(world.count(&format!("{readable} WHERE naam NOT LIKE 'lees\\_%'")).await, 0, "views that are listed");
    world.tamper_as(Some(READER), "SELECT * FROM lees_boeking").await.unwrap();
    world.tamper_as(Some(READER), "SELECT bus_aantal FROM lees_buurtbegroting").await.unwrap();
}

// V-1a, findings 2 and 3, D-3
#[tokio::test]
async fn what_should_never_change_the_server_cannot_change_on_postgresql() {
    let world = World::new().await;
    if !world.on_postgres() {
        return;
    }
    for statement in [
        "UPDATE stemcode SET nummer = 1",
        "UPDATE stembus SET ronde = ronde",
        "UPDATE stembus_in SET biljet_id = envelop",
        "ALTER TABLE bus DISABLE TRIGGER ALL",
        "DROP TRIGGER bus_unchanged ON bus",
    ] {
        refused(&world, APP, statement).await;
    }
    // Those with an end are deleted when a round is final, and the database knows when.
    for (table, column, has_end) in [
        ("kiescode", "nummer", true),
        ("bus", "envelop", true),
        ("bus_in", "envelop", true),
        ("deelname", "ronde", true),
        ("rondevorm", "vorm", false),
        ("legging", "som", false),
        ("sluiting", "toets", false),
        ("vervanging", "nummer", false),
        ("vervanging_akkoord", "door", false),
        ("vervanging_einde", "door", false),
        ("vervanging_reden", "reden", true),
        ("sleutel_geprobeerd", "at", false),
        ("ingreep_stap", "reden", false),
        ("ingreep_vrager", "at", false),
        ("noodsluiting", "door", false),
        ("stem", "keuzes", false),
        ("uitslag", "weergave", false),
    ] {
        refused(&world, APP, &format!("UPDATE {table} SET {column} = {column}")).await;
        refused(&world, APP, &format!("TRUNCATE {table}")).await;
        if !has_end {
            refused(&world, APP, &format!("DELETE FROM {table}")).await;
        }
    }
    // Why a letter was refused goes when its time has come, and there may be a name in it.
    world.tamper_as(Some(APP), "DELETE FROM vervanging_reden").await.unwrap();
    // What the server of the version before changes in rounds of its own form, it still may.
    for allowed in ["UPDATE stemcode SET merk = merk", "UPDATE stembus SET envelop = envelop"] {
        world.tamper_as(Some(APP), allowed).await.unwrap();
    }
}

// H-7: of a vote by fewer than ten people nobody is told how many they were, whatever step made the view anew
#[tokio::test]
async fn whoever_makes_reports_reads_no_number_of_ballots_below_ten_on_postgresql() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    vote.vote(&world.bezoeker(), 0, proof(1), &[0]).await.unwrap();
    world.close_vote().await;
    if !world.on_postgres() {
        return;
    }
    let shown = async || {
        world.texts("SELECT COALESCE(CAST(bus_aantal AS TEXT), 'niemand zegt het') FROM lees_buurtbegroting").await
    };
    assert_eq!(shown().await, ["niemand zegt het"]);
    for (number, expected) in [(9, "niemand zegt het"), (10, "10")] {
        world.force("buurtbegroting", &format!("UPDATE buurtbegroting SET bus_aantal = {number}")).await;
        assert_eq!(shown().await, [expected]);
    }
}

// G-3, V-8: what stands above a ballot is masked by two, and nobody by name is nobody
#[tokio::test]
async fn a_title_or_explanation_of_a_round_is_masked_by_two_people_or_not_at_all() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 1, &["1000.00"]).await;
    let (one, other) = (vote.wijkteam.naam.clone(), vote.stembureau.naam.clone());
    let id = |naam: Option<&str>| {
        naam.map_or_else(|| "NULL".to_owned(), |naam| format!("(SELECT id FROM account WHERE naam = '{naam}')"))
    };
    for (veld, door, bevestigd, is_right) in [
        ("titel", None, None, false),
        ("titel", None, Some(other.as_str()), false),
        ("titel", Some(one.as_str()), None, false),
        ("titel", Some(one.as_str()), Some(one.as_str()), false),
        ("titel", Some(one.as_str()), Some(other.as_str()), true),
        ("uitleg", None, Some(other.as_str()), false),
        ("reden", None, None, true),
    ] {
        let insert = format!(
            "INSERT INTO buurtbegroting_masker (buurtbegroting_id, veld, tekst, door, bevestigd_door, at) \
             SELECT id, '{veld}', '[weggelaten]', {}, {}, vastgesteld_at FROM buurtbegroting",
            id(door),
            id(bevestigd)
        );
        assert_eq!(world.tamper(&insert).await.is_ok(), is_right, "{veld} by {door:?} and {bevestigd:?}");
    }
}
