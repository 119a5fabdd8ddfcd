//! A result whose plans, or the vote itself, are called otherwise than when it was counted: words were taken out of public
//! view since. What was counted stays as it was, for ever; what is shown is counted again from the same ballots, with the titles
//! of now. So page, report, table and `.pb` file say one thing, and each sentence that names a plan does.

use crate::app::App;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::error::{Error, Exchanged};
use crate::stembus::store::{self, Outcome, Part};
use contract::stembureau::{ProjectUitslag, UitslagView};
use contract::{BuurtbegrotingId, ProjectId};
use natellen::{Choice, Frozen, FrozenProject, Odd};
use sea_orm::ConnectionTrait;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Titles as they are shown: of the vote and of its plans.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Titles {
    round: String,
    plans: BTreeMap<ProjectId, String>,
}

/// So many results are remembered: few rounds have words taken out after their count.
const REMEMBERED: usize = 8;

/// Results that were counted again, in memory, each with the titles that it was counted with.
#[derive(Debug, Default)]
pub struct Recounted {
    known: RwLock<HashMap<BuurtbegrotingId, (Titles, Arc<Outcome>)>>,
    /// Whoever counts again: everybody else waits for that, instead of holding all ballots in memory as well.
    turn: Mutex<()>,
}

impl Recounted {
    fn get(&self, id: BuurtbegrotingId, titles: &Titles) -> Option<Arc<Outcome>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).filter(|(own, _)| own == titles).map(|(_, outcome)| Arc::clone(outcome))
    }

    fn put(&self, id: BuurtbegrotingId, titles: Titles, outcome: &Arc<Outcome>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(id, (titles, Arc::clone(outcome)));
    }
}

/// The rules of a round, its projects called as they are shown now.
///
/// # Errors
/// When voting never opened, or when a text is shown that is not the one that was frozen.
pub async fn frozen<C: ConnectionTrait>(db: &C, round: &Buurtbegroting) -> Result<Frozen, Error> {
    let (frozen, plans) = (round.frozen()?, buurtbegroting::plans(db, round.id).await?);
    let is_as_frozen = |own: &FrozenProject| {
        let shown = plans.iter().find(|plan| plan.id == own.id);
        shown.is_none_or(|plan| {
            let (titel, tekst) = (plan.titel_zout.as_deref(), plan.tekst_zout.as_deref());
            own.is_of((&plan.titel, titel), (&plan.tekst, tekst))
        })
    };
    if !frozen.projecten.iter().all(is_as_frozen) {
        return Err(Odd::OtherRules.into());
    }
    Ok(frozen.titled(&plans.into_iter().map(|plan| (plan.id, plan.titel)).collect()))
}

/// A part of what a count gave, as everybody may see it.
///
/// # Errors
/// [`Error::NotFound`] when there was none.
pub async fn outcome(app: &App, round: &Buurtbegroting, part: Part) -> Result<String, Error> {
    let db = app.databases().primary();
    let kept = store::outcome(db, round.id, part).await?;
    if part == Part::Controlecodes {
        return Ok(kept);
    }
    let weergave =
        if part == Part::Weergave { kept.clone() } else { store::outcome(db, round.id, Part::Weergave).await? };
    let view: UitslagView = serde_json::from_str(&weergave).map_err(|_odd| Exchanged::Outcome)?;
    let titles = Titles { round: round.titel.clone(), plans: buurtbegroting::titles(db, round.id).await? };
    let is_as_counted = |own: &ProjectUitslag| titles.plans.get(&own.project).is_none_or(|titel| *titel == own.titel);
    if !round.is_retitled && view.projecten.iter().all(is_as_counted) {
        return Ok(kept);
    }
    let outcome = match app.recounted.get(round.id, &titles) {
        Some(known) => known,
        None => {
            let _turn = app.recounted.turn.lock().await;
            if let Some(known) = app.recounted.get(round.id, &titles) {
                known
            } else {
                let counted = Arc::new(again(app, round, &titles, &view).await?);
                app.recounted.put(round.id, titles, &counted);
                counted
            }
        }
    };
    Ok(match part {
        Part::Weergave => outcome.weergave.clone(),
        // Of a vote by few there is no report.
        Part::Rapport => outcome.rapport.clone(),
        Part::Tabel => outcome.tabel.clone(),
        Part::Pb => outcome.pb.clone(),
        Part::Controlecodes => kept,
    })
}

/// Counts the opened ballots again. What no count finds is taken from the one that was published.
async fn again(app: &App, round: &Buurtbegroting, titles: &Titles, published: &UitslagView) -> Result<Outcome, Error> {
    let mut frozen = round.frozen()?.titled(&titles.plans);
    frozen.titel.clone_from(&titles.round);
    let mut ballots: Vec<Vec<Choice>> = Vec::new();
    for text in store::opened(app.databases().primary(), round.id).await? {
        ballots.push(serde_json::from_str(&text).map_err(|_odd| Exchanged::Outcome)?);
    }
    ballots.sort();
    // The same ballots were counted before, by the same rules.
    let counted = app.looking.run(move || natellen::count(&frozen, &ballots, || false)).await?;
    let natellen::Counted { mut view, report, table, pb } = counted.map_err(|_odd| Exchanged::Outcome)?;
    // Of a vote by few this would tell how many voted (SECURITY-RULES H-7).
    view.ongeldig = if view.weinig { 0 } else { published.ongeldig };
    view.brieven = published.brieven;
    view.vervangen_brieven = published.vervangen_brieven;
    view.ongecontroleerd = published.ongecontroleerd;
    for own in &mut view.projecten {
        let before = published.projecten.iter().find(|before| before.project == own.project);
        own.meer_kiezers = before.and_then(|before| before.meer_kiezers);
    }
    let weergave = serde_json::to_string(&view).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Outcome { weergave, rapport: report, tabel: table, pb, controlecodes: String::new() })
}
