//! Ballots on paper, entered by two people before they go in the box (SECURITY-RULES V-8).

use crate::sql::{keep, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        let is_in_box = "EXISTS (SELECT 1 FROM bundel b WHERE b.id = OLD.bundel AND b.afgerond_at IS NOT NULL)";
        keep(manager, "bundel_invoer", is_in_box).await
    }
}

const TABLES: [&str; 2] = [
    "CREATE TABLE bundel (
        id {uuid} NOT NULL PRIMARY KEY,
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        nummer {int} NOT NULL CHECK (nummer > 0),
        kanaal TEXT NOT NULL CHECK (kanaal IN ('balie', 'papier')),
        aantal {int} NOT NULL CHECK (aantal >= 0),
        gemaakt_door {uuid} NOT NULL REFERENCES account (id),
        created_at {time} NOT NULL,
        afgerond_at {time},
        UNIQUE (ronde, nummer)
    ){strict}",
    // What somebody entered: sealed, with a mark that only says whether two entries are alike.
    "CREATE TABLE bundel_invoer (
        bundel {uuid} NOT NULL REFERENCES bundel (id),
        nummer {int} NOT NULL CHECK (nummer > 0),
        door {uuid} NOT NULL REFERENCES account (id),
        beurt {int} NOT NULL CHECK (beurt BETWEEN 1 AND 3),
        merk {bytes} NOT NULL,
        envelop {bytes} NOT NULL,
        PRIMARY KEY (bundel, nummer, door),
        UNIQUE (bundel, nummer, beurt)
    ){rowless}",
];
