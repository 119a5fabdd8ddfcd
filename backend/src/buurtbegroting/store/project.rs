//! The projects of a buurtbegroting.

use super::once;
use crate::app::App;
use crate::buurtbegroting::rules::SecondLook;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::gebied::Punt;
use contract::initiatief::PlanVan;
use contract::project::{HeroverwegingView, Judgement, NewProject, ProjectStatus, ProjectView};
use contract::weglating::WEGGELATEN;
use contract::{AccountId, ActiviteitId, BuurtbegrotingId, Euro, InitiatiefId, ProjectId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    /// The initiatief, as long as that is public.
    zichtbaar: Option<Uuid>,
    foto: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
    heroverweging_at: Option<DateTime<Utc>>,
    heroverweging_tekst: Option<String>,
    heroverwogen_at: Option<DateTime<Utc>>,
    tegen_door: Option<Uuid>,
    vervallen_at: Option<DateTime<Utc>>,
    titel_zout: Option<String>,
    tekst_zout: Option<String>,
}

impl ProjectRow {
    /// Whether its initiatief left public view, and its own words with it.
    const fn is_hidden(&self) -> bool {
        self.vervallen_at.is_some() || (self.initiatief_id.is_some() && self.zichtbaar.is_none())
    }

    /// As it is shown. This is the one way from the table to whoever reads a project: page, ballot, paper, count.
    fn view(self) -> Result<ProjectView, Error> {
        let odd = |what: &str| Error::Internal(format!("project.{what}"));
        let is_hidden = self.is_hidden();
        let shown = |text: String| if is_hidden { WEGGELATEN.to_owned() } else { text };
        let status = match self.vervallen_at {
            Some(_) => ProjectStatus::Vervallen,
            None => self.status.parse().map_err(|_unknown| odd("status"))?,
        };
        Ok(ProjectView {
            id: ProjectId(self.id),
            nummer: u32::try_from(self.nummer).map_err(|_odd| odd("nummer"))?,
            code: self.code,
            titel: shown(self.titel),
            tekst: shown(self.tekst),
            kosten: Euro::from_cents(self.cents).ok_or_else(|| odd("cents"))?,
            thema: self.thema,
            wijk: self.wijk,
            status,
            variant: self.variant,
            sluit_uit: Vec::new(),
            initiatief: self.initiatief_id.map(InitiatiefId),
            foto: self.foto,
            punt: self.lon.zip(self.lat).map(|(lon, lat)| Punt { lon, lat }),
            criterium: self.criterium,
            reden: self.reden.map(shown),
            titel_zout: self.titel_zout.filter(|_| !is_hidden),
            tekst_zout: self.tekst_zout.filter(|_| !is_hidden),
            heroverweging: self.heroverweging_at.map(|gevraagd_op| {
                let afgerond = self.heroverwogen_at.is_some();
                let wacht_op_tweede = self.tegen_door.is_some() && !afgerond;
                HeroverwegingView { gevraagd_op, tekst: self.heroverweging_tekst, wacht_op_tweede, afgerond }
            }),
            mag_heroverwegen: false,
            opdracht: None,
        })
    }
}

/// Projects of which this holds. Photo and place are shown as long as their initiatief is. What stands in place of words
/// that were frozen is taken instead of them.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT p.id, p.buurtbegroting_id, p.nummer, p.code, p.initiatief_id, COALESCE(m1.tekst, p.titel) AS titel, \
             COALESCE(m2.tekst, p.tekst) AS tekst, p.cents, p.thema, p.wijk, p.variant, p.status, p.criterium, \
             COALESCE(m3.tekst, p.reden) AS reden, p.heroverweging_at, p.heroverweging_tekst, p.heroverwogen_at, \
             p.tegen_door, p.vervallen_at, CASE WHEN m1.tekst IS NULL THEN p.titel_zout END AS titel_zout, \
             CASE WHEN m2.tekst IS NULL THEN p.tekst_zout END AS tekst_zout, i.id AS zichtbaar, i.eerste_foto AS foto, i.lon, i.lat FROM project p \
             LEFT JOIN initiatief i ON i.id = p.initiatief_id AND i.openbaar \
             LEFT JOIN project_masker m1 ON m1.project_id = p.id AND m1.veld = 'titel' \
             LEFT JOIN project_masker m2 ON m2.project_id = p.id AND m2.veld = 'tekst' \
             LEFT JOIN project_masker m3 ON m3.project_id = p.id AND m3.veld = 'reden' WHERE ",
            $condition
        )
    };
}

/// The projects of a round, by number.
///
/// # Errors
/// When the database is away.
pub async fn projects<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<ProjectView>, Error> {
    let select = sql(db, select!("p.buurtbegroting_id = $1 ORDER BY p.nummer"), [id.0.into()]);
    let rows = ProjectRow::find_by_statement(select).all(db).await?;
    let mut projects: Vec<ProjectView> = rows.into_iter().map(ProjectRow::view).collect::<Result<_, _>>()?;
    let select = sql(
        db,
        "SELECT nummer, ander FROM project_uitsluiting WHERE buurtbegroting_id = $1 \
         UNION ALL SELECT ander, nummer FROM project_uitsluiting WHERE buurtbegroting_id = $1 ORDER BY 1, 2",
        [id.0.into()],
    );
    for pair in PairRow::find_by_statement(select).all(db).await? {
        let ander = u32::try_from(pair.ander).map_err(|_odd| Error::Internal("project_uitsluiting.ander".into()))?;
        if let Some(own) = projects.iter_mut().find(|project| i64::from(project.nummer) == pair.nummer) {
            own.sluit_uit.push(ander);
        }
    }
    Ok(projects)
}

