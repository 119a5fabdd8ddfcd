//! Whether the database has the schema that this version works with, and bringing it up to date.
//!
//! Two versions work on one database while an upgrade is under way: the steps only add, so the version before goes on until
//! the row `schema_min_version` says that it cannot. The server only reads here; `wijkkoers migrate` writes, as the owner of
//! the tables.

use crate::database::{Databases, Purpose, sql};
use crate::error::asks_to_start_over;
use crate::settings::Settings;
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, FromQueryResult};
use sea_orm_migration::MigratorTrait as _;
use std::collections::BTreeSet;
use std::fs::File;
use std::time::Duration;

/// How often a step tries to get a lock that somebody else holds, a second apart.
const TRIES: u32 = 60;
/// Which lock of PostgreSQL the migrator holds: any number that nobody else uses.
const MIGRATOR_LOCK: i64 = 0x77_69_6a_6b_6b_6f;

/// How the schema fits this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It has all that this version needs, and nothing that it cannot bear.
    Fits,
    /// So many steps are missing.
    Behind(usize),
    /// Only versions that know this step can work with it.
    TooNew(String),
}

/// How a schema fits: `known` are the steps of this version, oldest first, `applied` those of the database, and `minimum` is
/// the step that a version must know.
fn judge(known: &[String], applied: &BTreeSet<String>, minimum: Option<&str>) -> Fit {
    match minimum {
        Some(minimum) if !known.iter().any(|step| step == minimum) => return Fit::TooNew(minimum.to_owned()),
        Some(_) | None => {}
    }
    match known.iter().filter(|step| !applied.contains(*step)).count() {
        0 => Fit::Fits,
        missing => Fit::Behind(missing),
    }
}

#[derive(Debug, FromQueryResult)]
struct Text {
    tekst: String,
}

#[derive(Debug, FromQueryResult)]
struct Number {
    nummer: i64,
}

/// How the schema fits. It only reads: the role of the server may not make anything.
///
/// # Errors
/// When the database does not answer.
pub async fn fit<C: ConnectionTrait>(db: &C) -> Result<Fit, DbErr> {
    let known: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    let mut applied = BTreeSet::new();
    let mut minimum = None;
    if has_table(db, "seaql_migrations").await? {
        let select = sql(db, "SELECT version AS tekst FROM seaql_migrations", []);
        applied = Text::find_by_statement(select).all(db).await?.into_iter().map(|row| row.tekst).collect();
    }
    if has_table(db, "schema_min_version").await? {
        let select = sql(db, "SELECT versie AS tekst FROM schema_min_version", []);
        minimum = Text::find_by_statement(select).one(db).await?.map(|row| row.tekst);
    }
    Ok(judge(&known, &applied, minimum.as_deref()))
}

async fn has_table<C: ConnectionTrait>(db: &C, name: &'static str) -> Result<bool, DbErr> {
    let text = if db.get_database_backend() == DatabaseBackend::Postgres {
        "SELECT COUNT(*) AS nummer FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relname = $1 AND n.nspname = current_schema()"
    } else {
        "SELECT COUNT(*) AS nummer FROM sqlite_master WHERE name = $1"
    };
    let found = Number::find_by_statement(sql(db, text, [name.into()])).one(db).await?;
    Ok(found.is_some_and(|row| row.nummer > 0))
}

/// Brings the schema up to date, on connections of its own. Somebody who does the same is waited for; a lock that the server
/// holds is asked for again and again, so that nobody waits for us.
///
/// # Errors
/// When a step fails, or the schema is too new for this version.
pub async fn migrate(settings: &Settings) -> Result<(), DbErr> {
    let _only_one = claim(settings).await?;
    let databases = Databases::open(settings, Purpose::Command).await?;
    let done = up(&databases).await;
    databases.close().await?;
    done
}

async fn up(databases: &Databases) -> Result<(), DbErr> {
    let _only_one = databases.lock(MIGRATOR_LOCK, TRIES).await?;
    match fit(databases.writer()).await? {
        Fit::Fits => return Ok(()),
        Fit::Behind(_) => {}
        Fit::TooNew(minimum) => {
            let line = format!("this version is older than the schema, which needs one that knows {minimum}");
            return Err(DbErr::Custom(line));
        }
    }
    let mut tries = TRIES;
    loop {
        match Migrator::up(databases.writer(), None).await {
            Err(error) if tries > 0 && asks_to_start_over(&error) => {
                tries -= 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            other => return other,
        }
    }
}

/// On the embedded database a file is the lock; it ends with the process.
async fn claim(settings: &Settings) -> Result<Option<File>, DbErr> {
    if settings.database_url.is_some() {
        return Ok(None);
    }
    let path = settings.data.join("migreren.lock");
    let file = File::create(&path).map_err(|error| DbErr::Custom(format!("{}: {error}", path.display())))?;
    for _ in 0..TRIES {
        if file.try_lock().is_ok() {
            return Ok(Some(file));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(DbErr::Custom("somebody else is migrating".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // P0-1, P0-2
    #[test]
    fn a_schema_fits_when_all_that_is_known_is_there_and_nothing_is_asked_that_is_not() {
        let known = ["m1".to_owned(), "m2".to_owned()];
        let applied = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<BTreeSet<_>>();
        for (steps, minimum, expected) in [
            (&["m1", "m2"][..], None, Fit::Fits),
            (&["m1", "m2"], Some("m1"), Fit::Fits),
            (&["m1", "m2", "m3"], Some("m2"), Fit::Fits),
            (&["m1", "m2", "m3"], Some("m3"), Fit::TooNew("m3".into())),
            (&["m1"], None, Fit::Behind(1)),
            (&[], None, Fit::Behind(2)),
            (&["m1", "m3"], Some("m3"), Fit::TooNew("m3".into())),
        ] {
            assert_eq!(judge(&known, &applied(steps), minimum), expected, "{steps:?} {minimum:?}");
        }
    }
}
