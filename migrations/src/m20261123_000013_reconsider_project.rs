//! A second look at a plan that was refused: asked for once, done by others than who refused it (DESIGN.md §2).

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &COLUMNS).await
    }
}

const COLUMNS: [&str; 4] = [
    "ALTER TABLE project ADD COLUMN heroverweging_at {time}",
    "ALTER TABLE project ADD COLUMN heroverweging_tekst TEXT",
    // Who was against it the second time; another must agree.
    "ALTER TABLE project ADD COLUMN tegen_door {uuid} REFERENCES account (id)",
    "ALTER TABLE project ADD COLUMN heroverwogen_at {time}",
];