/// What the projects of a round are called, as it is shown.
///
/// # Errors
/// When the database is away.
pub async fn titles<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<BTreeMap<ProjectId, String>, Error> {
    Ok(projects(db, id).await?.into_iter().map(|project| (project.id, project.titel)).collect())
}

#[derive(Debug, FromQueryResult)]
struct PairRow {
    nummer: i64,
    ander: i64,
}

/// Keeps which others cannot be chosen together with a project, by number, in place of those before.
///
/// # Errors
/// When it cannot be stored.
pub async fn exclude<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    nummer: u32,
    others: &BTreeSet<u32>,
) -> Result<(), Error> {
    let delete = sql(
        tx,
        "DELETE FROM project_uitsluiting WHERE buurtbegroting_id = $1 AND (nummer = $2 OR ander = $2)",
        [id.0.into(), i64::from(nummer).into()],
    );
    tx.execute_raw(delete).await?;
    for other in others {
        let [first, second] = [nummer.min(*other), nummer.max(*other)].map(i64::from);
        let insert = sql(
            tx,
            "INSERT INTO project_uitsluiting (buurtbegroting_id, nummer, ander) VALUES ($1, $2, $3)",
            [id.0.into(), first.into(), second.into()],
        );
        tx.execute_raw(insert).await?;
    }
    Ok(())
}

/// What a chosen project leads to.
///
/// # Errors
/// When it cannot be stored.
pub async fn lead_to<C: ConnectionTrait>(tx: &C, id: ProjectId, activiteit: ActiviteitId) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO project_activiteit (project_id, activiteit_id) VALUES ($1, $2)",
        [id.0.into(), activiteit.0.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Whether an activiteit is what voters chose.
///
/// # Errors
/// When the database is away.
pub async fn was_chosen<C: ConnectionTrait>(db: &C, id: ActiviteitId) -> Result<bool, Error> {
    let text = "SELECT COUNT(*) AS nummer FROM project_activiteit WHERE activiteit_id = $1";
    Ok(Number::find_by_statement(sql(db, text, [id.0.into()])).one(db).await?.is_some_and(|row| row.nummer > 0))
}

/// From whom a plan is that voters chose.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PlanOrigin {
    /// Who put it in the round.
    pub voorgesteld_door: Uuid,
    /// The account of who handed in the initiatief that it was made of; absent for a guest.
    pub account_id: Option<Uuid>,
    /// Their address; absent when it was made of none.
    pub email: Option<String>,
}

/// From whom the plans are that led to an activiteit.
///
/// # Errors
/// When the database is away.
pub async fn plan_origins<C: ConnectionTrait>(db: &C, id: ActiviteitId) -> Result<Vec<PlanOrigin>, Error> {
    let select = sql(
        db,
        "SELECT p.voorgesteld_door, i.account_id, i.email FROM project_activiteit a \
         JOIN project p ON p.id = a.project_id LEFT JOIN initiatief i ON i.id = p.initiatief_id \
         WHERE a.activiteit_id = $1",
        [id.0.into()],
    );
    Ok(PlanOrigin::find_by_statement(select).all(db).await?)
}

#[derive(Debug, FromQueryResult)]
struct LedTo {
    project_id: Uuid,
    activiteit_id: Uuid,
}

/// What the chosen projects of a round led to.
///
/// # Errors
/// When the database is away.
pub async fn led_to<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
) -> Result<HashMap<ProjectId, ActiviteitId>, Error> {
    let select = sql(
        db,
        "SELECT a.project_id, a.activiteit_id FROM project_activiteit a JOIN project p ON p.id = a.project_id \
         WHERE p.buurtbegroting_id = $1",
        [id.0.into()],
    );
    let rows = LedTo::find_by_statement(select).all(db).await?;
    Ok(rows.into_iter().map(|row| (ProjectId(row.project_id), ActiviteitId(row.activiteit_id))).collect())
}

#[derive(Debug, FromQueryResult)]
struct Number {
    nummer: i64,
}

/// Whether an initiatief is a plan of another round that is not over: nobody votes on it twice at a time.
///
/// # Errors
/// When the database is away.
pub async fn is_voted_on<C: ConnectionTrait>(db: &C, id: InitiatiefId, than: BuurtbegrotingId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT COUNT(*) AS nummer FROM project p JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
         WHERE p.initiatief_id = $1 AND b.id <> $2 AND p.status <> 'afgewezen' AND p.vervallen_at IS NULL \
         AND b.gestopt_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM uitslag u WHERE u.ronde = b.id)",
        [id.0.into(), than.0.into()],
    );
    Ok(Number::find_by_statement(select).one(db).await?.is_some_and(|row| row.nummer > 0))
}

