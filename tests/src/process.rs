//! A server as a process of its own, to be killed.

use crate::disk::Disk;
use crate::server::Server;
use crate::world::World;
use chrono::TimeDelta;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use wijkkoers::settings::Settings;

/// The program, with the settings of one world.
pub struct Process {
    program: PathBuf,
    data: PathBuf,
    listen: String,
    database_url: Option<String>,
    /// A file that says how many milliseconds its clock is ahead; without one it goes by the clock of the machine.
    clock: Option<PathBuf>,
    /// What it logs, and where; without this nothing.
    log: Option<(&'static str, PathBuf)>,
    /// The disk that its data is on, when that is one of its own.
    disk: Option<Arc<Disk>>,
    /// More variables of its environment.
    variables: Vec<(&'static str, OsString)>,
    /// As whom it runs, when that is somebody else.
    who: Option<(u32, u32)>,
    running: Option<Child>,
    /// What it goes on to say: nobody reads it, and it must have somewhere to go.
    said: Option<BufReader<ChildStdout>>,
}

impl Process {
    pub(crate) fn new(program: &Path, settings: &Settings) -> Self {
        Self {
            program: program.to_owned(),
            data: settings.data.clone(),
            listen: settings.listen.to_string(),
            database_url: settings.database_url.as_ref().map(|url| url.expose().to_owned()),
            clock: None,
            log: None,
            disk: None,
            variables: Vec::new(),
            who: None,
            running: None,
            said: None,
        }
    }

    /// Another instance on the same database, beside this one; not started yet.
    #[must_use]
    pub fn beside(&self) -> Self {
        // One address for people, whichever instance answers: a login is good at both.
        let mut variables = self.variables.clone();
        variables.push(("WIJKKOERS_BASE_URL", self.address().into()));
        Self {
            program: self.program.clone(),
            data: self.data.clone(),
            listen: format!("127.0.0.1:{}", steady_port()),
            database_url: self.database_url.clone(),
            clock: self.clock.clone(),
            log: None,
            disk: self.disk.clone(),
            variables,
            who: self.who,
            running: None,
            said: None,
        }
    }

    /// Where it serves.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// What the system calls it.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.running.as_ref().expect("a server that runs").id()
    }

    /// From its next start on it lives so much later.
    ///
    /// # Panics
    /// When that cannot be written.
    pub fn turn_on(&mut self, time: TimeDelta) {
        let file = self.data.join("clock");
        std::fs::write(&file, time.num_milliseconds().to_string()).expect("a file");
        self.clock = Some(file);
    }

    /// From its next start on it logs this much, into a file.
    pub fn log_into(&mut self, much: &'static str, file: PathBuf) {
        self.log = Some((much, file));
    }

    /// From its next start on its data is on this disk, below this folder: what is there now is copied to it.
    ///
    /// # Panics
    /// When it does not fit.
    pub fn move_to(&mut self, disk: Disk, folder: &Path) {
        let copied = Command::new("cp").arg("-R").arg(self.data.join(".")).arg(disk.outside()).status();
        assert!(copied.expect("cp").success(), "the data fits on the disk");
        self.data = folder.to_owned();
        self.disk = Some(Arc::new(disk));
    }

    /// The disk that it was moved to.
    ///
    /// # Panics
    /// When it was not.
    #[must_use]
    pub fn disk(&self) -> &Disk {
        self.disk.as_ref().expect("it was moved to a disk of its own")
    }

    /// From its next start on it reaches its database by another port of this machine.
    ///
    /// # Panics
    /// When its database is not behind the first.
    pub fn reach_database_by(&mut self, own: u16, other: u16) {
        let url = self.database_url.as_mut().expect("a database on a server");
        let by = |port: u16| format!("@127.0.0.1:{port}/");
        assert!(url.contains(&by(own)), "its database is behind that port");
        *url = url.replace(&by(own), &by(other));
    }

    /// From its next start on it has this variable as well.
    pub fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.push((name, value.into()));
    }

    /// From its next start on it runs as this user and group, and its data are theirs.
    ///
    /// # Panics
    /// When we may not give them away.
    pub fn run_as(&mut self, user: u32, group: u32) {
        let owner = format!("{user}:{group}");
        let given = Command::new("chown").arg("-R").arg(owner).arg(&self.data).status();
        assert!(given.expect("chown").success(), "only root gives files away");
        self.who = Some((user, group));
    }

