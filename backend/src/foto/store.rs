//! Photos in the database.

use crate::app::Tx;
use crate::caller::Caller;
use crate::database::sql;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::field::FieldCode;
use contract::foto::FotoView;
use contract::{AccountId, BuurtbegrotingId, FotoId, InitiatiefId, OpdrachtId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use uuid::Uuid;

/// A photo as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Foto {
    pub id: Uuid,
    pub bestand: String,
    pub breedte: i64,
    pub hoogte: i64,
    pub account_id: Option<Uuid>,
    pub initiatief_id: Option<Uuid>,
    pub opdracht_id: Option<Uuid>,
    pub afgeschermd: bool,
}

impl Foto {
    pub(super) fn view(&self) -> FotoView {
        FotoView {
            id: FotoId(self.id),
            url: url(FotoId(self.id)),
            breedte: u32::try_from(self.breedte).unwrap_or_default(),
            hoogte: u32::try_from(self.hoogte).unwrap_or_default(),
        }
    }
}

/// Where a photo can be fetched.
pub(super) fn url(id: FotoId) -> String {
    format!("{}/fotos/{id}", contract::client::BASE)
}

pub(super) async fn find<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<Foto, Error> {
    let select = sql(
        db,
        "SELECT id, bestand, breedte, hoogte, account_id, initiatief_id, opdracht_id, afgeschermd FROM foto WHERE id = $1",
        [id.0.into()],
    );
    Foto::find_by_statement(select).one(db).await?.ok_or(Error::NotFound)
}

/// A photo to store.
#[derive(Debug)]
pub(super) struct NewFoto {
    pub bestand: String,
    pub breedte: u32,
    pub hoogte: u32,
    pub bytes: usize,
}

pub(super) async fn insert(tx: &Tx, caller: &Caller, new: &NewFoto) -> Result<FotoId, Error> {
    let id = caller.app.new_id();
    let insert = sql(
        tx,
        "INSERT INTO foto (id, bestand, breedte, hoogte, bytes, account_id, volgorde, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
        [
            id.into(),
            new.bestand.clone().into(),
            i64::from(new.breedte).into(),
            i64::from(new.hoogte).into(),
            i64::try_from(new.bytes).unwrap_or(i64::MAX).into(),
            caller.account().map(|AccountId(id)| id).into(),
            caller.app.now().into(),
        ],
    );
    tx.execute_raw(insert).await?;
    Ok(FotoId(id))
}

/// The photos of an initiatief that may be seen, in their order.
///
/// # Errors
/// When the database is away.
pub async fn of_initiatief<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Vec<FotoView>, Error> {
    let select = sql(
        db,
        "SELECT id, bestand, breedte, hoogte, account_id, initiatief_id, opdracht_id, afgeschermd FROM foto \
         WHERE initiatief_id = $1 AND NOT afgeschermd ORDER BY volgorde, id",
        [id.0.into()],
    );
    Ok(Foto::find_by_statement(select).all(db).await?.iter().map(Foto::view).collect())
}

