//! Accounts, roles and mandates in the database.

use crate::access::{self, Grant};
use crate::app::App;
use crate::database::sql;
use crate::error::{Error, is_taken};
use crate::stembus;
use chrono::{DateTime, NaiveDate, Utc};
use contract::account::{MandaatView, NewAccount, Persoon, PersoonSoort, Role};
use contract::field::Email;
use contract::{AccountId, Euro};
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult};
use uuid::Uuid;

/// An account as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// Address, as typed.
    pub email: String,
    /// Name.
    pub naam: String,
    /// Resident, business or organisation.
    pub soort: String,
    /// Name of the business or organisation.
    pub organisatie: Option<String>,
    /// KvK number.
    pub kvk_nummer: Option<String>,
    /// argon2id in PHC form; absent until a password is set.
    pub wachtwoord_hash: Option<String>,
    /// When the address was confirmed.
    pub bevestigd_at: Option<DateTime<Utc>>,
    /// Blocked by a beheerder.
    pub geblokkeerd: bool,
    /// Goes up when all sessions must end.
    pub ver: i64,
}

const COLUMNS: &str = "SELECT id, email, naam, soort, organisatie, kvk_nummer, wachtwoord_hash, bevestigd_at, \
    geblokkeerd, ver FROM account WHERE id = $1";
const BY_EMAIL: &str = "SELECT id, email, naam, soort, organisatie, kvk_nummer, wachtwoord_hash, bevestigd_at, \
    geblokkeerd, ver FROM account WHERE email_sleutel = $1";

impl Account {
    /// Resident, business or organisation.
    #[must_use]
    pub fn persoon_soort(&self) -> PersoonSoort {
        self.soort.parse().unwrap_or(PersoonSoort::Bewoner)
    }
}

/// What all spellings of one address have in common.
#[must_use]
pub fn address_key(address: &str) -> String {
    address.trim().to_lowercase()
}

pub(super) fn key(email: &Email) -> String {
    address_key(email.as_str())
}

/// The account with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Account, Error> {
    Account::find_by_statement(sql(db, COLUMNS, [id.0.into()])).one(db).await?.ok_or(Error::NotFound)
}

/// The account with this address.
///
/// # Errors
/// When the database is away.
pub async fn find_by_email<C: ConnectionTrait>(db: &C, email: &Email) -> Result<Option<Account>, Error> {
    Ok(Account::find_by_statement(sql(db, BY_EMAIL, [key(email).into()])).one(db).await?)
}

