//! Settings from a file and the environment. Starting with wrong settings fails, and names the setting (E-1).

mod check;

use crate::files;
use serde::Deserialize;
use std::ffi::OsString;
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

/// What lies between us and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseNetwork {
    /// A network that nobody else is on or can listen to: then the connection needs no TLS.
    Prive,
}

/// What the wijkteam looks at before everybody sees it. What is about one person stays out of view whatever this says, and
/// what may be waits for a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EerstKijken {
    /// Questions and reports of something that is wrong.
    Vraag,
    /// Everything.
    Alles,
    /// Nothing else.
    #[serde(alias = "nooit")]
    Niets,
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
    /// Address that people use, written as their browsers say where a form comes from; links in mails start with it.
    pub base_url: String,
    /// Folder for the embedded database, photos and mails.
    pub data: PathBuf,
    /// `postgres://…`; without it, SQLite in `data`.
    #[serde(default)]
    pub database_url: Option<Secret>,
    /// `prive`: only the database and we are on the network between us. Without it, a database on another machine is
    /// reached over TLS.
    #[serde(default)]
    pub database_network: Option<DatabaseNetwork>,
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
    /// Where voters can call, as people write it: `026 123 45 67`. Without it no page names a number.
    #[serde(default)]
    pub contact_phone: Option<String>,
    /// Days to the first answer on an initiatief.
    pub answer_days: u32,
    /// What the wijkteam looks at, for at most two working days, before everybody sees it: `vraag`, `alles` or `niets`.
    pub eerst_kijken: EerstKijken,
    /// Changing requests per minute of one network, on one instance; a session gets a tenth.
    pub changing_per_minute: u32,
    /// Reading requests per minute of one network, on one instance; a session gets a tenth. Photos are not counted.
    pub reading_per_minute: u32,
    /// Megabytes of photos of guests that belong to nothing yet, on the whole server.
    pub guest_photos_mb: u32,
    /// Percent of each disk that stays free; with less, `/health/schrijven` sounds the alarm. 0 looks at none.
    pub disk_free_percent: u32,
}

/// More than a crowd in one place changes, and less than a flood (SECURITY-RULES B-1).
pub const CHANGING_PER_MINUTE: u32 = 1_200;
/// See [`CHANGING_PER_MINUTE`]; for reading.
pub const READING_PER_MINUTE: u32 = 6_000;

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
            ("eerst_kijken", "vraag"),
        ] {
            builder = builder.set_default(name, value).map_err(bad)?;
        }
        builder = builder.set_default("database_connections", 16).map_err(bad)?;
        builder = builder.set_default("guest_photos_mb", 2_000).map_err(bad)?;
        for (name, value) in [
            ("answer_days", 28),
            ("disk_free_percent", 5),
            ("changing_per_minute", CHANGING_PER_MINUTE),
            ("reading_per_minute", READING_PER_MINUTE),
        ] {
            builder = builder.set_default(name, value).map_err(bad)?;
        }
        if let Some(file) = &overrides.file {
            builder = builder.add_source(settings_file(file)?);
        }
        let environment = config::Environment::with_prefix("WIJKKOERS")
            .prefix_separator("_")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies");
        builder = builder.add_source(environment.source(Some(known_environment(std::env::vars_os())?)));
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
            settings.base_url = own_address(settings.listen);
        }
        check::check(&settings)?;
        Ok(settings)
    }

    /// Where the embedded database stands.
    #[must_use]
    pub fn sqlite_file(&self) -> PathBuf {
        self.data.join("wijkkoers.sqlite")
    }

    /// Where voters can call; left empty it is none.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.contact_phone.as_deref().map(str::trim).filter(|number| !number.is_empty())
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

/// Where we are found without a proxy, as browsers write it: port 80 goes without saying.
fn own_address(listen: SocketAddr) -> String {
    let address = format!("http://{listen}");
    address.strip_suffix(":80").unwrap_or(&address).to_owned()
}

/// The file with settings. One that holds a secret is itself one.
fn settings_file(path: &Path) -> Result<config::File<config::FileSourceFile, config::FileFormat>, BadSettings> {
    let file = config::File::from(path).format(config::FileFormat::Toml);
    let held = config::Source::collect(&file).map_err(|error| BadSettings(error.to_string()))?;
    if SECRETS.iter().any(|secret| held.contains_key(*secret)) {
        refuse_exposed("settings", path)?;
    }
    Ok(file)
}

