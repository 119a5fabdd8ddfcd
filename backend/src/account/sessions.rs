//! Sessions: one row a login. Tokens point at it; whether they still count is read from it at every request that
//! matters (SECURITY-RULES S-1 to S-5).

use crate::account::store;
use crate::account::tokens::{ACCESS_SECONDS, Bearer, Channel};
use crate::app::{App, sha256};
use crate::caller::{Caller, Login, Origin};
use crate::database::sql;
use crate::error::Error;
use crate::outbox::{self, Notice};
use chrono::{DateTime, TimeDelta, Utc};
use contract::AccountId;
use contract::account::{Role, Tokens};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::sync::Arc;
use uuid::Uuid;

const IDLE_MINUTES: i64 = 30;
const WHOLE_HOURS: i64 = 12;
const STAFF_WHOLE_HOURS: i64 = 10;
/// A second tab or a repeated request may use the old refresh token this long.
const SIBLING_SECONDS: i64 = 20;
/// `last_seen_at` is written at most this often.
const SEEN_MINUTES: i64 = 5;

/// Starts a session.
///
/// # Errors
/// When it cannot be stored.
pub async fn start<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    account: &store::Account,
    channel: Channel,
) -> Result<Tokens, Error> {
    let sessie = app.new_id();
    let now = app.now();
    let insert = sql(
        tx,
        "INSERT INTO sessie (id, account_id, ver, kanaal, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $5)",
        [sessie.into(), account.id.into(), account.ver.into(), channel.as_str().into(), now.into()],
    );
    tx.execute_raw(insert).await?;
    tokens(tx, app, Bearer { account: account.id, sessie, ver: account.ver }, channel).await
}

async fn tokens<C: ConnectionTrait>(tx: &C, app: &App, bearer: Bearer, channel: Channel) -> Result<Tokens, Error> {
    let now = app.now();
    let vernieuw = app.new_secret()?;
    let insert = sql(
        tx,
        "INSERT INTO vernieuwing (hash, sessie_id, created_at) VALUES ($1, $2, $3)",
        [sha256(vernieuw.as_bytes()).into(), bearer.sessie.into(), now.into()],
    );
    tx.execute_raw(insert).await?;
    let toegang = app.tokens.issue(bearer, channel, now)?;
    Ok(Tokens { toegang, vernieuw, verloopt_over: ACCESS_SECONDS, apparaat: None })
}

#[derive(Debug, FromQueryResult)]
struct Row {
    account_id: Uuid,
    ver: i64,
    kanaal: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    account_ver: i64,
    geblokkeerd: bool,
    naam: String,
}

async fn find<C: ConnectionTrait>(db: &C, sessie: Uuid) -> Result<Option<Row>, Error> {
    let select = sql(
        db,
        "SELECT s.account_id, s.ver, s.kanaal, s.created_at, s.last_seen_at, s.revoked_at, a.ver AS account_ver, \
         a.geblokkeerd, a.naam FROM sessie s JOIN account a ON a.id = s.account_id WHERE s.id = $1",
        [sessie.into()],
    );
    Ok(Row::find_by_statement(select).one(db).await?)
}

/// Whether a session still counts.
fn is_alive(row: &Row, is_staff: bool, now: DateTime<Utc>) -> bool {
    let whole = TimeDelta::hours(if is_staff { STAFF_WHOLE_HOURS } else { WHOLE_HOURS });
    row.revoked_at.is_none()
        && !row.geblokkeerd
        && row.ver == row.account_ver
        && now - row.last_seen_at <= TimeDelta::minutes(IDLE_MINUTES)
        && now - row.created_at <= whole
}

/// The caller behind an access token; `None` when it, its session or its account no longer counts.
///
/// # Errors
/// When the database is away.
pub async fn identify(app: &Arc<App>, token: &str, channel: Channel, origin: Origin) -> Result<Option<Caller>, Error> {
    let now = app.now();
    let Some(bearer) = app.tokens.read(token, channel, now) else { return Ok(None) };
    let db = app.databases().primary();
    let Some(row) = find(db, bearer.sessie).await? else { return Ok(None) };
    if row.account_id != bearer.account || row.ver != bearer.ver || row.kanaal != channel.as_str() {
        return Ok(None);
    }
    let account = AccountId(row.account_id);
    let grants = store::grants(db, account).await?;
    let is_staff = grants.iter().any(|grant| grant.role != Role::Bewoner);
    if !is_alive(&row, is_staff, now) {
        return Ok(None);
    }
    if now - row.last_seen_at > TimeDelta::minutes(SEEN_MINUTES) {
        let tx = app.begin().await?;
        tx.execute_raw(sql(
            &tx,
            "UPDATE sessie SET last_seen_at = $1 WHERE id = $2 AND last_seen_at < $1",
            [now.into(), bearer.sessie.into()],
        ))
        .await?;
        tx.commit().await?;
    }
    let login = Login { account, naam: row.naam, sessie: bearer.sessie, since: row.created_at };
    Ok(Some(Caller { login: Some(login), grants, channel, ..Caller::visitor(Arc::clone(app), origin) }))
}

#[derive(Debug, FromQueryResult)]
struct Refreshing {
    sessie_id: Uuid,
    used_at: Option<DateTime<Utc>>,
}

/// New tokens for a refresh token. One that was used before, more than twenty seconds ago, was stolen or copied: the
/// whole session ends and its owner hears of it.
///
/// # Errors
/// [`Error::NotLoggedIn`] when the token or its session no longer counts.
pub async fn refresh(app: &App, secret: &str, channel: Channel) -> Result<Tokens, Error> {
    let tx = app.begin().await?;
    let hash = sha256(secret.as_bytes());
    let select = sql(&tx, "SELECT sessie_id, used_at FROM vernieuwing WHERE hash = $1", [hash.clone().into()]);
    let found = Refreshing::find_by_statement(select).one(&tx).await?.ok_or(Error::NotLoggedIn)?;
    let row = find(&tx, found.sessie_id).await?.ok_or(Error::NotLoggedIn)?;
    let now = app.now();
    let account = AccountId(row.account_id);
    let is_staff = store::grants(&tx, account).await?.iter().any(|grant| grant.role != Role::Bewoner);
    if !is_alive(&row, is_staff, now) || row.kanaal != channel.as_str() {
        return Err(Error::NotLoggedIn);
    }
    if found.used_at.is_some_and(|used| now - used > TimeDelta::seconds(SIBLING_SECONDS)) {
        revoke(&tx, app, found.sessie_id).await?;
        outbox::tell_account(&tx, app, account, Notice::SessieGestopt).await?;
        tx.commit().await?;
        tracing::warn!(sessie.id = %found.sessie_id, "a refresh token was used again; the session has ended");
        return Err(Error::NotLoggedIn);
    }
    tx.execute_raw(sql(
        &tx,
        "UPDATE vernieuwing SET used_at = COALESCE(used_at, $1) WHERE hash = $2",
        [now.into(), hash.into()],
    ))
    .await?;
    tx.execute_raw(sql(&tx, "UPDATE sessie SET last_seen_at = $1 WHERE id = $2", [now.into(), found.sessie_id.into()]))
        .await?;
    let tokens =
        tokens(&tx, app, Bearer { account: account.0, sessie: found.sessie_id, ver: row.ver }, channel).await?;
    tx.commit().await?;
    Ok(tokens)
}

/// Ends a session.
///
/// # Errors
/// When the database is away.
pub async fn revoke<C: ConnectionTrait>(tx: &C, app: &App, sessie: Uuid) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE sessie SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2",
        [app.now().into(), sessie.into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}
