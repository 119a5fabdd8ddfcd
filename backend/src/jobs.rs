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
use crate::mail::{Mailer, deliver_until};
use crate::retention;
use crate::stembus;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use uuid::Uuid;

/// How often a job runs, and how long it may take.
#[derive(Debug, Clone, Copy)]
struct Pace {
    name: &'static str,
    every: Duration,
    longest: Duration,
    /// How long a turn that is under way may take once the server stops.
    last: Duration,
}

const PROBE: Pace = pace("probe", 5, 15);
/// A mail has a deadline of its own; this one is for all that wait.
const MAIL: Pace = pace("mail", 1, 600);
const OPEN_VOTES: Pace = pace("opening votes", 2, 60);
/// Only finding out which boxes there is something to do at; what is done has a deadline of its own.
const BOXES: Pace = pace("ballot boxes", 2, 60);
/// Shutting a large box takes as long as it takes.
const BOX_TIME: Duration = Duration::from_secs(3_600);
/// So long one that is being worked on is waited for when the server stops; what is not done then is begun again.
const LAST_TURN: Duration = Duration::from_secs(5);
/// The same for every other job. All together they end within half a minute (docs/beheer.md).
const LAST_JOB: Duration = Duration::from_secs(25);
/// The wijkteam has days to look; nobody waits for the minute.
const FIRST_LOOKS: Pace = pace("first looks", 60, 120);
/// Parts of keys that wait for another do not wait long.
const PARTS: Pace = pace("parts of keys", 20, 60);
const CLEAN: Pace = pace("cleaning", 3_600, 600);

const fn pace(name: &'static str, every: u64, longest: u64) -> Pace {
    Pace { name, every: Duration::from_secs(every), longest: Duration::from_secs(longest), last: LAST_JOB }
}

/// Runs until `stop` says so; the mail in hand is finished first, and a box that is nearly done as well. Nothing is waited for
/// longer than half a minute.
pub async fn run(shared: Arc<Shared>, mailer: Mailer, stop: watch::Receiver<bool>) {
    let mut jobs = JoinSet::new();
    let (mailer, boxes) = (Arc::new(mailer), Arc::new(Apart::default()));
    let app = &shared.app;
    let own = Arc::clone(&shared);
    start(&mut jobs, PROBE, &stop, app, move |app| {
        let shared = Arc::clone(&own);
        async move {
            health::probe(&app, &shared.health).await;
            Ok(())
        }
    });
    let stopped = stop.clone();
    start(&mut jobs, MAIL, &stop, app, move |app| {
        let (mailer, stopped) = (Arc::clone(&mailer), stopped.clone());
        async move { deliver_until(&app, &mailer, &stopped).await.map(|_sent| ()) }
    });
    start(&mut jobs, OPEN_VOTES, &stop, app, |app| async move {
        app.open_votes.sweep();
        buurtbegroting::open_due(&app).await
    });
    let own = Arc::clone(&boxes);
    start(&mut jobs, BOXES, &stop, app, move |app| {
        let boxes = Arc::clone(&own);
        async move { begin_boxes(&app, &boxes).await }
    });
    start(&mut jobs, FIRST_LOOKS, &stop, app, |app| async move { initiatief::release_due(&app).await });
    start(&mut jobs, PARTS, &stop, app, |app| async move { stembus::forget_late_parts(&app).await });
    let own = Arc::clone(&shared);
    start(&mut jobs, CLEAN, &stop, app, move |app| {
        let shared = Arc::clone(&own);
        async move {
            shared.throttle.forget();
            forget_old(&app).await
        }
    });
    while jobs.join_next().await.is_some() {}
    boxes.end(LAST_TURN).await;
}

fn start<F>(
    jobs: &mut JoinSet<()>,
    pace: Pace,
    stop: &watch::Receiver<bool>,
    app: &Arc<App>,
    job: impl Fn(Arc<App>) -> F + Send + 'static,
) where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let app = Arc::clone(app);
    jobs.spawn(keep_on(pace, stop.clone(), move || job(Arc::clone(&app))));
}

/// Begins with every box that takes ballots or waits to be shut, and that nobody is at: one that takes long keeps none of the
/// others from being shut, and not from being looked at again either.
async fn begin_boxes(app: &Arc<App>, boxes: &Apart) -> Result<(), Error> {
    for round in stembus::list_boxes(app).await? {
        let app = Arc::clone(app);
        boxes.begin(round.id.0, BOX_TIME, || async move {
            stembus::work_on(&app, &round).await;
            Ok(())
        });
    }
    Ok(())
}

