//! Money as whole numbers that are exact enough to decide nearly everything, and know when they are not.
//!
//! A purse holds a count of `2^-fine` units of money. It is off by no more than an error that is known in every round;
//! what that leaves open, [`crate::fractions`] decides.

use std::cmp::Ordering;

/// How fine money is counted, for one sum of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// A unit of money is `2^fine` in a purse; where shares are huge, `fine` is below 0.
    pub fine: i32,
    /// What every voter gets, in a purse: rounded down.
    pub share: u32,
}

impl Scale {
    /// The finest scale at which a share fits in 32 bits and all money in 61; no finer than `finest`. Nothing if there
    /// is none.
    pub fn new(total: u128, voters: u64, most_points: u32, finest: i32) -> Option<Self> {
        let length =
            |number: u128| i32::try_from(u128::BITS.saturating_sub(number.leading_zeros())).unwrap_or(i32::MAX);
        let share = total.checked_div(u128::from(voters))?;
        let for_share = 31_i32.saturating_sub(length(share));
        let for_sums = 60_i32.saturating_sub(length(total)).saturating_sub(length(most_points.into()));
        let fine = for_share.min(for_sums).min(finest);
        let share = shifted(total, fine).checked_div(u128::from(voters))?;
        Some(Self { fine, share: u32::try_from(share).ok()? })
    }

    /// A cost of no more than the total, in a purse: rounded down.
    pub fn cost(self, cost: u64) -> i64 {
        i64::try_from(shifted(cost.into(), self.fine)).unwrap_or(i64::MAX)
    }

    /// A price that may be off by more than this is worked out exactly: before errors grow into what has to be decided.
    pub fn most_error(self) -> i64 {
        i64::from(self.share >> 16)
    }
}

/// `2^bits` times a number, rounded down.
fn shifted(number: u128, bits: i32) -> u128 {
    let by = bits.unsigned_abs();
    let shifted = if bits < 0 { number.checked_shr(by) } else { number.checked_shl(by) };
    shifted.unwrap_or(0)
}

/// A price per point: the true price is no further from `middle` than `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    pub middle: i64,
    pub error: i64,
}

impl Price {
    /// The true price is no less.
    pub const fn least(self) -> i64 {
        self.middle.saturating_sub(self.error)
    }

    /// The true price is no more.
    pub const fn most(self) -> i64 {
        self.middle.saturating_add(self.error)
    }

    /// How the price per unit of two things compares, where one unit of the first is divided by `units` and one of the
    /// other by `other_units`. Nothing if that is too close to say.
    pub fn compare(self, units: u64, other: Self, other_units: u64) -> Option<Ordering> {
        let times = |price: i64, units: u64| i128::from(price).wrapping_mul(i128::from(units));
        if times(self.most(), other_units) < times(other.least(), units) {
            Some(Ordering::Less)
        } else if times(other.most(), units) < times(self.least(), other_units) {
            Some(Ordering::Greater)
        } else {
            None
        }
    }
}
