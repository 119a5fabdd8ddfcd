//! `cargo xtask icons`: the PNG icons, drawn by the browser from the one SVG.

use crate::npm::{self, Extent};
use crate::program::{program, run};
use crate::{Result, files, test};

pub fn draw() -> Result {
    npm::ensure(Extent::All)?;
    let root = files::root()?;
    run(program("node")?.arg(root.join("xtask/icons.mjs")).env("CHROMIUM", test::browser::chromium()?))
}
