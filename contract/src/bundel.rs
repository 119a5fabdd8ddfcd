//! Ballots on paper: bundled with the letters that came along, entered by two people who do not see each other's entry,
//! and put in the box together (SECURITY-RULES V-8).

use crate::field::{Checks, FieldProblems, Raw};
use crate::stem::Stemcode;
use crate::stembiljet::StemKeuze;
use crate::text_enum::text_enum;
use crate::{BundelId, BuurtbegrotingId, IdempotencyKey, Reply};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

text_enum! {
    /// How ballots on paper came in.
    pub enum BundelKanaal {
        /// By post or in a box.
        Papier = "papier",
        /// Filled in at a desk, with help where that was needed.
        Balie = "balie",
    }
}

text_enum! {
    /// Where a ballot of a bundle is.
    pub enum InvoerStand {
        /// Nobody entered it.
        Leeg = "leeg",
        /// One person did; another must.
        EenKeer = "een_keer",
        /// Two people entered something else; a third decides.
        Verschil = "verschil",
        /// It is settled.
        Klaar = "klaar",
    }
}

/// Begin a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MakeBundel {
    /// How its ballots came in.
    #[cfg_attr(feature = "openapi", schema(value_type = BundelKanaal))]
    pub kanaal: Raw<BundelKanaal>,
}

impl MakeBundel {
    /// Judges the field.
    ///
    /// # Errors
    /// When it is no channel.
    pub fn parse(&self) -> Result<BundelKanaal, FieldProblems> {
        let mut checks = Checks::default();
        let kanaal = checks.required("/kanaal", &self.kanaal);
        checks.finish(kanaal)
    }
}

/// Note the letter that came with a ballot: who it was sent to has voted from here on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddBrief {
    /// The code on the letter.
    pub stemcode: Raw<Stemcode>,
}

/// Enter a ballot of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnterBiljet {
    /// The number that was written on the ballot, from 1.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\d{1,5}$"))]
    pub nummer: Raw<u32>,
    /// Whether it is not valid: blank, or not clear. Then nothing is chosen.
    pub ongeldig: bool,
    /// What is chosen; in a ranking the best first.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub keuzes: Vec<StemKeuze>,
}

/// A bundle, as somebody of the stembureau sees it. Nothing of what its ballots say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BundelView {
    /// Its id.
    pub id: BundelId,
    /// Of which round.
    pub buurtbegroting: BuurtbegrotingId,
    /// Its number in the round, from 1.
    pub nummer: u32,
    /// How its ballots came in.
    pub kanaal: BundelKanaal,
    /// How many letters are in it, and so how many ballots.
    pub aantal: u32,
    /// Whether its ballots are in the box.
    pub afgerond: bool,
    /// How many ballots nobody entered, one person entered, two people entered differently, and are settled.
    pub leeg: u32,
    /// See `leeg`.
    #[serde(rename = "eenKeer")]
    pub een_keer: u32,
    /// See `leeg`.
    pub verschil: u32,
    /// See `leeg`.
    pub klaar: u32,
    /// The number of the ballot that this person can enter next; absent when there is none for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volgende: Option<u32>,
}

/// Ballots on paper.
#[async_trait]
pub trait BundelApi: Send + Sync {
    /// The bundles of a round, the first first.
    async fn list_bundels(&self, id: BuurtbegrotingId) -> Reply<Vec<BundelView>>;
    /// Begins one.
    async fn make_bundel(&self, key: IdempotencyKey, id: BuurtbegrotingId, request: MakeBundel) -> Reply<BundelView>;
    /// One bundle.
    async fn bundel(&self, id: BundelId) -> Reply<BundelView>;
    /// Notes a letter.
    async fn add_brief(&self, id: BundelId, request: AddBrief) -> Reply<BundelView>;
    /// Enters a ballot.
    async fn enter_biljet(&self, id: BundelId, request: EnterBiljet) -> Reply<BundelView>;
    /// Puts the ballots in the box.
    async fn finish_bundel(&self, id: BundelId) -> Reply<BundelView>;
}
