//! Gebieden, wijken, postcodes and the lists that people choose from. They are data, and change so seldom that every
//! instance keeps them in memory and looks again after half a minute.

pub mod import;
mod operations;
pub mod reference;
pub mod routes;

use crate::database::sql;
use crate::error::Error;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Where a wijk lies.
#[derive(Debug, Clone, FromQueryResult)]
pub struct WijkRow {
    /// CBS code.
    pub code: String,
    /// Name.
    pub naam: String,
    /// Code of its gebied.
    pub gebied: String,
}

/// The wijk with this code.
///
/// # Errors
/// When the database is away.
pub async fn find_wijk<C: ConnectionTrait>(db: &C, code: &str) -> Result<Option<WijkRow>, Error> {
    let select = sql(db, "SELECT code, naam, gebied FROM wijk WHERE code = $1", [code.into()]);
    Ok(WijkRow::find_by_statement(select).one(db).await?)
}
