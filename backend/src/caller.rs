//! Who is asking, and with what. A `Caller` implements the API traits of `contract` by doing what they say; pages,
//! handlers and forms all hold one, so none of them can skip a check.

use crate::access::{self, Action, Grant, Reach, Subject};
use crate::account::tokens::Channel;
use crate::app::App;
use crate::error::{Error, asks_to_start_over};
use chrono::{DateTime, Utc};
use contract::account::Role;
use contract::{AccountId, Reply};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long a login counts as recent, for fiat and other heavy steps (SECURITY-RULES S-5).
const RECENT_LOGIN_MINUTES: i64 = 15;

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub naam: String,
    /// The session.
    pub sessie: Uuid,
    /// When that began.
    pub since: DateTime<Utc>,
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// As it is kept, in the audit: shortened so that it names no household.
    pub kept: String,
    /// As it is counted: one household, under a name that holds for a day.
    pub network: String,
}

impl From<String> for Origin {
    /// From no network: the program itself.
    fn from(name: String) -> Self {
        Self { kept: name.clone(), network: name }
    }
}

impl From<&str> for Origin {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

/// Who is asking.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What operations may use.
    pub app: Arc<App>,
    /// Who is logged in, if anybody.
    pub login: Option<Login>,
    /// The roles, `Bezoeker` or `Bewoner` always among them.
    pub grants: Vec<Grant>,
    /// Where the request comes from, shortened: for the audit.
    pub origin: String,
    /// The same as one household, under a name of the day: for limits.
    pub network: String,
    /// The way in: decides what kind of tokens a login gives.
    pub channel: Channel,
    /// By which a browser is known to those who logged in there before.
    pub devices: Vec<String>,
}

impl Caller {
    /// Somebody who is not logged in.
    #[must_use]
    pub fn visitor(app: Arc<App>, origin: Origin) -> Self {
        Self {
            app,
            login: None,
            grants: vec![Grant { role: Role::Bezoeker, gebied: None }],
            origin: origin.kept,
            network: origin.network,
            channel: Channel::Api,
            devices: Vec::new(),
        }
    }

    /// The account, where there is one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.login.as_ref().map(|login| login.account)
    }

    /// Whether this caller works for the municipality, in whatever role.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.grants.iter().any(|grant| !matches!(grant.role, Role::Bezoeker | Role::Bewoner))
    }

    /// The account, for what needs one.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`].
    pub fn require_account(&self) -> Result<AccountId, Error> {
        self.account().ok_or(Error::NotLoggedIn)
    }

    /// Asks for a login of the last fifteen minutes.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`] or [`Error::LoginTooOld`].
    pub fn require_recent_login(&self) -> Result<(), Error> {
        let login = self.login.as_ref().ok_or(Error::NotLoggedIn)?;
        let age = self.app.now() - login.since;
        if age > chrono::TimeDelta::minutes(RECENT_LOGIN_MINUTES) { Err(Error::LoginTooOld) } else { Ok(()) }
    }

    /// Whether this caller may do this to that.
    #[must_use]
    pub fn is_allowed(&self, action: Action, subject: Subject<'_>) -> bool {
        access::may(&self.grants, self.account(), action, subject)
    }

    /// The only question about rights that operations ask.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`] for a visitor, [`Error::Forbidden`] for others.
    pub fn may(&self, action: Action, subject: Subject<'_>) -> Result<(), Error> {
        if self.is_allowed(action, subject) {
            return Ok(());
        }
        Err(if self.login.is_some() { Error::Forbidden } else { Error::NotLoggedIn })
    }

    /// As [`Caller::may`], for things whose existence is not public: who may not see them finds nothing.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`] for a visitor, [`Error::NotFound`] for others.
    pub fn may_see(&self, action: Action, subject: Subject<'_>) -> Result<(), Error> {
        let seen = self.may(action, subject);
        if matches!(seen, Err(Error::Forbidden)) { Err(Error::NotFound) } else { seen }
    }

    /// Where this caller may do this at all.
    #[must_use]
    pub fn reach(&self, action: Action) -> Reach {
        access::reach(&self.grants, action)
    }

    /// How this caller is called in the ledger, the audit and idempotency rows.
    #[must_use]
    pub fn actor(&self) -> String {
        self.account().map_or_else(|| "gast".to_owned(), |account| account.to_string())
    }
}

/// Runs an operation, and once more from the start when PostgreSQL asks for that.
///
/// # Errors
/// What the operation says, as a problem.
pub async fn run<T, F>(operation: impl Fn() -> F) -> Reply<T>
where
    F: Future<Output = Result<T, Error>>,
{
    persevere(operation).await.map_err(Error::problem)
}

/// The same for what answers nobody.
///
/// # Errors
/// What the operation says.
pub async fn persevere<T, F>(operation: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut pause = Duration::from_millis(5);
    for _attempt in 0..3 {
        match operation().await {
            Err(Error::Database(error)) if asks_to_start_over(&error) => {
                tokio::time::sleep(jitter(pause)).await;
                pause *= 4;
            }
            other => return other,
        }
    }
    operation().await
}

/// Somewhere between half and all of the pause, so that callers do not meet again.
fn jitter(pause: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    let filled = aws_lc_rs::rand::fill(&mut byte).is_ok();
    let part = if filled { u32::from(byte[0]) } else { 128 };
    pause / 2 + pause * part / 512
}
