//! Parts on their way to each other. Two custodians hand in their parts on two logins, perhaps at two instances, so the first
//! part waits a few minutes where all instances find it. It is sealed under a secret of its own, which stands with the
//! secrets of votes, outside the database, and is destroyed when the part was used or its time is over: neither the database,
//! nor a copy of it, nor that place later on, gives the part.

use crate::app::App;
use crate::error::Error;
use crate::stembus::bewaarders::store::{self, Waiting};
use crate::stembus::seal::{self, Opener};
use chrono::{DateTime, Utc};
use contract::BuurtbegrotingId;
use contract::stembureau::Sleuteldeel;
use object_store::path::Path;
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

const ENDING: &str = ".deel";
/// How many characters the id of a round has.
const ROUND: usize = 36;

fn place(id: BuurtbegrotingId, geheim: Uuid) -> Path {
    Path::from(format!("{id}-{geheim}{ENDING}"))
}

/// Seals a part under a new secret.
///
/// # Errors
/// When the place of secrets does not take it.
pub async fn pack(
    app: &App,
    id: BuurtbegrotingId,
    (plaats, part): (i64, &Sleuteldeel),
    expires_at: DateTime<Utc>,
) -> Result<Waiting, Error> {
    let geheim = app.random_id()?;
    let bytes = Zeroizing::new(app.random::<32>()?);
    let verzegeld = seal::seal(&Opener::new(&bytes).public(), part.bytes())?;
    if !app.round_keys.put_once(&place(id, geheim), bytes.to_vec()).await? {
        return Err(Error::Internal("a secret of that name is there already".into()));
    }
    Ok(Waiting { plaats, geheim, verzegeld, expires_at })
}

/// Opens a part that waits; none when its secret is gone.
///
/// # Errors
/// When the place of secrets does not answer.
pub async fn unpack(app: &App, id: BuurtbegrotingId, waiting: &Waiting) -> Result<Option<Sleuteldeel>, Error> {
    let Some(bytes) = app.round_keys.get(&place(id, waiting.geheim)).await? else { return Ok(None) };
    let Ok(secret) = <&[u8; 32]>::try_from(bytes.as_slice()) else { return Ok(None) };
    Ok(seal::open(&Opener::new(secret), &waiting.verzegeld).map(Sleuteldeel::new))
}

/// Longest that a part may be on its way: far more than it waits for another.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Destroys secrets of parts that stayed behind: their place did not let go of them when the part was used, or the part that was
/// to come with them never did.
///
/// # Errors
/// When the place of secrets or the database is away.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let old = |(path, age): (Path, Duration)| {
        let (_round, geheim) = path.filename()?.strip_suffix(ENDING)?.split_at_checked(ROUND)?;
        (age > LONGEST).then(|| Some((geheim.strip_prefix('-')?.parse::<Uuid>().ok()?, path.clone())))?
    };
    let found: Vec<(Uuid, Path)> = app.round_keys.list_here().await?.into_iter().filter_map(old).collect();
    for (geheim, path) in found {
        if !store::waits(app.databases().primary(), geheim).await? {
            tracing::warn!(%path, "the secret of a part stayed behind, and is destroyed");
            app.round_keys.delete(&path).await?;
        }
    }
    Ok(())
}

/// Destroys the secret of a part; a second time is fine.
///
/// # Errors
/// When its place does not let go of it.
pub async fn destroy(app: &App, id: BuurtbegrotingId, geheim: Uuid) -> Result<(), Error> {
    app.round_keys.delete(&place(id, geheim)).await
}
