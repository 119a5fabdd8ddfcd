//! Lists are given in pieces, by keyset: what is new in between never shifts what follows.

use serde::{Deserialize, Serialize};

/// One piece of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub resultaten: Vec<T>,
    /// Where the next piece starts; absent at the end. Also given in the `Link` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volgende: Option<String>,
}

/// Which piece of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// `volgende` of the piece before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many at most, 1 to 100; 20 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u64>,
}

impl PageQuery {
    /// How many are given when nobody says.
    pub const DEFAULT_LIMIT: u64 = 20;
    /// How many are given at most (SECURITY-RULES R-6).
    pub const MAX_LIMIT: u64 = 100;
}
