//! What stands where words were taken out of public view, and what is left of a text without them.

use crate::ingreep::MAX_WOORDEN;
use std::collections::BTreeSet;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;

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

/// A text without these words, wherever they stand: whole, and in capitals or not. "Jan" is not in "januari", and "14" is not
/// in "2014".
#[must_use]
pub fn without(text: &str, words: &[String]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = words.iter().filter_map(|word| after_word(before, rest, word)).min_by_key(|after| after.len());
        if let Some(after) = after {
            left.push_str(WEGGELATEN);
            before = rest.strip_suffix(after).and_then(|word| word.chars().next_back());
            rest = after;
        } else {
            left.push(first);
            before = Some(first);
            rest = rest.strip_prefix(first).unwrap_or_default();
        }
    }
    left
}

/// What comes after a word, when a text begins with it and it does not begin or end inside another.
fn after_word<'a>(before: Option<char>, text: &'a str, word: &str) -> Option<&'a str> {
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let mut rest = text.chars();
    let mut last = None;
    for letter in word.chars() {
        let other = rest.next()?;
        let is_same =
            (letter.is_whitespace() && other.is_whitespace()) || letter.to_lowercase().eq(other.to_lowercase());
        if !is_same {
            return None;
        }
        last = Some(other);
    }
    last?;
    let after = rest.as_str();
    let begins_inside = is_part(before) && is_part(text.chars().next());
    let ends_inside = is_part(last) && is_part(after.chars().next());
    (!begins_inside && !ends_inside).then_some(after)
}

/// Which of these words stand in none of these texts: their places in the list.
#[must_use]
pub fn missing(texts: &[&str], words: &[String]) -> Vec<usize> {
    let stands_in = |word: &String, text: &str| without(text, std::slice::from_ref(word)) != text;
    let is_missing = |word: &String| !texts.iter().any(|text| stands_in(word, text));
    words.iter().enumerate().filter(|(_, word)| is_missing(word)).map(|(at, _)| at).collect()
}

/// A text as it is compared: without marks, capitals and signs.
fn folded(text: &str) -> String {
    text.nfd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What to look for beside a word.
struct Stem {
    text: String,
    /// Whether only what has a capital or a digit looks like it: somebody typed it without, and most words are no names.
    is_loose: bool,
}

impl Stem {
    fn is_in(&self, own: &str, is_named: bool) -> bool {
        // Two letters or digits are inside nearly everything.
        let is_inside = match self.text.chars().count() {
            0..=2 => own.starts_with(self.text.as_str()),
            _ => own.contains(self.text.as_str()),
        };
        is_inside && (is_named || !self.is_loose)
    }
}

/// What to look for beside a word: itself, and of several words each that is not too short.
fn stems(word: &str) -> Vec<Stem> {
    const SHORTEST: usize = 3;
    let parts: Vec<&str> = word.split_whitespace().collect();
    let of_part = |part: &str| {
        let is_named = part.chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric());
        Stem { text: folded(part), is_loose: !is_named }
    };
    let several = parts.iter().copied().filter(|_| parts.len() > 1).map(of_part);
    let several = several.filter(|stem| stem.text.chars().count() >= SHORTEST);
    let whole = Stem { text: folded(word), is_loose: false };
    std::iter::once(whole).chain(several).filter(|stem| !stem.text.is_empty()).collect()
}

/// The last parts of a name of three words or more, that are of two or more: of “Anna de Wit” that is “de Wit”.
fn tails(word: &str) -> Vec<String> {
    let parts: Vec<&str> = word.split_whitespace().collect();
    let is_named = |part: &&str| part.chars().next().is_some_and(char::is_uppercase);
    if !parts.iter().any(is_named) {
        return Vec::new();
    }
    let most = parts.len().saturating_sub(1);
    (1..most).filter_map(|from| parts.get(from..)).map(|own| own.join(" ")).collect()
}

/// A word as it stands in a text for the first time, in capitals or not.
fn as_it_stands<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    around(text, word).map(|(_, own, _)| own)
}

/// A text where a word stands in it for the first time: what is before it, the word as it stands there, and what is after it.
#[must_use]
pub fn around<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let (start, rest) = text.split_at_checked(at)?;
        if let Some(after) = after_word(before, rest, word) {
            return Some((start, rest.strip_suffix(after)?, after));
        }
        before = Some(letter);
    }
    None
}

