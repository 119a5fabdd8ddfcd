//! A buurtbegroting: a round in which people decide over a part of a wijkbudget by vote (DESIGN.md §4).

mod plan;

use crate::project::ProjectView;
use crate::stembiljet::StembiljetRegels;
use crate::telling::TellingView;
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, Euro, IdempotencyKey, Page, PageQuery, Reply, Version};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use plan::{NewBuurtbegroting, PlanBuurtbegroting, PlanStembiljet, PlanTelregel};

text_enum! {
    /// Where a buurtbegroting is. Dates drive it; see `lifecycle.rs` of the backend.
    pub enum BuurtbegrotingFase {
        /// The wijkteam prepares it, or it is known and has not begun.
        Voorbereiding = "voorbereiding",
        /// People hand in plans.
        Inzenden = "inzenden",
        /// The wijkteam checks plans.
        Toetsen = "toetsen",
        /// People vote.
        Stemmen = "stemmen",
        /// Voting is over, the result is not known yet.
        Tellen = "tellen",
        /// The result is known.
        Uitslag = "uitslag",
        /// The result is final, the chosen plans are carried out.
        Uitvoering = "uitvoering",
        /// Stopped because of a mistake, with a published reason.
        Gestopt = "gestopt",
    }
}

text_enum! {
    /// What can be done with a buurtbegroting by those who run it.
    pub enum BuurtbegrotingStap {
        /// Change the plan.
        Change = "wijzigen",
        /// Fix and publish the plan; the money is set aside.
        Publish = "vaststellen",
        /// Name the custodians: when each has made a key of their own, the key that ballots are sealed to is made.
        NameKeepers = "bewaarders_benoemen",
        /// Show that two of its three parts open an envelope.
        ProveKey = "sleutel_beproeven",
        /// Add a project.
        AddProject = "project_toevoegen",
        /// Judge a project.
        JudgeProject = "project_toetsen",
        /// Say which projects cannot be chosen together.
        ExcludeProjects = "projecten_uitsluiten",
        /// Enter ballots on paper.
        EnterPaper = "papier_invoeren",
        /// Shut a box that nobody can check any more: the secret of the round was lost. It takes two people.
        CloseUnchecked = "sluiten_zonder_controle",
        /// Open the ballots and count.
        Count = "tellen",
        /// Open the same ballots once more, and see whether the outcome is the same.
        Recount = "natellen",
        /// Make the outcome final: what could tell who voted is destroyed.
        Finalize = "definitief_maken",
        /// Stop because of a mistake.
        Stop = "stoppen",
    }
}

text_enum! {
    /// What keeps a vote from opening, also when its day has come.
    pub enum Belemmering {
        /// No key was made, or nobody showed that its parts open anything.
        SleutelOntbreekt = "sleutel_ontbreekt",
        /// Plans wait to be judged.
        PlannenWachten = "plannen_wachten",
        /// Fewer plans than a ballot must name.
        TeWeinigPlannen = "te_weinig_plannen",
    }
}

text_enum! {
    /// What a ballot box is held against when it is shut. A round keeps the form in which it was published.
    pub enum Busvorm {
        /// Numbers, and that every voter has a letter: as rounds had it that were published before.
        Aantallen = "aantallen",
        /// Every code and every envelope bears a proof, and a running sum tells whether one is missing.
        Bewijzen = "bewijzen",
    }
}

impl Busvorm {
    /// Its number in the frozen rules.
    #[must_use]
    pub const fn nummer(self) -> u32 {
        match self {
            Self::Aantallen => 1,
            Self::Bewijzen => 2,
        }
    }
}

text_enum! {
    /// Who may vote.
    pub enum Stemgerechtigd {
        /// Residents.
        Bewoners = "bewoners",
        /// Businesses.
        Ondernemers = "ondernemers",
        /// Both.
        BewonersEnOndernemers = "bewoners_en_ondernemers",
    }
}

text_enum! {
    /// What makes a project worth more, as `wijkkoers tel --tevredenheid` names it.
    pub enum Tevredenheid {
        /// What it costs; for the greedy rule: most votes first.
        Kosten = "kosten",
        /// Each the same; for the greedy rule: most votes per euro first.
        Aantal = "aantal",
    }
}

