//! Buurtbegrotingen and projects in the database: the only place here that knows SeaORM. Each is read together with the
//! clock of the database, which alone says what phase it is in (SECURITY-RULES T-4).

mod hidden;
mod project;

use crate::access::Subject;
use crate::app::App;
use crate::buurtbegroting::lifecycle::{self, Facts};
use crate::buurtbegroting::rules;
use crate::database::{now, once, sql};
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::buurtbegroting::{
    Busvorm, BuurtbegrotingCard, BuurtbegrotingFase, BuurtbegrotingStap, GestoptView, NewBuurtbegroting, Planning,
    Sluiting, Spelregels,
};
use contract::{AccountId, BuurtbegrotingId, Euro, Version};
use natellen::Frozen;
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use uuid::Uuid;

pub use hidden::{
    Masked, Words, destroy_masked, hide_unfrozen, hold_rounds_of, is_masked, mask_frozen, masked_at, of_hidden,
    on_ballots, words_of,
};
pub use project::{
    ask_again, end_look, exclude, insert_project, is_voted_on, judge, lead_to, led_to, owners, plan_of, plan_origins,
    projects, refuse_again, round_of, salt, second_look, titles, was_chosen,
};

#[derive(Debug, Clone, FromQueryResult)]
struct Row {
    id: Uuid,
    gebied: String,
    titel: String,
    titel_masker: Option<String>,
    uitleg: String,
    jaar: i64,
    product: String,
    cents: i64,
    spelregels: String,
    inzenden_at: DateTime<Utc>,
    toetsen_at: DateTime<Utc>,
    stemmen_at: DateTime<Utc>,
    sluit_at: DateTime<Utc>,
    versie: i64,
    vastgesteld_at: Option<DateTime<Utc>>,
    publieke_sleutel: Option<Vec<u8>>,
    beproefd_at: Option<DateTime<Utc>>,
    bevroren: Option<String>,
    bevroren_hash: Option<String>,
    gestopt_at: Option<DateTime<Utc>>,
    gestopt_reden: Option<String>,
    gesloten_at: Option<DateTime<Utc>>,
    bus_aantal: Option<i64>,
    bus_controlegetal: Option<String>,
    definitief_at: Option<DateTime<Utc>>,
    geteld_at: Option<DateTime<Utc>>,
    vorm: Option<i64>,
    toets: Option<String>,
    delen: i64,
    nu: DateTime<Utc>,
}

/// A buurtbegroting as the rules see it.
#[derive(Debug, Clone)]
pub struct Buurtbegroting {
    /// Its id.
    pub id: BuurtbegrotingId,
    /// Where it is.
    pub fase: BuurtbegrotingFase,
    /// Whether its plan is fixed.
    pub is_published: bool,
    /// Code of the gebied.
    pub gebied: String,
    /// What people call it.
    pub titel: String,
    /// Whether that is not the title that stands in its frozen rules: words were taken out of it.
    pub is_retitled: bool,
    /// What it is about.
    pub uitleg: String,
    /// Year of the wijkbudget.
    pub jaar: i32,
    /// Code of the product.
    pub product: String,
    /// How much.
    pub bedrag: Euro,
    /// The rules of the vote.
    pub spelregels: Spelregels,
    /// When what begins.
    pub planning: Planning,
    /// The key that ballots are sealed to.
    pub publieke_sleutel: Option<Vec<u8>>,
    /// Whether its parts were shown to open an envelope.
    pub is_proven: bool,
    /// Whether custodians keep its parts, each their own.
    pub is_kept: bool,
    /// The frozen rules and their hash.
    pub bevroren: Option<(String, String)>,
    /// That it was stopped.
    pub gestopt: Option<GestoptView>,
    /// What its ballot box is held against.
    pub vorm: Busvorm,
    /// That voting is over and the box is shut, with all that is known: not all of it is published.
    pub sluiting: Option<Sluiting>,
    /// When the ballots were counted.
    pub geteld_at: Option<DateTime<Utc>>,
    /// Whether objections are over, and what could tell who voted was destroyed.
    pub is_final: bool,
    /// Its version.
    pub version: Version,
    /// What the clock of the database said when this was read.
    pub now: DateTime<Utc>,
}

