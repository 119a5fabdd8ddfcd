//! `wijkkoers stemcodes`: codes for letters, as a list for who prints them and as letters.

use super::{Failed, say, tell};
use crate::app::App;
use crate::error::Error;
use crate::letters::{self, Brief, Fonts, Letters, Occasion, addresses};
use crate::{buurtbegroting, stembus};
use clap::{ArgGroup, Args};
use contract::BuurtbegrotingId;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// So many letters are drawn before progress is told.
const TOLD: usize = 1_000;

/// Maak stemcodes: een lijst voor een drukker, brieven om zelf te printen, of allebei. Een code wordt één keer gegeven.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("waarvoor").args(["aantal", "adressen"]).required(true)))]
#[command(group(ArgGroup::new("waarheen").args(["uit", "brieven"]).required(true).multiple(true)))]
pub struct Stemcodes {
    /// Id van de buurtbegroting; staat in het adres van haar pagina.
    #[arg(long)]
    buurtbegroting: String,
    /// Hoeveel; op de brieven staat geen adres.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    aantal: Option<u32>,
    /// Adressen voor op de brieven, één code voor elk (CSV: naam;straat;postcode;plaats). Wijkkoers bewaart ze niet.
    #[arg(long, value_name = "FILE.csv", requires = "brieven")]
    adressen: Option<PathBuf>,
    /// Nieuw bestand (CSV: nummer;stemcode;adres van de stempagina), alleen leesbaar voor uzelf.
    #[arg(long, value_name = "FILE.csv")]
    uit: Option<PathBuf>,
    /// Nieuwe map voor brieven (PDF, tot 10 000 in een bestand), alleen leesbaar voor uzelf.
    #[arg(long, value_name = "FOLDER")]
    brieven: Option<PathBuf>,
}

/// Makes them piece by piece: what stands in the files is good, also when it breaks off.
pub async fn run(app: &App, asked: &Stemcodes) -> Result<(), Failed> {
    let id: BuurtbegrotingId = asked
        .buurtbegroting
        .parse()
        .map_err(|_odd| Failed::because(format!("{}: is geen id", asked.buurtbegroting)))?;
    let round = buurtbegroting::look(app.databases().primary(), app, id).await.map_err(|error| refused(id, error))?;
    let occasion = Occasion::of(app, id, (round.titel.clone(), round.bedrag), (&round.gebied, &round.planning)).await?;
    let addresses = asked.adressen.as_deref().map(read_addresses).transpose()?;
    let number = addresses.as_ref().map_or(asked.aantal.unwrap_or_default() as usize, Vec::len);
    let mut addresses = addresses.into_iter().flatten();
    let mut list = asked.uit.as_deref().map(List::new).transpose()?;
    let has_addresses = asked.adressen.is_some();
    let mut folder = asked.brieven.as_deref().map(|path| Folder::new(path, has_addresses)).transpose()?;
    let mut made = 0;
    while made < number {
        let piece = (number - made).min(letters::MOST);
        let count = u32::try_from(piece).map_err(|_odd| Failed::because("te veel".into()))?;
        let codes = stembus::make_letters_by_hand(app, id, count).await.map_err(|error| refused(id, error))?;
        let brief =
            |(nummer, code)| Brief { nummer, code, adres: addresses.next().unwrap_or_default(), vervangt: None };
        let briefs: Vec<Brief> = codes.into_iter().map(brief).collect();
        if let Some(list) = &mut list {
            list.add(&occasion, &briefs)?;
        }
        if let Some(folder) = &mut folder {
            folder.add(&occasion, &briefs, (made, number))?;
        }
        made += piece;
        tell(&format!("{made} van {number} gemaakt"));
    }
    for place in [&asked.uit, &asked.brieven].into_iter().flatten() {
        say(format!("{number} stemcodes staan in {}.", place.display()));
    }
    Ok(())
}

fn read_addresses(path: &Path) -> Result<Vec<Vec<String>>, Failed> {
    let text = std::fs::read_to_string(path).map_err(|error| named(path, error))?;
    addresses::read(&text, letters::to_whoever()).map_err(|error| named(path, error))
}

