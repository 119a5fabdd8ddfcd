//! What the stembureau does: codes for letters, asking for the count, and stopping a round. The key is kept by others, see
//! `bewaarder.rs`.

use crate::buurtbegroting::BuurtbegrotingView;
use crate::crockford;
use crate::field::{Bericht, Checks, Field, FieldCode, FieldProblems, Flaw, Raw};
use crate::initiatief::Say;
use crate::telling::TellingView;
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, Euro, ProjectId, Reply, TellingId, VervangingId};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// The most codes of one request.
pub const MOST_STEMCODES: u32 = 10_000;

/// So many letters are in one PDF; more come as several in a zip.
pub const LETTERS_IN_A_FILE: u32 = 500;

/// Make codes for letters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MakeStemcodes {
    /// How many, 1 to 10 000.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\d{1,5}$"))]
    pub aantal: Raw<u32>,
}

impl MakeStemcodes {
    /// Judges the field.
    ///
    /// # Errors
    /// When it is no number from 1 to 10 000.
    pub fn parse(&self) -> Result<u32, FieldProblems> {
        let mut checks = Checks::default();
        let aantal = checks.required("/aantal", &self.aantal);
        match aantal {
            Some(0) => checks.refuse("/aantal", FieldCode::TeLaag),
            Some(number) if number > MOST_STEMCODES => {
                checks.refuse("/aantal", Flaw { code: FieldCode::TeHoog, limit: Some(MOST_STEMCODES) });
            }
            Some(_) | None => {}
        }
        checks.finish(aantal)
    }
}

/// A code for one letter. It is given once: the server keeps only what it can recognise it by.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StemcodeBrief {
    /// The number on the letter, by which a lost one is replaced.
    pub nummer: u32,
    /// The code, in groups of four.
    pub stemcode: String,
}

impl std::fmt::Debug for StemcodeBrief {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StemcodeBrief").field("nummer", &self.nummer).finish_non_exhaustive()
    }
}

/// Codes for letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stemcodes {
    /// One for each letter.
    pub codes: Vec<StemcodeBrief>,
}

/// Ask for another code in place of a lost one. Somebody else must confirm it; then the old one dies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceStemcode {
    /// The number on the letter.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\d{1,9}$"))]
    pub nummer: Raw<u32>,
}

text_enum! {
    /// What became of a request for another code in place of a lost one.
    pub enum VervangingStand {
        /// Somebody else must confirm it, within a day.
        Wacht = "wacht",
        /// Somebody else confirmed it: the letter was given.
        Gegeven = "gegeven",
        /// Who asked took it back.
        Ingetrokken = "ingetrokken",
        /// Somebody else refused it.
        Afgewezen = "afgewezen",
        /// Nobody confirmed it within a day, or another request for the same letter was confirmed.
        Vervallen = "vervallen",
    }
}

/// A request for another code in place of a lost one. It says who did what at the desk, and nothing of the voter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Vervanging {
    /// Its id.
    pub id: VervangingId,
    /// The number on the letter.
    pub nummer: u32,
    /// When it was asked for.
    pub gevraagd_op: DateTime<Utc>,
    /// By whom.
    pub gevraagd_door: String,
    /// A day later it is void.
    pub vervalt_op: DateTime<Utc>,
    /// Whether the caller asked for it: then somebody else must confirm it.
    pub eigen: bool,
    /// What became of it.
    pub stand: VervangingStand,
    /// When somebody confirmed it, took it back or refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub afgehandeld_op: Option<DateTime<Utc>>,
    /// Who did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub afgehandeld_door: Option<String>,
    /// Whether that was the caller.
    #[serde(default)]
    pub zelf: bool,
    /// Why somebody else refused it; it is kept for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reden: Option<String>,
    /// When a letter in place of this one was given before it was asked for, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eerder_op: Option<DateTime<Utc>>,
    /// Who gave that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eerder_door: Option<String>,
}

