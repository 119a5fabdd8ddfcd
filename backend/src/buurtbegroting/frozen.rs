//! The rules of a vote as they were frozen when it opened: one text, its hash published, nothing in it ever changed.

use crate::app::sha256;
use crate::error::Error;
use chrono::{DateTime, Utc};
use contract::buurtbegroting::Spelregels;
use contract::gebied::Keuze;
use contract::stembiljet::Kandidaat;
use contract::{BuurtbegrotingId, Euro, ProjectId};
use serde::{Deserialize, Serialize};

/// A project as it was frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FrozenProject {
    /// Its id.
    pub id: ProjectId,
    /// Its number in the round.
    pub nummer: u32,
    /// What the `.pb` file calls it.
    pub code: String,
    /// One line.
    pub titel: String,
    /// What it is.
    pub tekst: String,
    /// What it costs.
    pub kosten: Euro,
    /// Code of the theme.
    pub thema: String,
    /// Code of the wijk.
    pub wijk: Option<String>,
    /// The word that its variants share.
    pub variant: Option<String>,
}

/// Everything that a vote goes by. What ballots hold are places in `projecten`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Frozen {
    /// Which form this text has.
    pub versie: u32,
    /// The round.
    pub buurtbegroting: BuurtbegrotingId,
    /// What people call it.
    pub titel: String,
    /// Code of the gebied.
    pub gebied: String,
    /// Year of the wijkbudget that pays.
    pub jaar: i32,
    /// Code of the product that pays.
    pub product: String,
    /// How much people decide over.
    pub bedrag: Euro,
    /// The rules.
    pub spelregels: Spelregels,
    /// The criteria of the rules, in words.
    pub criteria: Vec<Keuze>,
    /// From here people vote.
    pub stemmen_vanaf: DateTime<Utc>,
    /// From here nobody votes any more.
    pub stemmen_tot: DateTime<Utc>,
    /// The lot between equals is drawn from this.
    pub zaad: String,
    /// Ballots are sealed to this key; in hexadecimal.
    pub publieke_sleutel: String,
    /// What may be voted on, by number.
    pub projecten: Vec<FrozenProject>,
}

impl Frozen {
    /// The form that this version writes.
    pub const VERSION: u32 = 1;

    /// The text, and its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// Never, in truth: all of it can be written as JSON.
    pub fn to_text(&self) -> Result<(String, String), Error> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Internal(error.to_string()))?;
        let hash = hex(&sha256(text.as_bytes()));
        Ok((text, hash))
    }

    /// Reads what was frozen, and only that: a text with another hash is refused.
    ///
    /// # Errors
    /// When somebody changed it behind the back of the program.
    pub fn from_text(text: &str, hash: &str) -> Result<Self, Error> {
        let odd = |what: &str| Error::Internal(format!("the frozen rules {what}"));
        if hex(&sha256(text.as_bytes())) != hash {
            return Err(odd("are not those that were published"));
        }
        serde_json::from_str(text).map_err(|error| odd(&error.to_string()))
    }

    /// What may be chosen, as the limits of a ballot look at it.
    #[must_use]
    pub fn candidates(&self) -> Vec<Kandidaat> {
        let candidate = |project: &FrozenProject| Kandidaat { project: project.id, kosten: project.kosten };
        self.projecten.iter().map(candidate).collect()
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        if write!(text, "{byte:02x}").is_err() {
            tracing::error!("a text that takes no more");
        }
        text
    })
}
