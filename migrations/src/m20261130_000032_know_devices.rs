//! Devices that somebody logged in on before, and the pace of wrong passwords.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await
    }
}

const TABLES: [&str; 3] = [
    // `ver` is that of the account: when all its sessions end, it knows no device any more.
    "CREATE TABLE apparaat (
                    hash {bytes} NOT NULL PRIMARY KEY,
                    account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                    ver {int} NOT NULL,
                    created_at {time} NOT NULL,
                    last_seen_at {time} NOT NULL
                ){strict}",
    "CREATE INDEX apparaat_account ON apparaat (account_id)",
    // Until which second since 1970 everything is taken.
    "CREATE TABLE tempo (
                    sleutel TEXT NOT NULL PRIMARY KEY,
                    bezet_tot {int} NOT NULL
                ){strict}",
];
