//! What a mail may say of a request: which plans it is about. The words that must go stand in no mail.

use crate::database::sql;
use crate::error::Error;
use crate::ingreep::store::{self, Ingreep};
use contract::ingreep::{DeelSoort, IngreepStatus};
use contract::{BuurtbegrotingId, DeelId, GeheelId, IngreepId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeSet;

/// What of a vote a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The plan with this number.
    Plan(i64),
    /// The vote itself.
    Vote,
}

/// What waits now for the stembureau of a round: to be put back, or to be left out.
///
/// # Errors
/// When the database is away.
pub async fn waiting_about<C: ConnectionTrait>(
    db: &C,
    round: BuurtbegrotingId,
    is_back: bool,
) -> Result<BTreeSet<Subject>, Error> {
    let mut about = BTreeSet::new();
    for own in store::list_waiting(db, GeheelId(round.0)).await? {
        if (own.status == IngreepStatus::HerstelWacht) == is_back {
            about.extend(subjects(db, round, &own).await?);
        }
    }
    Ok(about)
}

/// What one request is about.
///
/// # Errors
/// When the database is away.
pub async fn about<C: ConnectionTrait>(
    db: &C,
    round: BuurtbegrotingId,
    id: IngreepId,
) -> Result<BTreeSet<Subject>, Error> {
    let own = store::find(db, id).await?;
    subjects(db, round, &own).await
}

#[derive(Debug, FromQueryResult)]
struct NumberRow {
    nummer: i64,
}

async fn subjects<C: ConnectionTrait>(
    db: &C,
    round: BuurtbegrotingId,
    own: &Ingreep,
) -> Result<BTreeSet<Subject>, Error> {
    let DeelId(part) = own.deel_id;
    let select = match own.deel {
        DeelSoort::Buurtbegroting => return Ok(BTreeSet::from([Subject::Vote])),
        DeelSoort::Foto => {
            "SELECT p.nummer FROM project p JOIN foto f ON f.initiatief_id = p.initiatief_id \
             WHERE f.id = $1 AND p.buurtbegroting_id = $2 AND p.vervallen_at IS NULL"
        }
        DeelSoort::Project => "SELECT p.nummer FROM project p WHERE p.id = $1 AND p.buurtbegroting_id = $2",
        DeelSoort::Initiatief
        | DeelSoort::Gebeurtenis
        | DeelSoort::Opgave
        | DeelSoort::Inzet
        | DeelSoort::Activiteit
        | DeelSoort::Opdracht
        | DeelSoort::Boeking => return Ok(BTreeSet::new()),
    };
    let rows = NumberRow::find_by_statement(sql(db, select, [part.into(), round.0.into()])).all(db).await?;
    Ok(rows.into_iter().map(|row| Subject::Plan(row.nummer)).collect())
}
