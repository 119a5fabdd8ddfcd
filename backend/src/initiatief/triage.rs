//! What the wijkteam can do with what was handed in. Every answer carries a reason, and the initiator is told.

use crate::access::Action;
use crate::account::links;
use crate::app::Tx;
use crate::audit;
use crate::buurtbegroting::{self, Leaves};
use crate::caller::{Caller, run};
use crate::error::{Error, NotNow};
use crate::gebeurtenis::{self, Event, Eyes, Timeline};
use crate::gebied::reference::Lijst;
use crate::ingreep;
use crate::initiatief::first_look::tell_shown;
use crate::initiatief::operations::{code, happened, leave_public, said, view};
use crate::initiatief::store::{self, Change, Initiatief};
use crate::initiatief::{lifecycle, rules};
use async_trait::async_trait;
use contract::field::FieldCode;
use contract::initiatief::{
    GebeurtenisSoort, InitiatiefDossier, InitiatiefStap as Step, Link, LinkTo, Merge, Refer, Reject, Shield, Tell,
    TriageApi, Zicht,
};
use contract::{InitiatiefId, Reply, Version};
use frontend::i18n::Lang;
use sea_orm::ConnectionTrait;

#[async_trait]
impl TriageApi for Caller {
    async fn dossier(&self, id: InitiatiefId) -> Reply<InitiatiefDossier> {
        run(async || {
            let initiatief = find(self, self.app.reader(), id).await?;
            dossier(self, &initiatief).await
        })
        .await
    }

    async fn take_up(&self, id: InitiatiefId, version: Version) -> Reply<InitiatiefDossier> {
        run(async || {
            let event = Event::new(GebeurtenisSoort::InBehandeling);
            step(self, id, version, Step::TakeUp, Change::default(), event).await
        })
        .await
    }

