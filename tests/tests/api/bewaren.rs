//! What is not kept for ever, and goes when its time has come (G-1).

use chrono::TimeDelta;
use contract::account::{AccountApi as _, NewAccount, Persoon, PersoonSoort, Register, RequestReset, Role, Wachtwoord};
use contract::field::{Email, Field as _, Naam};
use contract::foto::FotoApi as _;
use contract::initiatief::{CreateInitiatief, InitiatiefApi as _};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{Person, World, pictures};
use wijkkoers::access::Grant;
use wijkkoers::account::store;
use wijkkoers::{jobs, retention};

const PASSWORD: &str = "paarse tractor zingt luid";

/// Files that no photo names.
const LEFT_FILES: &str = "foto_bestand WHERE NOT EXISTS (SELECT 1 FROM foto WHERE foto.bestand = foto_bestand.bestand)";

/// After so many days, what goes: by its name, and where it stands.
const KINDS: [(i64, &[(&str, &str)]); 7] = [
    (
        1,
        &[
            ("vernieuwingen van een inlog", "vernieuwing"),
            ("wachttijden na een fout wachtwoord", "tempo"),
            ("losse foto's van gasten", "foto WHERE initiatief_id IS NULL AND account_id IS NULL"),
            ("bestanden zonder foto", LEFT_FILES),
        ],
    ),
    (2, &[("tellers van pogingen", "poging")]),
    (3, &[("antwoorden op herhaalde verzoeken", "idempotentie")]),
    (30, &[("verzonden mails", "outbox WHERE status = 'verzonden'")]),
    (
        35,
        &[
            ("links uit mails", "link"),
            ("sessies", "sessie"),
            ("nooit bevestigde accounts", "account WHERE bevestigd_at IS NULL"),
        ],
    ),
    (
        90,
        &[
            ("mislukte mails", "outbox WHERE status = 'mislukt'"),
            ("redenen van afgewezen stembrieven", "vervanging_reden"),
            ("concepten", "initiatief WHERE ingediend_at IS NULL"),
            ("losse foto's met een account", "foto WHERE initiatief_id IS NULL AND account_id IS NOT NULL"),
        ],
    ),
    (180, &[("bekende apparaten", "apparaat")]),
];

/// Leaves something of every kind behind, all at one moment.
async fn lives(world: &World) -> Person {
    let (anna, gast, nieuw) = (world.bewoner("Anna").await, world.bezoeker(), world.bezoeker());
    let registration = Register {
        naam: nieuw.naam.as_str().into(),
        email: nieuw.email.as_str().into(),
        wachtwoord: Wachtwoord(PASSWORD.into()),
        soort: "bewoner".into(),
        ..Register::default()
    };
    nieuw.register(registration).await.unwrap();
    world.tamper("UPDATE outbox SET status = 'mislukt'").await.unwrap();
    let wrong = json!({ "email": anna.email, "wachtwoord": PASSWORD });
    assert_eq!(gast.ask("POST", "/sessies").json(&wrong).send().await.status, 401);
    let photo = anna.upload_foto(anna.key(), pictures::jpeg(1)).await.unwrap();
    let concept = CreateInitiatief {
        als_concept: true,
        fotos: vec![photo.id.to_string().into()],
        ..anna.idea("Een concept met een foto")
    };
    anna.create_initiatief(anna.key(), concept).await.unwrap();
    let withdrawn = anna.draft("Een concept dat ik niet meer wil").await;
    anna.withdraw_initiatief(withdrawn.initiatief.kaart.id, withdrawn.versie).await.unwrap();
    for (person, number) in [(&gast, 2), (&anna, 3), (&anna, 4)] {
        person.upload_foto(person.key(), pictures::jpeg(number)).await.unwrap();
    }
    // Something took a photo away, and its file is left.
    let one = "SELECT id FROM foto WHERE initiatief_id IS NULL AND account_id IS NOT NULL ORDER BY id LIMIT 1";
    assert_eq!(world.tamper(&format!("DELETE FROM foto WHERE id = ({one})")).await.unwrap(), 1);
    gast.hand_in("Van een gast die niet bevestigt").await;
    anna.hand_in("Een boom").await;
    anna.request_reset(RequestReset { email: anna.email.as_str().into() }).await.unwrap();
    world.mail_to(&anna).await;
    leave_device(world).await;
    leave_refusal(world).await;
    anna
}

