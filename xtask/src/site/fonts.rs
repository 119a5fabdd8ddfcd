//! The fonts of the design system: Noto Sans for text, Noto Serif for headings, from our own server.

use std::path::Path;

use super::assets::Assets;
use crate::{Result, files};

/// Family, folder at Fontsource, weight.
const FACES: [(&str, &str, u16); 3] =
    [("Noto Sans", "noto-sans", 400), ("Noto Sans", "noto-sans", 700), ("Noto Serif", "noto-serif", 700)];

/// Dutch needs `latin` only. A name like Gülşen Doğan brings `latin-ext` along, on the pages where it stands.
const SUBSETS: [&str; 2] = ["latin", "latin-ext"];

/// What a first page draws with; the server may preload these.
pub const FIRST: [&str; 3] = ["noto-sans-400.woff2", "noto-sans-700.woff2", "noto-serif-700.woff2"];

/// Adds the files, and gives the `@font-face` rules for them.
pub fn add(modules: &Path, assets: &mut Assets) -> Result<String> {
    let mut rules = String::new();
    for (family, folder, weight) in FACES {
        let package = modules.join("@fontsource").join(folder);
        let ranges: serde_json::Value = serde_json::from_slice(&files::read(&package.join("unicode.json"))?)?;
        for subset in SUBSETS {
            let file = package.join(format!("files/{folder}-{subset}-{weight}-normal.woff2"));
            let name = match subset {
                "latin" => format!("{folder}-{weight}.woff2"),
                other => format!("{folder}-{other}-{weight}.woff2"),
            };
            let address = assets.add_as_is(&name, &files::read(&file)?)?;
            let range =
                ranges.get(subset).and_then(serde_json::Value::as_str).ok_or("Fontsource names no unicode range")?;
            rules += &format!(
                "@font-face{{font-family:\"{family}\";font-weight:{weight};font-display:optional;\
                 src:url({address}) format(\"woff2\");unicode-range:{range}}}"
            );
        }
    }
    Ok(rules)
}
