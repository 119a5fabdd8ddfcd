//! the disk fills and frees, flushes fail, memory runs out, the database file goes away, the store of secrets does, the
//! mail server hangs – all in the middle of casts, fiats, spendings, logins and photos. What was acknowledged is there once,
//! what was not is there once or not at all, reading goes on where it can, and the server is back unaided (P-1, P-2, D-8,
//! E-3). And told to end meanwhile, it ends in order (E-2).
//!
//! On PostgreSQL the same with the server of the database, in `postgres_faults.rs`; a disk of our own is for SQLite alone.
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

mod load;

use chrono::TimeDelta;
use contract::buurtbegroting::BuurtbegrotingApi as _;
use contract::stem::StemApi as _;
use load::{City, Told};
use sea_orm::ConnectionTrait as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tests::disk::{Disk, DiskFaults};
use tests::{Process, World, memory};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use wijkkoers::database::{Databases, Purpose};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wijkkoers-under-test");
/// A city with an open vote, a server of its own, and nobody else at its database.
async fn open_city() -> (World, Process, City) {
    let (world, process) = World::outside(PROGRAM).await;
    let city = load::people(&world).await;
    world.app().databases().clone().close().await.unwrap();
    (world, process, city)
}

/// The same on a small disk of its own.
async fn on_a_small_disk(megabytes: u32) -> (World, Process, City) {
    let (world, mut process, city) = open_city().await;
    process.kill();
    let folder = world.folder().join("schijf");
    process.move_to(Disk::new(&folder, megabytes), &folder);
    process.start();
    (world, process, city)
}

/// After a stop by `kill -9` and a start, nothing that was acknowledged is lost or double.
async fn check(world: &World, process: &mut Process, city: &City, told: &Told) {
    process.kill();
    process.run(&["ledger", "check"]).unwrap();
    process.start();
    city.check(told).await;
    process.kill();
    let copy = world.folder().join("kopie");
    copy_database(&process.disk().outside(), &copy);
    let settings = wijkkoers::settings::Settings { data: copy, ..world.app().settings.clone() };
    let databases = Databases::open(&settings, Purpose::Serve).await.unwrap();
    load::check_box(&databases).await;
    databases.close().await.unwrap();
}