/// Leaves a device that is known.
async fn leave_device(world: &World) {
    let hash = if world.on_postgres() { "'\\x01'::bytea" } else { "x'01'" };
    let device = format!(
        "INSERT INTO apparaat (hash, account_id, ver, created_at, last_seen_at) \
         SELECT {hash}, id, ver, created_at, created_at FROM account WHERE bevestigd_at IS NOT NULL"
    );
    world.tamper(&device).await.unwrap();
}

/// Leaves a letter that was refused, with the reason: only as much of a vote as that takes.
async fn leave_refusal(world: &World) {
    let of = "FROM account WHERE bevestigd_at IS NOT NULL";
    for row in [
        "INSERT INTO buurtbegroting (id, gebied, titel, uitleg, jaar, product, cents, spelregels, inzenden_at, toetsen_at, \
         stemmen_at, sluit_at, gemaakt_door, created_at, versie) SELECT id, 'W2', 'Een buurt', 'Uitleg', 2027, 'wijkactieplan', \
         100, '{}', created_at, created_at, created_at, created_at, id, created_at, 1",
        "INSERT INTO vervanging (id, ronde, nummer, gevraagd_door, gevraagd_at) SELECT id, id, 1, id, created_at",
        "INSERT INTO vervanging_einde (vervanging, door, at) SELECT id, id, created_at",
        "INSERT INTO vervanging_reden (vervanging, reden) SELECT id, 'Anna woont daar niet.'",
    ] {
        assert_eq!(world.tamper(&format!("{row} {of}")).await.unwrap(), 1, "{row}");
    }
}

// G-1, P1-11
#[tokio::test]
async fn everything_goes_when_its_time_has_come_and_nothing_sooner() {
    let world = World::new().await;
    let start = world.now();
    lives(&world).await;
    let mut tested = Vec::new();
    for (days, kinds) in KINDS {
        world.pass(start + TimeDelta::days(days) - world.now());
        jobs::forget_old(world.app()).await.unwrap();
        for (name, table) in kinds {
            assert!(world.count(table).await > 0, "{name}: the days are not over yet");
        }
        world.pass(TimeDelta::minutes(1));
        let listed = retention::list(world.app()).await.unwrap();
        for (name, table) in kinds {
            let due = listed.iter().find(|due| due.term.name == *name).unwrap();
            assert_eq!((due.term.days, due.rows), (days, world.count(table).await), "{name}: listed first");
            tested.push(*name);
        }
        jobs::forget_old(world.app()).await.unwrap();
        for (name, table) in kinds {
            assert_eq!(world.count(table).await, 0, "{name}");
        }
    }
    assert_eq!(tested.len(), retention::TERMS.len(), "every kind");
    let left = retention::list(world.app()).await.unwrap();
    assert!(left.iter().all(|due| due.rows == 0), "{left:?}");
    assert_eq!(
        (world.count("foto").await, world.count("foto_bestand").await),
        (0, 0),
        "photos and their files as well"
    );
    let public = "initiatief WHERE openbaar";
    assert_eq!((world.count("initiatief").await, world.count(public).await), (1, 1), "what was handed in stays");
    assert_eq!(world.count("account").await, 1);
    assert_eq!(world.count("vervanging_einde").await, 1, "that a letter was refused stays, without the reason");
}

