//! Backups made while people go on, of which some are killed, and so is the server: one that is whole says so and holds
//! all that was acknowledged before it began; one that is not is refused (X-13; E-4).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test throughout: what is not as expected must fail"
)]

use contract::opgave::CreateOpgave;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tests::{Person, Process, THEMA, World, runs};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wijkkoers-under-test");
/// At every change; a night has more.
const ROUNDS: usize = 2;

/// Somebody of a wijkteam who notes one opgave after the other.
struct Busy {
    wijkteam: Person,
    acknowledged: AtomicUsize,
    tried: AtomicUsize,
    stopping: AtomicBool,
}

impl Busy {
    async fn go_on(self: Arc<Self>) {
        while !self.stopping.load(Ordering::SeqCst) {
            let number = self.tried.fetch_add(1, Ordering::SeqCst);
            let request = CreateOpgave {
                gebied: "W2".into(),
                titel: format!("Opgave {number}").as_str().into(),
                tekst: "Bewoners missen schaduw en plaatsen om te zitten.".into(),
                thema: THEMA.into(),
            };
            let ask = self.wijkteam.ask("POST", "/opgaven").key(&self.wijkteam.key()).json(&request);
            if ask.try_send().await.is_some_and(|heard| heard.status == 201) {
                self.acknowledged.fetch_add(1, Ordering::SeqCst);
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Waits until so many more were noted.
    async fn note(&self, more: usize) {
        let wanted = self.acknowledged.load(Ordering::SeqCst) + more;
        let noted = async {
            while self.acknowledged.load(Ordering::SeqCst) < wanted {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), noted).await.expect("people go on");
    }
}

/// How many opgaven a backup says it holds.
fn opgaven(folder: &Path) -> usize {
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let counts = manifest["counts"].as_array().unwrap();
    let own = counts.iter().find(|count| count[0] == "opgave").unwrap();
    usize::try_from(own[1].as_u64().unwrap()).unwrap()
}

/// A backup that is killed after so long: one that came to its end is whole, one without a list of what it holds is refused.
async fn broken_off(process: &Process, folder: &Path, after: Duration) {
    let mut backup = process.begin(&["backup", folder.to_str().unwrap()]);
    tokio::time::sleep(after).await;
    backup.kill().unwrap();
    let is_whole = backup.wait().unwrap().success();
    let outcome = process.run(&["restore", "--check", folder.to_str().unwrap()]);
    if is_whole || !folder.join("manifest.json").exists() {
        assert_eq!(outcome.is_ok(), is_whole, "{outcome:?}");
    }
}

//
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x13_a_backup_is_whole_or_refused_whatever_is_killed_meanwhile() {
    // PostgreSQL has its own tools.
    if tests::on_postgres() {
        return;
    }
    let rounds = runs::times(runs::BACKUPS, ROUNDS);
    let (world, mut process) = World::outside(PROGRAM).await;
    let busy = Arc::new(Busy {
        wijkteam: world.wijkteam("W2").await,
        acknowledged: AtomicUsize::new(0),
        tried: AtomicUsize::new(0),
        stopping: AtomicBool::new(false),
    });
    world.app().databases().clone().close().await.unwrap();
    let people = tokio::spawn(Arc::clone(&busy).go_on());
    for round in 0..rounds {
        busy.note(5).await;
        let folder = |what: &str| world.folder().join(format!("{what}-{round}"));
        let after = Duration::from_millis(u64::try_from(round * 12).unwrap());
        broken_off(&process, &folder("afgebroken"), after).await;

        // The server is killed while a backup is made; the backup goes on.
        let whole = folder("heel");
        let before = busy.acknowledged.load(Ordering::SeqCst);
        let mut backup = process.begin(&["backup", whole.to_str().unwrap()]);
        tokio::time::sleep(after).await;
        process.kill();
        assert!(backup.wait().unwrap().success(), "round {round}: the backup was made");
        let tried = busy.tried.load(Ordering::SeqCst);
        process.run(&["restore", "--check", whole.to_str().unwrap()]).unwrap();
        let held = opgaven(&whole);
        assert!((before..=tried).contains(&held), "round {round}: {held} of {before} acknowledged, {tried} tried");
        process.run(&["ledger", "check"]).unwrap();
        process.start();
    }
    busy.stopping.store(true, Ordering::SeqCst);
    people.await.unwrap();
    let acknowledged = busy.acknowledged.load(Ordering::SeqCst);
    eprintln!("X-13: {rounds} backups, {acknowledged} opgaven noted meanwhile");
    process.kill();
}
