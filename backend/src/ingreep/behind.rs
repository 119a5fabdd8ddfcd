//! A plan says what the initiatief says that it was made of: what is left out of the plan alone is read in the initiatief still. This
//! is the one place that tells whether it is; pages, *Mijn werk* and mails say what stands here.

use crate::database::sql;
use crate::error::Error;
use crate::ingreep::decide;
use crate::ingreep::store::Ingreep;
use contract::InitiatiefId;
use contract::ingreep::{Achterliggend, DeelSoort, IngreepSoort, Planverwijzing};
use contract::weglating::{self, WEGGELATEN};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;

/// What the initiatieven say that were asked after: each is read once.
#[derive(Debug, Default)]
pub struct Behind {
    said: BTreeMap<InitiatiefId, Vec<String>>,
}

#[derive(Debug, FromQueryResult)]
struct SaidRow {
    titel: String,
    tekst: String,
    plaats: Option<String>,
    organisatie: Option<String>,
}

impl Behind {
    /// What the initiatief behind this plan says of what a request is about; nothing of what is no text of a plan, of an initiatief
    /// that nobody may see, and once what stood in the plan is destroyed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of<C: ConnectionTrait>(
        &mut self,
        db: &C,
        (own, plan): (&Ingreep, Option<&Planverwijzing>),
    ) -> Result<Option<Achterliggend>, Error> {
        if own.deel != DeelSoort::Project {
            return Ok(None);
        }
        let (Some(initiatief), Some(was)) =
            (plan.and_then(Planverwijzing::public_initiatief), own.origineel.as_deref())
        else {
            return Ok(None);
        };
        // The initiatief was shielded and is read again, as is meant: only its plan does not say it yet.
        if decide::masked_alone(db, own).await?.is_some() {
            return Ok(None);
        }
        let known = self.said.get(&initiatief).cloned();
        let texts = if let Some(texts) = known {
            texts
        } else {
            let texts = said(db, initiatief).await?;
            self.said.insert(initiatief, texts.clone());
            texts
        };
        Ok(judged((initiatief, &texts), own.soort, (was, &own.nieuw)))
    }
}

/// What an initiatief says.
async fn said<C: ConnectionTrait>(db: &C, id: InitiatiefId) -> Result<Vec<String>, Error> {
    let select = sql(db, "SELECT titel, tekst, plaats, organisatie FROM initiatief WHERE id = $1", [id.0.into()]);
    let row = SaidRow::find_by_statement(select).one(db).await?;
    let texts = |row: SaidRow| [Some(row.titel), Some(row.tekst), row.plaats, row.organisatie];
    Ok(row.map(texts).into_iter().flatten().flatten().collect())
}

/// Whether these texts still say it: word by word, or all of a text that goes whole. Of what an initiatief never said nothing is told.
fn judged(
    (initiatief, texts): (InitiatiefId, &[String]),
    soort: IngreepSoort,
    (was, left): (&str, &str),
) -> Option<Achterliggend> {
    if soort == IngreepSoort::Afschermen {
        let staat_er = texts.iter().any(|text| text == was);
        let is_gone = texts.iter().any(|text| text == left);
        return (staat_er || is_gone).then(|| Achterliggend { initiatief, staat_er, nog: Vec::new(), weg: Vec::new() });
    }
    let words = weglating::words_out(was, left);
    let all: Vec<&str> = texts.iter().map(String::as_str).collect();
    let missing = weglating::missing(&all, &words);
    let (mut nog, mut weg) = (Vec::new(), Vec::new());
    let is_less = texts.iter().any(|text| text.contains(WEGGELATEN));
    for (at, word) in words.into_iter().enumerate() {
        if !missing.contains(&at) {
            nog.push(word);
        } else if is_less {
            weg.push(word);
        }
    }
    let is_told = !nog.is_empty() || !weg.is_empty();
    is_told.then_some(Achterliggend { initiatief, staat_er: !nog.is_empty(), nog, weg })
}

#[cfg(test)]
mod tests {
    use super::*;

    // findings A and B: judged by the word, whichever request took it out
    #[test]
    fn an_initiatief_is_asked_after_each_word() {
        use IngreepSoort::{Afschermen, Onherkenbaar};
        let id = InitiatiefId(uuid::Uuid::nil());
        let was = "Met twaalf kruiden en vleermuizen";
        let both = "Met [weggelaten] [weggelaten] en vleermuizen";
        for (texts, soort, left, expected) in [
            (&[was][..], Onherkenbaar, "Met twaalf kruiden en [weggelaten]", Some(("vleermuizen", ""))),
            (&["Met [weggelaten] kruiden"], Onherkenbaar, both, Some(("kruiden", "twaalf"))),
            (&["Met [weggelaten] [weggelaten]"], Onherkenbaar, both, Some(("", "twaalf kruiden"))),
            // Another text of it says the word.
            (&["Iets", "Ook kruiden"], Onherkenbaar, "Met twaalf [weggelaten] en vleermuizen", Some(("kruiden", ""))),
            // It never said that.
            (&["Iets anders"], Onherkenbaar, both, None),
            (&[was], Afschermen, "[weggelaten]", Some(("", ""))),
            (&["Iets anders"], Afschermen, "[weggelaten]", None),
        ] {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            let found = judged((id, &texts), soort, (was, left));
            let words = found.as_ref().map(|own| (own.nog.join(" "), own.weg.join(" ")));
            let expected = expected.map(|(nog, weg): (&str, &str)| (nog.to_owned(), weg.to_owned()));
            assert_eq!(words, expected, "{texts:?} {left}");
            let is_whole = soort == Afschermen && expected.is_some();
            let says_words = expected.is_some_and(|(nog, _)| !nog.is_empty());
            assert_eq!(found.is_some_and(|own| own.staat_er), is_whole || says_words, "{texts:?} {left}");
        }
    }
}
