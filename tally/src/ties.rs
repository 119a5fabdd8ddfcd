//! The order that decides between equals, drawn once.

use std::cmp::{Ordering, Reverse};

use sha2::{Digest as _, Sha256};

use crate::settings::TieBreak;

/// What an order may look at.
pub(crate) struct Facts<'a> {
    pub id: &'a str,
    pub cost: u64,
    pub support: i64,
}

/// The place of each project in the order of this tie-break: the lowest goes first. No two are equal.
pub(crate) fn ranks(ties: &TieBreak, facts: &[Facts<'_>]) -> Vec<u32> {
    let lots: Vec<[u8; 32]> = match ties {
        TieBreak::Id | TieBreak::CostSupportId => Vec::new(),
        TieBreak::Lot { seed } => facts.iter().map(|facts| lot(seed, facts.id)).collect(),
    };
    let by_cost = |one: &Facts<'_>, other: &Facts<'_>| {
        (one.cost, Reverse(one.support)).cmp(&(other.cost, Reverse(other.support)))
    };
    let mut order: Vec<(usize, &Facts<'_>)> = facts.iter().enumerate().collect();
    order.sort_by(|(at, one), (other_at, other)| {
        let first = match ties {
            TieBreak::Id => Ordering::Equal,
            TieBreak::CostSupportId => by_cost(one, other),
            TieBreak::Lot { .. } => by_cost(one, other).then_with(|| lots.get(*at).cmp(&lots.get(*other_at))),
        };
        first.then_with(|| one.id.cmp(other.id))
    });
    let mut ranks = vec![0; facts.len()];
    for (rank, (at, _)) in (0..).zip(order) {
        if let Some(place) = ranks.get_mut(at) {
            *place = rank;
        }
    }
    ranks
}

/// The lot of one project: see [`TieBreak::Lot`].
fn lot(seed: &str, id: &str) -> [u8; 32] {
    let hash =
        Sha256::new().chain_update("wijkkoers/loting/1\0").chain_update(seed).chain_update("\0").chain_update(id);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(ties: &TieBreak) -> Vec<&'static str> {
        let facts = [("9", 100, 5), ("10", 100, 5), ("a", 50, 1), ("b", 100, 7)];
        let ranks = ranks(ties, &facts.map(|(id, cost, support)| Facts { id, cost, support }));
        let mut order: Vec<_> = ranks.into_iter().zip(facts.map(|(id, ..)| id)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn each_tie_break_is_one_order() {
        assert_eq!(order(&TieBreak::Id), ["10", "9", "a", "b"], "ids are text, never numbers");
        assert_eq!(order(&TieBreak::CostSupportId), ["a", "b", "10", "9"]);
    }

    /// The lot is a promise to voters: these orders may never change.
    #[test]
    fn a_seed_always_draws_the_same_lot() {
        let drawn = |seed: &str| order(&TieBreak::Lot { seed: seed.to_owned() });
        assert_eq!(drawn("Arnhem 2027"), drawn("Arnhem 2027"));
        let hex = |bytes: [u8; 32]| bytes.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            hex(lot("Arnhem 2027", "9")),
            "a38125f09bfc2edae519528148b9daf938c8386a4dc3ff16569b6825b118aff1",
            "the same as printf 'wijkkoers/loting/1\\0Arnhem 2027\\0009' | sha256sum"
        );
        let firsts: std::collections::BTreeSet<_> = (0..20).map(|seed| drawn(&seed.to_string())[2]).collect();
        assert_eq!(firsts.len(), 2, "both of the two equal projects can be first");
    }
}
