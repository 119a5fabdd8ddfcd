//! Which versions can work with this schema; and what the roles of PostgreSQL may see and change of it.

use crate::sql::{postgres_only, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &MINIMUM).await?;
        postgres_only(manager, &ROLES).await
    }
}

/// The oldest version that can work with the schema, named by the last step that it knows. A step that only adds leaves
/// this alone: the version before it goes on. A step that takes something away raises it.
const MINIMUM: [&str; 3] = [
    "CREATE TABLE schema_min_version (
        id {int} NOT NULL PRIMARY KEY CHECK (id = 1),
        versie TEXT NOT NULL
    ){strict}",
    // What every instance writes now and then, to see that it can.
    "CREATE TABLE schrijfproef (
        id {int} NOT NULL PRIMARY KEY CHECK (id = 1),
        at {time} NOT NULL
    ){strict}",
    "INSERT INTO schema_min_version (id, versie) VALUES (1, 'm20261126_000015_exclude_plans')",
];

/// The server does not write what tells of its own schema. Who makes reports sees what is listed here: nothing of people,
/// passwords, sessions, mail, voters or envelopes, also not the columns by which PostgreSQL itself could join those.
const ROLES: [&str; 12] = [
    "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkkoers_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON seaql_migrations, schema_min_version FROM wijkkoers_app;
    END IF; END $$",
    "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkkoers_lees') THEN
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM wijkkoers_lees;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM wijkkoers_lees;
    END IF; END $$",
    "CREATE VIEW lees_gebied AS SELECT code, naam, korte_naam FROM gebied",
    "CREATE VIEW lees_wijk AS SELECT code, naam, gebied FROM wijk",
    "CREATE VIEW lees_initiatief AS SELECT id, soort, status, titel, gebied, wijk, thema, kosten_cents, indiener_soort,
        ingediend_at, antwoord_on, beantwoord_at, opgave_id, criterium, steun FROM initiatief WHERE openbaar",
    "CREATE VIEW lees_opgave AS SELECT id, gebied, titel, thema, created_at FROM opgave",
    "CREATE VIEW lees_inzet AS SELECT id, opgave_id, jaar, product, cents, open_cents, uren FROM inzet",
    "CREATE VIEW lees_opdracht AS SELECT id, opgave_id, gebied, jaar, soort, status, opdrachtnemer, product, cents,
        verplicht_cents, besteed_cents, gefiatteerd_at, created_at FROM opdracht",
    "CREATE VIEW lees_boeking AS SELECT b.id, w.gebied, w.jaar, b.nummer, b.product, b.soort, b.van, b.naar, b.cents,
        b.inzet_id, b.opdracht_id, b.at FROM boeking b JOIN wijkbudget w ON w.id = b.wijkbudget_id",
    "CREATE VIEW lees_saldo AS SELECT w.gebied, w.jaar, s.product, s.pot, s.cents
        FROM saldo s JOIN wijkbudget w ON w.id = s.wijkbudget_id",
    "CREATE VIEW lees_buurtbegroting AS SELECT id, gebied, titel, jaar, product, cents, inzenden_at, toetsen_at, stemmen_at,
        sluit_at, gestopt_at, gesloten_at, bus_aantal, definitief_at FROM buurtbegroting WHERE vastgesteld_at IS NOT NULL",
    "DO $$ DECLARE naam text; BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'wijkkoers_lees') THEN
        FOR naam IN SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'lees\\_%' LOOP
            EXECUTE format('GRANT SELECT ON %I TO wijkkoers_lees', naam);
        END LOOP;
    END IF; END $$",
];
