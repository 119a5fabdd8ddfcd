//! Voting: the code on a letter, the ballot as it is handed in, and the proof that stays with the voter.

use crate::crockford;
use crate::field::{Checks, Field, FieldCode, FieldProblems, Flaw, Raw, string_schema};
use crate::hexadecimal;
use crate::stembiljet::StemKeuze;
use crate::woorden;
use crate::{BuurtbegrotingId, Reply};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

/// The code on a letter: 12 characters, 60 bits, each letter another (SECURITY-RULES V-5).
#[derive(Clone, PartialEq, Eq)]
pub struct Stemcode(String);

impl Stemcode {
    /// Characters in a code.
    pub const LENGTH: usize = 12;

    /// A code out of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(crockford::encode(&bytes, Self::LENGTH))
    }

    /// The twelve characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands on a letter: `7K3M-9QXW-2TBV`.
    #[must_use]
    pub fn grouped(&self) -> String {
        crockford::grouped(&self.0)
    }
}

/// Overwritten when nobody needs it any more.
impl Drop for Stemcode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Stemcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Field for Stemcode {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let text = bare(text);
        crockford::plain(text, Self::LENGTH).map(Self).ok_or_else(|| {
            if Stembewijs::parse(text).is_ok() {
                return FieldCode::IsStembewijs.into();
            }
            let limit = number(characters(text)).filter(|typed| *typed > 0 && characters(text) != Self::LENGTH);
            Flaw { code: FieldCode::GeenStemcode, limit }
        })
    }
}

/// What somebody typed, without what a sentence puts around it: a full stop, a comma, quotes.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ".,;:'\"‘’“”„".contains(c))
}

/// How many characters of a code somebody typed: without what stands between them.
fn characters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

fn number(size: usize) -> Option<u32> {
    u32::try_from(size).ok()
}

/// The voter's secret: 16 random bytes, as a code or as words. With it, and only with it, a ballot can be changed or found again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stembewijs(pub [u8; 16]);

impl Stembewijs {
    /// Characters of its code.
    pub const LENGTH: usize = 26;

    /// As it is shown: 26 characters in groups of four.
    #[must_use]
    pub fn grouped(&self) -> String {
        crockford::grouped(&crockford::encode(&self.0, Self::LENGTH))
    }

    /// The same as 16 Dutch words.
    #[must_use]
    pub fn woorden(&self) -> Vec<&'static str> {
        woorden::encode(&self.0)
    }

    /// The word at a place that a flaw names, as it was typed.
    #[must_use]
    pub fn word_at(text: &str, place: u32) -> Option<&str> {
        woorden::split(text).nth(usize::try_from(place).ok()?.checked_sub(1)?)
    }

    /// What is wrong with what somebody typed: what it is instead, how much of it there is, or which word is not known.
    fn flaw(text: &str) -> Flaw {
        // Who sends more than this is not typing.
        const MOST: usize = 1_000;
        if text.len() > MOST {
            return FieldCode::GeenStembewijs.into();
        }
        let places: Vec<Option<usize>> = woorden::split(text).map(woorden::place).collect();
        let known = places.iter().flatten().count();
        // A group of a code may be a word by accident.
        if known > 0 && known.saturating_mul(3) >= places.len() {
            return match places.iter().position(Option::is_none) {
                Some(at) => Flaw { code: FieldCode::WoordOnbekend, limit: number(at.saturating_add(1)) },
                None => Flaw { code: FieldCode::StembewijsWoorden, limit: number(places.len()) },
            };
        }
        if crockford::plain(text, BiljetId::CONTROLECODE).is_some() {
            return FieldCode::IsControlecode.into();
        }
        if crockford::plain(text, Stemcode::LENGTH).is_some() {
            return FieldCode::IsStemcode.into();
        }
        match characters(text) {
            0 | Self::LENGTH => FieldCode::GeenStembewijs.into(),
            typed => Flaw { code: FieldCode::StembewijsTekens, limit: number(typed) },
        }
    }

    /// Which ballot it is the proof of: what the server knows of it (SECURITY-RULES V-2).
    #[must_use]
    pub fn biljet(&self, id: BuurtbegrotingId) -> BiljetId {
        let digest = Sha256::new_with_prefix(b"wijkkoers/biljet").chain_update(id.0.as_bytes()).chain_update(self.0);
        BiljetId(digest.finalize().into())
    }
}

