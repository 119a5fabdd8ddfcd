//! What the stembureau does by two people: another code for a lost letter, and shutting a box that nobody can check any more
//! (SECURITY-RULES P-6, V-1a). And what was found to be wrong with a box that stays shut.

use crate::sql::{append_only, forbid, postgres_only, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        for table in ["vervanging", "vervanging_akkoord", "noodsluiting"] {
            append_only(manager, table).await?;
        }
        let alone = "EXISTS (SELECT 1 FROM vervanging v WHERE v.id = NEW.vervanging AND v.gevraagd_door = NEW.door)";
        forbid(manager, "vervanging_alleen", ("INSERT", "vervanging_akkoord"), alone).await?;
        let alone = "NEW.toets = 'aantallen' \
             AND (SELECT COUNT(DISTINCT n.door) FROM noodsluiting n WHERE n.ronde = NEW.ronde) < 2";
        forbid(manager, "noodsluiting_alleen", ("INSERT", "sluiting"), alone).await?;
        postgres_only(manager, &VIEWS).await
    }
}

const TABLES: [&str; 5] = [
    "CREATE TABLE vervanging (
        id {uuid} NOT NULL PRIMARY KEY,
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        nummer {int} NOT NULL CHECK (nummer > 0),
        gevraagd_door {uuid} NOT NULL REFERENCES account (id),
        gevraagd_at {time} NOT NULL
    ){strict}",
    "CREATE INDEX vervanging_ronde ON vervanging (ronde, nummer)",
    "CREATE TABLE vervanging_akkoord (
        vervanging {uuid} NOT NULL PRIMARY KEY REFERENCES vervanging (id),
        door {uuid} NOT NULL REFERENCES account (id),
        at {time} NOT NULL
    ){strict}",
    "CREATE TABLE noodsluiting (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        door {uuid} NOT NULL REFERENCES account (id),
        at {time} NOT NULL,
        PRIMARY KEY (ronde, door, at)
    ){strict}",
    // As it was found last, and when; gone once the box is shut.
    "CREATE TABLE bevinding (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        soort TEXT NOT NULL,
        at {time} NOT NULL,
        PRIMARY KEY (ronde, soort)
    ){strict}",
];

/// Of a vote by fewer than ten people nobody is told how many they were (SECURITY-RULES H-7).
const VIEWS: [&str; 1] =
    ["CREATE OR REPLACE VIEW lees_buurtbegroting AS SELECT id, gebied, titel, jaar, product, cents,
        inzenden_at, toetsen_at, stemmen_at, sluit_at, gestopt_at, gesloten_at,
        CASE WHEN bus_aantal >= 10 THEN bus_aantal END AS bus_aantal, definitief_at
        FROM buurtbegroting WHERE vastgesteld_at IS NOT NULL"];