/// Refuse what somebody else asked for a lost letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WeigerVervanging {
    /// Why, for who asked and for the rest of the stembureau.
    pub reden: Raw<Bericht>,
}

impl WeigerVervanging {
    /// Judges the reason.
    ///
    /// # Errors
    /// When it is missing or too long.
    pub fn parse(&self) -> Result<Bericht, FieldProblems> {
        let mut checks = Checks::default();
        let reden = checks.required("/reden", &self.reden);
        checks.finish(reden)
    }
}

text_enum! {
    /// What is wrong with a ballot box that stays shut.
    pub enum Bevinding {
        /// A code in the database does not bear its proof: it was made up or changed.
        CodeKloptNiet = "code_klopt_niet",
        /// The codes in the database are not those that were made: one was taken away, or is there too many.
        CodesAnders = "codes_anders",
        /// More or fewer letters were replaced than two people confirmed.
        VervangingenAnders = "vervangingen_anders",
        /// An envelope does not bear its proof: it was changed, or is that of another ballot.
        EnvelopKloptNiet = "envelop_klopt_niet",
        /// The envelopes in the box are not those that were put there.
        StembiljettenAnders = "stembiljetten_anders",
        /// A ballot was changed where the round does not allow that, or a change is there without its ballot.
        WijzigingKloptNiet = "wijziging_klopt_niet",
        /// Somebody voted who has no letter.
        KiezerZonderBrief = "kiezer_zonder_brief",
        /// There are not as many ballots as people who voted.
        AantalVerschilt = "aantal_verschilt",
        /// The place of the secrets tells of something that the database does not know any more, or knows otherwise.
        LeggingOntbreekt = "legging_ontbreekt",
        /// The database tells of something that the place of the secrets does not know.
        LeggingOnbekend = "legging_onbekend",
        /// The secret of the round is not in its place any more: nobody can check who voted.
        GeheimKwijt = "geheim_kwijt",
        /// The rules, the plans, the key or the form of the box are not those that the vote opened with.
        OpeningAnders = "opening_anders",
        /// What was entered of a ballot on paper does not bear its proof: it was changed or made up.
        InvoerKloptNiet = "invoer_klopt_niet",
    }
}

/// That somebody asked to shut a box that nobody can check any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Noodsluiting {
    /// When it was asked for; a day later it is void.
    pub gevraagd_op: DateTime<Utc>,
    /// Whether the caller asked for it: then somebody else must too.
    pub eigen: bool,
}

/// What the stembureau sees of a round beside what everybody sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StembureauView {
    /// Letters that somebody asked another code for, and nobody confirmed; the oldest first.
    pub vervangingen: Vec<Vervanging>,
    /// What became of the last requests that do not wait any more; the newest first, and at most twenty.
    #[serde(default)]
    pub afgehandeld: Vec<Vervanging>,
    /// What keeps the box from being shut.
    pub bevindingen: Vec<Bevinding>,
    /// Who asked to shut it all the same: at most one, until another does too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noodsluiting: Option<Noodsluiting>,
}

/// One of the three parts of the key that opens the ballots; any two of them are enough.
#[derive(Clone, PartialEq, Eq)]
pub struct Sleuteldeel(Vec<u8>);

impl Sleuteldeel {
    /// Bytes in a part.
    pub const BYTES: usize = 37;
    /// Characters of a part.
    pub const LENGTH: usize = 60;

    /// A part that was just made.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes of it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is printed: 60 characters in groups of four.
    #[must_use]
    pub fn grouped(&self) -> String {
        crockford::grouped(&crockford::encode(&self.0, Self::LENGTH))
    }
}

