//! Two versions on one database: a server starts and serves on a schema with a step that it does not know, until the schema
//! says that it cannot (P0-2, E-2). And what a step of the schema may count on: it is alone, it is whole, it has the time that
//! it needs, and it keeps nobody waiting (P0-4).
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

use migrations::Migrator;
use sea_orm::sea_query::{Alias, DynIden, IntoIden as _};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};
use std::path::Path;
use std::time::{Duration, Instant};
use tests::World;
use tests::bare::Bare;
use tests::production::Deployment;
use wijkkoers::database::{Databases, Purpose};
use wijkkoers::error::{asks_to_start_over, is_taken};
use wijkkoers::schema::{self, Fit};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wijkkoers-under-test");

#[tokio::test]
async fn a_server_starts_on_a_schema_that_is_newer_and_not_on_one_that_it_cannot_bear() {
    let (world, mut process) = World::outside(PROGRAM).await;
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
    deployment.remove();
}

/// What a database gives for a statement, row by row as a text.
async fn texts<C: ConnectionTrait>(db: &C, statement: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), statement)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Every column, rule and index of a schema.
async fn shape<C: ConnectionTrait>(db: &C) -> Vec<String> {
    let statement = if db.get_database_backend() == DatabaseBackend::Postgres {
        "SELECT what FROM (SELECT table_name::text || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS what \
         FROM information_schema.columns WHERE table_schema = 'public' \
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
         UNION ALL SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
         WHERE connamespace = 'public'::regnamespace \
         UNION ALL SELECT tgrelid::regclass::text || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal) s ORDER BY 1"
    } else {
        "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1"
    };
    texts(db, statement).await
}

/// Migrates up to this many steps, as a version before this one left it.
async fn left_at(bare: &Bare, steps: usize) {
    let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
    Migrator::up(databases.writer(), Some(u32::try_from(steps).unwrap())).await.unwrap();
    databases.close().await.unwrap();
}

// P0-4: on an empty database, and on one that a version before left.
#[tokio::test]
async fn two_who_migrate_at_once_both_come_through_and_each_step_is_done_once() {
    let all = Migrator::migrations().len();
    let mut shapes = Vec::new();
    for (before, at_once) in [(0, 1), (0, 2), (all - 1, 2), (all / 2, 3)] {
        let bare = Bare::new(PROGRAM).await;
        if before > 0 {
            left_at(&bare, before).await;
        }
        let begun: Vec<_> = (0..at_once).map(|_one| bare.program.begin(&["migrate"])).collect();
        for mut child in begun {
            let ended = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
            assert!(ended.success(), "{at_once} at once, from {before} steps: {ended}");
        }
        let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
        let db = databases.primary();
        assert_eq!(schema::fit(db).await.unwrap(), Fit::Fits);
        let applied = texts(db, "SELECT version FROM seaql_migrations ORDER BY version").await;
        let known: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        assert_eq!(applied, known, "each once");
        shapes.push(shape(db).await);
        databases.close().await.unwrap();
        bare.remove();
    }
    let first = shapes.first().unwrap();
    assert!(first.len() > 50 && shapes.iter().all(|shape| shape == first), "the same schema, whoever made it");
}

/// So many of each in a city that is full.
const MANY: u32 = 20_000;
/// The last step of the version whose city it is: everything after it changes tables that are full.
const OF_BEFORE: &str = "m20261126_000015_exclude_plans";

