//! Photos that everybody sees: of something, and of the plans that are in it. Of a plan that people vote on, or voted on, a
//! photo takes two people, as its texts do: the wijkteam asks, and the stembureau confirms.

use crate::app::{App, Tx};
use crate::database::sql;
use crate::error::{Error, NotNow};
use crate::foto::{self, Filled};
use crate::ingreep::decide::fits_still;
use crate::ingreep::operations::Deed;
use crate::ingreep::rules;
use crate::ingreep::store::{self, Ingreep as Noted, NewIngreep};
use crate::ingreep::tell;
use crate::ingreep::texts::Whole;
use contract::field::FieldCode;
use contract::foto::FotoView;
use contract::ingreep::{Deel, DeelSoort, Geheel, IngreepSoort, IngreepStatus, Veld};
use contract::{BuurtbegrotingId, DeelId, FotoId, GeheelId, InitiatiefId, OpdrachtId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A photo, and the initiatief that it is of.
pub type Shown = (Option<InitiatiefId>, FotoView);

/// The photos of something that everybody sees; of a buurtbegroting those of its plans.
///
/// # Errors
/// When the database is away.
pub async fn of<C: ConnectionTrait>(db: &C, whole: &Whole) -> Result<Vec<Shown>, Error> {
    match whole.soort {
        Geheel::Initiatief => {
            let id = InitiatiefId(whole.id.0);
            Ok(foto::of_initiatief(db, id).await?.into_iter().map(|foto| (Some(id), foto)).collect())
        }
        Geheel::Opdracht => {
            let fotos = foto::of_opdracht(db, OpdrachtId(whole.id.0)).await?;
            Ok(fotos.into_iter().map(|foto| (None, foto)).collect())
        }
        Geheel::Buurtbegroting => {
            let fotos = foto::of_plans(db, BuurtbegrotingId(whole.id.0)).await?;
            Ok(fotos.into_iter().map(|(id, foto)| (Some(id), foto)).collect())
        }
        // Those of its opdrachten are on their own pages.
        Geheel::Opgave => Ok(Vec::new()),
    }
}

/// A photo of something, and its initiatief.
///
/// # Errors
/// A field problem when it is none of these.
pub async fn one_of<C: ConnectionTrait>(
    db: &C,
    whole: &Whole,
    deel: Deel,
) -> Result<(FotoId, Option<InitiatiefId>), Error> {
    let id = FotoId(deel.id.0);
    let found = of(db, whole).await?.into_iter().find(|(_, foto)| foto.id == id);
    found.map(|(initiatief, _)| (id, initiatief)).ok_or_else(|| Error::field("/deel", FieldCode::BestaatNiet))
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: Uuid,
}

/// The photos of an initiatief, or of the plans of a round, that people vote on, or voted on.
///
/// # Errors
/// When the database is away.
pub async fn frozen<C: ConnectionTrait>(db: &C, id: GeheelId) -> Result<BTreeSet<FotoId>, Error> {
    let select = sql(
        db,
        "SELECT DISTINCT f.id FROM foto f JOIN project p ON p.initiatief_id = f.initiatief_id \
         JOIN buurtbegroting b ON b.id = p.buurtbegroting_id WHERE p.vervallen_at IS NULL AND b.bevroren IS NOT NULL \
         AND (f.initiatief_id = $1 \
         OR f.initiatief_id IN (SELECT q.initiatief_id FROM project q WHERE q.buurtbegroting_id = $1))",
        [id.0.into()],
    );
    Ok(Id::find_by_statement(select).all(db).await?.into_iter().map(|row| FotoId(row.id)).collect())
}

#[derive(Debug, FromQueryResult)]
struct NumberRow {
    aantal: i64,
    initiatief_id: Option<Uuid>,
}

/// The number of a photo among all photos of what it is of, also those that are hidden, so that it keeps its number; and the initiatief
/// that it is of. Nothing once it is destroyed.
///
/// # Errors
/// When the database is away.
pub async fn number_of<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<Option<(u32, Option<InitiatiefId>)>, Error> {
    let select = sql(
        db,
        "SELECT (SELECT COUNT(*) FROM foto o WHERE o.origineel_van IS NULL AND (o.initiatief_id = f.initiatief_id \
         OR o.opdracht_id = f.opdracht_id) AND (o.volgorde < f.volgorde OR (o.volgorde = f.volgorde AND o.id <= f.id))) \
         AS aantal, f.initiatief_id FROM foto f WHERE f.id = $1",
        [id.0.into()],
    );
    let row = NumberRow::find_by_statement(select).one(db).await?;
    let told = |row: NumberRow| Some((u32::try_from(row.aantal).ok()?.max(1), row.initiatief_id.map(InitiatiefId)));
    Ok(row.and_then(told))
}

/// The vote that a photo is part of.
#[derive(Debug, Clone, Copy)]
pub struct Vote {
    /// The round.
    pub round: BuurtbegrotingId,
    /// The initiatief that its plan was made of.
    pub initiatief: InitiatiefId,
}

#[derive(Debug, FromQueryResult)]
struct VoteRow {
    buurtbegroting_id: Uuid,
    initiatief_id: Uuid,
}

/// The vote that a photo is part of: the one that goes on now, or else the last one.
///
/// # Errors
/// When the database is away.
pub async fn vote_of<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<Option<Vote>, Error> {
    let select = sql(
        db,
        "SELECT p.buurtbegroting_id, p.initiatief_id FROM foto f JOIN project p ON p.initiatief_id = f.initiatief_id \
         JOIN buurtbegroting b ON b.id = p.buurtbegroting_id WHERE f.id = $1 AND p.vervallen_at IS NULL \
         AND b.bevroren IS NOT NULL \
         ORDER BY CASE WHEN b.gesloten_at IS NULL AND b.gestopt_at IS NULL THEN 0 ELSE 1 END, b.id DESC LIMIT 1",
        [id.0.into()],
    );
    let vote = |row: VoteRow| Vote {
        round: BuurtbegrotingId(row.buurtbegroting_id),
        initiatief: InitiatiefId(row.initiatief_id),
    };
    Ok(VoteRow::find_by_statement(select).one(db).await?.map(vote))
}

/// Hides a photo whole: at once, or once the stembureau has confirmed it.
///
/// # Errors
/// A field problem when it is not there, or waits already.
pub async fn hide(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Deel) -> Result<(), Error> {
    let (id, initiatief) = one_of(tx, deed.whole, deel).await?;
    if let Some(vote) = vote_of(tx, id).await? {
        return ask(tx, app, deed, (id, vote), None).await;
    }
    foto::hide(tx, id).await?;
    note(tx, app, deed, (id, initiatief), None).await
}

/// Shows a photo with parts of it filled: at once, or once the stembureau has confirmed it.
///
/// # Errors
/// As [`hide`].
pub async fn fill(tx: &Tx, app: &App, deed: &Deed<'_>, deel: Deel, filled: Option<&Filled>) -> Result<(), Error> {
    let filled = filled.ok_or_else(|| Error::Internal("a photo that was not drawn".into()))?;
    let (id, initiatief) = one_of(tx, deed.whole, deel).await?;
    if let Some(vote) = vote_of(tx, id).await? {
        return ask(tx, app, deed, (id, vote), Some(filled)).await;
    }
    let kept = foto::swap(tx, app, id, filled).await?;
    note(tx, app, deed, (id, initiatief), Some(kept.to_string())).await
}

/// Keeps what the stembureau is asked to confirm. The photo stays as it is until then.
async fn ask(
    tx: &Tx,
    app: &App,
    deed: &Deed<'_>,
    (id, vote): (FotoId, Vote),
    filled: Option<&Filled>,
) -> Result<(), Error> {
    let (mut vroegen, mut reden) = (Vec::new(), deed.reden.to_owned());
    if let Some(own) = store::find_waiting(tx, (DeelSoort::Foto, DeelId(id.0), Veld::Beeld)).await? {
        // To leave something out goes before putting something else back, and what expired asks nothing any more.
        if own.status == IngreepStatus::Wacht && !own.is_expired() {
            // Who asks to hide it whole asks all that waits to be filled.
            if filled.is_some() || own.soort == IngreepSoort::Afschermen {
                return Err(Error::field("/deel", FieldCode::WachtAl));
            }
            forget_prepared(tx, &own).await?;
            vroegen = own.asked_before();
            reden = rules::both_reasons(&own.reden, deed.reden);
        }
        store::withdrawn(tx, app, &own, deed.door).await?;
        tell::replaced(tx, app, &own, deed.door).await?;
    }
    let prepared = match filled {
        Some(filled) => Some(foto::prepare(tx, app, id, filled).await?.to_string()),
        None => None,
    };
    let round = GeheelId(vote.round.0);
    let new = NewIngreep {
        geheel: round,
        status: IngreepStatus::Wacht,
        initiatief: Some(vote.initiatief),
        reden: &reden,
        vroegen: &vroegen,
        ..noted(deed, id, prepared)
    };
    store::insert(tx, app, new).await?;
    tell::asked(tx, app, round, (deed.door, None)).await
}

async fn note(
    tx: &Tx,
    app: &App,
    deed: &Deed<'_>,
    (id, initiatief): (FotoId, Option<InitiatiefId>),
    origineel: Option<String>,
) -> Result<(), Error> {
    store::insert(tx, app, NewIngreep { initiatief, ..noted(deed, id, origineel) }).await
}

fn noted<'a>(deed: &Deed<'a>, id: FotoId, origineel: Option<String>) -> NewIngreep<'a> {
    NewIngreep {
        verzoek: deed.verzoek,
        geheel: deed.whole.id,
        initiatief: None,
        soort: deed.soort,
        deel: (DeelSoort::Foto, DeelId(id.0), Veld::Beeld),
        status: IngreepStatus::Gedaan,
        reden: deed.reden,
        door: deed.door,
        at: deed.at,
        vroegen: &[],
        origineel,
        nieuw: "",
    }
}

