//! Where photos stand, and the keys of votes: a folder, or any S3-compatible store by a setting.

use crate::settings::BadSettings;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::{ClientConfigKey, ObjectStore, RetryConfig};
use std::sync::Arc;
use std::time::Duration;

/// Opens the place that a setting names.
///
/// # Errors
/// When the folder cannot be made, or the settings of S3 are not complete.
pub fn open(setting: &str, place: &str) -> Result<Arc<dyn ObjectStore>, BadSettings> {
    let bad = |error: String| BadSettings(format!("setting {setting}: {error}"));
    if place.starts_with("s3://") {
        return s3(place).map_err(bad);
    }
    crate::files::private_folder(std::path::Path::new(place)).map_err(|error| bad(format!("{place}: {error}")))?;
    let folder = LocalFileSystem::new_with_prefix(place).map_err(|error| bad(error.to_string()))?;
    // A photo is on disk before the row that names it is committed.
    Ok(Arc::new(folder.with_fsync(true)))
}

/// Its keys, region and address are the usual `AWS_…` of the environment.
fn s3(place: &str) -> Result<Arc<dyn ObjectStore>, String> {
    // Whoever waits for a photo waits some seconds, not minutes.
    let retry = RetryConfig { max_retries: 2, retry_timeout: Duration::from_secs(5), ..RetryConfig::default() };
    let store = AmazonS3Builder::from_env()
        .with_url(place)
        .with_retry(retry)
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ConnectTimeout), "3 seconds")
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "15 seconds")
        .build();
    store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| error.to_string())
}
