//! How amounts are written for people, on the server and in the browser. The only place that does.

use crate::i18n::Lang;
use contract::Euro;

/// An amount, as "€ 1.250,00" in Dutch and "€1,250.00" in English.
#[must_use]
pub fn euro(lang: Lang, amount: Euro) -> String {
    let (units, cents) = (amount.cents() / 100, amount.cents() % 100);
    let (point, sign) = match lang {
        Lang::Nl => (',', "€\u{a0}"),
        Lang::En => ('.', "€"),
    };
    format!("{sign}{}{point}{cents:02}", whole(lang, units))
}

/// A whole number, as "1.250" in Dutch and "1,250" in English.
#[must_use]
pub fn whole(lang: Lang, number: impl Into<i64>) -> String {
    let group = match lang {
        Lang::Nl => '.',
        Lang::En => ',',
    };
    let digits = number.into().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        for (cents, dutch, english) in [
            (0, "€\u{a0}0,00", "€0.00"),
            (125_000, "€\u{a0}1.250,00", "€1,250.00"),
            (100_000_000_000, "€\u{a0}1.000.000.000,00", "€1,000,000,000.00"),
        ] {
            let amount = Euro::from_cents(cents).unwrap();
            assert_eq!(euro(Lang::Nl, amount), dutch);
            assert_eq!(euro(Lang::En, amount), english);
        }
    }
}
