//! Opgaven, inzetten and activiteiten in the database.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use chrono::NaiveDate;
use contract::opgave::{NewActiviteit, NewInzet, NewOpgave};
use contract::{AccountId, ActiviteitId, Euro, InzetId, OpgaveId};
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use uuid::Uuid;

/// An opgave as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Opgave {
    /// Its id.
    pub id: Uuid,
    /// Code of the gebied.
    pub gebied: String,
    /// One line.
    pub titel: String,
    /// The whole story.
    pub tekst: String,
    /// Code of the theme.
    pub thema: String,
    /// Goes up with every change.
    pub versie: i64,
}

/// An inzet as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Inzet {
    /// Its id.
    pub id: Uuid,
    /// The opgave.
    pub opgave_id: Uuid,
    /// Year of the wijkbudget.
    pub jaar: i64,
    /// Code of the product that pays.
    pub product: Option<String>,
    /// What was reserved.
    pub cents: Option<i64>,
    /// What of it is still reserved.
    pub open_cents: i64,
    /// Hours.
    pub uren: Option<i64>,
    /// By whom.
    pub wie: Option<String>,
}

/// An activiteit as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ActiviteitRow {
    /// Its id.
    pub id: Uuid,
    /// The inzet.
    pub inzet_id: Uuid,
    /// One line.
    pub titel: String,
    /// By whom.
    pub wie: Option<String>,
    /// First day.
    pub begin_on: Option<NaiveDate>,
    /// Last day.
    pub eind_on: Option<NaiveDate>,
}

/// One opgave.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: OpgaveId) -> Result<Opgave, Error> {
    let select = sql(db, "SELECT id, gebied, titel, tekst, thema, versie FROM opgave WHERE id = $1", [id.0.into()]);
    Opgave::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)
}

/// The opgave when it lies in this gebied.
///
/// # Errors
/// When the database is away.
pub async fn find_in<C: ConnectionTrait>(db: &C, id: OpgaveId, gebied: &str) -> Result<Option<OpgaveId>, Error> {
    match find(db, id).await {
        Ok(opgave) => Ok((opgave.gebied == gebied).then_some(id)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Most opgaven that a plan shows.
const MOST: i64 = 200;

/// The opgaven of a gebied, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn list<C: ConnectionTrait>(db: &C, gebied: &str) -> Result<Vec<Opgave>, Error> {
    let select = sql(
        db,
        "SELECT id, gebied, titel, tekst, thema, versie FROM opgave WHERE gebied = $1 ORDER BY id LIMIT $2",
        [gebied.into(), MOST.into()],
    );
    Ok(Opgave::find_by_statement(select).all(db).await?)
}

/// The inzetten of a gebied's opgaven in a year; without a year, all.
///
/// # Errors
/// When the database is away.
pub async fn inzetten<C: ConnectionTrait>(db: &C, of: Tree<'_>) -> Result<Vec<Inzet>, Error> {
    let select = match of {
        Tree::Plan { gebied, jaar } => sql(
            db,
            "SELECT i.id, i.opgave_id, i.jaar, i.product, i.cents, i.open_cents, i.uren, i.wie FROM inzet i \
             JOIN opgave o ON o.id = i.opgave_id WHERE o.gebied = $1 AND i.jaar = $2 ORDER BY i.id",
            [gebied.into(), i64::from(jaar).into()],
        ),
        Tree::Opgave(id) => sql(
            db,
            "SELECT id, opgave_id, jaar, product, cents, open_cents, uren, wie FROM inzet WHERE opgave_id = $1 ORDER BY id",
            [id.0.into()],
        ),
    };
    Ok(Inzet::find_by_statement(select).all(db).await?)
}

/// Which tree is read.
#[derive(Debug, Clone, Copy)]
pub enum Tree<'a> {
    /// All of a gebied in a year.
    Plan {
        /// Code of the gebied.
        gebied: &'a str,
        /// The year.
        jaar: i32,
    },
    /// One opgave.
    Opgave(OpgaveId),
}

/// The activiteiten of those inzetten.
///
/// # Errors
/// When the database is away.
pub async fn activiteiten<C: ConnectionTrait>(db: &C, of: Tree<'_>) -> Result<Vec<ActiviteitRow>, Error> {
    let select = match of {
        Tree::Plan { gebied, jaar } => sql(
            db,
            "SELECT a.id, a.inzet_id, a.titel, a.wie, a.begin_on, a.eind_on FROM activiteit a \
             JOIN inzet i ON i.id = a.inzet_id JOIN opgave o ON o.id = i.opgave_id \
             WHERE o.gebied = $1 AND i.jaar = $2 ORDER BY a.id",
            [gebied.into(), i64::from(jaar).into()],
        ),
        Tree::Opgave(id) => sql(
            db,
            "SELECT a.id, a.inzet_id, a.titel, a.wie, a.begin_on, a.eind_on FROM activiteit a \
             JOIN inzet i ON i.id = a.inzet_id WHERE i.opgave_id = $1 ORDER BY a.id",
            [id.0.into()],
        ),
    };
    Ok(ActiviteitRow::find_by_statement(select).all(db).await?)
}

/// Stores an opgave.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert<C: ConnectionTrait>(tx: &C, app: &App, new: NewOpgave, by: AccountId) -> Result<OpgaveId, Error> {
    let id = app.new_id();
    let insert = sql(
        tx,
        "INSERT INTO opgave (id, gebied, titel, tekst, thema, gemaakt_door, created_at, versie) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        [
            id.into(),
            new.gebied.into_string().into(),
            new.titel.into_string().into(),
            new.tekst.into_string().into(),
            new.thema.into_string().into(),
            by.0.into(),
            app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(OpgaveId(id))
}

/// Stores an inzet; the ledger is moved by the operation.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert_inzet<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    opgave: OpgaveId,
    new: NewInzet,
    jaar: i32,
    by: AccountId,
) -> Result<InzetId, Error> {
    let id = app.new_id();
    let (product, cents) = match new.geld {
        Some((product, bedrag)) => (Some(product.into_string()), Some(bedrag.cents())),
        None => (None, None),
    };
    let insert = sql(
        tx,
        "INSERT INTO inzet (id, opgave_id, jaar, product, cents, open_cents, uren, wie, gemaakt_door, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            id.into(),
            opgave.0.into(),
            i64::from(jaar).into(),
            product.into(),
            cents.into(),
            cents.unwrap_or(0).into(),
            new.uren.map(i64::from).into(),
            new.wie.map(contract::field::Naam::into_string).into(),
            by.0.into(),
            app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(InzetId(id))
}

/// An inzet by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_inzet<C: ConnectionTrait>(db: &C, id: InzetId) -> Result<Inzet, Error> {
    let select = sql(
        db,
        "SELECT id, opgave_id, jaar, product, cents, open_cents, uren, wie FROM inzet WHERE id = $1",
        [id.0.into()],
    );
    Inzet::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)
}

