//! What staff see of what was taken out of public view.

use crate::foto::FotoView;
use crate::ingreep::{DeelSoort, Geheel, IngreepSoort, IngreepStatus, StapSoort, Veld};
use crate::{BuurtbegrotingId, DeelId, GeheelId, IngreepId, InitiatiefId, VerzoekId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The plan of a buurtbegroting that holds a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Planverwijzing {
    /// The vote that it is in.
    pub buurtbegroting: BuurtbegrotingId,
    /// Its number there.
    pub nummer: u32,
    /// What it is called now.
    pub titel: String,
    /// The initiatief that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiatief: Option<InitiatiefId>,
    /// Whether everybody may see that initiatief.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub openbaar: bool,
}

impl Planverwijzing {
    /// The initiatief that it was made of, while everybody may see that.
    #[must_use]
    pub fn public_initiatief(&self) -> Option<InitiatiefId> {
        self.initiatief.filter(|_| self.openbaar)
    }
}

/// A place where a text stands: what says the same as what it was copied from is one text on several places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vindplaats {
    /// What holds it.
    pub soort: DeelSoort,
    /// Which one.
    pub id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// Whether people vote, or voted, on it: then the stembureau has to confirm.
    pub bevroren: bool,
}

/// A text or photo as it is shown now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
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
    /// Of a photo: its number among all photos of what it is of, also those that are hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_nummer: Option<u32>,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// Whether people vote, or voted, on it or on a copy of it: then the stembureau has to confirm.
    pub bevroren: bool,
    /// Every place where it stands, this one first.
    pub plekken: Vec<Vindplaats>,
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

/// Something that was done with an ingreep after it was asked or done. What is in the list of them stays there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stap {
    /// What.
    pub soort: StapSoort,
    /// Who.
    pub door: String,
    /// When.
    pub op: DateTime<Utc>,
    /// Why, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reden: Option<String>,
}

/// What an initiatief that everybody may see says of what is left out of a plan that was made of it, or is asked to be. It is judged
/// word by word: one request can be about a word that is gone there and one that stands there still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Achterliggend {
    /// The initiatief.
    pub initiatief: InitiatiefId,
    /// Whether everybody still reads any of it there.
    pub staat_er: bool,
    /// The words that stand there still, for who may read what stood in the plan; none of a text that goes whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nog: Vec<String>,
    /// The words that do not stand there, for the same readers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weg: Vec<String>,
}

/// Something that was taken out of public view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct IngreepView {
    /// Its id.
    pub id: IngreepId,
    /// Of a photo: its number among all photos of what it is of; absent once it is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_nummer: Option<u32>,
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
    /// Whether it waited more than 90 days: what it asked is destroyed, so that it can only be refused or withdrawn. Who asks
    /// something of the same text or photo begins afresh, and with that it ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verlopen: bool,
    /// Why; of what took the place of another request, why that was asked as well. When all of it is long, the beginning of it and
    /// the last reason: each reason stands whole at the request that gave it.
    pub reden: String,
    /// Who did it, or asked it; of what took the place of another request, all who asked a part of it, the first one first.
    pub door: String,
    /// When; the moment of the first of them.
    pub gedaan_op: DateTime<Utc>,
    /// Since when it waits to be left out, or to be put back: whoever answers sends it along.
    pub sinds: DateTime<Utc>,
    /// The request that it is part of; nothing of what an older version took away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verzoek: Option<VerzoekId>,
    /// Of a request that was withdrawn: whether a later one took its place and asks all of it as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub samengevoegd: bool,
    /// Whether putting it back takes the stembureau as well: it confirmed it, or one person took it off a ballot with its
    /// initiatief.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bij_stembureau: bool,
    /// Of what waits, for the wijkteam: what the others are called who asked it, or a part of it. Who withdraws it withdraws that too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vroegen_ook: Vec<String>,
    /// Who of the stembureau confirmed it.
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
    /// All that was done with it since, oldest first.
    pub stappen: Vec<Stap>,
    /// What stood there; absent for a photo, and once it is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origineel: Option<String>,
    /// What stands there instead; absent for a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nieuw: Option<String>,
    /// The words that it is about, also once it is over, as long as what stood there is kept; none of a photo and of a text that goes
    /// whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub woorden: Vec<String>,
    /// Of a plan: what the initiatief that it was made of says of it; absent when nobody can tell, or nobody but staff reads that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub achter: Option<Achterliggend>,
    /// Of a photo that waits: how it is now; absent when it is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_nu: Option<FotoView>,
    /// Of a photo that waits: how it comes; absent when it is to be hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_straks: Option<FotoView>,
    /// Of a photo that is out of public view, whole or in part: how it was; absent once that is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_was: Option<FotoView>,
    /// Day on which what stood there is destroyed.
    pub bewaard_tot: NaiveDate,
    /// Whether this reader may put it back, or ask for that.
    pub mag_herstellen: bool,
    /// Whether this reader may withdraw the request that waits.
    pub mag_intrekken: bool,
    /// Whether this reader may confirm it.
    pub mag_bevestigen: bool,
    /// Whether this reader may refuse it.
    pub mag_weigeren: bool,
}

