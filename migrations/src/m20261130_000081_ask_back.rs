//! What was taken out of what people vote on is put back by two people as well, and the stembureau can refuse what it was asked.
//! The version before knows neither: it writes none of these columns, and what it withdraws it calls put back.

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

const STATEMENTS: [&str; 7] = [
    // Who asked to put it back, and when: until another answers, and for good once it was put back.
    "ALTER TABLE ingreep ADD COLUMN terug_door {uuid} REFERENCES account (id)
        CHECK (terug_door IS NULL OR hersteld_door IS NULL OR terug_door <> hersteld_door)",
    "ALTER TABLE ingreep ADD COLUMN terug_at {time}",
    // Who refused what was asked last.
    "ALTER TABLE ingreep ADD COLUMN geweigerd_door {uuid} REFERENCES account (id)",
    "ALTER TABLE ingreep ADD COLUMN geweigerd_at {time}",
    "ALTER TABLE ingreep ADD COLUMN geweigerd_reden TEXT",
    // Of a request that was withdrawn before anybody answered.
    "ALTER TABLE ingreep ADD COLUMN ingetrokken_at {time}",
    "CREATE INDEX ingreep_deel ON ingreep (deel_id, id)",
];
