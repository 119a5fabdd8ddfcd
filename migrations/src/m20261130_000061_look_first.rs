//! Who may see an initiatief: what is about one address, one person or one family is for the wijkteam alone, and some wait
//! for a look of it first. What there was before stays as it was. And lines of a timeline that are not for everybody.

use crate::sql::run;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &STATEMENTS).await
    }
}

const STATEMENTS: [&str; 6] = [
    // Absent of what was handed in before the question was asked.
    "ALTER TABLE initiatief ADD COLUMN over_persoon TEXT CHECK (over_persoon IN ('ja', 'nee', 'weet_niet'))",
    "ALTER TABLE initiatief ADD COLUMN zicht TEXT NOT NULL DEFAULT 'open'
        CHECK (zicht IN ('open', 'wacht', 'afgeschermd') AND (zicht = 'open' OR NOT openbaar))",
    "ALTER TABLE initiatief ADD COLUMN openbaar_vanaf {time}",
    "CREATE INDEX initiatief_wacht ON initiatief (openbaar_vanaf) WHERE zicht = 'wacht'",
    // What went on in something that was referred was hidden without a word of why.
    "UPDATE initiatief SET zicht = 'afgeschermd' WHERE status = 'samengevoegd' AND NOT openbaar",
    "ALTER TABLE gebeurtenis ADD COLUMN besloten {bool} NOT NULL DEFAULT FALSE",
];
