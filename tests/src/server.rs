//! A PostgreSQL server of one's own, on a small disk, to be filled, frozen, killed and turned read-only. Its programs are
//! those of the server that the tests run on.

use crate::database::server_url;
use crate::disk::{Disk, DiskFaults};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// See the module.
pub struct Server {
    /// What its files are on.
    pub disk: Disk,
    data: PathBuf,
    programs: PathBuf,
    libraries: PathBuf,
    who: (u32, u32),
    port: u16,
    /// More variables of its environment: with them its disk can be made to fail.
    variables: Vec<(&'static str, PathBuf)>,
    running: Option<Child>,
}

const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=60",
    "shared_buffers=16MB",
    "min_wal_size=2MB",
    "max_wal_size=8MB",
    "fsync=off",
    "autovacuum=off",
    "log_min_messages=fatal",
];

impl Server {
    /// Makes and starts one, below this folder.
    ///
    /// # Panics
    /// When it does not start, or the tests do not run on a PostgreSQL server of this machine.
    pub async fn start(folder: &Path, megabytes: u32) -> Self {
        let url = server_url().expect("the tests run on PostgreSQL");
        let known = connect(&url).await.expect("the server of the tests answers");
        let setting = async |what: &str| -> String {
            let row = known.query_one_raw(Statement::from_string(DbBackend::Postgres, what)).await;
            row.expect("an answer").expect("a row").try_get_by_index(0).expect("a text")
        };
        let programs = setting("SELECT setting FROM pg_config() WHERE name = 'BINDIR'").await;
        let libraries = setting("SELECT setting FROM pg_config() WHERE name = 'LIBDIR'").await;
        let owner = std::fs::metadata(setting("SHOW data_directory").await).expect("its server is on this machine");
        known.close().await.expect("closed");
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a free port").port();
        let mut server = Self {
            disk: Disk::new(folder, megabytes),
            data: folder.join("data"),
            programs: programs.into(),
            libraries: libraries.into(),
            who: (owner.uid(), owner.gid()),
            port,
            variables: Vec::new(),
            running: None,
        };
        let mut initdb = server.command("initdb");
        initdb.args(["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        initdb.args(["--no-instructions", "--wal-segsize=1", "-D"]).arg(&server.data).stdout(Stdio::null());
        assert!(initdb.status().expect("initdb runs").success(), "a cluster is made");
        server.run().await;
        server
    }

    fn command(&self, name: &str) -> Command {
        let mut command = self.disk.enter_as(&self.programs.join(name), Some(self.who));
        command.env("LD_LIBRARY_PATH", &self.libraries).current_dir("/");
        command
    }

    /// Starts it, again.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn run(&mut self) {
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(&self.data).args(["-p", &self.port.to_string()]);
        postgres.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        if !self.variables.is_empty() {
            // The last one counts.
            postgres.args(["-c", "fsync=on"]).envs(self.variables.iter().map(|(name, value)| (name, value)));
        }
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.running = Some(postgres.spawn().expect("postgres runs"));
        let began = Instant::now();
        while connect(&self.url()).await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "PostgreSQL does not come up");
            if self.has_ended() {
                // What the one before held of the machine may take a moment to go.
                self.running = Some(postgres.spawn().expect("postgres runs"));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Starts it on a disk that can be made to fail: from here on it flushes what it writes.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn run_on(&mut self, faults: &DiskFaults) {
        self.variables = faults.variables().to_vec();
        self.kill();
        self.run().await;
    }

    /// Its address, for who may do everything.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Its port on this machine.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// A statement of who may do everything; what it gives in its first column.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn ask(&self, statement: &str) -> Vec<String> {
        self.tells(statement).await.unwrap_or_else(|error| unreachable!("{statement}: {error}"))
    }

    /// The same, of a server that may be down.
    ///
    /// # Errors
    /// When it gives nothing.
    pub async fn tells(&self, statement: &str) -> Result<Vec<String>, DbErr> {
        let connection = connect(&self.url()).await?;
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, statement)).await?;
        Ok(rows.iter().filter_map(|row| row.try_get_by_index::<String>(0).ok()).collect())
    }

    /// Whether it answers somebody who comes now.
    pub async fn answers(&self) -> bool {
        connect(&self.url()).await.is_ok()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.running.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// `kill -9`, all of its processes.
    pub fn kill(&mut self) {
        self.signal("KILL");
        if let Some(mut child) = self.running.take() {
            child.wait().expect("it is gone");
        }
    }

    /// Every process of it gets this signal: `STOP` freezes it, as a machine that hangs.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn signal(&self, name: &str) {
        let Some(child) = &self.running else { return };
        let mut all = vec![child.id()];
        all.extend(children(child.id()));
        for pid in all {
            Command::new("kill").args(["-s", name, &pid.to_string()]).stderr(Stdio::null()).status().expect("kill");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal("CONT");
        self.kill();
    }
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).connect_timeout(Duration::from_secs(5)).acquire_timeout(Duration::from_secs(5));
    Database::connect(options.sqlx_logging(false).to_owned()).await
}

/// The processes that this one started.
fn children(parent: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").expect("/proc");
    let number = |entry: std::io::Result<std::fs::DirEntry>| entry.ok()?.file_name().to_str()?.parse::<u32>().ok();
    let is_child = |pid: &u32| {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        after.split_whitespace().nth(1) == Some(&parent.to_string())
    };
    all.filter_map(number).filter(is_child).collect()
}
