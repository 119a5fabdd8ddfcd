//! A count of the ballots of a round, or a recount: asked for by the stembureau, begun by two custodians, and long by
//! nature. Whoever asked for it sees how far it is.

use crate::bewaarder::SleutelDoel;
use crate::problem::ProblemCode;
use crate::text_enum::text_enum;
use crate::{BuurtbegrotingId, TellingId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What is counted.
    pub enum TellingSoort {
        /// The ballots, for the first time: it gives the result.
        Telling = "telling",
        /// The same ballots once more: it says whether the result is right.
        Natelling = "natelling",
    }
}

impl From<TellingSoort> for SleutelDoel {
    fn from(soort: TellingSoort) -> Self {
        match soort {
            TellingSoort::Telling => Self::Telling,
            TellingSoort::Natelling => Self::Natelling,
        }
    }
}

text_enum! {
    /// How far a count is.
    pub enum TellingStatus {
        /// Two custodians have yet to hand in their parts.
        Gevraagd = "gevraagd",
        /// Ballots are opened and counted.
        Bezig = "bezig",
        /// It is done.
        Klaar = "klaar",
        /// It broke off; nothing of it was kept, and it can be asked for again.
        Mislukt = "mislukt",
    }
}

/// How far a count is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TellingView {
    /// Its id.
    pub id: TellingId,
    /// Of which round.
    pub buurtbegroting: BuurtbegrotingId,
    /// Whether it gives the result, or is held against it.
    pub soort: TellingSoort,
    /// How far it is.
    pub status: TellingStatus,
    /// When it was asked for.
    pub gevraagd_op: DateTime<Utc>,
    /// How many ballots are open.
    pub geopend: u64,
    /// How many there are.
    pub stembiljetten: u64,
    /// Whether plans, votes, ballots and control codes are those that were published; of a recount that is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gelijk: Option<bool>,
    /// Why it broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fout: Option<ProblemCode>,
}

impl TellingView {
    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match self.status {
            TellingStatus::Klaar | TellingStatus::Mislukt => true,
            TellingStatus::Gevraagd | TellingStatus::Bezig => false,
        }
    }
}
