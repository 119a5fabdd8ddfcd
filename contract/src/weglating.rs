//! What stands where words were taken out of public view.

/// Stands in place of words, or of a whole text, that nobody but the wijkteam may read. It is the same in every language
/// and fits every field, so that each door shows it without a rule of its own.
pub const WEGGELATEN: &str = "[weggelaten]";

/// How much of a text was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weglating {
    /// Some words.
    Deel,
    /// All of it.
    Geheel,
}

impl Weglating {
    /// What was left out of a text; nothing of most.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.trim() == WEGGELATEN { Some(Self::Geheel) } else { text.contains(WEGGELATEN).then_some(Self::Deel) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Bericht, Field as _, Naam, Plaats, Titel, Verhaal};

    #[test]
    fn a_reader_is_told_how_much_is_missing() {
        for (text, expected) in [
            ("Een bankje bij de school", None),
            ("Bankje voor [weggelaten] en de buren", Some(Weglating::Deel)),
            ("[weggelaten]", Some(Weglating::Geheel)),
            (" [weggelaten]\n", Some(Weglating::Geheel)),
        ] {
            assert_eq!(Weglating::of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_mark_fits_wherever_it_has_to_stand() {
        assert!(Titel::parse(WEGGELATEN).is_ok() && Verhaal::parse(WEGGELATEN).is_ok());
        assert!(
            Plaats::parse(WEGGELATEN).is_ok() && Bericht::parse(WEGGELATEN).is_ok() && Naam::parse(WEGGELATEN).is_ok()
        );
    }
}
