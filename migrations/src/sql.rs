//! One text of SQL for two databases: only the names of types differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// Runs statements in which `{uuid}`, `{int}`, `{time}`, `{day}`, `{bool}`, `{real}` and `{bytes}` stand for the types
/// of the database, `{strict}` for what makes SQLite check them, and `{rowless}` for the same without a hidden row number.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(&in_dialect(statement, connection.get_database_backend())).await?;
    }
    Ok(())
}

/// Runs statements on PostgreSQL, which knows roles and views of them; SQLite is one file of one program.
pub async fn postgres_only(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        for statement in statements {
            connection.execute_unprepared(statement).await?;
        }
    }
    Ok(())
}

/// Makes an index on a table that others write in meanwhile, and keeps none of them waiting: `what` is the table and its columns.
/// For a step that does this alone and whose `use_transaction` gives `Some(false)`: PostgreSQL does it in no transaction. What
/// broke off half-way is left there without being of use, so what has this name goes first.
///
/// # Errors
/// When the database refuses, or somebody goes on too long with what was there before; done again, it goes on from nothing.
pub async fn index_beside(manager: &SchemaManager<'_>, name: &str, what: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = connection.get_database_backend() == DatabaseBackend::Postgres;
    let beside = if is_postgres { "CONCURRENTLY " } else { "" };
    connection.execute_unprepared(&format!("DROP INDEX {beside}IF EXISTS {name}")).await?;
    connection.execute_unprepared(&format!("CREATE INDEX {beside}{name} ON {what}")).await?;
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
    // Where the server has a role of its own (D-3), that role cannot even try.
    rule_for_server(manager, &format!("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM wijkkoers_app")).await
}

/// Forbids UPDATE on a table whose rows are taken away at the end, see [`keep`].
pub async fn never_changed(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    forbid(manager, &format!("{table}_unchanged"), ("UPDATE", table), "TRUE").await?;
    rule_for_server(manager, &format!("REVOKE UPDATE, TRUNCATE ON {table} FROM wijkkoers_app")).await
}

/// Leaves the role of the server one column of a table to change.
pub async fn only_changed(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    rule_for_server(manager, &format!("REVOKE UPDATE, TRUNCATE ON {table} FROM wijkkoers_app")).await?;
    rule_for_server(manager, &format!("GRANT UPDATE ({column}) ON {table} TO wijkkoers_app")).await
}

/// Where the server has a role of its own on PostgreSQL (D-3), says what that may do.
async fn rule_for_server(manager: &SchemaManager<'_>, right: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let guarded = format!(
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkkoers_app') THEN {right}; END IF; END $$"
        );
        connection.execute_unprepared(&guarded).await?;
    }
    Ok(())
}

/// Forbids taking rows away from a table, unless a condition on `OLD` holds.
pub async fn keep(manager: &SchemaManager<'_>, table: &str, unless: &str) -> Result<(), DbErr> {
    forbid(manager, &format!("{table}_kept"), ("DELETE", table), &format!("NOT {unless}")).await?;
    let connection = manager.get_connection();
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let truncate = format!(
            "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()"
        );
        connection.execute_unprepared(&truncate).await?;
    }
    Ok(())
}

/// The same on a table that is kept already, with another condition in place of the one before.
pub async fn keep_instead(manager: &SchemaManager<'_>, table: &str, unless: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let of = if connection.get_database_backend() == DatabaseBackend::Postgres {
        format!(" ON {table}")
    } else {
        String::new()
    };
    connection.execute_unprepared(&format!("DROP TRIGGER {table}_kept{of}")).await?;
    forbid(manager, &format!("{table}_kept"), ("DELETE", table), &format!("NOT {unless}")).await
}

/// Lets the role of the server (D-3), which owns no table, clear away what PostgreSQL keeps of deleted rows. Before
/// version 17 only an owner can: there the server cleans up with the rest, some time later.
pub async fn may_vacuum(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let grant = format!(
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkkoers_app') \
             AND current_setting('server_version_num')::int >= 170000 THEN \
             EXECUTE 'GRANT MAINTAIN ON {table} TO wijkkoers_app'; END IF; END $$"
        );
        connection.execute_unprepared(&grant).await?;
    }
    Ok(())
}

/// Freezes the `rules` of a buurtbegroting and its projects once it is frozen, and what is written `once` for ever.
pub async fn frozen(manager: &SchemaManager<'_>, rules: &[&str], once: &[&str]) -> Result<(), DbErr> {
    let is_postgres = manager.get_connection().get_database_backend() == DatabaseBackend::Postgres;
    let differs = if is_postgres { "IS DISTINCT FROM" } else { "IS NOT" };
    let changed: Vec<String> = rules.iter().map(|column| format!("NEW.{column} {differs} OLD.{column}")).collect();
    let rewritten: Vec<String> = once
        .iter()
        .map(|column| format!("(OLD.{column} IS NOT NULL AND NEW.{column} {differs} OLD.{column})"))
        .collect();
    let when = format!("(OLD.bevroren IS NOT NULL AND ({})) OR {}", changed.join(" OR "), rewritten.join(" OR "));
    forbid(manager, "buurtbegroting_frozen", ("UPDATE", "buurtbegroting"), &when).await?;
    forbid(manager, "buurtbegroting_kept", ("DELETE", "buurtbegroting"), "OLD.vastgesteld_at IS NOT NULL").await?;
    for (verb, row) in [("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")] {
        let when = format!(
            "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = {row}.buurtbegroting_id AND b.bevroren IS NOT NULL)"
        );
        forbid(manager, &format!("project_frozen_{}", verb.to_lowercase()), (verb, "project"), &when).await?;
    }
    Ok(())
}

/// Refuses what happens to a row of a table when a condition on `OLD` and `NEW` holds.
pub async fn forbid(
    manager: &SchemaManager<'_>,
    name: &str,
    (verb, table): (&str, &str),
    when: &str,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let back = if verb == "DELETE" { "OLD" } else { "NEW" };
        let function = format!(
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION '{name}'; END IF; \
             IF {when} THEN RAISE EXCEPTION '{name}'; END IF; RETURN {back}; END $$"
        );
        let trigger = format!("CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()");
        connection.execute_unprepared(&function).await?;
        connection.execute_unprepared(&trigger).await?;
    } else {
        let trigger = format!(
            "CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        );
        connection.execute_unprepared(&trigger).await?;
    }
    Ok(())
}

/// Refuses something else than a trigger of this name refused before.
pub async fn forbid_instead(
    manager: &SchemaManager<'_>,
    name: &str,
    (verb, table): (&str, &str),
    when: &str,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let is_postgres = connection.get_database_backend() == DatabaseBackend::Postgres;
    let of = if is_postgres { format!(" ON {table}") } else { String::new() };
    connection.execute_unprepared(&format!("DROP TRIGGER {name}{of}")).await?;
    forbid(manager, name, (verb, table), when).await
}

fn in_dialect(statement: &str, backend: DatabaseBackend) -> String {
    let types: [(&str, &str); 9] = if backend == DatabaseBackend::Postgres {
        [
            ("{uuid}", "UUID"),
            ("{int}", "BIGINT"),
            ("{time}", "TIMESTAMPTZ"),
            ("{day}", "DATE"),
            ("{bool}", "BOOLEAN"),
            ("{real}", "DOUBLE PRECISION"),
            ("{bytes}", "BYTEA"),
            ("{strict}", ""),
            ("{rowless}", ""),
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
            ("{rowless}", " STRICT, WITHOUT ROWID"),
        ]
    };
    types.iter().fold(statement.to_owned(), |text, (name, word)| text.replace(name, word))
}
