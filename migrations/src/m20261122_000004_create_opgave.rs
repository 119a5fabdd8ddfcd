//! The tree of a wijkactieplan: opgave, inzet, activiteit.

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
                "CREATE TABLE opgave (
                    id {uuid} NOT NULL PRIMARY KEY,
                    gebied TEXT NOT NULL REFERENCES gebied (code),
                    titel TEXT NOT NULL,
                    tekst TEXT NOT NULL,
                    thema TEXT NOT NULL,
                    gemaakt_door {uuid} NOT NULL REFERENCES account (id),
                    created_at {time} NOT NULL,
                    versie {int} NOT NULL
                ){strict}",
                "CREATE INDEX opgave_gebied ON opgave (gebied, id)",
                "CREATE TABLE inzet (
                    id {uuid} NOT NULL PRIMARY KEY,
                    opgave_id {uuid} NOT NULL REFERENCES opgave (id),
                    jaar {int} NOT NULL,
                    product TEXT,
                    cents {int} CHECK (cents > 0),
                    open_cents {int} NOT NULL CHECK (open_cents >= 0),
                    uren {int} CHECK (uren >= 0),
                    wie TEXT,
                    gemaakt_door {uuid} NOT NULL REFERENCES account (id),
                    created_at {time} NOT NULL,
                    CHECK ((product IS NULL) = (cents IS NULL)),
                    CHECK (open_cents <= COALESCE(cents, 0))
                ){strict}",
                "CREATE INDEX inzet_opgave ON inzet (opgave_id)",
                "CREATE TABLE activiteit (
                    id {uuid} NOT NULL PRIMARY KEY,
                    inzet_id {uuid} NOT NULL REFERENCES inzet (id),
                    titel TEXT NOT NULL,
                    wie TEXT,
                    begin_on {day},
                    eind_on {day},
                    gemaakt_door {uuid} NOT NULL REFERENCES account (id),
                    created_at {time} NOT NULL
                ){strict}",
                "CREATE INDEX activiteit_inzet ON activiteit (inzet_id)",
            ],
        )
        .await
    }
}
