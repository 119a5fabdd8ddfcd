//! Money: whole cents, never negative, exact.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An amount of money in whole cents, from € 0.00 to € 1 000 000 000.00 (SECURITY-RULES T-3).
///
/// Travels as a string with two decimals, `"1250.00"`. There is no `+`: [`Euro::plus`] and [`Euro::minus`] give an
/// `Option`, and `None` is the rule "not enough" (or "too much") at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Euro {
    cents: i64,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEuro {
    /// Not digits with two decimals (or, on pages, not an amount as people write it).
    Form,
    /// More than € 1 000 000 000.00.
    TooMuch,
}

impl Euro {
    /// Nothing.
    pub const ZERO: Self = Self { cents: 0 };
    /// The largest amount that one field can hold.
    pub const MAX: Self = Self { cents: 100_000_000_000 };

    /// From whole cents; `None` below zero or above [`Euro::MAX`].
    #[must_use]
    pub const fn from_cents(cents: i64) -> Option<Self> {
        if cents < 0 || cents > Self::MAX.cents { None } else { Some(Self { cents }) }
    }

    /// Whole cents, for the store.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.cents
    }

    /// The same amount as a decimal number with two decimals.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.cents, 2)
    }

    /// Both together; `None` above [`Euro::MAX`].
    #[must_use]
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.cents.checked_add(other.cents) {
            Some(cents) => Self::from_cents(cents),
            None => None,
        }
    }

    /// What is left; `None` when there is not enough.
    #[must_use]
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.cents.checked_sub(other.cents) {
            Some(cents) => Self::from_cents(cents),
            None => None,
        }
    }

    /// Reads the notation of the API: digits, a point, two decimals, and nothing else.
    ///
    /// # Errors
    /// [`NotEuro::Form`] for every other notation (`1e9`, `-1`, `0.005`, `1.250,00`), [`NotEuro::TooMuch`] above the
    /// maximum.
    pub fn parse(text: &str) -> Result<Self, NotEuro> {
        let (whole, cents) = text.split_once('.').ok_or(NotEuro::Form)?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(cents) || cents.len() != 2 {
            return Err(NotEuro::Form);
        }
        if whole.len() > 12 {
            return Err(NotEuro::TooMuch);
        }
        // Digits, and few of them: whole numbers are exact, and light enough for a phone.
        let number = |digits: &str| digits.parse::<i64>().map_err(|_not_a_number| NotEuro::Form);
        let amount = number(whole)?.checked_mul(100).zip(Some(number(cents)?));
        amount.and_then(|(euros, cents)| Self::from_cents(euros.checked_add(cents)?)).ok_or(NotEuro::TooMuch)
    }

    /// Reads an amount as people in the Netherlands write it on a page: `1250`, `1.250`, `1.250,00`, `€ 12,50`.
    ///
    /// # Errors
    /// As [`Euro::parse`]. Half cents, minus signs and exponents are no amounts.
    pub fn parse_dutch(text: &str) -> Result<Self, NotEuro> {
        let text = text.trim().trim_start_matches('€').trim_start_matches("EUR").trim();
        let text = text.strip_suffix(",-").unwrap_or(text);
        let (whole, cents) = text.split_once(',').unwrap_or((text, "00"));
        let cents = match cents.len() {
            1 => format!("{cents}0"),
            2 => cents.to_owned(),
            _ => return Err(NotEuro::Form),
        };
        let whole = if whole.contains('.') { ungroup(whole).ok_or(NotEuro::Form)? } else { whole.to_owned() };
        Self::parse(&format!("{whole}.{cents}"))
    }
}

/// `1.250.000` → `1250000`; `None` when the points do not stand between groups of three.
fn ungroup(whole: &str) -> Option<String> {
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && whole.split('.').skip(1).all(|group| group.len() == 3);
    fits.then(|| whole.replace('.', ""))
}

impl std::fmt::Display for Euro {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.cents / 100, self.cents % 100)
    }
}

impl Serialize for Euro {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Euro {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_why| D::Error::custom("an amount in euros with two decimals, as \"1250.00\""))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Euro {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(r"^\d{1,10}\.\d{2}$"))
            .description(Some("Bedrag in euro's met twee decimalen."))
            .examples([serde_json::json!("1250.00")])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Euro {}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro(cents: i64) -> Result<Euro, NotEuro> {
        Ok(Euro::from_cents(cents).unwrap())
    }

    #[test]
    fn the_api_takes_two_decimals_and_nothing_else() {
        for (text, expected) in [
            ("1250.00", euro(125_000)),
            ("0.01", euro(1)),
            ("0.00", euro(0)),
            ("1000000000.00", euro(100_000_000_000)),
            ("1000000000.01", Err(NotEuro::TooMuch)),
            ("99999999999999999999999999999999999999.00", Err(NotEuro::TooMuch)),
            ("1250", Err(NotEuro::Form)),
            ("1250.0", Err(NotEuro::Form)),
            ("1e9", Err(NotEuro::Form)),
            ("1e9.00", Err(NotEuro::Form)),
            ("-1.00", Err(NotEuro::Form)),
            ("+1.00", Err(NotEuro::Form)),
            ("0.005", Err(NotEuro::Form)),
            ("1.250,00", Err(NotEuro::Form)),
            (" 1.00", Err(NotEuro::Form)),
            ("1_0.00", Err(NotEuro::Form)),
            (".50", Err(NotEuro::Form)),
            ("", Err(NotEuro::Form)),
        ] {
            assert_eq!(Euro::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn pages_take_amounts_as_people_write_them() {
        for (text, expected) in [
            ("1250", euro(125_000)),
            ("1.250", euro(125_000)),
            ("1.250,00", euro(125_000)),
            ("1250,5", euro(125_050)),
            ("€ 12,50", euro(1_250)),
            ("1.250,-", euro(125_000)),
            ("1.250.000,99", euro(125_000_099)),
            ("12.50", Err(NotEuro::Form)),
            ("0,005", Err(NotEuro::Form)),
            ("-1", Err(NotEuro::Form)),
            ("1e9", Err(NotEuro::Form)),
            ("1..250", Err(NotEuro::Form)),
            ("12,", Err(NotEuro::Form)),
            ("veel", Err(NotEuro::Form)),
        ] {
            assert_eq!(Euro::parse_dutch(text), expected, "{text:?}");
        }
    }

    #[test]
    fn there_is_no_less_than_nothing() {
        let ten = Euro::from_cents(1_000).unwrap();
        assert_eq!(ten.minus(ten), Some(Euro::ZERO));
        assert_eq!(Euro::ZERO.minus(ten), None);
        assert_eq!(Euro::MAX.plus(ten), None);
        assert_eq!(ten.to_string(), "10.00");
        assert_eq!(ten.decimal().to_string(), "10.00");
    }
}
