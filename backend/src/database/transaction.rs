//! A transaction, and what becomes of its connection (SECURITY-RULES D-7, D-8).
//!
//! This is the one place where transactions begin and end. A connection goes back to the others only when its transaction
//! ended exactly as asked: BEGIN, then COMMIT or ROLLBACK, each answered. After anything else it is closed, and another one
//! is made when somebody needs it: an error of the disk, a statement that nobody waited for, a deadline, a panic. SeaORM's
//! own transactions are not used: after a full disk sqlx believes that a transaction is still open, SeaORM then begins the
//! next ones as savepoints inside it, and what they "commit" is never stored.

use super::file::DatabaseFile;
use super::notices;
use crate::error::{Error, asks_to_start_over, breaks_a_connection};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor as _, Postgres, Sqlite};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout, timeout_at};

/// How long giving something up may take; after that the connection is closed.
const ROLLBACK_TIME: Duration = Duration::from_secs(5);
/// How long a transaction may take to begin, however long it may last.
const BEGIN_TIME: Duration = Duration::from_secs(15);
/// How long one statement may take, however long its transaction may last: on a way that went dead nobody else says so. Longer
/// than the half hour that PostgreSQL gives a long one: it lets go of what it held, and says itself what was the matter.
const ONE_STATEMENT: Duration = Duration::from_secs(31 * 60);
/// How long a connection may take on its way back to the others.
const RELEASE_TIME: Duration = Duration::from_secs(5);

/// A transaction. Dropping it gives up what it did, so `?` is always safe. After one error it takes no more statements and
/// cannot be committed, on both databases.
#[derive(Debug)]
pub struct Tx {
    backend: DatabaseBackend,
    held: Mutex<Held>,
    deadline: Instant,
    runtime: Handle,
}

#[derive(Debug)]
struct Held {
    /// None once the transaction ended.
    connection: Option<Connection>,
    stand: Stand,
}

/// How a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// Takes statements.
    Open,
    /// A statement was refused: nothing but giving up is left.
    Failed,
    /// Nobody knows: a statement is under way, was left under way, or the connection is no good.
    Unknown,
}

/// A connection that is ours until the transaction ends.
#[derive(Debug)]
pub(super) enum Connection {
    /// To the embedded database.
    Sqlite(PoolConnection<Sqlite>, Arc<DatabaseFile>),
    /// To a server.
    Postgres(PoolConnection<Postgres>),
}

/// What a transaction begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// It may write; on SQLite it takes the write lock at once (SECURITY-RULES D-2).
    Write,
    /// It may write, and a statement may take half an hour.
    WriteLong,
    /// It sees one moment of the whole database.
    Snapshot,
}

impl Begin {
    const fn text(self, backend: DatabaseBackend) -> &'static str {
        match (backend, self) {
            (DatabaseBackend::Postgres, Self::Write) => "BEGIN",
            // Between two of its statements the server reckons, or reads elsewhere: a large box takes minutes.
            (DatabaseBackend::Postgres, Self::WriteLong) => {
                "BEGIN; SET LOCAL statement_timeout = '30min'; SET LOCAL idle_in_transaction_session_timeout = '10min'"
            }
            (DatabaseBackend::Postgres, Self::Snapshot) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '30min'; \
                 SET LOCAL idle_in_transaction_session_timeout = '10min'"
            }
            (_, Self::Write | Self::WriteLong) => "BEGIN IMMEDIATE",
            // On SQLite every reading transaction is one moment.
            (_, Self::Snapshot) => "BEGIN",
        }
    }
}

impl Connection {
    const fn backend(&self) -> DatabaseBackend {
        match self {
            Self::Sqlite(..) => DatabaseBackend::Sqlite,
            Self::Postgres(_) => DatabaseBackend::Postgres,
        }
    }

