//! A project: what is voted on in a buurtbegroting.

use crate::buurtbegroting::BuurtbegrotingView;
use crate::field::{Bericht, Checks, Code, FieldCode, FieldProblems, Raw, Titel, Verhaal};
use crate::gebied::Punt;
use crate::initiatief::Say;
use crate::opdracht::OpdrachtStatus;
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, Euro, IdempotencyKey, InitiatiefId, OpdrachtId, ProjectId, Reply};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Whether a project may be voted on.
    pub enum ProjectStatus {
        /// Not checked yet.
        Voorgesteld = "voorgesteld",
        /// It meets the criteria, and its cost was checked.
        Toegelaten = "toegelaten",
        /// It fails a criterion.
        Afgewezen = "afgewezen",
        /// Its initiatief left public view before voting opened: nobody votes on it.
        Vervallen = "vervallen",
    }
}

text_enum! {
    /// What the wijkteam decides about a project.
    pub enum Toetsing {
        /// It may be voted on.
        Toelaten = "toelaten",
        /// It fails a criterion.
        Afwijzen = "afwijzen",
    }
}

/// A project, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectView {
    /// Its id.
    pub id: ProjectId,
    /// Its number in the round, from 1: what stands on paper.
    pub nummer: u32,
    /// What the `.pb` file calls it: the number, unless it came from such a file.
    pub code: String,
    /// One line.
    pub titel: String,
    /// What it is.
    pub tekst: String,
    /// What it costs.
    pub kosten: Euro,
    /// Code of the theme.
    pub thema: String,
    /// Code of the wijk it lies in; absent when it is for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wijk: Option<String>,
    /// Whether it may be voted on.
    pub status: ProjectStatus,
    /// At most one project with the same word here can be chosen: variants of one plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Numbers of the projects that cannot be chosen together with it, though they are no variants; rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sluit_uit: Vec<u32>,
    /// The initiatief that it comes from; absent as well when that left public view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiatief: Option<InitiatiefId>,
    /// Where the first photo of that initiatief can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto: Option<String>,
    /// Where that initiatief is on the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub punt: Option<Punt>,
    /// Code of the criterium that it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterium: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reden: Option<String>,
    /// With this salt the hash of its title was frozen; absent before that, and once words were taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub titel_zout: Option<String>,
    /// With this salt the hash of its text was frozen; likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tekst_zout: Option<String>,
    /// The second look that somebody asked for when it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heroverweging: Option<HeroverwegingView>,
    /// Whether this caller may ask for one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mag_heroverwegen: bool,
    /// The order that it led to, once it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opdracht: Option<PlanOpdracht>,
}

impl ProjectView {
    /// Whether at most one of these two can be chosen: both take part, as variants of one plan or because they exclude
    /// each other.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        let takes_part = |own: &Self| own.status == ProjectStatus::Toegelaten;
        let are_variants = self.id != other.id && self.variant.is_some() && self.variant == other.variant;
        (are_variants || self.sluit_uit.contains(&other.nummer)) && takes_part(self) && takes_part(other)
    }
}

/// What became of a project that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanOpdracht {
    /// The order: of several the newest that is still meant to be done, or else the newest.
    pub id: OpdrachtId,
    /// Whether everybody may see the order itself.
    pub openbaar: bool,
    /// Where it is.
    pub status: OpdrachtStatus,
    /// Whether it is still meant to be done; if not, its money is free again.
    pub gaat_door: bool,
    /// Why not, when somebody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reden: Option<String>,
}

/// A second look at a project that was refused. It is asked for once, and done by others than who refused it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HeroverwegingView {
    /// When it was asked for.
    pub gevraagd_op: DateTime<Utc>,
    /// Why, in the words of who asked; for them and for who decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tekst: Option<String>,
    /// Whether somebody is against it again, so that a second must agree.
    pub wacht_op_tweede: bool,
    /// Whether it was decided.
    pub afgerond: bool,
}

impl ProjectView {
    /// Whether somebody has to decide about it.
    #[must_use]
    pub fn waits(&self) -> bool {
        match self.status {
            ProjectStatus::Voorgesteld => true,
            ProjectStatus::Toegelaten | ProjectStatus::Afgewezen => {
                self.heroverweging.as_ref().is_some_and(|own| !own.afgerond)
            }
            ProjectStatus::Vervallen => false,
        }
    }

    /// Whether a decision can be made about it: it waits for one, or it was admitted and that was a mistake. What was
    /// refused needs a second look, by others.
    #[must_use]
    pub fn can_be_judged(&self) -> bool {
        self.waits() || (self.status == ProjectStatus::Toegelaten && self.heroverweging.is_none())
    }
}