/// Stores an activiteit.
///
/// # Errors
/// When it cannot be stored.
pub async fn insert_activiteit<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    inzet: InzetId,
    new: NewActiviteit,
    by: AccountId,
) -> Result<ActiviteitId, Error> {
    let id = app.new_id();
    let insert = sql(
        tx,
        "INSERT INTO activiteit (id, inzet_id, titel, wie, begin_on, eind_on, gemaakt_door, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            id.into(),
            inzet.0.into(),
            new.titel.into_string().into(),
            new.wie.map(contract::field::Naam::into_string).into(),
            new.begin.into(),
            new.eind.into(),
            by.0.into(),
            app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(ActiviteitId(id))
}

/// An activiteit with where it hangs.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Activiteit {
    /// Its id.
    pub id: Uuid,
    /// The inzet.
    pub inzet_id: Uuid,
    /// The opgave.
    pub opgave_id: Uuid,
    /// Code of the gebied.
    pub gebied: String,
    /// Year of the wijkbudget.
    pub jaar: i64,
}

/// Where an activiteit hangs.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_activiteit<C: ConnectionTrait>(db: &C, id: ActiviteitId) -> Result<Activiteit, Error> {
    let select = sql(
        db,
        "SELECT a.id, a.inzet_id, i.opgave_id, o.gebied, i.jaar FROM activiteit a JOIN inzet i ON i.id = a.inzet_id \
         JOIN opgave o ON o.id = i.opgave_id WHERE a.id = $1",
        [id.0.into()],
    );
    Activiteit::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)
}

#[derive(Debug, FromQueryResult)]
struct Makers {
    inzet: Uuid,
    activiteit: Uuid,
}

/// Who made an activiteit, and the inzet that it hangs on.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn makers<C: ConnectionTrait>(db: &C, id: ActiviteitId) -> Result<[AccountId; 2], Error> {
    let select = sql(
        db,
        "SELECT i.gemaakt_door AS inzet, a.gemaakt_door AS activiteit FROM activiteit a \
         JOIN inzet i ON i.id = a.inzet_id WHERE a.id = $1",
        [id.0.into()],
    );
    let row = Makers::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)?;
    Ok([row.inzet, row.activiteit].map(AccountId))
}

/// Gives an activiteit another title, where it has this one.
///
/// # Errors
/// When it cannot be stored.
pub async fn rewrite_titel<C: ConnectionTrait>(
    tx: &C,
    id: ActiviteitId,
    (old, new): (&str, &str),
) -> Result<(), Error> {
    let update =
        sql(tx, "UPDATE activiteit SET titel = $1 WHERE id = $2 AND titel = $3", [new.into(), id.0.into(), old.into()]);
    tx.execute_raw(update).await?;
    Ok(())
}

const LOCK_POSTGRES: &str =
    "SELECT id, opgave_id, jaar, product, cents, open_cents, uren, wie FROM inzet WHERE id = $1 FOR UPDATE";
const LOCK_SQLITE: &str = "SELECT id, opgave_id, jaar, product, cents, open_cents, uren, wie FROM inzet WHERE id = $1";

/// Takes at most `wanted` of this product out of what an inzet still holds; gives what it could take.
///
/// # Errors
/// When the database is away.
pub async fn commit_from<C: ConnectionTrait>(tx: &C, id: InzetId, product: &str, wanted: Euro) -> Result<Euro, Error> {
    let text = if tx.get_database_backend() == DatabaseBackend::Postgres { LOCK_POSTGRES } else { LOCK_SQLITE };
    let inzet = Inzet::find_by_statement(sql(tx, text, [id.0.into()])).one(tx).await?.ok_or(Error::NotFound)?;
    if inzet.product.as_deref() != Some(product) {
        return Ok(Euro::ZERO);
    }
    let open = Euro::from_cents(inzet.open_cents).unwrap_or(Euro::ZERO);
    release(tx, id, open.min(wanted)).await?;
    Ok(open.min(wanted))
}

/// Lowers what an inzet still holds.
///
/// # Errors
/// When the database is away.
pub async fn release<C: ConnectionTrait>(tx: &C, id: InzetId, bedrag: Euro) -> Result<(), Error> {
    let update =
        sql(tx, "UPDATE inzet SET open_cents = open_cents - $1 WHERE id = $2", [bedrag.cents().into(), id.0.into()]);
    tx.execute_raw(update).await?;
    Ok(())
}
