//! What is looked at every hour, to see whether it was kept long enough: few rows of tables that grow for years.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "CREATE INDEX initiatief_concept ON initiatief (created_at) WHERE ingediend_at IS NULL",
                "CREATE INDEX account_onbevestigd ON account (created_at) WHERE bevestigd_at IS NULL",
            ],
        )
        .await
    }
}
