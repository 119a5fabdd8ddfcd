//! The command line: one file per command. An error is one line, and the exit code is not zero.

mod backup;
mod bewaartermijnen;
#[cfg(test)]
mod documents;
mod import;
mod ledger;
mod misuse;
mod serve;
mod stemcodes;
mod tel;
mod user;

use crate::app::{App, Clock};
use crate::database::{Databases, Purpose};
use crate::error::{Error, asks_to_start_over};
use crate::settings::{Overrides, Settings};
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Wijkkoers: bewoners, ondernemers en wijkteams sturen samen hun wijk.
///
/// Instellingen komen uit een bestand (--settings) en uit de omgeving (WIJKKOERS_…); zie docs/beheer.md.
#[derive(Debug, Parser)]
#[command(name = "wijkkoers", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, Args)]
struct Common {
    /// Speel met de voorbeeldstad: eigen sleutels, mails op een pagina, alleen op deze computer.
    #[arg(long, global = true)]
    demo: bool,
    /// Map voor de ingebouwde database, foto's en mails.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Bestand met instellingen (TOML).
    #[arg(long, global = true, value_name = "FILE", env = "WIJKKOERS_SETTINGS")]
    settings: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start de server.
    Serve {
        /// Adres om op te luisteren.
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Controleer de instellingen en de database, druk ze af, en stop.
        #[arg(long)]
        check: bool,
    },
    /// Breng de database op de nieuwste versie.
    Migrate,
    /// Vul een lege database met de voorbeeldstad Arnhem (alleen met --demo of in ontwikkeling).
    Seed,
    /// Lees gegevens in uit een bestand.
    #[command(subcommand)]
    Import(import::Import),
    /// Controleer het grootboek, of wis wat medewerkers ernaast schreven.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Toon wat hoe lang bewaard wordt en hoeveel er nu weg zou gaan; verandert niets.
    Bewaartermijnen,
    /// Beheer accounts, rollen en mandaten.
    #[command(subcommand)]
    User(user::User),
    /// Maak een reservekopie van de ingebouwde database en de foto's.
    Backup {
        /// Map die nog niet bestaat of leeg is.
        folder: PathBuf,
    },
    /// Zet een reservekopie terug, of controleer haar.
    Restore {
        /// Controleer de kopie in een lege plek, zonder iets te vervangen.
        #[arg(long)]
        check: bool,
        /// Map met de reservekopie.
        folder: PathBuf,
    },
    Stemcodes(stemcodes::Stemcodes),
    /// Tel een stemming uit een .pb-bestand; dat kan iedereen, zonder server.
    Tel(Box<tel::Tel>),
    /// Druk het OpenAPI-document af.
    Openapi,
}

/// Why a command failed: one line.
#[derive(Debug, thiserror::Error)]
#[error("{line}")]
pub struct Failed {
    line: String,
    /// Somebody else held what it needed: nothing was done, and a moment later it may be free.
    is_locked_out: bool,
}

impl Failed {
    /// A line for whoever gave the command.
    #[must_use]
    pub const fn because(line: String) -> Self {
        Self { line, is_locked_out: false }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let is_locked_out = matches!(&error, Error::Database(inner) if asks_to_start_over(inner));
        Self { line: error.to_string(), is_locked_out }
    }
}

impl From<sea_orm::DbErr> for Failed {
    fn from(error: sea_orm::DbErr) -> Self {
        Self { line: format!("database: {error}"), is_locked_out: asks_to_start_over(&error) }
    }
}

impl From<crate::settings::BadSettings> for Failed {
    fn from(error: crate::settings::BadSettings) -> Self {
        Self::because(error.to_string())
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::because(error.to_string())
    }
}

/// Prints a line for people; the one place that writes to standard output.
#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

/// What a program without a command gets.
const HELP_INSTEAD: clap::error::ErrorKind = clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;

/// Tells something beside the answer.
#[expect(clippy::print_stderr, reason = "a command line tells how it is getting on on standard error")]
pub(crate) fn tell(line: &str) {
    eprintln!("{line}");
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    main_by(&Clock::System)
}

/// Runs the program by this clock: tests turn theirs.
#[must_use]
pub fn main_by(clock: &Clock) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    let code = run_again_when_locked_out(&runtime, clock);
    // What hangs on a disk or a store keeps a thread, and nobody waits for it any more.
    runtime.shutdown_timeout(GOODBYE);
    code
}

