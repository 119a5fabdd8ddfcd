//! Taking photos in, and giving them to who may see what they belong to.

use crate::access::{Action, Subject};
use crate::app::{App, Tx, sha256};
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::foto::Place;
use crate::foto::store::{self, NewFoto};
use crate::idempotency::Attempt;
use crate::{ingreep, initiatief, limits, opdracht};
use async_trait::async_trait;
use contract::foto::{FotoApi, FotoView, MAX_FOTO_BYTES};
use contract::{FotoId, IdempotencyKey, InitiatiefId, OpdrachtId, Reply};
use object_store::path::Path;

#[async_trait]
impl FotoApi for Caller {
    async fn upload_foto(&self, key: IdempotencyKey, bytes: Vec<u8>) -> Reply<FotoView> {
        let attempt = asked(self, key, &bytes).map_err(Error::problem)?;
        let place = match run(|| count(self, &attempt, bytes.len())).await? {
            Before::Answered(view) => return Ok(view),
            Before::Counted(place) => place,
        };
        // The bytes are large: they are decoded once, also when the database asks to start over.
        let picture = self.app.decoding.clean(place, bytes).await.map_err(Error::problem)?;
        let new = NewFoto {
            bestand: name(&picture.bytes),
            breedte: picture.width,
            hoogte: picture.height,
            bytes: picture.bytes.len(),
        };
        run(|| announce(&self.app, &new.bestand)).await?;
        for (size, bytes) in [(Size::Small, picture.small), (Size::Whole, picture.bytes)] {
            put(&self.app, &new.bestand, size, bytes).await.map_err(Error::problem)?;
        }
        run(|| keep(self, &attempt, &new)).await
    }
}

fn asked(caller: &Caller, key: IdempotencyKey, bytes: &[u8]) -> Result<Attempt, Error> {
    caller.may(Action::UploadFoto, Subject::default())?;
    if bytes.len() > MAX_FOTO_BYTES {
        return Err(Error::TooLarge);
    }
    Attempt::new(caller, key, "fotos", &sha256(bytes))
}

/// How it stands with an attempt before anything is decoded.
enum Before {
    /// It is one that was answered.
    Answered(FotoView),
    /// It was counted, and has its place among those that wait.
    Counted(Place),
}

/// Looks whether this attempt was answered, and counts it when it was not: before the work, in a transaction of its
/// own, so that it counts whatever comes of it. Only who finds no place to wait is not counted.
async fn count(caller: &Caller, attempt: &Attempt, size: usize) -> Result<Before, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    if let Some(view) = attempt.answered(&tx).await? {
        return Ok(Before::Answered(view));
    }
    let place = app.decoding.place(size)?;
    let (limit, who) = limits::fotos(caller);
    limits::take(&tx, app, limit, &who).await?;
    match limits::foto_kilobytes(caller) {
        Some(limit) => {
            let kilobytes = i64::try_from(size.div_ceil(1_000)).unwrap_or(i64::MAX);
            limits::take_amount(&tx, app, limit, &who, kilobytes).await?;
        }
        None => room_for_guests(&tx, app).await?,
    }
    tx.commit().await?;
    Ok(Before::Counted(place))
}

/// Guests need no account to leave photos, so what they leave has an end for all of them together. Who comes when it is
/// reached did nothing too often and cannot tell when there is room again: busy, not a limit of theirs. What is being
/// decoded is not counted yet, so a few photos more may come in.
async fn room_for_guests(tx: &Tx, app: &App) -> Result<(), Error> {
    let most = i64::from(app.settings.guest_photos_mb) * 1_000_000;
    if store::loose_bytes_of_guests(tx).await? < most {
        return Ok(());
    }
    tracing::error!("photos of guests that belong to nothing fill what guest_photos_mb allows");
    Err(Error::Busy)
}

/// The name of a file: what is in it.
fn name(bytes: &[u8]) -> String {
    let digest: String = sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}.jpg")
}

/// Notes a file before it is written.
pub(super) async fn announce(app: &App, bestand: &str) -> Result<(), Error> {
    let tx = app.begin().await?;
    // One of that name is just being removed: in a moment it can be written anew.
    if !store::announce_file(&tx, bestand, app.now()).await? {
        return Err(Error::Busy);
    }
    tx.commit().await?;
    Ok(())
}

