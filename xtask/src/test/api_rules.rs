//! The Dutch API Design Rules on our OpenAPI document, by Spectral and the ruleset `tests/adr.yaml`.
//!
//! The ruleset is ours too, so it is tested along with documents in `tests/adr`: `good.json` must have no findings, and
//! each `bad….json` exactly those of its `expected….txt`, the name of a rule for each finding, sorted.

use std::path::Path;

use super::counts::Counts;
use crate::npm::{self, Extent};
use crate::program::{output, program};
use crate::{Result, files};

const DOCUMENT: &str = "target/openapi.json";

pub fn check(counts: &mut Counts) -> Result {
    npm::ensure(Extent::All)?;
    let root = files::root()?;
    let (document, written) = output(program(root.join("target/debug/wijkkoers"))?.arg("openapi"))?;
    if !written {
        return Err("`wijkkoers openapi` failed".into());
    }
    files::write(&root.join(DOCUMENT), document.as_bytes())?;

    let mut documents = vec![DOCUMENT.to_owned()];
    for file in files::below(&root.join("tests/adr"))? {
        if file.extension().is_some_and(|extension| extension == "json") {
            documents.push(file.strip_prefix(&root)?.to_string_lossy().into_owned());
        }
    }
    let findings = lint(&documents)?;
    let mut wrong = Vec::new();
    for document in &documents {
        let found: Vec<_> = findings.iter().filter(|finding| finding.is_in(document)).collect();
        if found.iter().map(|finding| finding.rule.as_str()).eq(expected(&root, document)?.lines()) {
            counts.passed += 1;
        } else {
            counts.failed += 1;
            wrong.push(document.as_str());
            found
                .iter()
                .for_each(|finding| eprintln!("{document}: {} {}: {}", finding.rule, finding.place, finding.message));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("other findings than expected in {}", wrong.join(", ")).into()) }
}

/// The rules that a document is known to break: none, but for those that are bad on purpose.
fn expected(root: &Path, document: &str) -> Result<String> {
    match document.strip_prefix("tests/adr/bad").and_then(|rest| rest.strip_suffix(".json")) {
        Some(which) => files::read_text(&root.join(format!("tests/adr/expected{which}.txt"))),
        None => Ok(String::new()),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    rule: String,
    place: String,
    message: String,
    file: String,
}

impl Finding {
    fn is_in(&self, document: &str) -> bool {
        self.file.ends_with(document)
    }

    fn read(finding: &serde_json::Value) -> Self {
        let text = |key| finding.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let step = |step: &serde_json::Value| step.as_str().map_or_else(|| step.to_string(), str::to_owned);
        let steps = finding.get("path").and_then(serde_json::Value::as_array).into_iter().flatten().map(step);
        let place = steps.collect::<Vec<_>>().join(".");
        Self { rule: text("code"), place, message: text("message"), file: text("source") }
    }
}

/// All findings in all documents, sorted. In one run: starting Spectral takes longer than linting.
fn lint(documents: &[String]) -> Result<Vec<Finding>> {
    let mut spectral = program(files::root()?.join("node_modules/.bin/spectral"))?;
    spectral.args(["lint", "--ruleset", "tests/adr.yaml", "--format", "json", "--quiet"]).args(documents);
    // It fails when there are findings; that is for us to judge.
    let (report, _) = output(&mut spectral)?;
    let report: Vec<serde_json::Value> =
        serde_json::from_str(&report).map_err(|e| format!("Spectral gives no report ({e}): {}", report.trim()))?;
    let mut findings: Vec<_> = report.iter().map(Finding::read).collect();
    findings.sort();
    Ok(findings)
}
