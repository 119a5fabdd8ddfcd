//! A buurtbegroting as the wijkteam fills it in, and what is judged of it.

use super::{Aanvulling, PastNiet, Planning, Spelregels, Stemgerechtigd, Telregel, TelregelNaam, Tevredenheid};
use crate::Euro;
use crate::field::{Checks, Code, FieldCode, FieldProblems, Flaw, Raw, Titel, Verhaal};
use crate::stembiljet::{StembiljetRegels, StembiljetSoort};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
                    return refuse(checks, "/stembiljet/hoogstens", FieldCode::MinderDanMinstens);
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
            checks.refuse("/jaar", FieldCode::GeenJaar);
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
            checks.refuse("/criteria", FieldCode::KiesErEen);
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
