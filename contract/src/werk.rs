//! "Mijn werk": what waits for a member of staff.

use crate::ingreep::{
    Achterliggend, DeelSoort, Geheel, IngreepSoort, IngreepStatus, Planverwijzing, Veld, Weglaatverzoeken,
    Weglaatweigering,
};
use crate::initiatief::{InitiatiefSoort, InitiatiefStatus, OverPersoon, Zicht};
use crate::opdracht::OpdrachtCard;
use crate::{GeheelId, IngreepId, InitiatiefId, Reply, VerzoekId};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// An initiatief that waits for the wijkteam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WerkItem {
    /// The initiatief.
    pub id: InitiatiefId,
    /// One line.
    pub titel: String,
    /// Kind.
    pub soort: InitiatiefSoort,
    /// Where it stands.
    pub status: InitiatiefStatus,
    /// Code of the gebied.
    pub gebied: String,
    /// Name of the wijk.
    pub wijk: String,
    /// When it was handed in.
    pub ingediend_op: DateTime<Utc>,
    /// Day by which the first answer must be there; absent once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub antwoord_datum: Option<NaiveDate>,
    /// Whether that day has passed.
    pub te_laat: bool,
    /// Who may see it.
    pub zicht: Zicht,
    /// Whether it is about somebody, as its initiator says; absent when that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_persoon: Option<OverPersoon>,
    /// When it is for everybody at the latest; while nobody of the wijkteam has looked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openbaar_vanaf: Option<DateTime<Utc>>,
}

/// Something that this caller took out of public view, or asked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EigenWeglating {
    /// Which.
    pub ingreep: IngreepId,
    /// What it is part of.
    pub soort: Geheel,
    /// Which one: there it is on record.
    pub geheel: GeheelId,
    /// What that is called.
    pub titel: String,
    /// What holds the text.
    pub deel: DeelSoort,
    /// Which of its texts.
    pub veld: Veld,
    /// What was done, or is asked: of a photo, whether all of it goes or a part.
    pub wijze: IngreepSoort,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// How it stands.
    pub status: IngreepStatus,
    /// Of a request that was withdrawn: whether a later one took its place and asks all of it as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub samengevoegd: bool,
    /// Of a request that was withdrawn, also with the later one that took its place: the colleague who did that; absent when that
    /// was this caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingetrokken_door: Option<String>,
    /// When.
    pub op: DateTime<Utc>,
    /// Why.
    #[serde(default)]
    pub reden: String,
    /// The request that it is part of; nothing of what an older version took away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verzoek: Option<VerzoekId>,
    /// The words that it is about, as long as what stood there is kept; none of a photo and of a text that went whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub woorden: Vec<String>,
    /// Of a plan: what the initiatief that it was made of says of it; absent when nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub achter: Option<Achterliggend>,
    /// Of a photo that everybody sees: its number among the photos of what it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto: Option<u32>,
}

/// What waits for this caller. Each list holds at most 50, the most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Werk {
    /// Out of public view until the wijkteam has looked; what becomes public first comes first. Most stand in a list below as
    /// well.
    pub eerst_kijken: Vec<WerkItem>,
    /// Handed in and past the day of the first answer.
    pub te_laat: Vec<WerkItem>,
    /// Handed in, not taken up yet.
    pub nieuw: Vec<WerkItem>,
    /// Taken up.
    pub in_behandeling: Vec<WerkItem>,
    /// Waiting for an answer of the initiator.
    pub wacht: Vec<WerkItem>,
    /// Opdrachten that wait for approval.
    pub ter_fiattering: Vec<OpdrachtCard>,
    /// Opdrachten that wait for who carries them out.
    pub uit_te_voeren: Vec<OpdrachtCard>,
    /// What the wijkteam asked a stembureau to leave out or put back, per vote, while that waits for an answer.
    #[serde(default)]
    pub gevraagd: Vec<Weglaatverzoeken>,
    /// What a stembureau refused the wijkteam in the last 14 days, and nobody asked again; the newest first.
    #[serde(default)]
    pub geweigerd: Vec<Weglaatweigering>,
    /// What this caller took out of public view in the last 24 hours, or asked to, however it stands, at most 50; or else the last 10.
    /// The newest first.
    #[serde(default)]
    pub weggelaten: Vec<EigenWeglating>,
    /// How many more this caller took out of public view, or asked to.
    #[serde(default)]
    pub weggelaten_meer: u32,
}

/// Which work is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct WerkFilter {
    /// Code of a gebied; absent for all gebieden of the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gebied: Option<String>,
}

/// What a member of staff can ask.
#[async_trait]
pub trait WerkApi: Send + Sync {
    /// What waits for this caller.
    async fn werk(&self, filter: WerkFilter) -> Reply<Werk>;
}
