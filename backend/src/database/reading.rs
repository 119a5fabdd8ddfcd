//! Reading outside a transaction: each statement has a deadline of its own (SECURITY-RULES D-9).
//!
//! On PostgreSQL `statement_timeout` is kept by the server, which cannot say so when the way to it is dead: packets that go
//! nowhere, and nobody who hangs up. sqlx offers no keepalive and no time after which TCP gives up, so the deadline is here,
//! in the one place by which all reading goes. A visitor's request goes on in a task of its own when they have left
//! (`http/guard.rs`); without a deadline it would hold its connection for ever, and after as many as there are connections
//! nobody reads anything any more.
//!
//! A connection whose statement was not answered is closed and not given back: sqlx would first wait for that answer.

use super::acquiring;
use super::transaction::{Connection, exec, too_late};
use crate::error::breaks_a_connection;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, ExecResult, QueryResult, Statement};
use sqlx::PgPool;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Takes statements outside a transaction.
#[derive(Debug, Clone)]
pub struct Reader(Way);

#[derive(Debug, Clone)]
enum Way {
    /// To the embedded database: it is on this machine, and waits no longer than its `busy_timeout`.
    File(DatabaseConnection),
    /// To a server; so long at most for each statement.
    Server(PgPool, Duration),
}

/// A connection that somebody reads with. Unless it was answered it is closed.
#[derive(Debug)]
struct Lease {
    connection: Option<Connection>,
    is_answered: bool,
    runtime: Handle,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // Its pool wants a runtime, also when whoever held it lives on none.
        let _home = self.runtime.enter();
        if self.is_answered {
            connection.release();
        } else {
            tracing::debug!("a connection to the database is closed");
            connection.close();
        }
    }
}

/// Asks something on a connection of the pool.
async fn ask<T>(
    pool: &PgPool,
    longest: Duration,
    asking: impl AsyncFnOnce(&mut Connection) -> Result<T, sqlx::Error>,
) -> Result<T, DbErr> {
    let connection = pool.acquire().await.map_err(acquiring)?;
    let mut lease =
        Lease { connection: Some(Connection::Postgres(connection)), is_answered: false, runtime: Handle::current() };
    let Some(connection) = &mut lease.connection else { return Err(too_late()) };
    match timeout(longest, asking(connection)).await {
        Ok(Ok(answer)) => {
            lease.is_answered = true;
            Ok(answer)
        }
        Ok(Err(error)) => {
            let error = exec(error);
            lease.is_answered = !breaks_a_connection(&error);
            Err(error)
        }
        Err(_elapsed) => Err(too_late()),
    }
}

impl Reader {
    pub(super) const fn on_file(database: DatabaseConnection) -> Self {
        Self(Way::File(database))
    }

    pub(super) const fn on_server(pool: PgPool, longest: Duration) -> Self {
        Self(Way::Server(pool, longest))
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DatabaseBackend {
        match self.0 {
            Way::File(_) => DatabaseBackend::Sqlite,
            Way::Server(..) => DatabaseBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Way::File(database) => database.execute_raw(statement).await,
            Way::Server(pool, longest) => {
                ask(pool, *longest, async |connection: &mut Connection| connection.execute(&statement).await).await
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.get_database_backend(), sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.0 {
            Way::File(database) => database.query_one_raw(statement).await,
            Way::Server(pool, longest) => {
                ask(pool, *longest, async |connection: &mut Connection| connection.one(&statement).await).await
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.0 {
            Way::File(database) => database.query_all_raw(statement).await,
            Way::Server(pool, longest) => {
                ask(pool, *longest, async |connection: &mut Connection| connection.all(&statement).await).await
            }
        }
    }
}