/// Does what waited: the stembureau confirmed it.
///
/// # Errors
/// [`Error::NotNow`] when the photo is not there any more.
pub async fn confirm(tx: &Tx, noted: &Noted) -> Result<(), Error> {
    let not_now = || Error::from(NotNow::Ingreep(noted.status));
    if !fits_still(tx, noted).await? {
        return Err(not_now());
    }
    match noted.soort {
        IngreepSoort::Afschermen => foto::hide(tx, noted.foto()).await,
        IngreepSoort::Onherkenbaar => foto::exchange(tx, noted.foto(), noted.kept_foto().ok_or_else(not_now)?).await,
    }
}

/// Forgets what was drawn for a request that came to nothing.
///
/// # Errors
/// When it cannot be written.
pub async fn forget_prepared(tx: &Tx, noted: &Noted) -> Result<(), Error> {
    match noted.kept_foto() {
        Some(kept) if noted.deel == DeelSoort::Foto => foto::forget_kept(tx, kept).await,
        Some(_) | None => Ok(()),
    }
}

/// Of what waits: the photo as it is now and as it comes; nothing where none is.
///
/// # Errors
/// When the database is away.
pub async fn sides<C: ConnectionTrait>(db: &C, own: &Noted) -> Result<(Option<FotoView>, Option<FotoView>), Error> {
    if own.deel != DeelSoort::Foto || own.asker().is_none() {
        return Ok((None, None));
    }
    let itself = foto::find_any(db, own.foto()).await?;
    let kept = match own.kept_foto() {
        Some(kept) => foto::find_any(db, kept).await?,
        None => None,
    };
    Ok(match (own.soort, own.status) {
        (IngreepSoort::Onherkenbaar, _) => (itself, kept),
        // It is hidden, and would come back.
        (IngreepSoort::Afschermen, IngreepStatus::HerstelWacht) => (None, itself),
        (IngreepSoort::Afschermen, _) => (itself, None),
    })
}

