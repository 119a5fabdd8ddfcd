//! `wijkkoers ledger check`.

use super::{Failed, say};
use crate::app::App;
use crate::wijkbudget::check;
use clap::Subcommand;
use std::process::ExitCode;

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Reken alle saldi, zegels, fiats en mandaten na uit de boekingen; eindigt met 1 bij een verschil.
    Check,
}

/// Recomputes everything and says what differs.
pub async fn check(app: &App) -> Result<ExitCode, Failed> {
    let findings = check::check(app).await?;
    for difference in &findings.differences {
        say(difference);
    }
    say(format!(
        "{} wijkbudgetten en {} boekingen nagerekend, {} verschillen.",
        findings.ledgers,
        findings.postings,
        findings.differences.len()
    ));
    Ok(if findings.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
