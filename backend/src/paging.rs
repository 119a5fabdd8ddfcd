//! Lists in pieces: limits and cursors, the same for every list.

use crate::error::Error;
use contract::PageQuery;
use contract::field::{FieldCode, Flaw};
use uuid::Uuid;

/// How many items a piece holds.
///
/// # Errors
/// When more (or less) is asked than is given.
pub fn limit(query: &PageQuery) -> Result<u64, Error> {
    match query.limit.unwrap_or(PageQuery::DEFAULT_LIMIT) {
        0 => Err(Error::field("/limit", FieldCode::TeLaag)),
        limit if limit > PageQuery::MAX_LIMIT => Err(Error::field(
            "/limit",
            Flaw { code: FieldCode::TeHoog, limit: u32::try_from(PageQuery::MAX_LIMIT).ok() },
        )),
        limit => Ok(limit),
    }
}

/// Where a piece starts, when ids order the list.
///
/// # Errors
/// When the cursor is none of ours.
pub fn cursor(query: &PageQuery) -> Result<Option<Uuid>, Error> {
    query.cursor.as_deref().map(|text| text.parse().map_err(|_odd| bad_cursor())).transpose()
}

/// A cursor that is none of ours.
#[must_use]
pub fn bad_cursor() -> Error {
    Error::field("/cursor", FieldCode::OngeldigeKeuze)
}

/// Cuts one row more than was asked into the piece and the cursor of the next.
pub fn split<T>(mut rows: Vec<T>, limit: u64, cursor: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(cursor) } else { None };
    (rows, next)
}
