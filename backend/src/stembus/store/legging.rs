//! What was laid in the box, as the database knows it: see `stembus::legging`. Rows are only added.

use crate::database::sql;
use crate::error::Error;
use crate::stembus::legging::{Legging, Soort};
use contract::BuurtbegrotingId;
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(Debug, FromQueryResult)]
struct Row {
    soort: String,
    nummer: i64,
    poging: String,
    aantal: i64,
    som: String,
    vorige: String,
}

impl TryFrom<Row> for Legging {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let Row { soort, nummer, poging, aantal, som, vorige } = row;
        let soort = Soort::parse(&soort).ok_or_else(|| Error::Internal("legging.soort".into()))?;
        Ok(Self { soort, nummer, poging, aantal, som, vorige })
    }
}

/// The last of a kind.
pub async fn last_legging<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
    soort: Soort,
) -> Result<Option<Legging>, Error> {
    let text = "SELECT soort, nummer, poging, aantal, som, vorige FROM legging WHERE ronde = $1 AND soort = $2 \
                ORDER BY nummer DESC LIMIT 1";
    let found = Row::find_by_statement(sql(db, text, [id.0.into(), soort.as_str().into()])).one(db).await?;
    found.map(Legging::try_from).transpose()
}

/// All of them, each kind in its order.
pub async fn leggings<C: ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<Vec<Legging>, Error> {
    let text = "SELECT soort, nummer, poging, aantal, som, vorige FROM legging WHERE ronde = $1 ORDER BY soort, nummer";
    let rows = Row::find_by_statement(sql(db, text, [id.0.into()])).all(db).await?;
    rows.into_iter().map(Legging::try_from).collect()
}

/// Keeps one, in the transaction that lays it; `false` when another instance was first.
pub async fn insert_legging<C: ConnectionTrait>(tx: &C, id: BuurtbegrotingId, own: &Legging) -> Result<bool, Error> {
    let insert = sql(
        tx,
        "INSERT INTO legging (ronde, soort, nummer, poging, aantal, som, vorige) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT DO NOTHING",
        [
            id.0.into(),
            own.soort.as_str().into(),
            own.nummer.into(),
            own.poging.clone().into(),
            own.aantal.into(),
            own.som.clone().into(),
            own.vorige.clone().into(),
        ],
    );
    Ok(tx.execute_raw(insert).await?.rows_affected() == 1)
}
