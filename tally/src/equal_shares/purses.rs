//! What voters have left, and the walks over the supporters of a project in which nearly all the time goes.
//!
//! Everything here is laid out for those walks: a supporter takes 4 bytes where each ballot counts once, and a walk loads
//! 4 bytes for each. The sums have no branch that could be guessed wrongly.

#![expect(clippy::indexing_slicing, reason = "the numbers of groups come from the profile, which made the lists")]

use super::scale::Price;

/// A group of voters in the list of a project's supporters.
pub(super) trait Backer: Copy + Default {
    fn new(group: u32, weight: u32, points: u32) -> Self;
    fn group(self) -> u32;
    /// How many voters the group has.
    fn weight(self) -> i64;
    /// How many points each of them gives.
    fn points(self) -> i64;
}

/// A single voter, where every choice is worth one point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Single(u32);

/// A group where every choice is worth one point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Approving {
    group: u32,
    weight: u32,
}

/// A group with points.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scoring {
    group: u32,
    weight: u32,
    points: u32,
}

impl Backer for Single {
    fn new(group: u32, _: u32, _: u32) -> Self {
        Self(group)
    }
    fn group(self) -> u32 {
        self.0
    }
    fn weight(self) -> i64 {
        1
    }
    fn points(self) -> i64 {
        1
    }
}

impl Backer for Approving {
    fn new(group: u32, weight: u32, _: u32) -> Self {
        Self { group, weight }
    }
    fn group(self) -> u32 {
        self.group
    }
    fn weight(self) -> i64 {
        i64::from(self.weight)
    }
    fn points(self) -> i64 {
        1
    }
}

impl Backer for Scoring {
    fn new(group: u32, weight: u32, points: u32) -> Self {
        Self { group, weight, points }
    }
    fn group(self) -> u32 {
        self.group
    }
    fn weight(self) -> i64 {
        i64::from(self.weight)
    }
    fn points(self) -> i64 {
        i64::from(self.points)
    }
}

/// What one walk over the supporters of a project tells, at some price per point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// The money of those who cannot pay that price.
    pub low: i64,
    /// The points of those who can.
    pub full: i64,
    /// The money of all.
    pub money: i64,
    /// The least distance between what somebody with money has and what the price asks of them; of a close look only.
    pub gap: i64,
}

/// What each voter of a group has left. A purse of 0 is empty for good; what is not empty is at least 1.
#[derive(Debug, Default)]
pub(super) struct Purses {
    money: Vec<u32>,
    /// By how much each purse may be off. One error for all would have to grow with every round, and soon decide nothing.
    errors: Vec<u32>,
    /// The largest of these.
    most_error: u32,
}

impl Purses {
    /// Gives everybody their share, rounded down, less what they paid already. The share is more than anybody paid.
    pub fn fill(&mut self, share: u32, paid: &[u32], errors: &[u32]) {
        self.money.clear();
        self.money.extend(paid.iter().map(|paid| share.saturating_sub(*paid).max(1)));
        self.errors.clear();
        self.errors.extend_from_slice(errors);
        self.most_error = errors.iter().copied().max().unwrap_or(1);
    }

    /// By how much any purse may be off.
    pub fn most_error(&self) -> i64 {
        self.most_error.into()
    }

    /// By how much this purse may be off.
    pub fn error(&self, group: u32) -> i64 {
        self.errors[group as usize].into()
    }

    /// What each voter of a group has left.
    pub fn money(&self, group: u32) -> i64 {
        self.money[group as usize].into()
    }

    /// One walk, for the sums alone. The price is at least 1.
    pub fn sums<B: Backer>(&self, backers: &[B], price: i64) -> Sums {
        let mut sums = Sums::default();
        for backer in backers {
            let money = self.money(backer.group());
            let all = money.wrapping_mul(backer.weight());
            let can_pay = money >= price.wrapping_mul(backer.points());
            sums.money = sums.money.wrapping_add(all);
            sums.low = sums.low.wrapping_add(if can_pay { 0 } else { all });
            sums.full = sums.full.wrapping_add(if can_pay { backer.weight().wrapping_mul(backer.points()) } else { 0 });
        }
        sums
    }

    /// One walk that also gathers, at the start of `low`, who has money and cannot pay; how many those are comes second.
    pub fn gather<B: Backer>(&self, backers: &[B], price: i64, low: &mut [u32]) -> (Sums, usize) {
        let mut sums = Sums { gap: i64::MAX, ..Sums::default() };
        let mut gathered = 0_usize;
        for backer in backers {
            let money = self.money(backer.group());
            let all = money.wrapping_mul(backer.weight());
            let over = money.wrapping_sub(price.wrapping_mul(backer.points()));
            let can_pay = over >= 0;
            sums.money = sums.money.wrapping_add(all);
            sums.low = sums.low.wrapping_add(if can_pay { 0 } else { all });
            sums.full = sums.full.wrapping_add(if can_pay { backer.weight().wrapping_mul(backer.points()) } else { 0 });
            sums.gap = sums.gap.min(if money == 0 { i64::MAX } else { over.wrapping_abs() });
            low[gathered] = backer.group();
            gathered = gathered.wrapping_add(usize::from(!can_pay & (money != 0)));
        }
        (sums, gathered)
    }

    /// How many groups with money cannot pay this price; nothing if that is not sure of all, each with their own error.
    pub fn short<B: Backer>(&self, backers: &[B], price: Price) -> Option<usize> {
        let mut short = 0_usize;
        for backer in backers {
            let money = self.money(backer.group());
            let over = money.wrapping_sub(price.middle.wrapping_mul(backer.points()));
            let unsure = self.error(backer.group()).saturating_add(price.error.saturating_mul(backer.points()));
            if money > 0 && over.wrapping_abs() <= unsure {
                return None;
            }
            short = short.wrapping_add(usize::from(money > 0 && over < 0));
        }
        Some(short)
    }

    /// Everybody who supports something pays the price, or all that they have: `emptied` do, and those who were empty.
    pub fn pay<B: Backer>(&mut self, backers: &[B], price: Price, emptied: &[u32]) {
        for &group in emptied {
            self.money[group as usize] = 0;
        }
        let error = u32::try_from(price.error).unwrap_or(u32::MAX);
        for backer in backers {
            let group = backer.group() as usize;
            let (money, own_error) = (&mut self.money[group], &mut self.errors[group]);
            if *money == 0 {
                continue;
            }
            let left = i64::from(*money).wrapping_sub(price.middle.wrapping_mul(backer.points()));
            let paid_error = error.saturating_mul(u32::try_from(backer.points()).unwrap_or(u32::MAX));
            *own_error = own_error.saturating_add(paid_error);
            if left < 1 {
                // Who has next to nothing left is given that little more, and the error says so.
                *own_error = own_error.saturating_add(u32::try_from(1_i64.wrapping_sub(left)).unwrap_or(u32::MAX));
            }
            *money = u32::try_from(left.max(1)).unwrap_or(u32::MAX);
            self.most_error = self.most_error.max(*own_error);
        }
    }
}
