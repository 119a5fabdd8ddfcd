//! the disk fills and frees, flushes fail, the database file goes away, the store of secrets does, the mail server
//! hangs – all in the middle of casts, fiats, spendings, logins and photos. What was acknowledged is there once, what was
//! not is there once or not at all, reading goes on where it can, and the server is back unaided (P-1, P-2, D-8, E-3).
//!
//! On PostgreSQL the same with the server of the database, in `postgres_faults.rs`; a disk of our own is for SQLite alone.
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

mod load;

use load::{City, Told};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tests::disk::{Disk, DiskFaults};
use tests::{Process, World};
use tokio::io::AsyncReadExt as _;
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
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(!city.casts().await, "turn {turn}: nothing is taken that cannot be kept");
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
    told.add(load.end().await);
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

// finding 22, X-9, E-3
#[tokio::test]
async fn without_the_store_of_secrets_voters_are_asked_to_come_back() {
    let (world, mut process, city) = open_city().await;
    process.kill();
    let (there, away) = (world.folder().join("stemgeheimen"), world.folder().join("weg"));
    std::fs::rename(&there, &away).unwrap();
    process.start();
    for _ in 0..2 {
        let heard = city.cast(0).await.unwrap();
        assert_eq!((heard.status, heard.header("retry-after").is_some()), (503, true), "{}", heard.text());
    }
    assert_eq!(city.reads().await, [200, 200]);
    // What the server made in its place is empty.
    std::fs::remove_dir_all(&there).ok();
    std::fs::rename(&away, &there).unwrap();
    city.back("the store of secrets").await;
}

// D-9, X-9: as a disk of another machine that takes the question and never answers. The place is given up before the request is.
#[tokio::test]
async fn a_store_of_secrets_that_hangs_is_given_up_and_voters_are_asked_to_come_back() {
    let (world, mut process, city) = open_city().await;
    process.kill();
    let mut files = std::fs::read_dir(world.folder().join("stemgeheimen")).unwrap().map(|entry| entry.unwrap().path());
    let is_secret = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "geheim");
    let secret = files.find(is_secret).unwrap();
    let kept = std::fs::read(&secret).unwrap();
    std::fs::remove_file(&secret).unwrap();
    // Whoever opens it to read waits for somebody who writes.
    assert!(std::process::Command::new("mkfifo").arg(&secret).status().unwrap().success());
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
}

// finding 5, X-9, O-1, D-9
#[tokio::test]
async fn a_mail_server_that_hangs_refuses_or_drops_stops_no_vote() {
    for (name, behaviour) in [("hangs", Behaviour::Hangs), ("drops", Behaviour::Drops), ("refuses", Behaviour::Refuses)]
    {
        let server = MailServer::start(behaviour).await;
        let url = format!("smtp://{}", server.address);
        let (world, mut process) = World::outside_with(PROGRAM, &[("WIJKKOERS_SMTP_URL", url.as_str())]).await;
        for number in 0..5 {
            let ask = serde_json::json!({ "email": format!("gast-{number}@voorbeeld.test"), "naam": "Gast",
                "soort": "bewoner", "wachtwoord": "paarse tractor zingt luid" });
            world.bezoeker().ask("POST", "/accounts").json(&ask).send().await;
        }
        let began = Instant::now();
        let (vote, voter) = load::open_vote(&world, 3, 40).await;
        eprintln!("a mail server that {name}: the vote opened after {:.1} s", began.elapsed().as_secs_f32());
        vote.vote(&voter, 0, tests::proof_of(0), &[0]).await.unwrap();
        process.kill();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    Hangs,
    Drops,
    Refuses,
}

/// Something that takes connections as a mail server in trouble does.
struct MailServer {
    address: String,
}

impl MailServer {
    async fn start(behaviour: Behaviour) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        if behaviour == Behaviour::Refuses {
            return Self { address };
        }
        tokio::spawn(async move {
            while let Ok((mut visitor, _)) = listener.accept().await {
                if behaviour == Behaviour::Hangs {
                    tokio::spawn(async move {
                        let mut heard = Vec::new();
                        visitor.read_to_end(&mut heard).await.map(|_| heard)
                    });
                }
            }
        });
        Self { address }
    }
}
