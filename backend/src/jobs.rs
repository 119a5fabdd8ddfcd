//! What runs beside requests: sending mail, driving votes, forgetting what is old. Each is a task of its own with a deadline
//! of its own, so that none can hold up another (SECURITY-RULES D-9): no mail server stops a vote. Every job is safe to run
//! twice, and to be cut off.

use crate::app::App;
use crate::buurtbegroting;
use crate::error::Error;
use crate::foto;
use crate::health;
use crate::http::Shared;
use crate::ingreep;
use crate::initiatief;
use crate::mail::{Mailer, deliver};
use crate::retention;
use crate::stembus;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often a job runs, and how long it may take.
#[derive(Debug, Clone, Copy)]
struct Pace {
    name: &'static str,
    every: Duration,
    longest: Duration,
}

const PROBE: Pace = pace("probe", 5, 15);
/// A mail has a deadline of its own; this one is for all that wait.
const MAIL: Pace = pace("mail", 1, 600);
const OPEN_VOTES: Pace = pace("opening votes", 2, 60);
/// Shutting a large box takes as long as it takes.
const BOXES: Pace = pace("ballot boxes", 2, 3_600);
/// The wijkteam has days to look; nobody waits for the minute.
const FIRST_LOOKS: Pace = pace("first looks", 60, 120);
/// Parts of keys that wait for another do not wait long.
const PARTS: Pace = pace("parts of keys", 20, 60);
const CLEAN: Pace = pace("cleaning", 3_600, 600);

const fn pace(name: &'static str, every: u64, longest: u64) -> Pace {
    Pace { name, every: Duration::from_secs(every), longest: Duration::from_secs(longest) }
}

/// Runs until `stop` says so; the mail in hand is finished first.
pub async fn run(shared: Arc<Shared>, mailer: Mailer, stop: watch::Receiver<bool>) {
    let mut jobs = JoinSet::new();
    let mailer = Arc::new(mailer);
    let own = Arc::clone(&shared);
    jobs.spawn(keep_on(PROBE, stop.clone(), move || {
        let shared = Arc::clone(&own);
        async move {
            health::probe(&shared.app, &shared.health).await;
            Ok(())
        }
    }));
    let app = Arc::clone(&shared.app);
    jobs.spawn(keep_on(MAIL, stop.clone(), move || {
        let (app, mailer) = (Arc::clone(&app), Arc::clone(&mailer));
        async move { deliver(&app, &mailer).await.map(|_sent| ()) }
    }));
    let app = Arc::clone(&shared.app);
    jobs.spawn(keep_on(OPEN_VOTES, stop.clone(), move || {
        let app = Arc::clone(&app);
        async move {
            app.open_votes.sweep();
            buurtbegroting::open_due(&app).await
        }
    }));
    let app = Arc::clone(&shared.app);
    jobs.spawn(keep_on(BOXES, stop.clone(), move || {
        let app = Arc::clone(&app);
        async move { stembus::work(&app).await }
    }));
    let app = Arc::clone(&shared.app);
    jobs.spawn(keep_on(FIRST_LOOKS, stop.clone(), move || {
        let app = Arc::clone(&app);
        async move { initiatief::release_due(&app).await }
    }));
    let app = Arc::clone(&shared.app);
    jobs.spawn(keep_on(PARTS, stop.clone(), move || {
        let app = Arc::clone(&app);
        async move { stembus::forget_late_parts(&app).await }
    }));
    jobs.spawn(keep_on(CLEAN, stop, move || {
        let shared = Arc::clone(&shared);
        async move {
            shared.throttle.forget();
            forget_old(&shared.app).await
        }
    }));
    while jobs.join_next().await.is_some() {}
}

/// Does a job again and again. What failed, took too long or broke off is tried again at the next turn.
async fn keep_on<F>(pace: Pace, mut stop: watch::Receiver<bool>, job: impl Fn() -> F + Send)
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut turns = tokio::time::interval(pace.every);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = turns.tick() => {}
        }
        if let Err(why) = one_turn(job(), pace.longest).await {
            tracing::warn!(why, job = pace.name, "a job waits for its next turn");
        }
    }
}

/// One turn, in a task of its own, so that a panic ends this turn and no more.
async fn one_turn(
    work: impl Future<Output = Result<(), Error>> + Send + 'static,
    longest: Duration,
) -> Result<(), String> {
    let mut turn = tokio::spawn(work);
    match tokio::time::timeout(longest, &mut turn).await {
        Ok(Ok(done)) => done.map_err(|error| error.to_string()),
        Ok(Err(broken)) => Err(broken.to_string()),
        Err(_elapsed) => {
            turn.abort();
            Err("it took too long and was cut off".to_owned())
        }
    }
}

/// Dates drive a buurtbegroting, also while nobody is there.
///
/// # Errors
/// When the database is away.
pub async fn drive_votes(app: &App) -> Result<(), Error> {
    buurtbegroting::open_due(app).await?;
    stembus::forget_late_parts(app).await?;
    stembus::work(app).await
}

/// Takes away what was kept long enough (SECURITY-RULES D-6, G-1): first all of it is listed, then it goes. A kind that cannot
/// go now does not keep the others.
///
/// # Errors
/// When a kind could not go.
pub async fn forget_old(app: &App) -> Result<(), Error> {
    let mut done = ingreep::forget_old(app).await;
    done = forget_photos(app).await.and(done);
    let due: Vec<retention::Due> = retention::list(app).await?.into_iter().filter(|due| due.rows > 0).collect();
    for retention::Due { term, rows } in &due {
        tracing::info!(kind = term.name, rows, "was kept long enough");
    }
    for due in due {
        done = forget_kind(app, &due).await.and(done);
    }
    // Their files go last, when nothing names them any more.
    foto::remove_files(app).await.and(done)
}

async fn forget_kind(app: &App, due: &retention::Due) -> Result<(), Error> {
    let gone = retention::forget(app, due.term).await?;
    tracing::info!(kind = due.term.name, gone, "was removed");
    Ok(())
}

/// Photos that belong to nothing.
async fn forget_photos(app: &App) -> Result<(), Error> {
    let tx = app.begin().await?;
    foto::forget_rows(&tx, app).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    // finding 5, D-9
    #[tokio::test]
    async fn a_job_that_hangs_fails_or_breaks_off_is_cut_off_and_done_again() {
        let turns = Arc::new(AtomicU32::new(0));
        let (stop, stopped) = watch::channel(false);
        let own = Arc::clone(&turns);
        let short = Duration::from_millis(5);
        let jobs =
            tokio::spawn(keep_on(Pace { name: "test", every: short, longest: short * 10 }, stopped, move || {
                let turn = own.fetch_add(1, Ordering::SeqCst);
                async move {
                    match turn {
                        0 => std::future::pending().await,
                        1 => panic!("a mistake of ours"),
                        2 => Err(Error::Busy),
                        _ => Ok(()),
                    }
                }
            }));
        while turns.load(Ordering::SeqCst) < 5 {
            tokio::time::sleep(short).await;
        }
        stop.send_replace(true);
        jobs.await.unwrap();
    }
}
