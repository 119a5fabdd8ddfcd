//! The projects of a buurtbegroting.

use super::once;
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use contract::project::{Judgement, NewProject, ProjectStatus, ProjectView};
use contract::{AccountId, BuurtbegrotingId, Euro, InitiatiefId, ProjectId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct ProjectRow {
    id: Uuid,
    buurtbegroting_id: Uuid,
    nummer: i64,
    code: String,
    initiatief_id: Option<Uuid>,
    titel: String,
    tekst: String,
    cents: i64,
    thema: String,
    wijk: Option<String>,
    variant: Option<String>,
    status: String,
    criterium: Option<String>,
    reden: Option<String>,
}

impl ProjectRow {
    fn view(self) -> Result<ProjectView, Error> {
        let odd = |what: &str| Error::Internal(format!("project.{what}"));
        Ok(ProjectView {
            id: ProjectId(self.id),
            nummer: u32::try_from(self.nummer).map_err(|_odd| odd("nummer"))?,
            code: self.code,
            titel: self.titel,
            tekst: self.tekst,
            kosten: Euro::from_cents(self.cents).ok_or_else(|| odd("cents"))?,
            thema: self.thema,
            wijk: self.wijk,
            status: self.status.parse::<ProjectStatus>().map_err(|_unknown| odd("status"))?,
            variant: self.variant,
            initiatief: self.initiatief_id.map(InitiatiefId),
            criterium: self.criterium,
            reden: self.reden,
        })
    }
}

/// The projects of a round, by number.
///
/// # Errors
/// When the database is away.
pub async fn projects<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<ProjectView>, Error> {
    let select = sql(
        db,
        "SELECT id, buurtbegroting_id, nummer, code, initiatief_id, titel, tekst, cents, thema, wijk, variant, status, \
         criterium, reden FROM project WHERE buurtbegroting_id = $1 ORDER BY nummer",
        [id.0.into()],
    );
    ProjectRow::find_by_statement(select).all(db).await?.into_iter().map(ProjectRow::view).collect()
}

/// The round of a project.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn round_of<C: ConnectionTrait>(db: &C, id: ProjectId) -> Result<BuurtbegrotingId, Error> {
    let select = sql(
        db,
        "SELECT id, buurtbegroting_id, nummer, code, initiatief_id, titel, tekst, cents, thema, wijk, variant, status, \
         criterium, reden FROM project WHERE id = $1",
        [id.0.into()],
    );
    let row = ProjectRow::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?;
    Ok(BuurtbegrotingId(row.buurtbegroting_id))
}

#[derive(Debug, FromQueryResult)]
struct Next {
    nummer: i64,
    is_taken: i64,
}

/// The next number of a round, and what the `.pb` file calls it when nobody says.
async fn next<C: ConnectionTrait>(tx: &C, round: BuurtbegrotingId, id: Uuid) -> Result<(i64, String), Error> {
    let select = sql(
        tx,
        "SELECT n.nummer, (SELECT COUNT(*) FROM project p WHERE p.buurtbegroting_id = $1 \
         AND p.code = CAST(n.nummer AS TEXT)) AS is_taken \
         FROM (SELECT COALESCE(MAX(nummer), 0) + 1 AS nummer FROM project WHERE buurtbegroting_id = $1) n",
        [round.0.into()],
    );
    let Next { nummer, is_taken } =
        Next::find_by_statement(select).one(tx).await?.ok_or_else(|| Error::Internal("a next number".into()))?;
    // Only a project of an imported file can have it.
    let code = if is_taken == 0 { nummer.to_string() } else { format!("{nummer}-{id}") };
    Ok((nummer, code))
}

/// Adds a project under the next number. The round is held, so that numbers do not meet. `code` is what the `.pb` file
/// calls it; the number when absent.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert_project<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (round, code): (BuurtbegrotingId, Option<&str>),
    new: NewProject,
    by: AccountId,
) -> Result<ProjectId, Error> {
    let id = app.new_id();
    let (nummer, own) = next(tx, round, id).await?;
    let insert = sql(
        tx,
        "INSERT INTO project (id, buurtbegroting_id, nummer, code, initiatief_id, titel, tekst, cents, thema, wijk, \
         variant, status, voorgesteld_door, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'voorgesteld', $12, $13)",
        [
            id.into(),
            round.0.into(),
            nummer.into(),
            code.map_or(own, str::to_owned).into(),
            new.initiatief.map(|id| id.0).into(),
            new.titel.into_string().into(),
            new.tekst.into_string().into(),
            new.kosten.cents().into(),
            new.thema.into_string().into(),
            new.wijk.map(contract::field::Code::into_string).into(),
            new.variant.map(contract::field::Code::into_string).into(),
            by.0.into(),
            app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(ProjectId(id))
}

/// Keeps what was decided about a project.
///
/// # Errors
/// When it cannot be stored.
pub async fn judge<C: ConnectionTrait>(
    tx: &C,
    id: ProjectId,
    judgement: &Judgement,
    by: AccountId,
) -> Result<(), Error> {
    let (status, cents, criterium, reden) = match judgement {
        Judgement::Admit(cost) => (ProjectStatus::Toegelaten, cost.map(Euro::cents), None, None),
        Judgement::Refuse(criterium, reden) => {
            (ProjectStatus::Afgewezen, None, Some(criterium.as_str().to_owned()), Some(reden.as_str().to_owned()))
        }
    };
    let update = sql(
        tx,
        "UPDATE project SET status = $1, cents = COALESCE($2, cents), criterium = $3, reden = $4, getoetst_door = $5 \
         WHERE id = $6",
        [status.as_str().into(), cents.into(), criterium.into(), reden.into(), by.0.into(), id.0.into()],
    );
    once(tx, update).await
}
