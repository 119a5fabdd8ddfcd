//! Where things are: gebieden, wijken, buurten and postcodes. Areas are data, never constants in code.

use crate::Reply;
use crate::field::Code;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A point on the map in CRS84: longitude and latitude in degrees, rounded to about a metre.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Punt {
    /// Longitude, east of Greenwich.
    pub lon: f64,
    /// Latitude, north of the equator.
    pub lat: f64,
}

/// One of the areas of steering, with its wijken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GebiedView {
    /// Short code, as `W2`.
    pub code: String,
    /// Full name.
    pub naam: String,
    /// Name for small screens.
    pub korte_naam: String,
    /// A point inside, to put the name at.
    pub punt: Punt,
    /// Its wijken, in order of code.
    pub wijken: Vec<WijkView>,
}

/// A neighbourhood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WijkView {
    /// CBS code, as `WK020207`.
    pub code: String,
    /// Name.
    pub naam: String,
    /// Code of the gebied that it belongs to.
    pub gebied: String,
    /// A point inside.
    pub punt: Punt,
}

/// How to look for a wijk: by postcode or by a point.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ZoekWijk {
    /// Four digits, with or without letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Longitude in degrees (CRS84); together with `lat`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Latitude in degrees (CRS84); together with `lon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
}

/// A theme, a product or a ground for rejection: a code with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Keuze {
    /// Its code.
    pub code: String,
    /// What people read.
    pub naam: String,
    /// A longer explanation, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uitleg: Option<String>,
}

/// The lists that people choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Keuzelijsten {
    /// What an initiatief can be about.
    pub themas: Vec<Keuze>,
    /// What a wijkbudget is split over.
    pub producten: Vec<Keuze>,
    /// On what grounds an initiatief can be rejected.
    pub criteria: Vec<Keuze>,
}

/// What a caller can ask about places.
#[async_trait]
pub trait GebiedApi: Send + Sync {
    /// All gebieden with their wijken.
    async fn list_gebieden(&self) -> Reply<Vec<GebiedView>>;
    /// One gebied.
    async fn gebied(&self, code: Code) -> Reply<GebiedView>;
    /// The wijken at a postcode or point, the likeliest first; empty when it lies outside the municipality.
    async fn find_wijken(&self, query: ZoekWijk) -> Reply<Vec<WijkView>>;
    /// Themes, products and criteria.
    async fn keuzelijsten(&self) -> Reply<Keuzelijsten>;
    /// Outlines of the gebieden as a GeoJSON FeatureCollection; without imported outlines, their label points.
    async fn omtrekken(&self) -> Reply<serde_json::Value>;
}
