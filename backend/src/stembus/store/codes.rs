//! Codes on letters: kept as what they are recognised by (SECURITY-RULES V-5).

use super::{Number, on, rows};
use crate::database::sql;
use crate::error::Error;
use contract::BuurtbegrotingId;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// A code, and the letter that it stands on.
#[derive(Debug, FromQueryResult)]
pub struct Letter {
    /// What the code is recognised by.
    pub merk: Vec<u8>,
    /// The number on the letter; none when the code is on no letter.
    pub nummer: Option<i64>,
}

/// The letters that codes stand on. A subquery for each: a join would make PostgreSQL read the whole table as long as it
/// has no statistics of it.
pub async fn letters<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    marks: impl Iterator<Item = &[u8]>,
) -> Result<Vec<Letter>, Error> {
    let text = on(
        db,
        "SELECT v.merk, (SELECT c.nummer FROM stemcode c WHERE c.ronde = $1 AND c.merk = v.merk) AS nummer \
         FROM (SELECT decode(r->>0, 'hex') AS merk FROM json_array_elements($2::json) r) v",
        "SELECT v.merk, (SELECT c.nummer FROM stemcode c WHERE c.ronde = $1 AND c.merk = v.merk) AS nummer \
         FROM (SELECT unhex(value->>0) AS merk FROM json_each($2)) v",
    );
    let select = sql(db, text, [id.0.into(), rows(marks.map(|mark| [mark]))]);
    Ok(Letter::find_by_statement(select).all(db).await?)
}

/// The highest number of a letter so far; 0 when there is none.
pub async fn last_letter<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<i64, Error> {
    let select = sql(db, "SELECT COALESCE(MAX(nummer), 0) AS nummer FROM stemcode WHERE ronde = $1", [id.0.into()]);
    Ok(Number::find_by_statement(select).one(db).await?.map_or(0, |row| row.nummer))
}

/// Rows of one statement: both databases take so many values at once.
const ROWS: usize = 1_000;

/// Keeps what new codes are recognised by, each with the number of its letter.
pub async fn insert_codes<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    codes: &[(i64, Vec<u8>)],
) -> Result<(), Error> {
    for piece in codes.chunks(ROWS) {
        let mut insert = Query::insert();
        insert.into_table("stemcode").columns(["ronde", "merk", "nummer"]);
        for (nummer, mark) in piece {
            insert.values_panic([id.0.into(), mark.clone().into(), (*nummer).into()]);
        }
        tx.execute(&insert).await?;
    }
    Ok(())
}

/// Another code for a letter: the old one is good for nothing from here on.
///
/// # Errors
/// [`Error::NotFound`] when there is no such letter.
pub async fn replace_code<C: ConnectionTrait>(
    tx: &C,
    id: BuurtbegrotingId,
    (nummer, mark): (i64, Vec<u8>),
) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE stemcode SET merk = $1 WHERE ronde = $2 AND nummer = $3",
        [mark.into(), id.0.into(), nummer.into()],
    );
    if tx.execute_raw(update).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}
