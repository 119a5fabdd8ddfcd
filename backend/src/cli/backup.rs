//! `wijkkoers backup` and `restore`, for the embedded database (SECURITY-RULES E-4). PostgreSQL has its own tools.

use super::{Failed, app, ledger, migrate, say, tell};
use crate::app::{App, Clock, sha256};
use crate::database::count_rows;
use crate::settings::Settings;
use sea_orm::ConnectionTrait as _;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const DATABASE: &str = "wijkkoers.sqlite";
const PHOTOS: &str = "fotos";
const MANIFEST: &str = "manifest.json";

/// What a backup holds, to compare with later.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    made_at: String,
    version: String,
    database_sha256: String,
    photos: usize,
    /// Where the photos stand when they are not in the backup; a version of before did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    photos_elsewhere: Option<String>,
    counts: Vec<(String, i64)>,
}

impl Manifest {
    /// Says that there are photos that are not in it: both beside the answer, for who reads what goes wrong, and in it, for who
    /// keeps what was said.
    fn warn_of_photos(&self) {
        if let Some(place) = &self.photos_elsewhere {
            let warning =
                format!("De foto's zitten niet in deze reservekopie: zij staan in {place}. Kopieer ze daar zelf.");
            tell(&warning);
            say(warning);
        }
    }
}

/// Tables whose rows are counted.
const COUNTED: [&str; 13] = [
    "account",
    "initiatief",
    "opgave",
    "inzet",
    "opdracht",
    "boeking",
    "audit",
    "buurtbegroting",
    "deelname",
    "stembus",
    "bus",
    "kiescode",
    "uitslag",
];

/// Copies the database while it is in use, and the photos where they are in a folder. A store has its own tools: without its
/// photos a backup is made all the same, because one of the database alone is worth more than none, and says so.
pub async fn backup(app: &App, folder: &Path) -> Result<(), Failed> {
    if app.settings.database_url.is_some() {
        return Err(Failed::because(
            "backup: this is for the embedded database; use pg_dump or pg_basebackup for PostgreSQL".into(),
        ));
    }
    let is_free = !folder.exists() || fs::read_dir(folder)?.next().is_none();
    if !is_free {
        return Err(Failed::because(format!("{}: is not empty", folder.display())));
    }
    crate::files::private_folder(folder)?;
    let copy = folder.join(DATABASE);
    let vacuum = sea_orm::Statement::from_sql_and_values(
        sea_orm::DatabaseBackend::Sqlite,
        "VACUUM INTO $1",
        [copy.display().to_string().into()],
    );
    app.databases().writer().execute_raw(vacuum).await?;
    let place = app.settings.photo_place();
    let photos_elsewhere = is_store(&place).then(|| place.clone());
    let photos = match photos_elsewhere {
        Some(_) => 0,
        None => copy_photos(Path::new(&place), &folder.join(PHOTOS))?,
    };
    let manifest = Manifest {
        made_at: app.now().to_rfc3339(),
        version: env!("CARGO_PKG_VERSION").into(),
        database_sha256: digest(&copy)?,
        photos,
        photos_elsewhere,
        // Of the copy: people went on meanwhile.
        counts: count_rows(&copy, &COUNTED).await?,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| Failed::because(error.to_string()))?;
    // A manifest says that all is there: also after the power fails.
    rustix::fs::syncfs(fs::File::open(folder)?).map_err(std::io::Error::from)?;
    crate::files::private_file(&folder.join(MANIFEST), &text)?;
    fs::File::open(folder)?.sync_all()?;
    let held = if manifest.photos_elsewhere.is_some() { "zonder".to_owned() } else { format!("met {photos}") };
    say(format!("Reservekopie gemaakt in {}, {held} foto's. Bewaar haar versleuteld.", folder.display()));
    manifest.warn_of_photos();
    Ok(())
}

/// Whether photos stand in a store, which has its own tools.
fn is_store(place: &str) -> bool {
    place.starts_with("s3://")
}

fn copy_photos(from: &Path, to: &Path) -> Result<usize, Failed> {
    crate::files::private_folder(to)?;
    if !from.is_dir() {
        return Ok(0);
    }
    let mut copied = 0;
    for entry in fs::read_dir(from)? {
        let file = entry?.path();
        if let (true, Some(name)) = (file.is_file(), file.file_name()) {
            match fs::copy(&file, to.join(name)) {
                Ok(_bytes) => copied += 1,
                // Its photo was forgotten in the meantime.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(copied)
}

fn digest(file: &Path) -> Result<String, Failed> {
    Ok(sha256(&fs::read(file)?).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Puts a backup back into an empty data folder, and its photos into the folder where the server looks for them; or with
/// `check` all of it into a place of its own. Then compares the manifest and recomputes the ledger.
pub async fn restore(settings: Settings, folder: &Path, check: bool) -> Result<ExitCode, Failed> {
    let text = fs::read_to_string(folder.join(MANIFEST))
        .map_err(|error| Failed::because(format!("{}: {error}", folder.join(MANIFEST).display())))?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| Failed::because(format!("{MANIFEST}: {error}")))?;
    if digest(&folder.join(DATABASE))? != manifest.database_sha256 {
        return Err(Failed::because(format!("{DATABASE}: is not the file that the manifest names")));
    }
    let place: PathBuf = if check { folder.join("controle") } else { settings.data.clone() };
    if place.join(DATABASE).exists() {
        return Err(Failed::because(format!("{}: holds a database already; nothing was changed", place.display())));
    }
    crate::files::private_folder(&place)?;
    fs::copy(folder.join(DATABASE), place.join(DATABASE))?;
    // Where the server looks for them; a check leaves that alone.
    let at_server = settings.photo_place();
    let in_store = is_store(&at_server);
    let own = settings.photos.clone().filter(|_place| !check && !in_store);
    let settings = Settings { data: place.clone(), photos: own, ..settings };
    let to = settings.photo_place();
    let photos = match manifest.photos_elsewhere {
        Some(_) => 0,
        None => copy_photos(&folder.join(PHOTOS), Path::new(&to))?,
    };
    let code = inspect(settings, &manifest, photos).await;
    if check {
        fs::remove_dir_all(&place)?;
    } else if in_store && photos > 0 {
        let warning =
            format!("De foto's staan nu in {to}, maar Wijkkoers zoekt ze in {at_server}. Zet ze daar zelf neer.");
        tell(&warning);
        say(warning);
    }
    code
}

async fn inspect(settings: Settings, manifest: &Manifest, photos: usize) -> Result<ExitCode, Failed> {
    // A backup of an earlier version counts fewer tables.
    let named = |table: &&str| manifest.counts.iter().any(|(name, _rows)| name == table);
    let tables: Vec<&str> = COUNTED.into_iter().filter(named).collect();
    let found = count_rows(&settings.sqlite_file(), &tables).await?;
    migrate(&settings).await?;
    let app = app(settings, Clock::System).await?;
    let outcome = ledger::check(&app).await?;
    app.databases().clone().close().await?;
    if !manifest.counts.iter().all(|counted| found.contains(counted)) || photos != manifest.photos {
        return Err(Failed::because(format!(
            "the backup holds {found:?} and {photos} photos, the manifest says otherwise"
        )));
    }
    say("De reservekopie is heel.");
    manifest.warn_of_photos();
    Ok(outcome)
}
