//! Moving money: locked, guarded, sealed.

use crate::app::{App, sha256};
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use contract::{Euro, InzetId, OpdrachtId};
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use uuid::Uuid;

/// What a posting belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A decision of the council.
    Raad,
    /// A buurtbegroting; the key of the posting names it.
    Buurtbegroting,
    /// An inzet.
    Inzet(InzetId),
    /// An opdracht.
    Opdracht(OpdrachtId),
}

/// Money that moves from one pot to another.
#[derive(Debug, Clone)]
pub struct Move<'a> {
    /// Code of the product.
    pub product: &'a str,
    /// Why.
    pub soort: BoekingSoort,
    /// From which pot.
    pub van: Pot,
    /// To which pot.
    pub naar: Pot,
    /// How much; never zero.
    pub bedrag: Euro,
    /// What it belongs to.
    pub source: Source,
    /// What it was for: public, and sealed for good.
    pub omschrijving: Omschrijving,
    /// What staff wrote about it: beside the ledger, for staff only, and to be erased when somebody asks.
    pub toelichting: Option<&'a str>,
    /// Names this movement: the same key twice is refused by the database.
    pub sleutel: String,
}

/// The head of a ledger.
#[derive(Debug, FromQueryResult)]
struct Head {
    id: Uuid,
    boekingen: i64,
    zegel: Vec<u8>,
}

const LOCK_POSTGRES: &str = "SELECT id, boekingen, zegel FROM wijkbudget WHERE gebied = $1 AND jaar = $2 FOR UPDATE";
const LOCK_SQLITE: &str = "SELECT id, boekingen, zegel FROM wijkbudget WHERE gebied = $1 AND jaar = $2";

/// Makes an empty ledger for a gebied and year; twice is once.
///
/// # Errors
/// When the gebied does not exist.
pub async fn open_budget<C: ConnectionTrait>(tx: &C, app: &App, gebied: &str, jaar: i32) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO wijkbudget (id, gebied, jaar, boekingen, zegel) VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING",
        [app.new_id().into(), gebied.into(), i64::from(jaar).into(), first_seal(gebied, jaar).into()],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// What the seal of the first posting builds on.
pub(super) fn first_seal(gebied: &str, jaar: i32) -> Vec<u8> {
    sha256(format!("wijkbudget\u{1f}{gebied}\u{1f}{jaar}").as_bytes())
}