fn copy_database(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for name in ["wijkkoers.sqlite", "wijkkoers.sqlite-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

// finding 1, X-9, P-1, E-3, D-8
#[tokio::test]
async fn a_disk_that_fills_and_frees_loses_nothing_that_was_acknowledged() {
    if tests::on_postgres() {
        return;
    }
    let (world, mut process, city) = on_a_small_disk(24).await;
    let mut told = Told::default();
    for turn in 0..3 {
        let load = city.load();
        tokio::time::sleep(Duration::from_millis(500)).await;
        process.disk().fill();
        // What still fits in the log that is there already is kept, and taken: until that is full too.
        let began = Instant::now();
        while city.casts().await {
            assert!(began.elapsed() < Duration::from_secs(30), "turn {turn}: nothing is taken that cannot be kept");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert_eq!(city.reads().await, [200, 200], "turn {turn}: reading goes on");
        // A full disk takes no reading away, and whoever looks after it hears of it.
        city.health_becomes([200, 503]).await;
        process.disk().free();
        city.back("a full disk").await;
        city.health_becomes([200, 200]).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        told.add(load.end().await);
    }
    assert!(told.refused > 0, "something was refused while the disk was full");
    // The second time it dies while the disk is full.
    let load = city.load();
    process.disk().fill();
    tokio::time::sleep(Duration::from_secs(1)).await;
    process.kill();
    told.add(load.end_cut_off().await);
    process.disk().free();
    process.start();
    check(&world, &mut process, &city, &told).await;
}

// X-9, D-8
#[tokio::test]
async fn flushes_that_fail_and_a_disk_that_turns_read_only_are_no_yes() {
    if tests::on_postgres() {
        return;
    }
    let (world, mut process, city) = open_city().await;
    process.kill();
    let faults = DiskFaults::new(world.folder());
    let folder = world.folder().join("schijf");
    process.move_to(Disk::new(&folder, 64), &folder);
    for (name, value) in faults.variables() {
        process.set(name, value);
    }
    process.start();
    let mut told = Told::default();
    for kind in ["fsync", "write"] {
        let load = city.load();
        tokio::time::sleep(Duration::from_millis(500)).await;
        faults.begin(kind);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!city.casts().await, "{kind}: nothing is taken that cannot be kept");
        assert_eq!(city.reads().await, [200, 200], "{kind}: reading goes on");
        faults.end();
        city.back(kind).await;
        told.add(load.end().await);
    }
    assert!(told.refused > 0);
    check(&world, &mut process, &city, &told).await;
}

// finding 21, X-9, E-2
#[tokio::test]
async fn a_database_file_that_is_moved_or_cut_short_is_missed_at_once() {
    if tests::on_postgres() {
        return;
    }
    let (world, mut process, city) = on_a_small_disk(48).await;
    let mut told = Told::default();
    let file = process.disk().outside().join("wijkkoers.sqlite");
    let aside: PathBuf = file.with_extension("weg");
    for name in [file.clone(), file.with_extension("sqlite-wal")] {
        let load = city.load();
        tokio::time::sleep(Duration::from_millis(300)).await;
        std::fs::rename(&name, &aside).unwrap();
        assert!(!city.casts().await, "{}: nothing goes into a file that nobody finds again", name.display());
        city.health_becomes([503, 503]).await;
        std::fs::rename(&aside, &name).unwrap();
        city.back("a file that was moved").await;
        city.health_becomes([200, 200]).await;
        told.add(load.end().await);
    }
    // Cut short it is of no use any more: nothing is taken until a copy is put back.
    process.kill();
    process.start();
    let copy = world.folder().join("voor-het-knippen");
    process.kill();
    copy_database(&process.disk().outside(), &copy);
    process.start();
    std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(8_192).unwrap();
    for _ in 0..5 {
        assert!(!city.casts().await, "nothing goes into a file that was cut short");
    }
    city.health_becomes([503, 503]).await;
    process.kill();
    std::fs::copy(copy.join("wijkkoers.sqlite"), &file).unwrap();
    std::fs::remove_file(file.with_extension("sqlite-wal")).ok();
    process.start();
    check(&world, &mut process, &city, &told).await;
}

/// Whoever votes, or looks whether their code is good, is asked to come back; the place of secrets is given up well before they
/// have waited as long as anybody does.
async fn voters_are_asked_back(city: &City) {
    let began = Instant::now();
    let (cast, [found, looked]) = tokio::join!(city.cast(0), city.looks(0));
    for heard in [cast.unwrap(), found, looked] {
        assert_eq!((heard.status, heard.header("retry-after").is_some()), (503, true), "{}", heard.text());
    }
    assert!(began.elapsed() < Duration::from_secs(14), "{:?}", began.elapsed());
}

// finding 22, X-9, E-3
#[tokio::test]
async fn without_the_store_of_secrets_voters_are_asked_to_come_back() {
    let (world, mut process, city) = open_city().await;
    process.kill();
    let (there, away) = (world.folder().join("stemgeheimen"), world.folder().join("weg"));
    std::fs::rename(&there, &away).unwrap();
    process.start();
    for _ in 0..2 {
        voters_are_asked_back(&city).await;
    }
    assert_eq!(city.reads().await, [200, 200]);
    // What the server made in its place is empty.
    std::fs::remove_dir_all(&there).ok();
    std::fs::rename(&away, &there).unwrap();
    city.back("the store of secrets").await;
}

/// Makes the secret of the vote hang whoever reads it; gives where it stands, and what was in it.
fn hang_secret(world: &World) -> (PathBuf, Vec<u8>) {
    let mut files = std::fs::read_dir(world.folder().join("stemgeheimen")).unwrap().map(|entry| entry.unwrap().path());
    let secret = files.find(|path| path.extension().is_some_and(|ending| ending == "geheim")).unwrap();
    let kept = std::fs::read(&secret).unwrap();
    std::fs::remove_file(&secret).unwrap();
    // Whoever opens it to read waits for somebody who writes.
    assert!(std::process::Command::new("mkfifo").arg(&secret).status().unwrap().success());
    (secret, kept)
}

// finding 22, D-9, X-9: as a disk of another machine that takes the question and never answers. The place is given up before
// the request is.
#[tokio::test]
async fn a_store_of_secrets_that_hangs_is_given_up_and_voters_are_asked_to_come_back() {
    let (world, mut process, city) = open_city().await;
    process.kill();
    let (secret, kept) = hang_secret(&world);
    process.start();
    for _ in 0..2 {
        let began = Instant::now();
        let heard = city.cast(0).await.unwrap();
        assert_eq!((heard.status, heard.header("retry-after").is_some()), (503, true), "{}", heard.text());
        assert!(began.elapsed() < Duration::from_secs(14), "{:?}", began.elapsed());
    }
    assert_eq!(city.reads().await, [200, 200]);
    std::fs::remove_file(&secret).unwrap();
    std::fs::write(&secret, kept).unwrap();
    city.back("a store of secrets that hung").await;

    // The same in a store like S3 that lets everybody in and answers nobody.
    process.kill();
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    for (name, value) in [
        ("WIJKKOERS_ROUND_KEYS", "s3://stemgeheimen"),
        ("AWS_ENDPOINT", address.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "here"),
        ("AWS_ACCESS_KEY_ID", "somebody"),
        ("AWS_SECRET_ACCESS_KEY", "something"),
    ] {
        process.set(name, value);
    }
    process.start();
    voters_are_asked_back(&city).await;
    assert_eq!(city.reads().await, [200, 200]);
    assert!(silent.accept().is_ok(), "it was asked");
}

/// So long it gets from whoever tells it to end (docs/beheer.md).
const TO_END: Duration = Duration::from_secs(45);

// E-2, D-9: a voter waits for a secret that hangs, and so does who works on the box. Both are let go, and the server ends.
#[tokio::test]
async fn a_server_that_is_told_to_end_while_a_secret_hangs_ends_in_order() {
    let (world, mut process, city) = open_city().await;
    process.kill();
    let (secret, kept) = hang_secret(&world);
    let log = world.folder().join("log");
    process.log_into("info", log.clone());
    process.start();
    let own = city.clone();
    let voter = tokio::spawn(async move { own.cast(0).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (ended, took) = process.stop(TO_END).await;
    eprintln!("told to end while a secret hung: over after {:.1} s", took.as_secs_f32());
    assert!(ended.success(), "{ended}");
    let heard = voter.await.unwrap().expect("whoever was being served is answered");
    assert_eq!((heard.status, heard.header("retry-after").is_some()), (503, true), "{}", heard.text());
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("stopping") && said.contains("stopped"), "{said}");
    assert!(said.contains("a box that was being worked on is left as it is"), "{said}");

    std::fs::remove_file(&secret).unwrap();
    std::fs::write(&secret, kept).unwrap();
    process.start();
    city.back("a server that ended while a secret hung").await;
    let load = city.load();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = load.end().await;
    check_in_place(&world, &mut process, &city, &told).await;
}

/// A server whose mail server hangs, with a mail in hand; and what it logs.
async fn with_a_mail_in_hand() -> (World, Process, MailServer, PathBuf) {
    let server = MailServer::start(Behaviour::Hangs).await;
    let url = format!("smtp://{}", server.address);
    let (world, mut process) = World::outside_with(PROGRAM, &[("WIJKKOERS_SMTP_URL", url.as_str())]).await;
    process.kill();
    let log = world.folder().join("log");
    process.log_into("info", log.clone());
    process.start();
    register(&world, 3).await;
    let began = Instant::now();
    while world.count("outbox WHERE lease_until IS NOT NULL").await == 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody takes a mail in hand");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    (world, process, server, log)
}

// E-2, D-9, O-1: the mail in hand is given back as it was, no other is begun with, and all of them are sent later, once.
#[tokio::test]
async fn a_server_that_is_told_to_end_while_a_mail_server_hangs_ends_in_order() {
    let (world, mut process, server, log) = with_a_mail_in_hand().await;
    let (ended, took) = process.stop(TO_END).await;
    eprintln!("told to end while a mail server hung: over after {:.1} s", took.as_secs_f32());
    assert!(ended.success(), "{ended}");
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("stopping") && said.contains("stopped"), "{said}");
    assert_eq!(world.count("outbox WHERE lease_until IS NOT NULL").await, 0, "what was in hand is given back");
    let all = world.count("outbox").await;
    assert_eq!(world.count("outbox WHERE status = 'wacht'").await, all, "and waits");
    let as_it_was = "outbox WHERE pogingen = 0 AND due_at = created_at";
    assert_eq!(world.count(as_it_was).await, all, "that the server stopped is no attempt that failed");
    server.works();
    // At once, and not when a failed one would be due.
    process.start();
    let began = Instant::now();
    while world.count("outbox WHERE status <> 'verzonden'").await > 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "mails wait for a server that works");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(i64::try_from(server.taken()).unwrap(), all, "each is sent once");
    process.kill();
}

// E-2: whoever does not want to wait says so once more.
#[tokio::test]
async fn a_server_that_is_told_to_end_twice_ends_at_once() {
    let (_world, mut process, _server, log) = with_a_mail_in_hand().await;
    process.ask_to_stop();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (ended, took) = process.stop(TO_END).await;
    assert!(!ended.success() && took < Duration::from_secs(5), "{ended} after {took:?}");
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("stopped at once, at a second signal"), "{said}");
}

