//! What staff see of what was taken out of public view.

use crate::foto::FotoView;
use crate::ingreep::{DeelSoort, Geheel, IngreepSoort, IngreepStatus, Veld};
use crate::{DeelId, GeheelId, IngreepId, InitiatiefId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The plan of a buurtbegroting that holds a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Planverwijzing {
    /// Its number there.
    pub nummer: u32,
    /// What it is called now.
    pub titel: String,
    /// The initiatief that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiatief: Option<InitiatiefId>,
}

/// A text or photo as it is shown now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeelView {
    /// What holds it.
    pub soort: DeelSoort,
    /// Which one.
    pub id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// What it says; empty for a photo.
    pub tekst: String,
    /// The photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto: Option<FotoView>,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// Whether people vote, or voted, on it or on a copy of it: then the stembureau has to confirm.
    pub bevroren: bool,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Daad {
    /// Who.
    pub door: String,
    /// When.
    pub op: DateTime<Utc>,
}

/// That the stembureau refused what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Weigering {
    /// Who.
    pub door: String,
    /// When.
    pub op: DateTime<Utc>,
    /// Why.
    pub reden: String,
}

/// Something that was taken out of public view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct IngreepView {
    /// Its id.
    pub id: IngreepId,
    /// What was done.
    pub soort: IngreepSoort,
    /// What holds the text.
    pub deel: DeelSoort,
    /// Which one.
    pub deel_id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// How it stands.
    pub status: IngreepStatus,
    /// Why.
    pub reden: String,
    /// Who did it.
    pub door: String,
    /// When.
    pub gedaan_op: DateTime<Utc>,
    /// Who of the stembureau confirmed it; then putting it back takes the stembureau as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bevestigd: Option<Daad>,
    /// Who asked to put it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teruggevraagd: Option<Daad>,
    /// Who put it back, or withdrew the request; of what people vote on, who of the stembureau confirmed that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hersteld: Option<Daad>,
    /// That the stembureau refused what was asked last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geweigerd: Option<Weigering>,
    /// What stood there; absent for a photo, and once it is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origineel: Option<String>,
    /// What stands there instead; absent for a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nieuw: Option<String>,
    /// Of a photo that waits: how it is now; absent when it is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_nu: Option<FotoView>,
    /// Of a photo that waits: how it comes; absent when it is to be hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_straks: Option<FotoView>,
    /// Day on which what stood there is destroyed.
    pub bewaard_tot: NaiveDate,
    /// Whether this reader may put it back, or withdraw the request.
    pub mag_herstellen: bool,
    /// Whether this reader may confirm it.
    pub mag_bevestigen: bool,
    /// Whether this reader may refuse it.
    pub mag_weigeren: bool,
}

/// The texts and photos of something, and what was taken out of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeglatingenView {
    /// What it is.
    pub soort: Geheel,
    /// Its id.
    pub id: GeheelId,
    /// What it is called now.
    pub titel: String,
    /// Whether this reader may take something away.
    pub mag: bool,
    /// Its texts and photos.
    pub delen: Vec<DeelView>,
    /// What was taken away, newest first, also of the plans that were made of it; at most 100.
    pub ingrepen: Vec<IngreepView>,
}