/// People, initiatieven, their timelines and photos, as the version before wrote them.
fn city_of_before(is_postgres: bool) -> String {
    let numbers = format!(
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) SELECT i FROM n) AS n"
    );
    let id = if is_postgres { "lpad(to_hex(i), 32, '0')::uuid" } else { "unhex(printf('%032x', i))" };
    format!(
        "INSERT INTO gebied (code, naam, korte_naam, lon, lat) VALUES ('W2', 'Gebied', 'G', 5.9, 51.9);
         INSERT INTO wijk (code, naam, gebied, lon, lat) VALUES ('K1', 'Wijk', 'W2', 5.9, 51.9);
         INSERT INTO account (id, email, email_sleutel, naam, soort, bevestigd_at, geblokkeerd, ver, created_at)
         SELECT {id}, 'a' || i || '@voorbeeld.test', 'a' || i || '@voorbeeld.test', 'Iemand', 'bewoner',
             CURRENT_TIMESTAMP, FALSE, 1, CURRENT_TIMESTAMP FROM {numbers};
         INSERT INTO initiatief (id, soort, status, openbaar, titel, tekst, gebied, wijk, thema, account_id, naam, email,
             indiener_soort, created_at, ingediend_at, steun, versie)
         SELECT {id}, 'idee', 'ingediend', i % 2 = 0, 'Titel ' || i, 'Tekst', 'W2', 'K1', 'groen', {id}, 'Iemand',
             'a@voorbeeld.test', 'bewoner', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, 1 FROM {numbers};
         INSERT INTO gebeurtenis (id, initiatief_id, soort, at)
         SELECT {id}, {id}, 'ingediend', CURRENT_TIMESTAMP FROM {numbers};
         INSERT INTO foto (id, bestand, breedte, hoogte, bytes, account_id, initiatief_id, volgorde, created_at)
         SELECT {id}, 'foto' || i || '.jpg', 800, 600, 90000, {id}, {id}, 0, CURRENT_TIMESTAMP FROM {numbers}"
    )
}

// P0-4: by the command itself, as whoever looks after the city does it.
#[tokio::test]
async fn a_city_that_is_full_is_brought_up_to_date_and_nothing_of_it_is_lost() {
    let bare = Bare::new(PROGRAM).await;
    let before = Migrator::migrations().iter().position(|step| step.name() == OF_BEFORE).unwrap() + 1;
    left_at(&bare, before).await;
    let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
    let db = databases.writer();
    let is_postgres = db.get_database_backend() == DatabaseBackend::Postgres;
    db.execute_unprepared(&city_of_before(is_postgres)).await.unwrap();
    databases.close().await.unwrap();

    let began = Instant::now();
    bare.program.run(&["migrate"]).unwrap();
    eprintln!("a full city was brought up to date in {:.1} s", began.elapsed().as_secs_f32());

    let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
    let db = databases.primary();
    assert_eq!(schema::fit(db).await.unwrap(), Fit::Fits);
    let half = MANY / 2;
    for (what, expected) in [
        ("account", MANY),
        ("gebeurtenis WHERE NOT besloten", MANY),
        ("foto WHERE NOT afgeschermd", MANY),
        ("initiatief WHERE zicht = 'open'", MANY),
        ("initiatief WHERE openbaar", half),
    ] {
        let found = texts(db, &format!("SELECT CAST(COUNT(*) AS TEXT) FROM {what}")).await;
        assert_eq!(found, [expected.to_string()], "{what}");
    }
    databases.close().await.unwrap();
    bare.remove();
}

/// The step after which of one part one request waits.
const WAIT_ONCE: &str = "m20261130_000086_wait_once";

/// An id, as a statement of this database writes it.
fn written_id(is_postgres: bool, number: u8) -> String {
    if is_postgres { format!("'{number:032x}'::uuid") } else { format!("x'{number:032x}'") }
}

/// A request about a part, of a version in which two could wait for the same: it has a number, which says when it was asked.
fn request(is_postgres: bool, number: u8, (part, field): (u8, &str), (status, by): (&str, u8)) -> String {
    let [own, of, part, by] = [number, 9, part, by].map(|number| written_id(is_postgres, number));
    let at = format!("'2026-03-02 09:00:0{number}+00:00'");
    let (back_by, back_at) = if status == "hersteld" { (by.as_str(), at.as_str()) } else { ("NULL", "NULL") };
    format!(
        "INSERT INTO ingreep (id, geheel_id, soort, deel_soort, deel_id, veld, status, reden, door, at, hersteld_door, \
         hersteld_at, origineel, nieuw) VALUES ({own}, {of}, 'afschermen', 'foto', {part}, '{field}', '{status}', '{number}', \
         {by}, {at}, {back_by}, {back_at}, 'Wat er stond', 'Wat er staat')"
    )
}

