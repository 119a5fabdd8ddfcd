//! `wijkkoers ledger check`: everything recomputed from the postings alone (SECURITY-RULES M-4).

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
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

/// Recomputes seals and balances of every ledger, and looks for fiats without four eyes.
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
    check_orders(db, &mut findings).await?;
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

#[derive(Debug, FromQueryResult)]
struct Order {
    id: Uuid,
    cents: i64,
    verplicht_cents: i64,
    besteed_cents: i64,
    gefiatteerd_door: Option<Uuid>,
    aangevraagd_door: Option<Uuid>,
    verplicht: i64,
    vrijval: i64,
    besteed: i64,
    fiats: i64,
    mandaat_cents: Option<i64>,
}

/// The amounts on every opdracht against its postings, other eyes, and a mandate that covered the amount.
async fn check_orders<C: ConnectionTrait>(db: &C, findings: &mut Findings) -> Result<(), Error> {
    let orders = Order::find_by_statement(sql(db, ORDERS, [])).all(db).await?;
    for order in orders {
        let mut wrong = |what: &str| findings.differences.push(format!("opdracht {}: {what}", order.id));
        let committed = order.verplicht.checked_sub(order.vrijval).and_then(|left| left.checked_sub(order.besteed));
        if committed != Some(order.verplicht_cents) {
            wrong("what is committed is not what the postings say");
        }
        if order.besteed != order.besteed_cents {
            wrong("what was spent is not what the postings say");
        }
        if order.fiats > 0 && order.verplicht != order.cents {
            wrong("another amount was committed than was approved");
        }
        if order.fiats > 0 && (order.gefiatteerd_door.is_none() || order.gefiatteerd_door == order.aangevraagd_door) {
            wrong("approved without other eyes");
        }
        if order.fiats > 0 && order.mandaat_cents.is_none_or(|mandate| mandate < order.cents) {
            wrong("approved above or without a mandate");
        }
    }
    Ok(())
}

const ORDERS: &str = "SELECT o.id, o.cents, o.verplicht_cents, o.besteed_cents, o.gefiatteerd_door, o.aangevraagd_door, \
    CAST(COALESCE(SUM(CASE WHEN b.naar = 'verplicht' THEN b.cents END), 0) AS BIGINT) AS verplicht, \
    CAST(COALESCE(SUM(CASE WHEN b.van = 'verplicht' AND b.soort = 'vrijval' THEN b.cents END), 0) AS BIGINT) AS vrijval, \
    CAST(COALESCE(SUM(CASE WHEN b.naar = 'besteed' THEN b.cents END), 0) AS BIGINT) AS besteed, \
    CAST(COUNT(CASE WHEN b.soort = 'verplicht' THEN 1 END) AS BIGINT) AS fiats, \
    (SELECT MAX(m.bedrag_cents) FROM mandaat m WHERE m.account_id = o.gefiatteerd_door AND m.gebied = o.gebied \
     AND m.product IN ('*', o.product)) AS mandaat_cents \
    FROM opdracht o LEFT JOIN boeking b ON b.opdracht_id = o.id \
    GROUP BY o.id, o.cents, o.verplicht_cents, o.besteed_cents, o.gefiatteerd_door, o.aangevraagd_door, o.gebied, o.product";