/// Overwritten when nobody needs it any more.
impl Drop for Sleuteldeel {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Sleuteldeel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Field for Sleuteldeel {
    fn parse(text: &str) -> Result<Self, Flaw> {
        crockford::decode(text, Self::LENGTH).map(Self).ok_or_else(|| FieldCode::GeenSleuteldeel.into())
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Sleuteldeel {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(r"^[0-9A-Za-z -]{60,90}$"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Sleuteldeel {}

/// Bring two parts of the key together, of a round of which whoever counts was given them: from before custodians had a
/// login of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UseSleutel {
    /// The part of one custodian.
    pub deel1: Raw<Sleuteldeel>,
    /// The part of another.
    pub deel2: Raw<Sleuteldeel>,
}

impl UseSleutel {
    /// Judges the fields; whether they open anything is found out by trying.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<[Sleuteldeel; 2], FieldProblems> {
        let mut checks = Checks::default();
        let one = checks.required("/deel1", &self.deel1);
        let other = checks.required("/deel2", &self.deel2);
        checks.finish(one.zip(other).map(|(one, other)| [one, other]))
    }
}

/// Ask for a count, or for a recount. Custodians hand in their parts themselves; only of a round from before that are two
/// parts given here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VraagTelling {
    /// The part of one custodian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deel1: Option<Raw<Sleuteldeel>>,
    /// The part of another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deel2: Option<Raw<Sleuteldeel>>,
}

impl VraagTelling {
    /// Judges the fields: both or none.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<Option<[Sleuteldeel; 2]>, FieldProblems> {
        if self.deel1.is_none() && self.deel2.is_none() {
            return Ok(None);
        }
        let part = |part: &Option<Raw<Sleuteldeel>>| part.clone().unwrap_or_default();
        UseSleutel { deel1: part(&self.deel1), deel2: part(&self.deel2) }.parse().map(Some)
    }
}

impl From<UseSleutel> for VraagTelling {
    fn from(sleutel: UseSleutel) -> Self {
        Self { deel1: Some(sleutel.deel1), deel2: Some(sleutel.deel2) }
    }
}

/// How one project fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectUitslag {
    /// Which project.
    pub project: ProjectId,
    /// Its number.
    pub nummer: u32,
    /// Its title.
    pub titel: String,
    /// What it costs.
    pub kosten: Euro,
    /// Whether it was chosen.
    pub gekozen: bool,
    /// How many voters chose it.
    pub stemmen: u64,
    /// Why, in two or three sentences, in Dutch.
    pub uitleg: String,
    /// The same in English.
    #[serde(default)]
    pub uitleg_en: String,
    /// With so many voters more, for this project alone, it would have been chosen, and with one fewer not; absent when it
    /// was chosen, nothing was found, or there were so few ballots that they are not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meer_kiezers: Option<u64>,
    /// How much of its cost there was; absent where money decided nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geld: Option<ProjectGeld>,
}

/// How much of the cost of a project there was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectGeld {
    /// Paid by voters who could pay the whole price.
    pub vol: Euro,
    /// Paid by voters who gave what they had left; of a project that was not chosen, what there was at its turn.
    pub deel: Euro,
}

/// Voters of whose projects as many were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KiezersGroep {
    /// How many of their projects were chosen.
    pub gekozen: u32,
    /// How many voters.
    pub kiezers: u64,
    /// The same in words, in Dutch.
    pub tekst: String,
    /// And in English.
    #[serde(default)]
    pub tekst_en: String,
}

/// What another rule would have given on the same ballots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AndereTelregel {
    /// The rule in words, in Dutch.
    pub regel: String,
    /// And in English.
    #[serde(default)]
    pub regel_en: String,
    /// The projects that it would choose, in its order.
    pub gekozen: Vec<ProjectId>,
    /// What they cost together.
    pub kosten: Euro,
    /// Voters who would get nothing that they chose.
    pub zonder: u64,
}