/// Add a project to a buurtbegroting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddProject {
    /// The initiatief that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiatief: Option<Raw<InitiatiefId>>,
    /// One line.
    pub titel: Raw<Titel>,
    /// What it is.
    pub tekst: Raw<Verhaal>,
    /// What it costs.
    pub kosten: Raw<Euro>,
    /// Code of the theme.
    pub thema: Raw<Code>,
    /// Code of the wijk it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wijk: Option<Raw<Code>>,
    /// A word that its variants share: at most one of them can be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Raw<Code>>,
}

/// A project that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// The initiatief that it comes from.
    pub initiatief: Option<InitiatiefId>,
    /// One line.
    pub titel: Titel,
    /// What it is.
    pub tekst: Verhaal,
    /// What it costs.
    pub kosten: Euro,
    /// Code of the theme.
    pub thema: Code,
    /// Code of the wijk.
    pub wijk: Option<Code>,
    /// The word that its variants share.
    pub variant: Option<Code>,
}

impl AddProject {
    /// Judges every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<NewProject, FieldProblems> {
        let mut checks = Checks::default();
        let initiatief = checks.optional("/initiatief", self.initiatief.as_ref());
        let titel = checks.required("/titel", &self.titel);
        let tekst = checks.required("/tekst", &self.tekst);
        let kosten = checks.required("/kosten", &self.kosten);
        if kosten == Some(Euro::ZERO) {
            checks.refuse("/kosten", FieldCode::TeLaag);
        }
        let thema = checks.required("/thema", &self.thema);
        let wijk = checks.optional("/wijk", self.wijk.as_ref());
        let variant = checks.optional("/variant", self.variant.as_ref());
        let value = (|| {
            let (initiatief, wijk, variant) = (initiatief?, wijk?, variant?);
            let (titel, tekst, kosten, thema) = (titel?, tekst?, kosten?, thema?);
            Some(NewProject { initiatief, titel, tekst, kosten, thema, wijk, variant })
        })();
        checks.finish(value)
    }
}

/// Judge a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JudgeProject {
    /// The decision.
    pub besluit: Raw<Toetsing>,
    /// What it costs, as checked; as it was when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kosten: Option<Raw<Euro>>,
    /// Code of the criterium that it fails; when it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterium: Option<Raw<Code>>,
    /// Why, in plain Dutch; when it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reden: Option<Raw<Bericht>>,
}

/// What was decided about a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It may be voted on, for this cost when it changed.
    Admit(Option<Euro>),
    /// It fails this criterium, for this reason.
    Refuse(Code, Bericht),
}

impl JudgeProject {
    /// Judges every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<Judgement, FieldProblems> {
        let mut checks = Checks::default();
        let besluit = checks.required("/besluit", &self.besluit);
        let kosten = checks.optional("/kosten", self.kosten.as_ref());
        if kosten == Some(Some(Euro::ZERO)) {
            checks.refuse("/kosten", FieldCode::TeLaag);
        }
        let value = match besluit {
            Some(Toetsing::Toelaten) => {
                // What somebody wrote is not thrown away unsaid.
                let criterium = self.criterium.as_ref().is_some_and(|raw| !raw.as_str().is_empty());
                let reden = self.reden.as_ref().is_some_and(|raw| !raw.as_str().is_empty());
                for (field, is_there) in [("/criterium", criterium), ("/reden", reden)] {
                    if is_there {
                        checks.refuse(field, FieldCode::AlleenBijAfwijzen);
                    }
                }
                kosten.map(Judgement::Admit)
            }
            Some(Toetsing::Afwijzen) => {
                let criterium = checks.required("/criterium", &self.criterium.clone().unwrap_or_default());
                let reden = checks.required("/reden", &self.reden.clone().unwrap_or_default());
                criterium.zip(reden).map(|(criterium, reden)| Judgement::Refuse(criterium, reden))
            }
            None => None,
        };
        checks.finish(value)
    }
}

/// Say which projects cannot be chosen together with one, besides its variants: because they need the same place, say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExcludeProjects {
    /// Their numbers in the round: all of them, also those that were said before. None when it goes with all others.
    pub nummers: Vec<u32>,
}

/// What a caller can do with projects.
#[async_trait]
pub trait ProjectApi: Send + Sync {
    /// Adds a project; gives the whole buurtbegroting.
    async fn add_project(
        &self,
        key: IdempotencyKey,
        id: BuurtbegrotingId,
        request: AddProject,
    ) -> Reply<BuurtbegrotingView>;
    /// Judges a project; gives the whole buurtbegroting.
    async fn judge_project(&self, id: ProjectId, request: JudgeProject) -> Reply<BuurtbegrotingView>;
    /// Says which others cannot be chosen together with a project; gives the whole buurtbegroting.
    async fn exclude_projects(&self, id: ProjectId, request: ExcludeProjects) -> Reply<BuurtbegrotingView>;
    /// Asks for a second look at a project that was refused; gives the whole buurtbegroting.
    async fn ask_heroverweging(&self, id: ProjectId, request: Say) -> Reply<BuurtbegrotingView>;
}