impl std::fmt::Debug for Stembewijs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Field for Stembewijs {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let text = bare(text);
        let bytes = crockford::decode(text, Self::LENGTH).or_else(|| woorden::decode(text));
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| Self::flaw(text))
    }
}

/// Under what a browser keeps the choice of somebody who asked for that, until they have voted.
#[must_use]
pub fn draft_key(id: BuurtbegrotingId) -> String {
    format!("keuze-{id}")
}

/// Which ballot: SHA-256 of the voter's secret. Says nothing of the voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BiljetId(pub [u8; 32]);

impl BiljetId {
    /// No other comes after it.
    pub const LAST: Self = Self([0xff; 32]);
    /// Characters of its code in the published list.
    pub const CONTROLECODE: usize = 10;

    /// The code in the published list: 10 characters (SECURITY-RULES V-7).
    #[must_use]
    pub fn controlecode(&self) -> String {
        crockford::encode(&Sha256::digest(self.0), Self::CONTROLECODE)
    }
}

impl std::fmt::Display for BiljetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Field for BiljetId {
    fn parse(text: &str) -> Result<Self, Flaw> {
        let bytes = hexadecimal::decode(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| FieldCode::OngeldigeKeuze.into())
    }
}

string_schema! {
    Stemcode: r"^[0-9A-Za-z -]{12,24}$", "7K3M-9QXW-2TBV";
    Stembewijs: r"^[0-9A-Za-z ,-]{26,160}$", "0123-4567-89AB-CDEF-GHJK-MNPQ-R0";
    BiljetId: r"^[0-9a-f]{64}$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
}

/// Hand in a ballot. The same request sent again has the same answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CastVote {
    /// The code on the letter.
    pub stemcode: Raw<Stemcode>,
    /// Which ballot this is: made from a secret that stays with the voter.
    pub biljet_id: Raw<BiljetId>,
    /// What is chosen; in a ranking the best first.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub keuzes: Vec<StemKeuze>,
}

/// A ballot that can be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The code on the letter.
    pub stemcode: Stemcode,
    /// Which ballot.
    pub biljet: BiljetId,
}

impl CastVote {
    /// Judges the fields; what is chosen is judged by the rules of the round.
    ///
    /// # Errors
    /// All problems at once.
    pub fn parse(&self) -> Result<Vote, FieldProblems> {
        let mut checks = Checks::default();
        let stemcode = checks.required("/stemcode", &self.stemcode);
        let biljet = checks.required("/biljetId", &self.biljet_id);
        checks.finish(stemcode.zip(biljet).map(|(stemcode, biljet)| Vote { stemcode, biljet }))
    }
}

/// Change a ballot that was handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeVote {
    /// The voter's secret.
    pub stembewijs: Raw<Stembewijs>,
    /// What is chosen now.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub keuzes: Vec<StemKeuze>,
    /// What looking the ballot up gave: a change that was made since keeps this one out, so that one that is sent again never comes
    /// on top of a later one. Without it the one that comes last counts.
    #[cfg_attr(feature = "openapi", schema(max_length = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand: Option<String>,
}

/// That a ballot is in the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gestemd {
    /// Its code in the list that is published after the vote.
    pub controlecode: String,
}

/// Ask what a code on a letter is good for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckStemcode {
    /// The code on the letter.
    pub stemcode: Raw<Stemcode>,
}