    async fn ask_initiator(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<InitiatiefDossier> {
        run(async || {
            let event = said(GebeurtenisSoort::Vraag, request.parse()?, request.openbaar);
            step(self, id, version, Step::Ask, Change::default(), event).await
        })
        .await
    }

    async fn respond(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<InitiatiefDossier> {
        run(|| respond(self, id, version, &request)).await
    }

    async fn merge(&self, id: InitiatiefId, version: Version, request: Merge) -> Reply<InitiatiefDossier> {
        run(|| merge(self, id, version, &request)).await
    }

    async fn release(&self, id: InitiatiefId, version: Version) -> Reply<InitiatiefDossier> {
        run(|| release(self, id, version)).await
    }

    async fn shield(&self, id: InitiatiefId, version: Version, request: Shield) -> Reply<InitiatiefDossier> {
        run(|| shield(self, id, version, &request)).await
    }

    async fn refer(&self, id: InitiatiefId, version: Version, request: Refer) -> Reply<InitiatiefDossier> {
        run(async || {
            let (naar, reden) = request.parse()?;
            let reden = reden.into_string();
            let who = Lang::default().ligt_bij(naar);
            let event = Event::new(GebeurtenisSoort::Doorverwezen).saying(format!("{who}\n\n{reden}"));
            let change = Change {
                answered: true,
                doorverwezen_naar: Some(naar.as_str()),
                reden: Some(reden),
                ..Change::default()
            };
            step(self, id, version, Step::Refer, change, event).await
        })
        .await
    }

    async fn reject(&self, id: InitiatiefId, version: Version, request: Reject) -> Reply<InitiatiefDossier> {
        run(async || {
            let (criterium, reden) = request.parse()?;
            let reference = self.app.reference().await?;
            if !reference.has(Lijst::Criterium, criterium.as_str()) {
                return Err(Error::field("/criterium", FieldCode::BestaatNiet));
            }
            // A condition by itself reads as a fact: it is said that this one is not met.
            let fails = Lang::default().initiatief_fails(reference.name(Lijst::Criterium, criterium.as_str()));
            let event = Event::new(GebeurtenisSoort::Afgewezen).saying(format!("{fails}\n\n{}", reden.as_str()));
            let change = Change {
                answered: true,
                criterium: Some(criterium.into_string()),
                reden: Some(reden.into_string()),
                ..Change::default()
            };
            step(self, id, version, Step::Reject, change, event).await
        })
        .await
    }

    async fn link(&self, id: InitiatiefId, version: Version, request: Link) -> Reply<InitiatiefDossier> {
        run(|| link(self, id, version, &request)).await
    }
}

/// An initiatief that this caller may read as staff; a concept belongs to its initiator alone.
async fn find<C: ConnectionTrait>(caller: &Caller, db: &C, id: InitiatiefId) -> Result<Initiatief, Error> {
    if caller.login.is_none() {
        return Err(Error::NotLoggedIn);
    }
    let initiatief = store::find(db, id).await?;
    caller.may_see(Action::ReadDossier, initiatief.subject())?;
    if initiatief.row.ingediend_at.is_none() {
        return Err(Error::NotFound);
    }
    Ok(initiatief)
}

async fn dossier(caller: &Caller, initiatief: &Initiatief) -> Result<InitiatiefDossier, Error> {
    let stappen = lifecycle::exits(initiatief.status)
        .iter()
        .map(|(step, _)| *step)
        .filter(|step| rules::action_of(*step) == Some(Action::TriageInitiatief))
        .filter(|_| caller.is_allowed(Action::TriageInitiatief, initiatief.subject()))
        .collect();
    let may = caller.is_allowed(Action::TriageInitiatief, initiatief.subject());
    let (status, zicht) = (initiatief.status, initiatief.zicht);
    let mag_vrijgeven = may && can_release(caller.app.reader(), initiatief).await?;
    Ok(InitiatiefDossier {
        initiatief: view(caller, initiatief, Eyes::Inside).await?,
        versie: initiatief.version,
        zicht,
        openbaar_vanaf: initiatief.shown_from(),
        over_persoon: initiatief.over_persoon,
        mag_vrijgeven,
        mag_afschermen: may && rules::may_shield(status, zicht),
        plannen: buurtbegroting::on_ballots(caller.app.reader(), initiatief.id).await?,
        stappen,
        naam: initiatief.row.naam.clone(),
        email: initiatief.row.email.clone(),
        kvk_nummer: initiatief.row.kvk_nummer.clone(),
    })
}

/// Whether an initiatief may come into public view now.
async fn can_release<C: ConnectionTrait>(db: &C, initiatief: &Initiatief) -> Result<bool, Error> {
    let goes_on_in_hidden = match initiatief.row.verder_in {
        Some(other) => !store::is_public(db, InitiatiefId(other)).await?,
        None => false,
    };
    Ok(rules::may_release(initiatief.status, initiatief.zicht, initiatief.over_persoon, goes_on_in_hidden))
}

/// An initiatief that this caller may judge, in the version that was seen.
async fn judged(caller: &Caller, tx: &Tx, id: InitiatiefId, version: Version) -> Result<Initiatief, Error> {
    let initiatief = find(caller, tx, id).await?;
    caller.may(Action::TriageInitiatief, initiatief.subject())?;
    if initiatief.version == version { Ok(initiatief) } else { Err(Error::Stale) }
}

/// Somebody of the wijkteam looked, and everybody may see it.
async fn release(caller: &Caller, id: InitiatiefId, version: Version) -> Result<InitiatiefDossier, Error> {
    let tx = caller.app.begin().await?;
    let initiatief = judged(caller, &tx, id, version).await?;
    if !can_release(&tx, &initiatief).await? {
        return Err(NotNow::Zicht(initiatief.zicht).into());
    }
    let change = Change { zicht: Some((Zicht::Open, None)), ..Change::default() };
    let changed = store::advance(&tx, &caller.app, &initiatief, version, initiatief.status, change).await?;
    let event = Event::new(GebeurtenisSoort::Vrijgegeven).between_us();
    gebeurtenis::add(&tx, &caller.app, Timeline::Initiatief(id), &event, caller.account()).await?;
    tell_shown(&tx, &caller.app, &changed).await?;
    audit::note(&tx, caller, "vrijgeven", format!("initiatief:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    dossier(caller, &changed).await
}

/// It leaves public view at once, or stays out of it; why is between the wijkteam and its initiator, and the stembureau when a plan of
/// it leaves a ballot.
async fn shield(
    caller: &Caller,
    id: InitiatiefId,
    version: Version,
    request: &Shield,
) -> Result<InitiatiefDossier, Error> {
    let reden = request.parse()?.into_string();
    let tx = caller.app.begin().await?;
    let initiatief = judged(caller, &tx, id, version).await?;
    if !rules::may_shield(initiatief.status, initiatief.zicht) {
        return Err(NotNow::Zicht(initiatief.zicht).into());
    }
    buurtbegroting::hold_rounds_of(&tx, id).await?;
    let change = Change { zicht: Some((Zicht::Afgeschermd, None)), ..Change::default() };
    let changed = store::advance(&tx, &caller.app, &initiatief, version, initiatief.status, change).await?;
    let left = leave_public(&tx, caller, id, Leaves::ForNow).await?;
    ingreep::note_shielded(&tx, &caller.app, &left, (caller.require_account()?, &reden)).await?;
    if let Some(into) = initiatief.row.verder_in {
        gebeurtenis::forget_taken_in(&tx, InitiatiefId(into), &initiatief.row.titel).await?;
    }
    let event = Event::new(GebeurtenisSoort::Afgeschermd).saying(reden).between_us();
    happened(&tx, caller, &changed, &event).await?;
    audit::note(&tx, caller, "afschermen", format!("initiatief:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    dossier(caller, &changed).await
}

/// Takes one step, notes it and tells the initiator.
async fn step(
    caller: &Caller,
    id: InitiatiefId,
    version: Version,
    step: Step,
    change: Change,
    event: Event,
) -> Result<InitiatiefDossier, Error> {
    let tx = caller.app.begin().await?;
    if step == Step::Refer {
        buurtbegroting::hold_rounds_of(&tx, id).await?;
    }
    let changed = advance(caller, &tx, id, version, step, change).await?;
    if step == Step::Refer {
        leave_public(&tx, caller, id, Leaves::ForGood).await?;
    }
    happened(&tx, caller, &changed, &event).await?;
    tx.commit().await?;
    tracing::info!(initiatief.id = %id, status = %changed.status, "initiatief went on");
    dossier(caller, &changed).await
}

async fn advance(
    caller: &Caller,
    tx: &Tx,
    id: InitiatiefId,
    version: Version,
    step: Step,
    change: Change,
) -> Result<Initiatief, Error> {
    let initiatief = judged(caller, tx, id, version).await?;
    let status = lifecycle::next(initiatief.status, step)?;
    let changed = store::advance(tx, &caller.app, &initiatief, version, status, change).await?;
    // A guest's link to answer is worth nothing once the question is over.
    links::revoke(tx, &caller.app, id.0).await?;
    audit::note(tx, caller, step.as_str(), format!("initiatief:{id}"), "gelukt", None).await?;
    Ok(changed)
}

async fn respond(
    caller: &Caller,
    id: InitiatiefId,
    version: Version,
    request: &Tell,
) -> Result<InitiatiefDossier, Error> {
    let event = said(GebeurtenisSoort::Reactie, request.parse()?, request.openbaar);
    let tx = caller.app.begin().await?;
    let initiatief = find(caller, &tx, id).await?;
    caller.may(Action::TriageInitiatief, initiatief.subject())?;
    let status = initiatief.status;
    let changed = store::advance(&tx, &caller.app, &initiatief, version, status, Change::default()).await?;
    happened(&tx, caller, &changed, &event).await?;
    audit::note(&tx, caller, "reageren", format!("initiatief:{id}"), "gelukt", None).await?;
    tx.commit().await?;
    dossier(caller, &changed).await
}

async fn merge(
    caller: &Caller,
    id: InitiatiefId,
    version: Version,
    request: &Merge,
) -> Result<InitiatiefDossier, Error> {
    let (into, reden) = request.parse()?;
    let reden = reden.into_string();
    let tx = caller.app.begin().await?;
    // What may not be merged at all is not told whether its target exists.
    let own = find(caller, &tx, id).await?;
    caller.may(Action::TriageInitiatief, own.subject())?;
    let no_such = |error: Error| {
        let is_hidden = matches!(error, Error::NotFound | Error::Forbidden);
        if is_hidden { Error::field("/met", FieldCode::BestaatNiet) } else { error }
    };
    // Held first: what leaves public view meanwhile waits, and takes along what went on in it.
    let is_public = store::hold_public(&tx, into).await?;
    let target = find(caller, &tx, into).await.map_err(no_such)?;
    caller.may(Action::TriageInitiatief, target.subject()).map_err(no_such)?;
    // Nothing goes on where its initiator cannot follow it.
    if into == id || !rules::is_open(target.status) || !is_public {
        return Err(Error::field("/met", FieldCode::OngeldigeKeuze));
    }
    let change = Change { answered: true, verder_in: Some(into), reden: Some(reden.clone()), ..Change::default() };
    let changed = advance(caller, &tx, id, version, Step::Merge, change).await?;
    store::merge_into(&tx, id, into).await?;
    let merged = store::find(&tx, id).await?;
    happened(&tx, caller, &merged, &Event::new(GebeurtenisSoort::Samengevoegd).saying(reden)).await?;
    let taken_in = Event::new(GebeurtenisSoort::Opgenomen);
    // What nobody may see is not called by its name in something else.
    let taken_in = if merged.row.openbaar { taken_in.saying(changed.row.titel) } else { taken_in.between_us() };
    gebeurtenis::add(&tx, &caller.app, Timeline::Initiatief(into), &taken_in, caller.account()).await?;
    tx.commit().await?;
    dossier(caller, &merged).await
}

async fn link(caller: &Caller, id: InitiatiefId, version: Version, request: &Link) -> Result<InitiatiefDossier, Error> {
    let (to, reden) = request.parse()?;
    let tx = caller.app.begin().await?;
    let initiatief = find(caller, &tx, id).await?;
    let opgave = match to {
        LinkTo::Existing(opgave) => crate::opgave::find_in(&tx, opgave, &initiatief.row.gebied)
            .await?
            .ok_or_else(|| Error::field("/opgave", FieldCode::BestaatNiet))?,
        LinkTo::New(new) => {
            if new.gebied != code(&initiatief.row.gebied)? {
                return Err(Error::field("/nieuweOpgave/gebied", FieldCode::OngeldigeKeuze));
            }
            crate::opgave::note(&tx, caller, new).await?
        }
    };
    let change = Change { answered: true, opgave: Some(opgave), ..Change::default() };
    let changed = advance(caller, &tx, id, version, Step::Link, change).await?;
    happened(&tx, caller, &changed, &Event::new(GebeurtenisSoort::Gekoppeld).saying(reden.into_string())).await?;
    tx.commit().await?;
    dossier(caller, &changed).await
}
