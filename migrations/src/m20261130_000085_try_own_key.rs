//! Of each custodian it is known whether their own key was ever tried: two of three show that the key of the ballots works, and the
//! third tries theirs by themselves.

use crate::sql::{append_only, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["CREATE TABLE sleutel_geprobeerd (
                ronde {uuid} NOT NULL,
                plaats {int} NOT NULL,
                -- When it opened their part for the first time.
                at {time} NOT NULL,
                PRIMARY KEY (ronde, plaats),
                FOREIGN KEY (ronde, plaats) REFERENCES bewaarder (ronde, plaats)
            ){strict}"],
        )
        .await?;
        append_only(manager, "sleutel_geprobeerd").await
    }
}
