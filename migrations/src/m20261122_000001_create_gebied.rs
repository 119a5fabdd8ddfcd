//! Areas, postcodes and the lists that people choose from: data, never constants in code.

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
                "CREATE TABLE gebied (
                    code TEXT NOT NULL PRIMARY KEY,
                    naam TEXT NOT NULL,
                    korte_naam TEXT NOT NULL,
                    lon {real} NOT NULL,
                    lat {real} NOT NULL,
                    omtrek TEXT
                ){strict}",
                "CREATE TABLE wijk (
                    code TEXT NOT NULL PRIMARY KEY,
                    naam TEXT NOT NULL,
                    gebied TEXT NOT NULL REFERENCES gebied (code),
                    lon {real} NOT NULL,
                    lat {real} NOT NULL,
                    omtrek TEXT
                ){strict}",
                "CREATE INDEX wijk_gebied ON wijk (gebied)",
                "CREATE TABLE buurt (
                    code TEXT NOT NULL PRIMARY KEY,
                    naam TEXT NOT NULL,
                    wijk TEXT NOT NULL REFERENCES wijk (code),
                    lon {real} NOT NULL,
                    lat {real} NOT NULL
                ){strict}",
                // A postcode of four digits lies in several buurten; of six, in one. The share orders them.
                "CREATE TABLE postcode (
                    postcode TEXT NOT NULL,
                    buurt TEXT NOT NULL REFERENCES buurt (code),
                    promille {int} NOT NULL CHECK (promille BETWEEN 0 AND 1000),
                    PRIMARY KEY (postcode, buurt)
                ){strict}",
                "CREATE TABLE keuze (
                    lijst TEXT NOT NULL CHECK (lijst IN ('thema', 'product', 'criterium')),
                    code TEXT NOT NULL,
                    naam TEXT NOT NULL,
                    uitleg TEXT,
                    taakveld TEXT,
                    volgorde {int} NOT NULL,
                    PRIMARY KEY (lijst, code)
                ){strict}",
            ],
        )
        .await
    }
}
