//! `wijkkoers tel`: counts a `.pb` file. It needs no settings and no database: anybody can count again.

use std::io::{self, Read as _, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{ArgGroup, Args, ValueEnum};
use rust_decimal::Decimal;
use tally::pb::{self, Pb};
use tally::report::Number;
use tally::{
    CannotCount, Ceiling, Compared, Completion, Election, Fits, Language, Order, ProjectIndex, Rule, Satisfaction,
    Settings, Start, Switches, TieBreak, Unfit, compare, count_telling,
};

use super::{Failed, tell};

/// Tel een stemming na uit een .pb-bestand.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("uitvoer").args(["json", "html", "csv"])))]
pub struct Tel {
    /// Het bestand; - leest van de standaardinvoer.
    #[arg(value_name = "FILE.pb")]
    file: PathBuf,
    /// De telregel.
    #[arg(long, value_enum, default_value = "equal-shares")]
    regel: RuleName,
    /// Wat een gekozen project waard is voor wie het steunt. Bij greedy: kosten = de meeste stemmen eerst, aantal = de
    /// meeste stemmen per euro eerst.
    ///
    /// Standaard: kosten.
    #[arg(long, value_enum)]
    tevredenheid: Option<SatisfactionName>,
    /// Wat er gebeurt met geld dat equal-shares overlaat. Standaard: add1-greedy.
    #[arg(long, value_enum)]
    aanvulling: Option<CompletionName>,
    /// Wat er gebeurt bij een project dat niet meer past (greedy: standaard overslaan; phragmen: standaard stoppen).
    #[arg(long, value_enum, value_name = "WAT")]
    past_niet: Option<UnfitName>,
    /// Wat beslist tussen projecten die even goed zijn: id, kosten-stemmen-id of zaad:TEKST.
    #[arg(long, default_value = "kosten-stemmen-id", value_parser = ties, value_name = "LOTING")]
    loting: TieBreak,
    /// Stemmen of punten die een project minstens nodig heeft; 0 laat ook projecten zonder stem toe.
    #[arg(long, default_value = "1", value_parser = not_negative, value_name = "N")]
    minimum_steun: Decimal,
    /// Projecten (id's met komma's ertussen) waarvan er hoogstens één gekozen mag worden; mag vaker.
    #[arg(long, value_name = "ID,ID")]
    sluit_uit: Vec<String>,
    /// Hoogste bedrag voor een categorie uit het bestand; mag vaker.
    #[arg(long, value_parser = maximum, value_name = "CATEGORIE=BEDRAG")]
    maximum: Vec<(String, Decimal)>,
    /// Add1: verhoog door tot de volgende stap te duur is, ook als er niets meer past.
    #[arg(long)]
    verhoog_door: bool,
    /// Waarmee equal-shares begint: het precieze deel, of hele euro's. Standaard: precies.
    #[arg(long, value_enum)]
    begin: Option<StartName>,
    /// Add1: welke projecten meetellen bij de vraag of er nog iets past. Standaard: gesteund.
    #[arg(long, value_enum)]
    wat_past: Option<FitsName>,
    /// Met hoeveel Add1 het deel van elke kiezer verhoogt, per keer. Standaard: 1.
    #[arg(long, value_parser = not_negative, value_name = "BEDRAG")]
    stap: Option<Decimal>,
    /// Geef het verslag als JSON.
    #[arg(long)]
    json: bool,
    /// Geef het verslag als webpagina.
    #[arg(long)]
    html: bool,
    /// Geef de projecten als tabel voor een rekenblad.
    #[arg(long)]
    csv: bool,
    /// Zet verschillende telregels naast elkaar.
    #[arg(long, conflicts_with_all = ["html", "regel", "tevredenheid", "aanvulling", "past_niet"])]
    vergelijk: bool,
    /// De taal van het verslag.
    #[arg(long, value_enum, default_value = "nl")]
    taal: LanguageName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RuleName {
    Greedy,
    EqualShares,
    Phragmen,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SatisfactionName {
    Kosten,
    Aantal,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CompletionName {
    Geen,
    Add1,
    Add1Greedy,
    Greedy,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum UnfitName {
    Overslaan,
    Stoppen,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StartName {
    Precies,
    Heel,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FitsName {
    Gesteund,
    Alle,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LanguageName {
    Nl,
    En,
}

fn ties(text: &str) -> Result<TieBreak, String> {
    match (text, text.strip_prefix("zaad:")) {
        ("id", _) => Ok(TieBreak::Id),
        ("kosten-stemmen-id", _) => Ok(TieBreak::CostSupportId),
        (_, Some(seed)) if !seed.is_empty() => Ok(TieBreak::Lot { seed: seed.to_owned() }),
        _ => Err("verwacht: id, kosten-stemmen-id of zaad:TEKST".to_owned()),
    }
}

fn not_negative(text: &str) -> Result<Decimal, String> {
    let number = Decimal::from_str_exact(text).ok().filter(|number| *number >= Decimal::ZERO);
    number.ok_or_else(|| "verwacht: een getal van 0 of meer, met een punt voor de decimalen".to_owned())
}

fn maximum(text: &str) -> Result<(String, Decimal), String> {
    let (name, amount) = text.rsplit_once('=').ok_or("verwacht: CATEGORIE=BEDRAG")?;
    Ok((name.to_owned(), not_negative(amount)?))
}

/// Counts, and writes what was asked to standard output.
pub fn run(tel: &Tel) -> Result<(), Failed> {
    let name = if tel.file == Path::new("-") { "standaardinvoer".to_owned() } else { tel.file.display().to_string() };
    let source = source(&tel.file).map_err(|error| Failed::because(format!("{name}: {error}")))?;
    let Pb { election, remarks, file } = pb::read(&source).map_err(|faults| refused(&name, &faults))?;
    drop(source);
    let (title, currency) = (file.name(), file.meta("currency").unwrap_or_default().to_owned());
    drop(file);
    remarks.iter().for_each(|remark| tell(&format!("{name}: let op: {}", remark.text(Language::Nl))));
    tel.unheard().iter().for_each(|option| tell(&format!("let op: {option} doet niets bij deze telregel")));
    let settings = tel.settings(&election).map_err(|line| Failed::because(format!("{name}: {line}")))?;
    let cannot = |error: CannotCount| Failed::because(format!("{name}: {}", refusal(&error)));
    let language = match tel.taal {
        LanguageName::Nl => Language::Nl,
        LanguageName::En => Language::En,
    };
    let text = if tel.vergelijk {
        comparison(tel, &compare(&election, &settings).map_err(cannot)?, language)
    } else {
        // The digest of many ballots takes a while, and needs nothing of the count.
        let report = std::thread::scope(|scope| {
            let digest = scope.spawn(|| tally::digest(&election));
            let counted = count_telling(&election, &settings, progress())?;
            Ok(counted.report_with(digest.join().expect("no ballots make a digest panic")))
        });
        let report = report.map_err(cannot)?.named(title).in_currency(currency);
        match tel {
            Tel { json: true, .. } => report.to_json(),
            Tel { html: true, .. } => report.to_html(language),
            Tel { csv: true, .. } => report.to_csv(language),
            Tel { .. } => report.to_text(language),
        }
    };
    write(text.trim_end())
}

fn source(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file);
    }
    let mut source = Vec::new();
    io::stdin().lock().read_to_end(&mut source)?;
    Ok(source)
}

/// Writes the answer. A reader that has seen enough, such as `head`, is no failure.
fn write(text: &str) -> Result<(), Failed> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failed::because(format!("standaarduitvoer: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Tells every other second how far a long count is.
fn progress() -> impl FnMut(u64) -> ControlFlow<()> {
    let mut told = Instant::now();
    move |steps| {
        if told.elapsed() > Duration::from_secs(2) {
            told = Instant::now();
            tell(&format!("nog bezig: de delen zijn {steps} keer verhoogd"));
        }
        ControlFlow::Continue(())
    }
}

/// How many faults of a file are told.
const TOLD: usize = 20;

/// Tells the faults of a file, each on a line of its own, and gives the line to end with.
pub(super) fn refused(name: &str, faults: &pb::Faults) -> Failed {
    faults.list.iter().take(TOLD).for_each(|fault| tell(&format!("{name}: {}", fault.text(Language::Nl))));
    let count = faults.list.len().saturating_add(faults.left_out);
    let more = if count > TOLD { format!(" (de eerste {TOLD} staan hierboven)") } else { String::new() };
    let word = if count == 1 { "fout" } else { "fouten" };
    Failed::because(format!(
        "{name}: niet te lezen, want er {} {count} {word} in{more}",
        if count == 1 { "zit" } else { "zitten" }
    ))
}

fn refusal(error: &CannotCount) -> String {
    match error {
        CannotCount::NeedsApprovals(kind) => {
            format!(
                "phragmen telt alleen stembiljetten met gekozen projecten; deze zijn {kind}. Kies --regel greedy of equal-shares"
            )
        }
        CannotCount::Increment(step) => {
            format!("--stap {step} kan niet; verwacht: meer dan 0, met hoogstens vijf decimalen")
        }
        CannotCount::TooManyIncrements(steps) => {
            format!("na {steps} keer verhogen is nog niet genoeg geld verdeeld; kies een grotere --stap")
        }
        CannotCount::TooLarge(_)
        | CannotCount::NoSuchProject(_)
        | CannotCount::Stopped
        | CannotCount::Free(_)
        | CannotCount::Twice(_) => {
            format!("kan niet precies geteld worden: {error}")
        }
        // The library may learn more reasons.
        other => other.to_string(),
    }
}

impl Tel {
    fn settings(&self, election: &Election) -> Result<Settings, String> {
        let satisfaction = match self.tevredenheid {
            None | Some(SatisfactionName::Kosten) => Satisfaction::Cost,
            Some(SatisfactionName::Aantal) => Satisfaction::Cardinality,
        };
        let unfit = |usual: Unfit| match self.past_niet {
            None => usual,
            Some(UnfitName::Overslaan) => Unfit::Skip,
            Some(UnfitName::Stoppen) => Unfit::Stop,
        };
        let rule = match self.regel {
            RuleName::Greedy => {
                let order = match satisfaction {
                    Satisfaction::Cost => Order::Support,
                    Satisfaction::Cardinality => Order::SupportPerCost,
                };
                Rule::Greedy { order, unfit: unfit(Unfit::Skip) }
            }
            RuleName::Phragmen => Rule::Phragmen { unfit: unfit(Unfit::Stop) },
            RuleName::EqualShares => {
                let completion = match self.aanvulling {
                    Some(CompletionName::Geen) => Completion::None,
                    Some(CompletionName::Greedy) => Completion::Greedy,
                    Some(CompletionName::Add1) => Completion::Add1,
                    None | Some(CompletionName::Add1Greedy) => Completion::Add1Greedy,
                };
                Rule::EqualShares { satisfaction, completion }
            }
        };
        Ok(Settings {
            switches: self.switches(),
            ties: self.loting.clone(),
            minimum_support: self.minimum_steun,
            exclusive: self.sluit_uit.iter().map(|ids| projects(election, ids)).collect::<Result<_, _>>()?,
            ceilings: self.maximum.iter().map(|maximum| ceiling(election, maximum)).collect::<Result<_, _>>()?,
            ..Settings::new(rule)
        })
    }

    /// What was given although this rule has no use for it.
    fn unheard(&self) -> Vec<&'static str> {
        let is_shares = matches!(self.regel, RuleName::EqualShares);
        let completion = self.aanvulling.unwrap_or(CompletionName::Add1Greedy);
        let raises = is_shares && matches!(completion, CompletionName::Add1 | CompletionName::Add1Greedy);
        let options = [
            ("--tevredenheid", self.tevredenheid.is_some(), !matches!(self.regel, RuleName::Phragmen)),
            ("--aanvulling", self.aanvulling.is_some(), is_shares),
            ("--past-niet", self.past_niet.is_some(), !is_shares),
            ("--begin", self.begin.is_some(), is_shares),
            ("--stap", self.stap.is_some(), raises),
            ("--wat-past", self.wat_past.is_some(), raises),
            ("--verhoog-door", self.verhoog_door, raises),
        ];
        options.into_iter().filter(|(_, is_given, is_heard)| *is_given && !is_heard).map(|(name, ..)| name).collect()
    }

    fn switches(&self) -> Switches {
        Switches {
            exhaustive_stop: !self.verhoog_door,
            start: match self.begin {
                None | Some(StartName::Precies) => Start::Exact,
                Some(StartName::Heel) => Start::Whole,
            },
            fits: match self.wat_past {
                None | Some(FitsName::Gesteund) => Fits::Supported,
                Some(FitsName::Alle) => Fits::All,
            },
            increment: self.stap.unwrap_or(Decimal::ONE),
        }
    }
}

fn projects(election: &Election, ids: &str) -> Result<Vec<ProjectIndex>, String> {
    let find = |id: &str| {
        let place = (0..).zip(&election.projects).find(|(_, project)| project.id == id);
        place.map(|(index, _)| index).ok_or_else(|| format!("--sluit-uit: er is geen project {id}"))
    };
    ids.split(',').map(str::trim).map(find).collect()
}

fn ceiling(election: &Election, (name, maximum): &(String, Decimal)) -> Result<Ceiling, String> {
    let inside = (0..).zip(&election.projects).filter(|(_, project)| project.categories.contains(name));
    let projects: Vec<ProjectIndex> = inside.map(|(index, _)| index).collect();
    if projects.is_empty() {
        return Err(format!("--maximum: er is geen project in categorie {name}"));
    }
    Ok(Ceiling { name: name.clone(), projects, maximum: *maximum })
}

fn comparison(tel: &Tel, rules: &[Compared], language: Language) -> String {
    if tel.json {
        return serde_json::to_string_pretty(rules).expect("a comparison is text, numbers and lists");
    }
    let heads = match language {
        Language::Nl => ["regel", "gekozen", "kosten", "kiezers zonder gekozen project", "gekozen per kiezer"],
        Language::En => ["rule", "chosen", "cost", "voters without a chosen project", "chosen per voter"],
    };
    let row = |compared: &Compared| {
        let Compared { chosen, cost, without, average, .. } = compared;
        let title = compared.title(language).to_owned();
        if tel.csv {
            return [title, chosen.len().to_string(), cost.0.to_string(), without.to_string(), average.0.to_string()];
        }
        let without = Number((*without).into());
        [title, chosen.len().to_string(), cost.text(language), without.text(language), average.text(language)]
    };
    let rows: Vec<[String; 5]> = rules.iter().map(row).collect();
    if tel.csv {
        let mut table = pb::Table::new(heads);
        rows.iter().for_each(|row| table.push(row.iter().map(String::as_str)));
        return table.to_text();
    }
    let mut text = String::new();
    for [title, chosen, cost, without, average] in &rows {
        let [_, chosen_head, cost_head, without_head, average_head] = heads;
        text.push_str(&format!(
            "{title}\n   {chosen_head}: {chosen}; {cost_head}: {cost}; {without_head}: {without}; {average_head}: {average}\n"
        ));
    }
    text
}
