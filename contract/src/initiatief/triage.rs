//! What the wijkteam does with an initiatief.

use super::{DoorverwezenNaar, InitiatiefStap, InitiatiefView, OverPersoon, Tell, Zicht};
use crate::field::{Bericht, Checks, Code, FieldCode, FieldProblems, Raw};
use crate::opgave::{CreateOpgave, NewOpgave};
use crate::{BuurtbegrotingId, InitiatiefId, OpgaveId, Reply, Version};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An initiatief for the wijkteam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InitiatiefDossier {
    /// What everybody sees.
    #[serde(flatten)]
    pub initiatief: InitiatiefView,
    /// Its version, for `If-Match`.
    pub versie: Version,
    /// Steps that this reader may take now.
    pub stappen: Vec<InitiatiefStap>,
    /// Name of the initiator.
    pub naam: String,
    /// Address of the initiator.
    pub email: String,
    /// KvK number of a business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kvk_nummer: Option<String>,
    /// Who may see it, as far as its status lets anybody.
    pub zicht: Zicht,
    /// When it is for everybody at the latest; while nobody of the wijkteam has looked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openbaar_vanaf: Option<DateTime<Utc>>,
    /// Whether it is about somebody, as its initiator says; absent when that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_persoon: Option<OverPersoon>,
    /// Whether this reader may bring it into public view now.
    pub mag_vrijgeven: bool,
    /// Whether this reader may take it out of public view now, or keep it out.
    pub mag_afschermen: bool,
    /// The plans that were made of it, or of what goes on in it, in votes that people vote in or voted in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plannen: Vec<PlanInStemming>,
}

/// A plan in a vote that people vote in, or voted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanInStemming {
    /// The vote.
    pub buurtbegroting: BuurtbegrotingId,
    /// What the vote is called.
    pub titel: String,
    /// The number of the plan there.
    pub nummer: u32,
    /// Whether its words are still left out there because its initiatief was shielded, while everybody may read that again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weggelaten: bool,
}

/// Let an initiatief go on as part of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The one that it goes on in.
    pub met: Raw<InitiatiefId>,
    /// Why.
    pub reden: Raw<Bericht>,
}

impl Merge {
    /// Judges both fields.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(InitiatiefId, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let met = checks.required("/met", &self.met);
        let reden = checks.required("/reden", &self.reden);
        checks.finish(met.zip(reden))
    }
}

/// Refer it to somebody else; it leaves public view at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refer {
    /// To whom.
    pub naar: Raw<DoorverwezenNaar>,
    /// Why, for the initiator.
    pub reden: Raw<Bericht>,
}

impl Refer {
    /// Judges both fields.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(DoorverwezenNaar, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let naar = checks.required("/naar", &self.naar);
        let reden = checks.required("/reden", &self.reden);
        checks.finish(naar.zip(reden))
    }
}

/// Take it out of public view, or keep it out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Shield {
    /// Why, for the initiator.
    pub reden: Raw<Bericht>,
}

impl Shield {
    /// Judges the field.
    ///
    /// # Errors
    /// When it is missing or too long.
    pub fn parse(&self) -> Result<Bericht, FieldProblems> {
        let mut checks = Checks::default();
        let reden = checks.required("/reden", &self.reden);
        checks.finish(reden)
    }
}

/// Reject it on a named criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// Code of the criterion that it fails.
    pub criterium: Raw<Code>,
    /// Why, in plain Dutch.
    pub reden: Raw<Bericht>,
}

impl Reject {
    /// Judges both fields.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(Code, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let criterium = checks.required("/criterium", &self.criterium);
        let reden = checks.required("/reden", &self.reden);
        checks.finish(criterium.zip(reden))
    }
}

/// Make it part of an opgave: one that exists, or a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Link {
    /// The opgave; or else `nieuweOpgave`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opgave: Option<Raw<OpgaveId>>,
    /// A new opgave; or else `opgave`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nieuwe_opgave: Option<CreateOpgave>,
    /// What it means for the initiator.
    pub reden: Raw<Bericht>,
}

/// Which opgave an initiatief becomes part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTo {
    /// One that exists.
    Existing(OpgaveId),
    /// One to make.
    New(NewOpgave),
}

impl Link {
    /// Judges all fields: exactly one opgave.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(LinkTo, Bericht), FieldProblems> {
        let mut checks = Checks::default();
        let existing = checks.optional("/opgave", self.opgave.as_ref());
        let to = match (existing, &self.nieuwe_opgave) {
            (Some(Some(id)), None) => Some(LinkTo::Existing(id)),
            (Some(None), Some(new)) => new.check(&mut checks, "/nieuweOpgave").map(LinkTo::New),
            (None, _) => None,
            (Some(None), None) => {
                checks.refuse("/opgave", FieldCode::Ontbreekt);
                None
            }
            (Some(Some(_)), Some(_)) => {
                checks.refuse("/nieuweOpgave", FieldCode::TeVeel);
                None
            }
        };
        let reden = checks.required("/reden", &self.reden);
        checks.finish(to.zip(reden))
    }
}

/// What the wijkteam can do with what was handed in.
#[async_trait]
pub trait TriageApi: Send + Sync {
    /// One initiatief with all that the wijkteam needs.
    async fn dossier(&self, id: InitiatiefId) -> Reply<InitiatiefDossier>;
    /// Starts working on it.
    async fn take_up(&self, id: InitiatiefId, version: Version) -> Reply<InitiatiefDossier>;
    /// Asks its initiator something.
    async fn ask_initiator(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<InitiatiefDossier>;
    /// Tells its initiator something, without a change of status.
    async fn respond(&self, id: InitiatiefId, version: Version, request: Tell) -> Reply<InitiatiefDossier>;
    /// Lets it go on as part of another.
    async fn merge(&self, id: InitiatiefId, version: Version, request: Merge) -> Reply<InitiatiefDossier>;
    /// Somebody of the wijkteam has looked: from here everybody may see it. What is about somebody stays theirs.
    async fn release(&self, id: InitiatiefId, version: Version) -> Reply<InitiatiefDossier>;
    /// Takes it out of public view at once, or keeps it out.
    async fn shield(&self, id: InitiatiefId, version: Version, request: Shield) -> Reply<InitiatiefDossier>;
    /// Refers it; it leaves public view at once.
    async fn refer(&self, id: InitiatiefId, version: Version, request: Refer) -> Reply<InitiatiefDossier>;
    /// Rejects it on a named criterion.
    async fn reject(&self, id: InitiatiefId, version: Version, request: Reject) -> Reply<InitiatiefDossier>;
    /// Makes it part of an opgave.
    async fn link(&self, id: InitiatiefId, version: Version, request: Link) -> Reply<InitiatiefDossier>;
}