/// What is done beside each other, one of a name at a time; each with a deadline of its own.
#[derive(Debug, Default)]
struct Apart(Mutex<BTreeMap<Uuid, JoinHandle<()>>>);

impl Apart {
    /// Begins, if nobody is at it.
    fn begin<F>(&self, name: Uuid, longest: Duration, work: impl FnOnce() -> F)
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.retain(|_name, task| !task.is_finished());
        if under_way.contains_key(&name) {
            return;
        }
        let work = work();
        let task = tokio::spawn(async move {
            if let Err(why) = one_turn(work, longest).await {
                tracing::warn!(why, %name, "it is begun again at the next turn");
            }
        });
        under_way.insert(name, task);
    }

    /// Waits until all that was begun is over, for so long: what is not done then is begun again by whoever starts next.
    async fn end(&self, longest: Duration) {
        let mut all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if timeout(longest, futures_util::future::join_all(all.values_mut())).await.is_err() {
            tracing::warn!("a box that was being worked on is left as it is");
            all.values().for_each(JoinHandle::abort);
        }
    }
}

/// Does a job again and again. What failed, took too long or broke off is tried again at the next turn; no turn is begun once the
/// server was told to stop.
async fn keep_on<F>(pace: Pace, mut stop: watch::Receiver<bool>, job: impl Fn() -> F + Send)
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut turns = tokio::time::interval(pace.every);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // In this order: behind a turn that took long another is due at once.
            biased;
            _ = stop.changed() => return,
            _ = turns.tick() => {}
        }
        if let Err(why) = until_stopped(&pace, &stop, one_turn(job(), pace.longest)).await {
            tracing::warn!(why, job = pace.name, "a job waits for its next turn");
        }
        let stops = *stop.borrow();
        if stops {
            return;
        }
    }
}

/// Lets a turn end, also when the server was told to stop; but then not for longer than it waits.
async fn until_stopped(
    pace: &Pace,
    stop: &watch::Receiver<bool>,
    turn: impl Future<Output = Result<(), String>> + Send,
) -> Result<(), String> {
    tokio::select! {
        done = turn => done,
        () = after_stop(stop.clone(), pace.last) => Err("it is left as it is: the server stops".to_owned()),
    }
}

