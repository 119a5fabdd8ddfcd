//! Each filter of the public list finds its own walk, also where nothing fits: the cost does not grow with the table.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &INDEXES).await
    }
}

const INDEXES: [&str; 7] = [
    "CREATE INDEX initiatief_openbaar_thema_status ON initiatief (thema, status, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_gebied_thema ON initiatief (gebied, thema, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_gebied_status ON initiatief (gebied, status, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_gebied_alles ON initiatief (gebied, thema, status, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_wijk_thema ON initiatief (wijk, thema, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_wijk_status ON initiatief (wijk, status, id) WHERE openbaar",
    "CREATE INDEX initiatief_openbaar_wijk_alles ON initiatief (wijk, thema, status, id) WHERE openbaar",
];