/// What a code on a letter is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StemcodeStand {
    /// Whether somebody voted with it already. Of a letter in place of a lost one always `false`: who made it would learn
    /// whether that voter voted (SECURITY-RULES V-1a). Only handing in a ballot tells.
    pub gestemd: bool,
    /// Whether it stands on a letter in place of a lost one.
    #[serde(default)]
    pub vervangen: bool,
}

/// The vote that a code on a letter is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StemcodeRonde {
    /// Which vote.
    pub ronde: BuurtbegrotingId,
    /// Whether somebody voted with the code already; see [`StemcodeStand`].
    pub gestemd: bool,
    /// Whether it stands on a letter in place of a lost one.
    #[serde(default)]
    pub vervangen: bool,
}

/// The open votes that a code on a letter is for: one, except for the codes of a demonstration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StemcodeRondes {
    /// Never empty: a code that is for none is refused.
    pub rondes: Vec<StemcodeRonde>,
    /// The open votes for which another code took the place of this one. That tells nothing of who voted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vervangen: Vec<BuurtbegrotingId>,
}

/// Ask whether a ballot is in the box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckStembewijs {
    /// The voter's secret.
    pub stembewijs: Raw<Stembewijs>,
}

/// Whether a ballot is in the box; nothing about what is on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InDeBus {
    /// Whether it is.
    pub in_de_bus: bool,
    /// Its code in the published list, when it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controlecode: Option<String>,
    /// To change it with, while it can be changed: see [`ChangeVote`]. Another each time: it does not tell whether it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand: Option<String>,
}

/// How many people voted: rounded, and of the last whole hour (SECURITY-RULES A-7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Opkomst {
    /// At least so many people voted: rounded down to tens while voting is open, and 0 for fewer than ten.
    pub minstens: u64,
    /// Counted at.
    pub geteld_op: DateTime<Utc>,
    /// How often a lost letter was replaced, by two people of the stembureau.
    #[serde(default)]
    pub vervangen_brieven: u64,
}

