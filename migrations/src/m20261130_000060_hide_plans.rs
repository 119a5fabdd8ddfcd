//! Plans whose words left public view. As long as a round is not frozen the words themselves go. What was frozen stays as
//! it was, for the vote goes by it: beside it stands what is shown instead. The ledger stays as it was likewise.

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

const STATEMENTS: [&str; 4] = [
    // Nobody votes on it: its initiatief left public view before voting opened.
    "ALTER TABLE project ADD COLUMN vervallen_at {time}",
    // What is shown of a frozen project instead of its own words. Of two people when they chose to, as of one when its
    // initiatief left public view.
    "CREATE TABLE project_masker (
        project_id {uuid} NOT NULL REFERENCES project (id),
        veld TEXT NOT NULL CHECK (veld IN ('titel', 'tekst', 'reden')),
        tekst TEXT NOT NULL,
        door {uuid} REFERENCES account (id),
        bevestigd_door {uuid} REFERENCES account (id),
        at {time} NOT NULL,
        PRIMARY KEY (project_id, veld),
        CHECK (bevestigd_door IS NULL OR bevestigd_door <> door)
    ){strict}",
    "CREATE TABLE boeking_masker (
        boeking_id {uuid} NOT NULL PRIMARY KEY REFERENCES boeking (id),
        omschrijving TEXT NOT NULL,
        at {time} NOT NULL
    ){strict}",
    // What was referred or withdrawn before there was this.
    "UPDATE project SET titel = '[weggelaten]', tekst = '[weggelaten]', heroverweging_tekst = NULL,
        reden = CASE WHEN reden IS NULL THEN NULL ELSE '[weggelaten]' END, vervallen_at = created_at
        WHERE initiatief_id IN (SELECT id FROM initiatief WHERE NOT openbaar)
        AND buurtbegroting_id IN (SELECT id FROM buurtbegroting WHERE bevroren IS NULL)",
];