// what was asked first waits on, and the others are as if whoever asked them withdrew them.
#[tokio::test]
async fn of_requests_that_wait_for_the_same_the_first_waits_on() {
    let bare = Bare::new(PROGRAM).await;
    left_at(&bare, Migrator::migrations().iter().position(|step| step.name() == WAIT_ONCE).unwrap()).await;
    let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
    let db = databases.writer();
    let is_postgres = db.get_database_backend() == DatabaseBackend::Postgres;
    for number in [1, 2] {
        let id = written_id(is_postgres, number);
        let account = format!(
            "INSERT INTO account (id, email, email_sleutel, naam, soort, bevestigd_at, geblokkeerd, ver, created_at) \
             VALUES ({id}, 'a{number}@voorbeeld.test', 'a{number}@voorbeeld.test', 'Iemand', 'bewoner', \
             CURRENT_TIMESTAMP, FALSE, 1, CURRENT_TIMESTAMP)"
        );
        db.execute_unprepared(&account).await.unwrap();
    }
    for (number, part, stand) in [
        (3, (20, "foto"), ("wacht", 1)),
        (1, (20, "foto"), ("wacht", 1)),
        (2, (20, "foto"), ("wacht", 2)),
        (4, (21, "foto"), ("wacht", 1)),
        (5, (20, "titel"), ("wacht", 1)),
        (6, (20, "foto"), ("gedaan", 1)),
        (7, (20, "foto"), ("hersteld", 2)),
    ] {
        db.execute_unprepared(&request(is_postgres, number, part, stand)).await.unwrap();
    }
    databases.close().await.unwrap();
    bare.program.run(&["migrate"]).unwrap();

    let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
    let db = databases.writer();
    let stand = "SELECT reden || ' ' || status || CASE WHEN hersteld_door = door AND hersteld_at = at AND ingetrokken_at = at \
        AND origineel IS NULL THEN ' ingetrokken' WHEN ingetrokken_at IS NULL AND origineel IS NOT NULL THEN '' \
        ELSE ' half' END FROM ingreep ORDER BY id";
    let expected =
        ["1 wacht", "2 hersteld ingetrokken", "3 hersteld ingetrokken", "4 wacht", "5 wacht", "6 gedaan", "7 hersteld"];
    assert_eq!(texts(db, stand).await, expected);
    let again = db.execute_unprepared(&request(is_postgres, 8, (20, "foto"), ("wacht", 2))).await.unwrap_err();
    assert!(is_taken(&again), "{again}");
    db.execute_unprepared(&request(is_postgres, 8, (20, "foto"), ("gedaan", 2))).await.unwrap();
    databases.close().await.unwrap();
    bare.remove();
}

/// Makes a table, and breaks off.
struct Half;

impl MigrationName for Half {
    fn name(&self) -> &'static str {
        "m20991231_000001_half"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Half {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("CREATE TABLE half (id BIGINT)").await?;
        Err(DbErr::Custom("the power fails".into()))
    }
}

/// Makes an index beside people.
struct Index;

