//! What has to be told to people (SECURITY-RULES O-1), and indexes that photos need.

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
            &[
                "CREATE TABLE outbox (
                    id {uuid} NOT NULL PRIMARY KEY,
                    bericht TEXT NOT NULL,
                    email TEXT NOT NULL,
                    naam TEXT NOT NULL,
                    gegevens TEXT NOT NULL,
                    status TEXT NOT NULL CHECK (status IN ('wacht', 'verzonden', 'mislukt')),
                    pogingen {int} NOT NULL,
                    due_at {time} NOT NULL,
                    lease_until {time},
                    sent_at {time},
                    created_at {time} NOT NULL
                ){strict}",
                "CREATE INDEX outbox_due ON outbox (due_at) WHERE status = 'wacht'",
                "CREATE INDEX foto_initiatief ON foto (initiatief_id) WHERE initiatief_id IS NOT NULL",
                "CREATE INDEX foto_opdracht ON foto (opdracht_id) WHERE opdracht_id IS NOT NULL",
            ],
        )
        .await
    }
}
