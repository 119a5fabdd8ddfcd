//! Which words a request is about. Its page and *Mijn werk* name them: only staff read those.

use super::how_much;
use crate::i18n::Lang;
use crate::ui::p;
use contract::ingreep::{IngreepSoort, IngreepStatus, IngreepView, Veld, Vindplaats, WeglatingenView};
use contract::weglating;
use leptos::prelude::*;

/// The words that are asked to go or to come back, or went, also of what is over; none of a photo, of a text that goes whole, and
/// where they are not kept any more.
pub fn of(found: &WeglatingenView, own: &IngreepView) -> Vec<String> {
    if !own.woorden.is_empty() || own.status != IngreepStatus::Geweigerd || is_whole(own) {
        return own.woorden.clone();
    }
    // The version before did not keep what was refused: that stands there.
    let texts = stands_there(found, own).zip(own.nieuw.as_deref());
    texts.map(|(whole, left)| weglating::words_out(whole, left)).unwrap_or_default()
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

/// How much of a text or photo a request is about: all of it, a part of the photo, or these words; nothing where that is not kept, and of
/// a place on the map, which is one thing.
pub fn much(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<String> {
    if let Some(of_photo) = how_much(lang, (own.deel, own.soort)) {
        return Some(of_photo.to_owned());
    }
    if is_whole(own) {
        return (own.veld != Veld::Punt).then(|| lang.weglaten_text_all().to_owned());
    }
    let words = of(found, own);
    (!words.is_empty()).then(|| quoted(&words))
}

/// The line that names them.
pub fn line(lang: Lang, found: &WeglatingenView, own: &IngreepView) -> Option<AnyView> {
    let words = of(found, own);
    (!words.is_empty()).then(|| p(lang.weglaten_which_words(quoted(&words))).into_any())
}
