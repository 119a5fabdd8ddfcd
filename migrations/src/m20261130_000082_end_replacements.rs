//! A request for another code in place of a lost one can be taken back, or refused by somebody else (SECURITY-RULES P-6). It is
//! never confirmed after that, also not by the version before.

use crate::sql::{append_only, forbid, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["CREATE TABLE vervanging_einde (
                vervanging {uuid} NOT NULL PRIMARY KEY REFERENCES vervanging (id),
                door {uuid} NOT NULL REFERENCES account (id),
                at {time} NOT NULL
            ){strict}"],
        )
        .await?;
        append_only(manager, "vervanging_einde").await?;
        let is_over = "EXISTS (SELECT 1 FROM vervanging_einde e WHERE e.vervanging = NEW.vervanging)";
        forbid(manager, "vervanging_voorbij", ("INSERT", "vervanging_akkoord"), is_over).await
    }
}
