//! Connections to SQLite or PostgreSQL, with what SECURITY-RULES D-2 and D-3 ask of each.

mod file;
mod notices;
mod reading;
mod transaction;

pub use notices::Watcher;
pub use reading::Reader;
pub use transaction::Tx;

use crate::error::{Error, breaks_a_connection};
use crate::settings::Settings;
use file::DatabaseFile;
use sea_orm::error::ConnAcquireErr;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector,
    SqlxSqliteConnector, Statement,
};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, SqliteConnection, SqlitePool};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use transaction::{Begin, Connection, too_late};

/// Longest that one statement of the server may take on PostgreSQL.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest that a statement of the server waits for a lock on PostgreSQL.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);
/// The same for a command, which tries again: it must not stand in the way of the server.
const COMMAND_LOCK_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest that somebody waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that nobody used for so long is looked at before it is used.
const QUIET: Duration = Duration::from_secs(1);
/// Longest that such a connection may take to show that it is alive: several dead ones are found within [`ACQUIRE_TIMEOUT`].
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);
/// Longest that a statement of the server outside a transaction takes, on the way there and back as well: longer than
/// [`STATEMENT_TIMEOUT`], so that a database that can still speak says itself what was the matter.
const READ_TIME: Duration = Duration::from_secs(8);
/// Longest that a transaction of the server takes: nobody who asked waits longer (SECURITY-RULES D-9).
const PATIENCE: Duration = Duration::from_secs(15);
/// Longest that a transaction takes which is long by nature: shutting a box, counting, a command.
const LONG_PATIENCE: Duration = Duration::from_secs(3_600);
/// Connections to PostgreSQL that only store ballots, made when there are any. A vote uses two of them over and over, and
/// these find in their caches what they left there; those that everybody uses take turns, and do not. More than two, so
/// that votes do not wait for each other's locks.
const BALLOT_CONNECTIONS: u32 = 4;
/// Connections that only read from SQLite.
const SQLITE_READERS: u32 = 4;

/// What the connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A server: nobody waits long.
    Serve,
    /// A command: migrations, imports, letters. It takes the time it needs, and waits for no lock for long.
    Command,
}

/// The database: one place to write, one to read.
#[derive(Debug, Clone)]
pub struct Databases {
    writer: DatabaseConnection,
    reader: Reader,
    pools: Pools,
    patience: Duration,
}

/// Where transactions get their connections.
#[derive(Debug, Clone)]
enum Pools {
    Sqlite { writer: SqlitePool, reader: SqlitePool, file: Arc<DatabaseFile> },
    Postgres { shared: PgPool, ballots: PgPool },
}

impl Databases {
    /// Opens the database that the settings name.
    ///
    /// # Errors
    /// When it cannot be reached, or a pragma did not take.
    pub async fn open(settings: &Settings, purpose: Purpose) -> Result<Self, DbErr> {
        let patience = if purpose == Purpose::Serve { PATIENCE } else { LONG_PATIENCE };
        match &settings.database_url {
            Some(url) => Self::open_postgres(url.expose(), settings.database_connections, purpose, patience).await,
            None => Self::open_sqlite(&settings.sqlite_file(), patience).await,
        }
    }

    async fn open_postgres(url: &str, connections: u32, purpose: Purpose, patience: Duration) -> Result<Self, DbErr> {
        let options = postgres(url, purpose)?;
        let pool = |most: u32| {
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .test_before_acquire(false)
                // A server that was restarted left dead connections behind: who only reads must not find them one by one.
                .before_acquire(|connection, found| {
                    Box::pin(async move {
                        if found.idle_for > QUIET {
                            // On a way that went dead no answer comes, and no error either.
                            let alive = timeout(SIGN_OF_LIFE, connection.ping()).await;
                            alive.map_err(|_elapsed| sqlx::Error::Io(ErrorKind::TimedOut.into()))??;
                        }
                        Ok(true)
                    })
                })
        };
        let shared = pool(connections).connect_with(options.clone()).await.map_err(connecting)?;
        let ballots = pool(BALLOT_CONNECTIONS).connect_lazy_with(options);
        let writer = SqlxPostgresConnector::from_sqlx_postgres_pool(shared.clone());
        let longest = if purpose == Purpose::Serve { READ_TIME } else { LONG_PATIENCE };
        let reader = Reader::on_server(shared.clone(), longest);
        Ok(Self { writer, reader, pools: Pools::Postgres { shared, ballots }, patience })
    }

