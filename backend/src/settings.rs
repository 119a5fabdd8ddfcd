//! Settings from a file and the environment. Starting with wrong settings fails, and names the setting (E-1).

use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// How careful the server must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// For people: https, real mail, no demo doors.
    Productie,
    /// For developers: loopback only.
    Dev,
    /// To play with: loopback only, a demo city, mails on a page.
    Demo,
}

/// A text that never shows in logs.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// All settings. Each can be given in the file by this name, or in the environment as `WIJKKOERS_` and the name in
/// capitals; a secret also as `…_FILE`, the path of a file that holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `productie`, `dev` or `demo`.
    pub mode: Mode,
    /// Address to serve on.
    pub listen: SocketAddr,
    /// Address that people use; links in mails start with it.
    pub base_url: String,
    /// Folder for the embedded database, photos and mails.
    pub data: PathBuf,
    /// `postgres://…`; without it, SQLite in `data`.
    #[serde(default)]
    pub database_url: Option<Secret>,
    /// Most connections to PostgreSQL.
    pub database_connections: u32,
    /// Ed25519 key that signs access tokens, PKCS#8 PEM. Made in `data` by itself outside `productie`.
    #[serde(default)]
    pub token_key: Option<Secret>,
    /// The key before, still accepted until its tokens have ended.
    #[serde(default)]
    pub token_key_previous: Option<Secret>,
    /// `smtps://user:password@host`; without it, mails are written to a folder.
    #[serde(default)]
    pub smtp_url: Option<Secret>,
    /// File with certificates (PEM) that the SMTP server may be signed by, besides the public ones.
    #[serde(default)]
    pub smtp_ca: Option<PathBuf>,
    /// Who mails come from.
    pub mail_from: String,
    /// Folder for photos, or `s3://bucket` (with the usual `AWS_…` settings).
    #[serde(default)]
    pub photos: Option<String>,
    /// Folder for the secrets of votes, or `s3://bucket`. Not on the disk, and not in the backups, of the database: who
    /// has both can tell who voted.
    #[serde(default)]
    pub round_keys: Option<String>,
    /// Networks of the proxies in front (`10.0.0.0/8`, `192.0.2.1/32`), whose `X-Forwarded-For` counts.
    #[serde(default)]
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Map tiles, as `https://…/{z}/{x}/{y}.png`; without it, maps show outlines only.
    #[serde(default)]
    pub map_tiles: Option<String>,
    /// Who made the map tiles.
    pub map_attribution: String,
    /// Name of the municipality.
    pub gemeente: String,
    /// Where people can mail questions.
    pub contact_email: String,
    /// Days to the first answer on an initiatief.
    pub answer_days: u32,
    /// Changing requests per minute of one origin, on one instance.
    pub changing_per_minute: u32,
    /// Reading requests per minute of one origin, on one instance.
    pub reading_per_minute: u32,
    /// Megabytes of photos of guests that belong to nothing yet, on the whole server.
    pub guest_photos_mb: u32,
}

/// Why the settings are no good: one line that names the setting.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadSettings(pub String);

/// What the command line may say on top of file and environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--demo`.
    pub demo: bool,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<SocketAddr>,
    /// `--settings`.
    pub file: Option<PathBuf>,
}

const SECRETS: [&str; 4] = ["database_url", "token_key", "token_key_previous", "smtp_url"];

