//! The rules of a vote as they were frozen when it opened: one text, its hash published, nothing in it ever changed.

use crate::{Choice, Odd};
use chrono::{DateTime, Utc};
use contract::buurtbegroting::Spelregels;
use contract::gebied::Keuze;
use contract::stembiljet::{Kandidaat, StemKeuze, StembiljetSoort};
use contract::{BuurtbegrotingId, Euro, ProjectId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

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
    /// One line. Rules that hold its hash say nothing here, so that words can be taken out of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub titel: String,
    /// What it is; likewise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tekst: String,
    /// The title, [`sealed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub titel_hash: Option<String>,
    /// What it is, [`sealed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tekst_hash: Option<String>,
    /// What it costs.
    pub kosten: Euro,
    /// Code of the theme.
    pub thema: String,
    /// Code of the wijk.
    pub wijk: Option<String>,
    /// The word that its variants share.
    pub variant: Option<String>,
    /// Numbers of the projects that cannot be chosen together with it, though they are no variants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sluit_uit: Vec<u32>,
}

/// A text that is shown, with the salt that it was frozen with; without one when words were taken out of it.
pub type Shown<'a> = (&'a str, Option<&'a str>);

impl FrozenProject {
    /// Whether these are the texts that were frozen. Of words that were taken out nobody can tell any more.
    #[must_use]
    pub fn is_of(&self, titel: Shown<'_>, tekst: Shown<'_>) -> bool {
        let is_same = |hash: Option<&str>, (text, salt): Shown<'_>| match (hash, salt) {
            (Some(hash), Some(salt)) => sealed(salt, text) == hash,
            (Some(_) | None, _) => true,
        };
        is_same(self.titel_hash.as_deref(), titel) && is_same(self.tekst_hash.as_deref(), tekst)
    }
}

/// The SHA-256 of a salt, a line break and a text, in hexadecimal. Without its salt, which is destroyed when words are taken
/// out, nobody finds out by trying which words those were.
#[must_use]
pub fn sealed(salt: &str, text: &str) -> String {
    hash(&format!("{salt}\n{text}"))
}

/// Everything that a vote goes by. What ballots hold are places in `projecten`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Frozen {
    /// Which form this text has.
    pub versie: u32,
    /// Which form the ballot box has: see `Busvorm` of the contract. Not written where it is the first, so that a version that
    /// knows no other reads those; what it cannot go by it does not read.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub vorm: u32,
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

/// The form of boxes of before rows bore proofs.
const fn first() -> u32 {
    1
}

const fn is_first(vorm: &u32) -> bool {
    *vorm == first()
}

impl Frozen {
    /// The form that this version writes.
    pub const VERSION: u32 = 1;

    /// The text, and its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// Never, in truth: all of it can be written as JSON.
    pub fn to_text(&self) -> Result<(String, String), Odd> {
        let text = serde_json::to_string_pretty(self)?;
        let hash = hash(&text);
        Ok((text, hash))
    }

    /// Reads what was frozen, and only that: a text with another hash is refused.
    ///
    /// # Errors
    /// When somebody changed it behind the back of the program.
    pub fn from_text(text: &str, published: &str) -> Result<Self, Odd> {
        if hash(text) != published {
            return Err(Odd::OtherRules);
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The same, with its projects called as they are called now: nothing that decides depends on a title, and words may have
    /// been taken out of it.
    #[must_use]
    pub fn titled(mut self, titles: &BTreeMap<ProjectId, String>) -> Self {
        for project in &mut self.projecten {
            if let Some(titel) = titles.get(&project.id) {
                project.titel.clone_from(titel);
            }
        }
        self
    }

    /// The same, with what a `.pb` file calls its projects where the rules say nothing.
    #[must_use]
    pub fn named<'a>(mut self, names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        for (code, name) in names {
            if let Some(project) = self.projecten.iter_mut().find(|own| own.code == code && own.titel.is_empty()) {
                name.clone_into(&mut project.titel);
            }
        }
        self
    }

    /// Whether it holds texts of projects, and not only their hashes.
    #[must_use]
    pub fn holds_texts(&self) -> bool {
        self.projecten.iter().any(|own| !own.titel.is_empty() || !own.tekst.is_empty())
    }

    /// A ballot by the places of its projects, in one way to write it: what has no order is in that of projects. Nothing
    /// when a project is not in this round.
    #[must_use]
    pub fn choices(&self, keuzes: &[StemKeuze]) -> Option<Vec<Choice>> {
        let place = |keuze: &StemKeuze| self.projecten.iter().position(|own| own.id == keuze.project);
        let choice = |keuze: &StemKeuze| Some((u16::try_from(place(keuze)?).ok()?, keuze.punten));
        let mut choices: Vec<Choice> = keuzes.iter().map(choice).collect::<Option<_>>()?;
        if self.spelregels.stembiljet.soort() != StembiljetSoort::Rangorde {
            choices.sort_unstable();
        }
        Some(choices)
    }

    /// What may be chosen, as the limits of a ballot look at it.
    #[must_use]
    pub fn candidates(&self) -> Vec<Kandidaat> {
        let candidate = |project: &FrozenProject| Kandidaat { project: project.id, kosten: project.kosten };
        self.projecten.iter().map(candidate).collect()
    }
}

/// The SHA-256 of a text, in hexadecimal.
fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
