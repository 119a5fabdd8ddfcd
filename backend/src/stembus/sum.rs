//! A sum over rows in no order: what tells whether one is missing or too many, without saying when each came.
//!
//! Each row counts for a number of 256 bits that only the secret of the round gives (`RoundKey::in_sum`); numbers are added
//! modulo 2^256. Rows are told apart by their keys, and how many there are is compared as well: so nobody makes up for one
//! that is missing by others of which they know what they count for together.

/// Such a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many rows.
    rows: u64,
    /// What they count for together, the smallest part first.
    total: [u64; 4],
}

impl Sum {
    /// One row that counts for this number of 32 bytes, the largest first.
    #[must_use]
    pub fn of(number: &[u8]) -> Self {
        let mut total = [0; 4];
        for (part, bytes) in total.iter_mut().zip(number.rchunks(8)) {
            *part = bytes.iter().fold(0, |part: u64, byte| (part << 8) | u64::from(*byte));
        }
        Self { rows: 1, total }
    }

    /// So many rows that were added up elsewhere; nothing when that is no sum.
    #[must_use]
    pub fn parse(rows: i64, text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok().filter(|bytes| bytes.len() == 32)?;
        Some(Self { rows: u64::try_from(rows).ok()?, ..Self::of(&bytes) })
    }

    /// The rows of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut total = [0; 4];
        let mut carry = false;
        for ((sum, one), more) in total.iter_mut().zip(self.total).zip(other.total) {
            let (part, is_over) = one.overflowing_add(more);
            let (part, is_over_by_carry) = part.overflowing_add(u64::from(carry));
            *sum = part;
            carry = is_over || is_over_by_carry;
        }
        Self { rows: self.rows.saturating_add(other.rows), total }
    }

    /// How many rows.
    #[must_use]
    pub fn rows(self) -> i64 {
        i64::try_from(self.rows).unwrap_or(i64::MAX)
    }
}

/// What they count for together, in hexadecimal.
impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.total.iter().rev().try_for_each(|part| write!(f, "{part:016x}"))
    }
}

impl std::iter::Sum for Sum {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::plus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(last: u8) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[31] = last;
        bytes
    }

    #[test]
    fn rows_add_up_in_any_order_and_carry_from_part_to_part() {
        let [one, two, all] = [Sum::of(&number(1)), Sum::of(&number(2)), Sum::of(&[0xff; 32])];
        assert_eq!(one.plus(two), two.plus(one));
        assert_eq!(one.plus(two).to_string(), format!("{}3", "0".repeat(63)));
        assert_eq!(all.plus(one).to_string(), "0".repeat(64), "over the top");
        let mut middle = [0; 32];
        middle[24..].fill(0xff);
        assert_eq!(Sum::of(&middle).plus(one).to_string(), format!("{}1{}", "0".repeat(47), "0".repeat(16)));
        let sum: Sum = [one, two, all].into_iter().sum();
        assert_eq!((sum.rows(), sum), (3, all.plus(two).plus(one)));
    }

    #[test]
    fn a_sum_reads_back_and_as_many_rows_belong_to_it() {
        let sum = Sum::of(&[0xab; 32]).plus(Sum::of(&number(9)));
        assert_eq!(Sum::parse(2, &sum.to_string()), Some(sum));
        assert_ne!(Sum::parse(3, &sum.to_string()), Some(sum));
        for (rows, text) in [(1, ""), (1, "ab"), (-1, &*"0".repeat(64)), (1, &*"g".repeat(64)), (1, &*"0".repeat(66))] {
            assert_eq!(Sum::parse(rows, text), None, "{rows} {text}");
        }
    }
}