/// Comes back so long after the server was told to stop.
pub(crate) async fn after_stop(mut stop: watch::Receiver<bool>, long: Duration) {
    let nobody_says_so = stop.wait_for(|stops| *stops).await.is_err();
    if nobody_says_so {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(long).await;
}

/// One turn, in a task of its own, so that a panic ends this turn and no more.
async fn one_turn(
    work: impl Future<Output = Result<(), Error>> + Send + 'static,
    longest: Duration,
) -> Result<(), String> {
    // Whoever drops this drops what it does as well.
    let mut turn = JoinSet::new();
    turn.spawn(work);
    match tokio::time::timeout(longest, turn.join_next()).await {
        Ok(Some(Ok(done))) => done.map_err(|error| error.to_string()),
        Ok(Some(Err(broken))) => Err(broken.to_string()),
        Ok(None) => Err("it was never begun".to_owned()),
        Err(_elapsed) => Err("it took too long and was cut off".to_owned()),
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

/// Takes away what was kept long enough (SECURITY-RULES D-6, G-1): first all of it is listed, then it goes, and what went is
/// counted. A kind that cannot go now does not keep the others.
///
/// # Errors
/// When a kind could not go.
pub async fn forget_old(app: &App) -> Result<(), Error> {
    // Before any photo goes: of a file that nobody noted nothing would tell any more.
    let mut done = foto::note_files(app).await;
    done = ingreep::forget_old(app).await.and(done);
    let due: Vec<retention::Due> = retention::list(app).await?.into_iter().filter(|due| due.rows > 0).collect();
    for retention::Due { term, rows } in &due {
        tracing::info!(kind = term.name, rows, "was kept long enough");
    }
    for due in due.iter().filter(|due| !due.term.is_of_files()) {
        done = forget_kind(app, due.term).await.and(done);
    }
    // Files go last, when nothing names them any more: of what went just now there may be more than was listed.
    for term in retention::TERMS.iter().filter(|term| term.is_of_files()) {
        done = forget_files(app, term).await.and(done);
    }
    done
}

async fn forget_files(app: &App, term: &'static retention::Term) -> Result<(), Error> {
    let rows = retention::due(app, term).await?.rows;
    if rows == 0 {
        return Ok(());
    }
    tracing::info!(kind = term.name, rows, "is named by nothing any more");
    forget_kind(app, term).await
}

async fn forget_kind(app: &App, term: &retention::Term) -> Result<(), Error> {
    let gone = retention::forget(app, term).await?;
    tracing::info!(kind = term.name, gone, "was removed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn of(every: Duration, longest: Duration) -> Pace {
        Pace { name: "test", every, longest, last: every }
    }

    // D-9, E-2: whatever it waits for, the server ends.
    #[tokio::test]
    async fn a_job_that_hangs_is_left_as_it_is_when_the_server_stops() {
        let short = Duration::from_millis(5);
        let (stop, stopped) = watch::channel(false);
        let (begun, mut begins) = watch::channel(false);
        let begun = Arc::new(begun);
        let jobs = tokio::spawn(keep_on(of(short, Duration::from_secs(3_600)), stopped, move || {
            let begun = Arc::clone(&begun);
            async move {
                begun.send_replace(true);
                std::future::pending().await
            }
        }));
        begins.wait_for(|begins| *begins).await.unwrap();
        stop.send_replace(true);
        timeout(Duration::from_secs(5), jobs).await.expect("it ends").unwrap();
    }

    // D-9, E-2: a turn that was cut off is overdue, and is not begun again by who stops.
    #[tokio::test]
    async fn no_turn_is_begun_once_the_server_was_told_to_stop() {
        let (many, short) = (20, Duration::from_millis(5));
        let (stop, stopped) = watch::channel(false);
        let turns = Arc::new(AtomicU32::new(0));
        let mut jobs = JoinSet::new();
        // One of them may stop in time by chance, and all of them not.
        for _ in 0..many {
            let own = Arc::clone(&turns);
            jobs.spawn(keep_on(of(short, Duration::from_secs(3_600)), stopped.clone(), move || {
                own.fetch_add(1, Ordering::SeqCst);
                std::future::pending()
            }));
        }
        while turns.load(Ordering::SeqCst) < many {
            tokio::time::sleep(short).await;
        }
        stop.send_replace(true);
        timeout(Duration::from_secs(5), jobs.join_all()).await.expect("they end");
        assert_eq!(turns.load(Ordering::SeqCst), many, "none is begun after that");
    }

    // finding 5, D-9
    #[tokio::test]
    async fn a_job_that_hangs_fails_or_breaks_off_is_cut_off_and_done_again() {
        let turns = Arc::new(AtomicU32::new(0));
        let (stop, stopped) = watch::channel(false);
        let own = Arc::clone(&turns);
        let short = Duration::from_millis(5);
        let jobs = tokio::spawn(keep_on(of(short, short * 10), stopped, move || {
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

    // D-9: what one of them waits for keeps no other from being done, turn after turn.
    #[tokio::test]
    async fn one_that_hangs_keeps_no_other_waiting_and_is_done_by_one_at_a_time() {
        let (apart, short) = (Apart::default(), Duration::from_millis(5));
        let [hangs, goes_on] = [1, 2].map(Uuid::from_u128);
        let begun = [hangs, goes_on].map(|_name| Arc::new(AtomicU32::new(0)));
        let turn = |longest: Duration| {
            let [first, second] = begun.each_ref().map(Arc::clone);
            apart.begin(hangs, longest, move || async move {
                first.fetch_add(1, Ordering::SeqCst);
                std::future::pending().await
            });
            apart.begin(goes_on, longest, move || async move {
                second.fetch_add(1, Ordering::SeqCst);
                Ok(())
            });
        };
        let counts = || begun.each_ref().map(|count| count.load(Ordering::SeqCst));
        let long = Duration::from_secs(3_600);
        while counts()[1] < 5 {
            turn(long);
            tokio::time::sleep(short).await;
        }
        assert_eq!(counts()[0], 1, "one at a time");
        // Cut off at its deadline, it is begun again.
        let apart = Apart::default();
        let again = Arc::new(AtomicU32::new(0));
        while again.load(Ordering::SeqCst) < 2 {
            let own = Arc::clone(&again);
            apart.begin(hangs, short, move || async move {
                own.fetch_add(1, Ordering::SeqCst);
                std::future::pending().await
            });
            tokio::time::sleep(short).await;
        }
        apart.end(LAST_TURN).await;
    }
}
