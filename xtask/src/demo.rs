//! A server with the demo city, on a port and in a folder of its own, for as long as this value lives.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use crate::program::program;
use crate::{Result, files, postgres};

const PROGRAM: &str = "target/debug/wijkkoers";

/// What everybody in the demo city logs in with.
pub const PASSWORD: &str = "fiets molen lantaarn";

pub struct Demo {
    pub address: SocketAddr,
    folder: PathBuf,
    log: PathBuf,
    server: Child,
}

impl Demo {
    /// Starts it; it serves when this returns. What it logs goes into `log`. It stands on this database of PostgreSQL, or on
    /// SQLite. Who asks may say where they come from, and ask as fast as they can.
    pub fn start(log: PathBuf, database: Option<&str>) -> Result<Self> {
        let root = files::root()?;
        let address = SocketAddr::from(([127, 0, 0, 1], postgres::free_port()?));
        let folder = std::env::temp_dir().join(format!("wijkkoers-demo-{}", std::process::id()));
        files::remove_folder(&folder)?;
        let mut command = program(root.join(PROGRAM))?;
        // Settings of whoever runs this stay outside.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WIJKKOERS_") {
                command.env_remove(name);
            }
        }
        command
            .args(["serve", "--demo", "--listen", &address.to_string(), "--data"])
            .arg(&folder)
            .env("WIJKKOERS_READING_PER_MINUTE", "1000000")
            .env("WIJKKOERS_CHANGING_PER_MINUTE", "1000000")
            .env("WIJKKOERS_DISK_FREE_PERCENT", "0")
            .env("WIJKKOERS_TRUSTED_PROXIES", "127.0.0.1/32")
            .envs(database.map(|url| ("WIJKKOERS_DATABASE_URL", url)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?);
        let mut server = command.spawn().map_err(|problem| format!("cannot start {PROGRAM}: {problem}"))?;
        let said = server.stdout.take().ok_or("a server without output")?;
        let demo = Self { address, folder, log, server };
        let mut lines = BufReader::new(said).lines();
        let serves = lines.by_ref().map_while(std::result::Result::ok).any(|line| line.contains(&address.to_string()));
        if !serves {
            return Err(format!("the demo city does not start: {}", files::read_text(&demo.log)?.trim()).into());
        }
        // What it says further goes nowhere, but is taken: a full pipe would stop it.
        std::thread::spawn(move || lines.map_while(std::result::Result::ok).for_each(drop));
        Ok(demo)
    }

    /// Fails when it is gone, or when one of its answers broke off.
    pub fn expect_whole(&mut self) -> Result {
        if let Some(status) = self.server.try_wait()? {
            return Err(format!("the server ended ({status}); its log is {}", self.log.display()).into());
        }
        match files::read_text(&self.log)?.lines().find(|line| line.contains("panicked")) {
            Some(line) => Err(format!("the server: {line}").into()),
            None => Ok(()),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let stopped = self.server.kill().and_then(|()| self.server.wait());
        if let Err(problem) = stopped {
            eprintln!("the demo city did not stop: {problem}");
        }
        if let Err(problem) = files::remove_folder(&self.folder) {
            eprintln!("{problem}");
        }
    }
}
