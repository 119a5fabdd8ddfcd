//! What voters are recognised by, and what shows that a row is ours. The secret of a round stands outside the database:
//! without it nobody can tell from the database who voted or which codes are good, and nobody can write a row there that is
//! taken for one of ours (SECURITY-RULES V-1, V-1a).

use crate::app::App;
use crate::buurtbegroting::{self, Buurtbegroting};
use crate::error::Error;
use crate::stembus::legging;
use crate::stembus::store::{self, Letter};
use crate::stembus::sum::Sum;
use crate::storage::Storage;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use contract::buurtbegroting::BuurtbegrotingFase as Fase;
use contract::stem::Stemcode;
use contract::{AccountId, BundelId, BuurtbegrotingId};
use object_store::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many random bytes stand in each [`RoundKey::stand`].
pub const ONCE: usize = 16;

/// The secret of a round.
#[derive(Clone)]
pub struct RoundKey(hmac::Key);

impl std::fmt::Debug for RoundKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl RoundKey {
    fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    fn mark(&self, what: &str, id: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(what.as_bytes());
        context.update(&[0]);
        context.update(id);
        context.sign().as_ref().to_vec()
    }

    /// The same of several parts, each with its length before it: no two lists of parts are signed alike. What it is about is
    /// another word than [`RoundKey::mark`] ever uses.
    fn sign(&self, what: &str, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(what.as_bytes());
        context.update(&[0]);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
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

    /// Shows that a code stands on the letter of this number, as the first or a later one.
    pub fn proof_of_code(&self, id: BuurtbegrotingId, merk: &[u8], (nummer, generatie): (i64, i64)) -> Vec<u8> {
        self.sign("brief", &[id.0.as_bytes().as_slice(), merk, &nummer.to_be_bytes(), &generatie.to_be_bytes()])
    }

    /// Shows that an envelope is that of a ballot, as it was cast or as it was changed.
    pub fn proof_of_envelope(
        &self,
        id: BuurtbegrotingId,
        (biljet, wijziging): (&[u8], i64),
        envelop: &[u8],
    ) -> Vec<u8> {
        self.sign("envelop", &[id.0.as_bytes().as_slice(), biljet, &wijziging.to_be_bytes(), envelop])
    }

    /// How a ballot stands, to be held against later. Of two of these nobody else sees whether it was changed in between.
    pub fn stand(&self, id: BuurtbegrotingId, (biljet, wijziging): (&[u8], i64), once: &[u8]) -> String {
        let sum = self.sign("stand", &[id.0.as_bytes().as_slice(), biljet, &wijziging.to_be_bytes(), once]);
        hex::encode([once, sum.as_slice()].concat())
    }

    /// Whether a ballot stands so.
    pub fn is_stand(&self, id: BuurtbegrotingId, at: (&[u8], i64), stand: &str) -> bool {
        let bytes = hex::decode(stand).unwrap_or_default();
        let Some((once, _)) = bytes.split_at_checked(ONCE) else { return false };
        verify_slices_are_equal(self.stand(id, at, once).as_bytes(), stand.as_bytes()).is_ok()
    }

    /// Shows that a vote opened with the rules of this hash.
    pub fn proof_of_opening(&self, id: BuurtbegrotingId, hash: &str) -> Vec<u8> {
        self.sign("opening", &[id.0.as_bytes().as_slice(), hash.as_bytes()])
    }

    /// Shows that somebody entered a ballot on paper so: which ballot and whose turn it was, who, its mark and what is on it.
    pub fn proof_of_entry(
        &self,
        id: BundelId,
        (nummer, beurt, door): (i64, i64, AccountId),
        (merk, envelop): (&[u8], &[u8]),
    ) -> Vec<u8> {
        let (nummer, beurt) = (nummer.to_be_bytes(), beurt.to_be_bytes());
        self.sign("papier", &[id.0.as_bytes().as_slice(), &nummer, &beurt, door.0.as_bytes(), merk, envelop])
    }

    /// What a row counts for in a running sum: a number that nobody foresees, made of its proof and so of all that it proves.
    pub fn in_sum(&self, proof: &[u8]) -> Sum {
        Sum::of(&self.sign("rij", &[proof]))
    }
}

/// Whether a proof is the one that it should be; the time that takes does not tell where they differ.
#[must_use]
pub fn is_proof(found: &[u8], expected: &[u8]) -> bool {
    verify_slices_are_equal(found, expected).is_ok()
}

/// A letter whose code is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoodLetter {
    /// Its number.
    pub nummer: i64,
    /// Whether it stands in for a lost one.
    pub is_replacement: bool,
}

