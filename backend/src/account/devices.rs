//! Devices that somebody logged in on before, or set a password on by a mailed link. What others try with wrong passwords
//! keeps nobody waiting there: such a device has tries of its own (SECURITY-RULES B-1). It is known to one account, stored
//! as a hash, and forgotten when all sessions of that account end.

use crate::account::store::{self, Account};
use crate::app::{App, sha256};
use crate::database::sql;
use crate::error::Error;
use chrono::TimeDelta;
use contract::field::Email;
use sea_orm::ConnectionTrait;

/// Days after its last login that a device is still known.
pub const KNOWN_DAYS: i64 = 180;
/// As many devices of one account are known at once, those used last.
const MOST: i64 = 10;
/// As many secrets of one browser are looked at: a household shares it.
pub const OF_ONE_BROWSER: usize = 5;

/// The one of these secrets by which this account knows the device.
///
/// # Errors
/// When the database is away.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    app: &App,
    email: &Email,
    secrets: &[String],
) -> Result<Option<String>, Error> {
    for secret in secrets.iter().take(OF_ONE_BROWSER) {
        let select = sql(
            db,
            "SELECT d.ver FROM apparaat d JOIN account a ON a.id = d.account_id \
             WHERE d.hash = $1 AND a.email_sleutel = $2 AND a.ver = d.ver AND d.last_seen_at > $3",
            [
                sha256(secret.as_bytes()).into(),
                store::key(email).into(),
                (app.now() - TimeDelta::days(KNOWN_DAYS)).into(),
            ],
        );
        if db.query_one_raw(select).await?.is_some() {
            return Ok(Some(secret.clone()));
        }
    }
    Ok(None)
}

/// Remembers that this device is in the hands of whose account it is; gives the secret by which the device is known from now on.
///
/// # Errors
/// When it cannot be stored.
pub async fn remember<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    account: &Account,
    known: Option<String>,
) -> Result<String, Error> {
    let now = app.now();
    if let Some(secret) = known {
        let update = "UPDATE apparaat SET last_seen_at = $1 WHERE hash = $2";
        tx.execute_raw(sql(tx, update, [now.into(), sha256(secret.as_bytes()).into()])).await?;
        return Ok(secret);
    }
    let forget = sql(
        tx,
        "DELETE FROM apparaat WHERE account_id = $1 AND hash NOT IN \
         (SELECT hash FROM apparaat WHERE account_id = $1 ORDER BY last_seen_at DESC, hash LIMIT $2)",
        [account.id.into(), (MOST - 1).into()],
    );
    tx.execute_raw(forget).await?;
    let secret = app.new_secret()?;
    let insert = sql(
        tx,
        "INSERT INTO apparaat (hash, account_id, ver, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $4)",
        [sha256(secret.as_bytes()).into(), account.id.into(), account.ver.into(), now.into()],
    );
    tx.execute_raw(insert).await?;
    Ok(secret)
}