/// Of what is out of public view: the photo as it was; nothing once that is destroyed.
///
/// # Errors
/// When the database is away.
pub async fn before<C: ConnectionTrait>(db: &C, own: &Noted) -> Result<Option<FotoView>, Error> {
    let is_out = own.deel == DeelSoort::Foto && own.status == IngreepStatus::Gedaan && !own.is_destroyed;
    match own.soort {
        IngreepSoort::Afschermen if is_out => foto::find_any(db, own.foto()).await,
        IngreepSoort::Onherkenbaar if is_out => match own.kept_foto() {
            Some(kept) => foto::find_any(db, kept).await,
            None => Ok(None),
        },
        IngreepSoort::Afschermen | IngreepSoort::Onherkenbaar => Ok(None),
    }
}

/// Whether the stembureau was asked something about a photo that is out of public view: then it looks at it.
///
/// # Errors
/// When the database is away.
pub async fn is_asked_about<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<bool, Error> {
    let select = sql(
        db,
        "SELECT id FROM ingreep WHERE deel_soort = 'foto' AND (deel_id = $1 OR origineel = $2) AND (status = 'wacht' \
         OR (status = 'gedaan' AND terug_at IS NOT NULL AND vernietigd_at IS NULL)) LIMIT 1",
        [id.0.into(), id.to_string().into()],
    );
    Ok(db.query_one_raw(select).await?.is_some())
}