/// What looks like words that go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// As many as can go along in the same request.
    pub words: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

/// What is still read once these words are left out, and looks like one of them: it begins with it or has it inside, or differs by
/// marks alone, as a name in the plural does. Each once, as it stands there first.
#[must_use]
pub fn alike(texts: &[&str], words: &[String]) -> Alike {
    let stems: Vec<Stem> = words.iter().flat_map(|word| stems(word)).collect();
    let tails: Vec<String> = words.iter().flat_map(|word| tails(word)).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for text in texts {
        let rest = without(text, words);
        // The last part of a name is one thing, with what stands before it: “De Wit”, and not “Wit”.
        for tail in &tails {
            let own = as_it_stands(&rest, tail);
            found.extend(own.filter(|own| seen.insert(own.to_lowercase())).map(str::to_owned));
        }
        let left = without(&rest, &tails).replace(WEGGELATEN, " ");
        let is_sign = |letter: char| !letter.is_alphanumeric() && !matches!(letter, '-' | '\'' | '’');
        for word in left.split(is_sign).map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric())) {
            let (own, is_named) =
                (folded(word), word.chars().any(|letter| letter.is_uppercase() || letter.is_numeric()));
            if stems.iter().any(|stem| stem.is_in(&own, is_named)) && seen.insert(word.to_lowercase()) {
                found.push(word.to_owned());
            }
        }
    }
    let most = MAX_WOORDEN.saturating_sub(words.len());
    let more = found.len().saturating_sub(most);
    found.truncate(most);
    Alike { words: found, more }
}

/// A text in pieces, each with whether it is left out in the new text; in one piece when that does not follow from it. What was left
/// out before stays as it is.
#[must_use]
pub fn pieces<'a>(old: &'a str, new: &str) -> Vec<(bool, &'a str)> {
    let own = tokens(old);
    let Some(gone) = first_spans(&own, &tokens(new)) else { return vec![(false, old)] };
    let is_out = |at: usize, token: &str| token != WEGGELATEN && gone.iter().any(|span| span.contains(&at));
    let mut found: Vec<(bool, &'a str)> = Vec::new();
    let (mut from, mut to, mut last) = (0_usize, 0_usize, None::<bool>);
    for (at, token) in own.iter().enumerate() {
        let out = is_out(at, token);
        if let Some(before) = last.filter(|before| *before != out) {
            found.extend(old.get(from..to).map(|piece| (before, piece)));
            from = to;
        }
        last = Some(out);
        to = to.saturating_add(token.len());
    }
    found.extend(last.zip(old.get(from..to)));
    found
}

/// The words that go when one text becomes the other, each once, as they stand there; none of a text that goes whole, and none when
/// the one does not follow from the other.
#[must_use]
pub fn words_out(old: &str, new: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    if Weglating::of(new) == Some(Weglating::Geheel) {
        return words;
    }
    for (is_out, piece) in pieces(old, new) {
        let word = piece.trim();
        if is_out && !word.is_empty() && words.iter().all(|known| known != word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The new text in pieces, each with whether it is the mark of what goes: that of what was gone before is none.
#[must_use]
pub fn marks<'a>(old: &str, new: &'a str) -> Vec<(bool, &'a str)> {
    let own = tokens(old);
    let gone = first_spans(&own, &tokens(new)).unwrap_or_default();
    let was_gone =
        |span: &Range<usize>| own.get(span.clone()).is_some_and(|all| all.iter().all(|own| *own == WEGGELATEN));
    let mut spans = gone.iter();
    let (mut found, mut is_after_mark): (Vec<(bool, &'a str)>, Option<bool>) = (Vec::new(), None);
    let (mut from, mut to) = (0_usize, 0_usize);
    for token in tokens(new) {
        let is_mark = (token == WEGGELATEN)
            .then(|| is_after_mark.unwrap_or_else(|| spans.next().is_none_or(|span| !was_gone(span))));
        if is_mark == Some(true) {
            found.extend(stays(new, from..to));
            found.push((true, token));
            from = to.saturating_add(token.len());
        }
        is_after_mark = is_mark;
        to = to.saturating_add(token.len());
    }
    found.extend(stays(new, from..to));
    found
}

/// A piece that stays, when there is any.
fn stays(text: &str, at: Range<usize>) -> Option<(bool, &str)> {
    text.get(at).filter(|piece| !piece.is_empty()).map(|piece| (false, piece))
}

/// The words that must have gone when one text became the other, each as it stands there: not what can have gone in more than one
/// way, and nothing of a text that went whole.
#[must_use]
pub fn gone<'a>(old: &'a str, new: &str) -> Vec<&'a str> {
    if Weglating::of(new) == Some(Weglating::Geheel) {
        return Vec::new();
    }
    let (own, later) = (tokens(old), tokens(new));
    let (Some(first), Some(last)) = (first_spans(&own, &later), last_spans(&own, &later)) else { return Vec::new() };
    let text = |span: &Range<usize>| {
        let before: usize = own.iter().take(span.start).map(|token| token.len()).sum();
        let length: usize = own.get(span.clone())?.iter().map(|token| token.len()).sum();
        old.get(before..before.saturating_add(length))
    };
    let sure = first.iter().filter(|span| last.contains(span)).filter_map(text);
    sure.filter(|word| !word.contains(WEGGELATEN)).collect()
}

/// Whether a text is this one, or this one without some words.
#[must_use]
pub fn is_without(text: &str, left: &str) -> bool {
    first_spans(&tokens(text), &tokens(left)).is_some()
}

/// The words of a text and what stands between them: a word is left out whole or not at all.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with(WEGGELATEN) {
            WEGGELATEN.len()
        } else if first.is_alphanumeric() {
            rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let Some((token, after)) = rest.split_at_checked(length) else { break };
        found.push(token);
        rest = after;
    }
    found
}

/// What a text keeps between the marks; marks beside each other are one.
fn kept<'t, 'a>(new: &'t [&'a str]) -> Vec<&'t [&'a str]> {
    let all: Vec<&[&str]> = new.split(|token| *token == WEGGELATEN).collect();
    let most = all.len().saturating_sub(1);
    let is_between = |at: usize| at > 0 && at < most;
    all.into_iter().enumerate().filter(|(at, own)| !is_between(*at) || !own.is_empty()).map(|(_, own)| own).collect()
}

