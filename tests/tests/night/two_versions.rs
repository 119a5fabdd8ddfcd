//! The release before and this one on one database, while people go on (X-15; P0-2, E-2).

use crate::load::{Load, PAGES, PAGES_AND_READY, Town, failures};
use crate::small_vote::SmallVote;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tests::production::Deployment;
use tests::runs;

/// How long each phase takes.
const PHASE: Duration = Duration::from_secs(10);

//
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x15_the_release_before_goes_on_with_the_new_schema_and_can_come_back() {
    let before = PathBuf::from(runs::told(runs::PREVIOUS).expect("WIJKKOERS_TEST_PREVIOUS names the release before"));
    let now = Path::new(env!("CARGO_BIN_EXE_wijkkoers-under-test"));
    let deployment = Deployment::of(&before).await;
    let (mut old, mut new) = (deployment.server(&before), deployment.server(now));
    old.start().await;
    let town = Town::at(old.address(), PAGES_AND_READY, 0).await;
    let load = Load::begin(&town, &deployment).await;
    let phase = async || tokio::time::sleep(PHASE).await;
    // Who asked just before is answered before the server hears that it must stop, as behind a proxy.
    let settle = async || tokio::time::sleep(Duration::from_secs(2)).await;

    phase().await;
    // People go on while the schema changes under the release before.
    tokio::task::block_in_place(|| deployment.run(now, &["migrate"])).unwrap();
    phase().await;
    new.start().await;
    town.go_to(&[old.address(), new.address()]);
    phase().await;
    town.go_to(&[new.address()]);
    settle().await;
    old.stop().await;
    phase().await;
    // And back: the database does not go with it.
    old.start().await;
    town.go_to(&[old.address(), new.address()]);
    phase().await;
    town.go_to(&[old.address()]);
    settle().await;
    new.stop().await;
    phase().await;

    let seen = load.end(&deployment).await;
    let failed = failures(&seen);
    assert!(failed.is_empty(), "of {} requests: {failed:?}", seen.len());
    for program in [now, before.as_path()] {
        deployment.run(program, &["ledger", "check"]).unwrap();
    }
    eprintln!("X-15: {} requests, none failed", seen.len());
    old.stop().await;
    deployment.remove();
}

// X-15, findings 2 and 3: "rounds of before" of stemmen.md
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x15_in_a_round_of_before_the_proofs_both_releases_take_ballots_and_this_one_counts_them() {
    let before =
        PathBuf::from(runs::told(runs::WITHOUT_PROOFS).expect("WIJKKOERS_TEST_WITHOUT_PROOFS names a release"));
    let now = Path::new(env!("CARGO_BIN_EXE_wijkkoers-under-test"));
    // The release before makes and opens the round, and the letters.
    let deployment = Deployment::of(&before).await;
    // It looked for its list of migrations by making it: whoever ran it had to allow that.
    deployment.order("GRANT CREATE ON SCHEMA public TO wijkkoers_app").await;
    let mut old = deployment.server(&before);
    old.start().await;
    deployment.order("REVOKE CREATE ON SCHEMA public FROM wijkkoers_app").await;
    let town = Town::at(old.address(), PAGES, 0).await;
    let mut vote = SmallVote::open(&old.address()).await;
    vote.vote(&old.address(), 0).await;
    tokio::task::block_in_place(|| deployment.run(now, &["migrate"])).unwrap();
    assert_eq!(deployment.count("rondevorm").await, 0, "no round has the form of now");
    let load = Load::begin(&town, &deployment).await;
    tokio::time::sleep(PHASE).await;
    let mut new = deployment.server(now);
    new.start().await;
    town.go_to(&[old.address(), new.address()]);
    for address in [new.address(), old.address(), new.address()] {
        vote.vote(&address, 0).await;
        vote.vote(&address, 1).await;
    }
    tokio::time::sleep(PHASE * 2).await;
    town.go_to(&[new.address()]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    old.stop().await;
    tokio::time::sleep(PHASE).await;

    let seen = load.end(&deployment).await;
    let failed = failures(&seen);
    assert!(failed.is_empty(), "of {} requests: {failed:?}", seen.len());
    // Seven voted, four of them for the first plan. What the release before opened is shut and counted by this one.
    assert_eq!(vote.count(&new.address()).await, [0]);
    let kept = format!("stem WHERE CAST(ronde AS TEXT) = '{}'", vote.id());
    assert_eq!(deployment.count(&kept).await, 7, "each ballot was counted once");
    deployment.run(now, &["ledger", "check"]).unwrap();
    eprintln!("X-15: {} requests to a release without proofs and this one, none failed", seen.len());
    new.stop().await;
    deployment.remove();
}
