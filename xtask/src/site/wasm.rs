//! What is compiled to WebAssembly, and bound to the browser by wasm-bindgen as a library: the islands of the pages, the
//! count for who counts again, and the key of a custodian.

use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::assets::Assets;
use super::{Options, js};
use crate::program::{cargo, exists, output, program, run};
use crate::{Result, files};

const TARGET: &str = "wasm32-unknown-unknown";

/// A package of ours as a module of its own.
pub struct Module {
    package: &'static str,
    /// Which makes it one for the browser.
    feature: &'static str,
    /// Of the assets: with `.js` and `.wasm`.
    name: &'static str,
}

/// The islands, which every page with one of them loads.
pub const ISLANDS: Module = Module { package: "frontend", feature: "hydrate", name: "pkg" };
/// The count, loaded by who presses the button.
pub const COUNT: Module = Module { package: "natellen", feature: "browser", name: "tel" };
/// What a custodian does with a key, loaded by the page of a custodian.
pub const KEY: Module = Module { package: "bewaren", feature: "browser", name: "sleutel" };

/// Where a module was added.
pub struct Addresses {
    pub js: String,
    pub wasm: String,
}

pub fn add(module: &Module, options: &Options, assets: &mut Assets) -> Result<Addresses> {
    let bound = bind(module, &compile(module, options)?)?;
    let name = module.name;
    let js =
        assets.add_text(&format!("{name}.js"), &js::squeeze(&files::read_text(&bound.join(format!("{name}.js")))?))?;
    let wasm = files::read(&bound.join(format!("{name}_bg.wasm")))?;
    let file = format!("{name}.wasm");
    // Half a minute of compression for bytes that never leave this machine.
    let wasm =
        if options.debug_wasm { assets.add_as_is(&file, &wasm)? } else { assets.add_compressed(&file, &wasm)? };
    // Scripts inside our dependencies, which the module imports from beside it.
    for snippet in files::below(&bound.join("snippets"))? {
        let path = snippet.strip_prefix(&bound)?.to_string_lossy().into_owned();
        assets.add_import(&path, &js::squeeze(&files::read_text(&snippet)?))?;
    }
    Ok(Addresses { js, wasm })
}

/// rust-toolchain.toml names the target, but automatic installation may be switched off.
pub fn ensure_target() -> Result {
    let (libraries, _) = output(program("rustc")?.args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    if !exists("rustup") {
        return Err(
            format!("missing: the Rust target {TARGET}, and rustup to install it with (https://rustup.rs)").into()
        );
    }
    run(program("rustup")?.args(["target", "add", TARGET]))
}

fn compile(module: &Module, options: &Options) -> Result<PathBuf> {
    let (profile, folder) = if options.debug_wasm { ("dev", "debug") } else { ("wasm-release", "wasm-release") };
    let mut build = cargo(&[
        "build",
        "-p",
        module.package,
        "--lib",
        "--features",
        module.feature,
        "--target",
        TARGET,
        "--profile",
        profile,
    ])?;
    if options.locked {
        build.arg("--locked");
    }
    run(&mut build)?;
    Ok(files::root()?.join("target").join(TARGET).join(folder).join(format!("{}.wasm", module.package)))
}

/// Gives the folder with `NAME.js`, `NAME_bg.wasm` and `snippets/`; binds anew only when the input differs.
fn bind(module: &Module, input: &Path) -> Result<PathBuf> {
    let folder = files::root()?.join("target/wasm-bindgen").join(module.name);
    let digest = files::digest(&files::read(input)?);
    let stamp = folder.join("input.sha256");
    if std::fs::read_to_string(&stamp).is_ok_and(|done| done == digest) {
        return Ok(folder);
    }
    files::remove_folder(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name(module.name).web(true).map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    bindgen
        .typescript(false)
        .remove_name_section(!input.iter().any(|part| part == "debug"))
        .remove_producers_section(true);
    // The page says where the WebAssembly is: its name has a hash.
    bindgen.omit_default_module_path(true);
    let mut output = bindgen.generate_output().map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    output.emit(&folder).map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    files::write(&stamp, digest.as_bytes())?;
    Ok(folder)
}
