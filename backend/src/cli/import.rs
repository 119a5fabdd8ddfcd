//! `wijkkoers import`: data of a city from files.

use super::tel::refused as bad_file;
use super::{Failed, say, tell, user};
use crate::account::store as accounts;
use crate::app::App;
use crate::buurtbegroting::from_pb;
use crate::caller::{Caller, Login};
use crate::error::Error;
use crate::gebied::import as gebied;
use crate::wijkbudget::{self, Move, Source};
use chrono::{DateTime, Datelike as _, SecondsFormat, TimeDelta, Utc};
use clap::{Args, Subcommand};
use contract::Euro;
use contract::buurtbegroting::{PlanBuurtbegroting, PlanTelregel};
use contract::field::Raw;
use contract::wijkbudget::{BoekingSoort, Omschrijving, Pot};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Een stad: gebieden, wijken, buurten, postcodes, thema's, criteria en producten (JSON).
    Stad {
        /// Het bestand.
        file: PathBuf,
    },
    /// Een stemming die eerder is gehouden, als nieuwe buurtbegroting: plannen, bedrag en stembiljet (.pb van Pabulib).
    Pb(Box<PbArgs>),
    /// Wijkbudgetten die de Raad heeft vastgesteld (CSV: gebied;jaar;product;bedrag).
    Begroting {
        /// Het bestand.
        file: PathBuf,
    },
}

/// What a `.pb` file does not say of a round.
#[derive(Debug, Args)]
pub struct PbArgs {
    /// Het bestand.
    file: PathBuf,
    /// Wie de buurtbegroting voorbereidt: e-mailadres van iemand in het wijkteam.
    #[arg(long, value_name = "EMAIL")]
    namens: String,
    /// Code van het gebied.
    #[arg(long)]
    gebied: String,
    /// Code van het product dat betaalt.
    #[arg(long)]
    product: String,
    /// Jaar van het wijkbudget; dat van het stemmen als het er niet staat.
    #[arg(long)]
    jaar: Option<i32>,
    /// Code van het thema, voor plannen waarvan de categorie hier geen thema is.
    #[arg(long)]
    thema: String,
    /// Code van een criterium waaraan de plannen voldoen; mag vaker.
    #[arg(long, required = true)]
    criterium: Vec<String>,
    /// bewoners, ondernemers of iedereen.
    #[arg(long, default_value = "bewoners")]
    stemgerechtigd: String,
    /// De jongste die mag stemmen, in jaren.
    #[arg(long, default_value = "16")]
    minimum_leeftijd: String,
    /// greedy, equal-shares of phragmen.
    #[arg(long, default_value = "equal-shares")]
    regel: String,
    /// Wie stemde, mag de stem tot het einde wijzigen.
    #[arg(long)]
    wijzigen_mag: bool,
    /// Vanaf wanneer er gestemd wordt, als 2027-01-11T08:00:00Z.
    #[arg(long, value_name = "TIJDSTIP")]
    stemmen_vanaf: DateTime<Utc>,
    /// Tot wanneer.
    #[arg(long, value_name = "TIJDSTIP")]
    stemmen_tot: DateTime<Utc>,
}

/// Runs an import.
pub async fn run(app: &Arc<App>, import: Import) -> Result<(), Failed> {
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
            let has = gebied::city(app, &city).await.map_err(|error| named(&file, &error))?;
            say(format!(
                "De stad is ingelezen. Zij heeft nu {} gebieden, {} thema's, {} criteria en {} producten.",
                has.gebieden, has.themas, has.criteria, has.producten
            ));
        }
        Import::Pb(asked) => pb(app, &asked).await?,
        Import::Begroting { file } => {
            let lines = budget_lines(&read(&file)?).map_err(|error| named(&file, &error))?;
            budgets(app, &lines).await?;
            say(format!("{} bedragen geboekt.", lines.len()));
        }
    }
    Ok(())
}

