//! How often something may be tried, counted in the database so that it holds over instances (SECURITY-RULES B-1).

use crate::app::App;
use crate::database::sql;
use crate::error::Error;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// At most `most` times in each window of `seconds`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is counted.
    pub name: &'static str,
    /// How often.
    pub most: i64,
    /// Per how many seconds.
    pub seconds: i64,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Wrong passwords for one account.
pub const LOGIN_ACCOUNT: Limit = Limit { name: "login-account", most: 5, seconds: 900 };
/// Wrong passwords from one address.
pub const LOGIN_ORIGIN: Limit = Limit { name: "login-adres", most: 30, seconds: 900 };
/// Mails with a link to one address.
pub const MAIL_ADDRESS: Limit = Limit { name: "mail-adres", most: 3, seconds: HOUR };
/// Mails with a link asked from one address.
pub const MAIL_ORIGIN: Limit = Limit { name: "mail-herkomst", most: 20, seconds: HOUR };
/// Initiatieven of one account or guest address.
pub const INITIATIEF_PERSON: Limit = Limit { name: "initiatief-persoon", most: 5, seconds: DAY };
/// Initiatieven from one address.
pub const INITIATIEF_ORIGIN: Limit = Limit { name: "initiatief-herkomst", most: 20, seconds: DAY };
/// Support by one account.
pub const STEUN: Limit = Limit { name: "steun", most: 60, seconds: HOUR };
/// Photos of one account or address.
pub const FOTO: Limit = Limit { name: "foto", most: 10, seconds: HOUR };
/// Links tried from one address.
pub const LINK_ORIGIN: Limit = Limit { name: "link-herkomst", most: 60, seconds: HOUR };

/// Wrong codes tried from one address.
pub const STEMCODE_ORIGIN: Limit = Limit { name: "stemcode-herkomst", most: 10, seconds: 600 };
/// Wrong codes tried from everywhere: more than these and somebody must look.
pub const STEMCODE_ALL: Limit = Limit { name: "stemcode", most: 200, seconds: HOUR };

#[derive(Debug, FromQueryResult)]
struct Count {
    aantal: i64,
}

/// Counts one more, and refuses when that is too many. In the transaction of what is limited, so that only what
/// happened counts; on its own where a failure must count.
///
/// # Errors
/// [`Error::TooOften`] with the seconds to wait.
pub async fn take<C: ConnectionTrait>(db: &C, app: &App, limit: Limit, who: &str) -> Result<(), Error> {
    let now = app.now().timestamp();
    let window = now - now.rem_euclid(limit.seconds);
    let upsert = sql(
        db,
        "INSERT INTO poging (sleutel, venster, aantal) VALUES ($1, $2, 1) \
         ON CONFLICT (sleutel, venster) DO UPDATE SET aantal = poging.aantal + 1 RETURNING aantal",
        [format!("{}:{who}", limit.name).into(), window.into()],
    );
    let count = Count::find_by_statement(upsert).one(db).await?;
    if count.is_none_or(|count| count.aantal <= limit.most) { Ok(()) } else { Err(too_often(limit, now)) }
}

/// Refuses when the limit is reached already, without counting.
///
/// # Errors
/// [`Error::TooOften`] with the seconds to wait.
pub async fn check<C: ConnectionTrait>(db: &C, app: &App, limit: Limit, who: &str) -> Result<(), Error> {
    let now = app.now().timestamp();
    let window = now - now.rem_euclid(limit.seconds);
    let select = sql(
        db,
        "SELECT aantal FROM poging WHERE sleutel = $1 AND venster = $2",
        [format!("{}:{who}", limit.name).into(), window.into()],
    );
    let count = Count::find_by_statement(select).one(db).await?;
    if count.is_none_or(|count| count.aantal < limit.most) { Ok(()) } else { Err(too_often(limit, now)) }
}

fn too_often(limit: Limit, now: i64) -> Error {
    let wait = limit.seconds - now.rem_euclid(limit.seconds);
    Error::TooOften { wait: u32::try_from(wait).unwrap_or(u32::MAX) }
}
