//! `wijkkoers ledger`: checking it, and erasing what stands beside it.

use super::{Failed, say};
use crate::app::App;
use crate::wijkbudget::{self, check};
use clap::Subcommand;
use std::process::ExitCode;
use uuid::Uuid;

/// What can be done with the ledger.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Reken alle saldi, zegels, fiats en mandaten na uit de boekingen; eindigt met 1 bij een verschil.
    Check,
    /// Wis de toelichting van medewerkers bij een boeking. De boeking zelf blijft zoals zij is.
    WisToelichting {
        /// Id van de boeking.
        boeking: Uuid,
    },
}

/// Erases what staff wrote beside a posting.
pub async fn erase(app: &App, boeking: Uuid) -> Result<(), Failed> {
    if !wijkbudget::erase_toelichting(app, boeking).await? {
        return Err(Failed::because(format!("boeking {boeking}: heeft geen toelichting")));
    }
    say("De toelichting is gewist.");
    Ok(())
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