impl Buurtbegroting {
    fn from_row(row: Row) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("buurtbegroting.{what}"));
        let spelregels = serde_json::from_str(&row.spelregels).map_err(|error| odd(&error.to_string()))?;
        let planning = Planning {
            inzenden_vanaf: row.inzenden_at,
            toetsen_vanaf: row.toetsen_at,
            stemmen_vanaf: row.stemmen_at,
            stemmen_tot: row.sluit_at,
        };
        let facts = Facts {
            planning,
            is_published: row.vastgesteld_at.is_some(),
            is_frozen: row.bevroren.is_some(),
            is_stopped: row.gestopt_at.is_some(),
            is_counted: row.geteld_at.is_some(),
            is_final: row.definitief_at.is_some(),
        };
        let stembiljetten = row.bus_aantal.and_then(|number| u64::try_from(number).ok());
        let sluiting = row.gesloten_at.zip(stembiljetten).zip(row.bus_controlegetal);
        let ongecontroleerd = row.toets.is_some_and(|toets| toets == UNCHECKED);
        // A plan gets its form when it is published.
        let is_first = facts.is_published && row.vorm.is_none();
        Ok(Self {
            id: BuurtbegrotingId(row.id),
            fase: lifecycle::fase(facts, row.nu),
            is_published: facts.is_published,
            gebied: row.gebied,
            is_retitled: row.titel_masker.is_some(),
            titel: row.titel_masker.unwrap_or(row.titel),
            uitleg: row.uitleg,
            jaar: i32::try_from(row.jaar).map_err(|_odd| odd("jaar"))?,
            product: row.product,
            bedrag: Euro::from_cents(row.cents).ok_or_else(|| odd("cents"))?,
            spelregels,
            planning,
            publieke_sleutel: row.publieke_sleutel,
            is_proven: row.beproefd_at.is_some(),
            is_kept: row.delen > 0,
            bevroren: row.bevroren.zip(row.bevroren_hash),
            gestopt: row.gestopt_at.zip(row.gestopt_reden).map(|(op, reden)| GestoptView { op, reden }),
            geteld_at: row.geteld_at,
            is_final: facts.is_final,
            vorm: if is_first { Busvorm::Aantallen } else { Busvorm::Bewijzen },
            sluiting: sluiting.map(|((op, stembiljetten), controlegetal)| Sluiting {
                op,
                stembiljetten,
                controlegetal,
                weinig: natellen::is_few(stembiljetten),
                ongecontroleerd,
            }),
            version: Version(row.versie),
            now: row.nu,
        })
    }

    /// What rights depend on.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { owner: None, gebied: Some(&self.gebied) }
    }

    /// Until when somebody can object to the count, or to that it was stopped; none before either, and none once what
    /// could tell who voted was destroyed.
    #[must_use]
    pub fn objections_until(&self) -> Option<DateTime<Utc>> {
        let began = self.geteld_at.or(self.gestopt.as_ref().map(|gestopt| gestopt.op));
        began.filter(|_| !self.is_final).map(rules::objections_until)
    }

    /// Whether a step can be taken now.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self, step: BuurtbegrotingStap) -> Result<(), Error> {
        Ok(lifecycle::check(self.fase, self.is_published, step)?)
    }

    /// The rules as they were frozen.
    ///
    /// # Errors
    /// [`Error::VotingIsShut`] when voting never opened.
    pub fn frozen(&self) -> Result<Frozen, Error> {
        let (text, hash) = self.bevroren.as_ref().ok_or(Error::VotingIsShut)?;
        Ok(Frozen::from_text(text, hash)?)
    }

    /// The public half of the key that ballots are sealed to: once a vote opened, the one that stands in its frozen rules.
    ///
    /// # Errors
    /// When there is none, or the rules cannot be read.
    pub fn ballot_key(&self) -> Result<Vec<u8>, Error> {
        if self.bevroren.is_none() {
            return self.publieke_sleutel.clone().ok_or(Error::VotingIsShut);
        }
        let key = hex::decode(self.frozen()?.publieke_sleutel);
        key.map_err(|_odd| Error::Internal("the key in frozen rules is none".into()))
    }

    /// As it stands in lists.
    #[must_use]
    pub fn card(&self) -> BuurtbegrotingCard {
        BuurtbegrotingCard {
            id: self.id,
            titel: self.titel.clone(),
            gebied: self.gebied.clone(),
            bedrag: self.bedrag,
            fase: self.fase,
            planning: self.planning,
        }
    }
}

