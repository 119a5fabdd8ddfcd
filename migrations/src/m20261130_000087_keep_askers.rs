//! Who asked first is kept when a colleague adds a word to what waits: since when it waits, and who may not say yes to it. The
//! version before writes none, and then a request is of whoever made it alone.

use crate::sql::{append_only, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[TABLE]).await?;
        append_only(manager, "ingreep_vrager").await
    }
}

const TABLE: &str = "CREATE TABLE ingreep_vrager (
        ingreep_id {uuid} NOT NULL REFERENCES ingreep (id),
        door {uuid} NOT NULL REFERENCES account (id),
        at {time} NOT NULL,
        PRIMARY KEY (ingreep_id, door)
    ){strict}";
