//! What voters are recognised by. The secret of a round stands outside the database: without it, nobody can tell from
//! the database who voted, nor which codes are good.

use crate::app::App;
use crate::error::Error;
use crate::stembus::store;
use aws_lc_rs::hmac;
use contract::BuurtbegrotingId;
use contract::stem::Stemcode;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};

/// The secret of a round.
pub struct RoundKey(hmac::Key);

impl std::fmt::Debug for RoundKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl RoundKey {
    fn mark(&self, what: &str, id: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(what.as_bytes());
        context.update(&[0]);
        context.update(id);
        context.sign().as_ref().to_vec()
    }

    /// What a code is recognised by (SECURITY-RULES V-5).
    pub fn of_code(&self, code: &Stemcode) -> Vec<u8> {
        self.mark("merk", code.as_str().as_bytes())
    }

    /// Who votes with the letter of this number: the same voter, also with a code in place of a lost one (V-1).
    pub fn of_letter(&self, nummer: i64) -> Vec<u8> {
        self.mark("stemcode", &nummer.to_be_bytes())
    }
}

fn place(id: BuurtbegrotingId) -> Path {
    Path::from(format!("{id}.geheim"))
}

/// Makes the secret of a round; a second time is fine, and changes nothing.
///
/// # Errors
/// When its place does not take it.
pub async fn make_round_key(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    let bytes = app.random::<32>()?;
    let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    match app.round_keys.put_opts(&place(id), bytes.to_vec().into(), options).await {
        Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
        Err(error) => Err(Error::Internal(format!("the secret of a vote: {error}"))),
    }
}

/// The secret of a round.
///
/// # Errors
/// When it was never made, or was destroyed.
pub async fn round_key(app: &App, id: BuurtbegrotingId) -> Result<RoundKey, Error> {
    let odd = |error: object_store::Error| Error::Internal(format!("the secret of a vote: {error}"));
    let bytes = app.round_keys.get(&place(id)).await.map_err(odd)?.bytes().await.map_err(odd)?;
    Ok(RoundKey(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
}

/// Makes a code good that somebody thought of: for the demo, whose codes everybody may know.
///
/// # Errors
/// When it cannot be stored.
pub async fn add_letter(app: &App, id: BuurtbegrotingId, nummer: i64, code: &Stemcode) -> Result<(), Error> {
    let mark = round_key(app, id).await?.of_code(code);
    let tx = app.begin().await?;
    store::insert_code(&tx, id, (nummer, mark)).await?;
    tx.commit().await?;
    Ok(())
}
