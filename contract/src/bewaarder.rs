//! The custodians of a round: three people, each with a login of their own and no task in the municipality. Each keeps one
//! of the three parts of the key that opens the ballots, sealed to a key of their own that never leaves their browser but
//! by their own hand. Two parts open the ballots; no login ever sees two.

use crate::crockford;
use crate::field::{Checks, Email, Field, FieldCode, FieldProblems, Flaw, Raw, string_schema};
use crate::hexadecimal;
use crate::stembureau::Sleuteldeel;
use crate::telling::TellingView;
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, Reply};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// How many custodians a round has.
pub const BEWAARDERS: usize = 3;
/// Minutes that a part waits for another.
pub const DEEL_WACHT_MINUTEN: i64 = 10;

text_enum! {
    /// What a part of a key is handed in for.
    pub enum SleutelDoel {
        /// To show that two parts open an envelope, before the vote may open.
        Proef = "proef",
        /// To open the ballots and count them.
        Telling = "telling",
        /// To open the same ballots once more.
        Natelling = "natelling",
    }
}

/// The private key of a custodian: made in their browser, written down by their hand. The server never has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Bewaarsleutel([u8; 32]);

impl Bewaarsleutel {
    /// Characters of it.
    pub const LENGTH: usize = 56;
    /// Bytes behind the key that show a slip of the pen.
    const CHECK: usize = 3;

    /// A key out of random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of it.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As it is written down: fourteen groups of four characters.
    #[must_use]
    pub fn grouped(&self) -> String {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.0.len() + Self::CHECK));
        bytes.extend_from_slice(&self.0);
        bytes.extend(Self::check(&self.0));
        crockford::grouped(&crockford::encode(&bytes, Self::LENGTH))
    }

    /// The key as somebody typed it; `None` when it is none, or there is a slip in it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(crockford::decode(text.trim(), Self::LENGTH)?);
        let (key, check) = bytes.split_first_chunk::<32>()?;
        let own = Self(*key);
        Self::check(key).eq(check.iter().copied()).then_some(own)
    }

    fn check(key: &[u8; 32]) -> impl Iterator<Item = u8> {
        let digest = Sha256::new_with_prefix(b"wijkkoers/bewaarder").chain_update(key).finalize();
        digest.into_iter().take(Self::CHECK)
    }
}

/// Overwritten when nobody needs it any more.
impl Drop for Bewaarsleutel {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Bewaarsleutel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The public half of a custodian's key: their part is sealed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PubliekeSleutel(pub [u8; 32]);

impl std::fmt::Display for PubliekeSleutel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hexadecimal::encode(&self.0))
    }
}

impl Field for PubliekeSleutel {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let bytes = hexadecimal::decode(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| FieldCode::GeenPubliekeSleutel.into())
    }
}

string_schema! {
    PubliekeSleutel: r"^[0-9a-f]{64}$", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
}

/// What shows that somebody opened their own part: its SHA-256. The server knows it already, and nobody opens anything with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeelControle(pub [u8; 32]);

impl DeelControle {
    /// That of a part.
    #[must_use]
    pub fn of(part: &Sleuteldeel) -> Self {
        Self(Sha256::digest(part.bytes()).into())
    }
}

impl std::fmt::Display for DeelControle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hexadecimal::encode(&self.0))
    }
}

impl Field for DeelControle {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let bytes = hexadecimal::decode(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| FieldCode::NietUwDeel.into())
    }
}

string_schema! {
    DeelControle: r"^[0-9a-f]{64}$", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
}

/// Name the custodians of a round, by the addresses of their accounts. Who was named before and stays keeps their key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameBewaarders {
    /// The address of one.
    pub bewaarder1: Raw<Email>,
    /// Of another.
    pub bewaarder2: Raw<Email>,
    /// And of the third.
    pub bewaarder3: Raw<Email>,
}

