//! Taking photos in, and giving them to who may see what they belong to.

use crate::access::{Action, Subject};
use crate::app::{App, sha256};
use crate::caller::{Caller, run};
use crate::error::Error;
use crate::foto::picture;
use crate::foto::store::{self, NewFoto};
use crate::idempotency::Attempt;
use crate::{initiatief, limits, opdracht};
use async_trait::async_trait;
use contract::foto::{FotoApi, FotoView, MAX_FOTO_BYTES};
use contract::{FotoId, IdempotencyKey, InitiatiefId, OpdrachtId, Reply};
use object_store::{ObjectStoreExt as _, PutPayload, path::Path};

#[async_trait]
impl FotoApi for Caller {
    async fn upload_foto(&self, key: IdempotencyKey, bytes: Vec<u8>) -> Reply<FotoView> {
        // The bytes are large: they are decoded once, also when the database asks to start over.
        match prepare(self, key, bytes).await {
            Ok((attempt, new)) => run(|| keep(self, &attempt, &new)).await,
            Err(error) => Err(error.problem()),
        }
    }
}

async fn prepare(caller: &Caller, key: IdempotencyKey, bytes: Vec<u8>) -> Result<(Attempt, NewFoto), Error> {
    let app = &caller.app;
    caller.may(Action::UploadFoto, Subject::default())?;
    if bytes.len() > MAX_FOTO_BYTES {
        return Err(Error::TooLarge);
    }
    let attempt = Attempt::new(caller, key, "fotos", &sha256(&bytes))?;
    limits::check(app.reader(), app, limits::FOTO, &who(caller)).await?;
    let picture = app.decoding.run(move || picture::clean(&bytes)).await??;
    let name: String = sha256(&picture.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let bestand = format!("{name}.jpg");
    let size = picture.bytes.len();
    for (size, bytes) in [(Size::Small, picture.small), (Size::Whole, picture.bytes)] {
        let stored = app.photos.put(&size.place(&bestand), PutPayload::from(bytes)).await;
        stored.map_err(|error| away(&error))?;
    }
    Ok((attempt, NewFoto { bestand, breedte: picture.width, hoogte: picture.height, bytes: size }))
}

fn who(caller: &Caller) -> String {
    caller.account().map_or_else(|| caller.origin.clone(), |account| account.to_string())
}

async fn keep(caller: &Caller, attempt: &Attempt, new: &NewFoto) -> Result<FotoView, Error> {
    let app = &caller.app;
    let tx = app.begin().await?;
    if let Some(earlier) = attempt.earlier(&tx, caller).await? {
        return Ok(earlier);
    }
    limits::take(&tx, app, limits::FOTO, &who(caller)).await?;
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
    let gebied = match (foto.initiatief_id, foto.opdracht_id) {
        (Some(id), _) => initiatief::store::find(db, InitiatiefId(id)).await?.row.gebied,
        (None, Some(id)) => opdracht::gebied_of(db, OpdrachtId(id)).await?,
        (None, None) => return Ok(false),
    };
    Ok(caller.is_allowed(Action::TakeAway, Subject { owner: None, gebied: Some(&gebied) }))
}

/// Small copies are in no backup, and photos from before there were any have none: it is made again.
async fn make_small(app: &App, bestand: &str) -> Result<Vec<u8>, Error> {
    let whole = read(app, bestand, Size::Whole).await?;
    let whole = whole.ok_or_else(|| Error::Internal(format!("photo {bestand} is gone")))?;
    let small = app.decoding.run(move || picture::clean(&whole)).await??.small;
    // It can be made once more.
    if let Err(error) = app.photos.put(&Size::Small.place(bestand), PutPayload::from(small.clone())).await {
        tracing::warn!(%error, "a small copy of a photo is not kept");
    }
    Ok(small)
}

/// A copy of a photo, if it is there.
pub(super) async fn read(app: &App, bestand: &str, size: Size) -> Result<Option<Vec<u8>>, Error> {
    let bytes = match app.photos.get(&size.place(bestand)).await {
        Ok(found) => found.bytes().await,
        Err(error) => Err(error),
    };
    match bytes {
        Ok(bytes) => Ok(Some(bytes.to_vec())),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(away(&error)),
    }
}

/// The place of the photos does not answer now (E-3).
pub(super) fn away(error: &object_store::Error) -> Error {
    tracing::error!(%error, "photos are out of reach");
    Error::Busy
}
