//! What runs beside requests: sending mail, forgetting what is old. Every job is safe to run twice.

use crate::app::App;
use crate::buurtbegroting;
use crate::database::sql;
use crate::error::Error;
use crate::foto;
use crate::http::Shared;
use crate::limits;
use crate::mail::{Mailer, deliver};
use crate::stembus;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const MAIL_EVERY: Duration = Duration::from_secs(1);
const VOTES_EVERY: Duration = Duration::from_secs(2);
const CLEAN_EVERY: Duration = Duration::from_secs(3_600);
const KEEP_KEYS_HOURS: i64 = 72;
const KEEP_CONCEPT_DAYS: i64 = 90;
const KEEP_LINK_DAYS: i64 = 35;

/// Runs until `stop` says so; the mail in hand is finished first.
pub async fn run(shared: Arc<Shared>, mailer: Mailer, mut stop: watch::Receiver<bool>) {
    let app = &shared.app;
    let mut mail = tokio::time::interval(MAIL_EVERY);
    let mut clean = tokio::time::interval(CLEAN_EVERY);
    let mut votes = tokio::time::interval(VOTES_EVERY);
    votes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    mail.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = mail.tick() => later(deliver(app, &mailer).await.err(), "mail"),
            _ = votes.tick() => {
                app.open_votes.sweep();
                later(drive_votes(app).await.err(), "votes");
            }
            _ = clean.tick() => {
                shared.throttle.forget();
                later(forget_old(app).await.err(), "cleaning");
            }
        }
    }
}

/// Dates drive a buurtbegroting, also while nobody is there.
///
/// # Errors
/// When the database is away.
pub async fn drive_votes(app: &App) -> Result<(), Error> {
    buurtbegroting::open_due(app).await?;
    stembus::work(app).await
}

/// What failed is tried again at the next tick.
fn later(error: Option<Error>, job: &str) {
    if let Some(error) = error {
        tracing::warn!(%error, job, "a job waits");
    }
}

/// Deletes what was kept long enough (SECURITY-RULES D-6, G-1).
///
/// # Errors
/// When the database is away.
pub async fn forget_old(app: &App) -> Result<(), Error> {
    let now = app.now();
    let tx = app.begin().await?;
    limits::forget_old(&tx, app).await?;
    foto::forget_rows(&tx, app).await?;
    for (text, before) in [
        ("DELETE FROM idempotentie WHERE created_at < $1", now - TimeDelta::hours(KEEP_KEYS_HOURS)),
        ("DELETE FROM link WHERE created_at < $1", now - TimeDelta::days(KEEP_LINK_DAYS)),
        (
            "DELETE FROM vernieuwing WHERE sessie_id IN (SELECT id FROM sessie WHERE last_seen_at < $1)",
            now - TimeDelta::days(1),
        ),
        (
            "DELETE FROM foto WHERE initiatief_id IN (SELECT id FROM initiatief WHERE status = 'concept' AND created_at < $1)",
            now - TimeDelta::days(KEEP_CONCEPT_DAYS),
        ),
        (
            "DELETE FROM initiatief WHERE status = 'concept' AND created_at < $1",
            now - TimeDelta::days(KEEP_CONCEPT_DAYS),
        ),
    ] {
        tx.execute_raw(sql(&tx, text, [before.into()])).await?;
    }
    tx.commit().await?;
    foto::remove_files(app).await
}