impl IngreepView {
    /// Why it is asked to be put back, while that waits.
    #[must_use]
    pub fn why_back(&self) -> Option<&str> {
        if self.status != IngreepStatus::HerstelWacht {
            return None;
        }
        let asked = self.stappen.iter().rfind(|step| step.soort == StapSoort::TerugGevraagd)?;
        asked.reden.as_deref()
    }
}

/// One text of a request, and whether it says there what it said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Plek {
    /// What the request did or asked there.
    pub ingreep: IngreepId,
    /// Of what it is part: there it is on record.
    pub geheel: GeheelId,
    /// What holds the text.
    pub deel: DeelSoort,
    /// Which one.
    pub deel_id: DeelId,
    /// Which of its texts.
    pub veld: Veld,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// Whether what the request was about stands there.
    pub staat_er: bool,
}

/// A request that is about more than one place, with every part of it: also those that are part of something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerdeeldVerzoek {
    /// Something that it took away: with it, all of it is put back.
    pub ingreep: IngreepId,
    /// Who asked.
    pub door: String,
    /// When.
    pub gevraagd_op: DateTime<Utc>,
    /// Why.
    pub reden: String,
    /// Where each text stands now.
    pub plekken: Vec<Plek>,
    /// That the stembureau refused a part of it, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weigering: Option<Weigering>,
    /// A part that was refused and that nobody asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geweigerd: Option<IngreepId>,
    /// On how many places putting it back takes the stembureau.
    pub bij_stembureau: u32,
    /// Whether it can be put back everywhere, in one step.
    pub mag_herstellen: bool,
}

/// Requests about one vote that wait for its stembureau.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Weglaatverzoeken {
    /// Which vote.
    pub buurtbegroting: BuurtbegrotingId,
    /// What it is called.
    pub titel: String,
    /// How many texts and photos wait.
    pub aantal: u32,
    /// How many of those are photos.
    #[serde(default)]
    pub fotos: u32,
    /// Since when the first of them waits.
    pub sinds: DateTime<Utc>,
    /// Who asked, each once, whoever waits longest first.
    pub door: Vec<String>,
}

/// Something that a stembureau refused not long ago, and that nobody asked again since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Weglaatweigering {
    /// What was asked about.
    pub ingreep: IngreepId,
    /// Of which vote.
    pub buurtbegroting: BuurtbegrotingId,
    /// What that is called.
    pub titel: String,
    /// What holds the text.
    pub deel: DeelSoort,
    /// Which of its texts.
    pub veld: Veld,
    /// Of a photo: its number among all photos of what it is of; absent once it is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foto_nummer: Option<u32>,
    /// The plan that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Planverwijzing>,
    /// Whether it was asked to be put back; else it was asked to be left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub terug: bool,
    /// Who refused, when and why.
    pub weigering: Weigering,
}

/// The texts and photos of something, and what was taken out of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WeglatingenView {
    /// What it is.
    pub soort: Geheel,
    /// Its id.
    pub id: GeheelId,
    /// What it is called now.
    pub titel: String,
    /// Whether everybody may see it.
    pub openbaar: bool,
    /// Whether this reader may take something away.
    pub mag: bool,
    /// Its texts and photos.
    pub delen: Vec<DeelView>,
    /// What was taken away, newest first, also of the plans that were made of it: all that waits for the stembureau, and the
    /// newest 100 of the rest.
    pub ingrepen: Vec<IngreepView>,
    /// Where the rest goes on, as a cursor of the list of them; absent when this is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volgende: Option<String>,
    /// Requests after which one text is without what another still says; for who may put it back.
    pub verdeeld: Vec<VerdeeldVerzoek>,
    /// Requests that left something out on more than one place, of which all that is done can be put back in one step; for who may
    /// put it back. Those of [`WeglatingenView::verdeeld`] are not among them.
    #[serde(default)]
    pub overal: Vec<VerdeeldVerzoek>,
    /// How many of its photos are hidden whole.
    pub fotos_afgeschermd: u32,
}
