//! Reading the money: all of it is public, but what staff wrote beside it.

use crate::access::{Action, Subject};
use crate::app::App;
use crate::audit;
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::gebied::reference::{Lijst, Reference};
use crate::paging;
use crate::wijkbudget::store::{self, Boeking, Saldo};
use async_trait::async_trait;
use chrono::Datelike;
use contract::field::Code;
use contract::wijkbudget::{
    BoekingFilter, BoekingView, Pot, ProductSaldo, ToelichtingView, WijkbudgetApi, WijkbudgetView,
};
use contract::{Euro, Page, PageQuery, Reply};
use std::collections::HashMap;
use uuid::Uuid;

#[async_trait]
impl WijkbudgetApi for Caller {
    async fn wijkbudget(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkbudgetView> {
        run(|| wijkbudget(self, &gebied, jaar)).await
    }

    async fn list_boekingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<BoekingView>> {
        run(|| list_boekingen(self, &gebied, &filter)).await
    }

    async fn list_toelichtingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<ToelichtingView>> {
        run(|| list_toelichtingen(self, &gebied, &filter)).await
    }
}

/// The money of a gebied in a year; a year without a ledger shows nothing but zeros.
///
/// # Errors
/// [`Error::NotFound`] without such a gebied.
pub async fn wijkbudget(caller: &Caller, gebied: &Code, jaar: Option<i32>) -> Result<WijkbudgetView, Error> {
    let app = &caller.app;
    let reference = app.reference().await?;
    let gebied = reference.gebied(gebied.as_str()).ok_or(Error::NotFound)?.code.clone();
    let jaar = jaar.unwrap_or_else(|| app.today().year());
    let balances = match store::find(app.reader(), &gebied, jaar).await? {
        Some(ledger) => store::balances(app.reader(), ledger).await?,
        None => Vec::new(),
    };
    let odd = || Error::Internal("a balance that is no amount".into());
    let producten =
        reference.lijsten.producten.iter().map(|product| product_saldo(&reference, &product.code, &balances));
    let producten: Vec<ProductSaldo> = producten.collect::<Option<_>>().ok_or_else(odd)?;
    let totaal = total(&producten).ok_or_else(odd)?;
    Ok(WijkbudgetView { gebied, jaar, producten, totaal })
}

fn product_saldo(reference: &Reference, product: &str, balances: &[Saldo]) -> Option<ProductSaldo> {
    let cents = |pot: Pot| {
        let row = balances.iter().find(|row| row.product == product && row.pot == pot.as_str());
        row.map_or(0, |row| row.cents)
    };
    Some(ProductSaldo {
        product: Some(product.to_owned()),
        naam: reference.name(Lijst::Product, product).to_owned(),
        // What the council gave went out of the outside pot, which therefore stands below zero.
        begroot: Euro::from_cents(cents(Pot::Extern).checked_neg()?)?,
        gereserveerd: Euro::from_cents(cents(Pot::Gereserveerd))?,
        verplicht: Euro::from_cents(cents(Pot::Verplicht))?,
        besteed: Euro::from_cents(cents(Pot::Besteed))?,
        vrij: Euro::from_cents(cents(Pot::Vrij))?,
    })
}

fn total(producten: &[ProductSaldo]) -> Option<ProductSaldo> {
    let sum = |pick: fn(&ProductSaldo) -> Euro| producten.iter().try_fold(Euro::ZERO, |sum, row| sum.plus(pick(row)));
    Some(ProductSaldo {
        product: None,
        naam: String::new(),
        begroot: sum(|row| row.begroot)?,
        gereserveerd: sum(|row| row.gereserveerd)?,
        verplicht: sum(|row| row.verplicht)?,
        besteed: sum(|row| row.besteed)?,
        vrij: sum(|row| row.vrij)?,
    })
}

async fn list_boekingen(caller: &Caller, gebied: &Code, filter: &BoekingFilter) -> Result<Page<BoekingView>, Error> {
    let gebied = existing(caller, gebied).await?;
    let Piece { rows, volgende, .. } = piece(&caller.app, &gebied, filter).await?;
    let resultaten = rows.into_iter().map(Boeking::view).collect::<Result<_, _>>()?;
    Ok(Page { resultaten, volgende })
}

async fn list_toelichtingen(
    caller: &Caller,
    gebied: &Code,
    filter: &BoekingFilter,
) -> Result<Page<ToelichtingView>, Error> {
    let gebied = existing(caller, gebied).await?;
    caller.may(Action::ReadToelichting, Subject { owner: None, gebied: Some(&gebied) })?;
    let Piece { ledger, rows, volgende } = piece(&caller.app, &gebied, filter).await?;
    // The newest comes first.
    let beside = if let (Some(ledger), Some(oldest), Some(newest)) = (ledger, rows.last(), rows.first()) {
        store::toelichtingen(caller.app.reader(), ledger, (oldest.nummer, newest.nummer)).await?
    } else {
        HashMap::new()
    };
    let words = |row: &Boeking| {
        let text = beside.get(&row.id).map(String::as_str).or_else(|| row.written())?;
        Some(ToelichtingView { boeking: row.id, tekst: text.to_owned() })
    };
    Ok(Page { resultaten: rows.iter().filter_map(words).collect(), volgende })
}

async fn existing(caller: &Caller, gebied: &Code) -> Result<String, Error> {
    let reference = caller.app.reference().await?;
    Ok(reference.gebied(gebied.as_str()).ok_or(Error::NotFound)?.code.clone())
}

/// A piece of the postings of a gebied.
struct Piece {
    ledger: Option<Uuid>,
    rows: Vec<Boeking>,
    volgende: Option<String>,
}

async fn piece(app: &App, gebied: &str, filter: &BoekingFilter) -> Result<Piece, Error> {
    let query = PageQuery { cursor: filter.cursor.clone(), limit: filter.limit };
    let limit = paging::limit(&query)?;
    let cursor = match &filter.cursor {
        Some(text) => Some(text.parse::<i64>().map_err(|_odd| paging::bad_cursor())?),
        None => None,
    };
    let jaar = filter.jaar.unwrap_or_else(|| app.today().year());
    let Some(ledger) = store::find(app.reader(), gebied, jaar).await? else {
        return Ok(Piece { ledger: None, rows: Vec::new(), volgende: None });
    };
    let rows = store::postings(app.reader(), ledger, filter, cursor, limit.saturating_add(1)).await?;
    let (rows, volgende) = paging::split(rows, limit, |row| row.nummer.to_string());
    Ok(Piece { ledger: Some(ledger), rows, volgende })
}

/// Erases what staff wrote beside a posting: somebody asked for it, and the ledger does not need it. Says whether there was
/// something.
///
/// # Errors
/// When the database is away.
pub async fn erase_toelichting(app: &App, boeking: Uuid) -> Result<bool, Error> {
    let tx = app.begin().await?;
    let was_there = store::erase_toelichting(&tx, boeking).await?;
    if was_there {
        audit::note_of_system(&tx, app, "toelichting.wissen", format!("boeking:{boeking}"), None).await?;
    }
    tx.commit().await?;
    Ok(was_there)
}
