//! Custodians: three logins of a round, each with one part of its key, sealed to a key of their own; and parts that wait a
//! few minutes for another (SECURITY-RULES V-1a).

use crate::sql::{forbid, keep, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        // From the moment that the key is there nobody is put in another's place, and no part is exchanged or lost.
        let is_final = "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = OLD.ronde AND b.definitief_at IS NOT NULL)";
        let change = format!("OLD.deel IS NOT NULL AND NOT {is_final}");
        forbid(manager, "bewaarder_frozen", ("UPDATE", "bewaarder"), &change).await?;
        keep(manager, "bewaarder", "(OLD.deel IS NULL)").await
    }
}

const TABLES: [&str; 4] = [
    "CREATE TABLE bewaarder (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        plaats {int} NOT NULL CHECK (plaats BETWEEN 1 AND 3),
        account_id {uuid} NOT NULL REFERENCES account (id),
        benoemd_door {uuid} NOT NULL REFERENCES account (id),
        benoemd_at {time} NOT NULL,
        publieke_sleutel {bytes},
        sleutel_at {time},
        -- Under the secret of the round, which is not in the database: who, with which key, and which part of which key.
        zegel {bytes},
        -- Sealed to the key of the custodian: never in the clear.
        deel {bytes},
        -- SHA-256 of the part, to tell somebody that theirs is another.
        deel_controle {bytes},
        PRIMARY KEY (ronde, plaats),
        UNIQUE (ronde, account_id),
        CHECK (benoemd_door <> account_id),
        CHECK ((publieke_sleutel IS NULL) = (sleutel_at IS NULL) AND (publieke_sleutel IS NULL) = (zegel IS NULL)),
        CHECK ((deel IS NULL) = (deel_controle IS NULL)),
        CHECK (deel IS NULL OR publieke_sleutel IS NOT NULL)
    ){strict}",
    "CREATE UNIQUE INDEX bewaarder_sleutel ON bewaarder (ronde, publieke_sleutel) WHERE publieke_sleutel IS NOT NULL",
    "CREATE INDEX bewaarder_account ON bewaarder (account_id)",
    // Sealed once more, under a secret outside the database that is destroyed with the row.
    "CREATE TABLE deel_ingeleverd (
        ronde {uuid} NOT NULL,
        doel TEXT NOT NULL CHECK (doel IN ('proef', 'telling', 'natelling')),
        plaats {int} NOT NULL,
        geheim {uuid} NOT NULL,
        verzegeld {bytes} NOT NULL,
        expires_at {time} NOT NULL,
        PRIMARY KEY (ronde, doel, plaats),
        FOREIGN KEY (ronde, plaats) REFERENCES bewaarder (ronde, plaats)
    ){rowless}",
];
