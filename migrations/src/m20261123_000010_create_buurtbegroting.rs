//! The buurtbegroting and its projects. Once voting opens, nothing of them changes any more (SECURITY-RULES V-8).

use crate::sql::{frozen, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        frozen(manager, &RULES, &ONCE).await
    }
}

const TABLES: [&str; 5] = [
    "CREATE TABLE buurtbegroting (
        id {uuid} NOT NULL PRIMARY KEY,
        gebied TEXT NOT NULL REFERENCES gebied (code),
        titel TEXT NOT NULL,
        uitleg TEXT NOT NULL,
        jaar {int} NOT NULL CHECK (jaar BETWEEN 2000 AND 2200),
        product TEXT NOT NULL,
        cents {int} NOT NULL CHECK (cents > 0),
        spelregels TEXT NOT NULL,
        inzenden_at {time} NOT NULL,
        toetsen_at {time} NOT NULL,
        stemmen_at {time} NOT NULL,
        sluit_at {time} NOT NULL,
        gemaakt_door {uuid} NOT NULL REFERENCES account (id),
        created_at {time} NOT NULL,
        versie {int} NOT NULL,
        vastgesteld_at {time},
        publieke_sleutel {bytes},
        beproefd_at {time},
        bevroren_at {time},
        bevroren TEXT,
        bevroren_hash TEXT,
        gestopt_at {time},
        gestopt_reden TEXT,
        gesloten_at {time},
        bus_aantal {int} CHECK (bus_aantal >= 0),
        bus_controlegetal TEXT,
        definitief_at {time},
        CHECK ((bevroren IS NULL) = (bevroren_at IS NULL) AND (bevroren IS NULL) = (bevroren_hash IS NULL)),
        CHECK (bevroren IS NULL OR (vastgesteld_at IS NOT NULL AND beproefd_at IS NOT NULL)),
        CHECK (beproefd_at IS NULL OR publieke_sleutel IS NOT NULL),
        CHECK ((gestopt_at IS NULL) = (gestopt_reden IS NULL)),
        CHECK ((gesloten_at IS NULL) = (bus_aantal IS NULL) AND (gesloten_at IS NULL) = (bus_controlegetal IS NULL)),
        CHECK (gesloten_at IS NULL OR bevroren IS NOT NULL)
    ){strict}",
    "CREATE INDEX buurtbegroting_gebied ON buurtbegroting (gebied, id)",
    "CREATE TABLE project (
        id {uuid} NOT NULL PRIMARY KEY,
        buurtbegroting_id {uuid} NOT NULL REFERENCES buurtbegroting (id),
        nummer {int} NOT NULL CHECK (nummer > 0),
        code TEXT NOT NULL CHECK (code <> ''),
        initiatief_id {uuid} REFERENCES initiatief (id),
        titel TEXT NOT NULL,
        tekst TEXT NOT NULL,
        cents {int} NOT NULL CHECK (cents > 0),
        thema TEXT NOT NULL,
        wijk TEXT REFERENCES wijk (code),
        variant TEXT,
        status TEXT NOT NULL CHECK (status IN ('voorgesteld', 'toegelaten', 'afgewezen')),
        criterium TEXT,
        reden TEXT,
        voorgesteld_door {uuid} NOT NULL REFERENCES account (id),
        getoetst_door {uuid} REFERENCES account (id),
        created_at {time} NOT NULL,
        UNIQUE (buurtbegroting_id, nummer),
        UNIQUE (buurtbegroting_id, code),
        CHECK ((status = 'voorgesteld') = (getoetst_door IS NULL)),
        CHECK ((status = 'afgewezen') = (criterium IS NOT NULL) AND (criterium IS NULL) = (reden IS NULL))
    ){strict}",
    "CREATE UNIQUE INDEX project_initiatief ON project (buurtbegroting_id, initiatief_id)
        WHERE initiatief_id IS NOT NULL",
    "CREATE INDEX project_van_initiatief ON project (initiatief_id) WHERE initiatief_id IS NOT NULL",
];

/// What stays as it was when voting opened.
const RULES: [&str; 18] = [
    "id",
    "gebied",
    "titel",
    "uitleg",
    "jaar",
    "product",
    "cents",
    "spelregels",
    "inzenden_at",
    "toetsen_at",
    "stemmen_at",
    "sluit_at",
    "vastgesteld_at",
    "publieke_sleutel",
    "beproefd_at",
    "bevroren_at",
    "bevroren",
    "bevroren_hash",
];

/// What is written once.
const ONCE: [&str; 6] =
    ["gestopt_at", "gestopt_reden", "gesloten_at", "bus_aantal", "bus_controlegetal", "definitief_at"];
