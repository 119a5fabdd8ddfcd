//! Opgave, inzet, activiteit: the tree of a wijkactieplan. An incomplete tree is fine, and is shown as incomplete.

use crate::field::{Checks, Code, FieldCode, FieldProblems, Naam, Raw, Titel, Verhaal};
use crate::initiatief::InitiatiefCard;
use crate::opdracht::OpdrachtCard;
use crate::wijkbudget::WijkbudgetView;
use crate::{ActiviteitId, Euro, IdempotencyKey, InzetId, OpgaveId, Reply, Version};
use async_trait::async_trait;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Note a challenge of a gebied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOpgave {
    /// Code of the gebied.
    pub gebied: Raw<Code>,
    /// The challenge in one line.
    pub titel: Raw<Titel>,
    /// What people see of it.
    pub tekst: Raw<Verhaal>,
    /// Code of the theme.
    pub thema: Raw<Code>,
}

/// An opgave that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpgave {
    /// Code of the gebied.
    pub gebied: Code,
    /// One line.
    pub titel: Titel,
    /// The whole story.
    pub tekst: Verhaal,
    /// Code of the theme.
    pub thema: Code,
}

impl CreateOpgave {
    /// Judges every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<NewOpgave, FieldProblems> {
        let mut checks = Checks::default();
        let value = self.check(&mut checks, "");
        checks.finish(value)
    }

    /// The same, as part of another request.
    pub(crate) fn check(&self, checks: &mut Checks, at: &str) -> Option<NewOpgave> {
        let gebied = checks.required(&format!("{at}/gebied"), &self.gebied);
        let titel = checks.required(&format!("{at}/titel"), &self.titel);
        let tekst = checks.required(&format!("{at}/tekst"), &self.tekst);
        let thema = checks.required(&format!("{at}/thema"), &self.thema);
        Some(NewOpgave { gebied: gebied?, titel: titel?, tekst: tekst?, thema: thema? })
    }
}

/// Commit money and/or hours to an opgave; with neither it is "X, de onbekende".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateInzet {
    /// Code of the product that pays; with `bedrag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Raw<Code>>,
    /// How much is reserved; with `product`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bedrag: Option<Raw<Euro>>,
    /// Year of the wijkbudget; this year when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2200))]
    pub jaar: Option<i32>,
    /// Hours of work, as digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,6}$"))]
    pub uren: Option<Raw<u32>>,
    /// By whom; unknown when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wie: Option<Raw<Naam>>,
}

/// An inzet that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInzet {
    /// Product and amount to reserve.
    pub geld: Option<(Code, Euro)>,
    /// Year of the wijkbudget.
    pub jaar: Option<i32>,
    /// Hours.
    pub uren: Option<u32>,
    /// By whom.
    pub wie: Option<Naam>,
}

/// The most hours of one inzet.
pub const MAX_UREN: u32 = 100_000;

impl CreateInzet {
    /// Judges every field; money needs both product and amount.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<NewInzet, FieldProblems> {
        let mut checks = Checks::default();
        let product = checks.optional("/product", self.product.as_ref());
        let bedrag = checks.optional("/bedrag", self.bedrag.as_ref());
        let uren = checks.optional("/uren", self.uren.as_ref());
        let wie = checks.optional("/wie", self.wie.as_ref());
        let geld = match (product, bedrag) {
            (Some(None), Some(None)) => Some(None),
            (Some(Some(_)), Some(Some(Euro::ZERO))) => {
                checks.refuse("/bedrag", FieldCode::TeLaag);
                None
            }
            (Some(Some(product)), Some(Some(bedrag))) => Some(Some((product, bedrag))),
            (Some(None), Some(Some(_))) => {
                checks.refuse("/product", FieldCode::Ontbreekt);
                None
            }
            (Some(Some(_)), Some(None)) => {
                checks.refuse("/bedrag", FieldCode::Ontbreekt);
                None
            }
            (None, _) | (_, None) => None,
        };
        if uren.flatten().is_some_and(|uren| uren > MAX_UREN) {
            checks.refuse("/uren", crate::field::Flaw { code: FieldCode::TeHoog, limit: Some(MAX_UREN) });
        }
        if self.jaar.is_some_and(|jaar| !(2000..=2200).contains(&jaar)) {
            checks.refuse("/jaar", FieldCode::OngeldigeKeuze);
        }
        let value = (|| Some(NewInzet { geld: geld?, jaar: self.jaar, uren: uren?, wie: wie? }))();
        checks.finish(value)
    }
}

