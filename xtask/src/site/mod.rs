//! `cargo xtask site`: everything the browser gets, in `target/site`.
//!
//! `assets/` holds files named by their content, which never change and are served for a year, with `.br` and `.gz`
//! beside them; `assets.json` tells the server their addresses. The few files whose address is fixed stand beside it.
//! Nothing is done twice: a compressed file under the right name is right, and the WebAssembly is bound anew only when
//! it differs.

mod assets;
mod css;
mod fonts;
pub mod icons;
mod js;
mod wasm;

use std::path::Path;
use std::time::Instant;

use assets::Assets;

use crate::npm::{self, Extent};
use crate::{Result, files};

#[derive(Default)]
pub struct Options {
    /// WebAssembly of the dev profile: quick to compile, readable in the debugger, large.
    pub debug_wasm: bool,
    /// Refuse to change Cargo.lock, as in CI.
    pub locked: bool,
}

pub fn build(options: &Options) -> Result {
    let start = Instant::now();
    npm::ensure(Extent::Browser)?;
    let root = files::root()?;
    let frontend = root.join("frontend");
    let modules = root.join("node_modules");
    let mut assets = Assets::new(&root.join("target/site"))?;

    let faces = fonts::add(&modules, &mut assets)?;
    assets.add_text("app.css", &(faces + &css::bundle(&frontend.join("styles"), &modules)?))?;
    add_map(&frontend, &modules, &mut assets)?;
    for name in ["start.js", "vlakken.js"] {
        assets.add_text(name, &js::squeeze(&files::read_text(&frontend.join("js").join(name))?))?;
    }
    wasm::ensure_target()?;
    wasm::add(&wasm::ISLANDS, options, &mut assets)?;
    add_count(&frontend, options, &mut assets)?;
    add_keeping(&frontend, options, &mut assets)?;

    for path in files::below(&frontend.join("public"))? {
        let name = path.strip_prefix(frontend.join("public"))?.to_string_lossy().into_owned();
        assets.add_fixed(&name, &files::read(&path)?)?;
    }
    let worker = service_worker(&frontend.join("js/sw.js"), &assets)?;
    assets.add_fixed("sw.js", worker.as_bytes())?;
    assets.finish()?;
    eprintln!("site ready in {:.1} s", start.elapsed().as_secs_f32());
    Ok(())
}

/// Leaflet and our map on it: assets of their own, which only a page with a map fetches.
fn add_map(frontend: &Path, modules: &Path, assets: &mut Assets) -> Result {
    let leaflet = files::read_text(&modules.join("leaflet/dist/leaflet.js"))?;
    let leaflet_js = assets.add_text("leaflet.js", leaflet.split("//# sourceMappingURL").next().unwrap_or_default())?;
    let style = files::read_text(&modules.join("leaflet/dist/leaflet.css"))?
        + &files::read_text(&frontend.join("styles/kaart.css"))?;
    let leaflet_css = assets.add_text("leaflet.css", &css::squeeze(&css::without_images(&style)))?;
    let map = files::read_text(&frontend.join("js/kaart.js"))?;
    let map = fill_in(&map, &[("__LEAFLET_JS__", &leaflet_js), ("__LEAFLET_CSS__", &leaflet_css)])?;
    assets.add_text("kaart.js", &js::squeeze(&map))?;
    Ok(())
}

/// The count as a worker, and what stands between it and the page.
fn add_count(frontend: &Path, options: &Options, assets: &mut Assets) -> Result {
    let count = wasm::add(&wasm::COUNT, options, assets)?;
    let worker = files::read_text(&frontend.join("js/natellen-worker.js"))?;
    let worker = fill_in(&worker, &[("__TEL_JS__", &count.js), ("__TEL_WASM__", &count.wasm)])?;
    let worker = assets.add_text("natellen-worker.js", &js::squeeze(&worker))?;
    let page = files::read_text(&frontend.join("js/natellen.js"))?;
    assets.add_text("natellen.js", &js::squeeze(&fill_in(&page, &[("__WORKER__", &worker)])?))?;
    Ok(())
}

/// The key of a custodian, and the script of the one page that uses it.
fn add_keeping(frontend: &Path, options: &Options, assets: &mut Assets) -> Result {
    let key = wasm::add(&wasm::KEY, options, assets)?;
    let page = files::read_text(&frontend.join("js/bewaren.js"))?;
    let page = fill_in(&page, &[("__SLEUTEL_JS__", &key.js), ("__SLEUTEL_WASM__", &key.wasm)])?;
    assets.add_text("bewaren.js", &js::squeeze(&page))?;
    Ok(())
}

/// What the service worker keeps from the start is small: enough to read the offline page as it should look.
/// The rest it keeps when it was used.
fn service_worker(source: &Path, assets: &Assets) -> Result<String> {
    let kept = assets.addresses_of(&["app.css", "start.js"]).chain(assets.addresses_of(&fonts::FIRST));
    let kept = serde_json::to_string(&kept.collect::<Vec<_>>())?;
    let source = files::read_text(source)?;
    // Another worker is another version too, so that its new caches start empty.
    let version = files::digest(format!("{source}{kept}").as_bytes());
    let version = version.get(..12).unwrap_or_default();
    Ok(js::squeeze(&fill_in(&source, &[("__VERSIE__", version), ("__ASSETS__", &kept)])?))
}

/// Puts values in the places a script keeps for them; a place that is gone is a mistake on one of both sides.
fn fill_in(script: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut filled = script.to_owned();
    for (place, value) in values {
        if !filled.contains(place) {
            return Err(format!("a script of frontend/js has no place {place}").into());
        }
        filled = filled.replace(place, value);
    }
    Ok(filled)
}
