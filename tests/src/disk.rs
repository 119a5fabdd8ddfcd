//! A small disk of one's own, in memory, for a server to run out of; and a disk that fails.
//!
//! The disk is mounted in a namespace of its own: nothing of it is seen outside, and it is gone with the process that
//! holds it. That needs root, or the right of everybody to make namespaces (`unshare -rm`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A disk of so many megabytes, mounted on a folder that looks empty from outside.
pub struct Disk {
    holder: Child,
    leash: Option<ChildStdin>,
    folder: PathBuf,
    as_root: bool,
}

/// Mounts, says so, and waits for the end of its input.
const HOLDER: &str = r#"mount -t tmpfs -o "size=$2m,mode=0777" tmpfs "$1" && echo mounted && read -r _"#;

impl Disk {
    /// Mounts it.
    ///
    /// # Panics
    /// When the machine does not allow it: then nobody can say what happens on a full disk, and the test fails.
    #[must_use]
    pub fn new(folder: &Path, megabytes: u32) -> Self {
        std::fs::create_dir_all(folder).expect("a folder to mount on");
        let as_root = is_root();
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if !as_root {
            command.args(["--user", "--map-current-user", "--keep-caps"]);
        }
        command.args(["sh", "-c", HOLDER, "sh"]).arg(folder).arg(megabytes.to_string());
        let mut holder =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("unshare (package util-linux) runs");
        let leash = holder.stdin.take();
        let mut said = String::new();
        let out = holder.stdout.take().expect("it was asked for");
        BufReader::new(out).read_line(&mut said).expect("it says something, or ends");
        assert_eq!(said.trim(), "mounted", "no memory disk can be mounted here: run as root, or allow `unshare -rm`");
        Self { holder, leash, folder: folder.to_owned(), as_root }
    }

    /// Where its files are seen from outside.
    #[must_use]
    pub fn outside(&self) -> PathBuf {
        let below = self.folder.strip_prefix("/").expect("an absolute path");
        Path::new("/proc").join(self.holder.id().to_string()).join("root").join(below)
    }

    /// The same command, where the disk is mounted.
    #[must_use]
    pub fn enter(&self, program: &Path) -> Command {
        self.enter_as(program, None)
    }

    /// The same as another user and group, for who may be anybody.
    #[must_use]
    pub fn enter_as(&self, program: &Path, who: Option<(u32, u32)>) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.holder.id().to_string(), "--mount"]);
        match who {
            Some((user, group)) if self.as_root => {
                command.args(["--setuid", &user.to_string(), "--setgid", &group.to_string()]);
            }
            _ if !self.as_root => {
                command.args(["--user", "--preserve-credentials"]);
            }
            _ => {}
        }
        command.arg("--").arg(program);
        command
    }

    /// Fills it to the last byte.
    ///
    /// # Panics
    /// When the file cannot be made.
    pub fn fill(&self) {
        let path = self.outside().join("vol");
        let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        let mut file = file.expect("a file");
        for size in [1 << 20, 1 << 16, 1 << 12] {
            let zeros = vec![0; size];
            while file.write_all(&zeros).is_ok() {}
        }
    }

    /// Makes room again.
    ///
    /// # Panics
    /// When it was not full.
    pub fn free(&self) {
        std::fs::remove_file(self.outside().join("vol")).expect("it was full");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.leash.take());
        if let Err(error) = self.holder.wait() {
            unreachable!("a disk of a test does not go: {error}");
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A library that makes the disk of a program fail as the file at the second path says.
pub struct DiskFaults {
    library: PathBuf,
    /// Holds the kind of fault while there is one.
    pub switch: PathBuf,
}

impl DiskFaults {
    /// Builds the library into a folder.
    ///
    /// # Panics
    /// When there is no C compiler.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let library = folder.join("disk_faults.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/native/disk_faults.c");
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).args([source, "-ldl"]).status();
        assert!(built.expect("a C compiler (package gcc)").success(), "the library of faults is built");
        Self { library, switch: folder.join("faults") }
    }

    /// The variables of a program that lives on this disk.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, PathBuf); 2] {
        [("LD_PRELOAD", self.library.clone()), ("DISK_FAULTS", self.switch.clone())]
    }

    /// From here on the disk fails so.
    ///
    /// # Panics
    /// When that cannot be written.
    pub fn begin(&self, kind: &str) {
        std::fs::write(&self.switch, kind).expect("a file");
    }

    /// From here on it works.
    ///
    /// # Panics
    /// When it did before.
    pub fn end(&self) {
        std::fs::remove_file(&self.switch).expect("it failed");
    }
}