// G-1
#[tokio::test]
async fn an_account_that_somebody_did_something_with_stays() {
    let world = World::new().await;
    let (tx, app) = (world.app().begin().await.unwrap(), world.app());
    let mut ids = Vec::new();
    for naam in ["Niemand", "Wim", "Geblokkeerd"] {
        let persoon = Persoon {
            naam: Naam::parse(naam).unwrap(),
            email: Email::parse(&format!("{naam}@voorbeeld.test")).unwrap(),
            soort: PersoonSoort::Bewoner,
            organisatie: None,
            kvk_nummer: None,
        };
        let new = NewAccount { persoon, wachtwoord: Wachtwoord::default(), wijk: None };
        ids.push(store::insert(&tx, app, &new, None, false).await.unwrap().unwrap());
    }
    let grant = Grant { role: Role::Wijkteam, gebied: Some("W2".into()) };
    store::grant(&tx, app, ids[1], &grant, "test").await.unwrap();
    tx.commit().await.unwrap();
    world.tamper("UPDATE account SET geblokkeerd = TRUE WHERE naam = 'Geblokkeerd'").await.unwrap();
    world.pass(TimeDelta::days(36));
    jobs::forget_old(world.app()).await.unwrap();
    assert_eq!(world.count("account").await, 2);
    assert_eq!(world.count("account WHERE naam = 'Niemand'").await, 0);
}

// G-1, P1-11: how much of what went stands in the log of the server, before and after; of whom does not.
#[tokio::test]
async fn what_goes_is_counted_in_the_log() {
    let (world, mut process) = World::outside(env!("CARGO_BIN_EXE_wijkkoers-under-test")).await;
    process.kill();
    let old = "INSERT INTO poging (sleutel, venster, aantal) VALUES ('oud:anna', 0, 1), ('oud:bram', 0, 1)";
    world.tamper(old).await.unwrap();
    let log = world.folder().join("log");
    process.log_into("info", log.clone());
    process.start();
    let said = || std::fs::read_to_string(&log).unwrap();
    let began = Instant::now();
    while !said().contains("gone=2") {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", said());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let said = said();
    let counted: Vec<&str> = said.lines().filter(|line| line.contains("tellers van pogingen")).collect();
    let [listed, removed] = counted.as_slice() else { unreachable!("{said}") };
    assert!(listed.contains("was kept long enough") && listed.ends_with("rows=2"), "{listed}");
    assert!(removed.contains("was removed") && removed.ends_with("gone=2"), "{removed}");
    assert!(!said.contains("oud:"), "{said}");
    assert_eq!(world.count("poging").await, 0);
    process.kill();
}

// G-1: more than goes in one transaction.
#[tokio::test]
async fn much_goes_as_well() {
    let world = World::new().await;
    let rows: Vec<String> = (0..2_500).map(|number| format!("('oud:{number}', 0, 1)")).collect();
    world.tamper(&format!("INSERT INTO poging (sleutel, venster, aantal) VALUES {}", rows.join(", "))).await.unwrap();
    let term = retention::TERMS.iter().find(|term| term.name == "tellers van pogingen").unwrap();
    assert_eq!(retention::forget(world.app(), term).await.unwrap(), 2_500);
    assert_eq!(world.count("poging").await, 0);
}

// G-1
#[tokio::test]
async fn a_command_says_what_would_go_and_changes_nothing() {
    let world = World::new().await;
    lives(&world).await;
    let before = (world.count("outbox").await, world.count("sessie").await, world.count("initiatief").await);
    let said = world.program(env!("CARGO_BIN_EXE_wijkkoers-under-test")).run(&["bewaartermijnen"]).unwrap();
    for term in &retention::TERMS {
        let line = said.lines().find(|line| line.starts_with(term.name)).unwrap();
        assert!(line.contains(&term.length()) && line.contains(term.since), "{line}");
    }
    let after = (world.count("outbox").await, world.count("sessie").await, world.count("initiatief").await);
    assert_eq!(before, after);
}