text_enum! {
    /// What happens with money that equal shares leave, as `wijkkoers tel --aanvulling` names it.
    pub enum Aanvulling {
        /// Nothing.
        Geen = "geen",
        /// Shares are raised step by step.
        Add1 = "add1",
        /// The same, and then the most supported projects that fit.
        Add1Greedy = "add1-greedy",
        /// The most supported projects that fit.
        Greedy = "greedy",
    }
}

text_enum! {
    /// What happens at a project that no longer fits, as `wijkkoers tel --past-niet` names it.
    pub enum PastNiet {
        /// It is passed over.
        Overslaan = "overslaan",
        /// The count ends.
        Stoppen = "stoppen",
    }
}

text_enum! {
    /// The name of a counting rule, as `wijkkoers tel --regel` names it.
    pub enum TelregelNaam {
        /// The most supported first.
        Greedy = "greedy",
        /// The Method of Equal Shares.
        EqualShares = "equal-shares",
        /// Sequential Phragmén.
        Phragmen = "phragmen",
    }
}

/// How ballots become a result. `tally` knows the rules exactly; here they only have names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "regel", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Telregel {
    /// The most supported first.
    Greedy {
        /// Most votes, or most votes per euro.
        tevredenheid: Tevredenheid,
        /// At a project that no longer fits.
        #[serde(rename = "pastNiet")]
        past_niet: PastNiet,
    },
    /// The Method of Equal Shares.
    EqualShares {
        /// What a voter gets out of a project.
        tevredenheid: Tevredenheid,
        /// With money that is left.
        aanvulling: Aanvulling,
    },
    /// Sequential Phragmén; for ballots without points or order.
    Phragmen {
        /// At a project that no longer fits.
        #[serde(rename = "pastNiet")]
        past_niet: PastNiet,
    },
}

impl Telregel {
    /// Its name.
    #[must_use]
    pub const fn naam(self) -> TelregelNaam {
        match self {
            Self::Greedy { .. } => TelregelNaam::Greedy,
            Self::EqualShares { .. } => TelregelNaam::EqualShares,
            Self::Phragmen { .. } => TelregelNaam::Phragmen,
        }
    }
}

/// The rules of a vote: data of the round, frozen when voting opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spelregels {
    /// Codes of the wijken that take part; empty for the whole gebied.
    pub wijken: Vec<String>,
    /// Who may vote.
    pub stemgerechtigd: Stemgerechtigd,
    /// The youngest who may vote, in years.
    pub minimum_leeftijd: u32,
    /// The ballot and its limits.
    pub stembiljet: StembiljetRegels,
    /// How it is counted.
    pub telregel: Telregel,
    /// The votes or points that a project needs at least.
    pub minimum_steun: u32,
    /// Whether somebody who voted may change their ballot until closing.
    pub wijzigen_mag: bool,
    /// Codes of the criteria that projects are judged by.
    pub criteria: Vec<String>,
}

/// When what begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Planning {
    /// From here people hand in plans.
    pub inzenden_vanaf: DateTime<Utc>,
    /// From here plans are checked; handing in is over.
    pub toetsen_vanaf: DateTime<Utc>,
    /// From here people vote.
    pub stemmen_vanaf: DateTime<Utc>,
    /// From here nobody votes any more.
    pub stemmen_tot: DateTime<Utc>,
}

/// A buurtbegroting as it stands in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BuurtbegrotingCard {
    /// Its id.
    pub id: BuurtbegrotingId,
    /// What people call it.
    pub titel: String,
    /// Code of the gebied.
    pub gebied: String,
    /// How much people decide over.
    pub bedrag: Euro,
    /// Where it is now.
    pub fase: BuurtbegrotingFase,
    /// When what begins.
    pub planning: Planning,
}

/// That it was stopped, and why: published, never taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GestoptView {
    /// When.
    pub op: DateTime<Utc>,
    /// What went wrong and what happens now.
    pub reden: String,
}

/// What was published of the ballots when voting closed, before anybody could open one (SECURITY-RULES V-6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sluiting {
    /// When.
    pub op: DateTime<Utc>,
    /// How many ballots there are; 0 when it is not told, see `weinig`.
    pub stembiljetten: u64,
    /// SHA-256 over all sealed ballots, in hexadecimal.
    pub controlegetal: String,
    /// Whether there are fewer than ten ballots: then nobody is told how many.
    #[serde(default)]
    pub weinig: bool,
    /// Whether nobody could check voters and envelopes any more: two people shut the box, by the numbers alone.
    #[serde(default)]
    pub ongecontroleerd: bool,
}

