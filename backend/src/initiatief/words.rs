//! The words by which an initiatief is found when somebody writes something like it.

use std::collections::BTreeSet;

/// Longest that a stored word is, in characters: what follows seldom tells words apart.
const STEM: usize = 7;
/// Most words that are stored of one initiatief, and asked of one text.
pub const MOST: usize = 12;

/// Dutch words that say nothing about a subject.
const EMPTY: [&str; 60] = [
    "aan", "alle", "alleen", "alles", "andere", "bij", "daar", "dan", "dat", "deze", "die", "dit", "door", "een",
    "eens", "eigen", "gaan", "geen", "graag", "haar", "hebben", "heeft", "het", "hier", "hun", "iets", "jaar", "kan",
    "komen", "kunnen", "maar", "meer", "met", "moet", "naar", "niet", "nog", "onze", "ook", "over", "straat", "tot",
    "uit", "van", "veel", "voor", "want", "wat", "weer", "wel", "wijk", "willen", "worden", "wordt", "zelf", "zien",
    "zijn", "zodat", "zou", "zouden",
];

/// The telling words of a text: lower case, without accents, cut to a stem.
#[must_use]
pub fn telling(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let word: String = word.to_lowercase().chars().map(plain).collect();
        if word.chars().count() < 3 || EMPTY.contains(&word.as_str()) {
            continue;
        }
        let stem: String = word.chars().take(STEM).collect();
        // The plural and the diminutive of short words: boom – bomen differs, bank – bankje – banken does not.
        let stem = ["jes", "tje", "je", "en", "s"]
            .iter()
            .find_map(|ending| stem.strip_suffix(ending).filter(|rest| rest.chars().count() >= 4))
            .unwrap_or(&stem)
            .to_owned();
        words.insert(stem);
        if words.len() == MOST {
            break;
        }
    }
    words
}

const fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ş' => 's',
        'ğ' => 'g',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subject_in_other_words_meets() {
        let one = telling("Een bankje bij de speeltuin");
        let other = telling("Graag banken in de speeltuinen");
        assert!(one.intersection(&other).count() >= 2, "{one:?} {other:?}");
        assert!(telling("Ook voor onze eigen wijk").is_empty());
        assert_eq!(telling("café CAFE").len(), 1);
    }
}
