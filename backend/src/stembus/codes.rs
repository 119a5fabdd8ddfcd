//! What voters are recognised by. The secret of a round stands outside the database: without it, nobody can tell from
//! the database who voted, nor which codes are good.

use crate::app::{App, Tx};
use crate::audit;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::error::Error;
use crate::stembus::store;
use aws_lc_rs::hmac;
use contract::BuurtbegrotingId;
use contract::buurtbegroting::BuurtbegrotingFase as Fase;
use contract::stem::Stemcode;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};

/// The secret of a round.
#[derive(Clone)]
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

    /// What an entry of a ballot on paper is recognised by.
    pub fn of_entry(&self, what: &[u8]) -> Vec<u8> {
        self.mark("invoer", what)
    }

    /// What shows that a row of a custodian was written by this program: the database alone cannot make one.
    pub fn of_keeper(&self, what: &[u8]) -> Vec<u8> {
        self.mark("bewaarder", what)
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
        Err(error) => Err(away(&error)),
    }
}

/// The place of the secrets does not answer now: voters come back (SECURITY-RULES E-3).
pub fn away(error: &object_store::Error) -> Error {
    tracing::error!(%error, "the secrets of votes are out of reach");
    Error::Busy
}

/// The secret of a round.
///
/// # Errors
/// [`Error::Busy`] when it cannot be had: its place does not answer, or it is not there, which a folder that is not mounted
/// looks like.
pub async fn round_key(app: &App, id: BuurtbegrotingId) -> Result<RoundKey, Error> {
    let found = find_round_key(app, id).await?;
    found.ok_or_else(|| {
        tracing::error!(buurtbegroting.id = %id, "the secret of a vote is not where it should be");
        Error::Busy
    })
}

/// The same; none when it was never made, or was destroyed or lost.
///
/// # Errors
/// When its place does not answer.
pub async fn find_round_key(app: &App, id: BuurtbegrotingId) -> Result<Option<RoundKey>, Error> {
    let found = match app.round_keys.get(&place(id)).await {
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        other => other.map_err(|error| away(&error))?,
    };
    let bytes = found.bytes().await.map_err(|error| away(&error))?;
    Ok(Some(RoundKey(hmac::Key::new(hmac::HMAC_SHA256, &bytes))))
}

/// Destroys the secret of a round; a second time is fine.
///
/// # Errors
/// When its place does not let go of it.
pub async fn destroy_round_key(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    match app.round_keys.delete(&place(id)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(away(&error)),
    }
}

/// A code that was just made, with what it is recognised by.
pub struct NewCode {
    /// The code.
    pub code: Stemcode,
    mark: Vec<u8>,
}

/// Makes so many codes, before any transaction begins.
///
/// # Errors
/// When the system has no randomness.
pub fn make_codes(app: &App, key: &RoundKey, number: u32) -> Result<Vec<NewCode>, Error> {
    let make = |_| {
        let code = Stemcode::from_random(app.random()?);
        Ok(NewCode { mark: key.of_code(&code), code })
    };
    (0..number).map(make).collect()
}

/// Stores codes as letters, numbered on from the last; gives the number of the first. The round is held, so that
/// numbers do not meet.
///
/// # Errors
/// When they cannot be stored.
pub async fn store_letters(tx: &Tx, id: BuurtbegrotingId, codes: &[NewCode]) -> Result<i64, Error> {
    let first = store::last_letter(tx, id).await?.saturating_add(1);
    let marks: Vec<(i64, Vec<u8>)> = (first..).zip(codes).map(|(nummer, own)| (nummer, own.mark.clone())).collect();
    store::insert_codes(tx, id, &marks).await?;
    Ok(first)
}

/// Letters on the command line of the server, noted as the program's own deed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::VotingIsShut`] when the round takes no codes.
pub async fn make_letters_by_hand(app: &App, id: BuurtbegrotingId, number: u32) -> Result<Vec<(i64, Stemcode)>, Error> {
    check_takes_codes(&buurtbegroting::look(app.databases().primary(), app, id).await?)?;
    let codes = make_codes(app, &round_key(app, id).await?, number)?;
    let tx = app.begin().await?;
    check_takes_codes(&buurtbegroting::hold(&tx, app, id).await?)?;
    let first = store_letters(&tx, id, &codes).await?;
    let what = Some(number.to_string());
    audit::note_of_system(&tx, app, "stemcodes.maken", format!("buurtbegroting:{id}"), what).await?;
    tx.commit().await?;
    Ok((first..).zip(codes.into_iter().map(|own| own.code)).collect())
}

/// Codes are good from the moment that the round is published until its box is shut.
///
/// # Errors
/// [`Error::VotingIsShut`].
pub fn check_takes_codes(round: &Buurtbegroting) -> Result<(), Error> {
    match round.fase {
        Fase::Voorbereiding | Fase::Inzenden | Fase::Toetsen | Fase::Stemmen if round.is_published => Ok(()),
        Fase::Voorbereiding
        | Fase::Inzenden
        | Fase::Toetsen
        | Fase::Stemmen
        | Fase::Tellen
        | Fase::Uitslag
        | Fase::Uitvoering
        | Fase::Gestopt => Err(Error::VotingIsShut),
    }
}

/// Makes a code good that somebody thought of: for the demo, whose codes everybody may know.
///
/// # Errors
/// When it cannot be stored.
pub async fn add_letter(app: &App, id: BuurtbegrotingId, nummer: i64, code: &Stemcode) -> Result<(), Error> {
    let mark = round_key(app, id).await?.of_code(code);
    let tx = app.begin().await?;
    store::insert_codes(&tx, id, &[(nummer, mark)]).await?;
    tx.commit().await?;
    Ok(())
}
