//! What was entered of a ballot on paper bears a proof under the secret of the round, and is never rewritten (SECURITY-RULES
//! V-1a, V-8). The version before writes none; in the votes that it opened none is asked for.

use crate::sql::{never_changed, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE bundel_invoer ADD COLUMN bewijs {bytes}"]).await?;
        never_changed(manager, "bundel_invoer").await
    }
}
