//! What a count gave.

use crate::app::App;
use crate::database::{once, sql};
use crate::error::{Error, Exchanged, is_unreadable};
use crate::stembus::store::{on, rows};
use contract::{AccountId, BuurtbegrotingId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use uuid::Uuid;

/// So many ballots are kept by one statement.
const TOGETHER: usize = 1_000;

/// Keeps opened ballots, each under an id that is random.
///
/// # Errors
/// When they cannot be stored.
pub async fn insert_votes<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    votes: &[(Uuid, String)],
) -> Result<(), Error> {
    let text = on(
        tx,
        "INSERT INTO stem (id, ronde, keuzes) SELECT CAST(r->>0 AS UUID), $1, convert_from(decode(r->>1, 'hex'), 'UTF8') \
         FROM json_array_elements($2::json) r",
        "INSERT INTO stem (id, ronde, keuzes) SELECT unhex(value->>0), $1, CAST(unhex(value->>1) AS TEXT) \
         FROM json_each($2)",
    );
    for some in votes.chunks(TOGETHER) {
        let values = rows(some.iter().map(|(vote, choices)| [vote.as_bytes().as_slice(), choices.as_bytes()]));
        tx.execute_raw(sql(tx, text, [id.0.into(), values])).await?;
    }
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Opened {
    keuzes: String,
}

/// Nothing but texts was kept: what is none was put there by somebody else.
fn as_kept(error: DbErr) -> Error {
    if is_unreadable(&error) { Exchanged::Outcome.into() } else { error.into() }
}

/// The opened ballots as they are kept, in the order of what they say.
///
/// # Errors
/// When the database is away; [`Exchanged::Outcome`] when one cannot be read.
pub async fn opened<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<String>, Error> {
    let select = sql(db, "SELECT keuzes FROM stem WHERE ronde = $1", [id.0.into()]);
    let rows = Opened::find_by_statement(select).all(db).await.map_err(as_kept)?;
    let mut found: Vec<String> = rows.into_iter().map(|row| row.keuzes).collect();
    found.sort();
    Ok(found)
}

/// What a count gave, as it is kept and published.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// As the pages and the API show it, as JSON.
    pub weergave: String,
    /// The whole report of `tally`, as JSON.
    pub rapport: String,
    /// The projects as a table, as CSV.
    pub tabel: String,
    /// The election and its outcome as a `.pb` file.
    pub pb: String,
    /// The control codes, sorted, one a line.
    pub controlecodes: String,
}

/// Keeps what a count gave, once.
///
/// # Errors
/// [`Error::Stale`] when it was counted already.
pub async fn insert_outcome<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    outcome: &Outcome,
    by: AccountId,
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO uitslag (ronde, weergave, rapport, tabel, pb, controlecodes, geteld_at, geteld_door) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        [
            id.0.into(),
            outcome.weergave.clone().into(),
            outcome.rapport.clone().into(),
            outcome.tabel.clone().into(),
            outcome.pb.clone().into(),
            outcome.controlecodes.clone().into(),
            app.now().into(),
            by.0.into(),
        ],
    );
    once(tx, insert).await
}

/// A part of what a count gave: each is large, and mostly one is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// [`Outcome::weergave`].
    Weergave,
    /// [`Outcome::rapport`].
    Rapport,
    /// [`Outcome::tabel`].
    Tabel,
    /// [`Outcome::pb`].
    Pb,
    /// [`Outcome::controlecodes`].
    Controlecodes,
}

#[derive(Debug, FromQueryResult)]
struct Text {
    tekst: String,
}

/// A part of what a count gave.
///
/// # Errors
/// [`Error::NotFound`] when there was none; [`Exchanged::Outcome`] when it cannot be read.
pub async fn outcome<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId, part: Part) -> Result<String, Error> {
    let text = match part {
        Part::Weergave => "SELECT weergave AS tekst FROM uitslag WHERE ronde = $1",
        Part::Rapport => "SELECT rapport AS tekst FROM uitslag WHERE ronde = $1",
        Part::Tabel => "SELECT tabel AS tekst FROM uitslag WHERE ronde = $1",
        Part::Pb => "SELECT pb AS tekst FROM uitslag WHERE ronde = $1",
        Part::Controlecodes => "SELECT controlecodes AS tekst FROM uitslag WHERE ronde = $1",
    };
    let found = Text::find_by_statement(sql(db, text, [id.0.into()])).one(db).await.map_err(as_kept)?;
    Ok(found.ok_or(Error::NotFound)?.tekst)
}
