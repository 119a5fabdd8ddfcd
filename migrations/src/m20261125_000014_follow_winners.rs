//! What became of a plan that was chosen; and what the database refuses, drawn tighter: no plan moves into a round that is
//! frozen, and what was entered of ballots on paper goes when its round is final.

use crate::sql::{forbid, keep_instead, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[TABLE]).await?;
        let into =
            "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = NEW.buurtbegroting_id AND b.bevroren IS NOT NULL)";
        forbid(manager, "project_frozen_into", ("UPDATE", "project"), into).await?;
        let is_gone = "EXISTS (SELECT 1 FROM bundel b JOIN buurtbegroting r ON r.id = b.ronde \
             WHERE b.id = OLD.bundel AND (b.afgerond_at IS NOT NULL OR r.definitief_at IS NOT NULL))";
        keep_instead(manager, "bundel_invoer", is_gone).await
    }
}

// A project is frozen by the time that it is chosen: what it leads to stands beside it.
const TABLE: &str = "CREATE TABLE project_activiteit (
        project_id {uuid} NOT NULL PRIMARY KEY REFERENCES project (id),
        activiteit_id {uuid} NOT NULL REFERENCES activiteit (id)
    ){strict}";