/// How long threads that hang are waited for at the end.
const GOODBYE: Duration = Duration::from_secs(2);

fn run_again_when_locked_out(runtime: &tokio::runtime::Runtime, clock: &Clock) -> ExitCode {
    let mut tries = LOCK_TRIES;
    loop {
        let cli = match Cli::try_parse() {
            Ok(cli) => cli,
            // Help and the version come this way as well, and so does a program without a command, which gets help.
            Err(error) if error.exit_code() == 0 || error.kind() == HELP_INSTEAD => error.exit(),
            Err(error) => return fail(&misuse::line(&error)),
        };
        match runtime.block_on(run(cli, clock.clone())) {
            Ok(code) => return code,
            // Commands wait for no lock for long, so that the server need not wait for them. What was begun was given up.
            Err(failed) if failed.is_locked_out && tries > 0 => {
                tries -= 1;
                std::thread::sleep(Duration::from_secs(1));
            }
            Err(failed) => return fail(&failed.line),
        }
    }
}

/// How often a command that was locked out is tried again.
const LOCK_TRIES: u32 = 10;

#[expect(clippy::print_stderr, reason = "a command line complains on standard error")]
fn fail(line: &str) -> ExitCode {
    eprintln!("wijkkoers: {}", line.replace('\n', " "));
    ExitCode::FAILURE
}

#[expect(clippy::cognitive_complexity, reason = "a table, one line a command")]
async fn run(cli: Cli, clock: Clock) -> Result<ExitCode, Failed> {
    let Common { demo, data, settings: file } = cli.common;
    let listen = if let Command::Serve { listen, .. } = cli.command { listen } else { None };
    // These need no settings.
    if matches!(cli.command, Command::Openapi) {
        say(crate::http::openapi::document());
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Tel(tel) = &cli.command {
        tel::run(tel)?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = Settings::load(&Overrides { demo, data, listen, file })?;
    match cli.command {
        Command::Serve { check: true, .. } => serve::check(settings).await?,
        Command::Serve { check: false, .. } => serve::serve(settings, clock).await?,
        Command::Migrate => migrate(&settings).await?,
        Command::Seed => {
            migrate(&settings).await?;
            let app = app(settings, clock).await?;
            crate::seed::demo(&app).await.map_err(|error| Failed::because(error.to_string()))?;
            say("De voorbeeldstad staat klaar.");
        }
        Command::Import(import) => import::run(&app(settings, clock).await?, import).await?,
        Command::Ledger(ledger::Ledger::Check) => return ledger::check(app(settings, clock).await?.as_ref()).await,
        Command::Ledger(ledger::Ledger::WisToelichting { boeking }) => {
            ledger::erase(app(settings, clock).await?.as_ref(), boeking).await?;
        }
        Command::Bewaartermijnen => bewaartermijnen::run(app(settings, clock).await?.as_ref()).await?,
        Command::User(user) => user::run(app(settings, clock).await?.as_ref(), user).await?,
        Command::Stemcodes(asked) => stemcodes::run(app(settings, clock).await?.as_ref(), &asked).await?,
        Command::Backup { folder } => backup::backup(app(settings, clock).await?.as_ref(), &folder).await?,
        Command::Restore { check, folder } => return backup::restore(settings, &folder, check).await,
        Command::Openapi | Command::Tel(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(settings: &Settings, purpose: Purpose) -> Result<Databases, Failed> {
    make_data(settings)?;
    Databases::open(settings, purpose).await.map_err(|error| Failed::because(format!("setting database_url: {error}")))
}

/// A server with PostgreSQL, and photos elsewhere, has nothing to keep and may have no disk at all.
fn make_data(settings: &Settings) -> Result<(), Failed> {
    if settings.database_url.is_some() {
        return Ok(());
    }
    crate::files::private_folder(&settings.data)
        .map_err(|error| Failed::because(format!("setting data: {}: {error}", settings.data.display())))
}

/// What a command works with.
async fn app(settings: Settings, clock: Clock) -> Result<Arc<App>, Failed> {
    let databases = open(&settings, Purpose::Command).await?;
    Ok(Arc::new(App::new(settings, databases, clock)?))
}

async fn migrate(settings: &Settings) -> Result<(), Failed> {
    make_data(settings)?;
    Ok(crate::schema::migrate(settings).await?)
}
