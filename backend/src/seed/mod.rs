//! The demo city: real places, invented people, and everything done through the same operations that people use, so
//! that its timelines, ledgers and mails are as real as any.

mod story;
mod vote;

use crate::access::Grant;
use crate::account::store::{self, NewMandate};
use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::gebied::import::{self, BadFile, City};
use crate::wijkbudget::{self, Move, Source};
use chrono::{Datelike as _, Days};
use contract::account::{NewAccount, Persoon, Wachtwoord};
use contract::field::{Email, Field, KvkNummer, Naam};
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use contract::{AccountId, Euro};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What everybody in the demo logs in with.
pub const DEMO_PASSWORD: &str = "fiets molen lantaarn";

const CITY: &str = include_str!("arnhem.json");
const DEMO: &str = include_str!("demo.json");

#[derive(Debug, Deserialize)]
struct Demo {
    wijkbudgetten: Vec<Budget>,
    mensen: Vec<Mens>,
    opgaven: Vec<story::Opgave>,
    initiatieven: Vec<story::Initiatief>,
    buurtbegrotingen: Vec<vote::Round>,
}

#[derive(Debug, Deserialize)]
struct Budget {
    gebied: String,
    producten: BTreeMap<String, Euro>,
}

#[derive(Debug, Clone, Deserialize)]
struct Mens {
    sleutel: String,
    naam: String,
    email: String,
    soort: String,
    organisatie: Option<String>,
    kvk: Option<String>,
    wijk: Option<String>,
    rol: String,
    gebied: Option<String>,
    mandaat: Option<Euro>,
}

/// Whether there is no city yet.
///
/// # Errors
/// When the database is away.
pub async fn is_empty(app: &App) -> Result<bool, Error> {
    Ok(app.reference().await?.gebieden.is_empty())
}

/// Fills an empty database with the demo city.
///
/// # Errors
/// When it is not empty, or this is production.
pub async fn demo(app: &Arc<App>) -> Result<(), Error> {
    if app.settings.mode == crate::settings::Mode::Productie {
        return Err(Error::Internal("the demo city is not for productie".into()));
    }
    if !is_empty(app).await? {
        return Err(Error::Internal("there is a city already; nothing was changed".into()));
    }
    city(app).await?;
    let demo: Demo = serde_json::from_str(DEMO).map_err(|error| Error::Internal(format!("demo.json: {error}")))?;
    // What happened in the past is told in the past, by an app whose clock walks through it.
    let past = story::past(app)?;
    budgets(&past.app, app.today().year(), &demo).await?;
    let people = people(app, &demo).await?;
    story::tell(app, past, &people, demo.opgaven, demo.initiatieven).await?;
    let criteria: Vec<String> =
        app.reference().await?.lijsten.criteria.iter().map(|criterium| criterium.code.clone()).collect();
    vote::tell(app, &people, demo.buurtbegrotingen, &criteria).await?;
    // And so were its mails.
    let tx = app.begin().await?;
    let told = sql(&tx, "UPDATE outbox SET status = 'verzonden', sent_at = created_at WHERE status = 'wacht'", []);
    sea_orm::ConnectionTrait::execute_raw(&tx, told).await?;
    tx.commit().await?;
    Ok(())
}

/// The facts of Arnhem, without invented people.
///
/// # Errors
/// When it cannot be stored.
pub async fn city(app: &App) -> Result<(), Error> {
    let odd = |error: String| Error::Internal(format!("arnhem.json: {error}"));
    let city: City = serde_json::from_str(CITY).map_err(|error| odd(error.to_string()))?;
    match import::city(app, &city).await {
        Ok(_contents) => Ok(()),
        Err(BadFile::Store(error)) => Err(error),
        Err(BadFile::Form(why)) => Err(odd(why)),
    }
}