/// A photo, also one that is hidden; nothing when it is not there any more.
///
/// # Errors
/// When the database is away.
pub async fn find_any<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<Option<FotoView>, Error> {
    match find(db, id).await {
        Ok(foto) => Ok(Some(foto.view())),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a photo is there and not hidden.
///
/// # Errors
/// When the database is away.
pub async fn is_shown<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<bool, Error> {
    match find(db, id).await {
        Ok(foto) => Ok(!foto.afgeschermd),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The initiatief that a photo is of; nothing when it is of none, or not there any more.
///
/// # Errors
/// When the database is away.
pub async fn initiatief_of<C: ConnectionTrait>(db: &C, id: FotoId) -> Result<Option<InitiatiefId>, Error> {
    match find(db, id).await {
        Ok(foto) => Ok(foto.initiatief_id.map(InitiatiefId)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The photos of the public initiatieven that the plans of a round were made of, plan by plan, each with its initiatief.
///
/// # Errors
/// When the database is away.
pub async fn of_plans<C: ConnectionTrait>(
    db: &C,
    id: BuurtbegrotingId,
) -> Result<Vec<(InitiatiefId, FotoView)>, Error> {
    let select = sql(
        db,
        "SELECT f.id, f.bestand, f.breedte, f.hoogte, f.account_id, f.initiatief_id, f.opdracht_id, f.afgeschermd \
         FROM project p JOIN initiatief i ON i.id = p.initiatief_id JOIN foto f ON f.initiatief_id = i.id \
         WHERE p.buurtbegroting_id = $1 AND p.vervallen_at IS NULL AND i.openbaar AND NOT f.afgeschermd \
         ORDER BY p.nummer, f.volgorde, f.id",
        [id.0.into()],
    );
    let rows = Foto::find_by_statement(select).all(db).await?;
    Ok(rows.iter().filter_map(|foto| Some((InitiatiefId(foto.initiatief_id?), foto.view()))).collect())
}

/// The photos of an opdracht that may be seen, in the order in which they came.
///
/// # Errors
/// When the database is away.
pub async fn of_opdracht<C: ConnectionTrait>(db: &C, id: OpdrachtId) -> Result<Vec<FotoView>, Error> {
    let select = sql(
        db,
        "SELECT id, bestand, breedte, hoogte, account_id, initiatief_id, opdracht_id, afgeschermd FROM foto \
         WHERE opdracht_id = $1 AND NOT afgeschermd ORDER BY id",
        [id.0.into()],
    );
    Ok(Foto::find_by_statement(select).all(db).await?.iter().map(Foto::view).collect())
}

/// Makes photos part of an initiatief. Only one's own, and only those that are not part of something yet.
///
/// # Errors
/// A field problem for a photo that cannot be used.
pub async fn attach_to_initiatief(tx: &Tx, caller: &Caller, id: InitiatiefId, fotos: &[FotoId]) -> Result<(), Error> {
    const TEXT: &str = "UPDATE foto SET initiatief_id = $1, volgorde = $2 WHERE id = $3 AND initiatief_id IS NULL \
        AND opdracht_id IS NULL AND (account_id = $4 OR account_id IS NULL)";
    attach(tx, caller, TEXT, id.0, fotos).await?;
    match fotos.first() {
        Some(first) => crate::initiatief::store::set_first_photo(tx, id, Some(url(*first))).await,
        None => Ok(()),
    }
}

/// Makes photos part of an opdracht, and gives them for the timeline.
///
/// # Errors
/// A field problem for a photo that cannot be used.
pub async fn attach_to_opdracht(
    tx: &Tx,
    caller: &Caller,
    id: OpdrachtId,
    fotos: &[FotoId],
) -> Result<Vec<FotoView>, Error> {
    const TEXT: &str = "UPDATE foto SET opdracht_id = $1, volgorde = $2 WHERE id = $3 AND initiatief_id IS NULL \
        AND opdracht_id IS NULL AND (account_id = $4 OR account_id IS NULL)";
    attach(tx, caller, TEXT, id.0, fotos).await?;
    let mut views = Vec::new();
    for foto in fotos {
        views.push(find(tx, *foto).await?.view());
    }
    Ok(views)
}

async fn attach(tx: &Tx, caller: &Caller, text: &'static str, to: Uuid, fotos: &[FotoId]) -> Result<(), Error> {
    let account = caller.account().map(|AccountId(id)| id);
    for (at, foto) in (0_i64..).zip(fotos) {
        // A photo that was sent before logging in has no owner; its id, known to its sender alone, is the proof.
        let update = sql(tx, text, [to.into(), at.into(), foto.0.into(), account.into()]);
        if tx.execute_raw(update).await?.rows_affected() != 1 {
            return Err(Error::field(&format!("/fotos/{at}"), FieldCode::BestaatNiet));
        }
    }
    Ok(())
}

/// Notes that a file is about to be written, so that it is known whatever comes of it. False while one of that name is
/// being removed.
///
/// # Errors
/// When the database is away.
pub(super) async fn announce_file(tx: &Tx, bestand: &str, at: DateTime<Utc>) -> Result<bool, DbErr> {
    let upsert = sql(
        tx,
        "INSERT INTO foto_bestand (bestand, geschreven_at) VALUES ($1, $2) \
         ON CONFLICT (bestand) DO UPDATE SET geschreven_at = excluded.geschreven_at WHERE foto_bestand.weg_at IS NULL",
        [bestand.into(), at.into()],
    );
    Ok(tx.execute_raw(upsert).await?.rows_affected() == 1)
}

/// Notes the files that photos name and nobody announced: those from before files were.
///
/// # Errors
/// When the database is away.
pub(super) async fn announce_known_files(tx: &Tx) -> Result<(), DbErr> {
    let insert = sql(
        tx,
        "INSERT INTO foto_bestand (bestand, geschreven_at) SELECT bestand, MAX(created_at) FROM foto \
         WHERE NOT EXISTS (SELECT 1 FROM foto_bestand f WHERE f.bestand = foto.bestand) \
         GROUP BY bestand ON CONFLICT DO NOTHING",
        [],
    );
    tx.execute_raw(insert).await?;
    Ok(())
}

/// How many bytes of photos guests sent that belong to nothing, or to what nobody has confirmed.
///
/// # Errors
/// When the database is away.
pub(super) async fn loose_bytes_of_guests(tx: &Tx) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Total {
        bytes: i64,
    }
    let select = sql(
        tx,
        "SELECT CAST(COALESCE(SUM(f.bytes), 0) AS BIGINT) AS bytes FROM foto f \
         LEFT JOIN initiatief i ON i.id = f.initiatief_id \
         WHERE f.account_id IS NULL AND f.opdracht_id IS NULL AND i.ingediend_at IS NULL",
        [],
    );
    Ok(Total::find_by_statement(select).one(tx).await?.map_or(0, |total| total.bytes))
}

/// Some files that no photo names, and that were not written since.
///
/// # Errors
/// When the database is away.
pub(super) async fn unnamed_files<C: ConnectionTrait>(db: &C, before: DateTime<Utc>) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct File {
        bestand: String,
    }
    let select = sql(
        db,
        "SELECT bestand FROM foto_bestand WHERE geschreven_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM foto WHERE foto.bestand = foto_bestand.bestand) ORDER BY bestand LIMIT 100",
        [before.into()],
    );
    Ok(File::find_by_statement(select).all(db).await?.into_iter().map(|file| file.bestand).collect())
}

/// Takes a file in hand to be removed: from here on nobody writes one of that name. False when somebody just did, or a
/// photo names it.
///
/// # Errors
/// When the database is away.
pub(super) async fn take_file_away(
    tx: &Tx,
    bestand: &str,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = sql(
        tx,
        "UPDATE foto_bestand SET weg_at = $1 WHERE bestand = $2 AND geschreven_at < $3 \
         AND NOT EXISTS (SELECT 1 FROM foto WHERE foto.bestand = foto_bestand.bestand)",
        [now.into(), bestand.into(), before.into()],
    );
    Ok(tx.execute_raw(update).await?.rows_affected() == 1)
}

/// Forgets a file that is removed.
///
/// # Errors
/// When the database is away.
pub(super) async fn forget_file(tx: &Tx, bestand: &str) -> Result<(), DbErr> {
    let delete = sql(tx, "DELETE FROM foto_bestand WHERE bestand = $1 AND weg_at IS NOT NULL", [bestand.into()]);
    tx.execute_raw(delete).await?;
    Ok(())
}
