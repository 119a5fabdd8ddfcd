//! X-9 on PostgreSQL: its disk fills and frees, a flush fails, it freezes, is killed, turns read-only, and waits for a standby
//! that is not there, and the way to it goes dead – all in the middle of casts, fiats, spendings, logins and photos. On SQLite see
//! `io_faults.rs`.
#![expect(clippy::unwrap_used, reason = "a test throughout: what is not as expected must fail")]

mod load;

use load::{City, Deed, Told};
use std::time::{Duration, Instant};
use tests::disk::DiskFaults;
use tests::runs;
use tests::server::Server;
use tests::way::Way;
use tests::{Process, World};
use tokio::task::JoinSet;

const PROGRAM: &str = env!("CARGO_BIN_EXE_wijkkoers-under-test");
/// Few, so that all of them are in use.
const CONNECTIONS: u32 = 6;
/// Since when the database runs: it begins anew after it broke down.
const STARTED: &str = "SELECT backend_start::text FROM pg_stat_activity WHERE backend_type = 'checkpointer'";

async fn city(server: &Server) -> (World, Process, City) {
    let (world, process) = World::outside_on(PROGRAM, server).await;
    let city = load::people(&world).await;
    (world, process, city)
}

async fn check(world: &World, process: &mut Process, city: &City, told: &Told) {
    process.kill();
    process.run(&["ledger", "check"]).unwrap();
    process.start();
    city.check(told).await;
    load::check_box(world.app().databases()).await;
}