/// What comes of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<T> {
    /// It is good.
    Good(T),
    /// It was, until another took its place on the letter of its number. Whoever has it hears so: that tells nothing of who voted,
    /// and it is no guess (SECURITY-RULES V-1a, B-1).
    Replaced,
    /// It is on no letter, or somebody put it in the database who has not the secret.
    Unknown,
}

impl<T> Verdict<T> {
    /// What it is good for.
    pub fn good(self) -> Option<T> {
        match self {
            Self::Good(good) => Some(good),
            Self::Replaced | Self::Unknown => None,
        }
    }
}

/// What a code is good for. Of one that somebody put in the database who has not the secret somebody must hear; nothing is named
/// (SECURITY-RULES V-5). In rounds of the first form nothing is left of a code once another took its place.
#[must_use]
pub fn judge(key: &RoundKey, id: BuurtbegrotingId, letter: &Letter) -> Verdict<GoodLetter> {
    let Some(row) = &letter.row else { return Verdict::Unknown };
    let Some(proven) = &row.proven else {
        return Verdict::Good(GoodLetter { nummer: row.nummer, is_replacement: false });
    };
    let expected = key.proof_of_code(id, &letter.merk, (row.nummer, proven.generatie));
    if !is_proof(&proven.bewijs, &expected) {
        tracing::error!(buurtbegroting.id = %id, "a code in the database does not bear its proof: somebody must look");
        return Verdict::Unknown;
    }
    if proven.generatie == proven.laatste {
        Verdict::Good(GoodLetter { nummer: row.nummer, is_replacement: proven.generatie > 0 })
    } else {
        Verdict::Replaced
    }
}

fn place(id: BuurtbegrotingId) -> Path {
    Path::from(format!("{id}.geheim"))
}

/// Stands in the place of the secrets from its first use on: a folder that is not mounted has none, and is told from a secret
/// that was lost.
const MARK: &str = "plaats";

/// Whether this instance saw the mark of the place of secrets.
#[derive(Debug, Default)]
pub struct Marked(AtomicBool);

/// Puts something in the place of the secrets, once.
///
/// # Errors
/// When the place does not take it.
pub async fn put_once(app: &App, path: &Path, bytes: Vec<u8>) -> Result<(), Error> {
    app.round_keys.put_once(path, bytes).await.map(|_is_new| ())
}

/// Whether something is in the place of the secrets.
///
/// # Errors
/// When the place does not answer.
pub async fn is_there(app: &App, path: &Path) -> Result<bool, Error> {
    app.round_keys.is_there(path).await
}

/// What is in a folder of the place of the secrets, in no order.
///
/// # Errors
/// When the place does not answer.
pub async fn names_in(app: &App, folder: &Path) -> Result<Vec<Path>, Error> {
    app.round_keys.list(folder).await
}

/// What stands in the mark.
const OURS: &[u8] = b"wijkkoers";

/// Marks the place: what was looked for was found here.
async fn mark_place(app: &App) -> Result<(), Error> {
    if !app.round_keys_marked.0.load(Ordering::SeqCst) {
        put_once(app, &Path::from(MARK), OURS.to_vec()).await?;
        app.round_keys_marked.0.store(true, Ordering::SeqCst);
    }
    Ok(())
}

/// A place without a mark is ours when there is no vote whose secret should be in it, or when one of those is.
async fn is_ours(app: &App) -> Result<bool, Error> {
    if is_there(app, &Path::from(MARK)).await? {
        return Ok(true);
    }
    let running = buurtbegroting::list_with_secret(app.databases().primary(), app).await?;
    for id in &running {
        if is_there(app, &place(*id)).await? {
            return Ok(true);
        }
    }
    Ok(running.is_empty())
}

