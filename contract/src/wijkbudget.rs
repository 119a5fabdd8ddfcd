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
    /// What it was for.
    pub omschrijving: String,
    /// The opdracht behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opdracht: Option<OpdrachtId>,
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

/// What a caller can ask about the money. All of it is public.
#[async_trait]
pub trait WijkbudgetApi: Send + Sync {
    /// The wijkbudget of a gebied; of this year when none is named.
    async fn wijkbudget(&self, gebied: Code, jaar: Option<i32>) -> Reply<WijkbudgetView>;
    /// The postings behind a figure, newest first.
    async fn list_boekingen(&self, gebied: Code, filter: BoekingFilter) -> Reply<Page<BoekingView>>;
}
