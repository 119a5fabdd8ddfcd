//! Whether this instance can answer and store, as a job finds out every few seconds (SECURITY-RULES E-2). Who asks hears what
//! was found last: asking costs nothing, and a full disk takes no reading away.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::schema::{self, Fit};
use crate::settings::Settings;
use sea_orm::ConnectionTrait as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Longest that the database may take to show that it answers.
const PROBE_TIME: Duration = Duration::from_secs(3);

/// After so long what was found is not gone by: whoever looks every five seconds is gone, or waits for something.
const STALE: Duration = Duration::from_secs(30);

/// What was found last, and when. Nothing else is remembered.
#[derive(Debug)]
pub struct Health {
    stopping: AtomicBool,
    reads: AtomicBool,
    writes: AtomicBool,
    /// When that was; nobody has looked yet in a server that has just begun.
    looked: RwLock<Option<Instant>>,
    is_looking: Arc<AtomicBool>,
}

impl Default for Health {
    /// A server has looked before it begins to serve.
    fn default() -> Self {
        let (stopping, reads, writes) = (false.into(), true.into(), true.into());
        Self { stopping, reads, writes, looked: RwLock::default(), is_looking: Arc::default() }
    }
}

impl Health {
    /// Whether reads can be answered, and we are not stopping.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.stopping.load(Ordering::SeqCst) && self.reads.load(Ordering::SeqCst) && self.is_fresh()
    }

    /// Whether something can be stored, with room to spare.
    #[must_use]
    pub fn can_write(&self) -> bool {
        self.writes.load(Ordering::SeqCst) && self.is_fresh()
    }

    /// Whether somebody looked lately: what nobody looks at any more is not told as it was.
    fn is_fresh(&self) -> bool {
        let looked = *self.looked.read().unwrap_or_else(PoisonError::into_inner);
        looked.is_none_or(|at| at.elapsed() < STALE)
    }

    /// From here on the balancer sends nobody any more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    fn note(&self, reads: bool, writes: &Result<(), String>) {
        self.note_at(Instant::now(), reads, writes);
    }

    fn note_at(&self, at: Instant, reads: bool, writes: &Result<(), String>) {
        *self.looked.write().unwrap_or_else(PoisonError::into_inner) = Some(at);
        let read = self.reads.swap(reads, Ordering::SeqCst);
        let wrote = self.writes.swap(writes.is_ok(), Ordering::SeqCst);
        if read != reads || wrote != writes.is_ok() {
            let why = writes.as_ref().err().map_or("", String::as_str);
            tracing::warn!(reads, writes = writes.is_ok(), why, "what this instance can do has changed");
        }
    }
}

/// Looks, and notes what was found.
pub async fn probe(app: &App, health: &Health) {
    let reads = tokio::time::timeout(PROBE_TIME, read(app)).await.is_ok_and(|read| read.unwrap_or(false));
    let writes = match look_for_room(app, health).await {
        Ok(()) => match tokio::time::timeout(PROBE_TIME, write(app)).await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(_elapsed) => Err("the database does not answer in time".to_owned()),
        },
        Err(full) => Err(full),
    };
    health.note(reads, &writes);
}

async fn read(app: &App) -> Result<bool, Error> {
    let db = app.databases().primary();
    db.query_all_raw(sql(db, "SELECT code FROM gebied", [])).await?;
    Ok(app.databases().is_in_place() && schema::fit(db).await? == Fit::Fits)
}

async fn write(app: &App) -> Result<(), Error> {
    let tx = app.begin().await?;
    let upsert = sql(
        &tx,
        "INSERT INTO schrijfproef (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = $1",
        [app.now().into()],
    );
    tx.execute_raw(upsert).await?;
    tx.commit().await
}

/// A disk of another machine that does not answer must not keep a worker waiting: who asks for it waits elsewhere, and only so
/// long.
async fn look_for_room(app: &App, health: &Health) -> Result<(), String> {
    let silent = || "a disk does not answer in time".to_owned();
    if health.is_looking.swap(true, Ordering::SeqCst) {
        // Nobody is back yet who asked before: no second one goes after them.
        return Err(silent());
    }
    let (is_looking, settings) = (Arc::clone(&health.is_looking), app.settings.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let found = check_room(&settings);
        is_looking.store(false, Ordering::SeqCst);
        found
    });
    match tokio::time::timeout(PROBE_TIME, looked).await {
        Ok(Ok(found)) => found,
        Ok(Err(broken)) => Err(broken.to_string()),
        Err(_elapsed) => Err(silent()),
    }
}

/// Room on the disks that hold our data, photos and secrets, where those are folders.
fn check_room(settings: &Settings) -> Result<(), String> {
    let data = settings.database_url.is_none().then(|| settings.data.display().to_string());
    let places = data.into_iter().chain([settings.photo_place(), settings.round_key_place()]);
    for place in places.filter(|place| !place.starts_with("s3://")) {
        let disk = rustix::fs::statvfs(Path::new(&place)).map_err(|error| format!("{place}: {error}"))?;
        let used = disk.f_blocks.saturating_sub(disk.f_bfree);
        if is_full(disk.f_bavail, used, settings.disk_free_percent.into()) {
            return Err(format!("{place}: less than {} % of the disk is free", settings.disk_free_percent));
        }
    }
    Ok(())
}

/// Whether less than so many percent of a disk are free, as `df` reckons: what is kept for others is no part of it. One that
/// does not say how large it is has room.
const fn is_full(free: u64, used: u64, percent: u64) -> bool {
    let all = free.saturating_add(used);
    all > 0 && free.saturating_mul(100) < all.saturating_mul(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    // E-2, finding 21
    #[test]
    fn a_disk_is_full_below_five_percent_of_what_we_may_use() {
        for (free, used, percent, expected) in [
            (5, 95, 5, false),
            (4, 96, 5, true),
            (0, 100, 5, true),
            (0, 0, 5, false),
            (10, 70, 5, false),
            (u64::MAX, u64::MAX, 5, false),
            (4, 96, 4, false),
            (0, 100, 0, false),
        ] {
            assert_eq!(is_full(free, used, percent), expected, "{free} beside {used}, at {percent} %");
        }
    }

    #[test]
    fn a_full_disk_takes_writing_away_and_reading_stays() {
        let health = Health::default();
        health.note(true, &Err("full".into()));
        assert_eq!((health.is_ready(), health.can_write()), (true, false));
        health.note(false, &Ok(()));
        assert_eq!((health.is_ready(), health.can_write()), (false, true));
        health.note(true, &Ok(()));
        health.stop();
        assert_eq!((health.is_ready(), health.can_write()), (false, true));
    }

    #[test]
    fn what_nobody_looks_at_any_more_is_not_ready() {
        let health = Health::default();
        assert!(health.is_ready() && health.can_write(), "a server that has just begun");
        let Some(long_ago) = Instant::now().checked_sub(STALE) else { return };
        health.note_at(long_ago, true, &Ok(()));
        assert_eq!((health.is_ready(), health.can_write()), (false, false));
        health.note(true, &Ok(()));
        assert_eq!((health.is_ready(), health.can_write()), (true, true));
    }
}
