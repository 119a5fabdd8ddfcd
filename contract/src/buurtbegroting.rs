//! A buurtbegroting: a round in which people decide over a part of a wijkbudget by vote (DESIGN.md §4).

use crate::field::{Checks, Code, FieldCode, FieldProblems, Flaw, Raw, Titel, Verhaal};
use crate::project::ProjectView;
use crate::stembiljet::{StembiljetRegels, StembiljetSoort};
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, Euro, IdempotencyKey, Page, PageQuery, Reply, Version};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
        /// Make the key that ballots are sealed to.
        MakeKey = "sleutel_maken",
        /// Show that two of its three parts open an envelope.
        ProveKey = "sleutel_beproeven",
        /// Add a project.
        AddProject = "project_toevoegen",
        /// Judge a project.
        JudgeProject = "project_toetsen",
        /// Open the ballots and count.
        Count = "tellen",
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

/// The kind of ballot and its limits, as somebody fills them in; of a knapzak the budget is that of the round.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanStembiljet {
    /// The kind.
    pub soort: Raw<StembiljetSoort>,
    /// The fewest projects on a ballot; 1 when absent. Not for points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,4}$"))]
    pub minstens: Option<Raw<u32>>,
    /// The most projects on a ballot; for goedkeuring and rangorde.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,4}$"))]
    pub hoogstens: Option<Raw<u32>>,
    /// The points that a ballot gives at most; for punten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,4}$"))]
    pub punten: Option<Raw<u32>>,
    /// The points that one project gets at most; for punten, as many as there are when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,4}$"))]
    pub per_project: Option<Raw<u32>>,
}

/// The counting rule, as somebody fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanTelregel {
    /// Its name.
    pub regel: Raw<TelregelNaam>,
    /// For greedy and equal-shares; `kosten` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tevredenheid: Option<Raw<Tevredenheid>>,
    /// For equal-shares; `add1-greedy` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aanvulling: Option<Raw<Aanvulling>>,
    /// For greedy and phragmen; `overslaan` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past_niet: Option<Raw<PastNiet>>,
}

/// Prepare a buurtbegroting, or change what was prepared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanBuurtbegroting {
    /// Code of the gebied.
    pub gebied: Raw<Code>,
    /// Codes of the wijken that take part; empty for the whole gebied.
    #[serde(default)]
    pub wijken: Vec<Raw<Code>>,
    /// What people call it.
    pub titel: Raw<Titel>,
    /// What it is about.
    pub uitleg: Raw<Verhaal>,
    /// Year of the wijkbudget that pays.
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2200))]
    pub jaar: i32,
    /// Code of the product that pays.
    pub product: Raw<Code>,
    /// How much people decide over.
    pub bedrag: Raw<Euro>,
    /// Who may vote.
    pub stemgerechtigd: Raw<Stemgerechtigd>,
    /// The youngest who may vote, in years.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\d{1,2}$"))]
    pub minimum_leeftijd: Raw<u32>,
    /// The ballot.
    pub stembiljet: PlanStembiljet,
    /// The counting rule.
    pub telregel: PlanTelregel,
    /// The votes or points that a project needs at least; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,6}$"))]
    pub minimum_steun: Option<Raw<u32>>,
    /// Whether somebody who voted may change their ballot until closing.
    #[serde(default)]
    pub wijzigen_mag: bool,
    /// Codes of the criteria that projects are judged by.
    pub criteria: Vec<Raw<Code>>,
    /// From here people hand in plans.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inzenden_vanaf: Raw<DateTime<Utc>>,
    /// From here plans are checked.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub toetsen_vanaf: Raw<DateTime<Utc>>,
    /// From here people vote.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub stemmen_vanaf: Raw<DateTime<Utc>>,
    /// From here nobody votes any more.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub stemmen_tot: Raw<DateTime<Utc>>,
}

/// A buurtbegroting that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBuurtbegroting {
    /// Code of the gebied.
    pub gebied: Code,
    /// What people call it.
    pub titel: Titel,
    /// What it is about.
    pub uitleg: Verhaal,
    /// Year of the wijkbudget.
    pub jaar: i32,
    /// Code of the product.
    pub product: Code,
    /// How much.
    pub bedrag: Euro,
    /// The rules of the vote.
    pub spelregels: Spelregels,
    /// When what begins.
    pub planning: Planning,
}

