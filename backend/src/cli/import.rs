//! `wijkkoers import`: data of a city from files.

use super::{Failed, say};
use crate::app::App;
use crate::error::Error;
use crate::gebied::import as gebied;
use crate::wijkbudget::{self, Move, Source};
use clap::Subcommand;
use contract::Euro;
use contract::wijkbudget::{BoekingSoort, Pot};
use std::path::{Path, PathBuf};

/// What can be read in. Reading the same file twice is safe.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Omtrekken van gebieden en wijken (GeoJSON, CRS84, met gebiedcode of wijkcode).
    Gebieden {
        /// Het bestand.
        file: PathBuf,
    },
    /// Postcodes met huisnummers naar buurten (CBS, puntkomma's: PC6;Huisnummer;Buurt…).
    Postcodes {
        /// Het bestand.
        file: PathBuf,
    },
    /// Namen en codes van een stad: gebieden, wijken, buurten, postcodes en producten (JSON).
    Stad {
        /// Het bestand.
        file: PathBuf,
    },
    /// Wijkbudgetten die de Raad heeft vastgesteld (CSV: gebied;jaar;product;bedrag).
    Begroting {
        /// Het bestand.
        file: PathBuf,
    },
}

/// Runs an import.
pub async fn run(app: &App, import: Import) -> Result<(), Failed> {
    match import {
        Import::Gebieden { file } => {
            let (stored, unknown) = gebied::outlines(app, &read(&file)?).await.map_err(|error| named(&file, &error))?;
            say(format!("{stored} omtrekken ingelezen, {unknown} overgeslagen (onbekende code)."));
        }
        Import::Postcodes { file } => {
            let stored = gebied::postcodes(app, &read(&file)?).await.map_err(|error| named(&file, &error))?;
            say(format!("{stored} postcodes ingelezen."));
        }
        Import::Stad { file } => {
            let city = serde_json::from_str(&read(&file)?).map_err(|error| named(&file, &error))?;
            gebied::city(app, &city).await?;
            say("De stad is ingelezen.");
        }
        Import::Begroting { file } => {
            let lines = budget_lines(&read(&file)?).map_err(|error| named(&file, &error))?;
            budgets(app, &lines).await?;
            say(format!("{} bedragen geboekt.", lines.len()));
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(file).map_err(|error| named(file, &error))
}

fn named(file: &Path, error: &dyn std::fmt::Display) -> Failed {
    Failed(format!("{}: {error}", file.display()))
}

/// One amount that the council set.
#[derive(Debug, PartialEq, Eq)]
struct BudgetLine {
    gebied: String,
    jaar: i32,
    product: String,
    bedrag: Euro,
}

fn budget_lines(text: &str) -> Result<Vec<BudgetLine>, String> {
    let mut lines = text.lines().enumerate();
    match lines.next() {
        Some((_, head)) if head.trim_start_matches('\u{feff}').trim() == "gebied;jaar;product;bedrag" => {}
        _ => return Err("line 1: expected gebied;jaar;product;bedrag".into()),
    }
    let line = |(at, text): (usize, &str)| {
        let bad = |what: &str| format!("line {}: {what}", at + 1);
        let cells: Vec<&str> = text.split(';').map(str::trim).collect();
        let [gebied, jaar, product, bedrag] = cells.as_slice() else { return Err(bad("expected four cells")) };
        let bedrag = Euro::parse(bedrag).map_err(|_odd| bad("bedrag: expected an amount as 1250.00"))?;
        if bedrag == Euro::ZERO {
            return Err(bad("bedrag: must be more than zero"));
        }
        Ok(BudgetLine {
            gebied: (*gebied).to_owned(),
            jaar: jaar.parse().map_err(|_odd| bad("jaar: expected a year"))?,
            product: (*product).to_owned(),
            bedrag,
        })
    };
    lines.filter(|(_, text)| !text.trim().is_empty()).map(line).collect()
}

/// Books all amounts or none. A product that has a budget in that year already is refused: changes are postings of
/// their own.
async fn budgets(app: &App, lines: &[BudgetLine]) -> Result<(), Failed> {
    let reference = app.reference().await?;
    let tx = app.begin().await?;
    for line in lines {
        if reference.gebied(&line.gebied).is_none() {
            return Err(Failed(format!("gebied {} does not exist", line.gebied)));
        }
        if !reference.has(crate::gebied::reference::Lijst::Product, &line.product) {
            return Err(Failed(format!("product {} does not exist", line.product)));
        }
        wijkbudget::open_budget(&tx, app, &line.gebied, line.jaar).await?;
        let movement = Move {
            product: &line.product,
            soort: BoekingSoort::Begroot,
            van: Pot::Extern,
            naar: Pot::Vrij,
            bedrag: line.bedrag,
            source: Source::Raad,
            omschrijving: "Begroting",
            sleutel: format!("begroot:{}:{}:{}", line.gebied, line.jaar, line.product),
        };
        let posted = wijkbudget::post(&tx, app, (&line.gebied, line.jaar), "cli", &[movement]).await;
        if matches!(&posted, Err(Error::Database(error)) if crate::error::is_taken(error)) {
            return Err(Failed(format!("{} {} {} has a budget already", line.gebied, line.jaar, line.product)));
        }
        posted?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_line_is_named() {
        let head = "gebied;jaar;product;bedrag\n";
        for (body, expected) in [
            ("W1;2026;groen;12.50", None),
            ("W1;2026;groen", Some("line 2: expected four cells")),
            ("W1;dit jaar;groen;1.00", Some("line 2: jaar: expected a year")),
            ("W1;2026;groen;1e9", Some("line 2: bedrag: expected an amount as 1250.00")),
            ("W1;2026;groen;0.00", Some("line 2: bedrag: must be more than zero")),
        ] {
            assert_eq!(budget_lines(&format!("{head}{body}")).err().as_deref(), expected, "{body}");
        }
        assert!(budget_lines("").is_err());
    }
}