    async fn open_sqlite(file: &Path, patience: Duration) -> Result<Self, DbErr> {
        let writer = sqlite(file, 1, false).await?;
        let reader = sqlite(file, SQLITE_READERS, true).await?;
        let file = Arc::new(DatabaseFile::new(file));
        Ok(Self {
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer.clone()),
            reader: Reader::on_file(SqlxSqliteConnector::from_sqlx_sqlite_pool(reader.clone())),
            pools: Pools::Sqlite { writer, reader, file },
            patience,
        })
    }

    /// Starts a transaction that may write; on SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        self.begin_as(Begin::Write, self.patience).await
    }

    /// The same for work that is long by nature: its statements may take half an hour each.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn begin_long(&self) -> Result<Tx, DbErr> {
        self.begin_as(Begin::WriteLong, LONG_PATIENCE).await
    }

    /// The same as [`Databases::begin`], to store ballots in: these wait for nobody who does something else on PostgreSQL.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn begin_ballots(&self) -> Result<Tx, DbErr> {
        match &self.pools {
            Pools::Sqlite { .. } => self.begin().await,
            Pools::Postgres { ballots, .. } => begin_on(ballots, Begin::Write, self.patience).await,
        }
    }

    /// For reading what decides nothing.
    #[must_use]
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// One moment of the whole database, to read from: what is written meanwhile is not in it.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn snapshot(&self) -> Result<Tx, DbErr> {
        self.begin_as(Begin::Snapshot, LONG_PATIENCE).await
    }

    async fn begin_as(&self, begin: Begin, patience: Duration) -> Result<Tx, DbErr> {
        match &self.pools {
            Pools::Postgres { shared, .. } => begin_on(shared, begin, patience).await,
            Pools::Sqlite { writer, reader, file } => {
                let pool = if begin == Begin::Snapshot { reader } else { writer };
                let connection = pool.acquire().await.map_err(acquiring)?;
                Tx::begin(Connection::Sqlite(connection, Arc::clone(file)), begin, patience).await
            }
        }
    }

    /// For reading what decides something: never a replica. There is none as yet. On SQLite every connection sees the same
    /// file, so this is a reading one and does not wait for who writes.
    #[must_use]
    pub const fn primary(&self) -> &Reader {
        &self.reader
    }

    /// Holds a lock of PostgreSQL by this number until the answer is dropped, on a connection of its own; tries so many
    /// times, a second apart. The embedded database needs none.
    ///
    /// # Errors
    /// When somebody else goes on holding it.
    pub async fn lock(&self, number: i64, tries: u32) -> Result<Option<PgConnection>, DbErr> {
        let Pools::Postgres { shared, .. } = &self.pools else { return Ok(None) };
        let options = shared.connect_options();
        let connected = timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options)).await;
        let mut connection = connected.map_err(|_elapsed| too_late())?.map_err(connecting)?;
        for _ in 0..tries {
            let asked = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(number).fetch_one(&mut connection);
            let is_ours: bool = timeout(READ_TIME, asked).await.map_err(|_elapsed| too_late())?.map_err(connecting)?;
            if is_ours {
                return Ok(Some(connection));
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Err(DbErr::Custom("somebody else holds the lock".into()))
    }

    /// For migrations and maintenance by a command. Nothing of it has a deadline: the server does not use it.
    #[must_use]
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Whether the embedded database is still in the file that was opened; always so on a server.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        match &self.pools {
            Pools::Sqlite { file, .. } => file.check().is_ok(),
            Pools::Postgres { .. } => true,
        }
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close(self) -> Result<(), DbErr> {
        match &self.pools {
            Pools::Sqlite { writer, reader, .. } => {
                // Who writes takes the log up into the database, when nobody else has it open.
                reader.close().await;
                writer.close().await;
            }
            Pools::Postgres { shared, ballots } => {
                ballots.close().await;
                shared.close().await;
            }
        }
        Ok(())
    }
}

/// Begins on a connection to PostgreSQL. One that broke while nobody used it shows it at BEGIN: it is closed, and the next
/// is tried. Nothing was asked of it yet, so nothing can happen twice.
async fn begin_on(pool: &PgPool, begin: Begin, patience: Duration) -> Result<Tx, DbErr> {
    let mut tries = pool.options().get_max_connections();
    loop {
        let connection = pool.acquire().await.map_err(acquiring)?;
        match Tx::begin(Connection::Postgres(connection), begin, patience).await {
            Err(DbErr::Exec(error)) if tries > 0 && breaks_a_connection(&DbErr::Exec(error.clone())) => tries -= 1,
            other => return other,
        }
    }
}

