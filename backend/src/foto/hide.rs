//! Photos that are taken out of public view: hidden whole, or shown with parts of them filled. The address of a photo stays;
//! nobody keeps what is behind it (see `routes.rs`).

use crate::app::{App, Tx, sha256};
use crate::database::sql;
use crate::error::Error;
use crate::foto::operations::{Size, announce, read};
use crate::foto::{mask, store};
use contract::ingreep::Vlak;
use contract::{FotoId, InitiatiefId};
use sea_orm::{ConnectionTrait as _, FromQueryResult};

/// A picture with parts of it filled, stored and not shown yet.
#[derive(Debug, Clone)]
pub struct Filled {
    /// The file that it was drawn from: what is shown in place of another would bring back what was filled there.
    van: String,
    bestand: String,
    bytes: i64,
}

/// Draws a photo with these parts filled, and stores it. A small copy is made when somebody asks for one.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Busy`] when the place of the photos does not answer.
pub async fn filled(app: &App, id: FotoId, areas: Vec<Vlak>) -> Result<Filled, Error> {
    let foto = store::find(app.databases().primary(), id).await?;
    let whole = read(app, &foto.bestand, Size::Whole).await?;
    let whole = whole.ok_or_else(|| Error::Internal(format!("photo {} is gone", foto.bestand)))?;
    let bytes = app.drawing.run(move || mask::fill(&whole, &areas)).await??;
    let name: String = sha256(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let (bestand, size) = (format!("{name}.jpg"), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    announce(app, &bestand).await?;
    app.photos.put(&Size::Whole.place(&bestand), bytes).await?;
    Ok(Filled { van: foto.bestand, bestand, bytes: size })
}

/// Hides a photo wherever it is shown.
///
/// # Errors
/// [`Error::NotFound`] when it is not there, or hidden already.
pub async fn hide(tx: &Tx, id: FotoId) -> Result<(), Error> {
    let update = sql(tx, "UPDATE foto SET afgeschermd = TRUE WHERE id = $1 AND NOT afgeschermd", [id.0.into()]);
    if tx.execute_raw(update).await?.rows_affected() != 1 {
        return Err(Error::NotFound);
    }
    let named = format!("\"id\":\"{id}\"");
    mark(tx, &named, &format!("{named},\"weg\":true")).await?;
    show_first(tx, id).await
}

/// Shows a photo again that was hidden.
///
/// # Errors
/// [`Error::NotFound`] when it is not there, or not hidden.
pub async fn show(tx: &Tx, id: FotoId) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE foto SET afgeschermd = FALSE WHERE id = $1 AND afgeschermd AND origineel_van IS NULL",
        [id.0.into()],
    );
    if tx.execute_raw(update).await?.rows_affected() != 1 {
        return Err(Error::NotFound);
    }
    let named = format!("\"id\":\"{id}\"");
    mark(tx, &format!("{named},\"weg\":true"), &named).await?;
    show_first(tx, id).await
}

/// Timelines hold what is needed to show their photos: a mark says that one is hidden.
async fn mark(tx: &Tx, old: &str, new: &str) -> Result<(), Error> {
    let update = sql(
        tx,
        "UPDATE gebeurtenis SET fotos = REPLACE(fotos, $1, $2) WHERE fotos IS NOT NULL AND fotos LIKE $3",
        [old.into(), new.into(), format!("%{old}%").into()],
    );
    tx.execute_raw(update).await?;
    Ok(())
}

/// Lists show the first photo of an initiatief that may be seen.
async fn show_first(tx: &Tx, id: FotoId) -> Result<(), Error> {
    let Some(initiatief) = store::find(tx, id).await?.initiatief_id.map(InitiatiefId) else { return Ok(()) };
    let first = store::of_initiatief(tx, initiatief).await?.into_iter().next().map(|foto| foto.url);
    crate::initiatief::store::set_first_photo(tx, initiatief, first).await
}

/// Shows a picture with parts filled in place of a photo; gives the id of the hidden photo that keeps it as it was.
///
/// # Errors
/// [`Error::Stale`] when the photo is not there any more as it was drawn from.
pub async fn swap(tx: &Tx, app: &App, id: FotoId, filled: &Filled) -> Result<FotoId, Error> {
    let kept = FotoId(app.new_id());
    let insert = sql(
        tx,
        "INSERT INTO foto (id, bestand, breedte, hoogte, bytes, account_id, initiatief_id, opdracht_id, volgorde, \
         created_at, afgeschermd, origineel_van) SELECT $1, bestand, breedte, hoogte, bytes, account_id, initiatief_id, \
         opdracht_id, volgorde, created_at, TRUE, id FROM foto WHERE id = $2 AND NOT afgeschermd AND bestand = $3",
        [kept.0.into(), id.0.into(), filled.van.clone().into()],
    );
    let update = sql(
        tx,
        "UPDATE foto SET bestand = $1, bytes = $2 WHERE id = $3 AND NOT afgeschermd AND bestand = $4",
        [filled.bestand.clone().into(), filled.bytes.into(), id.0.into(), filled.van.clone().into()],
    );
    for statement in [insert, update] {
        if tx.execute_raw(statement).await?.rows_affected() != 1 {
            return Err(Error::Stale);
        }
    }
    Ok(kept)
}

