//! A plan whose money was decided on elsewhere: an opgave with an inzet, an activiteit and a concept of an opdracht for
//! each piece of work.

use crate::app::Tx;
use crate::audit;
use crate::caller::Caller;
use crate::error::Error;
use crate::opdracht;
use crate::opgave::operations::reserve;
use crate::opgave::store;
use contract::field::{Code, Field as _, Naam, Titel, Verhaal};
use contract::opdracht::{NewOpdracht, OpdrachtSoort, OpdrachtnemerSoort};
use contract::opgave::{NewActiviteit, NewInzet, NewOpgave};
use contract::{ActiviteitId, Euro, InitiatiefId, OpgaveId};

/// What all pieces of work have in common.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Code of the gebied.
    pub gebied: Code,
    /// One line.
    pub titel: Titel,
    /// The whole story.
    pub tekst: Verhaal,
    /// Code of the theme.
    pub thema: Code,
    /// Code of the product that pays.
    pub product: &'a str,
    /// Year of the wijkbudget.
    pub jaar: i32,
}

/// One piece of work.
#[derive(Debug, Clone)]
pub struct Work {
    /// One line.
    pub titel: Titel,
    /// What it is.
    pub tekst: Verhaal,
    /// What it costs.
    pub kosten: Euro,
    /// The initiatief that it comes from.
    pub initiatief: Option<InitiatiefId>,
}

/// Who does the work is for the wijkteam to say, before it asks for fiat.
const NOBODY_YET: &str = "Nog te kiezen";

/// Makes all of it, in the caller's transaction and under the caller's name. Who may is for the caller to know: here
/// nobody decides anything any more.
///
/// # Errors
/// [`Error::TooLittle`] when the money is not free.
pub async fn carry_out(
    tx: &Tx,
    caller: &Caller,
    plan: Plan<'_>,
    works: Vec<Work>,
) -> Result<(OpgaveId, Vec<ActiviteitId>), Error> {
    let (app, by) = (&caller.app, caller.require_account()?);
    let product = Code::parse(plan.product).map_err(|flaw| Error::field("/product", flaw))?;
    let gebied = plan.gebied.as_str().to_owned();
    let new = NewOpgave { gebied: plan.gebied, titel: plan.titel, tekst: plan.tekst, thema: plan.thema };
    let opgave = store::insert(tx, app, new, by).await?;
    audit::note(tx, caller, "opgave.maken", format!("opgave:{opgave}"), "gelukt", None).await?;
    let mut activiteiten = Vec::with_capacity(works.len());
    for work in works {
        let geld = Some((product.clone(), work.kosten));
        let money = NewInzet { geld, jaar: Some(plan.jaar), uren: None, wie: None };
        let inzet = store::insert_inzet(tx, app, opgave, money, plan.jaar, by).await?;
        reserve(tx, caller, (&gebied, plan.jaar), (inzet, &product, work.kosten)).await?;
        let doing = NewActiviteit { titel: work.titel.clone(), wie: None, begin: None, eind: None };
        let activiteit = store::insert_activiteit(tx, app, inzet, doing, by).await?;
        let order = NewOpdracht {
            soort: OpdrachtSoort::Uitvoeren,
            titel: work.titel,
            tekst: work.tekst,
            opdrachtnemer: OpdrachtnemerSoort::Backoffice,
            opdrachtnemer_naam: Naam::parse(NOBODY_YET).map_err(|flaw| Error::field("/opdrachtnemerNaam", flaw))?,
            product: product.clone(),
            bedrag: work.kosten,
            initiatief: work.initiatief,
        };
        opdracht::draw_up(tx, app, &store::find_activiteit(tx, activiteit).await?, order, by).await?;
        activiteiten.push(activiteit);
    }
    Ok((opgave, activiteiten))
}
