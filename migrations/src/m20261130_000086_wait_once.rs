//! Of one text or photo one request waits for the stembureau, also when two people ask at the same moment.

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

const STATEMENTS: [&str; 2] = [
    // Nothing kept two rounds of one initiatief from asking at once about a photo of it. What was asked first waits on; whoever
    // asked the same after it is as if they had withdrawn that, by themselves.
    "UPDATE ingreep SET status = 'hersteld', hersteld_door = door, hersteld_at = at, ingetrokken_at = at, origineel = NULL
        WHERE status = 'wacht' AND EXISTS (SELECT 1 FROM ingreep n WHERE n.deel_soort = ingreep.deel_soort
        AND n.deel_id = ingreep.deel_id AND n.veld = ingreep.veld AND n.status = 'wacht' AND n.id < ingreep.id)",
    "CREATE UNIQUE INDEX ingreep_wacht_eens ON ingreep (deel_soort, deel_id, veld) WHERE status = 'wacht'",
];