/// Keeps a picture with parts filled beside a photo, hidden, until somebody says that it comes in its place; gives the id of
/// the hidden photo.
///
/// # Errors
/// As [`swap`].
pub async fn prepare(tx: &Tx, app: &App, id: FotoId, filled: &Filled) -> Result<FotoId, Error> {
    let prepared = FotoId(app.new_id());
    let insert = sql(
        tx,
        "INSERT INTO foto (id, bestand, breedte, hoogte, bytes, account_id, initiatief_id, opdracht_id, volgorde, \
         created_at, afgeschermd, origineel_van) SELECT $1, $3, breedte, hoogte, $4, account_id, initiatief_id, \
         opdracht_id, volgorde, created_at, TRUE, id FROM foto WHERE id = $2 AND NOT afgeschermd AND bestand = $5",
        [prepared.0.into(), id.0.into(), filled.bestand.clone().into(), filled.bytes.into(), filled.van.clone().into()],
    );
    if tx.execute_raw(insert).await?.rows_affected() != 1 {
        return Err(Error::Stale);
    }
    Ok(prepared)
}

#[derive(Debug, FromQueryResult)]
struct File {
    bestand: String,
    bytes: i64,
}

async fn file(tx: &Tx, text: &'static str, (id, other): (FotoId, FotoId)) -> Result<File, Error> {
    let select = sql(tx, text, [id.0.into(), other.0.into()]);
    File::find_by_statement(select).one(tx).await?.ok_or(Error::NotFound)
}

/// Shows what was prepared in place of a photo; the hidden photo keeps the picture as it was.
///
/// # Errors
/// [`Error::NotFound`] when one of them is not there any more.
pub async fn exchange(tx: &Tx, id: FotoId, prepared: FotoId) -> Result<(), Error> {
    const SHOWN: &str = "SELECT bestand, bytes FROM foto WHERE id = $1 AND NOT afgeschermd AND id <> $2";
    const HIDDEN: &str = "SELECT bestand, bytes FROM foto WHERE origineel_van = $1 AND id = $2";
    let (shown, hidden) = (file(tx, SHOWN, (id, prepared)).await?, file(tx, HIDDEN, (id, prepared)).await?);
    for (own, file) in [(id, hidden), (prepared, shown)] {
        let update = sql(
            tx,
            "UPDATE foto SET bestand = $1, bytes = $2 WHERE id = $3",
            [file.bestand.into(), file.bytes.into(), own.0.into()],
        );
        tx.execute_raw(update).await?;
    }
    Ok(())
}

/// Forgets what was kept or prepared beside a photo. Its file goes with the others that no photo names.
///
/// # Errors
/// When it cannot be written.
pub async fn forget_kept(tx: &Tx, kept: FotoId) -> Result<(), Error> {
    let delete =
        sql(tx, "DELETE FROM foto WHERE id = $1 AND afgeschermd AND origineel_van IS NOT NULL", [kept.0.into()]);
    tx.execute_raw(delete).await?;
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Name {
    bestand: String,
}

/// The file that a photo shows now.
///
/// # Errors
/// [`Error::NotFound`] when it is not there any more.
pub async fn shows(tx: &Tx, id: FotoId) -> Result<String, Error> {
    let select = sql(tx, "SELECT bestand FROM foto WHERE id = $1", [id.0.into()]);
    Ok(Name::find_by_statement(select).one(tx).await?.ok_or(Error::NotFound)?.bestand)
}

/// Shows a photo as it was kept, in place of the file that it showed when that was decided.
///
/// # Errors
/// [`Error::NotFound`] when what was kept is not there any more; [`Error::Stale`] when the photo shows another file now.
pub async fn restore(tx: &Tx, id: FotoId, kept: FotoId, shown: &str) -> Result<(), Error> {
    shows(tx, kept).await?;
    let update = sql(
        tx,
        "UPDATE foto SET bestand = (SELECT k.bestand FROM foto k WHERE k.id = $2), \
         bytes = (SELECT k.bytes FROM foto k WHERE k.id = $2) \
         WHERE id = $1 AND bestand = $3 AND EXISTS (SELECT 1 FROM foto k WHERE k.id = $2 AND k.origineel_van = $1)",
        [id.0.into(), kept.0.into(), shown.into()],
    );
    if tx.execute_raw(update).await?.rows_affected() != 1 {
        return Err(Error::Stale);
    }
    tx.execute_raw(sql(tx, "DELETE FROM foto WHERE id = $1", [kept.0.into()])).await?;
    Ok(())
}

/// Destroys a hidden photo. Its file goes with the others that no photo names: a photo that comes back after all never misses
/// it.
///
/// # Errors
/// When it cannot be written.
pub async fn destroy(tx: &Tx, id: FotoId) -> Result<(), Error> {
    tx.execute_raw(sql(tx, "DELETE FROM foto WHERE id = $1 AND afgeschermd", [id.0.into()])).await?;
    Ok(())
}

/// Destroys what was drawn or kept beside a photo when no ingreep tells of it any more.
///
/// # Errors
/// When it cannot be written.
pub async fn destroy_untold(tx: &Tx) -> Result<(), Error> {
    let delete = sql(
        tx,
        "DELETE FROM foto WHERE afgeschermd AND origineel_van IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ingreep g \
         WHERE g.deel_soort = 'foto' AND g.deel_id = foto.origineel_van AND g.soort = 'onherkenbaar' \
         AND g.status <> 'hersteld' AND g.vernietigd_at IS NULL)",
        [],
    );
    tx.execute_raw(delete).await?;
    Ok(())
}
