//! What a vote opened with, told outside the database as well: its rules, its plans, the key that ballots are sealed to, and the
//! form of its box. All of it stands in the frozen rules, in one row with their hash, where whoever writes in the database
//! changes both. So a proof of the hash is put beside the secret of the round when the vote opens, and from then on the rules
//! are held against it: while people vote, when the box is shut, and at every count (SECURITY-RULES V-1a, V-2).

use crate::app::App;
use crate::buurtbegroting::Buurtbegroting;
use crate::error::Error;
use crate::stembus::codes::{self, RoundKey};
use contract::BuurtbegrotingId;
use natellen::{Frozen, Odd};
use object_store::path::Path;

/// How the rules of a vote stand to those that it opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They are the same.
    Same,
    /// A version opened it that told of this nowhere.
    OfBefore,
    /// They are others, or the form of the box is another.
    Changed,
}

fn folder(id: BuurtbegrotingId) -> Path {
    Path::from(format!("{id}/opening"))
}

fn place(id: BuurtbegrotingId, proof: &[u8]) -> Path {
    folder(id).join(hex::encode(proof))
}

/// Tells what a vote opens with, before the transaction that opens it. What is told in vain, when that is given up, does no harm:
/// those are rules that this program made in that moment.
///
/// # Errors
/// When the place of the secrets is away.
pub async fn tell(app: &App, id: BuurtbegrotingId, hash: &str) -> Result<(), Error> {
    let key = codes::round_key(app, id).await?;
    // What it says is for people who compare it with the page.
    codes::put_once(app, &place(id, &key.proof_of_opening(id, hash)), hash.into()).await
}

/// Holds the rules of a vote, as the database has them, against what was told.
///
/// # Errors
/// [`Error::VotingIsShut`] when it did not open; when the place of the secrets is away, or a later version wrote the rules.
pub async fn standing(app: &App, round: &Buurtbegroting, key: &RoundKey) -> Result<Standing, Error> {
    let (text, hash) = round.bevroren.as_ref().ok_or(Error::VotingIsShut)?;
    let frozen = match Frozen::from_text(text, hash) {
        Err(Odd::OtherRules) => return Ok(Standing::Changed),
        other => other?,
    };
    if frozen.vorm != round.vorm.nummer() {
        return Ok(Standing::Changed);
    }
    if codes::is_there(app, &place(round.id, &key.proof_of_opening(round.id, hash))).await? {
        return Ok(Standing::Same);
    }
    let is_untold = codes::names_in(app, &folder(round.id)).await?.is_empty();
    Ok(if is_untold { Standing::OfBefore } else { Standing::Changed })
}
