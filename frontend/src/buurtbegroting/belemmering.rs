//! What keeps a vote from opening, in words: what is missing, and whose task that is.

use crate::i18n::Lang;
use contract::buurtbegroting::{Belemmering, BuurtbegrotingView};
use contract::project::{ProjectStatus, ProjectView};

/// What keeps this vote from opening.
pub fn text(lang: Lang, round: &BuurtbegrotingView, own: Belemmering) -> String {
    match own {
        Belemmering::SleutelOntbreekt if round.bewaarders => lang.word_belemmering_beproeven().to_owned(),
        Belemmering::SleutelOntbreekt => lang.word_belemmering_sleutel().to_owned(),
        Belemmering::PlannenWachten => lang.word_belemmering_plannen().to_owned(),
        Belemmering::TeWeinigPlannen => {
            let takes_part = |project: &&ProjectView| project.status == ProjectStatus::Toegelaten;
            let fewest = round.spelregels.stembiljet.fewest();
            match round.projecten.iter().filter(takes_part).count() {
                0 => lang.word_belemmering_geen(fewest),
                number => lang.word_belemmering_te_weinig(number, fewest),
            }
        }
    }
}
