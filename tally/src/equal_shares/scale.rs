//! Money as whole numbers that are exact enough to decide nearly everything, and know when they are not.
//!
//! A purse holds `money`, a count of `2^-fine` units. It is off by less than an error that is known in every round.
//! A price is kept 64 bits finer, with its own error. What these cannot decide, [`super::exact`] does.

use std::cmp::Ordering;

/// Bits by which prices are finer than purses.
pub(super) const FINER: u32 = 64;

/// How fine money is counted, for one sum of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// A unit of money is `2^fine` in a purse.
    pub fine: u32,
    /// What every voter gets, in a purse: rounded down.
    pub share: i64,
    /// The same, as finely as a price: rounded down.
    pub fine_share: i128,
}

impl Scale {
    /// The finest scale at which `total` units of money, times the most points of a voter, stay below `2^61`; no finer
    /// than `finest`. Nothing if there is none.
    pub fn new(total: u128, voters: u64, most_points: u32, finest: u32) -> Option<Self> {
        let used = u128::BITS.checked_sub(total.leading_zeros())?;
        let used = used.checked_add(u32::BITS.checked_sub(most_points.leading_zeros())?)?;
        let fine = 61_u32.checked_sub(used)?.min(finest);
        let share = total.checked_shl(fine)?.checked_div(u128::from(voters))?;
        let fine_share = total.checked_shl(fine.checked_add(FINER)?)?.checked_div(u128::from(voters))?;
        Some(Self { fine, share: i64::try_from(share).ok()?, fine_share: i128::try_from(fine_share).ok()? })
    }

    /// A cost of no more than the total, in a purse.
    pub const fn cost(self, cost: u64) -> i64 {
        (cost << self.fine).cast_signed()
    }

    /// A cost of no more than the total, as finely as a price.
    pub fn fine_cost(self, cost: u64) -> i128 {
        i128::from(self.cost(cost)) << FINER
    }
}

/// A price per point, as finely as can be kept: the true price is at least `floor`, and less than `floor + error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    pub floor: i128,
    pub error: u64,
}

impl Price {
    /// In a purse, rounded down: the true price is less than 2 above it.
    pub fn coarse(self) -> i64 {
        i64::try_from(self.floor >> FINER).unwrap_or(i64::MAX)
    }

    /// How the price per unit of two things compares, where one unit of the first is divided by `units` and one of the
    /// other by `other_units`. Nothing if that is too close to say.
    pub fn compare(self, units: u64, other: Self, other_units: u64) -> Option<Ordering> {
        let (one, one_error) = self.times(other_units);
        let (another, another_error) = other.times(units);
        if one.saturating_add(one_error) < another {
            Some(Ordering::Less)
        } else if another.saturating_add(another_error) < one {
            Some(Ordering::Greater)
        } else {
            None
        }
    }

    /// The price so many times, rounded down as far as a purse is counted, and by how much less than the true one it may be.
    fn times(self, by: u64) -> (i128, i128) {
        let low = (self.floor & i128::from(u64::MAX)).unsigned_abs().wrapping_mul(u128::from(by)) >> FINER;
        let high = (self.floor >> FINER).wrapping_mul(i128::from(by));
        let error = (u128::from(self.error).wrapping_mul(u128::from(by)) >> FINER).wrapping_add(2);
        (high.wrapping_add(low.cast_signed()), error.cast_signed())
    }
}