/// The highest minimum age that makes sense.
const OLDEST: u32 = 30;
/// More projects than this are not asked of one ballot, nor more points given.
const MOST: u32 = 1_000;

impl PlanStembiljet {
    fn check(&self, checks: &mut Checks, budget: Option<Euro>) -> Option<StembiljetRegels> {
        let soort = checks.required("/stembiljet/soort", &self.soort)?;
        let mut number = |name: &str, raw: Option<&Raw<u32>>, default: Option<u16>| {
            let field = format!("/stembiljet/{name}");
            match (checks.optional(&field, raw)?, default) {
                (Some(number @ 1..=MOST), _) => u16::try_from(number).ok(),
                (Some(0), _) => refuse(checks, &field, FieldCode::TeLaag),
                (Some(_), _) => refuse(checks, &field, Flaw { code: FieldCode::TeHoog, limit: Some(MOST) }),
                (None, Some(default)) => Some(default),
                (None, None) => refuse(checks, &field, FieldCode::Ontbreekt),
            }
        };
        let regels = match soort {
            StembiljetSoort::Goedkeuring | StembiljetSoort::Rangorde => {
                let minstens = number("minstens", self.minstens.as_ref(), Some(1));
                let hoogstens = number("hoogstens", self.hoogstens.as_ref(), None);
                let (minstens, hoogstens) = (minstens?, hoogstens?);
                if minstens > hoogstens {
                    return refuse(checks, "/stembiljet/hoogstens", FieldCode::TeLaag);
                }
                if soort == StembiljetSoort::Rangorde {
                    StembiljetRegels::Rangorde { minstens, hoogstens }
                } else {
                    StembiljetRegels::Goedkeuring { minstens, hoogstens }
                }
            }
            StembiljetSoort::Knapzak => {
                let minstens = number("minstens", self.minstens.as_ref(), Some(1));
                StembiljetRegels::Knapzak { minstens: minstens?, budget: budget? }
            }
            StembiljetSoort::Punten => {
                let punten = number("punten", self.punten.as_ref(), None);
                let per_project = number("perProject", self.per_project.as_ref(), Some(punten.unwrap_or(1)));
                let (punten, per_project) = (punten?, per_project?);
                StembiljetRegels::Punten { punten, per_project: per_project.min(punten) }
            }
        };
        Some(regels)
    }
}

fn refuse<T>(checks: &mut Checks, field: &str, flaw: impl Into<Flaw>) -> Option<T> {
    checks.refuse(field, flaw);
    None
}

impl PlanTelregel {
    fn check(&self, checks: &mut Checks) -> Option<Telregel> {
        let naam = checks.required("/telregel/regel", &self.regel);
        let tevredenheid = checks.optional("/telregel/tevredenheid", self.tevredenheid.as_ref());
        let aanvulling = checks.optional("/telregel/aanvulling", self.aanvulling.as_ref());
        let past_niet = checks.optional("/telregel/pastNiet", self.past_niet.as_ref());
        let tevredenheid = tevredenheid?.unwrap_or(Tevredenheid::Kosten);
        let past_niet = past_niet?.unwrap_or(PastNiet::Overslaan);
        let aanvulling = aanvulling?.unwrap_or(Aanvulling::Add1Greedy);
        Some(match naam? {
            TelregelNaam::Greedy => Telregel::Greedy { tevredenheid, past_niet },
            TelregelNaam::EqualShares => Telregel::EqualShares { tevredenheid, aanvulling },
            TelregelNaam::Phragmen => Telregel::Phragmen { past_niet },
        })
    }
}

