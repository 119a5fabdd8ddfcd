//! Words on the screen, in mails and in problems: one method per message on [`Lang`], made from `messages/*.json`.

mod made {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

pub use made::Lang;

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

    #[test]
    fn the_first_language_that_we_have_is_taken() {
        for (header, expected) in
            [("nl-NL,nl;q=0.9,en;q=0.8", Some(Lang::Nl)), ("de, en-GB;q=0.7", Some(Lang::En)), ("fr", None), ("", None)]
        {
            assert_eq!(Lang::accepted(header), expected, "{header}");
        }
    }
}
