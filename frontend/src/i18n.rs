//! Words on the screen, in mails and in problems: one method per message on [`Lang`], made from `messages/*.json`.

mod made {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

pub use made::Lang;

/// The word that goes with a number, for `{aantal|plan|plannen}` in a message: one for one, another for every other number.
fn by_number(number: &impl std::fmt::Display, one: &'static str, more: &'static str) -> &'static str {
    if number.to_string() == "1" { one } else { more }
}

impl Lang {
    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|lang| lang.code() == code)
    }

    /// The first language of an `Accept-Language` header that we have.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| {
            let code = part.split(';').next().unwrap_or_default().trim();
            Self::from_code(code.split('-').next().unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Finding b15: a number never stands beside the wrong form of a word.
    #[test]
    fn a_word_beside_a_number_has_the_form_that_goes_with_it() {
        for (said, expected) in [
            (Lang::Nl.vote_points_given(1), "1 punt"),
            (Lang::Nl.vote_points_given(2), "2 punten"),
            (Lang::En.vote_points_given(0), "0 points"),
            (Lang::Nl.field_te_veel(1), "Dit zijn er te veel: er mag er 1."),
            (Lang::Nl.telling_opened(1, 40), "1 van 40 stembiljetten is open."),
            (Lang::En.telling_opened(12, 40), "12 of 40 ballots are open."),
            (Lang::Nl.word_belemmering_geen(1), "Er doet nog geen plan mee. Er is er minstens 1 nodig."),
            (Lang::Nl.word_belemmering_te_weinig(1, 2), "Er doet 1 plan mee. Er zijn er minstens 2 nodig."),
            (Lang::Nl.word_belemmering_te_weinig(2, 3), "Er doen 2 plannen mee. Er zijn er minstens 3 nodig."),
            (Lang::En.word_belemmering_te_weinig(1, 2), "1 plan takes part. At least 2 are needed."),
        ] {
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn the_first_language_that_we_have_is_taken() {
        for (header, expected) in
            [("nl-NL,nl;q=0.9,en;q=0.8", Some(Lang::Nl)), ("de, en-GB;q=0.7", Some(Lang::En)), ("fr", None), ("", None)]
        {
            assert_eq!(Lang::accepted(header), expected, "{header}");
        }
    }
}
