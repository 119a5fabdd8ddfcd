//! A custodian tries the key of their own, without another: two of three show that the key of the ballots works, and the third
//! would hear only at the count that theirs does not. Their browser opens their part and sends what only that part gives; the part
//! itself stays with them, so that nobody sees more of it than before.

use super::{hold, own, rules, store};
use crate::buurtbegroting::Buurtbegroting;
use crate::caller::Caller;
use crate::error::{Error, NotNow};
use crate::stembus::bewaarders::store::Keeper;
use crate::stembus::{bureau, codes};
use contract::BuurtbegrotingId;
use contract::bewaarder::{BewaarderView, ProbeerSleutel};
use contract::buurtbegroting::BuurtbegrotingStap as Step;
use contract::field::FieldCode;

/// Notes that a custodian's own key opens their own part.
///
/// # Errors
/// When there is no part to open, or this is not what theirs gives.
pub async fn try_key(caller: &Caller, id: BuurtbegrotingId, request: &ProbeerSleutel) -> Result<BewaarderView, Error> {
    let controle = request.parse()?;
    // First whether they may: for others there is perhaps no secret to look for.
    let tx = caller.app.begin().await?;
    let (round, keeper) = hold(caller, &tx, id).await?;
    check_has_part(&round, &keeper)?;
    drop(tx);
    let secret = codes::round_key(&caller.app, id).await?;
    let tx = caller.app.begin().await?;
    let (round, keeper) = hold(caller, &tx, id).await?;
    check_has_part(&round, &keeper)?;
    // A part that somebody put there in the database is not theirs, whatever opens it.
    super::check_as_made(&round, &keeper, &secret)?;
    if !rules::shows_own(&keeper, controle) {
        return Err(Error::field("/controle", FieldCode::NietUwDeel));
    }
    if store::mark_tried(&tx, id, keeper.plaats, round.now).await? {
        bureau::note(&tx, caller, "bewaarder.proberen", id, None).await?;
    }
    tx.commit().await?;
    own(caller, id).await
}

fn check_has_part(round: &Buurtbegroting, keeper: &Keeper) -> Result<(), Error> {
    if keeper.part.is_some() && !super::is_over(round) {
        return Ok(());
    }
    Err(NotNow::Buurtbegroting(round.fase, Step::ProveKey).into())
}
