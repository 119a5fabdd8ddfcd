//! What the site was built into, inside the binary: styles, scripts, fonts and icons.

use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

/// A file by where it lies.
#[must_use]
pub fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    Site::get(path).map(|file| file.data)
}

/// The addresses of the files whose names change with what is in them, by the names that do not; none when the site was
/// not built.
#[must_use]
pub fn names() -> Option<BTreeMap<String, String>> {
    serde_json::from_slice(&file("assets.json")?).ok()
}
