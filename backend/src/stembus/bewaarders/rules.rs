//! Decisions about custodians that need no database.

use crate::app::sha256;
use crate::error::Exchanged;
use crate::stembus::bewaarders::store::Keeper;
use crate::stembus::codes::RoundKey;
use contract::bewaarder::{BEWAARDERS, DeelControle, PubliekeSleutel, SleutelDoel};
use contract::buurtbegroting::BuurtbegrotingStap as Step;
use contract::stembureau::Sleuteldeel;

/// The step that parts are handed in for.
#[must_use]
pub const fn step_of(doel: SleutelDoel) -> Step {
    match doel {
        SleutelDoel::Proef => Step::ProveKey,
        SleutelDoel::Telling => Step::Count,
        SleutelDoel::Natelling => Step::Recount,
    }
}

/// Whether this is the part of this custodian, and no other's.
#[must_use]
pub fn is_own(keeper: &Keeper, part: &Sleuteldeel) -> bool {
    shows_own(keeper, DeelControle::of(part))
}

/// Whether this is what only the part of this custodian gives.
#[must_use]
pub fn shows_own(keeper: &Keeper, controle: DeelControle) -> bool {
    keeper.part.as_ref().is_some_and(|own| own.digest == controle.0)
}

/// The keys of all custodians, when all have made one.
#[must_use]
pub fn all_keys(keepers: &[Keeper]) -> Option<[PubliekeSleutel; BEWAARDERS]> {
    let keys: Option<Vec<PubliekeSleutel>> = keepers.iter().map(|keeper| keeper.public).collect();
    keys?.try_into().ok()
}

/// What the row of a custodian stands for: who keeps which part, under which key; and once there is a key of the ballots,
/// which that is and which part of it theirs is. Nobody exchanges any of it unseen.
#[must_use]
pub fn statement(keeper: &Keeper, public: Option<&[u8]>) -> Vec<u8> {
    let mut said = keeper.plaats.to_be_bytes().to_vec();
    said.extend_from_slice(keeper.account.0.as_bytes());
    said.extend(keeper.public.iter().flat_map(|own| own.0));
    // A row without a part says nothing of one: it is shorter, and cannot be taken for a row with one.
    if let (Some(part), Some(public)) = (&keeper.part, public) {
        said.extend_from_slice(&sha256(&part.sealed));
        said.extend_from_slice(&part.digest);
        said.extend_from_slice(public);
    }
    said
}

/// Whether a row is as this program wrote it, under the secret of the round.
///
/// # Errors
/// [`Exchanged::Keeper`].
pub fn check_as_made(keeper: &Keeper, secret: &RoundKey, public: Option<&[u8]>) -> Result<(), Exchanged> {
    if keeper.proof == secret.of_keeper(&statement(keeper, public)) { Ok(()) } else { Err(Exchanged::Keeper) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stembus::bewaarders::store::SealedPart;
    use contract::AccountId;
    use uuid::Uuid;

    fn keeper(plaats: i64) -> Keeper {
        let part = Sleuteldeel::new(vec![u8::try_from(plaats).unwrap(); Sleuteldeel::BYTES]);
        Keeper {
            plaats,
            account: AccountId(Uuid::from_u128(7)),
            public: Some(PubliekeSleutel([9; 32])),
            key_at: None,
            tried_at: None,
            proof: Vec::new(),
            part: Some(SealedPart { sealed: vec![1, 2, 3], digest: sha256(part.bytes()) }),
        }
    }

    // V-1a
    #[test]
    fn a_part_is_of_one_custodian() {
        let part = |number| Sleuteldeel::new(vec![number; Sleuteldeel::BYTES]);
        assert!(is_own(&keeper(1), &part(1)));
        assert!(!is_own(&keeper(1), &part(2)));
        assert!(shows_own(&keeper(1), DeelControle::of(&part(1))) && !shows_own(&keeper(1), DeelControle([0; 32])));
        assert!(!is_own(&Keeper { part: None, ..keeper(1) }, &part(1)), "before there is a key there is no part");
    }

    #[test]
    fn a_key_is_made_when_all_three_are_there() {
        let all = [1, 2, 3].map(keeper);
        assert!(all_keys(&all).is_some());
        assert_eq!(all_keys(&all[..2]), None);
        assert_eq!(all_keys(&[keeper(1), keeper(2), Keeper { public: None, ..keeper(3) }]), None);
    }

    // V-1a
    #[test]
    fn nothing_of_a_row_can_be_exchanged() {
        let own = keeper(1);
        let said = statement(&own, Some(&[5; 32]));
        for (what, other) in [
            ("place", Keeper { plaats: 2, ..own.clone() }),
            ("account", Keeper { account: AccountId(Uuid::from_u128(8)), ..own.clone() }),
            ("key", Keeper { public: Some(PubliekeSleutel([8; 32])), ..own.clone() }),
            (
                "part",
                Keeper { part: Some(SealedPart { sealed: vec![1, 2, 4], ..own.part.clone().unwrap() }), ..own.clone() },
            ),
            ("digest", Keeper { part: keeper(2).part, ..own.clone() }),
            ("no part", Keeper { part: None, ..own.clone() }),
        ] {
            assert_ne!(statement(&other, Some(&[5; 32])), said, "{what}");
        }
        assert_ne!(statement(&own, Some(&[6; 32])), said, "the key of the ballots");
    }
}
