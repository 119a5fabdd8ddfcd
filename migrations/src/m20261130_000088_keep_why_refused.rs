//! Why a request for another code was refused stays with it: who asked read it in a mail alone, and their colleagues nowhere. The
//! version before writes none.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE vervanging_einde ADD COLUMN reden TEXT"]).await
    }
}