/// How the numbers alone were looked at when a box was shut.
const UNCHECKED: &str = "aantallen";
/// And all of it.
const CHECKED: &str = "volledig";

/// What is shown of a text of a round: what stands in its place, once words were taken out of it.
macro_rules! shown {
    ($veld:literal, $column:literal) => {
        concat!(
            "COALESCE((SELECT m.tekst FROM buurtbegroting_masker m WHERE m.buurtbegroting_id = b.id AND m.veld = '",
            $veld,
            "'), b.",
            $column,
            ") AS ",
            $column
        )
    };
}

/// What is read of each. The columns are named: `*` would break what a server has prepared when a later version adds one.
macro_rules! columns {
    ($clock:literal) => {
        concat!(
            "SELECT b.id, b.gebied, b.titel, (SELECT m.tekst FROM buurtbegroting_masker m \
             WHERE m.buurtbegroting_id = b.id AND m.veld = 'titel') AS titel_masker, ",
            shown!("uitleg", "uitleg"),
            ", b.jaar, b.product, b.cents, b.spelregels, b.inzenden_at, \
             b.toetsen_at, b.stemmen_at, b.sluit_at, b.versie, b.vastgesteld_at, b.publieke_sleutel, b.beproefd_at, \
             b.bevroren, b.bevroren_hash, b.gestopt_at, ",
            shown!("reden", "gestopt_reden"),
            ", b.gesloten_at, b.bus_aantal, \
             b.bus_controlegetal, b.definitief_at, \
             (SELECT u.geteld_at FROM uitslag u WHERE u.ronde = b.id) AS geteld_at, \
             (SELECT v.vorm FROM rondevorm v WHERE v.ronde = b.id) AS vorm, \
             (SELECT s.toets FROM sluiting s WHERE s.ronde = b.id) AS toets, \
             (SELECT COUNT(*) FROM bewaarder k WHERE k.ronde = b.id AND k.deel IS NOT NULL) AS delen, \
             COALESCE($1, ",
            $clock,
            ") AS nu FROM buurtbegroting b "
        )
    };
}

/// A statement that ends in what of buurtbegrotingen is asked; the first value is the time of a test.
macro_rules! select {
    ($db:expr, $app:expr, $rest:literal, [$($value:expr),* $(,)?]) => {
        now($db, $app, (
            concat!(columns!("clock_timestamp()"), $rest),
            concat!(columns!("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"), $rest),
        ), [$($value),*])
    };
}

async fn all<C: ConnectionTrait>(db: &C, statement: sea_orm::Statement) -> Result<Vec<Buurtbegroting>, Error> {
    Row::find_by_statement(statement).all(db).await?.into_iter().map(Buurtbegroting::from_row).collect()
}

/// One buurtbegroting, whoever asks.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, app: &App, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    all(db, select!(db, app, "WHERE b.id = $2", [id.0.into()])).await?.pop().ok_or(Error::NotFound)
}

/// One buurtbegroting, held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hold<C: ConnectionTrait>(tx: &C, app: &App, id: BuurtbegrotingId) -> Result<Buurtbegroting, Error> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let lock = sql(tx, "SELECT id FROM buurtbegroting WHERE id = $1 FOR NO KEY UPDATE", [id.0.into()]);
        tx.query_one_raw(lock).await?;
    }
    find(tx, app, id).await
}

