//! What staff see of what was taken away, and what they may do with it.

use crate::access::Action;
use crate::caller::Caller;
use crate::error::Error;
use crate::ingreep::decide;
use crate::ingreep::photos;
use crate::ingreep::rules;
use crate::ingreep::store::{self, Ingreep as Noted};
use crate::ingreep::texts::{self, Part, Whole};
use contract::foto::FotoView;
use contract::ingreep::{
    DeelSoort, DeelView, Geheel, IngreepStatus, IngreepView, Planverwijzing, Veld, WeglatingenView,
};
use contract::{DeelId, FotoId, GeheelId};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;

/// What this caller is to what is looked at.
#[derive(Debug, Clone, Copy)]
struct Reader {
    /// May take away and put back.
    is_staff: bool,
    /// Is of the stembureau of a vote.
    is_bureau: bool,
}

impl Reader {
    fn of(caller: &Caller, whole: &Whole) -> Self {
        let counts = caller.is_allowed(Action::CountVotes, whole.subject());
        Self {
            is_staff: caller.is_allowed(Action::TakeAway, whole.subject()),
            is_bureau: whole.soort == Geheel::Buurtbegroting && counts,
        }
    }
}

/// The texts and photos of something and what was taken out of them, for who may take away or confirm.
///
/// # Errors
/// [`Error::NotFound`] for others.
pub async fn view(caller: &Caller, id: GeheelId) -> Result<WeglatingenView, Error> {
    caller.require_account()?;
    let db = caller.app.reader();
    let whole = texts::whole(db, id).await?;
    let reader = Reader::of(caller, &whole);
    if !reader.is_staff && !reader.is_bureau {
        return Err(Error::NotFound);
    }
    let plans = texts::plans(db, id).await?;
    let parts = texts::parts(db, &whole).await?;
    let frozen: BTreeSet<String> = parts.iter().filter(|part| part.is_frozen).map(|part| part.tekst.clone()).collect();
    // What was copied goes with what it was copied from, so it is shown once; and waits when one of them does.
    let mut seen = BTreeSet::new();
    let texts = parts.into_iter().filter(|part| seen.insert(part.tekst.clone()));
    let texts = texts.map(|part| {
        let is_frozen = frozen.contains(&part.tekst);
        let plan = plans.get(&part.id).filter(|_| part.soort == DeelSoort::Project).cloned();
        text_view(Part { is_frozen, ..part }, plan)
    });
    let mut delen: Vec<DeelView> = texts.collect();
    let frozen = photos::frozen(db, id).await?;
    for (initiatief, foto) in photos::of(db, &whole).await? {
        let is_plan = whole.soort == Geheel::Buurtbegroting;
        let plan = plans.values().find(|plan| is_plan && plan.initiatief == initiatief).cloned();
        delen.push(photo_view(foto, (&frozen, plan)));
    }
    let mut ingrepen = Vec::new();
    for own in store::list(db, id).await? {
        let plan = plans.get(&own.deel_id).filter(|_| own.deel == DeelSoort::Project).cloned();
        ingrepen.push(noted_view(caller, db, own, (reader, plan)).await?);
    }
    Ok(WeglatingenView { soort: whole.soort, id, titel: whole.titel, mag: reader.is_staff, delen, ingrepen })
}

fn text_view(part: Part, plan: Option<Planverwijzing>) -> DeelView {
    DeelView {
        soort: part.soort,
        id: part.id,
        veld: part.veld,
        tekst: part.tekst,
        foto: None,
        plan,
        bevroren: part.is_frozen,
    }
}

fn photo_view(foto: FotoView, (frozen, plan): (&BTreeSet<FotoId>, Option<Planverwijzing>)) -> DeelView {
    let (id, bevroren) = (DeelId(foto.id.0), frozen.contains(&foto.id));
    let (soort, veld) = (DeelSoort::Foto, Veld::Beeld);
    DeelView { soort, id, veld, tekst: String::new(), foto: Some(foto), plan, bevroren }
}

async fn noted_view<C: ConnectionTrait>(
    caller: &Caller,
    db: &C,
    own: Noted,
    (reader, plan): (Reader, Option<Planverwijzing>),
) -> Result<IngreepView, Error> {
    let is_text = own.deel != DeelSoort::Foto;
    let asker = own.asker();
    // What stood there is for the wijkteam; what waits stands there still, or comes back when the stembureau says so.
    let may_read = reader.is_staff || asker.is_some();
    let can_answer = reader.is_bureau && asker.is_some() && asker != caller.account();
    let can_undo = reader.is_staff && rules::may_undo(own.status, own.is_destroyed, own.is_newest);
    let fits = (can_answer || can_undo) && decide::fits_still(db, &own).await?;
    let (foto_nu, foto_straks) = photos::sides(db, &own).await?;
    Ok(IngreepView {
        id: own.id,
        soort: own.soort,
        deel: own.deel,
        deel_id: own.deel_id,
        veld: own.veld,
        plan,
        status: own.status,
        // A request can always be withdrawn.
        mag_herstellen: can_undo && (own.status == IngreepStatus::Wacht || fits),
        mag_bevestigen: can_answer && fits,
        mag_weigeren: can_answer,
        reden: own.reden,
        door: own.naam,
        gedaan_op: own.at,
        bevestigd: own.bevestigd,
        teruggevraagd: own.teruggevraagd,
        hersteld: own.hersteld.filter(|_| own.status != IngreepStatus::Geweigerd),
        geweigerd: own.geweigerd,
        origineel: own.origineel.filter(|_| is_text && may_read),
        nieuw: Some(own.nieuw).filter(|_| is_text),
        foto_nu,
        foto_straks,
        bewaard_tot: rules::kept_until(own.at).with_timezone(&chrono_tz::Europe::Amsterdam).date_naive(),
    })
}