/// The result of a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UitslagView {
    /// How many ballots were counted; 0 when it is not told, see `weinig`.
    pub stembiljetten: u64,
    /// Whether there were fewer than ten ballots: then nothing is told but what was chosen.
    #[serde(default)]
    pub weinig: bool,
    /// Whether nobody could check voters and envelopes: the secret of the round was lost.
    #[serde(default)]
    pub ongecontroleerd: bool,
    /// How many ballots on paper were not valid, and count for nothing.
    #[serde(default)]
    pub ongeldig: u64,
    /// How many letters with a code were made; 0 in results of before that was kept.
    #[serde(default)]
    pub brieven: u64,
    /// How often a lost letter was replaced, by two people of the stembureau.
    #[serde(default)]
    pub vervangen_brieven: u64,
    /// What the chosen projects cost together.
    pub kosten: Euro,
    /// What is left.
    pub over: Euro,
    /// Every project: those that were chosen first, in the order in which they were.
    pub projecten: Vec<ProjectUitslag>,
    /// The outcome in a few sentences, in Dutch.
    #[serde(default)]
    pub samenvatting: Vec<String>,
    /// And in English.
    #[serde(default)]
    pub samenvatting_en: Vec<String>,
    /// Voters who got nothing that they chose; 0 where that is not told, see `kiezers`.
    #[serde(default)]
    pub zonder: u64,
    /// Voters by how much they got that they chose; the most first. Empty when there were so few ballots that they are not
    /// published: then neither this nor what other rules would have given is told.
    #[serde(default)]
    pub kiezers: Vec<KiezersGroep>,
    /// What other rules would have given.
    #[serde(default)]
    pub vergelijking: Vec<AndereTelregel>,
    /// The command that counts the published file again; absent when there are so few ballots that they are not
    /// published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natellen: Option<String>,
}

/// What the stembureau can do, and what everybody sees of it.
#[async_trait]
pub trait StembureauApi: Send + Sync {
    /// Makes codes for letters.
    async fn make_stemcodes(&self, id: BuurtbegrotingId, request: MakeStemcodes) -> Reply<Stemcodes>;
    /// Asks for another code for a letter that was lost.
    async fn request_vervanging(&self, id: BuurtbegrotingId, request: ReplaceStemcode) -> Reply<Vervanging>;
    /// Confirms what somebody else asked: gives the other code, once.
    async fn confirm_vervanging(&self, id: VervangingId) -> Reply<StemcodeBrief>;
    /// Takes back what the caller asked: no code is made. What somebody else asked is refused, with a reason.
    async fn end_vervanging(&self, id: VervangingId) -> Reply<Vervanging>;
    /// Refuses what somebody else asked, and says why: no code is made.
    async fn refuse_vervanging(&self, id: VervangingId, request: WeigerVervanging) -> Reply<Vervanging>;
    /// What waits for a second person, and what is wrong with the box.
    async fn stembureau(&self, id: BuurtbegrotingId) -> Reply<StembureauView>;
    /// Shuts a box of which the secret was lost, by the numbers alone, once two people ask for it.
    async fn close_unchecked(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView>;
    /// Shows that two parts open an envelope, before the vote may open: of a round whose parts were given to whoever counts.
    async fn prove_key(&self, id: BuurtbegrotingId, request: UseSleutel) -> Reply<BuurtbegrotingView>;
    /// Asks for the count: it begins when two custodians have handed in their parts.
    async fn count_votes(&self, id: BuurtbegrotingId, request: VraagTelling) -> Reply<TellingView>;
    /// Asks that the same ballots are opened and counted once more: the outcome stays, and it is said whether it is right.
    async fn recount_votes(&self, id: BuurtbegrotingId, request: VraagTelling) -> Reply<TellingView>;
    /// How far a count is.
    async fn telling(&self, id: TellingId) -> Reply<TellingView>;
    /// Stops a round because of a mistake; the reason is published.
    async fn stop_buurtbegroting(&self, id: BuurtbegrotingId, request: Say) -> Reply<BuurtbegrotingView>;
    /// Makes the result final: what could tell who voted is destroyed.
    async fn finalize_uitslag(&self, id: BuurtbegrotingId) -> Reply<BuurtbegrotingView>;
    /// The result.
    async fn uitslag(&self, id: BuurtbegrotingId) -> Reply<UitslagView>;
}
