//! When a ballot on paper is settled, and who may enter it (SECURITY-RULES V-8).

use contract::AccountId;
use contract::bundel::InvoerStand as Stand;

/// What somebody entered of a ballot, in the order in which that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose turn it was, from 1.
    pub beurt: i64,
    /// Who.
    pub door: AccountId,
    /// What, not readable: a mark that is the same for the same choices.
    pub merk: Vec<u8>,
    /// What, sealed.
    pub envelop: Vec<u8>,
    /// What shows that this program wrote it; empty where the version before did.
    pub bewijs: Vec<u8>,
}

/// Which turn comes next.
#[must_use]
pub fn next_turn(entries: &[Entry]) -> i64 {
    entries.last().map_or(0, |last| last.beurt).saturating_add(1)
}

/// Whether somebody entered just this before.
#[must_use]
pub fn is_again(entries: &[Entry], who: AccountId, merk: &[u8]) -> bool {
    entries.iter().any(|own| own.door == who && own.merk == merk)
}

/// The envelope of a ballot that is settled: the last that was entered, which decides.
#[must_use]
pub fn decided(entries: &[Entry]) -> Option<&[u8]> {
    entries.last().filter(|_| stand(entries) == Stand::Klaar).map(|last| last.envelop.as_slice())
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
        let entry = |(beurt, (door, merk)): (i64, &(u128, u8))| Entry {
            beurt,
            door: who(*door),
            merk: vec![*merk],
            envelop: vec![u8::try_from(*door).unwrap(), *merk],
            bewijs: Vec::new(),
        };
        (1..).zip(given).map(entry).collect()
    }

    #[test]
    fn the_last_who_entered_a_settled_ballot_decides_what_is_on_it() {
        for (given, expected) in [
            (&[][..], None),
            (&[(1, 7)], None),
            (&[(1, 7), (2, 8)], None),
            (&[(1, 7), (2, 7)], Some([2, 7])),
            (&[(1, 7), (2, 8), (3, 7)], Some([3, 7])),
            (&[(1, 7), (2, 8), (3, 9)], Some([3, 9])),
        ] {
            assert_eq!(decided(&entries(given)), expected.as_ref().map(<[u8; 2]>::as_slice), "{given:?}");
        }
        assert_eq!((next_turn(&[]), next_turn(&entries(&[(1, 7), (2, 8)]))), (1, 3));
        assert_eq!(next_turn(&entries(&[(1, 7), (2, 8)])[1..]), 3, "also when somebody took the first away");
        let own = entries(&[(1, 7)]);
        assert!(is_again(&own, who(1), &[7]) && !is_again(&own, who(1), &[8]) && !is_again(&own, who(2), &[7]));
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