text_enum! {
    /// What left public view once people could vote.
    pub enum Weggelaten {
        /// Words of plans.
        Plantekst = "plantekst",
        /// Photos of plans.
        Planfoto = "planfoto",
        /// Words of the title or the explanation of the vote itself.
        Stemming = "stemming",
    }
}

/// What was told of before there was more than one: words of plans.
const fn plantekst() -> Weggelaten {
    Weggelaten::Plantekst
}

/// That words or photos were taken out of public view once people could vote: the vote goes on, and everybody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Onherkenbaar {
    /// The day.
    pub dag: NaiveDate,
    /// What.
    #[serde(default = "plantekst")]
    pub wat: Weggelaten,
    /// Of how many plans; 0 of the vote itself.
    pub aantal: u32,
    /// The numbers of those plans.
    #[serde(default)]
    pub plannen: Vec<u32>,
    /// Whether wijkteam and stembureau chose it together; else the initiatief behind a plan left public view.
    #[serde(default)]
    pub samen: bool,
}

/// A buurtbegroting, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BuurtbegrotingView {
    /// As in lists.
    #[serde(flatten)]
    pub kaart: BuurtbegrotingCard,
    /// What it is about.
    pub uitleg: String,
    /// Year of the wijkbudget that pays.
    pub jaar: i32,
    /// Code of the product that pays.
    pub product: String,
    /// The rules of the vote.
    pub spelregels: Spelregels,
    /// The projects: those that may be voted on, and those that were refused with the reason.
    pub projecten: Vec<ProjectView>,
    /// SHA-256 of the frozen rules, in hexadecimal; from the opening of the vote on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regels_hash: Option<String>,
    /// Whether the frozen rules are held back: they hold a text that was taken out of public view since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spelregels_ingehouden: bool,
    /// What was taken out of public view once people could vote: of how many plans, and on which days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onherkenbaar: Vec<Onherkenbaar>,
    /// What was published when voting closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sluiting: Option<Sluiting>,
    /// Until when objections can be made; from the count on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bezwaar_tot: Option<DateTime<Utc>>,
    /// That it was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gestopt: Option<GestoptView>,
    /// What its ballot box is held against.
    pub stembus: Busvorm,
    /// Whether the parts of its key are with three custodians, each on a login of their own. Of a round from before, whoever
    /// counts was given them.
    pub bewaarders: bool,
    /// Whether this caller is one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ik_bewaar: bool,
    /// The count that was asked for last; for those who count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<TellingView>,
    /// What keeps the vote from opening; for those who run the round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub belemmeringen: Vec<Belemmering>,
    /// Its version.
    pub versie: Version,
    /// What this caller may do now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stappen: Vec<BuurtbegrotingStap>,
}

/// Which buurtbegrotingen a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct BuurtbegrotingFilter {
    /// Code of a gebied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gebied: Option<String>,
    /// `volgende` of the piece before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many at most, 1 to 100; 20 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u64>,
}

impl BuurtbegrotingFilter {
    /// Which piece is asked for.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// What a caller can do with buurtbegrotingen.
#[async_trait]
pub trait BuurtbegrotingApi: Send + Sync {
    /// Buurtbegrotingen, newest first.
    async fn list_buurtbegrotingen(&self, filter: BuurtbegrotingFilter) -> Reply<Page<BuurtbegrotingCard>>;
    /// One buurtbegroting.
    async fn buurtbegroting(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView>;
    /// Prepares one.
    async fn create_buurtbegroting(
        &self,
        key: IdempotencyKey,
        request: PlanBuurtbegroting,
    ) -> Reply<BuurtbegrotingView>;
    /// Changes what was prepared, as long as it is not published.
    async fn change_buurtbegroting(
        &self,
        id: BuurtbegrotingId,
        version: Version,
        request: PlanBuurtbegroting,
    ) -> Reply<BuurtbegrotingView>;
    /// Publishes it and sets the money aside.
    async fn publish_buurtbegroting(&self, id: BuurtbegrotingId, version: Version) -> Reply<BuurtbegrotingView>;
}
