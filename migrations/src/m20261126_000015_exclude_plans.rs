//! Plans of one round that cannot be carried out together, besides the variants of one plan: pairs, of which the lower
//! number stands first. They are frozen with the plans themselves.

use crate::sql::{forbid, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[TABLE]).await?;
        for (verb, rows) in [("INSERT", &["NEW"][..]), ("UPDATE", &["OLD", "NEW"]), ("DELETE", &["OLD"])] {
            let is_frozen = |row: &&str| {
                format!(
                    "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = {row}.buurtbegroting_id AND b.bevroren IS NOT NULL)"
                )
            };
            let when: Vec<String> = rows.iter().map(is_frozen).collect();
            let name = format!("project_uitsluiting_frozen_{}", verb.to_lowercase());
            forbid(manager, &name, (verb, "project_uitsluiting"), &when.join(" OR ")).await?;
        }
        Ok(())
    }
}

const TABLE: &str = "CREATE TABLE project_uitsluiting (
        buurtbegroting_id {uuid} NOT NULL,
        nummer {int} NOT NULL,
        ander {int} NOT NULL,
        PRIMARY KEY (buurtbegroting_id, nummer, ander),
        CHECK (nummer < ander),
        FOREIGN KEY (buurtbegroting_id, nummer) REFERENCES project (buurtbegroting_id, nummer),
        FOREIGN KEY (buurtbegroting_id, ander) REFERENCES project (buurtbegroting_id, nummer)
    ){strict}";