/// Reads an election in as a round, on behalf of somebody who may prepare one.
async fn pb(app: &Arc<App>, asked: &PbArgs) -> Result<(), Failed> {
    let source = std::fs::read(&asked.file).map_err(|error| named(&asked.file, &error))?;
    let pb = tally::pb::read(&source).map_err(|faults| bad_file(&asked.file.display().to_string(), &faults))?;
    let unfit = |unfit: from_pb::Unfit| named(&asked.file, &unfit);
    let reference = app.reference().await?;
    let round = from_pb::round(&pb, asked.wishes(app.now())).map_err(unfit)?;
    let projects = from_pb::projects(&pb, &reference, &asked.thema).map_err(unfit)?;
    let caller = on_behalf(app, &asked.namens).await?;
    let number = projects.len();
    let id = from_pb::bring_in(&caller, &round, projects).await.map_err(|error| named(&asked.file, &error))?;
    if !pb.election.ballots.is_empty() {
        tell(&format!("De {} stembiljetten in het bestand zijn niet overgenomen.", pb.election.ballots.len()));
    }
    say(format!("Buurtbegroting {id}: {} plannen, {} euro.", number, round.bedrag));
    Ok(())
}

/// Somebody who is there, as if they were logged in: what they may not, the command may not.
async fn on_behalf(app: &Arc<App>, email: &str) -> Result<Caller, Failed> {
    let account = user::find(app, email).await?;
    let login = Login { account, naam: email.to_owned(), sessie: app.new_id(), since: app.now() };
    let grants = accounts::grants(app.reader(), account).await?;
    Ok(Caller { login: Some(login), grants, ..Caller::visitor(Arc::clone(app), "cli".into()) })
}

impl PbArgs {
    /// The round that is asked for, without what the file says. Its projects are known: they are checked from now on.
    fn wishes(&self, now: DateTime<Utc>) -> PlanBuurtbegroting {
        let moment = |at: DateTime<Utc>| Raw::new(at.to_rfc3339_opts(SecondsFormat::Secs, true));
        PlanBuurtbegroting {
            gebied: self.gebied.as_str().into(),
            jaar: self.jaar.unwrap_or_else(|| self.stemmen_vanaf.year()),
            product: self.product.as_str().into(),
            stemgerechtigd: self.stemgerechtigd.as_str().into(),
            minimum_leeftijd: self.minimum_leeftijd.as_str().into(),
            telregel: PlanTelregel { regel: self.regel.as_str().into(), ..PlanTelregel::default() },
            wijzigen_mag: self.wijzigen_mag,
            criteria: self.criterium.iter().map(|code| code.as_str().into()).collect(),
            inzenden_vanaf: moment(now - TimeDelta::seconds(2)),
            toetsen_vanaf: moment(now - TimeDelta::seconds(1)),
            stemmen_vanaf: moment(self.stemmen_vanaf),
            stemmen_tot: moment(self.stemmen_tot),
            ..PlanBuurtbegroting::default()
        }
    }
}

fn read(file: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(file).map_err(|error| named(file, &error))
}

fn named(file: &Path, error: &dyn std::fmt::Display) -> Failed {
    Failed::because(format!("{}: {error}", file.display()))
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
            return Err(Failed::because(format!("gebied {} does not exist", line.gebied)));
        }
        if !reference.has(crate::gebied::reference::Lijst::Product, &line.product) {
            return Err(Failed::because(format!("product {} does not exist", line.product)));
        }
        wijkbudget::open_budget(&tx, app, &line.gebied, line.jaar).await?;
        let movement = Move {
            product: &line.product,
            soort: BoekingSoort::Begroot,
            van: Pot::Extern,
            naar: Pot::Vrij,
            bedrag: line.bedrag,
            source: Source::Raad,
            omschrijving: Omschrijving::Begroting,
            toelichting: None,
            sleutel: format!("begroot:{}:{}:{}", line.gebied, line.jaar, line.product),
        };
        let posted = wijkbudget::post(&tx, app, (&line.gebied, line.jaar), "cli", &[movement]).await;
        if matches!(&posted, Err(Error::Database(error)) if crate::error::is_taken(error)) {
            return Err(Failed::because(format!(
                "{} {} {} has a budget already",
                line.gebied, line.jaar, line.product
            )));
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