/// The vote is known by heart for a minute; the place of its secret is asked again after it.
const BY_HEART: Duration = Duration::from_secs(75);

// finding 22, X-9, E-3, P-1
#[tokio::test]
async fn the_store_of_secrets_that_goes_away_while_people_vote_loses_nothing_that_was_acknowledged() {
    let (world, mut process, city) = open_city().await;
    let (there, away) = (world.folder().join("stemgeheimen"), world.folder().join("weg"));
    let load = city.load();
    tokio::time::sleep(Duration::from_millis(500)).await;
    std::fs::rename(&there, &away).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut told = load.end().await;
    let began = Instant::now();
    while city.cast(0).await.unwrap().status == 200 {
        assert!(began.elapsed() < BY_HEART, "nobody votes for long without the secret");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let load = city.load();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!city.casts().await, "nothing is taken that nobody can prove");
    assert_eq!(city.reads().await, [200, 200], "reading goes on");
    std::fs::remove_dir_all(&there).ok();
    std::fs::rename(&away, &there).unwrap();
    city.back("the store of secrets, away while people vote").await;
    let without = load.end().await;
    assert!(without.refused > 0, "somebody was asked to come back");
    told.add(without);
    check_in_place(&world, &mut process, &city, &told).await;
}

/// One insert in four needs far more memory than there is.
const HUNGRY: [&str; 4] = ["boeking", "bus_in", "sessie", "foto"];
/// What the server may take beside what it has: enough for all else, and less than that. With less it is the program itself
/// that finds no memory, and ends.
const SPARE_MB: u64 = 768;

