//! `cargo xtask bench` starts this: it fills a city with initiatieven, serves the answer that costs nothing to make,
//! makes and counts elections, keeps a part of a key, votes, reads pages, and writes to SQLite what a ballot writes.

mod bare;
mod election;
mod fill;
mod keeper;
mod limit;
mod load;
mod vote;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Adds public initiatieven to the demo city until there are this many of them; prints ids spread over all.
    Fill {
        /// The database, as in `sqlite:///data/wijkkoers.sqlite` or `postgres://…`.
        #[arg(long)]
        database: String,
        /// How many.
        #[arg(long)]
        count: i64,
        /// How many are there from an earlier time.
        #[arg(long, default_value_t = 0)]
        from: i64,
    },
    /// Serves one JSON document of fixed text: what no handler on this engine can be faster than.
    Limit {
        /// How large it is.
        #[arg(long)]
        bytes: usize,
        /// Where to listen.
        #[arg(long)]
        listen: SocketAddr,
    },
    /// Makes an election of 200 projects, as a .pb file on standard output.
    Election {
        /// How many vote.
        #[arg(long)]
        voters: u32,
    },
    /// Prints the public half of a custodian's key, or a part that was sealed to it.
    Keeper {
        /// Which custodian.
        number: u8,
        /// Their part as it was sealed, in hexadecimal.
        #[arg(long)]
        sealed: Option<String>,
    },
    /// Votes with letters, and prints what came of it as JSON.
    Vote {
        #[command(flatten)]
        load: load::Load,
        /// The buurtbegroting.
        #[arg(long)]
        round: String,
        /// Letters, as `wijkkoers stemcodes` writes them.
        #[arg(long)]
        codes: PathBuf,
    },
    /// Opens pages as people do who browse, and prints what came of it as JSON.
    Read {
        #[command(flatten)]
        load: load::Load,
        /// The pages.
        paths: Vec<String>,
    },
    /// Prints how many people voted in a round and how many ballots are in its box.
    Box {
        /// The database.
        #[arg(long)]
        database: String,
        /// The buurtbegroting.
        #[arg(long)]
        round: String,
    },
    /// Writes ballots to SQLite in a bare loop, one transaction each, and prints how many a second.
    Bare {
        /// The database file; nobody else may have it open.
        #[arg(long)]
        database: PathBuf,
        /// The buurtbegroting.
        #[arg(long)]
        round: String,
        /// How many seconds.
        #[arg(long)]
        seconds: u64,
    },
    /// Reads and counts a .pb file by equal shares, cost, Add1; prints milliseconds, and the most memory it took, as JSON.
    Count {
        /// The file.
        file: PathBuf,
    },
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match Cli::parse().command {
        Command::Fill { database, count, from } => fill::run(&database, from, count).await,
        Command::Limit { bytes, listen } => limit::run(bytes, listen).await,
        Command::Election { voters } => election::make(voters),
        Command::Count { file } => election::count(&file),
        Command::Keeper { number, sealed } => keeper::keep(number, sealed.as_deref()),
        Command::Vote { load, round, codes } => vote::run(&load, &round, &codes).await,
        Command::Read { load, paths } => vote::read(&load, &paths).await,
        Command::Box { database, round } => vote::count(&database, &round).await,
        Command::Bare { database, round, seconds } => bare::run(&database, &round, seconds).await,
    }
}