/// Buurtbegrotingen, newest first, from before `cursor`; those that are not published only in these gebieden (all when
/// `None`).
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    app: &App,
    own: Option<&[String]>,
    (gebied, cursor, limit): (Option<&str>, Option<Uuid>, u64),
) -> Result<Vec<Buurtbegroting>, Error> {
    // A list of codes as one value: both databases look for a code between commas.
    let own = own.map_or_else(|| "*".to_owned(), |own| format!(",{},", own.join(",")));
    let statement = select!(
        db,
        app,
        "WHERE ($2 = '' OR b.gebied = $2) AND b.id < $3 \
         AND (b.vastgesteld_at IS NOT NULL OR $4 = '*' OR $4 LIKE '%,' || b.gebied || ',%') \
         ORDER BY b.id DESC LIMIT $5",
        [
            gebied.unwrap_or_default().into(),
            cursor.unwrap_or(Uuid::max()).into(),
            own.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into()
        ]
    );
    all(db, statement).await
}

/// Those whose vote should open by now and did not.
///
/// # Errors
/// When the database is away.
pub async fn list_due<C: ConnectionTrait>(db: &C, app: &App) -> Result<Vec<Buurtbegroting>, Error> {
    let statement = select!(
        db,
        app,
        "WHERE b.vastgesteld_at IS NOT NULL AND b.bevroren IS NULL AND b.gestopt_at IS NULL ORDER BY b.id",
        []
    );
    let found = all(db, statement).await?;
    Ok(found.into_iter().filter(|round| round.planning.stemmen_vanaf <= round.now).collect())
}

/// Those that take ballots, or took them until now.
///
/// # Errors
/// When the database is away.
pub async fn list_open<C: ConnectionTrait>(db: &C, app: &App) -> Result<Vec<Buurtbegroting>, Error> {
    all(
        db,
        select!(
            db,
            app,
            "WHERE b.bevroren IS NOT NULL AND b.gesloten_at IS NULL AND b.gestopt_at IS NULL ORDER BY b.id",
            []
        ),
    )
    .await
}

/// Those that have a secret: published, and nothing of it destroyed yet.
///
/// # Errors
/// When the database is away.
pub async fn list_with_secret<C: ConnectionTrait>(db: &C, app: &App) -> Result<Vec<BuurtbegrotingId>, Error> {
    let found =
        all(db, select!(db, app, "WHERE b.vastgesteld_at IS NOT NULL AND b.definitief_at IS NULL ORDER BY b.id", []))
            .await?;
    Ok(found.into_iter().map(|round| round.id).collect())
}

/// Stores a plan.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (id, new): (BuurtbegrotingId, &NewBuurtbegroting),
    by: AccountId,
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO buurtbegroting (gebied, titel, uitleg, jaar, product, cents, spelregels, inzenden_at, \
         toetsen_at, stemmen_at, sluit_at, id, gemaakt_door, created_at, versie) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
        planned(new)?.into_iter().chain([id.0.into(), by.0.into(), app.now().into()]),
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// The columns of a plan, from `gebied` to `sluit_at`.
fn planned(new: &NewBuurtbegroting) -> Result<[sea_orm::Value; 11], Error> {
    let spelregels = serde_json::to_string(&new.spelregels).map_err(|error| Error::Internal(error.to_string()))?;
    Ok([
        new.gebied.as_str().into(),
        new.titel.as_str().into(),
        new.uitleg.as_str().into(),
        i64::from(new.jaar).into(),
        new.product.as_str().into(),
        new.bedrag.cents().into(),
        spelregels.into(),
        new.planning.inzenden_vanaf.into(),
        new.planning.toetsen_vanaf.into(),
        new.planning.stemmen_vanaf.into(),
        new.planning.stemmen_tot.into(),
    ])
}

/// Changes a plan that is not published.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed or published it.
pub async fn change<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    version: Version,
    new: &NewBuurtbegroting,
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET gebied = $1, titel = $2, uitleg = $3, jaar = $4, product = $5, cents = $6, \
         spelregels = $7, inzenden_at = $8, toetsen_at = $9, stemmen_at = $10, sluit_at = $11, versie = versie + 1 \
         WHERE id = $12 AND versie = $13 AND vastgesteld_at IS NULL",
        planned(new)?.into_iter().chain([id.0.into(), version.0.into()]),
    );
    once(tx, update).await
}