fn named(path: &Path, error: impl std::fmt::Display) -> Failed {
    Failed::because(format!("{}: {error}", path.display()))
}

/// The codes as a list, for who prints the letters.
struct List<'a> {
    path: &'a Path,
    file: BufWriter<File>,
}

impl<'a> List<'a> {
    fn new(path: &'a Path) -> Result<Self, Failed> {
        let file = private(path).map_err(|error| named(path, error))?;
        let mut list = Self { path, file: BufWriter::new(file) };
        list.write(format_args!("{}\n", letters::LIST_HEAD))?;
        Ok(list)
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) -> Result<(), Failed> {
        self.file.write_fmt(text).map_err(|error| named(self.path, error))
    }

    fn add(&mut self, occasion: &Occasion, letters: &[Brief]) -> Result<(), Failed> {
        for letter in letters {
            self.write(format_args!("{}\n", occasion.list_line(letter)))?;
        }
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(|error| named(self.path, error))
    }
}

/// A folder for letters.
struct Folder<'a> {
    path: &'a Path,
    fonts: Fonts,
    numbers: Option<Numbers>,
}

/// Which number went to which address, and no codes: who lost a letter comes to the desk without its number.
struct Numbers {
    path: PathBuf,
    file: csv::Writer<File>,
}

impl Numbers {
    fn new(folder: &Path) -> Result<Self, Failed> {
        let path = folder.join("nummers.csv");
        let file = private(&path).map_err(|error| named(&path, error))?;
        let file = csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(file);
        let mut numbers = Self { path, file };
        numbers.write(&["nummer", "naam", "straat", "postcode en plaats"].map(str::to_owned))?;
        Ok(numbers)
    }

    fn write(&mut self, line: &[String]) -> Result<(), Failed> {
        self.file.write_record(line).map_err(|error| named(&self.path, error))
    }

    fn add(&mut self, letters: &[Brief]) -> Result<(), Failed> {
        for letter in letters {
            let address = letter.adres.iter().map(|line| tally::report::safe(line));
            let line: Vec<String> = std::iter::once(letter.nummer.to_string()).chain(address).collect();
            self.write(&line)?;
        }
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(|error| named(&self.path, error))
    }
}

impl<'a> Folder<'a> {
    fn new(path: &'a Path, has_addresses: bool) -> Result<Self, Failed> {
        let fonts = Fonts::read()?;
        // Letters of before would be taken for these.
        if path.exists() {
            return Err(Failed::because(format!("{}: bestaat al", path.display())));
        }
        crate::files::private_folder(path).map_err(|error| named(path, error))?;
        let numbers = has_addresses.then(|| Numbers::new(path)).transpose()?;
        Ok(Self { path, fonts, numbers })
    }

    /// Draws letters of which so many were made before.
    fn add(&mut self, occasion: &Occasion, letters: &[Brief], (before, number): (usize, usize)) -> Result<(), Failed> {
        if let Some(numbers) = &mut self.numbers {
            numbers.add(letters)?;
        }
        let mut sheets = Letters::new(&self.fonts, occasion);
        for (at, letter) in (1..).zip(letters) {
            sheets.add(letter)?;
            if at % TOLD == 0 && at < letters.len() {
                tell(&format!("{} van {number} getekend", before + at));
            }
        }
        let of = |letter: Option<&Brief>| letter.map_or(0, |own| own.nummer);
        let name = format!("brieven-{:07}-{:07}.pdf", of(letters.first()), of(letters.last()));
        let path = self.path.join(name);
        let write =
            |bytes: &[u8]| private(&path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        write(&sheets.finish()?).map_err(|error| named(&path, error))
    }
}

fn refused(id: BuurtbegrotingId, error: Error) -> Failed {
    if matches!(error, Error::NotFound) {
        Failed::because(format!("buurtbegroting {id}: bestaat niet"))
    } else if matches!(error, Error::VotingIsShut) {
        Failed::because(format!("buurtbegroting {id}: is niet vastgesteld, of het stemmen is voorbij"))
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
