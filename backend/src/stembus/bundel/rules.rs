//! When a ballot on paper is settled, and who may enter it (SECURITY-RULES V-8).

use contract::AccountId;
use contract::bundel::InvoerStand as Stand;

/// What somebody entered: who, and a mark that is the same for the same choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub door: AccountId,
    /// What, not readable.
    pub merk: Vec<u8>,
}

/// Where a ballot is, by its entries in their order.
#[must_use]
pub fn stand(entries: &[Entry]) -> Stand {
    match entries {
        [] => Stand::Leeg,
        [_] => Stand::EenKeer,
        [one, other] if one.merk != other.merk => Stand::Verschil,
        [_, _, ..] => Stand::Klaar,
    }
}

/// Whether somebody may enter a ballot: never one that is settled, and never the same one twice.
#[must_use]
pub fn may_enter(entries: &[Entry], who: AccountId) -> bool {
    stand(entries) != Stand::Klaar && entries.iter().all(|own| own.door != who)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const fn who(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn entries(given: &[(u128, u8)]) -> Vec<Entry> {
        given.iter().map(|(door, merk)| Entry { door: who(*door), merk: vec![*merk] }).collect()
    }

    #[test]
    fn two_who_agree_settle_a_ballot_and_a_third_decides_where_they_differ() {
        for (given, expected) in [
            (&[][..], Stand::Leeg),
            (&[(1, 7)], Stand::EenKeer),
            (&[(1, 7), (2, 7)], Stand::Klaar),
            (&[(1, 7), (2, 8)], Stand::Verschil),
            (&[(1, 7), (2, 8), (3, 7)], Stand::Klaar),
            (&[(1, 7), (2, 8), (3, 9)], Stand::Klaar),
        ] {
            assert_eq!(stand(&entries(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn nobody_enters_the_same_ballot_twice_or_one_that_is_settled() {
        for (given, person, expected) in [
            (&[][..], 1, true),
            (&[(1, 7)], 1, false),
            (&[(1, 7)], 2, true),
            (&[(1, 7), (2, 7)], 3, false),
            (&[(1, 7), (2, 8)], 1, false),
            (&[(1, 7), (2, 8)], 2, false),
            (&[(1, 7), (2, 8)], 3, true),
            (&[(1, 7), (2, 8), (3, 7)], 4, false),
        ] {
            assert_eq!(may_enter(&entries(given), who(person)), expected, "{given:?} {person}");
        }
    }
}
