//! Logging in. A try is counted before its password is judged and given back when that was right, so that however many
//! come at once, over however many instances, few are judged (SECURITY-RULES B-1):
//!
//! - from all networks together they come at a pace, so that nobody waits longer than seconds because of others;
//! - wrong ones for an account from one network are few, and then that network stands in a line of its own with others
//!   that used theirs: it goes on, at that same pace, and holds up nobody elsewhere ([`Line`]);
//! - a device that the account knows has tries of its own before it stands in any line.
//!
//! An address without an account is counted, judged and answered in the same way (S-8). Nothing is held in the database
//! while a password is judged, and no request sleeps.

use crate::account::store::{self, Account};
use crate::account::{devices, password, sessions};
use crate::app::{Tx, sha256};
use crate::audit;
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::limits::{self, Line, Taken};
use contract::account::{LogIn, Tokens, Wachtwoord};
use contract::field::Email;
use contract::{AccountId, Reply};
use sea_orm::ConnectionTrait;
use std::time::Duration;

/// Somebody who tries to log in.
struct Try {
    /// What is no address is unknown like any other.
    email: Option<Email>,
    /// What wrong passwords for it are counted under.
    who: String,
    password: Wachtwoord,
    devices: Vec<String>,
}

/// A try that was counted.
struct Counted {
    /// By what the account knows the device that it comes from.
    device: Option<String>,
    against: Against,
}

/// What a try was counted against.
enum Against {
    /// The device.
    Device(Taken),
    /// The network, and the pace of all that have tries left.
    Network(Taken),
    /// The pace of all that have none left.
    Further,
}

/// Starts a session on the caller's channel: the API gives tokens, a page turns them into cookies.
///
/// # Errors
/// [`contract::problem::ProblemCode::InloggenMislukt`], or too often.
pub async fn log_in(caller: &Caller, request: LogIn) -> Reply<Tokens> {
    let attempt = Try::new(caller, request);
    let counted = run(|| count(caller, &attempt)).await?;
    let outcome = decide(caller, &attempt, &counted).await;
    match outcome {
        Ok(Some(tokens)) => Ok(tokens),
        Ok(None) => run(|| turn_away(caller)).await,
        Err(problem) => {
            // It was not wrong: we failed. It must not count, also when the database cannot be told so now.
            let caller = caller.clone();
            caller.app.clone().spawn(async move { keep_giving_back(&caller, &attempt, &counted).await });
            Err(problem)
        }
    }
}

/// How often one try is judged at most.
const JUDGED: u32 = 2;

/// Nothing for whoever is turned away. An account may change while a password waits to be judged: then what was found is
/// about an account that is no more, and the same try is judged once more.
async fn decide(caller: &Caller, attempt: &Try, counted: &Counted) -> Reply<Option<Tokens>> {
    for _ in 0..JUDGED {
        let Some(account) = judge(caller, attempt).await.map_err(Error::problem)? else { return Ok(None) };
        if let Some(tokens) = run(|| let_in(caller, attempt, counted, &account)).await? {
            return Ok(Some(tokens));
        }
    }
    Ok(None)
}

/// How often a try is given back at most, a second apart.
const GIVING_BACK: u32 = 120;

async fn keep_giving_back(caller: &Caller, attempt: &Try, counted: &Counted) {
    for _ in 0..GIVING_BACK {
        if take_back(caller, attempt, counted).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tracing::warn!("a try to log in goes on counting although it was not wrong");
}

impl Try {
    fn new(caller: &Caller, request: LogIn) -> Self {
        let email = request.address();
        let who = email.as_ref().map_or_else(|| request.email.as_str().to_lowercase(), store::key);
        let own = request.apparaat.iter().map(|secret| secret.as_str().to_owned());
        Self {
            who: hex::encode(sha256(who.as_bytes())),
            email,
            devices: own.chain(caller.devices.iter().cloned()).collect(),
            password: request.wachtwoord,
        }
    }
}

/// Counts a try; what is refused is not counted.
async fn count(caller: &Caller, attempt: &Try) -> Result<Counted, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    let device = match &attempt.email {
        Some(email) => devices::find(&tx, app, email, &attempt.devices).await?,
        None => None,
    };
    let against = weigh(&tx, caller, attempt, device.as_deref()).await?;
    tx.commit().await?;
    Ok(Counted { device, against })
}

