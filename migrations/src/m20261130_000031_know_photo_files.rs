//! The files of photos, so that those which no photo names any more are found and removed.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &STATEMENTS).await
    }
}

const STATEMENTS: [&str; 3] = [
    // A row is written before its file is, and goes after it. The files from before are noted by the job that removes
    // some.
    "CREATE TABLE foto_bestand (
        bestand TEXT NOT NULL PRIMARY KEY,
        geschreven_at {time} NOT NULL,
        weg_at {time}
    ){strict}",
    "CREATE INDEX foto_bestand_van ON foto (bestand)",
    "CREATE INDEX foto_los ON foto (created_at) WHERE initiatief_id IS NULL AND opdracht_id IS NULL",
];
