//! "Mijn werk": what waits for a member of staff, most urgent first.

pub mod routes;

use crate::access::{Action, Reach};
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::gebied::reference::Reference;
use crate::ingreep;
use crate::initiatief::rules;
use crate::initiatief::store::{self, WerkRow};
use crate::opdracht;
use async_trait::async_trait;
use contract::initiatief::{InitiatiefStatus, OverPersoon, Zicht};
use contract::opdracht::OpdrachtStatus;
use contract::werk::{Werk, WerkApi, WerkFilter, WerkItem};
use contract::{InitiatiefId, Reply};

/// Most items of one list.
const MOST: u64 = 50;

#[async_trait]
impl WerkApi for Caller {
    async fn werk(&self, filter: WerkFilter) -> Reply<Werk> {
        run(|| werk(self, filter.gebied.as_deref())).await
    }
}

async fn werk(caller: &Caller, only: Option<&str>) -> Result<Werk, Error> {
    caller.require_account()?;
    let gebieden = match caller.reach(Action::ReadDossier).within(only) {
        Reach::Nowhere => Some(Vec::new()),
        Reach::Gebieden(gebieden) => Some(gebieden),
        Reach::City => None,
    };
    if caller.reach(Action::ReadWerk) == Reach::Nowhere {
        return Err(Error::Forbidden);
    }
    let reference = caller.app.reference().await?;
    let list = async |status| -> Result<Vec<WerkItem>, Error> {
        let rows = store::list_waiting(caller.app.reader(), gebieden.as_deref(), status, MOST).await?;
        rows.into_iter().map(|row| item(caller, &reference, row)).collect()
    };
    let (new, taken_up) = (list(InitiatiefStatus::Ingediend).await?, list(InitiatiefStatus::InBehandeling).await?);
    let (late_new, nieuw): (Vec<_>, Vec<_>) = new.into_iter().partition(|item| item.te_laat);
    let (late_taken_up, in_behandeling): (Vec<_>, Vec<_>) = taken_up.into_iter().partition(|item| item.te_laat);
    let mut te_laat: Vec<_> = late_new.into_iter().chain(late_taken_up).collect();
    te_laat.sort_by_key(|item| item.antwoord_datum);
    let to_look = store::list_to_look(caller.app.reader(), gebieden.as_deref(), MOST).await?;
    let carry_out =
        [OpdrachtStatus::Gefiatteerd, OpdrachtStatus::Aangenomen, OpdrachtStatus::InUitvoering, OpdrachtStatus::Gereed];
    let orders = async |action, statuses| {
        opdracht::list_waiting(caller.app.reader(), caller.reach(action).within(only), statuses, MOST).await
    };
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let (gevraagd, geweigerd) = ingreep::asked_by_wijkteam(caller, only, most).await?;
    let (weggelaten, weggelaten_meer) = ingreep::left_out_by(caller, only).await?;
    Ok(Werk {
        eerst_kijken: to_look.into_iter().map(|row| item(caller, &reference, row)).collect::<Result<_, _>>()?,
        te_laat,
        nieuw,
        in_behandeling,
        wacht: list(InitiatiefStatus::VraagAanIndiener).await?,
        ter_fiattering: orders(Action::ApproveOpdracht, &[OpdrachtStatus::TerFiattering]).await?,
        uit_te_voeren: orders(Action::CarryOutOpdracht, &carry_out).await?,
        gevraagd,
        geweigerd,
        weggelaten,
        weggelaten_meer,
    })
}

fn item(caller: &Caller, reference: &Reference, row: WerkRow) -> Result<WerkItem, Error> {
    let odd = |what: &str| Error::Internal(format!("initiatief.{what}"));
    let zicht = row.zicht.parse().map_err(|_unknown| odd("zicht"))?;
    let about = row.over_persoon.as_deref().map(str::parse::<OverPersoon>).transpose();
    let status: InitiatiefStatus = row.status.parse().map_err(|_unknown| odd("status"))?;
    let promised = row.antwoord_on.filter(|_| row.beantwoord_at.is_none() && rules::waits_for_answer(status));
    Ok(WerkItem {
        id: InitiatiefId(row.id),
        soort: row.soort.parse().map_err(|_unknown| odd("soort"))?,
        status,
        wijk: reference.wijk(&row.wijk).map_or(row.wijk, |wijk| wijk.naam.clone()),
        titel: row.titel,
        gebied: row.gebied,
        ingediend_op: row.ingediend_at.ok_or_else(|| odd("ingediend_at"))?,
        te_laat: rules::is_late(promised, row.beantwoord_at, caller.app.today()),
        antwoord_datum: promised,
        zicht,
        over_persoon: about.map_err(|_unknown| odd("over_persoon"))?,
        openbaar_vanaf: row.openbaar_vanaf.filter(|_| zicht == Zicht::Wacht),
    })
}
