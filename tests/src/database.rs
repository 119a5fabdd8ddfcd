//! A database for each test: a copy of one that was migrated and given the facts of the city, once a process.

use crate::world;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;
use wijkkoers::settings::{Secret, Settings};

/// Names the PostgreSQL server to test on.
const VARIABLE: &str = "WIJKKOERS_TEST_DATABASE_URL";

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the server")]
fn server() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// Whether the tests run on PostgreSQL.
#[must_use]
pub fn on_postgres() -> bool {
    server().is_some()
}

/// What every database is copied from.
enum Template {
    /// The bytes of an SQLite file.
    Sqlite(Vec<u8>),
    /// A database on the server.
    Postgres(Cluster),
}

struct Cluster {
    url: String,
    /// Starts the names of our databases; the connection holds a lock by this name, so that others see that we live.
    prefix: String,
    admin: DatabaseConnection,
}

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
static MADE: AtomicU32 = AtomicU32::new(0);

/// Makes settings use a database of their own; gives its name when it has to be dropped.
pub(crate) async fn provide(settings: &mut Settings) -> Option<String> {
    match TEMPLATE.get_or_init(make_template).await {
        Template::Sqlite(bytes) => {
            std::fs::write(settings.sqlite_file(), bytes).expect("a folder of our own");
            None
        }
        Template::Postgres(cluster) => {
            let name = format!("{}_{}", cluster.prefix, MADE.fetch_add(1, Ordering::SeqCst));
            cluster
                .run(&format!("CREATE DATABASE {name} TEMPLATE {}_template STRATEGY FILE_COPY", cluster.prefix))
                .await;
            settings.database_url = Some(at(&cluster.url, &name));
            Some(name)
        }
    }
}

/// Drops a database, whoever is still connected.
pub(crate) async fn remove(name: &str) {
    if let Some(Template::Postgres(cluster)) = TEMPLATE.get() {
        cluster.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

async fn make_template() -> Template {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = world::settings(folder.path());
    let Some(url) = server() else {
        world::fill(settings.clone()).await;
        return Template::Sqlite(read_closed(&settings.sqlite_file()));
    };
    let cluster = Cluster::join(url).await.expect("the PostgreSQL server of the tests answers");
    let name = format!("{}_template", cluster.prefix);
    cluster.run(&format!("CREATE DATABASE {name}")).await;
    settings.database_url = Some(at(&cluster.url, &name));
    world::fill(settings).await;
    Template::Postgres(cluster)
}

/// A file that was closed in order has no log beside it.
fn read_closed(file: &Path) -> Vec<u8> {
    assert!(!file.with_extension("sqlite-wal").exists(), "the log was not taken up into the database");
    std::fs::read(file).expect("the database was made")
}

fn at(url: &str, name: &str) -> Secret {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    Secret::from(format!("{server}/{name}"))
}

impl Cluster {
    /// Connects, and drops what processes left behind that no longer live.
    async fn join(url: String) -> Result<Self, DbErr> {
        let admin = Database::connect(sea_orm::ConnectOptions::new(&url).max_connections(1).to_owned()).await?;
        let prefix = format!("wijkkoers_test_{}", std::process::id());
        let sql = |text: &str, value: String| Statement::from_sql_and_values(DbBackend::Postgres, text, [value.into()]);
        let ours = sql("SELECT datname FROM pg_database WHERE datname LIKE $1", "wijkkoers\\_test\\_%".into());
        for row in admin.query_all_raw(ours).await? {
            let name: String = row.try_get_by_index(0)?;
            let owner: String = name.split('_').take(3).collect::<Vec<_>>().join("_");
            let lock = sql("SELECT pg_try_advisory_lock(hashtext($1))", owner.clone());
            let is_over = match admin.query_one_raw(lock).await? {
                Some(row) => row.try_get_by_index::<bool>(0)?,
                None => false,
            };
            if is_over {
                admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
                admin.query_one_raw(sql("SELECT pg_advisory_unlock(hashtext($1))", owner)).await?;
            }
        }
        admin.query_one_raw(sql("SELECT pg_advisory_lock(hashtext($1))", prefix.clone())).await?;
        Ok(Self { url, prefix, admin })
    }

    async fn run(&self, statement: &str) {
        self.admin.execute_unprepared(statement).await.expect("we may make and drop databases");
    }
}
