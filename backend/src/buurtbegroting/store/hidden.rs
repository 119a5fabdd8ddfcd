//! Projects whose initiatief left public view.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::buurtbegroting::Weggelaten;
use contract::ingreep::Veld;
use contract::initiatief::PlanInStemming;
use contract::weglating::WEGGELATEN;
use contract::{AccountId, ActiviteitId, BuurtbegrotingId, InitiatiefId, ProjectId};
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Puts what is shown in place of one of the texts of projects, where that has been shown since before a time and nobody waits for
/// an answer to have them back.
macro_rules! destroy {
    ($veld:literal, $more:literal) => {
        concat!(
            "UPDATE project SET ",
            $veld,
            " = (SELECT m.tekst FROM project_masker m WHERE m.project_id = project.id AND m.veld = '",
            $veld,
            "')",
            $more,
            " WHERE EXISTS (SELECT 1 FROM project_masker m WHERE m.project_id = project.id AND m.veld = '",
            $veld,
            "' AND m.at < $1 AND m.tekst <> project.",
            $veld,
            ") AND NOT EXISTS (SELECT 1 FROM ingreep g WHERE g.deel_soort = 'project' AND g.deel_id = project.id \
             AND g.veld = '",
            $veld,
            "' AND g.status = 'gedaan' AND g.terug_at IS NOT NULL AND g.vernietigd_at IS NULL)"
        )
    };
}

/// The same for one of the texts of rounds.
macro_rules! destroy_own {
    ($column:literal, $veld:literal) => {
        concat!(
            "UPDATE buurtbegroting SET ",
            $column,
            " = (SELECT m.tekst FROM buurtbegroting_masker m WHERE m.buurtbegroting_id = buurtbegroting.id \
             AND m.veld = '",
            $veld,
            "') WHERE EXISTS (SELECT 1 FROM buurtbegroting_masker m WHERE m.buurtbegroting_id = buurtbegroting.id \
             AND m.veld = '",
            $veld,
            "' AND m.at < $1 AND m.tekst <> buurtbegroting.",
            $column,
            ") AND NOT EXISTS (SELECT 1 FROM ingreep g WHERE g.deel_soort = 'buurtbegroting' \
             AND g.deel_id = buurtbegroting.id AND g.veld = '",
            $veld,
            "' AND g.status = 'gedaan' AND g.terug_at IS NOT NULL AND g.vernietigd_at IS NULL)"
        )
    };
}

/// Holds the rounds that an initiatief is a plan of, or one that goes on in it, until the transaction ends: none of them opens
/// meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn hold_rounds_of<C: ConnectionTrait>(tx: &C, id: InitiatiefId) -> Result<(), Error> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let lock = sql(
            tx,
            "SELECT b.id FROM buurtbegroting b WHERE b.id IN (SELECT p.buurtbegroting_id FROM project p \
             WHERE p.initiatief_id = $1 OR p.initiatief_id IN (SELECT i.id FROM initiatief i WHERE i.verder_in = $1)) \
             ORDER BY b.id FOR NO KEY UPDATE",
            [id.0.into()],
        );
        tx.query_all_raw(lock).await?;
    }
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct WordsRow {
    id: Uuid,
    buurtbegroting_id: Uuid,
    code: String,
    titel: String,
    tekst: String,
    getoonde_titel: String,
    getoonde_tekst: String,
    is_admitted: bool,
    activiteit_id: Option<Uuid>,
}

/// The words of a project, and where they were copied to.
#[derive(Debug, Clone)]
pub struct Words {
    /// Which one.
    pub id: ProjectId,
    /// The round.
    pub round: BuurtbegrotingId,
    /// What the `.pb` file calls it.
    pub code: String,
    /// Its own title.
    pub titel: String,
    /// Its own text.
    pub tekst: String,
    /// What is read instead of its title, when that is something else.
    pub getoonde_titel: String,
    /// What is read instead of its text.
    pub getoonde_tekst: String,
    /// Whether people vote on it: it was not refused.
    pub is_admitted: bool,
    /// The work that it led to.
    pub activiteit: Option<ActiviteitId>,
}

/// The words of every project that was made of an initiatief.
///
/// # Errors
/// When the database is away.
pub async fn words_of<C: ConnectionTrait>(tx: &C, id: InitiatiefId) -> Result<Vec<Words>, Error> {
    let select = sql(
        tx,
        "SELECT p.id, p.buurtbegroting_id, p.code, p.titel, p.tekst, COALESCE(mt.tekst, p.titel) AS getoonde_titel, \
         COALESCE(mx.tekst, p.tekst) AS getoonde_tekst, p.status = 'toegelaten' AS is_admitted, a.activiteit_id FROM project p \
         LEFT JOIN project_masker mt ON mt.project_id = p.id AND mt.veld = 'titel' \
         LEFT JOIN project_masker mx ON mx.project_id = p.id AND mx.veld = 'tekst' \
         LEFT JOIN project_activiteit a ON a.project_id = p.id WHERE p.initiatief_id = $1 ORDER BY p.id",
        [id.0.into()],
    );
    let words = |row: WordsRow| Words {
        id: ProjectId(row.id),
        round: BuurtbegrotingId(row.buurtbegroting_id),
        code: row.code,
        titel: row.titel,
        tekst: row.tekst,
        getoonde_titel: row.getoonde_titel,
        getoonde_tekst: row.getoonde_tekst,
        is_admitted: row.is_admitted,
        activiteit: row.activiteit_id.map(ActiviteitId),
    };
    Ok(WordsRow::find_by_statement(select).all(tx).await?.into_iter().map(words).collect())
}

