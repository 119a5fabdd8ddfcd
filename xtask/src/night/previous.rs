//! The release before: the newest commit that landed before this one and bears a newer schema, built in a work tree of its
//! own.

use std::path::PathBuf;

use crate::program::{self, cargo, program};
use crate::{Result, files};

/// Who has this looks in the database for the version it needs, and goes on with steps that it does not know.
const BEARS: (&str, &str) = ("backend/src/schema.rs", "schema_min_version");
/// Rounds that it opened are in the form of before; one may be open during the upgrade.
const WITHOUT_PROOFS: &str = "8c675af^{commit}";
const TREE: &str = "target/previous";
const BUILT: &str = "target/previous-build";
/// What people build on, by the names it has.
const LANDED: [&str; 3] = ["origin/main", "upstream/main", "main"];
/// No release is further back.
const FURTHEST: &str = "-500";

pub struct Previous {
    pub commit: String,
    pub program: PathBuf,
}

/// Builds it; none when none bears it.
pub fn build() -> Result<Option<Previous>> {
    match find()? {
        Some(commit) => build_commit(commit).map(Some),
        None => Ok(None),
    }
}

/// The last release in which a ballot carried no proof; none in a clone without its history.
pub fn build_without_proofs() -> Result<Option<Previous>> {
    match git(&["rev-parse", "--verify", "--quiet", WITHOUT_PROOFS])? {
        Some(commit) => build_commit(commit).map(Some),
        None => Ok(None),
    }
}

fn build_commit(commit: String) -> Result<Previous> {
    eprintln!("the release before is {commit}");
    check_out(&commit)?;
    let root = files::root()?;
    let tree = root.join(TREE);
    // Its pages need a site to stand on; which one makes no difference to what it stores.
    let site = tree.join("target/site");
    files::remove_folder(&site)?;
    files::create_folder(&tree.join("target"))?;
    program::run(program("cp")?.arg("-R").arg(root.join("target/site")).arg(&site))?;
    let mut cargo = cargo(&["build", "--locked", "-p", "wijkkoers", "--bin", "wijkkoers"])?;
    cargo.args(["--config", "profile.dev.debug=false"]).current_dir(&tree).env("CARGO_TARGET_DIR", root.join(BUILT));
    program::run(&mut cargo)?;
    Ok(Previous { commit, program: root.join(BUILT).join("debug/wijkkoers") })
}

fn check_out(commit: &str) -> Result {
    files::remove_folder(&files::root()?.join(TREE))?;
    program::run(program("git")?.args(["worktree", "prune"]))?;
    program::run(program("git")?.args(["worktree", "add", "--detach", "--quiet", TREE, commit]))
}

fn find() -> Result<Option<String>> {
    let head = git(&["rev-parse", "HEAD"])?.ok_or("this is no repository of git")?;
    let mut bases = Vec::new();
    for name in LANDED {
        bases.extend(git(&["merge-base", "HEAD", name])?);
    }
    let from = start(&head, &bases);
    let landed = git(&["rev-list", "--first-parent", FURTHEST, &from])?.unwrap_or_default();
    let mut found = None;
    for commit in landed.lines() {
        if bears(commit)? {
            found = Some(commit.to_owned());
            break;
        }
    }
    Ok(found)
}

/// Where to look from: what this was built on and has landed, or else the commit before it.
fn start(head: &str, bases: &[String]) -> String {
    bases.iter().find(|base| *base != head).cloned().unwrap_or_else(|| format!("{head}~1"))
}

fn bears(commit: &str) -> Result<bool> {
    let (file, word) = BEARS;
    Ok(git(&["grep", "-l", word, commit, "--", file])?.is_some())
}

/// What git says, or nothing when it fails or has nothing to say.
fn git(arguments: &[&str]) -> Result<Option<String>> {
    let mut git = program("git")?;
    git.args(arguments).stderr(std::process::Stdio::null());
    let said = git.output().map_err(|problem| format!("cannot start git: {problem}"))?;
    let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    Ok((said.status.success() && !text.is_empty()).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::start;

    #[test]
    fn one_looks_from_what_landed_and_never_from_oneself() {
        let bases = |own: &[&str]| own.iter().map(|base| (*base).to_owned()).collect::<Vec<_>>();
        for (known, expected) in
            [(&["landed"][..], "landed"), (&["head"], "head~1"), (&["head", "landed"], "landed"), (&[], "head~1")]
        {
            assert_eq!(start("head", &bases(known)), expected);
        }
    }
}
