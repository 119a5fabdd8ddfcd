//! From here on a vote is frozen with the hashes of what its plans say, each with a salt of its own, so that words can be taken
//! out of a plan while hash and recount hold. What was taken out is destroyed in time: that alone may change of a plan that is
//! frozen, and only to what is shown in its place already.

use crate::sql::{forbid_instead, run};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &COLUMNS).await?;
        let is_postgres = manager.get_connection().get_database_backend() == DatabaseBackend::Postgres;
        let differs = if is_postgres { "IS DISTINCT FROM" } else { "IS NOT" };
        let is_frozen = |row: &str| {
            format!(
                "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = {row}.buurtbegroting_id AND b.bevroren IS NOT NULL)"
            )
        };
        let is_masked = |field: &str, more: &str| {
            format!("EXISTS (SELECT 1 FROM project_masker m WHERE m.project_id = OLD.id AND m.veld = '{field}'{more})")
        };
        let mut refused: Vec<String> = FIXED.iter().map(|own| format!("NEW.{own} {differs} OLD.{own}")).collect();
        for field in ["titel", "tekst", "reden"] {
            let is_shown = is_masked(field, &format!(" AND m.tekst = NEW.{field}"));
            refused.push(format!("(NEW.{field} {differs} OLD.{field} AND NOT {is_shown})"));
        }
        for field in ["titel", "tekst"] {
            let is_known = is_masked(field, "");
            refused.push(format!(
                "(NEW.{field}_zout {differs} OLD.{field}_zout AND NOT (NEW.{field}_zout IS NULL AND {is_known}))"
            ));
        }
        let when = format!("{} AND ({})", is_frozen("OLD"), refused.join(" OR "));
        forbid_instead(manager, "project_frozen_update", ("UPDATE", "project"), &when).await?;
        let moves_in = format!("NEW.buurtbegroting_id <> OLD.buurtbegroting_id AND {}", is_frozen("NEW"));
        forbid_instead(manager, "project_frozen_into", ("UPDATE", "project"), &moves_in).await
    }
}

const COLUMNS: [&str; 2] =
    ["ALTER TABLE project ADD COLUMN titel_zout TEXT", "ALTER TABLE project ADD COLUMN tekst_zout TEXT"];

/// What never changes of a plan that is frozen.
const FIXED: [&str; 19] = [
    "id",
    "buurtbegroting_id",
    "nummer",
    "code",
    "initiatief_id",
    "cents",
    "thema",
    "wijk",
    "variant",
    "status",
    "criterium",
    "voorgesteld_door",
    "getoetst_door",
    "created_at",
    "heroverweging_at",
    "heroverweging_tekst",
    "tegen_door",
    "heroverwogen_at",
    "vervallen_at",
];
