//! The initiatief, its support, its words for finding what looks like it, and photos.

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

const TABLES: [&str; 13] = [
    "CREATE TABLE initiatief (
        id {uuid} NOT NULL PRIMARY KEY,
        soort TEXT NOT NULL CHECK (soort IN ('idee', 'vraag', 'zelf_doen', 'buurtrecht')),
        status TEXT NOT NULL CHECK (status IN ('concept', 'ingediend', 'in_behandeling', 'vraag_aan_indiener',
            'gekoppeld', 'samengevoegd', 'naar_buurtbegroting', 'doorverwezen', 'afgewezen', 'in_uitvoering',
            'gerealiseerd', 'ingetrokken')),
        openbaar {bool} NOT NULL,
        titel TEXT NOT NULL,
        tekst TEXT NOT NULL,
        gebied TEXT NOT NULL REFERENCES gebied (code),
        wijk TEXT NOT NULL REFERENCES wijk (code),
        thema TEXT NOT NULL,
        plaats TEXT,
        lon {real},
        lat {real},
        kosten_cents {int} CHECK (kosten_cents >= 0),
        account_id {uuid} REFERENCES account (id),
        naam TEXT NOT NULL,
        email TEXT NOT NULL,
        indiener_soort TEXT NOT NULL CHECK (indiener_soort IN ('bewoner', 'ondernemer', 'organisatie')),
        organisatie TEXT,
        kvk_nummer TEXT,
        created_at {time} NOT NULL,
        ingediend_at {time},
        antwoord_on {day},
        beantwoord_at {time},
        opgave_id {uuid} REFERENCES opgave (id),
        verder_in {uuid} REFERENCES initiatief (id),
        criterium TEXT,
        doorverwezen_naar TEXT,
        reden TEXT,
        steun {int} NOT NULL CHECK (steun >= 0),
        eerste_foto TEXT,
        versie {int} NOT NULL,
        CHECK ((status = 'samengevoegd') = (verder_in IS NOT NULL)),
        CHECK ((status = 'doorverwezen') = (doorverwezen_naar IS NOT NULL)),
        CHECK ((status = 'afgewezen') = (criterium IS NOT NULL)),
        CHECK (status NOT IN ('gekoppeld', 'in_uitvoering', 'gerealiseerd') OR opgave_id IS NOT NULL),
        CHECK (status IN ('concept', 'ingetrokken') OR ingediend_at IS NOT NULL)
    ){strict}",
    // Each public list walks one of these from the newest: its cost does not grow with the table.
    "CREATE INDEX initiatief_openbaar ON initiatief (id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_gebied ON initiatief (gebied, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_wijk ON initiatief (wijk, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_thema ON initiatief (thema, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_status ON initiatief (status, id) WHERE openbaar",
    "CREATE INDEX initiatief_werk ON initiatief (gebied, status, ingediend_at)",
    "CREATE INDEX initiatief_account ON initiatief (account_id, id)",
    "CREATE INDEX initiatief_opgave ON initiatief (opgave_id, id) WHERE opgave_id IS NOT NULL",
    "CREATE INDEX initiatief_verder_in ON initiatief (verder_in) WHERE verder_in IS NOT NULL",
    "CREATE TABLE steun (
        initiatief_id {uuid} NOT NULL REFERENCES initiatief (id),
        account_id {uuid} NOT NULL REFERENCES account (id),
        created_at {time} NOT NULL,
        PRIMARY KEY (initiatief_id, account_id)
    ){strict}",
    // Filled for public initiatieven only, and emptied in the transaction that hides one.
    "CREATE TABLE initiatief_woord (
        gebied TEXT NOT NULL,
        woord TEXT NOT NULL,
        initiatief_id {uuid} NOT NULL REFERENCES initiatief (id),
        PRIMARY KEY (gebied, woord, initiatief_id)
    ){strict}",
    "CREATE INDEX initiatief_woord_initiatief ON initiatief_woord (initiatief_id)",
];
