//! What a mail may say of a request: which plans it is about, how much waits, and why the stembureau said no. The words that must go
//! stand in no mail.

use crate::database::sql;
use crate::error::Error;
use crate::ingreep::behind::Behind;
use crate::ingreep::store::{self, Ingreep};
use crate::ingreep::texts;
use contract::ingreep::{DeelSoort, IngreepStatus, Veld};
use contract::{BuurtbegrotingId, DeelId, GeheelId, IngreepId, InitiatiefId};
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

/// What waits for a stembureau.
#[derive(Debug, Default)]
pub struct Waiting {
    /// What it is about.
    pub about: BTreeSet<Subject>,
    /// How many texts.
    pub texts: u32,
    /// How many photos.
    pub photos: u32,
}

/// What waits now for the stembureau of a round: to be put back, or to be left out.
///
/// # Errors
/// When the database is away.
pub async fn waiting_about<C: ConnectionTrait>(
    db: &C,
    round: BuurtbegrotingId,
    is_back: bool,
) -> Result<Waiting, Error> {
    let mut waiting = Waiting::default();
    for own in store::list_waiting(db, GeheelId(round.0)).await? {
        if (own.status == IngreepStatus::HerstelWacht) == is_back {
            waiting.about.extend(subjects(db, round, &own).await?);
            let number = if own.deel == DeelSoort::Foto { &mut waiting.photos } else { &mut waiting.texts };
            *number = number.saturating_add(1);
        }
    }
    Ok(waiting)
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    /// What it is about.
    pub about: BTreeSet<Subject>,
    /// Which of its texts; the picture of a photo.
    pub veld: Veld,
    /// Why the stembureau said no, the last time.
    pub why_not: Option<String>,
    /// Whether it is out of an initiatief already, by the same request or by an earlier one.
    pub is_gone_from_initiatief: bool,
    /// The initiatief that still says what went out of its plan.
    pub still: Option<InitiatiefId>,
}

/// What became of one request.
///
/// # Errors
/// When the database is away.
pub async fn about<C: ConnectionTrait>(db: &C, round: BuurtbegrotingId, id: IngreepId) -> Result<Answered, Error> {
    let own = store::find(db, id).await?;
    let of_request = match own.verzoek {
        Some(verzoek) => store::list_of_request(db, verzoek).await?,
        None => Vec::new(),
    };
    let is_gone = |other: &Ingreep| other.deel == DeelSoort::Initiatief && other.status == IngreepStatus::Gedaan;
    let plan = texts::plans(db, own.geheel).await?.remove(&own.deel_id);
    let behind = Behind::default().of(db, (&own, plan.as_ref())).await?;
    let is_gone_behind = behind.as_ref().is_some_and(|behind| !behind.weg.is_empty());
    let still = behind.filter(|behind| behind.staat_er && own.status == IngreepStatus::Gedaan);
    Ok(Answered {
        about: subjects(db, round, &own).await?,
        veld: own.veld,
        is_gone_from_initiatief: is_gone_behind || of_request.iter().any(is_gone),
        still: still.map(|behind| behind.initiatief),
        why_not: own.geweigerd.map(|by| by.reden),
    })
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
