//! What a result leads to: the chosen projects become inzet, activiteit and concept opdracht, the money is divided over
//! them, and every initiator hears why theirs was chosen or not.

use crate::app::Tx;
use crate::buurtbegroting::operations::give_back;
use crate::buurtbegroting::store::{self, Buurtbegroting};
use crate::caller::Caller;
use crate::error::Error;
use crate::initiatief;
use crate::opgave::{self, Plan, Work};
use contract::BuurtbegrotingId;
use contract::field::Field;
use contract::project::{ProjectStatus, ProjectView};
use contract::stembureau::{ProjectUitslag, UitslagView};

/// Carries a result into the wijkactieplan, in the transaction of the count.
///
/// # Errors
/// When the ledger does not hold what was set aside.
pub async fn conclude(tx: &Tx, caller: &Caller, round: &Buurtbegroting, uitslag: &UitslagView) -> Result<(), Error> {
    let projects = store::projects(tx, round.id).await?;
    let of = |own: &ProjectUitslag| projects.iter().find(|project| project.id == own.project);
    let known: Vec<(&ProjectUitslag, &ProjectView)> =
        uitslag.projecten.iter().filter_map(|own| Some((own, of(own)?))).collect();
    // First all of it is free again, then each winner takes its own: the ledger shows both.
    give_back(tx, caller, round).await?;
    let chosen: Vec<&ProjectView> = known.iter().filter(|(own, _)| own.gekozen).map(|(_, own)| *own).collect();
    let works: Vec<Work> = chosen.iter().map(|own| work(own)).collect::<Result<_, _>>()?;
    let opgave = match chosen.first() {
        Some(first) => {
            let (opgave, activiteiten) = opgave::carry_out(tx, caller, plan(round, &first.thema)?, works).await?;
            for (own, activiteit) in chosen.iter().zip(activiteiten) {
                store::lead_to(tx, own.id, activiteit).await?;
            }
            Some(opgave)
        }
        None => None,
    };
    for (own, project) in known {
        let Some(id) = project.initiatief else { continue };
        match opgave.filter(|_| own.gekozen) {
            Some(opgave) => initiatief::chosen(tx, caller, id, opgave, &own.uitleg).await?,
            None => initiatief::not_chosen(tx, caller, id, &own.uitleg).await?,
        }
    }
    Ok(())
}

/// Every initiator whose plan still took part hears that the vote was stopped, and why.
///
/// # Errors
/// When it cannot be written.
pub async fn tell_stopped(tx: &Tx, caller: &Caller, id: BuurtbegrotingId, reason: &str) -> Result<(), Error> {
    for project in store::projects(tx, id).await? {
        let takes_part = match project.status {
            ProjectStatus::Voorgesteld | ProjectStatus::Toegelaten => true,
            ProjectStatus::Afgewezen | ProjectStatus::Vervallen => false,
        };
        if let Some(initiatief) = project.initiatief.filter(|_| takes_part) {
            initiatief::vote_stopped(tx, caller, initiatief, reason).await?;
        }
    }
    Ok(())
}

fn stored<T: Field>(what: &str, text: &str) -> Result<T, Error> {
    T::parse(text).map_err(|flaw| Error::Internal(format!("{what} was stored and is not right: {flaw:?}")))
}

fn plan<'a>(round: &'a Buurtbegroting, thema: &str) -> Result<Plan<'a>, Error> {
    Ok(Plan {
        gebied: stored("a gebied", &round.gebied)?,
        titel: stored("a title", &round.titel)?,
        tekst: stored("a text", &round.uitleg)?,
        thema: stored("a theme", thema)?,
        product: &round.product,
        jaar: round.jaar,
    })
}

fn work(project: &ProjectView) -> Result<Work, Error> {
    debug_assert_eq!(project.status, ProjectStatus::Toegelaten, "nobody could vote for another");
    Ok(Work {
        titel: stored("a title", &project.titel)?,
        tekst: stored("a text", &project.tekst)?,
        kosten: project.kosten,
        initiatief: project.initiatief,
    })
}