/// Stores an account that still has to confirm its address; `None` when the address is taken.
///
/// # Errors
/// When the database is away, or the wijk does not exist.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    app: &App,
    new: &NewAccount,
    hash: Option<String>,
    confirmed: bool,
) -> Result<Option<AccountId>, Error> {
    let id = AccountId(app.new_id());
    let now = app.now();
    let Persoon { naam, email, soort, organisatie, kvk_nummer } = &new.persoon;
    let statement = sql(
        db,
        "INSERT INTO account (id, email, email_sleutel, naam, soort, organisatie, kvk_nummer, wijk, wachtwoord_hash, \
         bevestigd_at, geblokkeerd, ver, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, FALSE, 1, $11) \
         ON CONFLICT (email_sleutel) DO NOTHING",
        [
            id.0.into(),
            email.as_str().into(),
            key(email).into(),
            naam.as_str().into(),
            soort.as_str().into(),
            organisatie.as_ref().map(|name| name.as_str().to_owned()).into(),
            kvk_nummer.as_ref().map(|number| number.as_str().to_owned()).into(),
            new.wijk.as_ref().map(|wijk| wijk.as_str().to_owned()).into(),
            hash.into(),
            confirmed.then_some(now).into(),
            now.into(),
        ],
    );
    match db.execute_raw(statement).await {
        Ok(done) => Ok((done.rows_affected() == 1).then_some(id)),
        Err(error) if is_taken(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The address is confirmed.
///
/// # Errors
/// When the database is away.
pub async fn confirm<C: ConnectionTrait>(tx: &C, app: &App, id: AccountId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE account SET bevestigd_at = COALESCE(bevestigd_at, $1) WHERE id = $2",
        [app.now().into(), id.0.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Sets a password and ends all sessions.
///
/// # Errors
/// When the database is away.
pub async fn set_password<C: ConnectionTrait>(tx: &C, id: AccountId, hash: String) -> Result<(), Error> {
    let update =
        sql(tx, "UPDATE account SET wachtwoord_hash = $1, ver = ver + 1 WHERE id = $2", [hash.into(), id.0.into()]);
    tx.execute_raw(update).await?;
    Ok(())
}

/// Ends all sessions of an account: a role changed.
///
/// # Errors
/// When the database is away.
pub async fn end_sessions<C: ConnectionTrait>(tx: &C, id: AccountId) -> Result<(), Error> {
    tx.execute_raw(sql(tx, "UPDATE account SET ver = ver + 1 WHERE id = $1", [id.0.into()])).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct RolRow {
    rol: String,
    gebied: String,
}

/// The roles of an account; everybody with one is at least a bewoner.
///
/// # Errors
/// When the database is away.
pub async fn grants<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Vec<Grant>, Error> {
    let rows = RolRow::find_by_statement(sql(
        db,
        "SELECT rol, gebied FROM rol WHERE account_id = $1 ORDER BY rol, gebied",
        [id.0.into()],
    ))
    .all(db)
    .await?;
    let staff = rows.into_iter().filter_map(|row| {
        let role = row.rol.parse().ok()?;
        Some(Grant { role, gebied: (row.gebied != "*").then_some(row.gebied) })
    });
    Ok(std::iter::once(Grant { role: Role::Bewoner, gebied: None }).chain(staff).collect())
}

#[derive(Debug, FromQueryResult)]
struct IdRow {
    id: Uuid,
}

/// Who has a role in a gebied, or in the whole city; nobody who is blocked.
///
/// # Errors
/// When the database is away.
pub async fn with_role<C: ConnectionTrait>(db: &C, role: Role, gebied: &str) -> Result<Vec<AccountId>, Error> {
    let select = sql(
        db,
        "SELECT DISTINCT a.id FROM account a JOIN rol r ON r.account_id = a.id \
         WHERE r.rol = $1 AND (r.gebied = $2 OR r.gebied = '*') AND NOT a.geblokkeerd ORDER BY a.id",
        [role.as_str().into(), gebied.into()],
    );
    Ok(IdRow::find_by_statement(select).all(db).await?.into_iter().map(|row| AccountId(row.id)).collect())
}

/// Holds an account until the transaction ends: what it may do does not change meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn hold<C: ConnectionTrait>(tx: &C, id: AccountId) -> Result<(), Error> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let lock = sql(tx, "SELECT id FROM account WHERE id = $1 FOR NO KEY UPDATE", [id.0.into()]);
        tx.query_one_raw(lock).await?;
    }
    Ok(())
}

/// Gives a role; twice is once.
///
/// # Errors
/// [`Error::NeedsOtherEyes`] when the account has a role that does not go together with it, or keeps a part of the key of a
/// vote; when the gebied does not fit the role.
pub async fn grant<C: ConnectionTrait>(tx: &C, app: &App, id: AccountId, grant: &Grant, by: &str) -> Result<(), Error> {
    hold(tx, id).await?;
    let held = grants(tx, id).await?;
    let goes_together = held.iter().all(|own| access::go_together(own.role, grant.role));
    let keeps_to_itself = access::may_keep_keys(std::slice::from_ref(grant)) || !stembus::keeps_a_key(tx, id).await?;
    if !goes_together || !keeps_to_itself {
        return Err(Error::NeedsOtherEyes);
    }
    let insert = sql(
        tx,
        "INSERT INTO rol (account_id, rol, gebied, verleend_door, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
        [
            id.0.into(),
            grant.role.as_str().into(),
            grant.gebied.clone().unwrap_or_else(|| "*".into()).into(),
            by.into(),
            app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    end_sessions(tx, id).await
}

/// Takes a role away; says whether there was one.
///
/// # Errors
/// When the database is away.
pub async fn revoke<C: ConnectionTrait>(tx: &C, id: AccountId, grant: &Grant) -> Result<bool, Error> {
    let delete = sql(
        tx,
        "DELETE FROM rol WHERE account_id = $1 AND rol = $2 AND gebied = $3",
        [id.0.into(), grant.role.as_str().into(), grant.gebied.clone().unwrap_or_else(|| "*".into()).into()],
    );
    let gone = tx.execute_raw(delete).await?.rows_affected() > 0;
    end_sessions(tx, id).await?;
    Ok(gone)
}

/// A mandate to give.
#[derive(Debug, Clone)]
pub struct NewMandate {
    /// Who may approve.
    pub account: AccountId,
    /// In which gebied.
    pub gebied: String,
    /// For which product; all when absent.
    pub product: Option<String>,
    /// How much at most.
    pub bedrag: Euro,
    /// From which day.
    pub begin: NaiveDate,
    /// Until and including which day.
    pub eind: Option<NaiveDate>,
}

/// Gives a mandate.
///
/// # Errors
/// When the gebied does not exist.
pub async fn give_mandate<C: ConnectionTrait>(tx: &C, app: &App, new: &NewMandate, by: &str) -> Result<(), Error> {
    let insert = sql(
        tx,
        "INSERT INTO mandaat (id, account_id, gebied, product, bedrag_cents, begin_on, eind_on, verleend_door, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            app.new_id().into(),
            new.account.0.into(),
            new.gebied.clone().into(),
            new.product.clone().unwrap_or_else(|| "*".into()).into(),
            new.bedrag.cents().into(),
            new.begin.into(),
            new.eind.into(),
            by.into(),
            app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct MandaatRow {
    gebied: String,
    product: String,
    bedrag_cents: i64,
    begin_on: NaiveDate,
    eind_on: Option<NaiveDate>,
}

/// The mandates of an account that hold on this day.
///
/// # Errors
/// When the database is away.
pub async fn mandates<C: ConnectionTrait>(db: &C, id: AccountId, day: NaiveDate) -> Result<Vec<MandaatView>, Error> {
    let rows = MandaatRow::find_by_statement(sql(
        db,
        "SELECT gebied, product, bedrag_cents, begin_on, eind_on FROM mandaat \
         WHERE account_id = $1 AND begin_on <= $2 AND (eind_on IS NULL OR eind_on >= $2) ORDER BY id",
        [id.0.into(), day.into()],
    ))
    .all(db)
    .await?;
    let view = |row: MandaatRow| MandaatView {
        gebied: row.gebied,
        product: (row.product != "*").then_some(row.product),
        bedrag: Euro::from_cents(row.bedrag_cents).unwrap_or(Euro::ZERO),
        begin_datum: row.begin_on,
        eind_datum: row.eind_on,
    };
    Ok(rows.into_iter().map(view).collect())
}