/// Two servers that publish a vote at once must end with one secret: letters are made by it. So its place may not write over what
/// is there.
async fn check_keeps_the_first(secrets: &Storage) -> Result<(), Error> {
    if secrets.put_once(&Path::from(MARK), OURS.to_vec()).await? {
        tracing::error!("the place of the secrets of votes writes over what is there: no vote is published with it");
        return Err(Error::Busy);
    }
    Ok(())
}

/// Makes the secret of a round; a second time is fine, and changes nothing.
///
/// # Errors
/// When its place does not take it, or is another than that of the votes that go on.
pub async fn make_round_key(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    if !is_ours(app).await? {
        tracing::error!("the place of the secrets of votes is empty: is it mounted?");
        return Err(Error::Busy);
    }
    mark_place(app).await?;
    check_keeps_the_first(&app.round_keys).await?;
    put_once(app, &place(id), app.random::<32>()?.to_vec()).await?;
    // A store may refuse the second of two that meet before the first has it, and that one may still fail.
    if is_there(app, &place(id)).await? { Ok(()) } else { Err(Error::Busy) }
}

/// The secret of a round.
///
/// # Errors
/// [`Error::Busy`] when it cannot be had: its place does not answer, or it is not there.
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
/// When its place does not answer, or is none: an empty folder is not taken for a lost secret.
pub async fn find_round_key(app: &App, id: BuurtbegrotingId) -> Result<Option<RoundKey>, Error> {
    let Some(bytes) = app.round_keys.get(&place(id)).await? else {
        if is_there(app, &Path::from(MARK)).await? {
            return Ok(None);
        }
        tracing::error!("the place of the secrets of votes is empty: is it mounted?");
        return Err(Error::Busy);
    };
    mark_place(app).await?;
    Ok(Some(RoundKey::new(&bytes)))
}

