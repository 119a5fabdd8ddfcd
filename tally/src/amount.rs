//! Decimal numbers as people write them in a `.pb` file, and as the whole units in which the rules count.

use rust_decimal::Decimal;

/// Whole units up to this are counted with: a trillion in hundred-thousandths fits.
pub(crate) const MOST_UNITS: u64 = 1 << 57;

/// Reads `5000`, `5000.50` or `5000,50`: digits with at most one separator, and a minus sign if `signed`.
pub(crate) fn parse(text: &str, signed: bool) -> Option<Decimal> {
    let digits = if signed { text.strip_prefix('-').unwrap_or(text) } else { text };
    let (whole, part) = match digits.split_once(['.', ',']) {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return None,
        None => (digits, ""),
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) {
        return None;
    }
    // Nearly all numbers are whole and small, and a file has very many of them.
    match text.parse::<i64>() {
        Ok(number) => Some(number.into()),
        Err(_) => Decimal::from_str_exact(&text.replace(',', ".")).ok(),
    }
}

/// Reads an amount of money above 0: below a trillion, with at most five decimals, so that every sum can be exact.
pub(crate) fn parse_money(text: &str) -> Option<Decimal> {
    let amount = parse(text, false)?;
    let is_small = amount < Decimal::from(1_000_000_000_000_u64) && amount.normalize().scale() <= 5;
    (amount > Decimal::ZERO && is_small).then_some(amount)
}

/// How many decimals these numbers need: 0 for `5000.0`.
pub(crate) fn decimals(numbers: impl IntoIterator<Item = Decimal>) -> u32 {
    numbers.into_iter().map(|number| number.normalize().scale()).max().unwrap_or(0)
}

/// The number as a count of units of `10^-decimals`; nothing if it has more decimals or is too large to count with.
pub(crate) fn units(number: Decimal, decimals: u32) -> Option<i64> {
    let number = number.normalize();
    let factor = 10_i128.checked_pow(decimals.checked_sub(number.scale())?)?;
    let units = i64::try_from(number.mantissa().checked_mul(factor)?).ok()?;
    (units.unsigned_abs() <= MOST_UNITS).then_some(units)
}

/// The decimal number that a count of units stands for.
pub(crate) fn decimal(units: u64, decimals: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(i128::from(units), decimals).unwrap_or(Decimal::MAX).normalize()
}

/// The same for a count that may be below 0.
pub(crate) fn signed(units: i64, decimals: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(i128::from(units), decimals).unwrap_or(Decimal::MAX).normalize()
}

/// Writes a number as text, so that no reader makes a float of it.
pub(crate) fn as_text<S: serde::Serializer>(number: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, expected) in [
            ("5000", Some("5000")),
            ("5000.0", Some("5000.0")),
            ("2917710,16", Some("2917710.16")),
            ("0.1", Some("0.1")),
            ("", None),
            (".5", None),
            ("5.", None),
            ("1e6", None),
            ("1_000", None),
            ("1.000,00", None),
            ("-1", None),
            ("+1", None),
            ("٣", None),
            ("99999999999999999999999999999999", None),
        ] {
            assert_eq!(parse(text, false).map(|amount| amount.to_string()).as_deref(), expected, "{text:?}");
        }
        assert_eq!(parse("-2.5", true).map(|points| points.to_string()).as_deref(), Some("-2.5"));
    }

    #[test]
    fn units_keep_every_decimal() {
        let amount = |text| parse(text, true).expect("a number");
        assert_eq!(decimals([amount("5000.0"), amount("10.25"), amount("3.5")]), 2);
        assert_eq!(units(amount("10.25"), 2), Some(1025));
        assert_eq!(units(amount("-3.5"), 2), Some(-350));
        assert_eq!(units(amount("10.25"), 1), None);
        assert_eq!(units(amount("999999999999999999"), 2), None);
        assert_eq!(decimal(1025, 2).to_string(), "10.25");
    }
}