async fn put(app: &App, bestand: &str, size: Size, bytes: Vec<u8>) -> Result<(), Error> {
    app.photos.put(&size.place(bestand), bytes).await
}

async fn keep(caller: &Caller, attempt: &Attempt, new: &NewFoto) -> Result<FotoView, Error> {
    let tx = caller.app.begin().await?;
    if let Some(earlier) = attempt.earlier(&tx, caller).await? {
        return Ok(earlier);
    }
    let id = store::insert(&tx, caller, new).await?;
    let view = store::find(&tx, id).await?.view();
    attempt.keep(&tx, &view).await?;
    tx.commit().await?;
    Ok(view)
}

/// Which copy of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As it was sent, made safe.
    Whole,
    /// For a list.
    Small,
}

impl Size {
    pub(super) fn place(self, bestand: &str) -> Path {
        match self {
            Self::Whole => Path::from(bestand),
            Self::Small => Path::from(format!("klein/{bestand}")),
        }
    }
}

/// The bytes of a photo, when what it belongs to is public, or is the caller's own or their work.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn bytes_for(caller: &Caller, id: FotoId, size: Size) -> Result<Vec<u8>, Error> {
    let db = caller.app.reader();
    let foto = store::find(db, id).await?;
    let may_see = match (foto.initiatief_id, foto.opdracht_id) {
        (Some(id), _) => {
            let initiatief = initiatief::store::find(db, InitiatiefId(id)).await?;
            initiatief.row.openbaar
                || (caller.account().is_some() && initiatief.owner == caller.account())
                || (initiatief.row.ingediend_at.is_some()
                    && caller.is_allowed(Action::ReadDossier, initiatief.subject()))
        }
        (None, Some(id)) => opdracht::is_visible(caller, OpdrachtId(id)).await?,
        (None, None) => caller.account().is_some() && foto.account_id == caller.account().map(|account| account.0),
    };
    if !may_see || (foto.afgeschermd && !sees_hidden(caller, &foto).await?) {
        return Err(Error::NotFound);
    }
    if let Some(found) = read(&caller.app, &foto.bestand, size).await? {
        return Ok(found);
    }
    match size {
        Size::Small => make_small(&caller.app, &foto.bestand).await,
        // A row without its file is a mistake of ours: files are never thrown away before it.
        Size::Whole => Err(Error::Internal(format!("photo {} is gone", foto.bestand))),
    }
}

/// Whether a caller may look at a photo that was taken out of public view.
async fn sees_hidden(caller: &Caller, foto: &store::Foto) -> Result<bool, Error> {
    let db = caller.app.reader();
    let (gebied, is_read) = match (foto.initiatief_id, foto.opdracht_id) {
        (Some(id), _) => {
            let own = initiatief::store::find(db, InitiatiefId(id)).await?.row;
            (own.gebied, own.openbaar)
        }
        (None, Some(id)) => (opdracht::gebied_of(db, OpdrachtId(id)).await?, true),
        (None, None) => return Ok(false),
    };
    let subject = Subject { owner: None, gebied: Some(&gebied) };
    if caller.is_allowed(Action::TakeAway, subject) {
        return Ok(true);
    }
    // The stembureau sees what it is asked about, but nothing that the wijkteam keeps from view whole.
    Ok(is_read
        && caller.is_allowed(Action::CountVotes, subject)
        && ingreep::is_asked_about(db, FotoId(foto.id)).await?)
}

/// Small copies are in no backup, and photos from before there were any have none: it is made again.
async fn make_small(app: &App, bestand: &str) -> Result<Vec<u8>, Error> {
    let whole = read(app, bestand, Size::Whole).await?;
    let whole = whole.ok_or_else(|| Error::Internal(format!("photo {bestand} is gone")))?;
    let place = app.decoding.place(whole.len())?;
    let small = app.decoding.clean(place, whole).await?.small;
    // It can be made once more.
    if let Err(error) = keep_small(app, bestand, small.clone()).await {
        tracing::warn!(%error, "a small copy of a photo is not kept");
    }
    Ok(small)
}

async fn keep_small(app: &App, bestand: &str, small: Vec<u8>) -> Result<(), Error> {
    announce(app, bestand).await?;
    put(app, bestand, Size::Small, small).await
}

/// A copy of a photo, if it is there.
pub(super) async fn read(app: &App, bestand: &str, size: Size) -> Result<Option<Vec<u8>>, Error> {
    app.photos.get(&size.place(bestand)).await
}
