//! `wijkkoers ledger check`: everything recomputed from the postings alone (SECURITY-RULES M-4).

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::opdracht;
use crate::wijkbudget::posting::{Sealed, first_seal};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What was looked at, and what was found wrong.
#[derive(Debug, Default)]
pub struct Findings {
    /// Ledgers.
    pub ledgers: usize,
    /// Postings.
    pub postings: usize,
    /// One line for each difference.
    pub differences: Vec<String>,
}

#[derive(Debug, FromQueryResult)]
struct Ledger {
    id: Uuid,
    gebied: String,
    jaar: i64,
    boekingen: i64,
    zegel: Vec<u8>,
}

#[derive(Debug, FromQueryResult)]
struct Posting {
    nummer: i64,
    product: String,
    soort: String,
    van: String,
    naar: String,
    cents: i64,
    inzet_id: Option<Uuid>,
    opdracht_id: Option<Uuid>,
    omschrijving: String,
    actor: String,
    sleutel: String,
    at: DateTime<Utc>,
    vorige: Vec<u8>,
    zegel: Vec<u8>,
}

#[derive(Debug, FromQueryResult)]
struct Saldo {
    product: String,
    pot: String,
    cents: i64,
}

/// How many postings are held in memory at once.
const PIECE: i64 = 1_000;

/// Recomputes seals and balances of every ledger, and looks for fiats without four eyes or a mandate.
///
/// # Errors
/// When the database is away.
pub async fn check(app: &App) -> Result<Findings, Error> {
    // One moment of the ledger: money may move while it is checked.
    let moment = app.databases().snapshot().await?;
    let db = &moment;
    let mut findings = Findings::default();
    let select = sql(db, "SELECT id, gebied, jaar, boekingen, zegel FROM wijkbudget ORDER BY gebied, jaar", []);
    for ledger in Ledger::find_by_statement(select).all(db).await? {
        check_ledger(db, &ledger, &mut findings).await?;
        findings.ledgers = findings.ledgers.saturating_add(1);
    }
    findings.differences.extend(opdracht::check(db).await?);
    Ok(findings)
}

async fn check_ledger<C: ConnectionTrait>(db: &C, ledger: &Ledger, findings: &mut Findings) -> Result<(), Error> {
    let name = format!("{} {}", ledger.gebied, ledger.jaar);
    let jaar = i32::try_from(ledger.jaar).map_err(|_odd| Error::Internal("year".into()))?;
    let mut before = first_seal(&ledger.gebied, jaar);
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut last = 0_i64;
    loop {
        let piece = Posting::find_by_statement(sql(
            db,
            "SELECT nummer, product, soort, van, naar, cents, inzet_id, opdracht_id, omschrijving, actor, sleutel, at, \
             vorige, zegel FROM boeking WHERE wijkbudget_id = $1 AND nummer > $2 ORDER BY nummer LIMIT $3",
            [ledger.id.into(), last.into(), PIECE.into()],
        ))
        .all(db)
        .await?;
        if piece.is_empty() {
            break;
        }
        for row in piece {
            if Some(row.nummer) != last.checked_add(1) {
                findings.differences.push(format!("{name}: posting {} follows on {last}", row.nummer));
            }
            if row.vorige != before || row.zegel != seal(ledger.id, &row, &before) {
                findings.differences.push(format!("{name}: posting {} has a broken seal", row.nummer));
            }
            let whole = [(&row.van, row.cents.checked_neg()), (&row.naar, Some(row.cents))];
            for (pot, cents) in whole {
                let sum = sums.entry((row.product.clone(), pot.clone())).or_default();
                *sum = cents.and_then(|cents| sum.checked_add(cents)).unwrap_or(i64::MIN);
            }
            last = row.nummer;
            before.clone_from(&row.zegel);
            findings.postings = findings.postings.saturating_add(1);
        }
    }
    if ledger.boekingen != last || ledger.zegel != before {
        findings.differences.push(format!("{name}: the head is not the last posting"));
    }
    compare_balances(db, ledger.id, &name, &sums, findings).await
}

async fn compare_balances<C: ConnectionTrait>(
    db: &C,
    ledger: Uuid,
    name: &str,
    sums: &BTreeMap<(String, String), i64>,
    findings: &mut Findings,
) -> Result<(), Error> {
    let select = sql(db, "SELECT product, pot, cents FROM saldo WHERE wijkbudget_id = $1", [ledger.into()]);
    let mut kept: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in Saldo::find_by_statement(select).all(db).await? {
        kept.insert((row.product, row.pot), row.cents);
    }
    for key in sums.keys().chain(kept.keys().filter(|key| !sums.contains_key(*key))) {
        let (sum, balance) = (sums.get(key).copied().unwrap_or(0), kept.get(key).copied().unwrap_or(0));
        if sum != balance {
            let (product, pot) = key;
            findings.differences.push(format!("{name}: {product} {pot} is {balance} cents, the postings say {sum}"));
        }
        if sum < 0 && key.1 != "extern" {
            findings.differences.push(format!("{name}: {} {} is below zero", key.0, key.1));
        }
    }
    Ok(())
}

fn seal(ledger: Uuid, row: &Posting, before: &[u8]) -> Vec<u8> {
    Sealed {
        wijkbudget: ledger,
        nummer: row.nummer,
        product: &row.product,
        soort: &row.soort,
        van: &row.van,
        naar: &row.naar,
        cents: row.cents,
        inzet: row.inzet_id,
        opdracht: row.opdracht_id,
        omschrijving: &row.omschrijving,
        actor: &row.actor,
        sleutel: &row.sleutel,
        at: row.at,
    }
    .seal(before)
}
