//! The files in `target/site`, and under which address each of them is served.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{Result, files};

pub struct Assets {
    site: PathBuf,
    /// From the name by which the server asks (`app.css`) to the address (`/assets/app.0123456789abcdef.css`).
    addresses: BTreeMap<String, String>,
    /// All files that belong in `site`; what else is found there is of an earlier build.
    written: BTreeSet<PathBuf>,
}

impl Assets {
    pub fn new(site: &Path) -> Result<Self> {
        files::create_folder(&site.join("assets"))?;
        Ok(Self { site: site.to_owned(), addresses: BTreeMap::new(), written: BTreeSet::new() })
    }

    /// A file that gains from compression. Gives its address.
    pub fn add_text(&mut self, name: &str, content: &str) -> Result<String> {
        self.add_compressed(name, content.as_bytes())
    }

    /// The same for what is no text, such as WebAssembly.
    pub fn add_compressed(&mut self, name: &str, content: &[u8]) -> Result<String> {
        let file = self.add(name, content)?;
        self.compress(&file, content)?;
        self.address(name)
    }

    /// A file that is compressed in itself, or not worth it. Gives its address.
    pub fn add_as_is(&mut self, name: &str, content: &[u8]) -> Result<String> {
        self.add(name, content)?;
        self.address(name)
    }

    /// A module that another one imports by this path: hashed by who made it, so the name stays.
    pub fn add_import(&mut self, path: &str, content: &str) -> Result {
        let file = self.site.join("assets").join(path);
        self.write(&file, content.as_bytes())?;
        self.compress(&file, content.as_bytes())
    }

    /// A file whose address is known to the world, like `/robots.txt`.
    pub fn add_fixed(&mut self, path: &str, content: &[u8]) -> Result {
        let file = self.site.join(path);
        self.write(&file, content)
    }

    /// The addresses of those of the `names` that were added.
    pub fn addresses_of<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a String> {
        names.iter().filter_map(|name| self.addresses.get(*name))
    }

    /// Writes `assets.json`, then removes what is of an earlier build: in this order a running server misses nothing.
    pub fn finish(mut self) -> Result {
        let list = serde_json::to_string_pretty(&self.addresses)? + "\n";
        self.add_fixed("assets.json", list.as_bytes())?;
        for file in files::below(&self.site)? {
            if !self.written.contains(&file) {
                std::fs::remove_file(&file).map_err(|e| format!("cannot remove {}: {e}", file.display()))?;
            }
        }
        Ok(())
    }

    fn address(&self, name: &str) -> Result<String> {
        Ok(self.addresses.get(name).ok_or_else(|| format!("no asset {name}"))?.clone())
    }

    fn add(&mut self, name: &str, content: &[u8]) -> Result<PathBuf> {
        let (stem, extension) = name.rsplit_once('.').ok_or_else(|| format!("asset {name} has no extension"))?;
        let hash = files::digest(content);
        let file_name = format!("{stem}.{}.{extension}", hash.get(..16).unwrap_or_default());
        let file = self.site.join("assets").join(&file_name);
        self.write(&file, content)?;
        self.addresses.insert(name.to_owned(), format!("/assets/{file_name}"));
        Ok(file)
    }

    fn write(&mut self, file: &Path, content: &[u8]) -> Result {
        self.written.insert(file.to_owned());
        files::write(file, content)
    }

    /// `.br` and `.gz` beside a file whose name tells its content: once there, they are right.
    fn compress(&mut self, file: &Path, content: &[u8]) -> Result {
        for (extension, compress) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
            let compressed = PathBuf::from(format!("{}.{extension}", file.display()));
            if !compressed.exists() {
                files::write(&compressed, &compress(content)?)?;
            }
            self.written.insert(compressed);
        }
        Ok(())
    }
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
