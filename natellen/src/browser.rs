//! What pages call: that of a result, and that on which rules are tried.

use crate::Odd;
use crate::again::Downloaded;
use crate::what_if::what_if;
use contract::ProjectId;
use tally::Language;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A vote that a browser downloaded.
#[wasm_bindgen]
pub struct Natelling(Downloaded);

#[wasm_bindgen]
impl Natelling {
    /// The rules, their published hash, and the ballots.
    #[wasm_bindgen(constructor)]
    pub fn new(spelregels: &str, controlegetal: &str, pb: &str) -> Result<Self, JsError> {
        Ok(Self(Downloaded::read(spelregels, controlegetal, pb)?))
    }

    /// Counts and compares with the published result, as JSON, and the control codes, one a line; says it as JSON.
    pub fn tel(&self, uitslag: &str, codes: &str) -> Result<String, JsError> {
        Ok(serde_json::to_string(&self.0.count(&serde_json::from_str(uitslag)?, codes)?)?)
    }

    /// What a ballot did of which these fields were filled in: pairs of a plan's id and what stood beside it, as JSON.
    pub fn eigen(&self, ingevuld: &str) -> Result<String, JsError> {
        let ingevuld: Vec<(ProjectId, String)> = serde_json::from_str(ingevuld)?;
        Ok(serde_json::to_string(&self.0.own(&ingevuld)?)?)
    }
}

/// So many faults of a file are told.
const MOST_FAULTS: usize = 5;

/// What each rule makes of a `.pb` file, as JSON; or what is wrong with the file, a line each.
#[wasm_bindgen]
pub fn vergelijk(pb: &[u8], taal: &str) -> Result<String, JsError> {
    let language = if taal == "en" { Language::En } else { Language::Nl };
    match what_if(pb, language) {
        Ok(found) => Ok(serde_json::to_string(&found)?),
        Err(Odd::Pb(faults)) => {
            let lines: Vec<String> = faults.list.iter().take(MOST_FAULTS).map(|fault| fault.text(language)).collect();
            Ok(serde_json::to_string(&serde_json::json!({ "fouten": lines }))?)
        }
        Err(odd) => Err(odd.into()),
    }
}
