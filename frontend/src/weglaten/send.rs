//! What the button says with which something is left out: at once, or by asking the stembureau.

use crate::i18n::Lang;

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// Something goes at once.
    pub does: bool,
    /// Something waits for the stembureau.
    pub asks: bool,
}

/// The name of the form that was looked at, and what its button says.
pub fn button(lang: Lang, actie: &str, effect: Effect) -> (&'static str, &'static str) {
    let (name, at_once) = match actie {
        "woorden" => ("woorden", lang.weglaten_some_send()),
        "tekst" => ("tekst", lang.weglaten_all_send()),
        "vlak" => ("vlak", lang.weglaten_area_send()),
        _ => ("foto", lang.weglaten_photo_send()),
    };
    let says = match (effect.does, effect.asks) {
        (_, false) => at_once,
        (true, true) => lang.weglaten_both_send(),
        (false, true) => lang.weglaten_ask_send(),
    };
    (name, says)
}