/// Our variables, with `…_FILE` read, so that a typing error in a name is an error and not silence.
fn known_environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<config::Map<String, String>, BadSettings> {
    let mut known = config::Map::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| is_setting(name)) else { continue };
        let bad = |why: &str| BadSettings(format!("setting {name}: {why}"));
        let value = value.into_string().map_err(|_bytes| bad("is not text"))?;
        let (setting, value) = match secret_in_file(name) {
            Some(setting) => (setting, read_secret(name, Path::new(&value))?),
            None => (name, value),
        };
        if known.insert(setting.to_owned(), value).is_some() {
            return Err(bad("stands in the environment and in a file: leave one of them out"));
        }
    }
    Ok(known)
}

/// Whether a variable is for the server: the test command and the command line have their own.
fn is_setting(name: &str) -> bool {
    name.starts_with("WIJKKOERS_") && !name.starts_with("WIJKKOERS_TEST_") && name != "WIJKKOERS_SETTINGS"
}

/// The variable of the secret that this one names the file of.
fn secret_in_file(name: &str) -> Option<&str> {
    let variable = name.strip_suffix("_FILE")?;
    SECRETS.iter().any(|secret| variable == format!("WIJKKOERS_{}", secret.to_uppercase())).then_some(variable)
}

fn read_secret(name: &str, path: &Path) -> Result<String, BadSettings> {
    refuse_exposed(name, path)?;
    let text = std::fs::read_to_string(path)
        .map_err(|error| BadSettings(format!("setting {name}: {}: {error}", path.display())))?;
    Ok(text.trim_end().to_owned())
}

/// A secret that others on the machine can read is none.
///
/// # Errors
/// When they can, or when the file is not there.
pub fn refuse_exposed(name: &str, path: &Path) -> Result<(), BadSettings> {
    let bad = |why: &str| BadSettings(format!("setting {name}: {}: {why}", path.display()));
    match files::is_exposed(path) {
        Ok(false) => Ok(()),
        Ok(true) => Err(bad("others can read this secret: chmod 600, or put it in a folder with chmod 700")),
        Err(error) => Err(bad(&error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(variables: &[(&str, &str)]) -> Result<config::Map<String, String>, BadSettings> {
        known_environment(variables.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn our_variables_and_no_others_are_settings() {
        let found = known(&[
            ("WIJKKOERS_GEMEENTE", "Arnhem"),
            ("WIJKKOERS_GEMEENTEN", "is told to be unknown"),
            ("WIJKKOERS_SETTINGS", "of the command line"),
            ("WIJKKOERS_TEST_DATABASE_URL", "of the tests"),
            ("PATH", "/bin"),
        ]);
        let mut names: Vec<String> = found.unwrap().into_keys().collect();
        names.sort();
        assert_eq!(names, ["WIJKKOERS_GEMEENTE", "WIJKKOERS_GEMEENTEN"]);
    }

    #[test]
    fn a_variable_of_others_that_is_no_text_does_not_stop_us() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = || OsString::from_vec(vec![0xff]);
        assert!(known_environment([("ODD".into(), odd()), (odd(), odd())].into_iter()).unwrap().is_empty());
        let ours = known_environment([("WIJKKOERS_GEMEENTE".into(), odd())].into_iter());
        assert_eq!(ours.unwrap_err().0, "setting WIJKKOERS_GEMEENTE: is not text");
    }

    #[test]
    fn a_secret_comes_from_its_file_or_from_the_environment() {
        let file = std::env::temp_dir().join(format!("wijkkoers-secret-{}", std::process::id()));
        files::private_file(&file, "smtps://mail.example.nl\n").unwrap();
        let path = file.display().to_string();
        let found = known(&[("WIJKKOERS_SMTP_URL_FILE", &path)]);
        let twice = known(&[("WIJKKOERS_SMTP_URL_FILE", &path), ("WIJKKOERS_SMTP_URL", "smtps://mail.example.nl")]);
        std::fs::remove_file(&file).unwrap();
        let gone = known(&[("WIJKKOERS_SMTP_URL_FILE", &path)]);

        assert_eq!(found.unwrap().get("WIJKKOERS_SMTP_URL").unwrap(), "smtps://mail.example.nl");
        assert!(twice.unwrap_err().0.starts_with("setting WIJKKOERS_SMTP_URL: stands in"));
        assert!(gone.unwrap_err().0.starts_with("setting WIJKKOERS_SMTP_URL_FILE: "));
    }

    #[test]
    fn our_own_address_is_as_browsers_write_it() {
        for (listen, expected) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("127.0.0.1:80", "http://127.0.0.1"),
            ("[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(own_address(listen.parse().unwrap()), expected);
        }
    }
}