impl NameBewaarders {
    /// The fields, by their name.
    pub const FIELDS: [&'static str; BEWAARDERS] = ["/bewaarder1", "/bewaarder2", "/bewaarder3"];

    /// Judges the addresses; whose they are only the server knows.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<[Email; BEWAARDERS], FieldProblems> {
        let mut checks = Checks::default();
        let [one, two, three] = Self::FIELDS;
        let one = checks.required(one, &self.bewaarder1);
        let two = checks.required(two, &self.bewaarder2);
        let three = checks.required(three, &self.bewaarder3);
        checks.finish(one.zip(two).zip(three).map(|((one, two), three)| [one, two, three]))
    }
}

/// Give the public half of the key that was made in the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GeefSleutel {
    /// 32 bytes, in hexadecimal.
    pub publieke_sleutel: Raw<PubliekeSleutel>,
}

impl GeefSleutel {
    /// Judges the field.
    ///
    /// # Errors
    /// When it is no key.
    pub fn parse(&self) -> Result<PubliekeSleutel, FieldProblems> {
        let mut checks = Checks::default();
        let key = checks.required("/publiekeSleutel", &self.publieke_sleutel);
        checks.finish(key)
    }
}

/// Hand in one's own part, as it came out of its seal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeverDeel {
    /// What for.
    pub doel: Raw<SleutelDoel>,
    /// The part.
    pub deel: Raw<Sleuteldeel>,
}

impl LeverDeel {
    /// Judges the fields; whose part it is only the server knows.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<(SleutelDoel, Sleuteldeel), FieldProblems> {
        let mut checks = Checks::default();
        let doel = checks.required("/doel", &self.doel);
        let deel = checks.required("/deel", &self.deel);
        checks.finish(doel.zip(deel))
    }
}

/// Show that one's own key opens one's own part. The part itself stays in the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProbeerSleutel {
    /// SHA-256 of the part as it came out of its seal, in hexadecimal.
    pub controle: Raw<DeelControle>,
}

impl ProbeerSleutel {
    /// Judges the field; whose part it is of only the server knows.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(&self) -> Result<DeelControle, FieldProblems> {
        let mut checks = Checks::default();
        let controle = checks.required("/controle", &self.controle);
        checks.finish(controle)
    }
}

/// A custodian, as the stembureau sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BewaarderKaart {
    /// Which part is theirs: 1, 2 or 3.
    pub plaats: u32,
    /// Name.
    pub naam: String,
    /// Address of the account.
    pub email: String,
    /// Whether they made a key of their own.
    pub sleutel: bool,
    /// When they made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleutel_op: Option<DateTime<Utc>>,
    /// When it was tried: the first time that it opened their part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geprobeerd_op: Option<DateTime<Utc>>,
    /// Whether their part waits for that of another, for what is asked for now.
    pub ingeleverd: bool,
}

/// The custodians of a round, as the stembureau sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BewaardersView {
    /// Three, or none when nobody was named.
    pub bewaarders: Vec<BewaarderKaart>,
    /// Whether the key was made, each part of it sealed to one of them: from then on they stay who they are.
    pub sleutel: bool,
}

/// Another custodian of the same round, as their fellows see them: a name, and whether they wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AndereBewaarder {
    /// Name.
    pub naam: String,
    /// Whether they made a key of their own.
    pub sleutel: bool,
    /// Whether it was tried: it opened their part at least once.
    #[serde(default)]
    pub geprobeerd: bool,
    /// Until when their part waits for that of another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wacht_tot: Option<DateTime<Utc>>,
}

