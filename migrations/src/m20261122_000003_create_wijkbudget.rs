//! The ledger (SECURITY-RULES M-1 to M-4): postings that never change, and balances that can never fall below zero.

use crate::sql::{append_only, run};
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
                "CREATE TABLE wijkbudget (
                    id {uuid} NOT NULL PRIMARY KEY,
                    gebied TEXT NOT NULL REFERENCES gebied (code),
                    jaar {int} NOT NULL CHECK (jaar BETWEEN 2000 AND 2200),
                    boekingen {int} NOT NULL CHECK (boekingen >= 0),
                    zegel {bytes} NOT NULL,
                    UNIQUE (gebied, jaar)
                ){strict}",
                "CREATE TABLE boeking (
                    id {uuid} NOT NULL PRIMARY KEY,
                    wijkbudget_id {uuid} NOT NULL REFERENCES wijkbudget (id),
                    nummer {int} NOT NULL,
                    product TEXT NOT NULL,
                    soort TEXT NOT NULL CHECK (soort IN
                        ('begroot', 'wijziging', 'gereserveerd', 'verplicht', 'besteed', 'vrijval')),
                    van TEXT NOT NULL CHECK (van IN ('extern', 'vrij', 'gereserveerd', 'verplicht', 'besteed')),
                    naar TEXT NOT NULL CHECK (naar IN ('extern', 'vrij', 'gereserveerd', 'verplicht', 'besteed')),
                    cents {int} NOT NULL CHECK (cents BETWEEN 1 AND 100000000000),
                    inzet_id {uuid},
                    opdracht_id {uuid},
                    omschrijving TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    sleutel TEXT NOT NULL UNIQUE,
                    at {time} NOT NULL,
                    vorige {bytes} NOT NULL,
                    zegel {bytes} NOT NULL,
                    UNIQUE (wijkbudget_id, nummer),
                    CHECK (van <> naar)
                ){strict}",
                "CREATE INDEX boeking_product ON boeking (wijkbudget_id, product, nummer)",
                "CREATE INDEX boeking_opdracht ON boeking (opdracht_id) WHERE opdracht_id IS NOT NULL",
                "CREATE TABLE saldo (
                    wijkbudget_id {uuid} NOT NULL REFERENCES wijkbudget (id),
                    product TEXT NOT NULL,
                    pot TEXT NOT NULL CHECK (pot IN ('extern', 'vrij', 'gereserveerd', 'verplicht', 'besteed')),
                    cents {int} NOT NULL,
                    PRIMARY KEY (wijkbudget_id, product, pot),
                    CHECK (pot = 'extern' OR cents >= 0)
                ){strict}",
            ],
        )
        .await?;
        append_only(manager, "boeking").await
    }
}
