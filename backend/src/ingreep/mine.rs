//! What a member of staff took out of public view last, for their own work.

use crate::access::Action;
use crate::caller::Caller;
use crate::error::Error;
use crate::ingreep::behind::Behind;
use crate::ingreep::store::{self, Ingreep as Noted};
use crate::ingreep::texts;
use crate::ingreep::view::{named, words_of};
use chrono::{DateTime, TimeDelta, Utc};
use contract::ingreep::IngreepStatus;
use contract::werk::EigenWeglating;
use contract::{AccountId, VerzoekId};
use sea_orm::ConnectionTrait;

/// How many of them, when there are no more of the last day.
const LAST: usize = 10;
/// How many of the last day.
const MOST: usize = 50;

/// What this caller took away or asked to in the last 24 hours, or else the last of it, however it stands, as far as they may still do
/// that there; of one gebied, when that is asked. With it how many more there are.
///
/// # Errors
/// When the database is away.
pub async fn left_out_by(caller: &Caller, only: Option<&str>) -> Result<(Vec<EigenWeglating>, u32), Error> {
    let (db, who) = (caller.app.reader(), caller.require_account()?);
    let noted = store::list_by(db, who, i64::try_from(MOST).unwrap_or(i64::MAX)).await?;
    let shown = shown(&noted, caller.app.now() - TimeDelta::hours(24));
    // Of one gebied nobody counted.
    let all = if only.is_none() { store::count_by(db, who).await? } else { 0 };
    let more = all.saturating_sub(u32::try_from(shown).unwrap_or(u32::MAX));
    let (mut found, mut behind) = (Vec::new(), Behind::default());
    for own in noted.into_iter().take(shown) {
        let whole = match texts::whole(db, own.geheel).await {
            Ok(whole) => whole,
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let is_asked = only.is_none_or(|gebied| gebied == whole.gebied());
        if !is_asked || !caller.is_allowed(Action::TakeAway, whole.subject()) {
            continue;
        }
        let (plan, foto) = named(db, &own, &texts::plans(db, own.geheel).await?).await?;
        let is_about = own.status == IngreepStatus::Gedaan || own.asker().is_some();
        let achter = if is_about { behind.of(db, (&own, plan.as_ref())).await? } else { None };
        let (samengevoegd, ingetrokken_door) = withdrawal(db, &own, who).await?;
        found.push(EigenWeglating {
            ingreep: own.id,
            soort: whole.soort,
            geheel: whole.id,
            titel: whole.titel,
            deel: own.deel,
            veld: own.veld,
            wijze: own.soort,
            plan,
            status: own.status,
            samengevoegd,
            ingetrokken_door,
            op: own.at,
            verzoek: own.verzoek.map(VerzoekId),
            woorden: words_of(&own),
            reden: own.reden,
            achter,
            foto,
        });
    }
    Ok((found, more))
}

/// Whether a later request took it up and was not withdrawn with it; and what the colleague is called who withdrew it, by itself or with
/// that one: nothing where that was this caller, or nobody.
async fn withdrawal<C: ConnectionTrait>(db: &C, own: &Noted, who: AccountId) -> Result<(bool, Option<String>), Error> {
    let heir = if own.is_joined { store::find_heir(db, own).await? } else { None };
    let last = heir.as_ref().unwrap_or(own);
    let is_over = last.status == IngreepStatus::Ingetrokken && !last.is_joined;
    let by_other = last.hersteld.as_ref().filter(|_| is_over && last.hersteld_door != Some(who));
    Ok((own.is_joined && !is_over, by_other.map(|by| by.door.clone())))
}

/// How many of these are told, of which the newest come first.
fn shown(noted: &[Noted], since: DateTime<Utc>) -> usize {
    noted.iter().take_while(|own| own.at > since).count().max(LAST).min(noted.len())
}
