//! `node_modules`: there when needed, and as package-lock.json says.

use std::path::Path;

use serde_json::Value;

use crate::program::{exists, program, run};
use crate::{Result, files};

/// How much of package.json a command needs: the tools of the tests are eight times as large as the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What the browser gets: stylesheets, fonts, the map.
    Browser,
    /// The tools of the tests too, and PostgreSQL.
    All,
}

/// Installs when something is missing or of another version. No package runs a script of its own while installing.
pub fn ensure(extent: Extent) -> Result {
    if is_installed(extent)? {
        return Ok(());
    }
    if !exists("npm") {
        return Err("missing: Node 20 or later, with npm (https://nodejs.org)".into());
    }
    eprintln!("npm ci");
    let mut npm = program("npm")?;
    npm.args(["ci", "--ignore-scripts", "--loglevel=error"]).stdout(std::io::stderr());
    if extent == Extent::Browser {
        npm.args(["--omit=dev", "--omit=optional"]);
    }
    run(&mut npm)
}

/// Compares the lock file with npm's own record of what it installed.
fn is_installed(extent: Extent) -> Result<bool> {
    let root = files::root()?;
    let wanted = packages(&root.join("package-lock.json"))?;
    let Ok(installed) = packages(&root.join("node_modules/.package-lock.json")) else { return Ok(false) };
    let is = |package: &Value, flag: &str| package.get(flag).and_then(Value::as_bool).unwrap_or(false);
    // What is optional may be for another system than this one.
    let needed = |package: &Value| {
        !is(package, "optional") && (extent == Extent::All || !(is(package, "dev") || is(package, "devOptional")))
    };
    Ok(wanted.iter().all(|(path, package)| {
        path.is_empty()
            || !needed(package)
            || installed.get(path).is_some_and(|found| found.get("version") == package.get("version"))
    }))
}

fn packages(lock: &Path) -> Result<serde_json::Map<String, Value>> {
    let lock: Value = serde_json::from_slice(&files::read(lock)?)?;
    Ok(lock.get("packages").and_then(Value::as_object).cloned().unwrap_or_default())
}