/// What a voter can do. None of it asks for an account.
#[async_trait]
pub trait StemApi: Send + Sync {
    /// Which open vote a code is for.
    async fn find_stemcode(&self, request: CheckStemcode) -> Reply<StemcodeRondes>;
    /// What a code is good for.
    async fn check_stemcode(&self, id: BuurtbegrotingId, request: CheckStemcode) -> Reply<StemcodeStand>;
    /// Hands in a ballot.
    async fn cast_vote(&self, id: BuurtbegrotingId, request: CastVote) -> Reply<Gestemd>;
    /// Changes a ballot, where the round allows it.
    async fn change_vote(&self, id: BuurtbegrotingId, request: ChangeVote) -> Reply<Gestemd>;
    /// Whether a ballot is in the box.
    async fn check_stembewijs(&self, id: BuurtbegrotingId, request: CheckStembewijs) -> Reply<InDeBus>;
    /// How many people voted.
    async fn opkomst(&self, id: BuurtbegrotingId) -> Reply<Opkomst>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Stemcode::parse("7k3m 9qxw-2tbv").unwrap();
        assert_eq!(code.as_str(), "7K3M9QXW2TBV");
        assert_eq!(code.grouped(), "7K3M-9QXW-2TBV");
        assert_eq!(Stemcode::parse("OIL0-0000-0000").unwrap().as_str(), "011000000000", "no O, I or L in a code");
        for around in ["7K3M-9QXW-2TBV.", " 7K3M-9QXW-2TBV, ", "‘7K3M-9QXW-2TBV’", "\"7K3M 9QXW 2TBV\"."] {
            assert_eq!(Stemcode::parse(around).as_ref(), Ok(&code), "{around}");
        }
        for bad in ["", "7K3M-9QXW-2TB", "7K3M-9QXW-2TBVX", "7K3M-9QXW-2TBU", "7K3M-9QXW-2TB€"] {
            assert_eq!(Stemcode::parse(bad).unwrap_err().code, FieldCode::GeenStemcode, "{bad}");
        }
        assert_eq!(format!("{code:?}"), "***", "codes stay out of logs");
    }

    #[test]
    fn every_random_code_reads_back() {
        for seed in 0..=255_u8 {
            let code = Stemcode::from_random([seed, 255 - seed, 3, seed, 77, 200, seed, 9]);
            assert_eq!(Stemcode::parse(&code.grouped()), Ok(code));
        }
    }

    #[test]
    fn a_stembewijs_reads_back_and_names_one_ballot_of_one_round() {
        let secret = Stembewijs(*b"sixteen bytes!!\xff");
        assert_eq!(Stembewijs::parse(&secret.grouped()), Ok(secret));
        assert_eq!(Stembewijs::parse(&secret.woorden().join(" ")), Ok(secret));
        for own in [secret.grouped(), secret.woorden().join(" ")] {
            assert_eq!(Stembewijs::parse(&format!("‘{own}’.")), Ok(secret), "{own}");
        }
        let round = |number| BuurtbegrotingId(Uuid::from_u128(number));
        assert_ne!(secret.biljet(round(1)), secret.biljet(round(2)));
        let biljet = secret.biljet(round(1));
        assert_eq!(BiljetId::parse(&biljet.to_string()), Ok(biljet));
        assert_eq!(biljet.controlecode().len(), 10);
        assert_eq!(Stembewijs::parse(&biljet.controlecode()).unwrap_err().code, FieldCode::IsControlecode, "b17");
        let words = secret.woorden();
        let (short, spoilt) = (words[..15].join(" "), words.join(" ").replacen(words[2], "zwaluwe", 1));
        let letter = Stemcode::from_random([7; 8]).grouped();
        for (bad, code, limit) in [
            ("", FieldCode::GeenStembewijs, None),
            ("0123", FieldCode::StembewijsTekens, Some(4)),
            ("BERG-4567-89AB-CDEF-GHJK-MNPQ-R", FieldCode::StembewijsTekens, Some(25)),
            ("0123-4567-89AB-CDEF-GHJK-MNPQ-RZ", FieldCode::GeenStembewijs, None),
            (short.as_str(), FieldCode::StembewijsWoorden, Some(15)),
            (spoilt.as_str(), FieldCode::WoordOnbekend, Some(3)),
            (letter.as_str(), FieldCode::IsStemcode, None),
            ("a".repeat(2_000).as_str(), FieldCode::GeenStembewijs, None),
        ] {
            assert_eq!(Stembewijs::parse(bad).unwrap_err(), Flaw { code, limit }, "{bad}");
        }
        assert_eq!(Stembewijs::word_at(&spoilt, 3), Some("zwaluwe"));
        assert_eq!(Stembewijs::word_at(&spoilt, 0), None);
        for own in [secret.grouped(), words.join(" ")] {
            assert_eq!(Stemcode::parse(&own).unwrap_err().code, FieldCode::IsStembewijs, "{own}");
        }
        assert_eq!(Stemcode::parse("7K3M-9QXW-2TB").unwrap_err().limit, Some(11));
        assert_eq!(Stemcode::parse("7K3M-9QXW-2TB€").unwrap_err().limit, Some(11));
        assert_eq!(Stemcode::parse("7K3M-9QXW-2TBU").unwrap_err().limit, None, "no code has a U");
        assert!(BiljetId::parse(&"0g".repeat(32)).is_err());
        assert!(BiljetId::parse(&"é".repeat(32)).is_err());
    }

    #[test]
    fn what_makes_a_ballot_id_is_written_down_for_others_to_make() {
        let biljet = Stembewijs([0; 16]).biljet(BuurtbegrotingId(Uuid::nil()));
        // printf 'wijkkoers/biljet' followed by 32 zero bytes | sha256sum
        assert_eq!(biljet.to_string(), "4c63474260081ff6048baaac1e0b3a85f3b60026998ae8fc5ccf7b185c8fb00a");
    }
}
