//! Links by mail: the secret part is stored as a hash, works once, and only by POST (SECURITY-RULES S-9).

use crate::app::{App, sha256};
use crate::caller::Caller;
use crate::database::sql;
use crate::error::Error;
use crate::limits;
use chrono::{DateTime, TimeDelta, Utc};
use contract::field::Geheim;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Confirm an account.
    Account,
    /// Set a new password.
    Wachtwoord,
    /// Confirm an initiatief of a guest.
    Initiatief,
    /// Answer a question about an initiatief of a guest.
    Antwoord,
}

impl LinkKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Wachtwoord => "wachtwoord",
            Self::Initiatief => "initiatief",
            Self::Antwoord => "antwoord",
        }
    }

    const fn lifetime(self) -> TimeDelta {
        match self {
            Self::Wachtwoord => TimeDelta::minutes(30),
            Self::Account | Self::Initiatief => TimeDelta::hours(24),
            Self::Antwoord => TimeDelta::days(28),
        }
    }
}

/// Makes a link for an account or initiatief; gives the secret part.
///
/// # Errors
/// When it cannot be stored.
pub async fn make<C: ConnectionTrait>(db: &C, app: &App, kind: LinkKind, object: Uuid) -> Result<String, Error> {
    let secret = app.new_secret()?;
    let now = app.now();
    let insert = sql(
        db,
        "INSERT INTO link (hash, soort, object_id, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)",
        [
            sha256(secret.as_bytes()).into(),
            kind.as_str().into(),
            object.into(),
            (now + kind.lifetime()).into(),
            now.into(),
        ],
    );
    db.execute_raw(insert).await?;
    Ok(secret)
}

#[derive(Debug, FromQueryResult)]
struct Row {
    object_id: Uuid,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// What a link is for, without using it up.
///
/// # Errors
/// [`Error::LinkInvalid`] when it is used, too old, or not ours.
pub async fn look<C: ConnectionTrait>(db: &C, app: &App, kind: LinkKind, secret: &Geheim) -> Result<Uuid, Error> {
    let select = sql(
        db,
        "SELECT object_id, expires_at, used_at FROM link WHERE hash = $1 AND soort = $2",
        [sha256(secret.as_str().as_bytes()).into(), kind.as_str().into()],
    );
    let row = Row::find_by_statement(select).one(db).await?.ok_or(Error::LinkInvalid)?;
    if row.used_at.is_some() || row.expires_at <= app.now() { Err(Error::LinkInvalid) } else { Ok(row.object_id) }
}

/// Uses a link: works once, also when it arrives twice at the same moment.
///
/// # Errors
/// [`Error::LinkInvalid`] when it is used, too old, or not ours.
pub async fn redeem<C: ConnectionTrait>(tx: &C, app: &App, kind: LinkKind, secret: &Geheim) -> Result<Uuid, Error> {
    let object = look(tx, app, kind, secret).await?;
    let update = sql(
        tx,
        "UPDATE link SET used_at = $1 WHERE hash = $2 AND used_at IS NULL",
        [app.now().into(), sha256(secret.as_str().as_bytes()).into()],
    );
    if tx.execute_raw(update).await?.rows_affected() == 1 { Ok(object) } else { Err(Error::LinkInvalid) }
}

/// Does what somebody came for with a link. One that does not work counts against where it comes from, one that works
/// never does: neighbours who all confirm are no attack (SECURITY-RULES B-1).
///
/// # Errors
/// What is done says, or [`Error::TooOften`] in place of [`Error::LinkInvalid`].
pub async fn used<T>(caller: &Caller, deed: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let outcome = deed.await;
    if matches!(outcome, Err(Error::LinkInvalid)) {
        let tx = caller.app.begin().await?;
        limits::take(&tx, &caller.app, limits::LINK_NETWORK, &caller.network).await?;
        tx.commit().await?;
    }
    outcome
}

/// Makes all links of an object worthless.
///
/// # Errors
/// When the database is away.
pub async fn revoke<C: ConnectionTrait>(tx: &C, app: &App, object: Uuid) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE link SET used_at = $1 WHERE object_id = $2 AND used_at IS NULL",
        [app.now().into(), object.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}