// X-9, D-8, P-1: SQLite finds no memory in the middle of a transaction. Of PostgreSQL that is another machine.
#[tokio::test]
async fn a_database_that_runs_out_of_memory_loses_nothing_that_was_acknowledged() {
    if tests::on_postgres() {
        return;
    }
    let (world, mut process) = World::outside(PROGRAM).await;
    let city = load::people(&world).await;
    process.kill();
    for table in HUNGRY {
        let hungry = format!(
            "CREATE TRIGGER honger_{table} AFTER INSERT ON {table} WHEN abs(random()) % 4 = 0 \
             BEGIN SELECT length(hex(zeroblob(900000000 + abs(random()) % 2))); END"
        );
        world.tamper(&hungry).await.unwrap();
    }
    world.app().databases().clone().close().await.unwrap();
    let log = world.folder().join("log");
    process.log_into("warn", log.clone());
    process.start();
    memory::limit(process.id(), Some(SPARE_MB));
    let load = city.load();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut told = load.end_cut_off().await;
    let said = std::fs::read_to_string(&log).unwrap();
    assert_eq!(told.silent, 0, "so many heard nothing, of a server that ran: {said}");
    assert!(told.refused > 0 && !told.acknowledged.is_empty(), "some of it went wrong, and some did not");
    assert_eq!(city.reads().await, [200, 200], "reading goes on");
    assert!(said.contains("out of memory"), "it was refused for another reason: {said}");

    let databases = Databases::open(&world.app().settings, Purpose::Serve).await.unwrap();
    for table in HUNGRY {
        databases.writer().execute_unprepared(&format!("DROP TRIGGER honger_{table}")).await.unwrap();
    }
    databases.close().await.unwrap();
    memory::limit(process.id(), None);
    let load = city.load();
    city.back("a database without memory").await;
    told.add(load.end().await);
    check_in_place(&world, &mut process, &city, &told).await;
}

