//! What was put in the box and which codes were made, told outside the database as well. A proof shows that a row is ours, not
//! that none is missing: so each time that codes are made or ballots moved, how many there are and their sum stand in the
//! database and in the place of the secrets. Whoever takes rows away, or puts older ones back, would have to write there too.
//!
//! It is told twice: before the transaction that does it, and once that is done (`.voor`, `.na`). What a crash came between is
//! told at the next turn: of what the database has, and the place has announced. What the database has and nobody announced is
//! told by nobody.

use crate::app::{App, sha256};
use crate::error::Error;
use crate::stembus::codes;
use crate::stembus::store;
use crate::stembus::sum::Sum;
use contract::BuurtbegrotingId;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use serde::{Deserialize, Serialize};

/// So many are asked for at once: a store far away takes its time for each.
const AT_ONCE: usize = 16;

/// What was laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Soort {
    /// Codes on letters.
    Codes,
    /// Ballots, moved from where they came in.
    Stembiljetten,
}

impl Soort {
    /// Its word in the database and in names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::Stembiljetten => "stembiljetten",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Codes, Self::Stembiljetten].into_iter().find(|soort| soort.as_str() == word)
    }
}

/// One time that something was laid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Legging {
    /// What.
    pub soort: Soort,
    /// Which time of its kind, from 1.
    pub nummer: i64,
    /// Which attempt: one that was given up leaves its announcement behind.
    pub poging: String,
    /// How many rows.
    pub aantal: i64,
    /// Their sum.
    pub som: String,
    /// What the one before it says, as SHA-256; empty for the first.
    pub vorige: String,
}

impl Legging {
    fn bytes(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))
    }

    /// What the next says of this one.
    ///
    /// # Errors
    /// Never, in truth: all of it can be written as JSON.
    pub fn hash(&self) -> Result<String, Error> {
        Ok(hex::encode(sha256(&self.bytes()?)))
    }

    /// How many rows, and their sum; nothing when somebody wrote there what is none.
    #[must_use]
    pub fn sum(&self) -> Option<Sum> {
        Sum::parse(self.aantal, &self.som)
    }

    fn path(&self, id: BuurtbegrotingId, moment: Moment) -> Path {
        let Self { soort, nummer, poging, .. } = self;
        Path::from(format!("{id}/{}-{nummer:08}-{poging}.{}", soort.as_str(), moment.ending()))
    }
}

/// When it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Before,
    After,
}

impl Moment {
    const fn ending(self) -> &'static str {
        match self {
            Self::Before => "voor",
            Self::After => "na",
        }
    }
}

/// Announces the next, before any transaction begins. First it is seen to that the one before it was told to its end.
///
/// # Errors
/// When the place of the secrets is away: then nothing is laid.
pub async fn announce(app: &App, id: BuurtbegrotingId, soort: Soort, sum: Sum) -> Result<Legging, Error> {
    let last = store::last_legging(app.databases().primary(), id, soort).await?;
    if let Some(last) = &last {
        settle(app, id, last).await?;
    }
    let next = Legging {
        soort,
        nummer: last.as_ref().map_or(0, |last| last.nummer).saturating_add(1),
        poging: hex::encode(app.random::<16>()?),
        aantal: sum.rows(),
        som: sum.to_string(),
        vorige: last.as_ref().map(Legging::hash).transpose()?.unwrap_or_default(),
    };
    put(app, id, &next, Moment::Before).await?;
    Ok(next)
}

/// Tells that it is done. When the place is away by now, the next turn does it.
pub async fn confirm(app: &App, id: BuurtbegrotingId, done: &Legging) {
    if put(app, id, done, Moment::After).await.is_err() {
        tracing::warn!(buurtbegroting.id = %id, "what was laid in a ballot box is told at the next turn");
    }
}

/// Sees to it that what the database has is told to its end; `false` when nobody announced it.
///
/// # Errors
/// When the place of the secrets is away.
pub async fn settle(app: &App, id: BuurtbegrotingId, kept: &Legging) -> Result<bool, Error> {
    if read(app, &kept.path(id, Moment::After)).await?.is_some() {
        return Ok(true);
    }
    if read(app, &kept.path(id, Moment::Before)).await?.as_ref() == Some(kept) {
        put(app, id, kept, Moment::After).await?;
        return Ok(true);
    }
    tracing::error!(buurtbegroting.id = %id, "the database tells of what nobody laid in a ballot box: somebody must look");
    Ok(false)
}

/// All that was told to its end, in no order; `None` for what cannot be read.
///
/// # Errors
/// When the place of the secrets is away.
pub async fn told(app: &App, id: BuurtbegrotingId) -> Result<Vec<Option<Legging>>, Error> {
    let ending = format!(".{}", Moment::After.ending());
    let names = codes::names_in(app, &Path::from(id.to_string()))
        .await?
        .into_iter()
        .filter(|path| path.as_ref().ends_with(&ending));
    stream::iter(names.map(|path| async move { read(app, &path).await })).buffer_unordered(AT_ONCE).try_collect().await
}

/// Forgets all of it; a second time is fine.
///
/// # Errors
/// When the place of the secrets does not let go of it.
pub async fn destroy(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    for path in codes::names_in(app, &Path::from(id.to_string())).await? {
        app.round_keys.delete(&path).await?;
    }
    Ok(())
}

async fn put(app: &App, id: BuurtbegrotingId, own: &Legging, moment: Moment) -> Result<(), Error> {
    // When it is there, another instance told it.
    codes::put_once(app, &own.path(id, moment), own.bytes()?).await
}

/// What is told there; nothing when it is not there, or cannot be read.
async fn read(app: &App, path: &Path) -> Result<Option<Legging>, Error> {
    let bytes = app.round_keys.get(path).await?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_has_one_text_that_reads_back_and_names_its_kind_number_and_attempt() {
        let own = Legging {
            soort: Soort::Stembiljetten,
            nummer: 12,
            poging: "ab".into(),
            aantal: 250,
            som: "00".repeat(32),
            vorige: String::new(),
        };
        let text = String::from_utf8(own.bytes().unwrap()).unwrap();
        assert!(text.starts_with("{\"soort\":\"stembiljetten\",\"nummer\":12,\"poging\":\"ab\""), "{text}");
        assert_eq!(serde_json::from_str::<Legging>(&text).unwrap(), own);
        assert_ne!(own.hash().unwrap(), Legging { aantal: 251, ..own.clone() }.hash().unwrap());
        let id = BuurtbegrotingId(uuid::Uuid::nil());
        let path = own.path(id, Moment::After);
        assert_eq!(path.as_ref(), "00000000-0000-0000-0000-000000000000/stembiljetten-00000012-ab.na");
        for soort in [Soort::Codes, Soort::Stembiljetten] {
            assert_eq!(Soort::parse(soort.as_str()), Some(soort));
        }
        assert_eq!((own.sum().map(Sum::rows), Legging { som: "x".into(), ..own }.sum()), (Some(250), None));
    }
}
