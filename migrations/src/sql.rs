//! One text of SQL for two databases: only the names of types differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// Runs statements in which `{uuid}`, `{int}`, `{time}`, `{day}`, `{bool}`, `{real}` and `{bytes}` stand for the types
/// of the database, and `{strict}` for what makes SQLite check them.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(&in_dialect(statement, connection.get_database_backend())).await?;
    }
    Ok(())
}

/// Forbids UPDATE and DELETE on a table (SECURITY-RULES D-5).
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = connection.get_database_backend() == DatabaseBackend::Postgres;
    let statements = if is_postgres {
        vec![
            format!(
                "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
            ),
            format!(
                "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
            ),
            format!(
                "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
            ),
            // Where the server has a role of its own (D-3), that role cannot even try.
            format!(
                "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkkoers_app') THEN \
                 REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM wijkkoers_app; END IF; END $$"
            ),
        ]
    } else {
        let forbid = |verb: &str| {
            let name = verb.to_lowercase();
            format!(
                "CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        };
        vec![forbid("UPDATE"), forbid("DELETE")]
    };
    for statement in statements {
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}

fn in_dialect(statement: &str, backend: DatabaseBackend) -> String {
    let types: [(&str, &str); 8] = if backend == DatabaseBackend::Postgres {
        [
            ("{uuid}", "UUID"),
            ("{int}", "BIGINT"),
            ("{time}", "TIMESTAMPTZ"),
            ("{day}", "DATE"),
            ("{bool}", "BOOLEAN"),
            ("{real}", "DOUBLE PRECISION"),
            ("{bytes}", "BYTEA"),
            ("{strict}", ""),
        ]
    } else {
        [
            ("{uuid}", "BLOB"),
            ("{int}", "INTEGER"),
            ("{time}", "TEXT"),
            ("{day}", "TEXT"),
            ("{bool}", "INTEGER"),
            ("{real}", "REAL"),
            ("{bytes}", "BLOB"),
            ("{strict}", " STRICT"),
        ]
    };
    types.iter().fold(statement.to_owned(), |text, (name, word)| text.replace(name, word))
}
