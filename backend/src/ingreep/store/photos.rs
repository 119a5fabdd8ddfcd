//! What everybody may know of the photos of something: that one is hidden, or filled in part.

use crate::database::sql;
use crate::error::Error;
use contract::GeheelId;
use contract::ingreep::IngreepSoort;
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(Debug, FromQueryResult)]
struct NumberRow {
    aantal: i64,
}

/// How many photos of something are hidden whole.
///
/// # Errors
/// When the database is away.
pub async fn count_hidden<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<u32, Error> {
    let select = sql(
        db,
        "SELECT COUNT(*) AS aantal FROM ingreep WHERE (geheel_id = $1 OR initiatief_id = $1) AND deel_soort = 'foto' AND soort = 'afschermen' \
         AND status = 'gedaan'",
        [id.0.into()],
    );
    let row = NumberRow::find_by_statement(select).one(db).await?;
    Ok(row.and_then(|row| u32::try_from(row.aantal).ok()).unwrap_or_default())
}

/// What was taken out of the photos of something.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhotosOut {
    /// One of them is hidden whole, or was until it was destroyed.
    pub is_hidden: bool,
    /// One that everybody sees has parts that cannot be recognised.
    pub is_filled: bool,
}

#[derive(Debug, FromQueryResult)]
struct SoortRow {
    soort: String,
}

/// What was taken out of the photos of something.
///
/// # Errors
/// When the database is away.
pub async fn photos_out<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<PhotosOut, Error> {
    let select = sql(
        db,
        "SELECT DISTINCT g.soort FROM ingreep g WHERE (g.geheel_id = $1 OR g.initiatief_id = $1) AND g.deel_soort = 'foto' \
         AND g.status = 'gedaan' AND (g.soort = 'afschermen' \
         OR EXISTS (SELECT 1 FROM foto f WHERE f.id = g.deel_id AND NOT f.afgeschermd))",
        [id.0.into()],
    );
    let mut out = PhotosOut::default();
    for row in SoortRow::find_by_statement(select).all(db).await? {
        let soort: IngreepSoort = row.soort.parse().map_err(|_unknown| Error::Internal("ingreep.soort".into()))?;
        match soort {
            IngreepSoort::Afschermen => out.is_hidden = true,
            IngreepSoort::Onherkenbaar => out.is_filled = true,
        }
    }
    Ok(out)
}
