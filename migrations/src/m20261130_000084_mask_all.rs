//! Texts that had no way out of public view. What a round says of itself stays as it was frozen, and beside it stands what is
//! shown, as with its plans; likewise why it was stopped, which is written once, and the name that fiat was given to, by which
//! mandates are judged. A photo of a plan that people vote on knows its initiatief, so that the vote can tell of it.

use crate::sql::{forbid_instead, postgres_only, run};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &STATEMENTS).await?;
        let is_postgres = manager.get_connection().get_database_backend() == DatabaseBackend::Postgres;
        let differs = if is_postgres { "IS DISTINCT FROM" } else { "IS NOT" };
        // Only to what is shown in its place already: that is how it is destroyed in time.
        let rewritten = |column: &str, field: &str| {
            format!(
                "(NEW.{column} {differs} OLD.{column} AND NOT EXISTS (SELECT 1 FROM buurtbegroting_masker m \
                 WHERE m.buurtbegroting_id = OLD.id AND m.veld = '{field}' AND m.tekst = NEW.{column}))"
            )
        };
        let mut rules: Vec<String> = RULES.iter().map(|own| format!("NEW.{own} {differs} OLD.{own}")).collect();
        rules.extend([rewritten("titel", "titel"), rewritten("uitleg", "uitleg")]);
        let mut once: Vec<String> =
            ONCE.iter().map(|own| format!("(OLD.{own} IS NOT NULL AND NEW.{own} {differs} OLD.{own})")).collect();
        once.push(format!("(OLD.gestopt_reden IS NOT NULL AND {})", rewritten("gestopt_reden", "reden")));
        let when = format!("(OLD.bevroren IS NOT NULL AND ({})) OR {}", rules.join(" OR "), once.join(" OR "));
        forbid_instead(manager, "buurtbegroting_frozen", ("UPDATE", "buurtbegroting"), &when).await?;
        postgres_only(manager, &VIEWS).await
    }
}

const STATEMENTS: [&str; 4] = [
    // Of a title and an explanation that were frozen two people chose it; of why it was stopped, one.
    "CREATE TABLE buurtbegroting_masker (
        buurtbegroting_id {uuid} NOT NULL REFERENCES buurtbegroting (id),
        veld TEXT NOT NULL CHECK (veld IN ('titel', 'uitleg', 'reden')),
        tekst TEXT NOT NULL,
        door {uuid} REFERENCES account (id),
        bevestigd_door {uuid} REFERENCES account (id),
        at {time} NOT NULL,
        PRIMARY KEY (buurtbegroting_id, veld),
        CHECK (veld = 'reden' OR (door IS NOT NULL AND bevestigd_door IS NOT NULL AND bevestigd_door <> door))
    ){strict}",
    "ALTER TABLE opdracht ADD COLUMN opdrachtnemer_getoond TEXT",
    "ALTER TABLE ingreep ADD COLUMN initiatief_id {uuid}",
    "CREATE INDEX ingreep_van_initiatief ON ingreep (initiatief_id, id) WHERE initiatief_id IS NOT NULL",
];

/// Whoever makes reports reads what everybody reads; of a vote by fewer than ten people not how many they were (SECURITY-RULES
/// H-7).
const VIEWS: [&str; 1] = ["CREATE OR REPLACE VIEW lees_buurtbegroting AS SELECT b.id, b.gebied,
        COALESCE((SELECT m.tekst FROM buurtbegroting_masker m WHERE m.buurtbegroting_id = b.id AND m.veld = 'titel'),
        b.titel) AS titel, b.jaar, b.product, b.cents, b.inzenden_at, b.toetsen_at, b.stemmen_at, b.sluit_at, b.gestopt_at,
        b.gesloten_at, CASE WHEN b.bus_aantal >= 10 THEN b.bus_aantal END AS bus_aantal, b.definitief_at
        FROM buurtbegroting b WHERE b.vastgesteld_at IS NOT NULL"];

/// What stays as it was when voting opened.
const RULES: [&str; 16] = [
    "id",
    "gebied",
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
const ONCE: [&str; 5] = ["gestopt_at", "gesloten_at", "bus_aantal", "bus_controlegetal", "definitief_at"];