/// The same as [`check`], where the data is where it always was.
async fn check_in_place(world: &World, process: &mut Process, city: &City, told: &Told) {
    process.kill();
    process.run(&["ledger", "check"]).unwrap();
    process.start();
    city.check(told).await;
    process.kill();
    let databases = Databases::open(&world.app().settings, Purpose::Serve).await.unwrap();
    load::check_box(&databases).await;
    databases.close().await.unwrap();
}

// finding 5, O-1, D-9
#[tokio::test]
async fn a_mail_that_a_server_hangs_on_is_given_up_in_time_and_sent_when_it_works_again() {
    let server = MailServer::start(Behaviour::Hangs).await;
    let url = format!("smtp://{}", server.address);
    let (world, mut process) = World::outside_with(PROGRAM, &[("WIJKKOERS_SMTP_URL", url.as_str())]).await;
    process.kill();
    process.turn_on(TimeDelta::zero());
    process.start();
    register(&world, 3).await;
    is_given_up(&server).await;
    assert!(world.count("outbox WHERE status = 'wacht'").await > 0, "what was not sent is kept");
    server.works();
    let began = Instant::now();
    let mut minutes = 0;
    while world.count("outbox WHERE status <> 'verzonden'").await > 0 {
        assert!(began.elapsed() < Duration::from_secs(90), "mails wait for a server that works");
        // Each is tried again some minutes after it failed.
        minutes += 1;
        process.turn_on(TimeDelta::minutes(minutes));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let (sent, taken) = (world.count("outbox").await, server.taken());
    assert!(sent >= 3 && i64::try_from(taken).unwrap() == sent, "{sent} were sent, {taken} came");
    process.kill();
}

/// So many people ask for an account, and are sent a mail.
async fn register(world: &World, people: usize) {
    for number in 0..people {
        let ask = serde_json::json!({ "email": format!("gast-{number}@voorbeeld.test"), "naam": "Gast",
            "soort": "bewoner", "wachtwoord": "paarse tractor zingt luid" });
        world.bezoeker().ask("POST", "/accounts").json(&ask).send().await;
    }
}

/// Waits until a mail is given up on a server that hangs, which has thirty seconds.
async fn is_given_up(server: &MailServer) {
    let given_up = async {
        while server.waited().is_none() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), given_up).await.expect("a mail is given up");
    let waited = server.waited().unwrap();
    assert!((25..=35).contains(&waited.as_secs()), "a mail server has thirty seconds: {waited:?}");
}

// finding 5, X-9, O-1, D-9: of the one that the finding was of, nobody hears a word of TLS.
#[tokio::test]
async fn a_mail_server_that_hangs_refuses_or_drops_stops_no_vote() {
    // Two at a time: most of it is waiting.
    for pair in [
        [("hangs", "smtp", Behaviour::Hangs), ("never begins with TLS", "smtps", Behaviour::Hangs)],
        [("drops", "smtp", Behaviour::Drops), ("refuses", "smtp", Behaviour::Refuses)],
    ] {
        let [one, other] = pair.map(|(name, scheme, behaviour)| Box::pin(whole_vote(name, scheme, behaviour)));
        tokio::join!(one, other);
    }
}

/// More than ten, so that the turnout is told, and fewer than are moved to the box before the hour is over.
const VOTERS: usize = 12;

