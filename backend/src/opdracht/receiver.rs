//! Which names are one receiver. There is no register of receivers (KvK) yet; until there is one, names are compared as
//! somebody reads them, so that another spelling does not start another sum (SECURITY-RULES A-6).

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Legal forms as people write them before or behind a name, each written as one word. A holding, a groep or a beheer is
/// none: that is another business under nearly the same name.
const FORMS: [&str; 16] = [
    "bv",
    "nv",
    "cv",
    "vof",
    "beslotenvennootschap",
    "naamlozevennootschap",
    "commanditairevennootschap",
    "vennootschaponderfirma",
    "firma",
    "fa",
    "eenmanszaak",
    "maatschap",
    "stichting",
    "vereniging",
    "cooperatie",
    "cooperatieve",
];

/// Legal forms that only stand behind a name. Before one, W.A. and B.A. are somebody's initials.
const ENDINGS: [&str; 17] = [
    "ua", "ba", "wa", "io", "coop", "bvba", "vzw", "gmbh", "ev", "kg", "ag", "ltd", "limited", "inc", "llc", "llp",
    "plc",
];

/// Those in which no Dutch word ends: also without a blank before them (`HoveniersBV`).
const GLUED: [&str; 4] = ["bv", "nv", "cv", "vof"];
/// Letters that stand before such a glued form at least, or it may be an abbreviation as a whole.
const GLUED_TO: usize = 4;

/// Words that make no name by themselves: of "De Vereniging" nothing is taken away.
const ARTICLES: [&str; 4] = ["de", "het", "een", "t"];

/// Words that one form can be written in, as `b. v. b. a.` or `besloten vennootschap`.
const MOST_WORDS: usize = 4;

static BEFORE: LazyLock<Vec<String>> = LazyLock::new(|| FORMS.iter().map(|form| plain(form)).collect());
static BEHIND: LazyLock<Vec<String>> = LazyLock::new(|| FORMS.iter().chain(&ENDINGS).map(|form| plain(form)).collect());

/// What all spellings of one receiver have in common: letters and digits, without capitals, accents, marks, blanks and
/// legal forms, and with one letter for all that look like it. Never empty for a name that is not.
#[must_use]
pub fn receiver_key(name: &str) -> String {
    let plain = plain(name);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let key = without_forms(&words).concat();
    if key.is_empty() {
        return name.split_whitespace().collect();
    }
    let glued = GLUED.iter().find_map(|form| key.strip_suffix(form).filter(|rest| rest.chars().count() >= GLUED_TO));
    glued.map_or_else(|| key.clone(), str::to_owned)
}

/// Words of letters and digits that look alike when the text does.
fn plain(text: &str) -> String {
    // Before anything is taken apart: ™ is no letter, though it can be written as two.
    let apart: String =
        text.chars().map(|c| if c.is_alphanumeric() || is_combining_mark(c) { c } else { ' ' }).collect();
    let bare = apart.nfkd().filter(|c| canonical_combining_class(*c) == 0);
    // There and back, so that ß is ss and every sigma is one.
    let small: String =
        bare.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    let alike = unicode_security::skeleton(&small).flat_map(char::to_lowercase);
    alike.filter(|c| *c == ' ' || c.is_alphanumeric()).collect()
}

fn without_forms<'w, 'n>(mut words: &'w [&'n str]) -> &'w [&'n str] {
    while let Some(rest) = without_one(words) {
        words = rest;
    }
    words
}

/// The words but for one legal form behind or before them, the longest that fits; `None` when there is none, or no name
/// would be left.
fn without_one<'w, 'n>(words: &'w [&'n str]) -> Option<&'w [&'n str]> {
    let is_name = |rest: &[&str]| !rest.iter().all(|word| ARTICLES.contains(word));
    (1..=words.len().min(MOST_WORDS)).rev().find_map(|count| {
        let (rest, end) = words.split_at_checked(words.len() - count)?;
        let (start, other) = words.split_at_checked(count)?;
        if is_one(end, &BEHIND) && is_name(rest) {
            Some(rest)
        } else {
            (is_one(start, &BEFORE) && is_name(other)).then_some(other)
        }
    })
}

fn is_one(words: &[&str], forms: &[String]) -> bool {
    forms.contains(&words.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    // finding 11, A-6
    #[test]
    fn a_receiver_is_one_however_the_name_is_written() {
        for spellings in [
            &[
                "Hoveniers BV",
                "hoveniers  bv",
                "Hoveniers B.V.",
                "Hoveniers-BV",
                "Hovéniers BV",
                "Hoveniers",
                "HOVENIERS",
                "B.V. Hoveniers",
                "Hoveniers B. V.",
                "Hoveniers (b.v.)",
                "Hoveniers, BV.",
                "HoveniersBV",
                "hoveniersb.v.",
                "„Hoveniers” BV",
                "Hoveniers™ BV",
                "Ho-ve-niers BV",
                "Hove\u{301}niers\u{a0}BV",
                "Hove\u{ad}niers BV",
                "Ｈｏｖｅｎｉｅｒｓ ＢＶ",
                "Hoveniers V.O.F.",
                "Hoveniers V0F",
                "Hoveniers N.V.",
                "Hoveniers BV i.o.",
                "Hoveniers GmbH",
                "Besloten Vennootschap Hoveniers",
                "Vennootschap onder firma Hoveniers",
                "Fa. Hoveniers",
            ][..],
            &[
                "Coöperatie Groen U.A.",
                "Cooperatie Groen",
                "Groen Coöp. UA",
                "Coöperatieve Vereniging Groen U.A.",
                "Stichting Groen",
                "vereniging groen",
                "Maatschap Groen",
                "Groen, eenmanszaak",
                "Groen",
            ],
            &["Straße 12", "STRASSE 12", "STRAẞE 12", "Strasse l2"],
            &["Łódź Ørsted", "Lodz Orsted", "LODZ ØRSTED"],
            &["İstanbul Kebab", "Istanbul Kebab", "istanbul kebab"],
            &["ΟΔΟΣ", "οδός", "οδοσ"],
            &["مؤسسة الورد", "مُؤسسة الورد"],
            &["Stichting", "stichting", "Stichting BV"],
            &["B.V.", "BV", "b v"],
        ] {
            let keys: BTreeSet<String> = spellings.iter().map(|name| receiver_key(name)).collect();
            assert_eq!(keys.len(), 1, "{spellings:?}: {keys:?}");
            assert!(!keys.contains(""), "{spellings:?}");
        }
    }

    #[test]
    fn another_name_is_another_receiver() {
        let names = [
            "Hoveniers",
            "Hovenier",
            "Hoveniers 2",
            "Hoveniers Holding BV",
            "Hoveniers Groep BV",
            "Hoveniers Beheer BV",
            "Jansen",
            "W.A. Jansen",
            "B.A. Jansen",
            "Antiqua",
            "Bioscoop",
            "Bios",
            "Maatschappij De Brug",
            "De Brug",
            "De Vereniging",
            "De Coöperatie",
            "Verenigingsgebouw De Korf",
            "De Korf",
            "KCV",
            "KBV",
            "مؤسسة الورد",
            "★",
            "☆",
        ];
        let keys: BTreeSet<String> = names.iter().map(|name| receiver_key(name)).collect();
        assert_eq!(keys.len(), names.len(), "{keys:?}");
        assert!(!keys.contains(""));
    }
}
