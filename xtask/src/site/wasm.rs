//! The islands: compiled to WebAssembly, and bound to the browser by wasm-bindgen as a library.

use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::assets::Assets;
use super::{Options, js};
use crate::program::{cargo, exists, output, program, run};
use crate::{Result, files};

const TARGET: &str = "wasm32-unknown-unknown";

pub fn add(options: &Options, assets: &mut Assets) -> Result {
    ensure_target()?;
    let bound = bind(&compile(options)?)?;
    assets.add_text("pkg.js", &js::squeeze(&files::read_text(&bound.join("pkg.js"))?))?;
    let wasm = files::read(&bound.join("pkg_bg.wasm"))?;
    if options.debug_wasm {
        // Half a minute of compression for bytes that never leave this machine.
        assets.add_as_is("pkg.wasm", &wasm)?;
    } else {
        assets.add_compressed("pkg.wasm", &wasm)?;
    }
    // Scripts inside our dependencies, which pkg.js imports from beside it.
    for snippet in files::below(&bound.join("snippets"))? {
        let path = snippet.strip_prefix(&bound)?.to_string_lossy().into_owned();
        assets.add_import(&path, &js::squeeze(&files::read_text(&snippet)?))?;
    }
    Ok(())
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

fn compile(options: &Options) -> Result<PathBuf> {
    let (profile, folder) = if options.debug_wasm { ("dev", "debug") } else { ("wasm-release", "wasm-release") };
    let mut build = cargo(&[
        "build",
        "-p",
        "frontend",
        "--lib",
        "--features",
        "hydrate",
        "--target",
        TARGET,
        "--profile",
        profile,
    ])?;
    if options.locked {
        build.arg("--locked");
    }
    run(&mut build)?;
    Ok(files::root()?.join("target").join(TARGET).join(folder).join("frontend.wasm"))
}

/// Gives the folder with `pkg.js`, `pkg_bg.wasm` and `snippets/`; binds anew only when the input differs.
fn bind(input: &Path) -> Result<PathBuf> {
    let folder = files::root()?.join("target/wasm-bindgen");
    let digest = files::digest(&files::read(input)?);
    let stamp = folder.join("input.sha256");
    if std::fs::read_to_string(&stamp).is_ok_and(|done| done == digest) {
        return Ok(folder);
    }
    files::remove_folder(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name("pkg").web(true).map_err(|e| format!("wasm-bindgen: {e:#}"))?;
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
