//! Prices as fractions of whole numbers without limit: for what rounded numbers cannot decide.
//!
//! What a voter has left is the share less the prices of what they bought, and a price is a cost less what some voters
//! had left, divided by a whole number. So everything is a whole-number combination of the share and of earlier prices.
//! All stand over one denominator, the product of the divisors so far, and are never reduced: no step costs more than
//! a product with a small number, and a comparison never meets the denominator.

#![expect(clippy::arithmetic_side_effects, reason = "whole numbers without limit; no denominator is 0")]
#![expect(clippy::indexing_slicing, reason = "there is a denominator before and after each step that is known")]

use num_bigint::BigInt;

/// So many shares, less so many times the price of each step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Combination {
    pub shares: i64,
    /// Steps with how many times their price, by number; those of 0 times are left out.
    pub prices: Vec<(u16, i64)>,
}

impl Combination {
    /// From the times of each step, by number.
    pub fn new(shares: i64, times: &[i64]) -> Self {
        let prices = (0..=u16::MAX).zip(times.iter().copied()).filter(|(_, times)| *times != 0);
        Self { shares, prices: prices.collect() }
    }
}

/// How a price came about: the cost, less what some had left, divided by a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub cost: u64,
    pub left: Combination,
    pub divisor: i64,
}

/// A price as a fraction over the denominator of its step and this divisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub numerator: BigInt,
    pub divisor: i64,
}

/// The exact prices of the steps so far, worked out when they are first asked for.
#[derive(Debug, Default)]
pub(crate) struct Fractions {
    /// What all shares are together; one share is this divided by their number.
    total: BigInt,
    /// The denominator before each step: at first the number of shares.
    denominators: Vec<BigInt>,
    /// By what the first denominator was multiplied before each step.
    products: Vec<BigInt>,
    /// The numerator of each step's price, over the denominator after it.
    prices: Vec<BigInt>,
}

impl Fractions {
    /// Forgets everything, and begins with so many shares of a total.
    pub fn start(&mut self, total: u128, shares: u64) {
        self.total = BigInt::from(total);
        self.prices.clear();
        self.denominators.clear();
        self.denominators.push(BigInt::from(shares));
        self.products.clear();
        self.products.push(BigInt::from(1));
    }

    /// What this combination is worth after these steps, over their denominator.
    pub fn value(&mut self, steps: &[Step], combination: &Combination) -> BigInt {
        self.know(steps);
        self.value_before(steps, steps.len(), combination)
    }

    /// The price that follows from `next` after these steps.
    pub fn price(&mut self, steps: &[Step], next: &Step) -> Fraction {
        self.know(steps);
        Fraction { numerator: self.price_before(steps, steps.len(), next), divisor: next.divisor }
    }

    /// A price after these steps in units of `2^-bits`, rounded down.
    pub fn floor(&mut self, steps: &[Step], price: &Fraction, bits: i32) -> BigInt {
        self.know(steps);
        // A price is never negative, so that rounding to zero is rounding down.
        let denominator = &self.denominators[steps.len()] * price.divisor;
        match u32::try_from(bits) {
            Ok(bits) => (&price.numerator << bits) / denominator,
            Err(_) => &price.numerator / (denominator << bits.unsigned_abs()),
        }
    }

    /// Makes sure that the prices of these steps are known.
    fn know(&mut self, steps: &[Step]) {
        for (before, step) in steps.iter().enumerate().skip(self.prices.len()) {
            let price = self.price_before(steps, before, step);
            let denominator = &self.denominators[before] * step.divisor;
            self.prices.push(price);
            self.denominators.push(denominator);
            self.products.push(&self.products[before] * step.divisor);
        }
    }

    fn value_before(&self, steps: &[Step], before: usize, combination: &Combination) -> BigInt {
        let mut times = combination.prices.iter().peekable();
        // Before the first price there are only shares.
        let first = times.peek().map_or(before, |(step, _)| usize::from(*step).min(before));
        let mut value = &self.total * combination.shares * &self.products[first];
        for (at, (step, price)) in steps.iter().zip(&self.prices).enumerate().take(before).skip(first) {
            value *= step.divisor;
            if let Some((_, times)) = times.next_if(|(step, _)| usize::from(*step) == at) {
                value -= price * times;
            }
        }
        value
    }

    fn price_before(&self, steps: &[Step], before: usize, next: &Step) -> BigInt {
        &self.denominators[before] * next.cost - self.value_before(steps, before, &next.left)
    }
}
