//! Accounts, roles, mandates, sessions, links by mail, and what limits attempts.

use crate::sql::{append_only, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        append_only(manager, "audit").await
    }
}

const TABLES: [&str; 13] = [
    "CREATE TABLE account (
                    id {uuid} NOT NULL PRIMARY KEY,
                    email TEXT NOT NULL,
                    email_sleutel TEXT NOT NULL UNIQUE,
                    naam TEXT NOT NULL,
                    soort TEXT NOT NULL CHECK (soort IN ('bewoner', 'ondernemer', 'organisatie')),
                    organisatie TEXT,
                    kvk_nummer TEXT,
                    wijk TEXT REFERENCES wijk (code),
                    wachtwoord_hash TEXT,
                    bevestigd_at {time},
                    geblokkeerd {bool} NOT NULL,
                    ver {int} NOT NULL,
                    created_at {time} NOT NULL,
                    CHECK (soort = 'bewoner' OR organisatie IS NOT NULL),
                    CHECK (soort <> 'ondernemer' OR kvk_nummer IS NOT NULL)
                ){strict}",
    // '*' stands for the whole city: a NULL would let the same role be given twice.
    "CREATE TABLE rol (
                    account_id {uuid} NOT NULL REFERENCES account (id),
                    rol TEXT NOT NULL CHECK (rol IN ('wijkteam', 'backoffice', 'raad', 'beheerder')),
                    gebied TEXT NOT NULL,
                    verleend_door TEXT NOT NULL,
                    created_at {time} NOT NULL,
                    PRIMARY KEY (account_id, rol, gebied),
                    CHECK (rol <> 'wijkteam' OR gebied <> '*')
                ){strict}",
    "CREATE TABLE mandaat (
                    id {uuid} NOT NULL PRIMARY KEY,
                    account_id {uuid} NOT NULL REFERENCES account (id),
                    gebied TEXT NOT NULL REFERENCES gebied (code),
                    product TEXT NOT NULL,
                    bedrag_cents {int} NOT NULL CHECK (bedrag_cents > 0),
                    begin_on {day} NOT NULL,
                    eind_on {day},
                    verleend_door TEXT NOT NULL,
                    created_at {time} NOT NULL
                ){strict}",
    "CREATE INDEX mandaat_account ON mandaat (account_id)",
    "CREATE TABLE sessie (
                    id {uuid} NOT NULL PRIMARY KEY,
                    account_id {uuid} NOT NULL REFERENCES account (id),
                    ver {int} NOT NULL,
                    kanaal TEXT NOT NULL CHECK (kanaal IN ('web', 'api')),
                    created_at {time} NOT NULL,
                    last_seen_at {time} NOT NULL,
                    revoked_at {time}
                ){strict}",
    "CREATE INDEX sessie_account ON sessie (account_id)",
    "CREATE TABLE vernieuwing (
                    hash {bytes} NOT NULL PRIMARY KEY,
                    sessie_id {uuid} NOT NULL REFERENCES sessie (id),
                    created_at {time} NOT NULL,
                    used_at {time}
                ){strict}",
    "CREATE INDEX vernieuwing_sessie ON vernieuwing (sessie_id)",
    "CREATE TABLE link (
                    hash {bytes} NOT NULL PRIMARY KEY,
                    soort TEXT NOT NULL CHECK (soort IN ('account', 'wachtwoord', 'initiatief', 'antwoord')),
                    object_id {uuid} NOT NULL,
                    expires_at {time} NOT NULL,
                    used_at {time},
                    created_at {time} NOT NULL
                ){strict}",
    "CREATE INDEX link_object ON link (object_id)",
    "CREATE TABLE poging (
                    sleutel TEXT NOT NULL,
                    venster {int} NOT NULL,
                    aantal {int} NOT NULL,
                    PRIMARY KEY (sleutel, venster)
                ){strict}",
    "CREATE TABLE idempotentie (
                    actor TEXT NOT NULL,
                    sleutel TEXT NOT NULL,
                    route TEXT NOT NULL,
                    body_hash {bytes} NOT NULL,
                    antwoord TEXT NOT NULL,
                    created_at {time} NOT NULL,
                    PRIMARY KEY (actor, sleutel)
                ){strict}",
    "CREATE TABLE audit (
                    id {uuid} NOT NULL PRIMARY KEY,
                    at {time} NOT NULL,
                    actor TEXT NOT NULL,
                    actie TEXT NOT NULL,
                    object TEXT NOT NULL,
                    resultaat TEXT NOT NULL,
                    oorsprong TEXT NOT NULL,
                    reden TEXT
                ){strict}",
];
