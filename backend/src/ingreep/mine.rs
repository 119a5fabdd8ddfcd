//! What a member of staff took out of public view last, for their own work.

use crate::access::Action;
use crate::caller::Caller;
use crate::error::Error;
use crate::ingreep::store;
use crate::ingreep::texts;
use contract::ingreep::DeelSoort;
use contract::werk::EigenWeglating;

/// How many of them.
const MOST: i64 = 10;

/// The last things that this caller took away or asked to, however they stand, as far as they may still do that there; of one gebied,
/// when that is asked.
///
/// # Errors
/// When the database is away.
pub async fn left_out_by(caller: &Caller, only: Option<&str>) -> Result<Vec<EigenWeglating>, Error> {
    let (db, who) = (caller.app.reader(), caller.require_account()?);
    let mut found = Vec::new();
    for own in store::list_by(db, who, MOST).await? {
        let whole = match texts::whole(db, own.geheel).await {
            Ok(whole) => whole,
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let is_asked = only.is_none_or(|gebied| gebied == whole.gebied());
        if !is_asked || !caller.is_allowed(Action::TakeAway, whole.subject()) {
            continue;
        }
        let plan = if own.deel == DeelSoort::Project {
            texts::plans(db, own.geheel).await?.remove(&own.deel_id)
        } else {
            None
        };
        found.push(EigenWeglating {
            ingreep: own.id,
            soort: whole.soort,
            geheel: whole.id,
            titel: whole.titel,
            deel: own.deel,
            veld: own.veld,
            plan,
            status: own.status,
            samengevoegd: own.is_joined,
            op: own.at,
        });
    }
    Ok(found)
}
