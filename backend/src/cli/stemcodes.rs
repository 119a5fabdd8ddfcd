//! `wijkkoers stemcodes`: codes for letters, as a file for who prints them.

use super::{Failed, say, tell};
use crate::app::App;
use crate::error::Error;
use crate::stembus;
use clap::Args;
use contract::BuurtbegrotingId;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

/// So many codes are made in one transaction.
const PIECE: u32 = 10_000;

/// Maak stemcodes voor brieven en schrijf ze naar een bestand. Elke code staat daar één keer en nergens anders.
#[derive(Debug, Args)]
pub struct Stemcodes {
    /// Id van de buurtbegroting; staat in het adres van haar pagina.
    #[arg(long)]
    buurtbegroting: String,
    /// Hoeveel.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    aantal: u32,
    /// Nieuw bestand (CSV: nummer;stemcode;adres), alleen leesbaar voor uzelf.
    #[arg(long, value_name = "FILE.csv")]
    uit: PathBuf,
}

/// Makes them piece by piece: what stands in the file is good, also when it breaks off.
pub async fn run(app: &App, asked: &Stemcodes) -> Result<(), Failed> {
    let id: BuurtbegrotingId =
        asked.buurtbegroting.parse().map_err(|_odd| Failed(format!("{}: is geen id", asked.buurtbegroting)))?;
    let named = |error: std::io::Error| Failed(format!("{}: {error}", asked.uit.display()));
    let mut file = BufWriter::new(private(&asked.uit).map_err(named)?);
    writeln!(file, "nummer;stemcode;adres").map_err(named)?;
    let mut left = asked.aantal;
    while left > 0 {
        let letters =
            stembus::make_letters_by_hand(app, id, left.min(PIECE)).await.map_err(|error| refused(id, error))?;
        for (nummer, code) in letters {
            let address = format!("{}/buurtbegrotingen/{id}/stemmen#{}", app.settings.base_url, code.as_str());
            writeln!(file, "{nummer};{};{address}", code.grouped()).map_err(named)?;
        }
        file.flush().map_err(named)?;
        left -= left.min(PIECE);
        tell(&format!("{} van {} gemaakt", asked.aantal - left, asked.aantal));
    }
    file.get_ref().sync_all().map_err(named)?;
    say(format!("{} stemcodes staan in {}.", asked.aantal, asked.uit.display()));
    Ok(())
}

fn refused(id: BuurtbegrotingId, error: Error) -> Failed {
    if matches!(error, Error::NotFound) {
        Failed(format!("buurtbegroting {id}: bestaat niet"))
    } else if matches!(error, Error::VotingIsShut) {
        Failed(format!("buurtbegroting {id}: is niet vastgesteld, of het stemmen is voorbij"))
    } else {
        error.into()
    }
}

/// A file that was not there, and that nobody else reads.
fn private(path: &std::path::Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
