//! Who voted, and what was voted: apart, and without anything to join them by (SECURITY-RULES §9).
//!
//! The tables of a cast have no foreign key: checking one would lock the row of the buurtbegroting for every ballot,
//! and each cast reads that row anyway.

use crate::sql::{append_only, keep, may_vacuum, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        append_only(manager, "stem").await?;
        append_only(manager, "uitslag").await?;
        let is_final = "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = OLD.ronde AND b.definitief_at IS NOT NULL)";
        keep(manager, "deelname", is_final).await?;
        keep(manager, "stembus", is_final).await?;
        let is_moved = "EXISTS (SELECT 1 FROM stembus s WHERE s.ronde = OLD.ronde AND s.biljet_id = OLD.biljet_id)";
        keep(manager, "stembus_in", is_moved).await?;
        may_vacuum(manager, "stembus_in").await
    }
}

const TABLES: [&str; 7] = [
    // What is kept of a letter: a code is recognised, never read.
    "CREATE TABLE stemcode (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        merk {bytes} NOT NULL,
        nummer {int} NOT NULL CHECK (nummer > 0),
        PRIMARY KEY (ronde, merk),
        UNIQUE (ronde, nummer)
    ){rowless}",
    // No time and no other column (V-1).
    "CREATE TABLE deelname (
        ronde {uuid} NOT NULL,
        kiezer {bytes} NOT NULL,
        kanaal TEXT NOT NULL CHECK (kanaal IN ('online', 'balie', 'papier')),
        PRIMARY KEY (ronde, kiezer)
    ){rowless}",
    "CREATE TABLE stembus_in (
        ronde {uuid} NOT NULL,
        biljet_id {bytes} NOT NULL,
        envelop {bytes} NOT NULL,
        PRIMARY KEY (ronde, biljet_id)
    ){rowless}",
    "CREATE TABLE stembus (
        ronde {uuid} NOT NULL,
        biljet_id {bytes} NOT NULL,
        envelop {bytes} NOT NULL,
        PRIMARY KEY (ronde, biljet_id)
    ){rowless}",
    // How many voted, in tens, hour by hour: all that anybody sees while voting is open.
    "CREATE TABLE opkomst (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        geteld_at {time} NOT NULL,
        minstens {int} NOT NULL CHECK (minstens >= 0),
        PRIMARY KEY (ronde, geteld_at)
    ){rowless}",
    // Opened ballots, under ids that are random.
    "CREATE TABLE stem (
        id {uuid} NOT NULL PRIMARY KEY,
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        keuzes TEXT NOT NULL
    ){rowless}",
    "CREATE TABLE uitslag (
        ronde {uuid} NOT NULL PRIMARY KEY REFERENCES buurtbegroting (id),
        weergave TEXT NOT NULL,
        rapport TEXT NOT NULL,
        tabel TEXT NOT NULL,
        pb TEXT NOT NULL,
        controlecodes TEXT NOT NULL,
        geteld_at {time} NOT NULL,
        geteld_door {uuid} NOT NULL REFERENCES account (id)
    ){strict}",
];
