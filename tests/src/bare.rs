//! A database that nobody has migrated, and the program on it as whoever owns its tables.

use crate::database::{self, Fresh};
use crate::process::Process;
use crate::world;
use std::path::Path;
use tempfile::TempDir;
use wijkkoers::settings::Settings;

/// See the module.
pub struct Bare {
    /// The commands of the program.
    pub program: Process,
    /// The settings that they have.
    pub settings: Settings,
    database: Option<Fresh>,
    _folder: TempDir,
}

impl Bare {
    /// Makes one; on PostgreSQL with its roles.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn new(program: &'static str) -> Self {
        let database = world::runtime().spawn(database::fresh()).await.expect("a database");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = world::settings(folder.path());
        settings.database_url = database.as_ref().map(|fresh| fresh.owner.clone());
        Self { program: Process::new(Path::new(program), &settings), settings, database, _folder: folder }
    }

    /// Takes its database away.
    pub fn remove(self) {
        if let Some(Fresh { name, .. }) = self.database {
            database::remove(name);
        }
    }
}
