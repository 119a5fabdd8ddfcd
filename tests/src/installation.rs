//! An installation in `productie` by the commands of docs/beheer.md: what stands there is what is done.

use crate::database::{self, Fresh};
use crate::document::Document;
use crate::process::steady_port;
use crate::transport::HttpTransport;
use crate::world;
use contract::client::Client;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

const DOCUMENT: &str = include_str!("../../docs/beheer.md");
const HEADING: &str = "\n## Installeren zonder containers\n";
/// Stands before the commands that are carried out; behind a colon, on which database only.
const MARK: &str = "<!-- uitvoeren";

/// A server that was installed and started as the document says.
pub struct Installation {
    server: Running,
    folder: TempDir,
    database: Option<Fresh>,
    address: String,
    http: reqwest::Client,
    document: Arc<Document>,
    /// What the commands wrote on standard output.
    pub said: Vec<String>,
}

/// Ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let ended = self.0.kill().and_then(|()| self.0.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "a server that cannot be ended");
    }
}

impl Installation {
    /// Carries out the commands of the document in a folder of its own.
    ///
    /// # Panics
    /// When one of them fails.
    pub async fn new(program: &'static str) -> Self {
        world::runtime().spawn(Self::build(Path::new(program))).await.expect("an installation")
    }

    async fn build(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("bin")).expect("a folder of our own");
        symlink(program, folder.path().join("bin/wijkkoers")).expect("the program under its name");
        let database = database::fresh().await;
        let listen = format!("127.0.0.1:{}", steady_port());
        let mut shell = shell(folder.path(), &script(folder.path(), &listen, database.as_ref()));
        let mut server = Running(shell.stdout(Stdio::piped()).spawn().expect("a shell"));
        let mut said = Vec::new();
        for line in BufReader::new(server.0.stdout.take().expect("it was asked for")).lines().map_while(Result::ok) {
            let is_serving = line.contains("draait op");
            said.push(line);
            if is_serving {
                break;
            }
        }
        assert!(said.last().is_some_and(|last| last.contains("draait op")), "no server; it came to {said:#?}");
        let (http, address) = (world::client(4), format!("http://{listen}"));
        let document = world::document(&http, &address).await;
        Self { server, folder, database, address, http, document, said }
    }

    /// Somebody who comes by the proxy, from an address of their own.
    #[must_use]
    pub fn visitor(&self, number: u8) -> Client<HttpTransport> {
        let (address, from) = (self.address.clone(), format!("10.9.{number}.1"));
        Client::new(HttpTransport::new(self.http.clone(), Arc::clone(&self.document), address, from))
    }

    /// Runs one more command beside the server, in a window of its own; gives what it wrote.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn run(&self, command: &str) -> String {
        let settings = self.folder.path().join("etc/omgeving");
        let script = format!("set -a; . {}; set +a\n{command}\n", settings.display());
        let done = shell(self.folder.path(), &script).output().expect("a shell");
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{command}: {text}{}", String::from_utf8_lossy(&done.stderr));
        text
    }

    /// Ends it and takes away its database.
    pub fn end(self) {
        let Self { server, database, .. } = self;
        drop(server);
        if let Some(Fresh { name, .. }) = database {
            database::remove(name);
        }
    }
}

/// A shell in which `wijkkoers` is the program under test, and that knows nothing of ours.
fn shell(folder: &Path, script: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-eu", "-c", script])
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", folder.join("bin").display()))
        .env("RUST_LOG", "off")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    shell
}

/// The commands of the document, with the places and addresses of this machine for those that it takes as an example.
fn script(folder: &Path, listen: &str, database: Option<&Fresh>) -> String {
    let place = |name: &str| folder.join(name).display().to_string();
    let city = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src/seed/arnhem.json");
    let mut examples = vec![
        ("-o wijkkoers -g wijkkoers ", String::new()),
        ("/etc/wijkkoers", place("etc")),
        ("/var/lib/wijkkoers", place("var")),
        ("/mnt/andere-schijf/stemgeheimen", place("stemgeheimen")),
        ("backend/src/seed/arnhem.json", city.display().to_string()),
        ("127.0.0.1:8080", listen.to_owned()),
        // Nobody listens there: mails wait, and people go on.
        ("mail.example.nl", "127.0.0.1:9".to_owned()),
    ];
    if let Some(Fresh { owner, app, .. }) = database {
        let of_owner = "postgres://wijkkoers:WACHTWOORD@db.example.nl/wijkkoers?sslmode=verify-full";
        let of_app = "postgres://wijkkoers_app:WACHTWOORD@db.example.nl/wijkkoers?sslmode=verify-full";
        examples.extend([(of_owner, owner.expose().to_owned()), (of_app, app.expose().to_owned())]);
    }
    let database = if database.is_some() { "postgresql" } else { "sqlite" };
    let script = examples.iter().fold(commands(DOCUMENT, database), |script, (example, own)| {
        assert!(script.contains(example), "the document speaks of {example}");
        script.replace(example, own)
    });
    // In the shell's own place, so that to end it is to end the server.
    let before = script.trim_end().strip_suffix("wijkkoers serve").expect("the last command starts the server");
    format!("{before}exec wijkkoers serve\n")
}

/// What a document says to carry out on a database, in its order.
fn commands(document: &str, database: &str) -> String {
    let (_, rest) = document.split_once(HEADING).expect("the document says how to install");
    let mut lines = rest.split("\n## ").next().unwrap_or_default().lines().peekable();
    let mut script = String::new();
    while let Some(line) = lines.next() {
        let Some(mark) = line.trim().strip_prefix(MARK).and_then(|rest| rest.strip_suffix("-->")) else { continue };
        let only_on = mark.trim_start_matches(':').trim();
        let margin = " ".repeat(line.len() - line.trim_start().len() + 4);
        while let Some(line) = lines.next_if(|line| line.trim().is_empty() || line.starts_with(&margin)) {
            if only_on.is_empty() || only_on == database {
                script.push_str(line.strip_prefix(&margin).unwrap_or_default());
                script.push('\n');
            }
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_marked_is_carried_out_and_only_where_it_is_meant() {
        let document = "\
# Beheren

## Installeren zonder containers

    niet gemerkt

1. Eerst:

   <!-- uitvoeren -->

       cat > a <<'EINDE'
       b

       EINDE

   Dan:

   <!-- uitvoeren: sqlite -->

       migreer

   <!-- uitvoeren: postgresql -->

       migreer als eigenaar

## Verder

<!-- uitvoeren -->

    hier niet
";
        let told = |database| {
            commands(document, database).lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("|")
        };
        assert_eq!(told("sqlite"), "cat > a <<'EINDE'|b|EINDE|migreer");
        assert_eq!(told("postgresql"), "cat > a <<'EINDE'|b|EINDE|migreer als eigenaar");
    }
}
