//! The second form of a ballot box: every row bears a proof under the secret of the round, nothing is ever rewritten, and
//! what was moved or made is told outside the database as well (SECURITY-RULES V-1a, V-4). A round that was published before
//! goes on in the tables that it began with; what no version ever does to those is forbidden there too.
//!
//! Which form a round has stands in a table of its own: a column more would break the statements that a server of the version
//! before has prepared.

use crate::sql::{append_only, forbid, keep, keep_instead, may_vacuum, never_changed, only_changed, run};
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const IS_FINAL: &str = "EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = OLD.ronde AND b.definitief_at IS NOT NULL)";
const IS_SECOND: &str = "EXISTS (SELECT 1 FROM rondevorm v WHERE v.ronde = NEW.ronde)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &TABLES).await?;
        for table in ["rondevorm", "legging", "sluiting"] {
            append_only(manager, table).await?;
        }
        for table in ["kiescode", "bus", "bus_in", "deelname"] {
            never_changed(manager, table).await?;
        }
        keep(manager, "kiescode", IS_FINAL).await?;
        keep(manager, "bus", IS_FINAL).await?;
        let is_moved = "EXISTS (SELECT 1 FROM bus b WHERE b.ronde = OLD.ronde AND b.biljet_id = OLD.biljet_id \
             AND b.wijziging = OLD.wijziging AND b.envelop = OLD.envelop AND b.bewijs = OLD.bewijs)";
        keep(manager, "bus_in", is_moved).await?;
        may_vacuum(manager, "bus_in").await?;
        may_vacuum(manager, "bus").await?;
        guard_rounds(manager).await?;
        guard_first_form(manager).await
    }
}

/// A server of the version before neither opens nor shuts a round of this form, and puts nothing in the tables of its own.
async fn guard_rounds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let is_second = "EXISTS (SELECT 1 FROM rondevorm v WHERE v.ronde = NEW.id)";
    let opens = format!(
        "OLD.bevroren IS NULL AND NEW.bevroren IS NOT NULL AND {is_second} AND NEW.bevroren NOT LIKE '%\"vorm\": 2%'"
    );
    forbid(manager, "buurtbegroting_vorm_opent", ("UPDATE", "buurtbegroting"), &opens).await?;
    let shuts = format!(
        "OLD.gesloten_at IS NULL AND NEW.gesloten_at IS NOT NULL AND {is_second} \
         AND NOT EXISTS (SELECT 1 FROM sluiting s WHERE s.ronde = NEW.id)"
    );
    forbid(manager, "buurtbegroting_vorm_sluit", ("UPDATE", "buurtbegroting"), &shuts).await?;
    for table in ["stemcode", "stembus_in"] {
        forbid(manager, &format!("{table}_vorm"), ("INSERT", table), IS_SECOND).await?;
    }
    Ok(())
}

/// No version moves a code, a voter or an envelope of the first form to another number or another round.
async fn guard_first_form(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let moved = "NEW.ronde <> OLD.ronde OR NEW.biljet_id <> OLD.biljet_id";
    for table in ["stembus_in", "stembus"] {
        forbid(manager, &format!("{table}_moved"), ("UPDATE", table), moved).await?;
        only_changed(manager, table, "envelop").await?;
    }
    let moved = "NEW.ronde <> OLD.ronde OR NEW.nummer <> OLD.nummer";
    forbid(manager, "stemcode_moved", ("UPDATE", "stemcode"), moved).await?;
    only_changed(manager, "stemcode", "merk").await?;
    keep(manager, "stemcode", IS_FINAL).await?;
    let is_moved = "EXISTS (SELECT 1 FROM stembus s WHERE s.ronde = OLD.ronde AND s.biljet_id = OLD.biljet_id \
         AND s.envelop = OLD.envelop)";
    keep_instead(manager, "stembus_in", is_moved).await
}

const TABLES: [&str; 6] = [
    // Rounds of the second form; one that is not here has the first.
    "CREATE TABLE rondevorm (
        ronde {uuid} NOT NULL PRIMARY KEY REFERENCES buurtbegroting (id),
        vorm {int} NOT NULL CHECK (vorm = 2)
    ){strict}",
    // A code in place of a lost one is a row more: of a number only the highest generation is good.
    "CREATE TABLE kiescode (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        merk {bytes} NOT NULL,
        nummer {int} NOT NULL CHECK (nummer > 0),
        generatie {int} NOT NULL CHECK (generatie >= 0),
        bewijs {bytes} NOT NULL,
        PRIMARY KEY (ronde, merk),
        UNIQUE (ronde, nummer, generatie)
    ){rowless}",
    // Where ballots come in. A ballot that is changed is a row more: the highest counts.
    "CREATE TABLE bus_in (
        ronde {uuid} NOT NULL,
        biljet_id {bytes} NOT NULL,
        wijziging {int} NOT NULL CHECK (wijziging >= 0),
        envelop {bytes} NOT NULL,
        bewijs {bytes} NOT NULL,
        PRIMARY KEY (ronde, biljet_id, wijziging)
    ){rowless}",
    "CREATE TABLE bus (
        ronde {uuid} NOT NULL,
        biljet_id {bytes} NOT NULL,
        wijziging {int} NOT NULL CHECK (wijziging >= 0),
        envelop {bytes} NOT NULL,
        bewijs {bytes} NOT NULL,
        PRIMARY KEY (ronde, biljet_id, wijziging)
    ){rowless}",
    // Each time that codes were made or ballots moved: how many, and their sum under the secret of the round. The same stands
    // in the place of the secrets.
    "CREATE TABLE legging (
        ronde {uuid} NOT NULL REFERENCES buurtbegroting (id),
        soort TEXT NOT NULL CHECK (soort IN ('codes', 'stembiljetten')),
        nummer {int} NOT NULL CHECK (nummer > 0),
        poging TEXT NOT NULL,
        aantal {int} NOT NULL CHECK (aantal > 0),
        som TEXT NOT NULL,
        vorige TEXT NOT NULL,
        PRIMARY KEY (ronde, soort, nummer)
    ){rowless}",
    // What the box was held against when it was shut: every row, or only the numbers.
    "CREATE TABLE sluiting (
        ronde {uuid} NOT NULL PRIMARY KEY REFERENCES buurtbegroting (id),
        toets TEXT NOT NULL CHECK (toets IN ('volledig', 'aantallen'))
    ){strict}",
];
