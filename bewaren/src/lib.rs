//! What a custodian does with a key of their own. It runs in their browser, so that the private half of the key never
//! leaves it but by their own hand; the tests play custodians with the same code. No I/O, and no randomness of its own.

#[cfg(feature = "browser")]
mod browser;

use contract::bewaarder::{Bewaarsleutel, PubliekeSleutel};
use contract::stembureau::Sleuteldeel;
use crypto_box::SecretKey;

/// The public half of a key: what the server gets.
#[must_use]
pub fn public_half(key: &Bewaarsleutel) -> PubliekeSleutel {
    PubliekeSleutel(secret(key).public_key().to_bytes())
}

/// Opens a part that was sealed to the public half; `None` when it was sealed to another key, or changed.
#[must_use]
pub fn open(key: &Bewaarsleutel, sealed: &[u8]) -> Option<Sleuteldeel> {
    secret(key).unseal(sealed).ok().map(Sleuteldeel::new)
}

fn secret(key: &Bewaarsleutel) -> SecretKey {
    SecretKey::from_bytes(*key.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_box::PublicKey;
    use crypto_box::aead::OsRng;

    #[test]
    fn a_part_is_opened_by_its_custodian_and_nobody_else() {
        let [own, other] = [1, 2].map(|number| Bewaarsleutel::new([number; 32]));
        let part = Sleuteldeel::new(vec![7; Sleuteldeel::BYTES]);
        let sealed = PublicKey::from_bytes(public_half(&own).0).seal(&mut OsRng, part.bytes()).unwrap();
        assert_eq!(open(&own, &sealed), Some(part));
        assert_eq!(open(&other, &sealed), None);
        assert_eq!(open(&own, &[]), None);
    }

    // RFC 7748, 6.1: the key of Alice.
    #[test]
    fn the_public_half_is_that_of_the_standard() {
        let private = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
        let known: [u8; 32] = hex::decode(private).unwrap().try_into().unwrap();
        let key = Bewaarsleutel::new(known);
        assert_eq!(public_half(&key).to_string(), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    }
}
