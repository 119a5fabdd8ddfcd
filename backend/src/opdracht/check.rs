//! `wijkkoers ledger check`, as far as opdrachten go: their amounts against the postings, and each fiat against the rules
//! that it was given by. The rules are those of [`rules`]: nothing is decided here a second time.

use crate::account::store::{address_key, mandates};
use crate::database::sql;
use crate::error::Error;
use crate::opdracht::rules::{self, Given, Origin, Person, Who};
use crate::opdracht::store::of_initiatief;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contract::account::MandaatView;
use contract::{AccountId, ActiviteitId, Euro};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct Order {
    id: Uuid,
    gebied: String,
    product: String,
    activiteit_id: Uuid,
    opdrachtnemer_naam: String,
    cents: i64,
    verplicht_cents: i64,
    besteed_cents: i64,
    gemaakt_door: Uuid,
    aangevraagd_door: Option<Uuid>,
    gefiatteerd_door: Option<Uuid>,
    gefiatteerd_at: Option<DateTime<Utc>>,
    inzet_door: Uuid,
    activiteit_door: Uuid,
    initiator: Option<Uuid>,
    initiator_email: Option<String>,
    giver_email: Option<String>,
    verplicht: i64,
    vrijval: i64,
    besteed: i64,
    fiats: i64,
}

const ORDERS: &str = "SELECT o.id, o.gebied, o.product, o.activiteit_id, o.opdrachtnemer_naam, o.cents, \
    o.verplicht_cents, o.besteed_cents, o.gemaakt_door, o.aangevraagd_door, o.gefiatteerd_door, o.gefiatteerd_at, \
    i.gemaakt_door AS inzet_door, a.gemaakt_door AS activiteit_door, n.account_id AS initiator, \
    n.email AS initiator_email, g.email AS giver_email, \
    CAST(COALESCE(b.verplicht, 0) AS BIGINT) AS verplicht, CAST(COALESCE(b.vrijval, 0) AS BIGINT) AS vrijval, \
    CAST(COALESCE(b.besteed, 0) AS BIGINT) AS besteed, CAST(COALESCE(b.fiats, 0) AS BIGINT) AS fiats \
    FROM opdracht o JOIN activiteit a ON a.id = o.activiteit_id JOIN inzet i ON i.id = a.inzet_id \
    LEFT JOIN initiatief n ON n.id = o.initiatief_id LEFT JOIN account g ON g.id = o.gefiatteerd_door \
    LEFT JOIN (SELECT opdracht_id, SUM(CASE WHEN naar = 'verplicht' THEN cents END) AS verplicht, \
    SUM(CASE WHEN van = 'verplicht' AND soort = 'vrijval' THEN cents END) AS vrijval, \
    SUM(CASE WHEN naar = 'besteed' THEN cents END) AS besteed, \
    COUNT(CASE WHEN soort = 'verplicht' THEN 1 END) AS fiats \
    FROM boeking WHERE opdracht_id IS NOT NULL GROUP BY opdracht_id) b ON b.opdracht_id = o.id";

/// What is wrong with opdrachten, one line for each difference.
///
/// # Errors
/// When the database is away.
pub async fn check<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, Error> {
    let mut orders = Order::find_by_statement(sql(db, ORDERS, [])).all(db).await?;
    // In the order in which fiat was given: each counts with those before it.
    orders.sort_by_key(|order| (order.gefiatteerd_at, order.id));
    let mut history = History::default();
    let mut differences = Vec::new();
    for order in &orders {
        let mut wrong = order.wrong_amounts();
        if order.fiats > 0 && !order.has_other_eyes() {
            wrong.push("approved without other eyes");
        }
        if order.fiats > 0 && !history.covers(db, order).await? {
            wrong.push("approved above or without a mandate");
        }
        differences.extend(wrong.into_iter().map(|what| format!("opdracht {}: {what}", order.id)));
    }
    Ok(differences)
}

impl Order {
    fn wrong_amounts(&self) -> Vec<&'static str> {
        let committed = self.verplicht.checked_sub(self.vrijval).and_then(|left| left.checked_sub(self.besteed));
        [
            (committed != Some(self.verplicht_cents), "what is committed is not what the postings say"),
            (self.besteed != self.besteed_cents, "what was spent is not what the postings say"),
            (self.fiats > 0 && self.verplicht != self.cents, "another amount was committed than was approved"),
        ]
        .into_iter()
        .filter_map(|(is_wrong, what)| is_wrong.then_some(what))
        .collect()
    }

    /// By those behind it who cannot have changed since: who asked for it, wrote it, made its inzet and its activiteit,
    /// and handed in the initiatief that it names. What else was part of the opgave at that moment is not known any more:
    /// initiatieven are linked and merged afterwards too. The fiat itself looked at all of them.
    fn has_other_eyes(&self) -> bool {
        let (Some(giver), Some(email)) = (self.gefiatteerd_door, &self.giver_email) else { return false };
        let giver = Person { account: AccountId(giver), address: address_key(email) };
        let made = [self.gemaakt_door, self.inzet_door, self.activiteit_door].into_iter().chain(self.aangevraagd_door);
        let mut origins: Vec<Origin> = made.map(|by| Origin::Work(Who::Account(AccountId(by)))).collect();
        if let Some(email) = &self.initiator_email {
            origins.push(of_initiatief(self.initiator, email, None));
        }
        rules::eyes(&giver, &origins).is_ok()
    }

    fn given(&self) -> Option<Given> {
        let bedrag = Euro::from_cents(self.cents)?;
        Some(Given::new(&self.opdrachtnemer_naam, ActiviteitId(self.activiteit_id), bedrag))
    }
}

/// What everybody gave fiat for so far.
#[derive(Debug, Default)]
struct History {
    given: BTreeMap<Uuid, Vec<(DateTime<Utc>, Given)>>,
    mandates: BTreeMap<(Uuid, NaiveDate), Vec<MandaatView>>,
}

impl History {
    /// Whether a mandate of that day covered it, with what the same person gave fiat for in the days before. What was
    /// given in the very same millisecond is left out: nothing tells which of them came first.
    async fn covers<C: ConnectionTrait>(&mut self, db: &C, order: &Order) -> Result<bool, Error> {
        let (Some(giver), Some(at), Some(wanted)) = (order.gefiatteerd_door, order.gefiatteerd_at, order.given())
        else {
            return Ok(false);
        };
        let held = self.held(db, giver, at).await?;
        let since = at - TimeDelta::days(rules::SLICING_DAYS);
        let before = self.given.entry(giver).or_default();
        before.retain(|(then, _)| *then > since);
        let lately = before.iter().filter(|(then, _)| *then < at).map(|(_, given)| given);
        let is_covered = rules::mandate(&held, (&order.gebied, &order.product), &wanted, lately).is_ok();
        before.push((at, wanted));
        Ok(is_covered)
    }

    /// The mandates that somebody held on the day of this moment.
    async fn held<C: ConnectionTrait>(
        &mut self,
        db: &C,
        giver: Uuid,
        at: DateTime<Utc>,
    ) -> Result<Vec<MandaatView>, Error> {
        let day = at.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
        if let Some(held) = self.mandates.get(&(giver, day)) {
            return Ok(held.clone());
        }
        let held = mandates(db, AccountId(giver), day).await?;
        self.mandates.insert((giver, day), held.clone());
        Ok(held)
    }
}