/// Takes the words of its projects away where nobody votes on them yet, and the projects out of those votes.
///
/// # Errors
/// When it cannot be stored.
pub async fn hide_unfrozen<C: ConnectionTrait>(tx: &C, app: &App, id: InitiatiefId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE project SET titel = $1, tekst = $1, reden = CASE WHEN reden IS NULL THEN NULL ELSE $1 END, \
         heroverweging_tekst = NULL, vervallen_at = $2 WHERE initiatief_id = $3 AND vervallen_at IS NULL \
         AND EXISTS (SELECT 1 FROM buurtbegroting b WHERE b.id = project.buurtbegroting_id AND b.bevroren IS NULL)",
        [WEGGELATEN.into(), app.now().into(), id.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct MaskRow {
    project_id: Uuid,
    veld: String,
}

/// Notes what is shown instead of the words of its projects where they were frozen: the vote goes on. Also where something else was
/// shown instead before; one person chose this. Gives the texts that changed by it.
///
/// # Errors
/// When it cannot be stored.
pub async fn mask_frozen<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: InitiatiefId,
    by: Option<AccountId>,
) -> Result<Vec<(ProjectId, Veld)>, Error> {
    let insert = sql(
        tx,
        "INSERT INTO project_masker (project_id, veld, tekst, door, at) SELECT p.id, v.veld, $1, $2, $3 FROM project p \
         JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
         CROSS JOIN (SELECT 'titel' AS veld UNION ALL SELECT 'tekst') v \
         WHERE p.initiatief_id = $4 AND p.vervallen_at IS NULL AND b.bevroren IS NOT NULL \
         ON CONFLICT (project_id, veld) DO UPDATE SET tekst = excluded.tekst, door = excluded.door, bevestigd_door = NULL, \
         at = excluded.at WHERE project_masker.tekst <> excluded.tekst RETURNING project_id, veld",
        [WEGGELATEN.into(), by.map(|id| id.0).into(), app.now().into(), id.0.into()],
    );
    let key = |row: MaskRow| -> Result<(ProjectId, Veld), Error> {
        let veld = row.veld.parse().map_err(|_unknown| Error::Internal("project_masker.veld".into()))?;
        Ok((ProjectId(row.project_id), veld))
    };
    MaskRow::find_by_statement(insert).all(tx).await?.into_iter().map(key).collect()
}

#[derive(Debug, FromQueryResult)]
struct BallotRow {
    buurtbegroting_id: Uuid,
    titel: String,
    nummer: i64,
    weggelaten: bool,
}

/// The plans that were made of an initiatief, and of what goes on in it, and that people vote on, or voted on; at each whether its words
/// are out because one person shielded it, and may come back, while everybody may read the initiatief.
///
/// # Errors
/// When the database is away.
pub async fn on_ballots<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Vec<PlanInStemming>, Error> {
    let select = sql(
        db,
        "SELECT p.buurtbegroting_id, COALESCE(t.tekst, b.titel) AS titel, p.nummer, (i.openbaar AND EXISTS (SELECT 1 \
         FROM project_masker m JOIN ingreep g ON g.deel_soort = 'project' AND g.deel_id = p.id AND g.veld = m.veld \
         WHERE m.project_id = p.id AND m.bevestigd_door IS NULL AND m.tekst = $2 AND g.status = 'gedaan' \
         AND g.bevestigd_door IS NULL AND g.nieuw = m.tekst AND g.vernietigd_at IS NULL)) AS weggelaten \
         FROM project p JOIN buurtbegroting b ON b.id = p.buurtbegroting_id JOIN initiatief i ON i.id = p.initiatief_id \
         LEFT JOIN buurtbegroting_masker t ON t.buurtbegroting_id = b.id AND t.veld = 'titel' \
         WHERE (i.id = $1 OR i.verder_in = $1) AND p.vervallen_at IS NULL AND p.status = 'toegelaten' \
         AND b.bevroren IS NOT NULL ORDER BY p.buurtbegroting_id, p.nummer",
        [id.0.into(), WEGGELATEN.into()],
    );
    let plan = |row: BallotRow| -> Result<PlanInStemming, Error> {
        Ok(PlanInStemming {
            buurtbegroting: BuurtbegrotingId(row.buurtbegroting_id),
            titel: row.titel,
            nummer: u32::try_from(row.nummer).map_err(|_odd| Error::Internal("project.nummer".into()))?,
            weggelaten: row.weggelaten,
        })
    };
    BallotRow::find_by_statement(select).all(db).await?.into_iter().map(plan).collect()
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: Uuid,
}

/// The projects of a round whose initiatief is not public.
///
/// # Errors
/// When the database is away.
pub async fn of_hidden<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<BTreeSet<ProjectId>, Error> {
    let select = sql(
        db,
        "SELECT p.id FROM project p WHERE p.buurtbegroting_id = $1 AND p.initiatief_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM initiatief i WHERE i.id = p.initiatief_id AND i.openbaar)",
        [id.0.into()],
    );
    Ok(Id::find_by_statement(select).all(db).await?.into_iter().map(|row| ProjectId(row.id)).collect())
}

#[derive(Debug, FromQueryResult)]
struct MaskedRow {
    nummer: i64,
    at: DateTime<Utc>,
    bevestigd: bool,
}

#[derive(Debug, FromQueryResult)]
struct OwnRow {
    at: DateTime<Utc>,
}

/// That something else is shown than what people vote on, or that nothing is.
#[derive(Debug, Clone, Copy)]
pub struct Masked {
    /// Of the project with which number; of none when it is about the round itself.
    pub nummer: Option<u32>,
    /// Instead of what.
    pub wat: Weggelaten,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Whether wijkteam and stembureau chose that together.
    pub is_confirmed: bool,
}

const TEXTS: &str = "SELECT p.nummer, m.at, m.bevestigd_door IS NOT NULL AS bevestigd FROM project_masker m \
     JOIN project p ON p.id = m.project_id WHERE p.buurtbegroting_id = $1";
/// The photo itself may be destroyed by now.
const PHOTOS: &str = "SELECT p.nummer, g.bevestigd_at AS at, TRUE AS bevestigd FROM ingreep g \
     JOIN project p ON p.initiatief_id = g.initiatief_id JOIN buurtbegroting b ON b.id = p.buurtbegroting_id \
     WHERE p.buurtbegroting_id = $1 AND p.vervallen_at IS NULL AND g.deel_soort = 'foto' AND g.status = 'gedaan' \
     AND g.bevestigd_at IS NOT NULL AND b.bevroren_at <= g.bevestigd_at";

/// When words and photos of the projects of a round were taken out of public view, and words of the round itself.
///
/// # Errors
/// When the database is away.
pub async fn masked_at<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Masked>, Error> {
    let mut masked = Vec::new();
    for (select, wat) in [(TEXTS, Weggelaten::Plantekst), (PHOTOS, Weggelaten::Planfoto)] {
        let rows = MaskedRow::find_by_statement(sql(db, select, [id.0.into()])).all(db).await?;
        let of_plan = |row: MaskedRow| Masked {
            nummer: u32::try_from(row.nummer).ok(),
            wat,
            at: row.at,
            is_confirmed: row.bevestigd,
        };
        masked.extend(rows.into_iter().map(of_plan));
    }
    let own = sql(
        db,
        "SELECT at FROM buurtbegroting_masker WHERE buurtbegroting_id = $1 AND bevestigd_door IS NOT NULL",
        [id.0.into()],
    );
    let rows = OwnRow::find_by_statement(own).all(db).await?;
    let of_round = |row: OwnRow| Masked { nummer: None, wat: Weggelaten::Stemming, at: row.at, is_confirmed: true };
    masked.extend(rows.into_iter().map(of_round));
    Ok(masked)
}

/// Takes the words that nobody reads any more out of frozen projects and rounds for ever, and the salts with which somebody
/// could tell what they were. The hashes of projects stand in the rules; so does the title of a round itself.
///
/// # Errors
/// When it cannot be stored.
pub async fn destroy_masked<C: ConnectionTrait>(tx: &C, before: DateTime<Utc>) -> Result<(), Error> {
    for update in
        [destroy!("titel", ", titel_zout = NULL"), destroy!("tekst", ", tekst_zout = NULL"), destroy!("reden", "")]
    {
        tx.execute_raw(sql(tx, update, [before.into()])).await?;
    }
    for update in
        [destroy_own!("titel", "titel"), destroy_own!("uitleg", "uitleg"), destroy_own!("gestopt_reden", "reden")]
    {
        tx.execute_raw(sql(tx, update, [before.into()])).await?;
    }
    Ok(())
}

/// Whether something else than the words of a project is shown of one that was frozen.
///
/// # Errors
/// When the database is away.
pub async fn is_masked<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT p.id FROM project p WHERE p.buurtbegroting_id = $1 AND p.vervallen_at IS NULL AND p.status = 'toegelaten' \
         AND (EXISTS (SELECT 1 FROM project_masker m WHERE m.project_id = p.id) OR (p.initiatief_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM initiatief i WHERE i.id = p.initiatief_id AND i.openbaar))) LIMIT 1",
        [id.0.into()],
    );
    Ok(Id::find_by_statement(select).one(db).await?.is_some())
}