fn acquiring(error: sqlx::Error) -> DbErr {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
    } else if matches!(error, sqlx::Error::PoolClosed) {
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
    } else {
        connecting(error)
    }
}

fn connecting(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

fn postgres(url: &str, purpose: Purpose) -> Result<PgConnectOptions, DbErr> {
    let (statement, lock, idle) = match purpose {
        Purpose::Serve => (STATEMENT_TIMEOUT, LOCK_TIMEOUT, PATIENCE),
        // Zero is no limit.
        Purpose::Command => (Duration::ZERO, COMMAND_LOCK_TIMEOUT, Duration::ZERO),
    };
    let millis = |time: Duration| time.as_millis().to_string();
    let options: PgConnectOptions = url.parse().map_err(connecting)?;
    Ok(options.disable_statement_logging().options([
        ("statement_timeout", millis(statement).as_str()),
        ("lock_timeout", millis(lock).as_str()),
        ("idle_in_transaction_session_timeout", millis(idle).as_str()),
        ("synchronous_commit", "on"),
        // A server of ours that lost its network lets go of what it held after two minutes.
        ("tcp_keepalives_idle", "60"),
        ("tcp_keepalives_interval", "10"),
        ("tcp_keepalives_count", "6"),
    ]))
}

/// How many rows these tables of a file hold that nobody works with: a copy. Nothing in it or beside it changes.
///
/// # Errors
/// When it is no database with these tables.
pub async fn count_rows(file: &Path, tables: &[&'static str]) -> Result<Vec<(String, i64)>, DbErr> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut connection = options.connect().await.map_err(connecting)?;
    let mut counts = Vec::new();
    for table in tables {
        let select = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let rows = sqlx::query_scalar(select).fetch_one(&mut connection).await.map_err(connecting)?;
        counts.push(((*table).to_owned(), rows));
    }
    connection.close().await.map_err(connecting)?;
    Ok(counts)
}

async fn sqlite(file: &Path, connections: u32, read_only: bool) -> Result<SqlitePool, DbErr> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        // A file that went away is not made again, empty: whoever opens the writer anew finds that it is gone.
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("recursive_triggers", "ON")
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cache_size", "-8000")
        .pragma("query_only", if read_only { "ON" } else { "OFF" })
        .disable_statement_logging();
    if !file.exists() {
        std::fs::File::create(file).map_err(|error| connecting(sqlx::Error::Io(error)))?;
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(check_pragmas(connection)));
    pool.connect_with(options).await.map_err(connecting)
}

/// Reads back what was set: a pragma that SQLite does not know is silence, not an error.
async fn check_pragmas(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for (pragma, expected) in [
        ("PRAGMA synchronous", 2),
        ("PRAGMA foreign_keys", 1),
        ("PRAGMA recursive_triggers", 1),
        ("PRAGMA secure_delete", 1),
        ("PRAGMA trusted_schema", 0),
    ] {
        let found: i64 = sqlx::query_scalar(pragma).fetch_one(&mut *connection).await?;
        if found != expected {
            return Err(sqlx::Error::Configuration(format!("{pragma} is {found}, not {expected}").into()));
        }
    }
    Ok(())
}

/// A statement with bound values; `$1`, `$2` … mean the same on both databases.
pub fn sql<C: ConnectionTrait>(
    db: &C,
    text: &'static str,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), text, values)
}

/// Writes one row that nobody else may have written first. PostgreSQL waits for who writes it as well, and then finds that it is
/// another.
///
/// # Errors
/// [`Error::Stale`] when somebody was.
pub async fn once<C: ConnectionTrait>(tx: &C, statement: Statement) -> Result<(), Error> {
    if tx.execute_raw(statement).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A statement whose first value is the time of a test; without one, the text asks the clock of the database. `texts`
/// are for PostgreSQL and for SQLite.
pub fn now<C: ConnectionTrait>(
    db: &C,
    app: &crate::app::App,
    (postgres, sqlite): (&'static str, &'static str),
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Statement {
    let text = if db.get_database_backend() == DatabaseBackend::Postgres { postgres } else { sqlite };
    sql(db, text, std::iter::once(app.database_time().into()).chain(values))
}
