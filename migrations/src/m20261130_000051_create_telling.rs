//! Counts and recounts: who asked, how far they are, and what came of them. Counting is long by nature, so it runs by itself.

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

const TABLES: [&str; 2] = [
    "CREATE TABLE telling (
        id {uuid} NOT NULL PRIMARY KEY,
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        soort TEXT NOT NULL CHECK (soort IN ('telling', 'natelling')),
        gevraagd_door {uuid} NOT NULL REFERENCES account (id),
        gevraagd_at {time} NOT NULL,
        begonnen_at {time},
        -- When the instance that counts was last heard of.
        levend_at {time},
        geopend {int} NOT NULL CHECK (geopend >= 0),
        stembiljetten {int} NOT NULL CHECK (stembiljetten >= 0),
        klaar_at {time},
        gelukt {bool},
        gelijk {bool},
        fout TEXT,
        CHECK ((begonnen_at IS NULL) = (levend_at IS NULL)),
        CHECK ((klaar_at IS NULL) = (gelukt IS NULL)),
        CHECK (klaar_at IS NULL OR begonnen_at IS NOT NULL),
        CHECK (gelijk IS NULL OR soort = 'natelling')
    ){strict}",
    // One at a time.
    "CREATE UNIQUE INDEX telling_open ON telling (ronde) WHERE klaar_at IS NULL",
];
