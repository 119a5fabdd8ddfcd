//! When an initiatief leaves public view, the plans that were made of it leave with it: their words, and the words that
//! went from them into the wijkactieplan, the ledger and the timelines of others (SECURITY-RULES G-3).

use crate::app::{App, Tx};
use crate::buurtbegroting::store::{self, Words};
use crate::error::Error;
use crate::outbox::{self, Notice};
use crate::{gebeurtenis, opdracht, opgave};
use contract::account::Role;
use contract::ingreep::Veld;
use contract::weglating::WEGGELATEN;
use contract::{AccountId, BuurtbegrotingId, InitiatiefId, ProjectId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whether an initiatief that leaves public view can come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// It was shielded.
    ForNow,
    /// It was referred or withdrawn.
    ForGood,
}

/// A text of a plan that people vote on, or voted on, and that was read there until now.
#[derive(Debug, Clone)]
pub struct LeftBallot {
    /// In which round.
    pub round: BuurtbegrotingId,
    /// Which plan.
    pub project: ProjectId,
    /// Which of its texts.
    pub veld: Veld,
    /// What was read there.
    pub tekst: String,
    /// Whether people vote on the plan: it was not refused.
    pub is_admitted: bool,
}

/// Takes the words of the plans of these initiatieven out of every round. Where people vote, or voted, the vote goes on without
/// them, and its stembureau hears of it. The rounds are held, see [`store::hold_rounds_of`]. Gives what left a ballot.
///
/// # Errors
/// When it cannot be written.
pub async fn leave_public(
    tx: &Tx,
    app: &App,
    ids: &[InitiatiefId],
    (by, leaves): (Option<AccountId>, Leaves),
) -> Result<Vec<LeftBallot>, Error> {
    let mut left = Vec::new();
    for id in ids {
        left.extend(leave_rounds(tx, app, *id, by).await?);
    }
    tell_stembureau(tx, app, &left, (by, leaves)).await?;
    Ok(left)
}

async fn leave_rounds(tx: &Tx, app: &App, id: InitiatiefId, by: Option<AccountId>) -> Result<Vec<LeftBallot>, Error> {
    let words = store::words_of(tx, id).await?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    store::hide_unfrozen(tx, app, id).await?;
    let masked = store::mask_frozen(tx, app, id, by).await?;
    let left = masked.into_iter().filter_map(|(project, veld)| left_ballot(&words, project, veld)).collect();
    for own in words {
        let (titel, tekst) = ((own.titel.as_str(), WEGGELATEN), (own.tekst.as_str(), WEGGELATEN));
        if let Some(activiteit) = own.activiteit {
            opgave::rewrite_titel(tx, activiteit, titel).await?;
            opdracht::rewrite_copies(tx, app, activiteit, titel, tekst).await?;
        }
        gebeurtenis::rename_plan(tx, own.round, &own.code, titel).await?;
        // They call it as it was read: words may have been left out of its title before.
        gebeurtenis::rename_plan(tx, own.round, &own.code, (&own.getoonde_titel, WEGGELATEN)).await?;
    }
    Ok(left)
}

/// What was read there; nothing when nothing was left of it.
fn left_ballot(words: &[Words], project: ProjectId, veld: Veld) -> Option<LeftBallot> {
    let own = words.iter().find(|own| own.id == project)?;
    let tekst = if veld == Veld::Titel { &own.getoonde_titel } else { &own.getoonde_tekst };
    let is_admitted = own.is_admitted;
    (tekst != WEGGELATEN).then(|| LeftBallot { round: own.round, project, veld, tekst: tekst.clone(), is_admitted })
}

/// The stembureau hears that a plan of its vote is not read any more: one person did that. Of what never comes back it hears until
/// the ballots are counted; what can come back takes its yes, also later.
async fn tell_stembureau(
    tx: &Tx,
    app: &App,
    left: &[LeftBallot],
    (by, leaves): (Option<AccountId>, Leaves),
) -> Result<(), Error> {
    let rounds: BTreeSet<BuurtbegrotingId> = left.iter().filter(|own| own.is_admitted).map(|own| own.round).collect();
    let but = by.unwrap_or(AccountId(Uuid::nil()));
    for id in rounds {
        let round = store::find(tx, app, id).await?;
        let is_over = round.geteld_at.is_some() || round.gestopt.is_some();
        if leaves == Leaves::ForGood && is_over {
            continue;
        }
        let notice = Notice::PlanAfgeschermd { buurtbegroting: id, definitief: leaves == Leaves::ForGood };
        outbox::tell_role(tx, app, (Role::Stembureau, &round.gebied), but, &notice).await?;
    }
    Ok(())
}
