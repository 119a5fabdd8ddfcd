//! The same request sent again has one effect (SECURITY-RULES D-6).
//!
//! The row is written in the transaction of the effect. A second request with the key waits for the first (on the
//! unique key, or on SQLite's write lock) and then gets its answer; a first that failed left no row, so the repeat is
//! simply a first.

use crate::app::sha256;
use crate::caller::Caller;
use crate::database::sql;
use crate::error::Error;
use contract::IdempotencyKey;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Debug, FromQueryResult)]
struct Kept {
    route: String,
    body_hash: Vec<u8>,
    antwoord: String,
}

/// One attempt: its key, and what was asked.
#[derive(Debug)]
pub struct Attempt {
    actor: String,
    key: IdempotencyKey,
    route: &'static str,
    body_hash: Vec<u8>,
}

impl Attempt {
    /// Names the attempt of this caller at this route with this request.
    ///
    /// # Errors
    /// When the request cannot be written as JSON.
    pub fn new(
        caller: &Caller,
        key: IdempotencyKey,
        route: &'static str,
        request: &impl Serialize,
    ) -> Result<Self, Error> {
        let body = serde_json::to_vec(request).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { actor: caller.actor(), key, route, body_hash: sha256(&body) })
    }

    /// The answer that was given before, if there was one. Claims the key otherwise.
    ///
    /// # Errors
    /// [`Error::KeyReused`] when the key came with another request.
    pub async fn earlier<C: ConnectionTrait, T: DeserializeOwned>(
        &self,
        tx: &C,
        caller: &Caller,
    ) -> Result<Option<T>, Error> {
        let claim = sql(
            tx,
            "INSERT INTO idempotentie (actor, sleutel, route, body_hash, antwoord, created_at) \
             VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT DO NOTHING",
            [
                self.actor.clone().into(),
                self.key.as_str().into(),
                self.route.into(),
                self.body_hash.clone().into(),
                caller.app.now().into(),
            ],
        );
        if tx.execute_raw(claim).await?.rows_affected() == 1 {
            return Ok(None);
        }
        self.answered(tx).await?.map(Some).ok_or(Error::Busy)
    }

    /// The same, without claiming the key: for what costs much, to know before. Who comes at the same time is not seen,
    /// so [`Attempt::earlier`] still has to be asked in the transaction of the effect.
    ///
    /// # Errors
    /// [`Error::KeyReused`] when the key came with another request.
    pub async fn answered<C: ConnectionTrait, T: DeserializeOwned>(&self, db: &C) -> Result<Option<T>, Error> {
        let select = sql(
            db,
            "SELECT route, body_hash, antwoord FROM idempotentie WHERE actor = $1 AND sleutel = $2",
            [self.actor.clone().into(), self.key.as_str().into()],
        );
        let Some(kept) = Kept::find_by_statement(select).one(db).await? else { return Ok(None) };
        if kept.route != self.route || kept.body_hash != self.body_hash {
            return Err(Error::KeyReused);
        }
        serde_json::from_str(&kept.antwoord).map(Some).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Keeps the answer, in the transaction of the effect.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub async fn keep<C: ConnectionTrait>(&self, tx: &C, answer: &impl Serialize) -> Result<(), Error> {
        let answer = serde_json::to_string(answer).map_err(|error| Error::Internal(error.to_string()))?;
        let update = sql(
            tx,
            "UPDATE idempotentie SET antwoord = $1 WHERE actor = $2 AND sleutel = $3",
            [answer.into(), self.actor.clone().into(), self.key.as_str().into()],
        );
        tx.execute_raw(update).await?;
        Ok(())
    }
}