impl Settings {
    /// Reads file, environment and overrides, and refuses what is not safe.
    ///
    /// # Errors
    /// The first setting that is wrong, by name.
    pub fn load(overrides: &Overrides) -> Result<Self, BadSettings> {
        let bad = |error: config::ConfigError| BadSettings(error.to_string());
        let mut builder = config::Config::builder();
        for (name, value) in [
            ("mode", "productie"),
            ("listen", "127.0.0.1:8080"),
            ("data", "data"),
            ("mail_from", "Wijkkoers <wijkkoers@voorbeeld.test>"),
            ("map_attribution", ""),
            ("gemeente", "Arnhem"),
            ("contact_email", "wijkkoers@voorbeeld.test"),
            ("base_url", ""),
        ] {
            builder = builder.set_default(name, value).map_err(bad)?;
        }
        builder = builder.set_default("database_connections", 16).map_err(bad)?;
        builder = builder.set_default("guest_photos_mb", 2_000).map_err(bad)?;
        for (name, value) in [("answer_days", 28), ("changing_per_minute", 120), ("reading_per_minute", 600)] {
            builder = builder.set_default(name, value).map_err(bad)?;
        }
        if let Some(file) = &overrides.file {
            builder = builder.add_source(config::File::from(file.as_path()).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("WIJKKOERS")
            .prefix_separator("_")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies");
        builder = builder.add_source(environment.source(Some(known_environment()?)));
        if overrides.demo {
            builder = builder.set_override("mode", "demo").map_err(bad)?;
        }
        if let Some(data) = &overrides.data {
            builder = builder.set_override("data", data.display().to_string()).map_err(bad)?;
        }
        if let Some(listen) = overrides.listen {
            builder = builder.set_override("listen", listen.to_string()).map_err(bad)?;
        }
        let mut settings: Self = builder.build().map_err(bad)?.try_deserialize().map_err(bad)?;
        if settings.base_url.is_empty() && settings.mode != Mode::Productie {
            settings.base_url = format!("http://{}", settings.listen);
        }
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), BadSettings> {
        let refuse = |name: &str, why: &str| Err(BadSettings(format!("setting {name}: {why}")));
        if self.base_url.ends_with('/') {
            return refuse("base_url", "must not end with a slash");
        }
        if self.answer_days == 0 {
            return refuse("answer_days", "must be at least 1");
        }
        if self.mail_from.parse::<lettre::message::Mailbox>().is_err() {
            return refuse("mail_from", "is not an address");
        }
        match self.mode {
            Mode::Dev | Mode::Demo => {
                if !self.listen.ip().is_loopback() {
                    return refuse("listen", "dev and demo serve on a loopback address only");
                }
            }
            Mode::Productie => {
                if !self.base_url.starts_with("https://") {
                    return refuse("base_url", "must start with https:// in productie");
                }
                if self.token_key.is_none() {
                    return refuse(
                        "token_key",
                        "is missing: an Ed25519 key in PKCS#8 PEM (openssl genpkey -algorithm ed25519)",
                    );
                }
                if self.round_keys.is_none() {
                    return refuse(
                        "round_keys",
                        "is missing: a folder or s3://bucket for the secrets of votes, not beside the database",
                    );
                }
                match &self.smtp_url {
                    None => return refuse("smtp_url", "is missing: people must get their mail"),
                    Some(url) if url.expose().starts_with("smtps://") || url.expose().contains("tls=required") => {}
                    Some(_) => return refuse("smtp_url", "must use TLS: smtps://… or smtp://…?tls=required"),
                }
                if !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
                    return refuse("trusted_proxies", "is empty: name the proxy in front, or listen on loopback");
                }
            }
        }
        Ok(())
    }

    /// Where the embedded database stands.
    #[must_use]
    pub fn sqlite_file(&self) -> PathBuf {
        self.data.join("wijkkoers.sqlite")
    }

    /// Folder for mails that are not sent.
    #[must_use]
    pub fn mail_folder(&self) -> PathBuf {
        self.data.join("mail")
    }

    /// Where photos stand.
    #[must_use]
    pub fn photo_place(&self) -> String {
        self.photos.clone().unwrap_or_else(|| self.data.join("fotos").display().to_string())
    }

    /// Where the secrets of votes stand.
    #[must_use]
    pub fn round_key_place(&self) -> String {
        self.round_keys.clone().unwrap_or_else(|| self.data.join("stemgeheimen").display().to_string())
    }
}

/// Our variables, with `…_FILE` read, so that a typing error in a name is an error and not silence.
fn known_environment() -> Result<config::Map<String, String>, BadSettings> {
    let mut known = config::Map::new();
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("WIJKKOERS_")) {
        // Settings of the test command, not of the server.
        if name.starts_with("WIJKKOERS_TEST_") {
            continue;
        }
        match name.strip_suffix("_FILE") {
            Some(secret) if SECRETS.iter().any(|known| secret == format!("WIJKKOERS_{}", known.to_uppercase())) => {
                known.insert(secret.to_owned(), read_secret(&name, Path::new(&value))?);
            }
            Some(_) | None => {
                known.insert(name, value);
            }
        }
    }
    Ok(known)
}

fn read_secret(name: &str, path: &Path) -> Result<String, BadSettings> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| BadSettings(format!("setting {name}: {}: {error}", path.display())))?;
    Ok(text.trim_end().to_owned())
}