    /// A text without values.
    async fn say(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection, _) => connection.execute(sqlx::raw_sql(text)).await.map(|_done| ()),
            Self::Postgres(connection) => connection.execute(sqlx::raw_sql(text)).await.map(|_done| ()),
        }
    }

    pub(super) async fn execute(&mut self, statement: &Statement) -> Result<ExecResult, sqlx::Error> {
        let (text, values) = (AssertSqlSafe(statement.sql.as_str()), values_of(statement));
        match self {
            Self::Sqlite(connection, _) => {
                sqlx::query_with::<Sqlite, _>(text, values).execute(&mut **connection).await.map(Into::into)
            }
            Self::Postgres(connection) => {
                sqlx::query_with::<Postgres, _>(text, values).execute(&mut **connection).await.map(Into::into)
            }
        }
    }

    pub(super) async fn one(&mut self, statement: &Statement) -> Result<Option<QueryResult>, sqlx::Error> {
        let (text, values) = (AssertSqlSafe(statement.sql.as_str()), values_of(statement));
        match self {
            Self::Sqlite(connection, _) => {
                let row = sqlx::query_with::<Sqlite, _>(text, values).fetch_optional(&mut **connection).await?;
                Ok(row.map(Into::into))
            }
            Self::Postgres(connection) => {
                let row = sqlx::query_with::<Postgres, _>(text, values).fetch_optional(&mut **connection).await?;
                Ok(row.map(Into::into))
            }
        }
    }

    pub(super) async fn all(&mut self, statement: &Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        let (text, values) = (AssertSqlSafe(statement.sql.as_str()), values_of(statement));
        match self {
            Self::Sqlite(connection, _) => {
                let rows = sqlx::query_with::<Sqlite, _>(text, values).fetch_all(&mut **connection).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query_with::<Postgres, _>(text, values).fetch_all(&mut **connection).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
        }
    }

    /// Whether what is written here can be found again.
    fn check_place(&self) -> Result<(), DbErr> {
        let Self::Sqlite(_, file) = self else { return Ok(()) };
        file.check().map_err(|problem| DbErr::Conn(RuntimeErr::Internal(problem.into())))
    }

    /// Gives it back to the others; within a runtime. sqlx asks it for a sign of life first, beside whoever goes on, and waits
    /// for that without end: on a way that went dead the place of the connection would be taken for ever. Here it is cut
    /// off, and then the connection is dropped.
    pub(super) fn release(self) {
        let Self::Postgres(mut connection) = self else { return };
        let back = connection.return_to_pool();
        drop(tokio::spawn(async move {
            if timeout(RELEASE_TIME, back).await.is_err() {
                tracing::warn!("a connection to the database gave no sign of life and is dropped");
            }
        }));
    }

    /// Closes it; a server hears of it when it listens.
    pub(super) fn close(mut self) {
        match &mut self {
            Self::Sqlite(connection, _) => connection.close_on_drop(),
            Self::Postgres(connection) => connection.close_on_drop(),
        }
    }
}

fn values_of(statement: &Statement) -> SqlxValues {
    SqlxValues(statement.values.clone().unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new())))
}

impl Tx {
    /// Begins on a connection. BEGIN itself is the proof that no other transaction is open on it: SQLite refuses a second.
    pub(super) async fn begin(connection: Connection, begin: Begin, patience: Duration) -> Result<Self, DbErr> {
        let tx = Self {
            backend: connection.backend(),
            // Until BEGIN was answered nobody knows, and who stops waiting leaves a connection that is closed.
            held: Mutex::new(Held { connection: Some(connection), stand: Stand::Unknown }),
            deadline: Instant::now() + patience,
            runtime: Handle::current(),
        };
        {
            let mut held = tx.held.lock().await;
            let Held { connection: Some(connection), stand } = &mut *held else { return Err(over()) };
            connection.check_place()?;
            match timeout_at(tx.until(BEGIN_TIME), connection.say(begin.text(tx.backend))).await {
                Ok(Ok(())) => *stand = Stand::Open,
                Ok(Err(error)) => return Err(exec(error)),
                Err(_elapsed) => return Err(too_late()),
            }
        }
        Ok(tx)
    }