/// A vote opens, takes ballots, tells its turnout, moves its ballots to the box and is shut, while mails wait for a server in
/// trouble.
async fn whole_vote(name: &str, scheme: &str, behaviour: Behaviour) {
    let server = MailServer::start(behaviour).await;
    let url = format!("{scheme}://{}", server.address);
    let (world, mut process) = World::outside_with(PROGRAM, &[("WIJKKOERS_SMTP_URL", url.as_str())]).await;
    process.kill();
    process.turn_on(TimeDelta::zero());
    process.start();
    register(&world, 5).await;
    let began = Instant::now();
    let (vote, voter) = load::open_vote(&world, VOTERS, TimeDelta::hours(2).num_seconds()).await;
    eprintln!("a mail server that {name}: the vote opened after {:.1} s", began.elapsed().as_secs_f32());
    vote.vote_all(&voter, VOTERS, |letter| vec![letter % 2]).await;
    process.turn_on(TimeDelta::hours(1));
    happens("the turnout is told", async || voter.opkomst(vote.id).await.unwrap().minstens == 10).await;
    happens("ballots are moved", async || world.count("bus_in").await == 0).await;
    assert_eq!(world.count("bus").await, 12, "a mail server that {name}");
    process.turn_on(TimeDelta::hours(2));
    happens("the box is shut", async || voter.buurtbegroting(vote.id).await.unwrap().sluiting.is_some()).await;
    assert_eq!(voter.opkomst(vote.id).await.unwrap().minstens, 12, "a mail server that {name}");
    let (sent, all) = (world.count("outbox WHERE status = 'verzonden'").await, world.count("outbox").await);
    assert!(sent == 0 && all >= 5, "it was in trouble all the while: {sent} of {all}");
    if behaviour == Behaviour::Hangs {
        is_given_up(&server).await;
    }
    process.kill();
}

/// Waits until something that nobody does has happened; a mail server has thirty seconds, and this waits for none.
async fn happens(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    Hangs,
    Drops,
    Refuses,
    Works,
}

/// Something that takes connections as a mail server does, in trouble or not.
struct MailServer {
    address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    behaviour: Behaviour,
    /// How long the first visitor waited for a word.
    waited: Option<Duration>,
    /// How many mails it took.
    taken: usize,
}

impl MailServer {
    async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(State { behaviour, waited: None, taken: 0 }));
        let own = Arc::clone(&state);
        // Of one that refuses nobody listens.
        if behaviour != Behaviour::Refuses {
            tokio::spawn(async move {
                while let Ok((visitor, _)) = listener.accept().await {
                    tokio::spawn(attend(visitor, Arc::clone(&own)));
                }
            });
        }
        Self { address, state }
    }

    fn works(&self) {
        self.state.lock().unwrap().behaviour = Behaviour::Works;
    }

    fn waited(&self) -> Option<Duration> {
        self.state.lock().unwrap().waited
    }

    fn taken(&self) -> usize {
        self.state.lock().unwrap().taken
    }
}

async fn attend(mut visitor: TcpStream, state: Arc<Mutex<State>>) {
    let behaviour = state.lock().unwrap().behaviour;
    match behaviour {
        Behaviour::Drops | Behaviour::Refuses => {}
        Behaviour::Hangs => {
            let (began, mut heard) = (Instant::now(), Vec::new());
            visitor.read_to_end(&mut heard).await.ok();
            state.lock().unwrap().waited.get_or_insert(began.elapsed());
        }
        Behaviour::Works => {
            take_mails(visitor, &state).await.ok();
        }
    }
}

/// As much of SMTP as it takes.
async fn take_mails(visitor: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let (asks, mut answers) = visitor.into_split();
    let mut lines = BufReader::new(asks).lines();
    let mut is_mail = false;
    answers.write_all(b"220 mail.test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer = match (is_mail, line.as_str()) {
            (true, ".") => {
                is_mail = false;
                state.lock().unwrap().taken += 1;
                "250 taken\r\n"
            }
            (true, _) => continue,
            (false, "DATA") => {
                is_mail = true;
                "354 go on\r\n"
            }
            (false, "QUIT") => "221 bye\r\n",
            (false, _) => "250 mail.test\r\n",
        };
        answers.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
