//! What the machine itself must have: packages of Debian or Ubuntu, installed where we may.

use crate::Result;
use crate::program::{exists, output, program, run};

/// Installs packages with apt-get, as root or by a `sudo` that asks no password; otherwise says which are missing.
pub fn install(packages: &[&str]) -> Result {
    let names = packages.join(" ");
    let root = is_root()?;
    let may =
        root || (exists("sudo") && program("sudo")?.args(["-n", "true"]).status().is_ok_and(|status| status.success()));
    if !exists("apt-get") || !may {
        return Err(
            format!("missing: {names}; please install it (Debian, Ubuntu: `sudo apt-get install {names}`)").into()
        );
    }
    eprintln!("installing {names}");
    for arguments in [&["update", "-q"][..], &["install", "-y", "-q", "--no-install-recommends"]] {
        let mut apt = program(if root { "apt-get" } else { "sudo" })?;
        if !root {
            apt.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).stdout(std::io::stderr());
        if arguments.first() == Some(&"install") {
            apt.args(packages);
        }
        run(&mut apt)?;
    }
    Ok(())
}

/// Whether we run as root, which PostgreSQL and Chromium do not like.
pub fn is_root() -> Result<bool> {
    Ok(user_id(None)? == 0)
}

/// The number of a user, by default of the one who runs this.
pub fn user_id(name: Option<&str>) -> Result<u32> {
    number(name, "-u")
}

/// The number of a user's own group.
pub fn group_id(name: Option<&str>) -> Result<u32> {
    number(name, "-g")
}

fn number(user: Option<&str>, which: &str) -> Result<u32> {
    let (text, _) = output(program("id")?.arg(which).args(user))?;
    text.trim().parse().map_err(|_not_a_number| format!("no user `{}` on this machine", user.unwrap_or("me")).into())
}