/// Finds room for a try, or says how long to wait.
async fn weigh(tx: &Tx, caller: &Caller, attempt: &Try, device: Option<&str>) -> Result<Against, Error> {
    let app = &caller.app;
    if let Some(secret) = device {
        let known = hex::encode(sha256(secret.as_bytes()));
        if let Some(taken) = limits::borrow(tx, app, limits::LOGIN_DEVICE, &known).await? {
            return Ok(Against::Device(taken));
        }
    }
    let here = format!("{}:{}", attempt.who, caller.network);
    if let Some(taken) = limits::borrow(tx, app, limits::LOGIN_NETWORK, &here).await? {
        limits::take_turn(tx, app, Line::First, &attempt.who).await?;
        return Ok(Against::Network(taken));
    }
    limits::take_turn(tx, app, Line::Further, &attempt.who).await?;
    Ok(Against::Further)
}

/// The account, when the password is its own and it may log in.
async fn judge(caller: &Caller, attempt: &Try) -> Result<Option<Account>, Error> {
    let app = &caller.app;
    let account = find(app.databases().primary(), attempt).await?;
    let hash = account.as_ref().and_then(|account| account.wachtwoord_hash.clone());
    let fits = password::verify(app, attempt.password.clone(), hash).await?;
    Ok(account.filter(|account| fits && account.bevestigd_at.is_some() && !account.geblokkeerd))
}

async fn find<C: ConnectionTrait>(db: &C, attempt: &Try) -> Result<Option<Account>, Error> {
    match &attempt.email {
        Some(email) => store::find_by_email(db, email).await,
        None => Ok(None),
    }
}

/// Nothing, and nothing is written, when this is no longer the account that was judged.
async fn let_in(caller: &Caller, attempt: &Try, counted: &Counted, account: &Account) -> Result<Option<Tokens>, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    store::hold(&tx, AccountId(account.id)).await?;
    if !find(&tx, attempt).await?.is_some_and(|now| is_as_judged(account, &now)) {
        return Ok(None);
    }
    give_back(&tx, attempt, counted).await?;
    let tokens = sessions::start(&tx, app, account, caller.channel).await?;
    let apparaat = Some(devices::remember(&tx, app, account, counted.device.clone()).await?);
    audit::note(&tx, caller, "sessie.inloggen", format!("account:{}", account.id), "gelukt", None).await?;
    tx.commit().await?;
    Ok(Some(Tokens { apparaat, ..tokens }))
}

/// Whether what was found about an account holds for it now: its password is the same, no sessions were ended and nobody
/// blocked it.
fn is_as_judged(judged: &Account, now: &Account) -> bool {
    judged.id == now.id
        && judged.ver == now.ver
        && judged.wachtwoord_hash == now.wachtwoord_hash
        && judged.geblokkeerd == now.geblokkeerd
}

/// The same in every case, so that nobody learns which it was.
async fn turn_away(caller: &Caller) -> Result<Tokens, Error> {
    let tx = caller.app.begin().await?;
    audit::note(&tx, caller, "sessie.inloggen", "sessie".into(), "geweigerd", None).await?;
    tx.commit().await?;
    Err(Error::LoginFailed)
}

async fn take_back(caller: &Caller, attempt: &Try, counted: &Counted) -> Result<(), Error> {
    let tx = caller.app.begin().await?;
    give_back(&tx, attempt, counted).await?;
    tx.commit().await?;
    Ok(())
}

async fn give_back(tx: &Tx, attempt: &Try, counted: &Counted) -> Result<(), Error> {
    match &counted.against {
        Against::Device(taken) => limits::give_back(tx, taken).await,
        Against::Network(taken) => {
            limits::give_back(tx, taken).await?;
            limits::give_turn_back(tx, Line::First, &attempt.who).await
        }
        Against::Further => limits::give_turn_back(tx, Line::Further, &attempt.who).await,
    }
}
