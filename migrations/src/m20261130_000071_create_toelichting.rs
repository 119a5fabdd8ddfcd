//! What staff write about a posting: beside the ledger, under no seal, so that it can be erased.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["CREATE TABLE boeking_toelichting (
                boeking_id {uuid} NOT NULL PRIMARY KEY REFERENCES boeking (id),
                tekst TEXT NOT NULL,
                door TEXT NOT NULL,
                at {time} NOT NULL
            ){strict}"],
        )
        .await
    }
}
