//! Which words a request is about. Its page and *Mijn werk* name them: only staff read those.

use crate::i18n::Lang;
use crate::ui::p;
use contract::ingreep::{IngreepSoort, IngreepStatus, IngreepView, Vindplaats, WeglatingenView};
use contract::weglating;
use leptos::prelude::*;

/// The words that are asked to go or to come back, or went, as they stand there; none of a photo, of a text that goes whole, and
/// where they are not kept any more.
pub fn of(found: &WeglatingenView, own: &IngreepView) -> Vec<String> {
    // What was refused is not kept, and stands there.
    let there = || stands_there(found, own).filter(|_| own.status == IngreepStatus::Geweigerd);
    let texts = own.origineel.as_deref().or_else(there).zip(own.nieuw.as_deref());
    let Some((whole, left)) = texts.filter(|_| !is_whole(own)) else { return Vec::new() };
    let mut words: Vec<String> = Vec::new();
    for (is_out, piece) in weglating::pieces(whole, left) {
        let word = piece.trim();
        if is_out && !word.is_empty() && words.iter().all(|known| known != word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Whether all of a text goes, whatever it says.
pub fn is_whole(own: &IngreepView) -> bool {
    own.soort == IngreepSoort::Afschermen
}

/// What a text says now, where it stands on this page.
fn stands_there<'a>(found: &'a WeglatingenView, own: &IngreepView) -> Option<&'a str> {
    let is_at = |place: &Vindplaats| (place.soort, place.id, place.veld) == (own.deel, own.deel_id, own.veld);
    found.delen.iter().find(|deel| deel.plekken.iter().any(is_at)).map(|deel| deel.tekst.as_str())
}

/// Words in a sentence.
pub fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("‘{word}’")).collect();
    quoted.join(", ")
}

/// The line that names them.
pub fn line(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let words = of(found, own);
    (!words.is_empty()).then(|| p(lang.weglaten_which_words(quoted(&words))).into_any())
}
