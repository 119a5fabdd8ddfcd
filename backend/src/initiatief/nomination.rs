//! An initiatief that is voted on: what happens to it on the way, each time told to its initiator.

use crate::app::Tx;
use crate::caller::Caller;
use crate::error::Error;
use crate::gebeurtenis::Event;
use crate::initiatief::store::{self, Change, Initiatief};
use crate::initiatief::{happened, lifecycle};
use contract::initiatief::{GebeurtenisSoort, InitiatiefStap as Step, InitiatiefStatus as Status};
use contract::{InitiatiefId, OpgaveId};

/// It becomes a project of a round with this title. One that was voted on before may come back.
///
/// # Errors
/// When it cannot from where it is.
pub async fn nominate(tx: &Tx, caller: &Caller, id: InitiatiefId, round: &str) -> Result<(), Error> {
    let initiatief = store::find(tx, id).await?;
    let nominated = if initiatief.status == Status::NaarBuurtbegroting {
        initiatief
    } else {
        let change = Change { answered: true, ..Change::default() };
        step(tx, caller, &initiatief, Step::Nominate, change).await?
    };
    happened(tx, caller, &nominated, &Event::new(GebeurtenisSoort::Genomineerd).saying(round)).await
}

async fn step(
    tx: &Tx,
    caller: &Caller,
    initiatief: &Initiatief,
    step: Step,
    change: Change,
) -> Result<Initiatief, Error> {
    let status = lifecycle::next(initiatief.status, step)?;
    store::advance(tx, &caller.app, initiatief, initiatief.version, status, change).await
}

/// The wijkteam did not admit it, for this reason.
///
/// # Errors
/// When it cannot be written.
pub async fn not_admitted(tx: &Tx, caller: &Caller, id: InitiatiefId, reason: &str) -> Result<(), Error> {
    tell(tx, caller, id, GebeurtenisSoort::NietToegelaten, reason).await
}

/// Voters chose it: it is part of this opgave from here on. What was withdrawn meanwhile stays so.
///
/// # Errors
/// When it cannot be written.
pub async fn chosen(tx: &Tx, caller: &Caller, id: InitiatiefId, opgave: OpgaveId, reason: &str) -> Result<(), Error> {
    let initiatief = store::find(tx, id).await?;
    if lifecycle::next(initiatief.status, Step::Link).is_ok() {
        let change = Change { answered: true, opgave: Some(opgave), ..Change::default() };
        step(tx, caller, &initiatief, Step::Link, change).await?;
    }
    tell(tx, caller, id, GebeurtenisSoort::Gekozen, reason).await
}

/// Voters chose others, for this reason.
///
/// # Errors
/// When it cannot be written.
pub async fn not_chosen(tx: &Tx, caller: &Caller, id: InitiatiefId, reason: &str) -> Result<(), Error> {
    tell(tx, caller, id, GebeurtenisSoort::NietGekozen, reason).await
}

/// The vote was stopped, for this reason: nothing was decided about it.
///
/// # Errors
/// When it cannot be written.
pub async fn vote_stopped(tx: &Tx, caller: &Caller, id: InitiatiefId, reason: &str) -> Result<(), Error> {
    tell(tx, caller, id, GebeurtenisSoort::StemmingGestopt, reason).await
}

async fn tell(tx: &Tx, caller: &Caller, id: InitiatiefId, soort: GebeurtenisSoort, reason: &str) -> Result<(), Error> {
    let initiatief = store::find(tx, id).await?;
    happened(tx, caller, &initiatief, &Event::new(soort).saying(reason)).await
}
