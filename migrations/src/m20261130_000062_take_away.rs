//! Texts and photos that are taken out of public view. The words themselves are changed where they stand, so that no door can
//! show them; what stood there is kept here for the wijkteam, and then destroyed.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &STATEMENTS).await
    }
}

const STATEMENTS: [&str; 5] = [
    // For a photo, `origineel` is the id of the hidden photo that holds the picture as it was, when parts of it are filled.
    "CREATE TABLE ingreep (
        id {uuid} NOT NULL PRIMARY KEY,
        geheel_id {uuid} NOT NULL,
        soort TEXT NOT NULL CHECK (soort IN ('afschermen', 'onherkenbaar')),
        deel_soort TEXT NOT NULL,
        deel_id {uuid} NOT NULL,
        veld TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('wacht', 'gedaan', 'hersteld')),
        reden TEXT NOT NULL,
        door {uuid} NOT NULL REFERENCES account (id),
        at {time} NOT NULL,
        bevestigd_door {uuid} REFERENCES account (id),
        bevestigd_at {time},
        hersteld_door {uuid} REFERENCES account (id),
        hersteld_at {time},
        origineel TEXT,
        nieuw TEXT NOT NULL,
        vernietigd_at {time},
        CHECK (bevestigd_door IS NULL OR bevestigd_door <> door),
        CHECK ((bevestigd_door IS NULL) = (bevestigd_at IS NULL)),
        CHECK ((hersteld_door IS NULL) = (hersteld_at IS NULL)),
        CHECK ((status = 'hersteld') = (hersteld_at IS NOT NULL)),
        CHECK (vernietigd_at IS NULL OR origineel IS NULL)
    ){strict}",
    "CREATE INDEX ingreep_geheel ON ingreep (geheel_id, id)",
    "CREATE INDEX ingreep_bewaard ON ingreep (at) WHERE vernietigd_at IS NULL",
    "ALTER TABLE foto ADD COLUMN afgeschermd {bool} NOT NULL DEFAULT FALSE",
    // Of a picture that is kept: which photo shows it with parts of it filled.
    "ALTER TABLE foto ADD COLUMN origineel_van {uuid}",
];
