//! Connections to SQLite or PostgreSQL, with what SECURITY-RULES D-2 and D-3 ask of each.

use crate::settings::Settings;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction,
    DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

/// Longest that one statement may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest that a statement waits for a lock on PostgreSQL.
const LOCK_TIMEOUT_MS: &str = "3000";
/// Connections to PostgreSQL that only store ballots, made when there are any. A vote uses two of them over and over, and
/// these find in their caches what they left there; those that everybody uses take turns, and do not. More than two, so
/// that votes do not wait for each other's locks.
const BALLOT_CONNECTIONS: u32 = 4;
/// Connections that only read from SQLite.
const SQLITE_READERS: u32 = 4;

/// The database: one place to write, one to read.
#[derive(Debug, Clone)]
pub struct Databases {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    ballots: DatabaseConnection,
}

impl Databases {
    /// Opens the database that the settings name.
    ///
    /// # Errors
    /// When it cannot be reached, or a pragma did not take.
    pub async fn open(settings: &Settings) -> Result<Self, DbErr> {
        match &settings.database_url {
            Some(url) => Self::open_postgres(url.expose(), settings.database_connections).await,
            None => Self::open_sqlite(&settings.sqlite_file()).await,
        }
    }

    async fn open_postgres(url: &str, connections: u32) -> Result<Self, DbErr> {
        let both = Database::connect(postgres(url, connections)).await?;
        let mut options = postgres(url, BALLOT_CONNECTIONS);
        options.connect_lazy(true);
        let ballots = Database::connect(options).await?;
        Ok(Self { writer: both.clone(), reader: both, ballots })
    }

    async fn open_sqlite(file: &Path) -> Result<Self, DbErr> {
        let writer = sqlite(file, 1, false).await?;
        check_pragmas(&writer).await?;
        let reader = sqlite(file, SQLITE_READERS, true).await?;
        Ok(Self { ballots: writer.clone(), writer, reader })
    }

    /// Starts a transaction that may write; on SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.writer).await
    }

    /// The same, to store ballots in: these wait for nobody who does something else on PostgreSQL.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn begin_ballots(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.ballots).await
    }

    /// For reading what decides nothing.
    #[must_use]
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// One moment of the whole database, to read from: what is written meanwhile is not in it.
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        // On SQLite every reading transaction is one.
        let is_postgres = self.reader.get_database_backend() == DatabaseBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: is_postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: is_postgres.then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        self.reader.begin_with_options(options).await
    }

    /// For reading what decides something: never a replica. On SQLite every connection sees the same file, so this is
    /// a reading one and does not wait for who writes.
    #[must_use]
    pub fn primary(&self) -> &DatabaseConnection {
        if self.writer.get_database_backend() == DatabaseBackend::Sqlite { &self.reader } else { &self.writer }
    }

    /// For migrations and maintenance.
    #[must_use]
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.ballots.close().await?;
        self.writer.close().await
    }
}

async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_postgres_opts(|options| {
            options.options([
                ("statement_timeout", STATEMENT_TIMEOUT.as_millis().to_string().as_str()),
                ("lock_timeout", LOCK_TIMEOUT_MS),
                ("idle_in_transaction_session_timeout", "15000"),
                ("synchronous_commit", "on"),
            ])
        });
    options
}

async fn sqlite(file: &Path, connections: u32, read_only: bool) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("recursive_triggers", "ON")
                .pragma("secure_delete", "ON")
                .pragma("trusted_schema", "OFF")
                .pragma("cache_size", "-8000")
                .pragma("query_only", if read_only { "ON" } else { "OFF" })
        });
    Database::connect(options).await
}

/// Reads back what was set: a pragma that SQLite does not know is silence, not an error.
async fn check_pragmas(db: &DatabaseConnection) -> Result<(), DbErr> {
    for (pragma, expected) in [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ] {
        let statement = Statement::from_string(DatabaseBackend::Sqlite, format!("PRAGMA {pragma}"));
        let found: Option<i64> = match db.query_one_raw(statement).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => None,
        };
        if found != Some(expected) {
            return Err(DbErr::Custom(format!("PRAGMA {pragma} is {found:?}, not {expected}")));
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
