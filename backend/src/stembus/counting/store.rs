//! Counts in the database: the only place here that knows SeaORM.

use crate::app::App;
use crate::buurtbegroting::Buurtbegroting;
use crate::database::{now, once, sql};
use crate::error::Error;
use chrono::{DateTime, TimeDelta, Utc};
use contract::problem::ProblemCode;
use contract::telling::{TellingSoort, TellingStatus, TellingView};
use contract::{AccountId, BuurtbegrotingId, TellingId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

/// Minutes without a sign of life after which a count is over: the instance that counted is gone.
const SILENCE_MINUTES: i64 = 15;

/// A count.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Its id.
    pub id: TellingId,
    /// Of which round.
    pub ronde: BuurtbegrotingId,
    /// A count, or a recount.
    pub soort: TellingSoort,
    /// Who asked for it.
    pub asked_by: AccountId,
    asked_at: DateTime<Utc>,
    alive_at: Option<DateTime<Utc>>,
    opened: i64,
    ballots: i64,
    /// Whether it worked out, once it is over.
    outcome: Option<bool>,
    is_same: Option<bool>,
    fault: Option<ProblemCode>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    ronde: Uuid,
    soort: String,
    gevraagd_door: Uuid,
    gevraagd_at: DateTime<Utc>,
    levend_at: Option<DateTime<Utc>>,
    geopend: i64,
    stembiljetten: i64,
    gelukt: Option<bool>,
    gelijk: Option<bool>,
    fout: Option<String>,
}

impl TryFrom<Row> for Telling {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: TellingId(row.id),
            ronde: BuurtbegrotingId(row.ronde),
            soort: row.soort.parse().map_err(|_odd| Error::Internal("telling.soort".into()))?,
            asked_by: AccountId(row.gevraagd_door),
            asked_at: row.gevraagd_at,
            alive_at: row.levend_at,
            opened: row.geopend,
            ballots: row.stembiljetten,
            outcome: row.gelukt,
            is_same: row.gelijk,
            fault: row.fout.map(|code| code.parse().unwrap_or(ProblemCode::Storing)),
        })
    }
}

impl Telling {
    /// Whether ballots are opened.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.alive_at.is_some()
    }

    /// Whether it began, and nothing was heard of it for so long that nothing more will be.
    #[must_use]
    pub fn is_lost(&self, now: DateTime<Utc>) -> bool {
        let silent = |alive: DateTime<Utc>| now - alive > TimeDelta::minutes(SILENCE_MINUTES);
        self.outcome.is_none() && self.alive_at.is_some_and(silent)
    }

    /// How far it is.
    #[must_use]
    pub fn view(&self, now: DateTime<Utc>) -> TellingView {
        let is_lost = self.is_lost(now);
        let status = match self.outcome {
            Some(true) => TellingStatus::Klaar,
            Some(false) => TellingStatus::Mislukt,
            None if is_lost => TellingStatus::Mislukt,
            None if self.has_begun() => TellingStatus::Bezig,
            None => TellingStatus::Gevraagd,
        };
        TellingView {
            id: self.id,
            buurtbegroting: self.ronde,
            soort: self.soort,
            status,
            gevraagd_op: self.asked_at,
            geopend: u64::try_from(self.opened).unwrap_or_default(),
            stembiljetten: u64::try_from(self.ballots).unwrap_or_default(),
            gelijk: self.is_same,
            fout: if is_lost { Some(ProblemCode::EvenNiet) } else { self.fault },
        }
    }
}

async fn some<C: ConnectionTrait>(db: &C, select: Statement) -> Result<Option<Telling>, Error> {
    Row::find_by_statement(select).one(db).await?.map(Telling::try_from).transpose()
}

/// One count.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: TellingId) -> Result<Telling, Error> {
    some(db, sql(db, "SELECT * FROM telling WHERE id = $1", [id.0.into()])).await?.ok_or(Error::NotFound)
}

/// The count of a round that was asked for last.
///
/// # Errors
/// When the database is away.
pub async fn last<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Option<Telling>, Error> {
    // Ids sort by when they were made.
    some(db, sql(db, "SELECT * FROM telling WHERE ronde = $1 ORDER BY id DESC LIMIT 1", [id.0.into()])).await
}

/// The one that is not over; there is one at most.
///
/// # Errors
/// When the database is away.
pub async fn open<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Option<Telling>, Error> {
    some(db, sql(db, "SELECT * FROM telling WHERE ronde = $1 AND klaar_at IS NULL", [id.0.into()])).await
}

/// Stores that somebody asks for a count. The round is held, so that there is one at a time.
///
/// # Errors
/// When the box is not shut.
pub async fn insert<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    round: &Buurtbegroting,
    soort: TellingSoort,
    by: AccountId,
) -> Result<TellingId, Error> {
    let id = TellingId(app.new_id());
    let ballots = round.sluiting.as_ref().map_or(0, |sluiting| sluiting.stembiljetten);
    let insert = sql(
        tx,
        "INSERT INTO telling (id, ronde, soort, gevraagd_door, gevraagd_at, geopend, stembiljetten) \
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
        [
            id.0.into(),
            round.id.0.into(),
            soort.as_str().into(),
            by.0.into(),
            round.now.into(),
            i64::try_from(ballots).unwrap_or(i64::MAX).into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(id)
}

/// Notes that ballots are opened from here on.
///
/// # Errors
/// [`Error::Stale`] when another was first.
pub async fn begin<C: ConnectionTrait>(tx: &C, id: TellingId, at: DateTime<Utc>) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE telling SET begonnen_at = $1, levend_at = $1 WHERE id = $2 AND begonnen_at IS NULL AND klaar_at IS NULL",
        [at.into(), id.0.into()],
    );
    once(tx, update).await
}

const BEAT: (&str, &str) = (
    "UPDATE telling SET levend_at = COALESCE($1, clock_timestamp()), geopend = $2 WHERE id = $3 AND klaar_at IS NULL",
    "UPDATE telling SET levend_at = COALESCE($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')), geopend = $2 \
     WHERE id = $3 AND klaar_at IS NULL",
);

/// Notes that it goes on, and how many ballots are open.
///
/// # Errors
/// When the database is away.
pub async fn beat<C: ConnectionTrait>(tx: &C, app: &App, id: TellingId, opened: u64) -> Result<(), Error> {
    let opened = i64::try_from(opened).unwrap_or(i64::MAX);
    tx.execute_raw(now(tx, app, BEAT, [opened.into(), id.0.into()])).await?;
    Ok(())
}

/// What came of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is done; of a recount, whether the result is the same.
    Done(Option<bool>),
    /// It broke off.
    Broke(ProblemCode),
}

/// Notes what came of it, once.
///
/// # Errors
/// When the database is away.
pub async fn finish<C: ConnectionTrait>(tx: &C, app: &App, id: TellingId, came: Came) -> Result<(), Error> {
    let (outcome, is_same, fault) = match came {
        Came::Done(is_same) => (true, is_same, None),
        Came::Broke(fault) => (false, None, Some(fault.as_str().to_owned())),
    };
    let update = sql(
        tx,
        "UPDATE telling SET klaar_at = $1, gelukt = $2, gelijk = $3, fout = $4, \
         geopend = CASE WHEN $2 THEN stembiljetten ELSE geopend END WHERE id = $5 AND klaar_at IS NULL",
        [app.now().into(), outcome.into(), is_same.into(), fault.into(), id.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}
