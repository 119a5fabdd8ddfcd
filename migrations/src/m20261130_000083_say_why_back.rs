//! Whoever puts something back, or asks for that, says why; and all that was done with an ingreep stays on record, also what was
//! asked again later. The version before writes no steps: what it did is told by the columns of `ingreep`.

use crate::sql::{append_only, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &STATEMENTS).await?;
        append_only(manager, "ingreep_stap").await
    }
}

const STATEMENTS: [&str; 5] = [
    // All that one request took away, or asked to. The version before names none, and then each stands by itself.
    "ALTER TABLE ingreep ADD COLUMN verzoek_id {uuid}",
    "CREATE INDEX ingreep_verzoek ON ingreep (verzoek_id) WHERE verzoek_id IS NOT NULL",
    // What waits is looked for over all rounds.
    "CREATE INDEX ingreep_wacht ON ingreep (geheel_id) WHERE status = 'wacht' OR terug_at IS NOT NULL",
    "CREATE TABLE ingreep_stap (
        id {uuid} NOT NULL PRIMARY KEY,
        ingreep_id {uuid} NOT NULL REFERENCES ingreep (id),
        soort TEXT NOT NULL CHECK (soort IN ('bevestigd', 'geweigerd', 'ingetrokken', 'terug_gevraagd', 'terug_bevestigd',
            'terug_geweigerd', 'terug_ingetrokken', 'teruggezet')),
        door {uuid} NOT NULL REFERENCES account (id),
        at {time} NOT NULL,
        reden TEXT,
        CHECK (reden IS NOT NULL OR soort NOT IN ('geweigerd', 'terug_gevraagd', 'terug_geweigerd', 'teruggezet'))
    ){strict}",
    "CREATE INDEX ingreep_stap_van ON ingreep_stap (ingreep_id, id)",
];