impl MigrationName for Index {
    fn name(&self) -> &'static str {
        "m20991231_000002_index"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Index {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        migrations::index_beside(manager, "poging_aantal", "poging (aantal)").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

/// Steps of a later version, noted in a list of their own.
macro_rules! later {
    ($name:ident, $step:expr) => {
        struct $name;

        #[async_trait::async_trait]
        impl MigratorTrait for $name {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![migrations::whole(Box::new($step))]
            }

            fn migration_table_name() -> DynIden {
                Alias::new("latere_stappen").into_iden()
            }
        }
    };
}

later!(WithHalf, Half);
later!(WithIndex, Index);

// P0-4
#[tokio::test]
async fn a_step_that_breaks_off_has_done_nothing() {
    let bare = Bare::new(PROGRAM).await;
    let databases = Databases::open(&bare.settings, Purpose::Command).await.unwrap();
    for _again in 0..2 {
        let error = WithHalf::up(databases.writer(), None).await.unwrap_err();
        assert!(error.to_string().contains("the power fails"), "and not that something is there already: {error}");
    }
    assert!(texts(databases.writer(), "SELECT version FROM latere_stappen").await.is_empty());
    databases.close().await.unwrap();
    bare.remove();
}

// P0-4: nobody who writes waits for an index that is being made, and one that broke off before is made anew.
#[tokio::test]
async fn an_index_is_made_beside_people_who_write() {
    let world = World::new().await;
    let databases = Databases::open(&world.owner_settings(), Purpose::Command).await.unwrap();
    databases.writer().execute_unprepared("CREATE INDEX poging_aantal ON poging (venster)").await.unwrap();
    let write = async |who: &str| {
        let tx = world.app().begin().await.unwrap();
        tx.execute_unprepared(&format!("INSERT INTO poging (sleutel, venster, aantal) VALUES ('{who}', 0, 1)"))
            .await
            .unwrap();
        tx
    };
    if world.on_postgres() {
        // Somebody is in the middle of something, and the index waits for them.
        let first = write("first").await;
        let writer = databases.writer().clone();
        let made = tokio::spawn(async move {
            loop {
                match WithIndex::up(&writer, None).await {
                    // As `wijkkoers migrate` does when somebody is in its way for longer than a moment.
                    Err(error) if asks_to_start_over(&error) => tokio::time::sleep(Duration::from_millis(100)).await,
                    other => return other,
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        let began = Instant::now();
        write("second").await.commit().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(1), "who comes later does not wait: {:?}", began.elapsed());
        assert!(!made.is_finished());
        first.commit().await.unwrap();
        made.await.unwrap().unwrap();
        let valid = "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'poging_aantal'::regclass";
        assert_eq!(texts(databases.writer(), valid).await, ["true"]);
    } else {
        write("first").await.commit().await.unwrap();
        WithIndex::up(databases.writer(), None).await.unwrap();
    }
    let of_index = if world.on_postgres() {
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'poging_aantal'"
    } else {
        "SELECT sql FROM sqlite_master WHERE name = 'poging_aantal'"
    };
    let made = texts(databases.writer(), of_index).await;
    assert!(made.len() == 1 && made.iter().all(|text| text.contains("(aantal)")), "{made:?}");
    databases.close().await.unwrap();
}

// P0-4, D-9: the server cuts a statement off, a command does not, with whichever connection it works.
#[tokio::test]
async fn a_command_has_the_time_that_it_needs() {
    let world = World::new().await;
    if !world.on_postgres() {
        return;
    }
    for (purpose, limits) in [(Purpose::Serve, ["5s", "30min"]), (Purpose::Command, ["0", "30min"])] {
        let databases = Databases::open(&world.app().settings, purpose).await.unwrap();
        let show = "SHOW statement_timeout";
        let tx = databases.begin().await.unwrap();
        let found =
            [texts(databases.primary(), show).await, texts(databases.writer(), show).await, texts(&tx, show).await];
        assert_eq!(found, [[limits[0]]; 3], "{purpose:?}");
        drop(tx);
        let long = databases.begin_long().await.unwrap();
        assert_eq!(texts(&long, show).await, [limits[1]], "{purpose:?}");
        drop(long);
        databases.close().await.unwrap();
    }
    // One statement of a command takes longer than the server would allow.
    let slow = "CREATE FUNCTION traag() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN PERFORM pg_sleep(6); RETURN NEW; END $$";
    world.tamper(slow).await.unwrap();
    world.tamper("CREATE TRIGGER traag BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION traag()").await.unwrap();
    let program = world.program(PROGRAM);
    let add = move || program.run(&["user", "add", "--email", "traag@voorbeeld.test", "--naam", "Traag"]);
    let began = Instant::now();
    let said = tokio::task::spawn_blocking(add).await.unwrap().unwrap();
    assert!(said.contains("/wachtwoord-nieuw/") && began.elapsed() > Duration::from_secs(6), "{said}");
}
