//! Servers as in production: a PostgreSQL with its roles, and servers beside each other that may be of another build
//! than the tests. Nothing of it is looked at from within: what holds, holds over HTTP and by the program's own commands.

use crate::database::{self, Fresh};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, Statement};
use std::fs::File;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wijkkoers::settings::Secret;

/// The address that people use: the proxy answers there.
pub const BASE_URL: &str = "https://wijk.example.nl";

/// Longest that a server may take to start, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database with the demo city, and a folder for all else.
pub struct Deployment {
    folder: TempDir,
    database: Fresh,
}

impl Deployment {
    /// Makes it, with the schema and the demo city of this build.
    ///
    /// # Panics
    /// When it cannot be made; on SQLite, which knows one server.
    pub async fn of(program: &Path) -> Self {
        let made = crate::world::runtime().spawn(database::fresh());
        let database = made.await.expect("a database").expect("the tests run on PostgreSQL");
        let folder = tempfile::tempdir().expect("a temporary folder");
        for own in ["data", "stemgeheimen"] {
            std::fs::DirBuilder::new().mode(0o700).create(folder.path().join(own)).expect("a folder of our own");
        }
        let deployment = Self { folder, database };
        deployment.run(program, &["--demo", "seed"]).expect("the demo city");
        deployment
    }

    /// Runs a command of a build as the owner of the database; gives what it wrote on standard output.
    ///
    /// # Errors
    /// What it wrote about going wrong, when it failed.
    ///
    /// # Panics
    /// When the program does not run.
    pub fn run(&self, program: &Path, arguments: &[&str]) -> Result<String, String> {
        let mut command = self.command(program, &self.database.owner);
        // The demo city is for one machine; all else is as in production.
        if !arguments.contains(&"--demo") {
            command.envs(PRODUCTION).env("WIJKKOERS_TOKEN_KEY", token_key());
        }
        let done = command.args(arguments).output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
    }

    /// A server of a build, not started yet.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub fn server(&self, program: &Path) -> Server {
        self.server_of(program, &self.database.app)
    }

    /// The same, which may do with the database what its owner may: releases of before the roles do not start as anybody
    /// else.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub fn server_as_owner(&self, program: &Path) -> Server {
        self.server_of(program, &self.database.owner)
    }

    fn server_of(&self, program: &Path, database: &Secret) -> Server {
        let listen = format!("127.0.0.1:{}", crate::process::steady_port());
        let log = self.folder.path().join(format!("{}.log", listen.replace(':', "-")));
        let mut command = self.command(program, database);
        command
            .arg("serve")
            .envs(PRODUCTION)
            .env("WIJKKOERS_TOKEN_KEY", token_key())
            .env("WIJKKOERS_LISTEN", &listen)
            .env("RUST_LOG", "warn");
        Server { command, listen, log, running: None }
    }

    fn command(&self, program: &Path, url: &Secret) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WIJKKOERS_") {
                command.env_remove(name);
            }
        }
        command
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .env("WIJKKOERS_DATABASE_URL", url.expose())
            .env("WIJKKOERS_ROUND_KEYS", self.folder.path().join("stemgeheimen"))
            .stdin(Stdio::null());
        command
    }

    async fn connect(&self) -> DatabaseConnection {
        let options = ConnectOptions::new(self.database.all.expose()).max_connections(1).to_owned();
        Database::connect(options).await.expect("the database")
    }

    /// Does what only an administrator may.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn order(&self, statement: &str) {
        let db = self.connect().await;
        db.execute_unprepared(statement).await.expect("a statement");
        db.close().await.expect("closed");
    }

    /// Counts rows, as somebody who may read all of them.
    ///
    /// # Panics
    /// When it is not the start of a count, as `deelname`.
    pub async fn count(&self, of: &str) -> i64 {
        let db = self.connect().await;
        let select = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {of}"));
        let row = db.query_one_raw(select).await.expect("a count").expect("one row");
        let count = row.try_get_by_index(0).expect("a number");
        db.close().await.expect("closed");
        count
    }

    /// Takes the database away.
    pub fn remove(self) {
        database::remove(self.database.name);
    }
}

/// What a deployment says: of a mail server that is not there, mails wait.
const PRODUCTION: [(&str, &str); 8] = [
    ("WIJKKOERS_MODE", "productie"),
    ("WIJKKOERS_BASE_URL", BASE_URL),
    ("WIJKKOERS_TRUSTED_PROXIES", "127.0.0.1/32"),
    ("WIJKKOERS_SMTP_URL", "smtps://127.0.0.1:1"),
    ("WIJKKOERS_MAIL_FROM", "Wijkkoers <wijkkoers@example.nl>"),
    ("WIJKKOERS_CONTACT_EMAIL", "wijkkoers@example.nl"),
    ("WIJKKOERS_CHANGING_PER_MINUTE", "100000"),
    ("WIJKKOERS_READING_PER_MINUTE", "100000"),
];

/// A key for tokens that everybody knows: PKCS#8 of Ed25519 is these bytes and 32 of one's own.
fn token_key() -> String {
    let head: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let body = STANDARD.encode([&head[..], &[7_u8; 32][..]].concat());
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

/// One server of a deployment.
pub struct Server {
    command: Command,
    listen: String,
    log: PathBuf,
    running: Option<Child>,
}

impl Server {
    /// Where it listens, without a scheme.
    #[must_use]
    pub fn listen(&self) -> &str {
        &self.listen
    }

    /// Where it serves.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Starts it; comes back when it says that it is ready.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(&mut self) {
        self.begin();
        let begun = Instant::now();
        while !self.is_ready().await {
            let ended = self.running.as_mut().and_then(|child| child.try_wait().expect("its status"));
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "the server does not start: {}", self.logged());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn begin(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).expect("a file for the log");
        self.command.stdout(log.try_clone().expect("the same file")).stderr(log);
        self.running = Some(self.command.spawn().expect("the program runs"));
    }

    /// Starts it where it must refuse to; what it said about that.
    ///
    /// # Panics
    /// When it serves, or ends well.
    pub async fn refuses(&mut self) -> String {
        std::fs::write(&self.log, "").expect("an empty log");
        self.begin();
        let begun = Instant::now();
        loop {
            let ended = self.running.as_mut().and_then(|child| child.try_wait().expect("its status"));
            if let Some(ended) = ended {
                self.running = None;
                assert!(!ended.success(), "it says that it did not start: {}", self.logged());
                return self.logged();
            }
            assert!(!self.is_ready().await && begun.elapsed() < PATIENCE, "it serves: {}", self.logged());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn is_ready(&self) -> bool {
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        let answer = http.get(format!("{}/health/ready", self.address())).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// What it logged.
    #[must_use]
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it as a power cut does: `kill -9`.
    ///
    /// # Panics
    /// When there was nothing to kill.
    pub fn kill(&mut self) {
        let mut child = self.running.take().expect("a server that runs");
        child.kill().expect("it can be killed");
        let ended = child.wait().expect("it is gone");
        assert!(!ended.success(), "it was killed, it did not stop");
    }

    /// Asks it to stop, as an upgrade does, and waits until it did.
    ///
    /// # Panics
    /// When it does not stop in order.
    pub async fn stop(&mut self) {
        let mut child = self.running.take().expect("a server that runs");
        let asked = Command::new("sh").args(["-c", "kill -TERM $0", &child.id().to_string()]).status();
        assert!(asked.expect("a shell").success(), "it runs");
        let ended = tokio::task::spawn_blocking(move || child.wait());
        let ended = ended.await.expect("it was waited for").expect("it is gone");
        assert!(ended.success(), "it stopped in order: {}", self.logged());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}