/// Moves money in the ledger of a gebied and year, in the caller's transaction. All moves happen or none does.
///
/// The row of the wijkbudget is locked first, so that postings of one ledger stand in one order and their seals form
/// a chain; each balance is then changed by an update that cannot take more than there is.
///
/// # Errors
/// [`Error::TooLittle`] when a pot has not enough; a year without a wijkbudget has nothing at all.
pub async fn post<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    (gebied, jaar): (&str, i32),
    actor: &str,
    moves: &[Move<'_>],
) -> Result<(), Error> {
    let text = if tx.get_database_backend() == DatabaseBackend::Postgres { LOCK_POSTGRES } else { LOCK_SQLITE };
    let lock = sql(tx, text, [gebied.into(), i64::from(jaar).into()]);
    let head = Head::find_by_statement(lock).one(tx).await?;
    let mut head = head.ok_or(Error::TooLittle { free: Euro::ZERO })?;
    let mut ordered: Vec<&Move<'_>> = moves.iter().collect();
    ordered.sort_by(|one, other| one.product.cmp(other.product).then(one.van.cmp(&other.van)));
    for movement in ordered {
        take(tx, head.id, movement).await?;
        give(tx, head.id, movement).await?;
        head = write(tx, app, head, actor, movement).await?;
    }
    let update = sql(
        tx,
        "UPDATE wijkbudget SET boekingen = $1, zegel = $2 WHERE id = $3",
        [head.boekingen.into(), head.zegel.into(), head.id.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Cents {
    cents: i64,
}

async fn take<C: ConnectionTrait>(tx: &C, ledger: Uuid, movement: &Move<'_>) -> Result<(), Error> {
    if movement.van == Pot::Extern {
        return add(tx, ledger, movement.product, Pot::Extern, movement.bedrag.cents().checked_neg()).await;
    }
    let guarded = sql(
        tx,
        "UPDATE saldo SET cents = cents - $1 WHERE wijkbudget_id = $2 AND product = $3 AND pot = $4 AND cents >= $1",
        [movement.bedrag.cents().into(), ledger.into(), movement.product.into(), movement.van.as_str().into()],
    );
    if tx.execute_raw(guarded).await?.rows_affected() == 1 {
        return Ok(());
    }
    let select = sql(
        tx,
        "SELECT cents FROM saldo WHERE wijkbudget_id = $1 AND product = $2 AND pot = $3",
        [ledger.into(), movement.product.into(), movement.van.as_str().into()],
    );
    let there = Cents::find_by_statement(select).one(tx).await?;
    let free = there.and_then(|row| Euro::from_cents(row.cents)).unwrap_or(Euro::ZERO);
    Err(Error::TooLittle { free })
}

async fn give<C: ConnectionTrait>(tx: &C, ledger: Uuid, movement: &Move<'_>) -> Result<(), Error> {
    add(tx, ledger, movement.product, movement.naar, Some(movement.bedrag.cents())).await
}

async fn add<C: ConnectionTrait>(
    tx: &C,
    ledger: Uuid,
    product: &str,
    pot: Pot,
    cents: Option<i64>,
) -> Result<(), Error> {
    let cents = cents.ok_or_else(|| Error::Internal("an amount that has no opposite".into()))?;
    let upsert = sql(
        tx,
        "INSERT INTO saldo (wijkbudget_id, product, pot, cents) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (wijkbudget_id, product, pot) DO UPDATE SET cents = saldo.cents + $4",
        [ledger.into(), product.into(), pot.as_str().into(), cents.into()],
    );
    tx.execute_raw(upsert).await?;
    Ok(())
}

async fn write<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    head: Head,
    actor: &str,
    movement: &Move<'_>,
) -> Result<Head, Error> {
    let nummer = head.boekingen.checked_add(1).ok_or_else(|| Error::Internal("too many postings".into()))?;
    let (inzet, opdracht) = match movement.source {
        Source::Raad | Source::Buurtbegroting => (None, None),
        Source::Inzet(id) => (Some(id.0), None),
        Source::Opdracht(id) => (None, Some(id.0)),
    };
    let at = app.now();
    let sealed = Sealed {
        wijkbudget: head.id,
        nummer,
        product: movement.product,
        soort: movement.soort.as_str(),
        van: movement.van.as_str(),
        naar: movement.naar.as_str(),
        cents: movement.bedrag.cents(),
        inzet,
        opdracht,
        omschrijving: movement.omschrijving.as_str(),
        actor,
        sleutel: &movement.sleutel,
        at,
    };
    let id = app.new_id();
    let zegel = sealed.seal(&head.zegel);
    let insert = sql(
        tx,
        "INSERT INTO boeking (id, wijkbudget_id, nummer, product, soort, van, naar, cents, inzet_id, opdracht_id, \
         omschrijving, actor, sleutel, at, vorige, zegel) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        [
            id.into(),
            head.id.into(),
            nummer.into(),
            movement.product.into(),
            sealed.soort.into(),
            sealed.van.into(),
            sealed.naar.into(),
            sealed.cents.into(),
            inzet.into(),
            opdracht.into(),
            sealed.omschrijving.into(),
            actor.into(),
            movement.sleutel.clone().into(),
            at.into(),
            head.zegel.into(),
            zegel.clone().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    if let Some(text) = movement.toelichting {
        write_beside(tx, id, text, (actor, at)).await?;
    }
    Ok(Head { id: head.id, boekingen: nummer, zegel })
}

async fn write_beside<C: ConnectionTrait>(
    tx: &C,
    boeking: Uuid,
    text: &str,
    (actor, at): (&str, DateTime<Utc>),
) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO boeking_toelichting (boeking_id, tekst, door, at) VALUES ($1, $2, $3, $4)",
        [boeking.into(), text.into(), actor.into(), at.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// What a seal covers: every column that says something.
#[derive(Debug)]
pub(super) struct Sealed<'a> {
    pub wijkbudget: Uuid,
    pub nummer: i64,
    pub product: &'a str,
    pub soort: &'a str,
    pub van: &'a str,
    pub naar: &'a str,
    pub cents: i64,
    pub inzet: Option<Uuid>,
    pub opdracht: Option<Uuid>,
    pub omschrijving: &'a str,
    pub actor: &'a str,
    pub sleutel: &'a str,
    pub at: DateTime<Utc>,
}

impl Sealed<'_> {
    /// SHA-256 over the seal before and the row, its columns parted by a character that no text may hold.
    pub(super) fn seal(&self, before: &[u8]) -> Vec<u8> {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let row = [
            self.wijkbudget.to_string(),
            self.nummer.to_string(),
            self.product.to_owned(),
            self.soort.to_owned(),
            self.van.to_owned(),
            self.naar.to_owned(),
            self.cents.to_string(),
            id(self.inzet),
            id(self.opdracht),
            self.omschrijving.to_owned(),
            self.actor.to_owned(),
            self.sleutel.to_owned(),
            self.at.timestamp_millis().to_string(),
        ]
        .join("\u{1f}");
        let mut bytes = before.to_vec();
        bytes.extend_from_slice(row.as_bytes());
        sha256(&bytes)
    }
}
