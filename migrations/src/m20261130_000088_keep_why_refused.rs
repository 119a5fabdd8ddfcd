//! Why a request for another code was refused is read at the desk for a while: who asked read it in a mail alone, and their
//! colleagues nowhere. Somebody typed it, and a name in it must be able to go: it stands beside what is kept for ever. The version
//! before writes none.

use crate::sql::{never_changed, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["CREATE TABLE vervanging_reden (
                vervanging {uuid} NOT NULL PRIMARY KEY REFERENCES vervanging_einde (vervanging),
                reden TEXT NOT NULL
            ){strict}"],
        )
        .await?;
        never_changed(manager, "vervanging_reden").await
    }
}