/// A round, as one of its custodians sees it: their own part and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BewaarderView {
    /// Which part is theirs: 1, 2 or 3.
    pub plaats: u32,
    /// The public half of their key, in hexadecimal; absent until they made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publieke_sleutel: Option<String>,
    /// Their part, sealed to that, in hexadecimal; absent until all three made a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verzegeld_deel: Option<String>,
    /// Whether two parts were shown to open an envelope.
    pub beproefd: bool,
    /// When their own key was tried: the first time that it opened their part. Two of three do so together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geprobeerd_op: Option<DateTime<Utc>>,
    /// What parts can be handed in for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gevraagd: Option<SleutelDoel>,
    /// Until when their own part waits for that of another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wacht_tot: Option<DateTime<Utc>>,
    /// How many parts wait for another.
    pub ingeleverd: u32,
    /// The other two.
    pub anderen: Vec<AndereBewaarder>,
    /// The count that was asked for last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<TellingView>,
    /// Whether nothing will be asked of them any more: the result is final, or the round was stopped.
    pub voorbij: bool,
}

/// What can be done with the key of a round, and by whom.
#[async_trait]
pub trait BewaarderApi: Send + Sync {
    /// Who the custodians are, for the stembureau.
    async fn bewaarders(&self, id: BuurtbegrotingId) -> Reply<BewaardersView>;
    /// Names them, as long as there is no key.
    async fn name_bewaarders(&self, id: BuurtbegrotingId, request: NameBewaarders) -> Reply<BewaardersView>;
    /// The round as the custodian who asks sees it.
    async fn bewaarder(&self, id: BuurtbegrotingId) -> Reply<BewaarderView>;
    /// Takes the public half of a custodian's key; the key of the ballots is made when all three are there.
    async fn give_sleutel(&self, id: BuurtbegrotingId, request: GeefSleutel) -> Reply<BewaarderView>;
    /// Takes a custodian's own part; with the second something is opened.
    async fn hand_in_deel(&self, id: BuurtbegrotingId, request: LeverDeel) -> Reply<BewaarderView>;
    /// Notes that a custodian's own key opens their own part, which they keep to themselves.
    async fn try_sleutel(&self, id: BuurtbegrotingId, request: ProbeerSleutel) -> Reply<BewaarderView>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_people_write_it_down_and_a_slip_is_seen() {
        let key = Bewaarsleutel::new(*b"thirty-two bytes of a custodian.");
        let text = key.grouped();
        assert_eq!((text.len(), text.split('-').count()), (69, 14));
        assert_eq!(Bewaarsleutel::read(&text.to_lowercase().replace('-', " ")), Some(key.clone()));
        assert_eq!(format!("{key:?}"), "***", "keys stay out of logs");
        let slip = |at: usize| -> String {
            let other = |c: char| if c == '7' { '8' } else { '7' };
            text.chars().enumerate().map(|(place, c)| if place == at { other(c) } else { c }).collect()
        };
        for at in (0..text.len()).filter(|at| text.as_bytes()[*at] != b'-') {
            assert_eq!(Bewaarsleutel::read(&slip(at)), None, "character {at}");
        }
        for none in ["", "0000", text.trim_end_matches(|c: char| c != '-')] {
            assert_eq!(Bewaarsleutel::read(none), None, "{none}");
        }
    }

    #[test]
    fn what_shows_a_part_is_of_that_part_and_no_other() {
        let [one, other] = [1, 2].map(|number| DeelControle::of(&Sleuteldeel::new(vec![number; Sleuteldeel::BYTES])));
        assert_ne!(one, other);
        assert_eq!(DeelControle::parse(&one.to_string()), Ok(one));
        for bad in ["", "07", &"07".repeat(33)] {
            assert_eq!(DeelControle::parse(bad).unwrap_err().code, FieldCode::NietUwDeel, "{bad}");
        }
    }

    #[test]
    fn a_public_key_is_32_bytes() {
        let key = PubliekeSleutel([7; 32]);
        assert_eq!(PubliekeSleutel::parse(&key.to_string()), Ok(key));
        for bad in ["", "07", &"0g".repeat(32), &"07".repeat(33)] {
            assert_eq!(PubliekeSleutel::parse(bad).unwrap_err().code, FieldCode::GeenPubliekeSleutel, "{bad}");
        }
    }
}