// X-9, P-1, E-3, D-8; P1-5
#[tokio::test]
async fn a_database_that_fills_dies_or_turns_read_only_loses_nothing_that_was_acknowledged() {
    if !tests::on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder.path().join("schijf"), 160).await;
    let (world, mut process, city) = city(&server).await;
    let mut told = Told::default();

    // a night has more.
    for _kill in 0..runs::times(runs::DATABASE_KILLS, 1) {
        let load = city.load();
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.kill();
        assert!(!city.casts().await, "nothing is taken while the database is gone");
        server.run().await;
        city.back("a database that was killed").await;
        told.add(load.end().await);
    }

    let load = city.load();
    server.ask("ALTER SYSTEM SET default_transaction_read_only = on").await;
    server.ask("SELECT pg_reload_conf()::text").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!city.casts().await, "nothing is taken by a database that only reads");
    assert_eq!(city.reads().await, [200, 200], "reading goes on");
    server.ask("ALTER SYSTEM RESET default_transaction_read_only").await;
    server.ask("SELECT pg_reload_conf()::text").await;
    city.back("a database that only read").await;
    told.add(load.end().await);

    let load = city.load();
    let started = server.ask(STARTED).await;
    server.disk.fill();
    let began = Instant::now();
    while city.casts().await {
        assert!(began.elapsed() < Duration::from_secs(30), "on a full disk nothing more is taken");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut reads = Vec::new();
    let mut refused = 0;
    for _ in 0..5 {
        // What it made room of itself is taken as well. It may make more, of a log that it is done with: a ballot that
        // fits there is kept.
        server.disk.fill();
        refused += usize::from(!city.casts().await);
        reads.extend(city.reads().await);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(refused > 0, "what cannot be kept is not taken");
    // Of a database that ended for want of room nobody reads either: they are told so, and wait for nothing.
    let has_stayed = server.answers().await && server.ask(STARTED).await == started;
    let expected: &[u16] = if has_stayed { &[200] } else { &[200, 503] };
    assert!(reads.iter().all(|status| expected.contains(status)), "reading goes on: {reads:?}");
    server.disk.free();
    tokio::time::sleep(Duration::from_millis(500)).await;
    if server.has_ended() {
        // It could not even recover without room: whoever looks after it starts it again.
        server.run().await;
    }
    city.back("a database without room").await;
    let without_room = load.end().await;
    assert!(without_room.refused > 0, "the disk was full, and somebody was told so");
    told.add(without_room);
    check(&world, &mut process, &city, &told).await;
}

// X-9, P-1, D-7, D-8: PostgreSQL breaks down on a log that it cannot flush, and what it was asked to keep is no yes. (When flushes
// go on failing while it recovers, PostgreSQL 18 waits for ever for the process that died of it: docs/beheer.md.)
#[tokio::test]
async fn a_flush_of_the_database_that_fails_is_no_yes() {
    if !tests::on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // What it leaves behind of itself when it breaks down is on the disk as well.
    let mut server = Server::start(&folder.path().join("schijf"), 320).await;
    let faults = DiskFaults::new(folder.path());
    server.run_on(&faults).await;
    let (world, mut process, city) = city(&server).await;
    let started = server.ask(STARTED).await;
    let load = city.load();
    tokio::time::sleep(Duration::from_millis(500)).await;
    faults.begin("one");
    let began = Instant::now();
    while server.tells(STARTED).await.is_ok_and(|now| now == started) || !server.answers().await {
        assert!(began.elapsed() < Duration::from_secs(30), "it breaks down on a flush that failed, and comes back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    city.back("a database of which a flush failed").await;
    let told = load.end().await;
    assert!(told.refused > 0, "somebody was asked to come back");
    check(&world, &mut process, &city, &told).await;
}

// finding 17, P1-6, X-9, D-9
#[tokio::test]
async fn a_database_that_hangs_keeps_nobody_waiting_for_ever() {
    if !tests::on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("schijf"), 160).await;
    let (world, mut process, city) = city(&server).await;
    let load = city.load();
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.signal("STOP");
    let began = Instant::now();
    let (cast, reads) = tokio::join!(city.cast(0), city.reads());
    let waited = began.elapsed();
    let cast = cast.unwrap();
    assert_eq!((cast.status, cast.header("retry-after").is_some()), (503, true), "{}", cast.text());
    assert_eq!(reads[1], 503);
    assert!(waited < Duration::from_secs(32), "two reads and a ballot, fifteen seconds each at most: {waited:?}");
    city.health_becomes([503, 503]).await;
    server.signal("CONT");
    city.back("a database that hung").await;
    city.health_becomes([200, 200]).await;
    let told = load.end().await;
    assert!(told.refused > 0);
    check(&world, &mut process, &city, &told).await;
}

// D-9: nobody hangs up, so nobody hears that a way is dead. Everybody who reads gives up, and so does what goes on after they
// have left: none of it keeps a connection from those who come when there is a way again.
#[tokio::test]
async fn a_way_to_the_database_that_goes_dead_without_a_word_is_given_up() {
    if !tests::on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("schijf"), 160).await;
    let (world, mut process) = World::outside_on(PROGRAM, &server).await;
    process.kill();
    let way = Way::to(server.port());
    process.reach_database_by(server.port(), way.port());
    process.set("WIJKKOERS_DATABASE_CONNECTIONS", CONNECTIONS.to_string());
    process.start();
    let city = load::people(&world).await;
    let load = city.load();
    // Every connection is in the middle of something when it happens.
    let mut crowd = JoinSet::new();
    for _ in 0..4 * CONNECTIONS {
        let reader = world.bezoeker();
        crowd.spawn(async move {
            let mut heard = Vec::new();
            while heard.last() != Some(&503) {
                let list = reader.ask("GET", "/initiatieven").try_send().await.unwrap();
                assert!(list.status == 200 || list.header("retry-after").is_some(), "{}", list.outcome());
                heard.push(list.status);
            }
            heard
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    way.cut();
    let began = Instant::now();
    while let Some(heard) = crowd.join_next().await {
        assert!(heard.unwrap().iter().all(|status| [200, 503].contains(status)));
    }
    assert!(began.elapsed() < Duration::from_secs(32), "each waits fifteen seconds at most: {:?}", began.elapsed());
    city.health_becomes([503, 503]).await;
    way.mend();
    let began = Instant::now();
    while city.reads().await != [200, 200] {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody can read, though there is a way");
    }
    eprintln!("a way that went dead: reading again after {:.1} s", began.elapsed().as_secs_f32());
    city.back("a way that went dead").await;
    city.health_becomes([200, 200]).await;
    let told = load.end().await;
    assert!(told.refused > 0);
    check(&world, &mut process, &city, &told).await;
}

/// Who waits at this moment until a standby has what they committed.
const WAITING: &str = "SELECT pid::text FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

/// From here on every commit waits for a standby that is not there.
async fn miss_a_standby(server: &Server) {
    server.ask("ALTER SYSTEM SET synchronous_standby_names = 'niemand'").await;
    server.ask("SELECT pg_reload_conf()::text").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
}

/// No standby is asked for any more: what waited is stored, also for who has left.
async fn do_without_a_standby(server: &Server) {
    server.ask("ALTER SYSTEM RESET synchronous_standby_names").await;
    server.ask("SELECT pg_reload_conf()::text").await;
}

// P1-6, P-1, D-7, D-9: PostgreSQL itself never gives up a COMMIT that waits for its standby, whatever its time-outs. Whoever
// asked is told in their fifteen seconds that nobody knows, and to come back.
#[tokio::test]
async fn a_commit_that_waits_for_a_standby_is_given_up_in_time_and_is_no_yes() {
    if !tests::on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("schijf"), 160).await;
    let (world, mut process, city) = city(&server).await;
    miss_a_standby(&server).await;
    let deeds = [Deed::Cast(7), Deed::Fiat(0), Deed::Spend(99_999), Deed::LogIn(1), Deed::Photo(0)];
    let (began, mut asked) = (Instant::now(), JoinSet::new());
    for deed in deeds {
        let own = city.clone();
        asked.spawn(async move { (deed, own.send(deed).await) });
    }
    while server.ask(WAITING).await.len() < 3 {
        assert!(began.elapsed() < Duration::from_secs(10), "nobody waits for the standby");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while !asked.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(19), "so many still wait, beyond their time: {}", asked.len());
        assert_eq!(city.reads().await, [200, 200], "reading goes on");
        assert_eq!(city.looks(8).await.map(|heard| heard.status), [200, 200], "and so does looking at a code");
        while let Some(done) = asked.try_join_next() {
            let (deed, heard) = done.unwrap();
            let heard = heard.expect("whoever asked is answered");
            assert_eq!(heard.status, 503, "{deed:?}: {}", heard.text());
            load::expect_asked_back(deed, &heard);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(began.elapsed() > Duration::from_secs(10), "somebody waited for the standby: {:?}", began.elapsed());
    assert!(server.ask(WAITING).await.len() >= 3, "and the database still does");
    do_without_a_standby(&server).await;
    city.back("a standby that is not there").await;

    // What was done or not while nobody knew is done now, once.
    let mut told = Told::default();
    for deed in deeds {
        let heard = city.send(deed).await.expect("a server that runs");
        let is_decided = matches!(deed, Deed::Fiat(_)) && [409, 412].contains(&heard.status);
        assert!(heard.status < 300 || is_decided, "{deed:?}: {} {}", heard.status, heard.text());
        told.acknowledged.insert(deed, load::said(deed, &heard));
    }
    check(&world, &mut process, &city, &told).await;
}

// P1-7, P-1, D-7
#[tokio::test]
async fn a_commit_whose_wait_for_the_standby_was_cancelled_is_no_yes() {
    if !tests::on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("schijf"), 160).await;
    let (_world, _process, city) = city(&server).await;
    miss_a_standby(&server).await;
    let own = city.clone();
    let cast = tokio::spawn(async move { own.cast(7).await.unwrap() });
    // Whoever else waits is cancelled as well: what the server writes beside votes is no yes either.
    while !cast.is_finished() {
        server
            .ask(&format!("SELECT pg_cancel_backend(pid)::text FROM ({WAITING}) w(p), LATERAL (SELECT p::int) c(pid)"))
            .await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let heard = cast.await.unwrap();
    assert_eq!((heard.status, heard.header("retry-after").is_some()), (503, true), "{}", heard.text());
    do_without_a_standby(&server).await;
    city.back("a standby that was missed").await;
    assert_eq!(city.cast(7).await.unwrap().status, 200, "asked again, the answer is certain");
}
