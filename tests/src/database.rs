//! A database for each test: a copy of one that was migrated and given the facts of the city, once a process.

use crate::world;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{OnceCell, mpsc};
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
    /// Makes databases; it never waits for one that goes.
    admin: DatabaseConnection,
    /// The names of those that may go.
    over: mpsc::UnboundedSender<String>,
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
            settings.database_url = Some(at(&cluster.url, Some(APP), &name));
            Some(name)
        }
    }
}

/// Makes a database with the facts of the city on another server, with its roles; the settings use it as the program does.
pub(crate) async fn make_on(url: &str, settings: &mut Settings) {
    let cluster = Cluster::join(url.to_owned()).await.expect("the server answers");
    let name = format!("{}_eigen", cluster.prefix);
    cluster.make_with_roles(&name).await;
    let owner = Settings { database_url: Some(at(url, Some(OWNER), &name)), ..settings.clone() };
    settings.database_url = Some(at(url, Some(APP), &name));
    world::fill(&owner, settings.clone()).await;
}

/// The server of the tests, for who may do everything there; none on SQLite.
pub(crate) fn server_url() -> Option<String> {
    server()
}

/// Drops a database soon, whoever is still connected. Nobody waits for it: the server lets a tenth of a second pass for
/// those who are.
pub(crate) fn remove(name: String) {
    if let Some(Template::Postgres(cluster)) = TEMPLATE.get() {
        cluster.over.send(name).expect("somebody drops them");
    }
}

/// A database with its roles and nothing in it, as `deploy/postgres` makes it.
pub(crate) struct Fresh {
    /// To drop it by.
    pub(crate) name: String,
    /// Its address for who may do everything.
    pub(crate) all: Secret,
    /// Its address for who owns the tables.
    pub(crate) owner: Secret,
    /// Its address for the program.
    pub(crate) app: Secret,
}

/// A database that nobody has migrated; none on SQLite.
pub(crate) async fn fresh() -> Option<Fresh> {
    match TEMPLATE.get_or_init(make_template).await {
        Template::Sqlite(_) => None,
        Template::Postgres(cluster) => {
            let name = format!("{}_{}", cluster.prefix, MADE.fetch_add(1, Ordering::SeqCst));
            cluster.make_with_roles(&name).await;
            let as_role = |role| at(&cluster.url, role, &name);
            Some(Fresh { all: as_role(None), owner: as_role(Some(OWNER)), app: as_role(Some(APP)), name })
        }
    }
}

async fn make_template() -> Template {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = world::settings(folder.path());
    let Some(url) = server() else {
        world::fill(&settings, settings.clone()).await;
        return Template::Sqlite(read_closed(&settings.sqlite_file()));
    };
    let cluster = Cluster::join(url).await.expect("the PostgreSQL server of the tests answers");
    let name = format!("{}_template", cluster.prefix);
    cluster.make_with_roles(&name).await;
    let owner = Settings { database_url: Some(at(&cluster.url, Some(OWNER), &name)), ..settings.clone() };
    settings.database_url = Some(at(&cluster.url, Some(APP), &name));
    world::fill(&owner, settings).await;
    Template::Postgres(cluster)
}

/// Owns the tables, and runs the migrations.
pub const OWNER: &str = "wijkkoers";
/// Runs the program: every test on PostgreSQL goes by what this role may do (P0-1, SECURITY-RULES D-3).
pub const APP: &str = "wijkkoers_app";
/// Makes reports.
pub const READER: &str = "wijkkoers_lees";
/// In the tests only.
const PASSWORD: &str = "alleen-in-de-tests";
/// What an administrator runs once.
const ROLES: &str = include_str!("../../deploy/postgres/10-roles.sql");

/// The statements of a script for psql, without what only psql knows.
fn statements(script: &str) -> impl Iterator<Item = String> {
    let lines = script.lines().filter(|line| !line.starts_with('\\') && !line.starts_with("--"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let all: Vec<String> = text.split(';').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    all.into_iter()
}

/// These settings with the role that owns the tables.
pub(crate) fn as_owner(settings: &Settings) -> Settings {
    let role = |url: &Secret| {
        let name = url.expose().rsplit('/').next().unwrap_or_default().to_owned();
        at(url.expose(), Some(OWNER), &name)
    };
    Settings { database_url: settings.database_url.as_ref().map(role), ..settings.clone() }
}

/// Another way into the database of these settings: as this role, or as somebody who may do everything. None on SQLite.
pub(crate) async fn connect_as(settings: &Settings, role: Option<&str>) -> Result<Option<DatabaseConnection>, DbErr> {
    let (Some(url), Some(Template::Postgres(cluster))) = (&settings.database_url, TEMPLATE.get()) else {
        return Ok(None);
    };
    let name = url.expose().rsplit('/').next().unwrap_or_default();
    let url = at(&cluster.url, role, name);
    Database::connect(sea_orm::ConnectOptions::new(url.expose()).max_connections(1).to_owned()).await.map(Some)
}

/// A file that was closed in order has no log beside it.
fn read_closed(file: &Path) -> Vec<u8> {
    assert!(!file.with_extension("sqlite-wal").exists(), "the log was not taken up into the database");
    std::fs::read(file).expect("the database was made")
}

/// The address of a database on the server of this one, for a role; without one, for who may do everything.
fn at(url: &str, role: Option<&str>, name: &str) -> Secret {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    let Some(role) = role else { return Secret::from(format!("{server}/{name}")) };
    let (scheme, rest) = server.split_once("://").expect("a URL");
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    Secret::from(format!("{scheme}://{role}:{PASSWORD}@{host}/{name}"))
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
        let remover = Database::connect(sea_orm::ConnectOptions::new(&url).max_connections(1).to_owned()).await?;
        let (over, mut names) = mpsc::unbounded_channel::<String>();
        world::runtime().spawn(async move {
            while let Some(name) = names.recv().await {
                // One that cannot be dropped now is left to the next process, as all are at the end.
                drop(remover.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await);
            }
        });
        Ok(Self { url, prefix, admin, over })
    }

    /// Makes a database as `deploy/postgres` does, with its roles.
    async fn make_with_roles(&self, name: &str) {
        let (server, inside) = ROLES.split_once("\\connect").expect("a part for the server, and one for the database");
        let inside = inside.split_once('\n').expect("statements").1;
        for statement in statements(server) {
            let role = statement.strip_prefix("CREATE ROLE ").and_then(|rest| rest.split(' ').next());
            if let Some(role) = role {
                let guarded = format!(
                    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN \
                     CREATE ROLE {role} LOGIN; END IF; ALTER ROLE {role} PASSWORD '{PASSWORD}'; END $$"
                );
                self.run(&guarded).await;
            } else {
                self.run(&statement.replace("DATABASE wijkkoers", &format!("DATABASE {name}"))).await;
            }
        }
        let url = at(&self.url, None, name);
        let database =
            Database::connect(sea_orm::ConnectOptions::new(url.expose()).max_connections(1).to_owned()).await;
        let database = database.expect("the database that was just made");
        for statement in statements(inside) {
            database.execute_unprepared(&statement).await.expect("rights");
        }
        database.close().await.expect("closed");
    }

    async fn run(&self, statement: &str) {
        self.admin.execute_unprepared(statement).await.expect("we may make and drop databases");
    }
}
