//! Reading balances and postings.

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use crate::wijkbudget::posting::Source;
use chrono::{DateTime, Utc};
use contract::wijkbudget::{BoekingFilter, BoekingView, Omschrijving, Pot};
use contract::{Euro, OpdrachtId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashMap;
use uuid::Uuid;

/// One balance.
#[derive(Debug, FromQueryResult)]
pub(super) struct Saldo {
    pub product: String,
    pub pot: String,
    pub cents: i64,
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: Uuid,
}

/// The ledger of a gebied and year.
pub(super) async fn find<C: ConnectionTrait>(db: &C, gebied: &str, jaar: i32) -> Result<Option<Uuid>, Error> {
    let select =
        sql(db, "SELECT id FROM wijkbudget WHERE gebied = $1 AND jaar = $2", [gebied.into(), i64::from(jaar).into()]);
    Ok(Id::find_by_statement(select).one(db).await?.map(|row| row.id))
}

/// All balances of a ledger.
pub(super) async fn balances<C: ConnectionTrait>(db: &C, ledger: Uuid) -> Result<Vec<Saldo>, Error> {
    let select = sql(db, "SELECT product, pot, cents FROM saldo WHERE wijkbudget_id = $1", [ledger.into()]);
    Ok(Saldo::find_by_statement(select).all(db).await?)
}

#[derive(Debug, FromQueryResult)]
pub(super) struct Boeking {
    pub id: Uuid,
    pub nummer: i64,
    product: String,
    soort: String,
    van: String,
    naar: String,
    cents: i64,
    opdracht_id: Option<Uuid>,
    omschrijving: String,
    at: DateTime<Utc>,
}

impl Boeking {
    /// What it was for, where that was chosen. Before there was a list people wrote here; what they wrote is not public.
    fn chosen(&self) -> Option<Omschrijving> {
        self.omschrijving.parse().ok()
    }

    /// What somebody wrote here before there was a list.
    pub(super) fn written(&self) -> Option<&str> {
        match self.chosen() {
            Some(_) => None,
            None => Some(&self.omschrijving),
        }
    }

    pub(super) fn view(self) -> Result<BoekingView, Error> {
        let odd = || Error::Internal(format!("boeking {}: a word that we do not know", self.id));
        Ok(BoekingView {
            id: self.id,
            soort: self.soort.parse().map_err(|_unknown| odd())?,
            van: self.van.parse().map_err(|_unknown| odd())?,
            naar: self.naar.parse().map_err(|_unknown| odd())?,
            bedrag: Euro::from_cents(self.cents).ok_or_else(odd)?,
            omschrijving: self.chosen(),
            product: self.product,
            geboekt_op: self.at,
            opdracht: self.opdracht_id.map(OpdrachtId),
        })
    }
}

/// Postings of a ledger, newest first, from before `cursor`.
pub(super) async fn postings<C: ConnectionTrait>(
    db: &C,
    ledger: Uuid,
    filter: &BoekingFilter,
    cursor: Option<i64>,
    limit: u64,
) -> Result<Vec<Boeking>, Error> {
    let column = Alias::new;
    let mut query = Query::select();
    query
        .columns(
            ["id", "nummer", "product", "soort", "van", "naar", "cents", "opdracht_id", "omschrijving", "at"]
                .map(column),
        )
        .from(column("boeking"))
        .and_where(Expr::col(column("wijkbudget_id")).eq(ledger))
        .order_by(column("nummer"), Order::Desc)
        .limit(limit);
    if let Some(product) = &filter.product {
        query.and_where(Expr::col(column("product")).eq(product.as_str()));
    }
    if let Some(pot) = filter.pot {
        query.and_where(touches(pot));
    }
    if let Some(cursor) = cursor {
        query.and_where(Expr::col(column("nummer")).lt(cursor));
    }
    let mut rows = Boeking::find_by_statement(db.get_database_backend().build(&query)).all(db).await?;
    let mut covers = covers(db, ledger).await?;
    for row in &mut rows {
        if let Some(cover) = covers.remove(&row.id) {
            row.omschrijving = cover;
        }
    }
    Ok(rows)
}

#[derive(Debug, FromQueryResult)]
struct Cover {
    boeking_id: Uuid,
    omschrijving: String,
}

/// What is shown of postings instead of their own words: a posting never changes, and its seal holds.
async fn covers<C: ConnectionTrait>(db: &C, ledger: Uuid) -> Result<HashMap<Uuid, String>, Error> {
    let select = sql(
        db,
        "SELECT m.boeking_id, m.omschrijving FROM boeking_masker m JOIN boeking b ON b.id = m.boeking_id \
         WHERE b.wijkbudget_id = $1",
        [ledger.into()],
    );
    let rows = Cover::find_by_statement(select).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.boeking_id, row.omschrijving)).collect())
}

/// Shows other words instead of these with what was posted for an inzet or an opdracht.
///
/// # Errors
/// When it cannot be stored.
pub async fn cover<C: ConnectionTrait>(
    tx: &C,
    app: &App,
    source: Source,
    (old, new): (&str, &str),
) -> Result<(), Error> {
    let (text, id) = match source {
        Source::Inzet(id) => (
            "INSERT INTO boeking_masker (boeking_id, omschrijving, at) SELECT b.id, $1, $2 FROM boeking b \
             WHERE b.inzet_id = $3 AND b.omschrijving = $4 \
             ON CONFLICT (boeking_id) DO UPDATE SET omschrijving = excluded.omschrijving, at = excluded.at",
            id.0,
        ),
        Source::Opdracht(id) => (
            "INSERT INTO boeking_masker (boeking_id, omschrijving, at) SELECT b.id, $1, $2 FROM boeking b \
             WHERE b.opdracht_id = $3 AND b.omschrijving = $4 \
             ON CONFLICT (boeking_id) DO UPDATE SET omschrijving = excluded.omschrijving, at = excluded.at",
            id.0,
        ),
        // What these say is no text of a resident.
        Source::Raad | Source::Buurtbegroting => return Ok(()),
    };
    tx.execute_raw(sql(tx, text, [new.into(), app.now().into(), id.into(), old.into()])).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Toelichting {
    boeking_id: Uuid,
    tekst: String,
}

/// What staff wrote beside the postings of a ledger from one number to another.
pub(super) async fn toelichtingen<C: ConnectionTrait>(
    db: &C,
    ledger: Uuid,
    (first, last): (i64, i64),
) -> Result<HashMap<Uuid, String>, Error> {
    let select = sql(
        db,
        "SELECT t.boeking_id, t.tekst FROM boeking_toelichting t JOIN boeking b ON b.id = t.boeking_id \
         WHERE b.wijkbudget_id = $1 AND b.nummer BETWEEN $2 AND $3",
        [ledger.into(), first.into(), last.into()],
    );
    let rows = Toelichting::find_by_statement(select).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.boeking_id, row.tekst)).collect())
}

/// Erases what staff wrote beside a posting; says whether there was something.
pub(super) async fn erase_toelichting<C: ConnectionTrait>(tx: &C, boeking: Uuid) -> Result<bool, Error> {
    let delete = sql(tx, "DELETE FROM boeking_toelichting WHERE boeking_id = $1", [boeking.into()]);
    Ok(tx.execute_raw(delete).await?.rows_affected() > 0)
}

fn touches(pot: Pot) -> Expr {
    Expr::col(Alias::new("van")).eq(pot.as_str()).or(Expr::col(Alias::new("naar")).eq(pot.as_str()))
}