    /// Stores what was done. Only after this has come back may anybody be told that it is.
    ///
    /// # Errors
    /// [`Error::Unknown`] when nobody can say whether it was stored: asked again, the answer is certain (D-7). A
    /// [`Error::Database`] when it certainly was not.
    pub async fn commit(self) -> Result<(), Error> {
        let mut held = self.held.lock().await;
        let Held { connection: Some(connection), stand } = &mut *held else { return Err(over().into()) };
        if *stand != Stand::Open {
            return Err(over().into());
        }
        *stand = Stand::Unknown;
        let (outcome, warned) = notices::watch(timeout_at(self.deadline, connection.say("COMMIT"))).await;
        match outcome {
            // A server that warns while it commits says that it is not as we asked: cancelled while it waited for its
            // standby, it has stored the change in one place only, and answers as if all were well.
            Ok(Ok(())) if warned => Err(Error::Unknown("the database warned while it committed".into())),
            Ok(Ok(())) => {
                connection.check_place().map_err(|error| Error::Unknown(error.to_string()))?;
                // Out of the transaction, and clean: it goes back to the others.
                if let Some(connection) = held.connection.take() {
                    connection.release();
                }
                Ok(())
            }
            Ok(Err(error)) => {
                let error = exec(error);
                if asks_to_start_over(&error) { Err(error.into()) } else { Err(Error::Unknown(error.to_string())) }
            }
            Err(_elapsed) => Err(Error::Unknown("the database did not answer in time".into())),
        }
    }

    /// When something of this transaction that may take so long is given up.
    fn until(&self, longest: Duration) -> Instant {
        self.deadline.min(Instant::now() + longest)
    }

    /// Asks something of the connection; what comes of it decides how the transaction stands.
    async fn ask<T>(&self, asking: impl AsyncFnOnce(&mut Connection) -> Result<T, sqlx::Error>) -> Result<T, DbErr> {
        let mut held = self.held.lock().await;
        let Held { connection: Some(connection), stand } = &mut *held else { return Err(over()) };
        if *stand != Stand::Open {
            return Err(over());
        }
        // Whoever stops waiting here leaves it so.
        *stand = Stand::Unknown;
        match timeout_at(self.until(ONE_STATEMENT), asking(connection)).await {
            Ok(Ok(answer)) => {
                *stand = Stand::Open;
                Ok(answer)
            }
            Ok(Err(error)) => {
                let error = exec(error);
                *stand = if breaks_a_connection(&error) { Stand::Unknown } else { Stand::Failed };
                Err(error)
            }
            Err(_elapsed) => Err(too_late()),
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let held = self.held.get_mut();
        let Some(connection) = held.connection.take() else { return };
        match held.stand {
            Stand::Open | Stand::Failed => drop(self.runtime.spawn(give_up(connection))),
            Stand::Unknown => {
                tracing::debug!("a connection to the database is closed");
                // Its pool wants a runtime to close it on, also when whoever held it lives on none.
                let _home = self.runtime.enter();
                connection.close();
            }
        }
    }
}

/// Rolls back. A connection on which that does not work is closed.
async fn give_up(mut connection: Connection) {
    if matches!(timeout(ROLLBACK_TIME, connection.say("ROLLBACK")).await, Ok(Ok(()))) {
        connection.release();
    } else {
        tracing::warn!("a transaction could not be rolled back: its connection is closed");
        connection.close();
    }
}

pub(super) fn exec(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

/// A statement after the transaction failed or ended: a mistake of ours, or a consequence of the error before.
fn over() -> DbErr {
    DbErr::Custom("this transaction is over".into())
}

/// It took longer than anybody waits.
pub(super) fn too_late() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("the database did not answer in time".into()))
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(async |connection: &mut Connection| connection.execute(&statement).await).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let statement = Statement::from_string(self.backend, sql);
        self.ask(async |connection: &mut Connection| connection.execute(&statement).await).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ask(async |connection: &mut Connection| connection.one(&statement).await).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(async |connection: &mut Connection| connection.all(&statement).await).await
    }
}