/// Fixes a plan.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed or published it.
pub async fn publish<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    version: Version,
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET vastgesteld_at = $1, versie = versie + 1 \
         WHERE id = $2 AND versie = $3 AND vastgesteld_at IS NULL",
        [app.now().into(), id.0.into(), version.0.into()],
    );
    once(tx, update).await?;
    // Its box has this form from here on, whatever version opens or shuts it.
    tx.execute_raw(sql(tx, "INSERT INTO rondevorm (ronde, vorm) VALUES ($1, 2)", [id.0.into()])).await?;
    Ok(())
}

/// Keeps the public half of a new key, in place of one that nobody proved.
///
/// # Errors
/// [`Error::Stale`] when the key was proven in the meantime.
pub async fn store_key<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId, public: &[u8]) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET publieke_sleutel = $1, versie = versie + 1 WHERE id = $2 AND beproefd_at IS NULL",
        [public.to_vec().into(), id.0.into()],
    );
    once(tx, update).await
}

/// Keeps that the parts of the key open an envelope.
///
/// # Errors
/// [`Error::Stale`] when another key was made in the meantime.
pub async fn store_proof<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    public: &[u8],
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET beproefd_at = $1, versie = versie + 1 \
         WHERE id = $2 AND publieke_sleutel = $3 AND beproefd_at IS NULL",
        [app.now().into(), id.0.into(), public.to_vec().into()],
    );
    once(tx, update).await
}

/// Freezes the rules: from here on the database lets nobody change them.
///
/// # Errors
/// [`Error::Stale`] when they were frozen already, or the round was stopped.
pub async fn freeze<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    (text, hash): (&str, &str),
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET bevroren = $1, bevroren_hash = $2, bevroren_at = $3, versie = versie + 1 \
         WHERE id = $4 AND bevroren IS NULL AND gestopt_at IS NULL",
        [text.into(), hash.into(), app.now().into(), id.0.into()],
    );
    once(tx, update).await
}

/// Stops a round for good.
///
/// # Errors
/// [`Error::Stale`] when it was stopped already.
pub async fn stop<C: ConnectionTrait>(tx: &C, app: &App, id: BuurtbegrotingId, reason: &str) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET gestopt_at = $1, gestopt_reden = $2, versie = versie + 1 \
         WHERE id = $3 AND gestopt_at IS NULL",
        [app.now().into(), reason.into(), id.0.into()],
    );
    once(tx, update).await
}

/// Makes the outcome of a round final.
///
/// # Errors
/// [`Error::Stale`] when it was before.
pub async fn finalize<C: ConnectionTrait>(tx: &C, app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET definitief_at = $1, versie = versie + 1 WHERE id = $2 AND definitief_at IS NULL",
        [app.now().into(), id.0.into()],
    );
    once(tx, update).await
}

/// Whether and how a box that is shut was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As rounds of the first form have it: nothing more is noted.
    First,
    /// Every row was held against its proof, and all of them against what was put there.
    Whole,
    /// The numbers alone: the secret of the round was lost.
    Numbers,
}

/// Shuts the box: what is in it is known, and nothing is added.
///
/// # Errors
/// [`Error::Stale`] when it was shut already.
pub async fn close<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    id: BuurtbegrotingId,
    (ballots, digest, look): (i64, &str, Look),
) -> Result<(), Error> {
    let toets = match look {
        Look::First => None,
        Look::Whole => Some(CHECKED),
        Look::Numbers => Some(UNCHECKED),
    };
    if let Some(toets) = toets {
        let insert = "INSERT INTO sluiting (ronde, toets) VALUES ($1, $2)";
        tx.execute_raw(sql(tx, insert, [id.0.into(), toets.into()])).await?;
    }
    let update = sql(
        tx,
        "UPDATE buurtbegroting SET gesloten_at = $1, bus_aantal = $2, bus_controlegetal = $3, versie = versie + 1 \
         WHERE id = $4 AND gesloten_at IS NULL",
        [app.now().into(), ballots.into(), digest.into(), id.0.into()],
    );
    once(tx, update).await
}