/// Say what will actually be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateActiviteit {
    /// What, in one line.
    pub titel: Raw<Titel>,
    /// By whom; unknown when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wie: Option<Raw<Naam>>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub begin_datum: Option<Raw<NaiveDate>>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub eind_datum: Option<Raw<NaiveDate>>,
}

/// An activiteit that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActiviteit {
    /// One line.
    pub titel: Titel,
    /// By whom.
    pub wie: Option<Naam>,
    /// First day.
    pub begin: Option<NaiveDate>,
    /// Last day.
    pub eind: Option<NaiveDate>,
}

impl CreateActiviteit {
    /// Judges every field.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<NewActiviteit, FieldProblems> {
        let mut checks = Checks::default();
        let titel = checks.required("/titel", &self.titel);
        let wie = checks.optional("/wie", self.wie.as_ref());
        let begin = checks.optional("/beginDatum", self.begin_datum.as_ref());
        let eind = checks.optional("/eindDatum", self.eind_datum.as_ref());
        if let (Some(Some(begin)), Some(Some(eind))) = (begin, eind)
            && eind < begin
        {
            checks.refuse("/eindDatum", FieldCode::EindeVoorBegin);
        }
        let value = (|| Some(NewActiviteit { titel: titel?, wie: wie?, begin: begin?, eind: eind? }))();
        checks.finish(value)
    }
}

/// What is actually done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActiviteitView {
    /// Its id.
    pub id: ActiviteitId,
    /// One line.
    pub titel: String,
    /// By whom; absent while unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wie: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin_datum: Option<NaiveDate>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eind_datum: Option<NaiveDate>,
    /// What was ordered for it.
    pub opdrachten: Vec<OpdrachtCard>,
}

/// What is committed to an opgave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InzetView {
    /// Its id.
    pub id: InzetId,
    /// Code of the product that pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// What was reserved for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bedrag: Option<Euro>,
    /// What is still reserved and not yet ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Euro>,
    /// Year of the wijkbudget.
    pub jaar: i32,
    /// Hours of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uren: Option<u32>,
    /// By whom; absent while unknown ("X").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wie: Option<String>,
    /// What is done with it.
    pub activiteiten: Vec<ActiviteitView>,
}

impl InzetView {
    /// "X, de onbekende": neither money nor hours are known yet.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.bedrag.is_none() && self.uren.is_none()
    }
}

/// An opgave with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpgaveView {
    /// Its id.
    pub id: OpgaveId,
    /// Code of the gebied.
    pub gebied: String,
    /// One line.
    pub titel: String,
    /// The whole story.
    pub tekst: String,
    /// Name of the theme.
    pub thema: String,
    /// Its version, for `If-Match`.
    pub versie: Version,
    /// Public initiatieven in it.
    pub initiatieven: Vec<InitiatiefCard>,
    /// What is committed to it.
    pub inzetten: Vec<InzetView>,
    /// Whether this caller may add to it.
    #[serde(default)]
    pub bewerkbaar: bool,
}

/// The plan of one gebied for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WijkactieplanView {
    /// Code of the gebied.
    pub gebied: String,
    /// The year.
    pub jaar: i32,
    /// Its opgaven.
    pub opgaven: Vec<OpgaveView>,
    /// Its money.
    pub wijkbudget: WijkbudgetView,
}

/// What a caller can do with the tree of a wijkactieplan.
#[async_trait]
pub trait OpgaveApi: Send + Sync {
    /// The plan of a gebied; of this year when none is named.
    async fn wijkactieplan(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkactieplanView>;
    /// One opgave.
    async fn opgave(&self, id: OpgaveId) -> Reply<OpgaveView>;
    /// Notes a challenge.
    async fn create_opgave(&self, key: IdempotencyKey, request: CreateOpgave) -> Reply<OpgaveView>;
    /// Commits money and/or hours; money is reserved on the ledger at once.
    async fn create_inzet(&self, key: IdempotencyKey, id: OpgaveId, request: CreateInzet) -> Reply<OpgaveView>;
    /// Says what will be done.
    async fn create_activiteit(&self, key: IdempotencyKey, id: InzetId, request: CreateActiviteit)
    -> Reply<OpgaveView>;
}