/// The budgets are of this year, so that the demo is never out of date.
async fn budgets(app: &App, jaar: i32, demo: &Demo) -> Result<(), Error> {
    let tx = app.begin().await?;
    for budget in &demo.wijkbudgetten {
        wijkbudget::open_budget(&tx, app, &budget.gebied, jaar).await?;
        let movement = |(product, bedrag): (&'_ String, &Euro)| (product.clone(), *bedrag);
        let amounts: Vec<(String, Euro)> = budget.producten.iter().map(movement).collect();
        let moves: Vec<Move<'_>> = amounts
            .iter()
            .map(|(product, bedrag)| Move {
                product,
                soort: BoekingSoort::Begroot,
                van: Pot::Extern,
                naar: Pot::Vrij,
                bedrag: *bedrag,
                source: Source::Raad,
                omschrijving: Omschrijving::Begroting,
                toelichting: None,
                sleutel: format!("begroot:{}:{jaar}:{product}", budget.gebied),
            })
            .collect();
        wijkbudget::post(&tx, app, (&budget.gebied, jaar), "demo", &moves).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Somebody of the demo.
#[derive(Debug, Clone)]
struct Person {
    mens: Mens,
    id: AccountId,
    grants: Vec<Grant>,
}

async fn people(app: &App, demo: &Demo) -> Result<BTreeMap<String, Person>, Error> {
    let hash = crate::account::password::hash(app, Wachtwoord(DEMO_PASSWORD.into())).await?;
    let tx = app.begin().await?;
    let mut people = BTreeMap::new();
    let begin = app.today() - Days::new(700);
    for mens in &demo.mensen {
        let id = store::insert(&tx, app, &account(mens)?, Some(hash.clone()), true)
            .await?
            .ok_or_else(|| Error::Internal(format!("{} twice", mens.email)))?;
        if let Ok(role) = mens.rol.parse()
            && role != contract::account::Role::Bewoner
        {
            store::grant(&tx, app, id, &Grant { role, gebied: mens.gebied.clone() }, "demo").await?;
        }
        if let (Some(bedrag), Some(gebied)) = (mens.mandaat, &mens.gebied) {
            let new = NewMandate { account: id, gebied: gebied.clone(), product: None, bedrag, begin, eind: None };
            store::give_mandate(&tx, app, &new, "demo").await?;
        }
        let grants = store::grants(&tx, id).await?;
        people.insert(mens.sleutel.clone(), Person { mens: mens.clone(), id, grants });
    }
    tx.commit().await?;
    Ok(people)
}

fn account(mens: &Mens) -> Result<NewAccount, Error> {
    let odd = |what: &str| Error::Internal(format!("demo.json: {}: {what}", mens.sleutel));
    let optional =
        |text: Option<&String>| text.map(|text| Naam::parse(text).map_err(|_flaw| odd("organisatie"))).transpose();
    Ok(NewAccount {
        persoon: Persoon {
            naam: Naam::parse(&mens.naam).map_err(|_flaw| odd("naam"))?,
            email: Email::parse(&mens.email).map_err(|_flaw| odd("email"))?,
            soort: mens.soort.parse().map_err(|_unknown| odd("soort"))?,
            organisatie: optional(mens.organisatie.as_ref())?,
            kvk_nummer: mens.kvk.as_ref().map(|text| KvkNummer::parse(text).map_err(|_flaw| odd("kvk"))).transpose()?,
        },
        wachtwoord: Wachtwoord::default(),
        wijk: mens.wijk.as_ref().map(|code| Field::parse(code).map_err(|_flaw| odd("wijk"))).transpose()?,
    })
}

/// The custodians of the demo's rounds, each with the key that opens their part: a line for each.
///
/// # Errors
/// When the demo cannot be read.
pub fn keepers() -> Result<Vec<String>, Error> {
    let demo: Demo = serde_json::from_str(DEMO).map_err(|error| Error::Internal(format!("demo.json: {error}")))?;
    Ok(vote::keys(&demo.mensen))
}

#[derive(Debug, FromQueryResult)]
struct LoginRow {
    email: String,
    naam: String,
    rol: Option<String>,
    gebied: Option<String>,
    mandaat: Option<i64>,
}

/// A line for each kind of person that the demo can be tried as.
///
/// # Errors
/// When the database is away.
pub async fn who_can_log_in(app: &App) -> Result<Vec<String>, Error> {
    let db = app.reader();
    let select = sql(
        db,
        "SELECT a.email, a.naam, r.rol, r.gebied, (SELECT MAX(m.bedrag_cents) FROM mandaat m WHERE m.account_id = a.id) AS mandaat \
         FROM account a LEFT JOIN rol r ON r.account_id = a.id \
         WHERE r.gebied IN ('W2', '*') OR (r.rol IS NULL AND a.wijk = 'WK020207') ORDER BY r.rol, a.email",
        [],
    );
    let rows = LoginRow::find_by_statement(select).all(db).await?;
    let line = |row: LoginRow| {
        let role = row.rol.unwrap_or_else(|| "bewoner".into());
        let place = row.gebied.filter(|gebied| gebied != "*").map(|gebied| format!(" {gebied}")).unwrap_or_default();
        let mandate = if row.mandaat.is_some() { ", geeft fiat" } else { "" };
        format!("{:<32} {} ({role}{place}{mandate})", row.email, row.naam)
    };
    Ok(rows.into_iter().map(line).collect())
}
