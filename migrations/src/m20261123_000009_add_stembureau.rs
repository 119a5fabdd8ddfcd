//! One more role: the stembureau, which counts and therefore does nothing else (SECURITY-RULES P-6).

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite cannot change a CHECK, so on both databases the table is made again.
        run(
            manager,
            &[
                "CREATE TABLE rol_nieuw (
                    account_id {uuid} NOT NULL REFERENCES account (id),
                    rol TEXT NOT NULL CHECK (rol IN ('wijkteam', 'backoffice', 'raad', 'stembureau', 'beheerder')),
                    gebied TEXT NOT NULL,
                    verleend_door TEXT NOT NULL,
                    created_at {time} NOT NULL,
                    PRIMARY KEY (account_id, rol, gebied),
                    CHECK (rol <> 'wijkteam' OR gebied <> '*')
                ){strict}",
                "INSERT INTO rol_nieuw (account_id, rol, gebied, verleend_door, created_at)
                    SELECT account_id, rol, gebied, verleend_door, created_at FROM rol",
                "DROP TABLE rol",
                "ALTER TABLE rol_nieuw RENAME TO rol",
            ],
        )
        .await
    }
}
