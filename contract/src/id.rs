//! Identities: never bare UUIDs, never a permission (SECURITY-RULES A-5).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id_type {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id_type! {
    /// Somebody with a login.
    AccountId,
    /// One initiatief; UUIDv7, so that newer sorts later.
    InitiatiefId,
    /// One opgave of a gebied.
    OpgaveId,
    /// One inzet on an opgave.
    InzetId,
    /// One activiteit of an inzet.
    ActiviteitId,
    /// One opdracht.
    OpdrachtId,
    /// One photo.
    FotoId,
    /// One buurtbegroting: a round of it.
    BuurtbegrotingId,
    /// One project that is voted on.
    ProjectId,
    /// One bundle of ballots on paper.
    BundelId,
    /// One count of the ballots of a round, or one recount.
    TellingId,
    /// One ingreep: something that was taken out of public view.
    IngreepId,
    /// One request to take something out of public view: all that it does, in several texts, belongs together.
    VerzoekId,
    /// What holds a text, or is a photo.
    DeelId,
    /// What texts and photos are part of: an initiatief, an opgave, an opdracht or a buurtbegroting.
    GeheelId,
    /// One request for another code in place of a lost one.
    VervangingId,
}

/// Which state of a record somebody saw: travels as `ETag` and `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Version(pub i64);

/// Names one attempt, so that the same request sent twice has one effect (SECURITY-RULES D-6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// 8 to 64 of `[A-Za-z0-9-]`; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// A key made from an id that its owner just made up.
    #[must_use]
    pub fn from_uuid(id: Uuid) -> Self {
        Self(id.to_string())
    }

    /// The key as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