    fn command(&self) -> Command {
        let mut command = match &self.disk {
            Some(disk) => disk.enter(&self.program),
            None => Command::new(&self.program),
        };
        command
            .arg("--data")
            .arg(&self.data)
            .env("WIJKKOERS_MODE", "dev")
            .env("WIJKKOERS_LISTEN", &self.listen)
            .env("WIJKKOERS_TRUSTED_PROXIES", "127.0.0.1/32")
            .env("WIJKKOERS_CHANGING_PER_MINUTE", "1000000")
            .env("WIJKKOERS_READING_PER_MINUTE", "1000000")
            // How full the disk of a machine that tests is says nothing.
            .env("WIJKKOERS_DISK_FREE_PERCENT", if self.disk.is_some() { "5" } else { "0" })
            .env("RUST_LOG", self.log.as_ref().map_or("off", |(much, _)| much))
            .stdin(Stdio::null())
            .stderr(Stdio::inherit());
        if let Some((_, file)) = &self.log {
            command.stderr(File::create(file).expect("a file for the log"));
        }
        if let Some(file) = &self.clock {
            command.env("CLOCK_UNDER_TEST", file);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some((user, group)) = self.who {
            command.current_dir("/").uid(user).gid(group);
        }
        if let Some(url) = &self.database_url {
            command.env("WIJKKOERS_DATABASE_URL", url);
        }
        command
    }

    /// Starts serving; comes back when it does.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&mut self) {
        let mut child = self.command().arg("serve").stdout(Stdio::piped()).spawn().expect("the program runs");
        let mut said = BufReader::new(child.stdout.take().expect("it was asked for"));
        let serves = said.by_ref().lines().map_while(Result::ok).any(|line| line.contains("draait op"));
        self.running = Some(child);
        self.said = Some(said);
        assert!(serves, "the server ended before it served");
    }

    /// Ends it as a power cut does: `kill -9`.
    ///
    /// # Panics
    /// When there was nothing to kill.
    pub fn kill(&mut self) {
        let mut child = self.running.take().expect("a server that runs");
        child.kill().expect("it can be killed");
        let ended = child.wait().expect("it is gone");
        drop(self.said.take());
        assert!(!ended.success(), "it was killed, it did not stop");
    }

    /// Asks it to stop, as whoever looks after it does: SIGTERM.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn ask_to_stop(&self) {
        let asked = Command::new("kill").args(["-s", "TERM", &self.id().to_string()]).status();
        assert!(asked.expect("kill").success(), "it runs");
    }

    /// The same, and waits until it has ended; gives how, and after how long.
    ///
    /// # Panics
    /// When it goes on for longer than this.
    pub async fn stop(&mut self, longest: Duration) -> (ExitStatus, Duration) {
        self.ask_to_stop();
        let began = Instant::now();
        loop {
            let child = self.running.as_mut().expect("a server that runs");
            if let Some(ended) = child.try_wait().expect("it can be looked at") {
                self.running = None;
                drop(self.said.take());
                return (ended, began.elapsed());
            }
            assert!(began.elapsed() < longest, "it was asked to stop and still runs after {longest:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Starts another command of the program on the same data, without waiting for its end.
    ///
    /// # Panics
    /// When the program does not run.
    #[must_use]
    pub fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command();
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs")
    }

    /// Runs another command of the program on the same data; gives what it wrote on standard output.
    ///
    /// # Errors
    /// What it wrote about going wrong, when it failed.
    ///
    /// # Panics
    /// When the program does not run.
    pub fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let done = self.command().args(arguments).stderr(Stdio::piped()).output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}

/// A port that stays ours between a kill and the next start: below those that the system gives away.
pub(crate) fn steady_port() -> u16 {
    // What one test of this process was given, no other looks at.
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap_or_default();
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut next = std::iter::repeat_with(|| first + GIVEN.fetch_add(1, Ordering::SeqCst));
    next.find(is_free).expect("a free port")
}

impl World {
    /// The commands of the program, on the data of this world and the clock of the machine.
    #[must_use]
    pub fn program(&self, program: &'static str) -> Process {
        Process::new(Path::new(program), &self.app().settings)
    }

    /// A city whose server is a process, on the clock of the machine.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn outside(program: &'static str) -> (Self, Process) {
        Self::outside_with(program, &[]).await
    }

    /// The same, with these variables in the environment of the server.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn outside_with(program: &'static str, variables: &[(&'static str, &str)]) -> (Self, Process) {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let build = async move { Self::build_outside(Path::new(program), &variables, None).await };
        crate::world::runtime().spawn(build).await.expect("a world")
    }

    /// The same, on a PostgreSQL server of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn outside_on(program: &'static str, server: &Server) -> (Self, Process) {
        let url = server.url();
        let build = async move { Self::build_outside(Path::new(program), &[], Some(url)).await };
        crate::world::runtime().spawn(build).await.expect("a world")
    }
}