impl PlanBuurtbegroting {
    /// Judges every field. Whether areas, product and criteria exist is for the store.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<NewBuurtbegroting, FieldProblems> {
        let mut checks = Checks::default();
        let gebied = checks.required("/gebied", &self.gebied);
        let titel = checks.required("/titel", &self.titel);
        let uitleg = checks.required("/uitleg", &self.uitleg);
        let product = checks.required("/product", &self.product);
        let bedrag = checks.required("/bedrag", &self.bedrag);
        if bedrag == Some(Euro::ZERO) {
            checks.refuse("/bedrag", FieldCode::TeLaag);
        }
        if !(2000..=2200).contains(&self.jaar) {
            checks.refuse("/jaar", FieldCode::OngeldigeKeuze);
        }
        let spelregels = self.check_rules(&mut checks, bedrag);
        let planning = self.check_planning(&mut checks);
        let value = (|| {
            let (spelregels, planning) = (spelregels?, planning?);
            let (titel, uitleg, jaar) = (titel?, uitleg?, self.jaar);
            let (gebied, product, bedrag) = (gebied?, product?, bedrag?);
            Some(NewBuurtbegroting { gebied, titel, uitleg, jaar, product, bedrag, spelregels, planning })
        })();
        checks.finish(value)
    }

    fn check_rules(&self, checks: &mut Checks, bedrag: Option<Euro>) -> Option<Spelregels> {
        let wijken = all_codes(checks, "/wijken", &self.wijken);
        let stemgerechtigd = checks.required("/stemgerechtigd", &self.stemgerechtigd);
        let leeftijd = checks.required("/minimumLeeftijd", &self.minimum_leeftijd);
        if leeftijd.is_some_and(|age| age > OLDEST) {
            checks.refuse("/minimumLeeftijd", Flaw { code: FieldCode::TeHoog, limit: Some(OLDEST) });
        }
        let stembiljet = self.stembiljet.check(checks, bedrag);
        let telregel = self.telregel.check(checks);
        let needs_approvals = matches!(telregel, Some(Telregel::Phragmen { .. }));
        if needs_approvals && matches!(stembiljet.map(StembiljetRegels::soort), Some(soort) if !soort.is_approval()) {
            checks.refuse("/telregel/regel", FieldCode::OngeldigeKeuze);
        }
        let minimum_steun = checks.optional("/minimumSteun", self.minimum_steun.as_ref());
        if minimum_steun == Some(Some(0)) {
            checks.refuse("/minimumSteun", FieldCode::TeLaag);
        }
        let criteria = all_codes(checks, "/criteria", &self.criteria);
        if self.criteria.is_empty() {
            checks.refuse("/criteria", FieldCode::Ontbreekt);
        }
        Some(Spelregels {
            wijken: wijken?,
            stemgerechtigd: stemgerechtigd?,
            minimum_leeftijd: leeftijd?,
            stembiljet: stembiljet?,
            telregel: telregel?,
            minimum_steun: minimum_steun?.unwrap_or(1),
            wijzigen_mag: self.wijzigen_mag,
            criteria: criteria?,
        })
    }

    /// Each phase lasts a while, and comes after the one before.
    fn check_planning(&self, checks: &mut Checks) -> Option<Planning> {
        let fields = [
            ("/inzendenVanaf", &self.inzenden_vanaf),
            ("/toetsenVanaf", &self.toetsen_vanaf),
            ("/stemmenVanaf", &self.stemmen_vanaf),
            ("/stemmenTot", &self.stemmen_tot),
        ];
        let mut before = None;
        let moments = fields.map(|(field, raw)| {
            let moment = checks.required(field, raw);
            if moment.is_some() && moment <= before {
                checks.refuse(field, FieldCode::NietNaVorige);
            }
            before = moment.or(before);
            moment
        });
        let [inzenden_vanaf, toetsen_vanaf, stemmen_vanaf, stemmen_tot] = moments;
        Some(Planning {
            inzenden_vanaf: inzenden_vanaf?,
            toetsen_vanaf: toetsen_vanaf?,
            stemmen_vanaf: stemmen_vanaf?,
            stemmen_tot: stemmen_tot?,
        })
    }
}

/// Codes, each once and in order.
fn all_codes(checks: &mut Checks, field: &str, raw: &[Raw<Code>]) -> Option<Vec<String>> {
    if raw.len() > 100 {
        return refuse(checks, field, Flaw { code: FieldCode::TeVeel, limit: Some(100) });
    }
    let codes: Vec<Option<Code>> =
        raw.iter().enumerate().map(|(at, raw)| checks.required(&format!("{field}/{at}"), raw)).collect();
    let mut codes: Vec<String> = codes.into_iter().map(|code| code.map(Code::into_string)).collect::<Option<_>>()?;
    codes.sort();
    codes.dedup();
    Some(codes)
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
    /// How many ballots there are.
    pub stembiljetten: u64,
    /// SHA-256 over all sealed ballots, in hexadecimal.
    pub controlegetal: String,
}

/// A buurtbegroting, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What was published when voting closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sluiting: Option<Sluiting>,
    /// That it was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gestopt: Option<GestoptView>,
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