/// Destroys the secret of a round, and what was told beside it; a second time is fine.
///
/// # Errors
/// When its place does not let go of it.
pub async fn destroy_round_key(app: &App, id: BuurtbegrotingId) -> Result<(), Error> {
    app.round_keys.delete(&place(id)).await?;
    legging::destroy(app, id).await
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

/// Whether it was found out that the secret of a round is lost.
///
/// # Errors
/// When the database is away.
pub async fn is_secret_lost<C: sea_orm::ConnectionTrait>(db: &C, id: BuurtbegrotingId) -> Result<bool, Error> {
    Ok(store::findings(db, id).await?.contains(&contract::stembureau::Bevinding::GeheimKwijt))
}

/// A secret for tests of what goes by one.
#[cfg(test)]
pub(super) fn key_of_a_test(number: u8) -> RoundKey {
    RoundKey::new(&[number; 32])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stembus::store::{CodeOnLetter, Proven};
    use crate::storage::like_s3;
    use uuid::Uuid;

    const fn round(number: u128) -> BuurtbegrotingId {
        BuurtbegrotingId(Uuid::from_u128(number))
    }

    // V-1a
    #[test]
    fn a_proof_is_another_for_everything_that_it_proves() {
        let (key, other) = (key_of_a_test(1), key_of_a_test(2));
        let code = key.proof_of_code(round(1), b"merk", (7, 0));
        for changed in [
            other.proof_of_code(round(1), b"merk", (7, 0)),
            key.proof_of_code(round(2), b"merk", (7, 0)),
            key.proof_of_code(round(1), b"mark", (7, 0)),
            key.proof_of_code(round(1), b"merk", (8, 0)),
            key.proof_of_code(round(1), b"merk", (7, 1)),
            key.proof_of_code(round(1), b"merk", (0, 7)),
            key.proof_of_envelope(round(1), (b"merk", 7), &0_i64.to_be_bytes()),
        ] {
            assert!(!is_proof(&code, &changed));
        }
        let envelope = key.proof_of_envelope(round(1), (b"biljet", 0), b"envelop");
        for changed in [
            other.proof_of_envelope(round(1), (b"biljet", 0), b"envelop"),
            key.proof_of_envelope(round(2), (b"biljet", 0), b"envelop"),
            key.proof_of_envelope(round(1), (b"biljer", 0), b"envelop"),
            key.proof_of_envelope(round(1), (b"biljet", 1), b"envelop"),
            key.proof_of_envelope(round(1), (b"biljet", 0), b"envelep"),
        ] {
            assert!(!is_proof(&envelope, &changed));
        }
        assert!(is_proof(&code, &key.proof_of_code(round(1), b"merk", (7, 0))));
        assert!(!is_proof(&[], &code) && !is_proof(&code, &[]));
    }

    #[test]
    fn what_is_signed_cannot_be_cut_otherwise() {
        let key = key_of_a_test(1);
        let all: [&[&[u8]]; 5] = [&[b"ab", b"c"], &[b"a", b"bc"], &[b"abc"], &[b"abc", b""], &[b"", b"abc"]];
        for (at, parts) in all.iter().enumerate() {
            for other in all.iter().skip(at + 1) {
                assert_ne!(key.sign("wat", parts), key.sign("wat", other), "{parts:?} {other:?}");
            }
        }
        assert_ne!(key.sign("wat", &[b"abc"]), key.mark("wat", b"abc"));
        // Words end before what follows them.
        assert_ne!(key.mark("wa", b"t"), key.mark("wat", b""));
    }

    // V-1a: two servers would each make letters by a secret of their own, and one of the two would be gone.
    #[tokio::test]
    async fn a_place_that_writes_over_what_is_there_is_given_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let of_folder = Storage::of_secrets(folder.path().to_str().unwrap()).unwrap();
        for (kind, place, is_good) in [
            ("a folder", of_folder, true),
            ("S3", like_s3::place(false), true),
            ("what is called compatible", like_s3::place(true), false),
        ] {
            assert!(place.put_once(&Path::from(MARK), OURS.to_vec()).await.unwrap(), "{kind}");
            assert_eq!(check_keeps_the_first(&place).await.is_ok(), is_good, "{kind}");
        }
    }

    // V-1a
    #[test]
    fn a_code_is_good_when_its_row_is_ours_and_the_last_of_its_number() {
        let key = key_of_a_test(1);
        let row = |nummer: i64, generatie: i64, laatste: i64, bewijs: Vec<u8>| Letter {
            merk: b"merk".to_vec(),
            row: Some(CodeOnLetter { nummer, proven: Some(Proven { generatie, laatste, bewijs }) }),
        };
        let of = |nummer: i64, generatie: i64| key.proof_of_code(round(1), b"merk", (nummer, generatie));
        let good = |nummer: i64, is_replacement: bool| Verdict::Good(GoodLetter { nummer, is_replacement });
        for (letter, expected) in [
            (Letter { merk: b"merk".to_vec(), row: None }, Verdict::Unknown),
            (row(7, 0, 0, of(7, 0)), good(7, false)),
            (row(7, 2, 2, of(7, 2)), good(7, true)),
            // Another took its place.
            (row(7, 0, 1, of(7, 0)), Verdict::Replaced),
            // Somebody put it beside another number, or made it the later one.
            (row(8, 0, 0, of(7, 0)), Verdict::Unknown),
            (row(7, 1, 1, of(7, 0)), Verdict::Unknown),
            (row(7, 0, 0, Vec::new()), Verdict::Unknown),
            (row(7, 0, 1, Vec::new()), Verdict::Unknown),
        ] {
            assert_eq!(judge(&key, round(1), &letter), expected, "{letter:?}");
        }
        assert_eq!(judge(&key, round(2), &row(7, 0, 0, of(7, 0))), Verdict::Unknown, "of another round");
        // Rows of the first form bear none.
        let before = Letter { merk: b"merk".to_vec(), row: Some(CodeOnLetter { nummer: 7, proven: None }) };
        assert_eq!(judge(&key, round(1), &before), good(7, false));
    }
}
