//! The opdracht, the timelines, and photos.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await
    }
}

const TABLES: [&str; 10] = [
    "CREATE TABLE opdracht (
        id {uuid} NOT NULL PRIMARY KEY,
        activiteit_id {uuid} NOT NULL REFERENCES activiteit (id),
        inzet_id {uuid} NOT NULL REFERENCES inzet (id),
        opgave_id {uuid} NOT NULL REFERENCES opgave (id),
        initiatief_id {uuid} REFERENCES initiatief (id),
        gebied TEXT NOT NULL REFERENCES gebied (code),
        jaar {int} NOT NULL,
        soort TEXT NOT NULL CHECK (soort IN ('uitvoeren', 'minder', 'stoppen', 'overdragen')),
        status TEXT NOT NULL CHECK (status IN ('concept', 'ter_fiattering', 'gefiatteerd', 'aangenomen', 'geweigerd',
            'in_uitvoering', 'gereed', 'verantwoord', 'afgewezen', 'ingetrokken')),
        titel TEXT NOT NULL,
        tekst TEXT NOT NULL,
        opdrachtnemer TEXT NOT NULL CHECK (opdrachtnemer IN ('backoffice', 'partner', 'initiatiefnemer')),
        opdrachtnemer_naam TEXT NOT NULL,
        product TEXT NOT NULL,
        cents {int} NOT NULL CHECK (cents > 0),
        verplicht_cents {int} NOT NULL CHECK (verplicht_cents >= 0),
        besteed_cents {int} NOT NULL CHECK (besteed_cents >= 0),
        gemaakt_door {uuid} NOT NULL REFERENCES account (id),
        aangevraagd_door {uuid} REFERENCES account (id),
        gefiatteerd_door {uuid} REFERENCES account (id),
        gefiatteerd_at {time},
        created_at {time} NOT NULL,
        versie {int} NOT NULL,
        CHECK (verplicht_cents + besteed_cents <= cents),
        CHECK (gefiatteerd_door IS NULL OR (gefiatteerd_door <> aangevraagd_door AND gefiatteerd_door <> gemaakt_door))
    ){strict}",
    "CREATE INDEX opdracht_gebied ON opdracht (gebied, status, id)",
    "CREATE INDEX opdracht_status ON opdracht (status, id)",
    "CREATE INDEX opdracht_activiteit ON opdracht (activiteit_id)",
    "CREATE INDEX opdracht_initiatief ON opdracht (initiatief_id) WHERE initiatief_id IS NOT NULL",
    "CREATE INDEX opdracht_fiat ON opdracht (gefiatteerd_door, gefiatteerd_at) WHERE gefiatteerd_door IS NOT NULL",
    // A line belongs to one initiatief or to one opdracht: what happens to an opdracht is written to both, so that
    // a timeline is one walk over one index.
    "CREATE TABLE gebeurtenis (
        id {uuid} NOT NULL PRIMARY KEY,
        initiatief_id {uuid} REFERENCES initiatief (id),
        opdracht_id {uuid} REFERENCES opdracht (id),
        soort TEXT NOT NULL,
        tekst TEXT,
        cents {int},
        fotos TEXT,
        actor {uuid},
        at {time} NOT NULL,
        CHECK ((initiatief_id IS NULL) <> (opdracht_id IS NULL))
    ){strict}",
    "CREATE INDEX gebeurtenis_initiatief ON gebeurtenis (initiatief_id, id) WHERE initiatief_id IS NOT NULL",
    "CREATE INDEX gebeurtenis_opdracht ON gebeurtenis (opdracht_id, id) WHERE opdracht_id IS NOT NULL",
    "CREATE TABLE foto (
        id {uuid} NOT NULL PRIMARY KEY,
        bestand TEXT NOT NULL,
        breedte {int} NOT NULL,
        hoogte {int} NOT NULL,
        bytes {int} NOT NULL,
        account_id {uuid} REFERENCES account (id),
        initiatief_id {uuid} REFERENCES initiatief (id),
        opdracht_id {uuid} REFERENCES opdracht (id),
        volgorde {int} NOT NULL,
        created_at {time} NOT NULL,
        CHECK (initiatief_id IS NULL OR opdracht_id IS NULL)
    ){strict}",
];
