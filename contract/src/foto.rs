//! Photos: sent once, made safe by the server, then named by id in what they belong to.

use crate::{FotoId, IdempotencyKey, Reply};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The most photos that one initiatief or progress report holds.
pub const MAX_FOTOS: usize = 3;
/// The largest photo that is taken, in bytes (SECURITY-RULES R-6).
pub const MAX_FOTO_BYTES: usize = 10 * 1024 * 1024;

/// A photo as it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FotoView {
    /// Its id.
    pub id: FotoId,
    /// Where it can be fetched; a JPEG of at most 2 048 pixels a side.
    pub url: String,
    /// Width in pixels.
    pub breedte: u32,
    /// Height in pixels.
    pub hoogte: u32,
}

/// What a caller can do with photos.
#[async_trait]
pub trait FotoApi: Send + Sync {
    /// Takes a JPEG, PNG or WebP photo of at most 10 MiB and 40 megapixels, and keeps a clean copy without location.
    /// Above 16 megapixels not what takes much memory to decode, such as a progressive JPEG; never a WebP without loss.
    async fn upload_foto(&self, key: IdempotencyKey, bytes: Vec<u8>) -> Reply<FotoView>;
}
