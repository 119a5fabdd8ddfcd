//! Timelines: what happened to an initiatief or an opdracht, in order.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::foto::FotoView;
use contract::initiatief::{Gebeurtenis, GebeurtenisSoort};
use contract::{AccountId, BuurtbegrotingId, Euro, InitiatiefId, OpdrachtId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// What.
    pub soort: GebeurtenisSoort,
    /// What was said.
    pub tekst: Option<String>,
    /// The amount that it was about.
    pub bedrag: Option<Euro>,
    /// Photos with it.
    pub fotos: Vec<FotoView>,
    /// Whether it is between the wijkteam and the initiator.
    pub besloten: bool,
}

impl Event {
    /// Something that happened without words.
    #[must_use]
    pub const fn new(soort: GebeurtenisSoort) -> Self {
        Self { soort, tekst: None, bedrag: None, fotos: Vec::new(), besloten: false }
    }

    /// The same, with what was said.
    #[must_use]
    pub fn saying(self, tekst: impl Into<String>) -> Self {
        Self { tekst: Some(tekst.into()), ..self }
    }

    /// The same, between the wijkteam and the initiator.
    #[must_use]
    pub fn between_us(self) -> Self {
        Self { besloten: true, ..self }
    }

    /// The same, with an amount.
    #[must_use]
    pub fn of(self, bedrag: Euro) -> Self {
        Self { bedrag: Some(bedrag), ..self }
    }
}

/// Whose timeline.
#[derive(Debug, Clone, Copy)]
pub enum Timeline {
    /// Of an initiatief.
    Initiatief(InitiatiefId),
    /// Of an opdracht.
    Opdracht(OpdrachtId),
}

/// Who reads a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// Everybody.
    Public,
    /// The initiator and the wijkteam.
    Inside,
}

/// Adds a line.
///
/// # Errors
/// When it cannot be written.
pub async fn add<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    timeline: Timeline,
    event: &Event,
    actor: Option<AccountId>,
) -> Result<(), Error> {
    let (initiatief, opdracht) = match timeline {
        Timeline::Initiatief(id) => (Some(id.0), None),
        Timeline::Opdracht(id) => (None, Some(id.0)),
    };
    let fotos = if event.fotos.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&event.fotos).map_err(|error| Error::Internal(error.to_string()))?)
    };
    let insert = sql(
        tx,
        "INSERT INTO gebeurtenis (id, initiatief_id, opdracht_id, soort, tekst, cents, fotos, actor, at, besloten) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            app.new_id().into(),
            initiatief.into(),
            opdracht.into(),
            event.soort.as_str().into(),
            event.tekst.clone().into(),
            event.bedrag.map(Euro::cents).into(),
            fotos.into(),
            actor.map(|id| id.0).into(),
            app.now().into(),
            event.besloten.into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// Keeps the line that something goes on here, and forgets what it was called, wherever what goes on in the same initiatief
/// stands.
///
/// # Errors
/// When it cannot be written.
pub async fn forget_taken_in<C: ConnectionTrait>(tx: &C, into: InitiatiefId, titel: &str) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE gebeurtenis SET tekst = NULL WHERE soort = 'opgenomen' AND tekst = $1 AND initiatief_id IN \
         (SELECT i.id FROM initiatief i WHERE i.id = $2 OR i.verder_in = $2)",
        [titel.into(), into.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Calls a plan of a round otherwise where a result was explained to the initiators of its plans. It stands there with its
/// code behind it.
///
/// # Errors
/// When it cannot be written.
pub async fn rename_plan<C: ConnectionTrait>(
    tx: &C,
    round: BuurtbegrotingId,
    code: &str,
    (old, new): (&str, &str),
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE gebeurtenis SET tekst = REPLACE(tekst, $1, $2) WHERE soort IN ('gekozen', 'niet_gekozen') \
         AND initiatief_id IN (SELECT p.initiatief_id FROM project p WHERE p.buurtbegroting_id = $3)",
        [format!("{old} ({code})").into(), format!("{new} ({code})").into(), round.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Whether a timeline still says this: it may have been taken out of public view since.
///
/// # Errors
/// When the database is away.
pub async fn says<C: ConnectionTrait>(db: &C, id: InitiatiefId, tekst: &str) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT id FROM gebeurtenis WHERE initiatief_id = $1 AND tekst = $2 LIMIT 1",
        [id.0.into(), tekst.into()],
    );
    Ok(db.query_one_raw(select).await?.is_some())
}

#[derive(Debug, FromQueryResult)]
struct Row {
    soort: String,
    tekst: Option<String>,
    cents: Option<i64>,
    fotos: Option<String>,
    at: DateTime<Utc>,
    besloten: bool,
}

/// A timeline as far as these eyes see it, oldest first; at most 200 lines.
///
/// # Errors
/// When the database is away.
pub async fn read<C: ConnectionTrait>(db: &C, timeline: Timeline, eyes: Eyes) -> Result<Vec<Gebeurtenis>, Error> {
    let sees_all = eyes == Eyes::Inside;
    let statement = match timeline {
        Timeline::Initiatief(id) => sql(
            db,
            "SELECT soort, tekst, cents, fotos, at, besloten FROM gebeurtenis WHERE initiatief_id = $1 \
             AND ($2 OR NOT besloten) ORDER BY id LIMIT 200",
            [id.0.into(), sees_all.into()],
        ),
        Timeline::Opdracht(id) => sql(
            db,
            "SELECT soort, tekst, cents, fotos, at, besloten FROM gebeurtenis WHERE opdracht_id = $1 \
             AND ($2 OR NOT besloten) ORDER BY id LIMIT 200",
            [id.0.into(), sees_all.into()],
        ),
    };
    Row::find_by_statement(statement).all(db).await?.into_iter().map(view).collect()
}

/// A photo of a line, as it is kept there; it may have been taken out of public view.
#[derive(Debug, Deserialize)]
struct Kept {
    #[serde(flatten)]
    foto: FotoView,
    #[serde(default)]
    weg: bool,
}

fn view(row: Row) -> Result<Gebeurtenis, Error> {
    let odd = |what: &str| Error::Internal(format!("gebeurtenis: {what}"));
    let fotos = row.fotos.map(|text| serde_json::from_str::<Vec<Kept>>(&text)).transpose();
    let fotos = fotos.map_err(|error| odd(&error.to_string()))?.unwrap_or_default();
    let foto_weggelaten = fotos.iter().any(|kept| kept.weg);
    Ok(Gebeurtenis {
        soort: row.soort.parse().map_err(|_unknown| odd("soort"))?,
        gebeurd_op: row.at,
        tekst: row.tekst,
        bedrag: row.cents.and_then(Euro::from_cents),
        fotos: fotos.into_iter().filter(|kept| !kept.weg).map(|kept| kept.foto).collect(),
        foto_weggelaten,
        besloten: row.besloten,
    })
}
