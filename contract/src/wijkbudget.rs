//! The money of one gebied in one year, and every posting behind it.

use crate::field::Code;
use crate::text_enum::text_enum;
use crate::{Euro, OpdrachtId, Page, Reply};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    /// Where money is. A posting moves it from one pot to another (SECURITY-RULES M-1).
    pub enum Pot {
        /// Outside the wijkbudget: the council's decision.
        Extern = "extern",
        /// Not promised to anything.
        Vrij = "vrij",
        /// Set aside for an inzet.
        Gereserveerd = "gereserveerd",
        /// Committed to an approved opdracht.
        Verplicht = "verplicht",
        /// Spent.
        Besteed = "besteed",
    }
}

text_enum! {
    /// Why money moved.
    pub enum BoekingSoort {
        /// The council set the budget.
        Begroot = "begroot",
        /// The council changed the budget.
        Wijziging = "wijziging",
        /// Set aside for an inzet.
        Gereserveerd = "gereserveerd",
        /// Committed by a fiat.
        Verplicht = "verplicht",
        /// Spent on an invoice or declaration.
        Besteed = "besteed",
        /// Came back.
        Vrijval = "vrijval",
    }
}

text_enum! {
    /// What a posting was for. It is chosen, never written: the ledger is sealed and public for good, and so no place for
    /// words about a person. A word is never taken off this list, since postings hold it.
    pub enum Omschrijving {
        /// What the council gave.
        Begroting = "begroting",
        /// Set aside for an inzet.
        Inzet = "inzet",
        /// Set aside for a buurtbegroting, or back from one.
        Buurtbegroting = "buurtbegroting",
        /// Committed by a fiat.
        Fiat = "fiat",
        /// What was not needed came back.
        Vrijval = "vrijval",
        /// An invoice of who carried it out.
        Factuur = "factuur",
        /// Costs that somebody had made.
        Declaratie = "declaratie",
        /// Wages or hours.
        LoonEnUren = "loon_en_uren",
        /// Material or tools.
        Materiaal = "materiaal",
        /// Rent of a room or of things.
        Huur = "huur",
        /// A meeting: its room, food and drink.
        Bijeenkomst = "bijeenkomst",
        /// Transport.
        Vervoer = "vervoer",
        /// A permit.
        Leges = "leges",
        /// A fee for volunteers.
        Vrijwilligersvergoeding = "vrijwilligersvergoeding",
        /// A subsidy or contribution.
        SubsidieOfBijdrage = "subsidie_of_bijdrage",
        /// Paid back to who paid too much or in advance.
        Terugbetaling = "terugbetaling",
        /// Something was booked wrong before.
        Correctie = "correctie",
        /// Anything else.
        Overig = "overig",
    }
}

impl Omschrijving {
    /// Whether somebody who books a spending may choose it; the others the program puts there.
    #[must_use]
    pub const fn is_besteding(self) -> bool {
        match self {
            Self::Begroting | Self::Inzet | Self::Buurtbegroting | Self::Fiat | Self::Vrijval => false,
            Self::Factuur
            | Self::Declaratie
            | Self::LoonEnUren
            | Self::Materiaal
            | Self::Huur
            | Self::Bijeenkomst
            | Self::Vervoer
            | Self::Leges
            | Self::Vrijwilligersvergoeding
            | Self::SubsidieOfBijdrage
            | Self::Terugbetaling
            | Self::Correctie
            | Self::Overig => true,
        }
    }
}

/// The money of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductSaldo {
    /// Code of the product; absent in the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Its name.
    pub naam: String,
    /// What the council gave.
    pub begroot: Euro,
    /// Set aside.
    pub gereserveerd: Euro,
    /// Committed.
    pub verplicht: Euro,
    /// Spent.
    pub besteed: Euro,
    /// Free.
    pub vrij: Euro,
}

/// The wijkbudget of a gebied in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WijkbudgetView {
    /// Code of the gebied.
    pub gebied: String,
    /// The year.
    pub jaar: i32,
    /// Per product.
    pub producten: Vec<ProductSaldo>,
    /// All products together.
    pub totaal: ProductSaldo,
}

/// One posting: it never changes and is never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BoekingView {
    /// Its id.
    pub id: Uuid,
    /// Why.
    pub soort: BoekingSoort,
    /// From which pot.
    pub van: Pot,
    /// To which pot.
    pub naar: Pot,
    /// How much.
    pub bedrag: Euro,
    /// Code of the product.
    pub product: String,
    /// When.
    pub geboekt_op: DateTime<Utc>,
    /// What it was for; absent in postings of before this was chosen from a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub omschrijving: Option<Omschrijving>,
    /// The opdracht behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opdracht: Option<OpdrachtId>,
}

/// Words of staff beside a posting. They are not public, are no part of the ledger, and can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ToelichtingView {
    /// The posting.
    pub boeking: Uuid,
    /// The words.
    pub tekst: String,
}

/// Which postings a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct BoekingFilter {
    /// Year; this year when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jaar: Option<i32>,
    /// Code of a product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Only what went into or out of this pot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pot: Option<Pot>,
    /// `volgende` of the piece before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many at most, 1 to 100; 20 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u64>,
}

/// What a caller can ask about the money. All of it is public, but what staff wrote beside it.
#[async_trait]
pub trait WijkbudgetApi: Send + Sync {
    /// The wijkbudget of a gebied; of this year when none is named.
    async fn wijkbudget(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkbudgetView>;
    /// The postings behind a figure, newest first.
    async fn list_boekingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<BoekingView>>;
    /// What staff wrote beside those same postings; a posting without words is left out.
    async fn list_toelichtingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<ToelichtingView>>;
}