/// The round of a project.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn round_of<C: ConnectionTrait>(db: &C, id: ProjectId) -> Result<BuurtbegrotingId, Error> {
    let select = sql(db, select!("p.id = $1"), [id.0.into()]);
    let row = ProjectRow::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?;
    Ok(BuurtbegrotingId(row.buurtbegroting_id))
}

#[derive(Debug, FromQueryResult)]
struct PlanRow {
    buurtbegroting_id: Uuid,
    titel: String,
    nummer: i64,
    status: String,
    vervallen_at: Option<DateTime<Utc>>,
}

/// The plan that was made of an initiatief, the newest when it was voted on more than once.
///
/// # Errors
/// When the database is away.
pub async fn plan_of<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Option<PlanVan>, Error> {
    let select = sql(
        db,
        "SELECT p.buurtbegroting_id, COALESCE(m.tekst, b.titel) AS titel, p.nummer, p.status, p.vervallen_at \
         FROM project p JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
         LEFT JOIN buurtbegroting_masker m ON m.buurtbegroting_id = b.id AND m.veld = 'titel' \
         WHERE p.initiatief_id = $1 ORDER BY p.created_at DESC LIMIT 1",
        [id.0.into()],
    );
    let found = PlanRow::find_by_statement(select).one(db).await?;
    let plan = |row: PlanRow| {
        let nummer = u32::try_from(row.nummer).map_err(|_odd| Error::Internal("project.nummer".into()))?;
        let status = match row.vervallen_at {
            Some(_) => ProjectStatus::Vervallen,
            None => row.status.parse().map_err(|_unknown| Error::Internal("project.status".into()))?,
        };
        Ok(PlanVan { buurtbegroting: BuurtbegrotingId(row.buurtbegroting_id), titel: row.titel, nummer, status })
    };
    found.map(plan).transpose()
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

/// Keeps the salts that the title and the text of a project are frozen with.
///
/// # Errors
/// When it cannot be stored.
pub async fn salt<C: ConnectionTrait>(tx: &C, id: ProjectId, [titel, tekst]: &[String; 2]) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE project SET titel_zout = $1, tekst_zout = $2 WHERE id = $3",
        [titel.as_str().into(), tekst.as_str().into(), id.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
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

#[derive(Debug, FromQueryResult)]
struct LookRow {
    getoetst_door: Option<Uuid>,
    tegen_door: Option<Uuid>,
}

/// Who decided about a project so far.
///
/// # Errors
/// When the database is away.
pub async fn second_look<C: ConnectionTrait>(db: &C, id: ProjectId) -> Result<Option<SecondLook>, Error> {
    let select = sql(db, "SELECT getoetst_door, tegen_door FROM project WHERE id = $1", [id.0.into()]);
    let row = LookRow::find_by_statement(select).one(db).await?;
    Ok(row.and_then(|row| {
        Some(SecondLook { first: AccountId(row.getoetst_door?), again: row.tegen_door.map(AccountId) })
    }))
}

#[derive(Debug, FromQueryResult)]
struct OwnerRow {
    id: Uuid,
    account_id: Option<Uuid>,
}

/// Whose initiatieven the projects of a round were.
///
/// # Errors
/// When the database is away.
pub async fn owners<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<HashMap<ProjectId, AccountId>, Error> {
    let select = sql(
        db,
        "SELECT p.id, i.account_id FROM project p JOIN initiatief i ON i.id = p.initiatief_id \
         WHERE p.buurtbegroting_id = $1",
        [id.0.into()],
    );
    let rows = OwnerRow::find_by_statement(select).all(db).await?;
    Ok(rows.into_iter().filter_map(|row| Some((ProjectId(row.id), AccountId(row.account_id?)))).collect())
}

/// Keeps that somebody asked for a second look.
///
/// # Errors
/// When it cannot be stored.
pub async fn ask_again<C: ConnectionTrait>(tx: &C, app: &App, id: ProjectId, tekst: &str) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE project SET heroverweging_at = $1, heroverweging_tekst = $2 WHERE id = $3 AND heroverweging_at IS NULL",
        [app.now().into(), tekst.into(), id.0.into()],
    );
    once(tx, update).await
}

/// Keeps who is against it again.
///
/// # Errors
/// When it cannot be stored.
pub async fn refuse_again<C: ConnectionTrait>(tx: &C, id: ProjectId, by: AccountId) -> Result<(), Error> {
    let update =
        sql(tx, "UPDATE project SET tegen_door = $1 WHERE id = $2 AND tegen_door IS NULL", [by.0.into(), id.0.into()]);
    once(tx, update).await
}

/// Keeps that the second look is over.
///
/// # Errors
/// When it cannot be stored.
pub async fn end_look<C: ConnectionTrait>(tx: &C, app: &App, id: ProjectId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE project SET heroverwogen_at = $1 WHERE id = $2 AND heroverwogen_at IS NULL",
        [app.now().into(), id.0.into()],
    );
    once(tx, update).await
}