/// Which tokens of the old text went for each mark of the new one, each as early as can be; nothing when the one does not come of
/// the other.
fn first_spans(old: &[&str], new: &[&str]) -> Option<Vec<Range<usize>>> {
    let kept = kept(new);
    let (first, rest) = kept.split_first()?;
    let Some((last, between)) = rest.split_last() else { return (old == *first).then(Vec::new) };
    let end = old.len().checked_sub(last.len()).filter(|end| old.get(*end..) == Some(*last))?;
    let mut from = old.starts_with(first).then_some(first.len())?;
    let mut found = Vec::new();
    for own in between {
        // For each mark at least something went.
        let at = (from.saturating_add(1)..end).find(|at| old.get(*at..end).is_some_and(|all| all.starts_with(own)))?;
        found.push(from..at);
        from = at.saturating_add(own.len());
    }
    (from < end).then_some(())?;
    found.push(from..end);
    Some(found)
}

/// The same, each as late as can be.
fn last_spans(old: &[&str], new: &[&str]) -> Option<Vec<Range<usize>>> {
    let (turned_old, turned_new): (Vec<&str>, Vec<&str>) =
        (old.iter().rev().copied().collect(), new.iter().rev().copied().collect());
    let spans = first_spans(&turned_old, &turned_new)?;
    let turned = |span: Range<usize>| old.len().saturating_sub(span.end)..old.len().saturating_sub(span.start);
    Some(spans.into_iter().rev().map(turned).collect())
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

    #[test]
    fn words_go_wherever_they_stand_and_nothing_else_does() {
        for (text, words, expected) in [
            ("Jan woont op nummer 14.", &["Jan", "14"][..], "[weggelaten] woont op nummer [weggelaten]."),
            ("In januari, zei JAN, en jan knikte", &["Jan"], "In januari, zei [weggelaten], en [weggelaten] knikte"),
            ("2014 huizen, 14a en 14", &["14"], "2014 huizen, 14a en [weggelaten]"),
            ("bij Jan de Vries thuis", &["Jan", "Jan de Vries"], "bij [weggelaten] thuis"),
            ("bij Jan\nde Vries thuis", &["jan de vries"], "bij [weggelaten] thuis"),
            ("“Ömer” en Émile", &["ömer", "émile"], "“[weggelaten]” en [weggelaten]"),
            ("Zonnebloemstraat 14-16", &["zonnebloemstraat 14-16"], "[weggelaten]"),
            ("06-12345678", &["06-12345678"], "[weggelaten]"),
            ("mail a.b@c.nl nu", &["a.b@c.nl"], "mail [weggelaten] nu"),
            ("(Jan)(Jan)", &["Jan"], "([weggelaten])([weggelaten])"),
            ("(Jan)(Jan)", &["(Jan)"], "[weggelaten][weggelaten]"),
            ("niets hiervan", &["iets", "hier"], "niets hiervan"),
            ("niets", &[""], "niets"),
            ("", &["x"], ""),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let left = without(text, &words);
            assert_eq!(left, expected, "{text} without {words:?}");
            assert_eq!(without(&left, &words), left, "once is enough");
        }
    }

    #[test]
    fn words_that_stand_nowhere_are_named() {
        let texts = ["Gerda Oldenhave woont op 214.", "Bel mevrouw Oldenhave."];
        for (words, expected) in [
            (&["Gerda Oldenhave", "214"][..], vec![]),
            (&["Gerda Oldenhaven", "214"], vec![0]),
            (&["oldenhave", "14", "mevrouw", "Jan"], vec![1, 3]),
            // Each word is looked for by itself: the longer one does not hide the shorter.
            (&["mevrouw Oldenhave", "Oldenhave", "Gerda Oldenhave"], vec![]),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(missing(&texts, &words), expected, "{words:?}");
        }
    }

    // finding: "Jansens" stayed where "Jansen" was left out, and nobody was told
    #[test]
    fn what_looks_like_a_word_that_goes_is_named() {
        let text =
            "Het fietspad langs de fiets-brug. Jansen en Jansens, JANSÉN, mevrouw Jansen-Bakker; in 2014 en op 14a.";
        for (words, expected) in [
            (&["fiets"][..], &["fietspad"][..]),
            (&["Jansen"], &["Jansens", "JANSÉN"]),
            (&["Anna Jansen"], &["Jansen", "Jansens", "JANSÉN", "Jansen-Bakker"]),
            (&["14"], &["14a"]),
            (&["het fietspad"], &[]),
            (&["boom"], &[]),
            // Typed small, the name is a name still.
            (&["anna jansen"], &["Jansen", "Jansens", "JANSÉN", "Jansen-Bakker"]),
            (&["langs de brug"], &[]),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let found = alike(&[text], &words);
            assert_eq!(found.words, expected, "{words:?}");
            let all: Vec<String> = words.iter().cloned().chain(found.words).collect();
            assert_eq!(alike(&[text], &all).words, [""; 0], "ticked, they go: {all:?}");
        }
    }

    // finding C: of "Anna de Wit" the rest of the name was offered as "Wit", and "De" stayed
    #[test]
    fn the_last_part_of_a_name_is_offered_as_it_stands() {
        let text = "Anna de Wit wil dat. Mevrouw De Wit woont er, mail dewit@wijk.nl. Een Witte muur.";
        let words = ["Anna de Wit".to_owned()];
        assert_eq!(alike(&[text], &words).words, ["De Wit", "dewit", "Witte"]);
        let all: Vec<String> = words.iter().cloned().chain(alike(&[text], &words).words).collect();
        assert!(!without(text, &all).contains("De ["), "{}", without(text, &all));
        assert_eq!(around("Mevrouw De Wit woont er", "de wit"), Some(("Mevrouw ", "De Wit", " woont er")));
        assert_eq!(around("Dewitte", "wit"), None);
    }

    // finding: five words and twenty ticks were refused as too many, and what was cut off was not told
    #[test]
    fn no_more_is_offered_than_can_go_at_once_and_the_rest_is_counted() {
        let text: String = (10..40).map(|number| format!("Jansen{number} ")).collect();
        for (written, offered, more) in [(1, 19, 11), (5, 15, 15), (20, 0, 30), (25, 0, 30)] {
            let mut words = vec!["Jansen".to_owned()];
            words.extend((1..written).map(|number| format!("woord{number}")));
            let found = alike(&[&text], &words);
            assert_eq!((found.words.len(), found.more), (offered, more), "{written} written");
        }
        let few = alike(&["Jansen1 Jansen2"], &["Jansen".to_owned()]);
        assert_eq!((few.words.len(), few.more), (2, 0));
    }

    #[test]
    fn a_reader_sees_which_words_go() {
        for (old, new, expected) in [
            ("Bankje voor Jansen", "Bankje voor [weggelaten]", vec![(false, "Bankje voor "), (true, "Jansen")]),
            (
                "Jan en Jan.",
                "[weggelaten] en [weggelaten].",
                vec![(true, "Jan"), (false, " en "), (true, "Jan"), (false, ".")],
            ),
            ("Alles weg", "[weggelaten]", vec![(true, "Alles weg")]),
            ("Niets", "Niets", vec![(false, "Niets")]),
            ("Iets anders", "Niets van dit", vec![(false, "Iets anders")]),
            // What was gone already does not go.
            (
                "Bankje voor [weggelaten] en Piet",
                "Bankje voor [weggelaten] en [weggelaten]",
                vec![(false, "Bankje voor [weggelaten] en "), (true, "Piet")],
            ),
            ("Voor [weggelaten]", "[weggelaten]", vec![(true, "Voor "), (false, "[weggelaten]")]),
            // A word is no part of another.
            ("manJan en Jan", "manJan en [weggelaten]", vec![(false, "manJan en "), (true, "Jan")]),
            ("Jan 14 14a", "[weggelaten] 14a", vec![(true, "Jan 14"), (false, " 14a")]),
            (
                "Jan de Boer de Kees",
                "[weggelaten] de [weggelaten]",
                vec![(true, "Jan"), (false, " de "), (true, "Boer de Kees")],
            ),
            ("", "", vec![]),
        ] {
            assert_eq!(pieces(old, new), expected, "{old} {new}");
        }
    }

    #[test]
    fn a_mark_that_stood_there_is_no_mark_of_what_goes() {
        for (old, new, expected) in [
            ("Piet", "[weggelaten]", vec![(true, "[weggelaten]")]),
            (
                "Bankje voor [weggelaten] en Piet.",
                "Bankje voor [weggelaten] en [weggelaten].",
                vec![(false, "Bankje voor [weggelaten] en "), (true, "[weggelaten]"), (false, ".")],
            ),
            ("Niets", "Niets", vec![(false, "Niets")]),
            ("Iets", "[weggelaten] van dit", vec![(true, "[weggelaten]"), (false, " van dit")]),
        ] {
            assert_eq!(marks(old, new), expected, "{old} {new}");
        }
    }

    // finding: what is asked again is what was asked, and nothing else
    #[test]
    fn only_words_that_surely_went_are_named() {
        for (old, new, expected) in [
            ("Jan en Jan.", "[weggelaten] en [weggelaten].", &["Jan", "Jan"][..]),
            ("Bankje voor [weggelaten] en Piet", "Bankje voor [weggelaten] en [weggelaten]", &["Piet"]),
            // "Jan" and "Boer de Kees", or "Jan de Boer" and "Kees": nobody can tell.
            ("Jan de Boer de Kees", "[weggelaten] de [weggelaten]", &[]),
            ("Jan de Boer de Kees", "[weggelaten] de Kees", &["Jan de Boer"]),
            ("Jan de Boer de Kees", "Jan de [weggelaten] de [weggelaten]", &["Boer", "Kees"]),
            ("Alles weg", "[weggelaten]", &[]),
            ("Iets anders", "Niets van dit", &[]),
        ] {
            assert_eq!(gone(old, new), expected, "{old} {new}");
        }
    }

    #[test]
    fn a_text_is_without_what_another_is_without() {
        for (text, left, expected) in [
            ("Jan en Piet", "Jan en Piet", true),
            ("Jan en Piet", "[weggelaten] en Piet", true),
            ("[weggelaten] en Piet", "[weggelaten] en [weggelaten]", true),
            ("[weggelaten] en Piet", "[weggelaten]", true),
            ("[weggelaten] en Piet", "Jan en Piet", false),
            ("[weggelaten] en Piet", "Jan en [weggelaten]", false),
        ] {
            assert_eq!(is_without(text, left), expected, "{text} {left}");
        }
    }
}
