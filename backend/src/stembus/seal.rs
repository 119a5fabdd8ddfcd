//! The envelope of a ballot, and the key that opens it.
//!
//! An envelope is a sealed box as libsodium makes it: a key of its own for each envelope, X25519, XSalsa20-Poly1305.
//! The private half of a round's key is cut in three by Shamir's method, any two of which give it back, and is then
//! forgotten: this server has it in memory while it is made and while ballots are opened, and at no other moment. Each part
//! is sealed in the same way to the custodian who keeps it.

use crate::app::sha256;
use crate::error::Error;
use blahaj::{Share, Sharks};
use contract::stembureau::Sleuteldeel;
use crypto_box::aead::OsRng;
use crypto_box::{PublicKey, SecretKey};
// Its tables make sealing fast.
use curve25519_dalek::MontgomeryPoint;
use zeroize::Zeroizing;

/// How many parts a key has, and how many of them open it.
const PARTS: usize = 3;
const NEEDED: u8 = 2;
/// Bytes at the end of a part that show a typing error.
const CHECK: usize = 4;

/// A new key: its public half, and the parts of the other.
pub struct NewKey {
    /// Ballots are sealed to it.
    pub public: [u8; 32],
    /// One for each custodian.
    pub parts: Vec<Sleuteldeel>,
}

/// The private half of a key, in memory: what was sealed to its public half is opened with it.
pub struct Opener(Box<SecretKey>);

impl Opener {
    /// A key out of random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Box::new(SecretKey::from_bytes(*bytes)))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.public_key().to_bytes()
    }
}

/// Overwritten when nobody needs it any more. `SecretKey` holds its bytes twice, and by itself overwrites one of them.
impl Drop for Opener {
    fn drop(&mut self) {
        *self.0 = SecretKey::from_bytes([0; 32]);
        std::hint::black_box(&self.0);
    }
}

/// Makes a key.
pub fn make() -> NewKey {
    let secret = Opener(Box::new(SecretKey::generate(&mut OsRng)));
    let bytes = Zeroizing::new(secret.0.to_bytes());
    let parts = Sharks(NEEDED).dealer(&bytes[..]).take(PARTS).map(|share| {
        let share = Zeroizing::new(Vec::<u8>::from(&share));
        // As large as it becomes: growing would leave what was there in memory.
        let mut bytes = Vec::with_capacity(Sleuteldeel::BYTES);
        bytes.extend_from_slice(&share);
        bytes.extend(sha256(&share).into_iter().take(CHECK));
        Sleuteldeel::new(bytes)
    });
    NewKey { public: secret.public(), parts: parts.collect() }
}

/// Whether something can be sealed to this key so that only its owner opens it. There are a few points of the curve with
/// which everybody opens it.
#[must_use]
pub fn is_usable(public: &[u8; 32]) -> bool {
    MontgomeryPoint(*public).mul_clamped([1; 32]).to_bytes() != [0; 32]
}

/// Two parts that do not open this round: one of them is copied wrongly, of another round, or twice the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongParts;

/// Puts two parts together, to the key with this public half and no other.
///
/// # Errors
/// [`WrongParts`].
pub fn join(parts: &[Sleuteldeel; 2], public: &[u8]) -> Result<Opener, WrongParts> {
    let share = |part: &Sleuteldeel| {
        let (bytes, check) = part.bytes().split_at_checked(part.bytes().len().saturating_sub(CHECK))?;
        sha256(bytes).starts_with(check).then(|| Share::try_from(bytes).ok()).flatten()
    };
    let shares: Option<Vec<Share>> = parts.iter().map(share).collect();
    let secret = Zeroizing::new(shares.and_then(|shares| Sharks(NEEDED).recover(&shares).ok()).ok_or(WrongParts)?);
    let secret = Opener::new(secret.as_slice().try_into().map_err(|_odd_length| WrongParts)?);
    if secret.public().as_slice() == public { Ok(secret) } else { Err(WrongParts) }
}

/// Seals a ballot, or a part of a key. Nobody opens it but with the private key; not even who sealed it.
///
/// # Errors
/// When the public key is none.
pub fn seal(public: &[u8], ballot: &[u8]) -> Result<Vec<u8>, Error> {
    let odd = |what: &str| Error::Internal(format!("sealing: {what}"));
    let key = PublicKey::from_slice(public).map_err(|_odd_length| odd("no key"))?;
    key.seal(&mut OsRng, ballot).map_err(|_too_long| odd("too long"))
}

/// Opens an envelope; `None` when it was sealed to another key or changed.
pub fn open(secret: &Opener, envelope: &[u8]) -> Option<Vec<u8>> {
    secret.0.unseal(envelope).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_two_of_three_parts_open_what_was_sealed() {
        let NewKey { public, parts } = make();
        let envelope = seal(&public, b"een stembiljet").unwrap();
        for (one, other) in [(0, 1), (0, 2), (1, 2), (2, 0)] {
            let secret = join(&[parts[one].clone(), parts[other].clone()], &public).unwrap();
            assert_eq!(open(&secret, &envelope).as_deref(), Some(b"een stembiljet".as_slice()));
        }
    }

    #[test]
    fn one_part_opens_nothing_and_a_wrong_one_is_noticed() {
        let (own, other) = (make(), make());
        let join = |one: &Sleuteldeel, two: &Sleuteldeel| join(&[one.clone(), two.clone()], &own.public).err();
        assert_eq!(join(&own.parts[0], &own.parts[0]), Some(WrongParts), "twice the same");
        assert_eq!(join(&own.parts[0], &other.parts[1]), Some(WrongParts), "of another round");
        assert_eq!(join(&other.parts[0], &other.parts[1]), Some(WrongParts), "both of another round");
        let mut bytes = own.parts[1].bytes().to_vec();
        bytes[7] ^= 1;
        assert_eq!(join(&own.parts[0], &Sleuteldeel::new(bytes)), Some(WrongParts), "a typing error");
        assert_eq!(join(&own.parts[0], &Sleuteldeel::new(Vec::new())), Some(WrongParts));
    }

    // V-1a
    #[test]
    fn what_is_sealed_to_a_custodian_is_opened_by_them_and_a_key_that_everybody_has_is_none() {
        let own = Opener::new(&[7; 32]);
        let part = make().parts.remove(0);
        let sealed = seal(&own.public(), part.bytes()).unwrap();
        assert_eq!(open(&own, &sealed).as_deref(), Some(part.bytes()));
        assert_eq!(open(&Opener::new(&[8; 32]), &sealed), None);
        assert!(is_usable(&own.public()));
        let one = std::array::from_fn(|at| u8::from(at == 0));
        assert!(!is_usable(&[0; 32]) && !is_usable(&one));
    }

    #[test]
    fn an_envelope_is_for_one_key_and_cannot_be_changed() {
        let (own, other) = (make(), make());
        let secret = join(&[own.parts[0].clone(), own.parts[1].clone()], &own.public).unwrap();
        assert_eq!(open(&secret, &seal(&other.public, b"x").unwrap()), None);
        let mut envelope = seal(&own.public, b"x").unwrap();
        envelope[40] ^= 1;
        assert_eq!(open(&secret, &envelope), None);
        assert_ne!(
            seal(&own.public, b"x").unwrap(),
            seal(&own.public, b"x").unwrap(),
            "the same ballot looks different"
        );
    }
}
