//! Where photos stand: a folder, or any S3-compatible store by a setting.

use crate::settings::BadSettings;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use std::sync::Arc;

/// Opens the place that the setting names.
///
/// # Errors
/// When the folder cannot be made, or S3 is not built in.
pub fn open(place: &str) -> Result<Arc<dyn ObjectStore>, BadSettings> {
    let bad = |error: String| BadSettings(format!("setting photos: {error}"));
    if place.starts_with("s3://") {
        return s3(place).map_err(bad);
    }
    std::fs::create_dir_all(place).map_err(|error| bad(format!("{place}: {error}")))?;
    let folder = LocalFileSystem::new_with_prefix(place).map_err(|error| bad(error.to_string()))?;
    // A photo is on disk before the row that names it is committed.
    Ok(Arc::new(folder.with_fsync(true)))
}

#[cfg(feature = "s3")]
fn s3(place: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let store = object_store::aws::AmazonS3Builder::from_env().with_url(place).build();
    store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|error| error.to_string())
}

#[cfg(not(feature = "s3"))]
fn s3(_place: &str) -> Result<Arc<dyn ObjectStore>, String> {
    Err("this build has no S3; build with --features s3".into())
}
