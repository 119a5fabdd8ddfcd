//! `wijkkoers serve`: start, serve, stop without losing anything (SECURITY-RULES E-1, E-2).

use super::{Failed, migrate, open, say};
use crate::app::{App, Clock};
use crate::database::{Purpose, sql};
use crate::http::{self, Shared};
use crate::jobs;
use crate::mail::Mailer;
use crate::schema::{self, Fit};
use crate::seed;
use crate::settings::{Mode, Settings};
use crate::telemetry;
use sea_orm::ConnectionTrait as _;
use std::fs::File;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a load balancer gets to notice that we are stopping.
const NOTICE: Duration = Duration::from_secs(5);
/// How long the connections to the database get to be given back and closed: all that was stored is stored.
const CLOSE: Duration = Duration::from_secs(5);
const WORKERS: usize = 2;

/// `serve --check`: says what is set, and whether all that `serve` asks for before it starts is so. Whoever calls this
/// has read the settings, and so each of them was looked at ([`Settings::load`]).
pub async fn check(settings: Settings) -> Result<(), Failed> {
    say(format!("{settings:#?}"));
    let app = app(settings, Clock::System).await?;
    Mailer::from_app(&app)?;
    if app.settings.mode == Mode::Productie {
        require_migrated(&app).await?;
        require_humble_role(&app).await?;
    }
    say("De instellingen zijn goed.");
    Ok(())
}

/// What a server works with.
async fn app(settings: Settings, clock: Clock) -> Result<Arc<App>, Failed> {
    let databases = open(&settings, Purpose::Serve).await?;
    Ok(Arc::new(App::new(settings, databases, clock)?))
}

/// `serve`.
pub async fn serve(settings: Settings, clock: Clock) -> Result<(), Failed> {
    telemetry::start(settings.mode);
    keep_memory_in(settings.mode)?;
    if settings.mode != Mode::Productie {
        // Outside production the schema is brought up to date by itself.
        migrate(&settings).await?;
    }
    let app = app(settings, clock).await?;
    let _only_one = claim(&app)?;
    prepare(&app).await?;
    let mailer = Mailer::from_app(&app)?;
    let listener = TcpListener::bind(app.settings.listen)
        .map_err(|error| Failed::because(format!("setting listen: {}: {error}", app.settings.listen)))?;
    let mut stops = Stops::new()?;
    let shared = Shared::new(Arc::clone(&app));
    let server = http::serve(Arc::clone(&shared), listener, WORKERS)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let (stop_jobs, stopped) = watch::channel(false);
    let jobs = tokio::spawn(jobs::run(Arc::clone(&shared), mailer, stopped));
    announce(&app).await?;

    stops.next().await;
    shared.health.stop();
    tracing::info!("stopping");
    let in_order = async {
        if app.settings.mode == Mode::Productie {
            tokio::time::sleep(NOTICE).await;
        }
        // Side by side: each has half a minute, and whoever stops us waits no longer than for one of them.
        stop_jobs.send_replace(true);
        let ((), ended) = tokio::join!(handle.stop(true), jobs);
        ended.map_err(|error| Failed::because(error.to_string()))?;
        serving.await.map_err(|error| Failed::because(error.to_string()))??;
        close(&app).await
    };
    tokio::select! {
        done = in_order => done,
        () = stops.next() => Err(Failed::because("stopped at once, at a second signal".into())),
    }
}

/// Lets go of the database.
async fn close(app: &App) -> Result<(), Failed> {
    match timeout(CLOSE, app.databases().clone().close()).await {
        Ok(closed) => closed?,
        Err(_elapsed) => tracing::warn!("the connections to the database are left as they are"),
    }
    tracing::info!("stopped");
    Ok(())
}

/// Ballots and parts of keys are in memory for a moment: no dump takes them out of it, and no other program of the same user
/// reads along. A developer may want to look.
fn keep_memory_in(mode: Mode) -> Result<(), Failed> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let failed = |error: rustix::io::Errno| Failed::because(format!("dumps of memory cannot be switched off: {error}"));
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(failed)?;
    #[cfg(target_os = "linux")]
    if mode != Mode::Dev {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed)?;
    }
    Ok(())
}

/// The embedded database serves one instance: a second one on the same folder does not start (SECURITY-RULES D-2). The
/// claim ends with the process, however it ends.
fn claim(app: &App) -> Result<Option<File>, Failed> {
    if app.settings.database_url.is_some() {
        return Ok(None);
    }
    let path = app.settings.data.join("wijkkoers.lock");
    let file =
        File::create(&path).map_err(|error| Failed::because(format!("setting data: {}: {error}", path.display())))?;
    file.try_lock().map_err(|_held| {
        Failed::because(format!("setting data: {} is in use by another wijkkoers", app.settings.data.display()))
    })?;
    Ok(Some(file))
}

/// The signals that ask us to stop.
struct Stops {
    terminate: Signal,
    interrupt: Signal,
}

impl Stops {
    fn new() -> Result<Self, Failed> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// In production everything is there already; the demo gets its city.
async fn prepare(app: &Arc<App>) -> Result<(), Failed> {
    match app.settings.mode {
        Mode::Productie => {
            require_migrated(app).await?;
            require_humble_role(app).await
        }
        Mode::Dev => Ok(()),
        Mode::Demo => {
            if seed::is_empty(app).await? {
                say("De voorbeeldstad wordt gemaakt …");
                seed::demo(app).await.map_err(|error| Failed::because(error.to_string()))?;
            }
            Ok(())
        }
    }
}

async fn require_migrated(app: &App) -> Result<(), Failed> {
    match schema::fit(app.databases().primary()).await? {
        Fit::Fits => Ok(()),
        Fit::Behind(missing) => Err(Failed::because(format!(
            "setting database_url: {missing} migrations are missing; run wijkkoers migrate"
        ))),
        Fit::TooNew(minimum) => Err(Failed::because(format!(
            "setting database_url: the schema is too new for this version; it takes one that knows {minimum}"
        ))),
    }
}

/// On PostgreSQL the server must not be able to rewrite what is append-only, nor to change the schema (SECURITY-RULES E-1).
async fn require_humble_role(app: &App) -> Result<(), Failed> {
    if app.settings.database_url.is_none() {
        return Ok(());
    }
    let db = app.databases().primary();
    let found = db.query_one_raw(sql(db, TOO_MUCH, [])).await?;
    let found: Option<String> = found.map(|row| row.try_get_by_index(0)).transpose()?;
    match found {
        None => Ok(()),
        Some(what) => Err(Failed::because(format!(
            "setting database_url: this role may {what}; use wijkkoers_app (deploy/postgres)"
        ))),
    }
}

/// What the role of the server may do and should not: one line, or none.
const TOO_MUCH: &str = "SELECT what FROM ( \
    SELECT 'do everything: it is a superuser' AS what FROM pg_roles WHERE rolname = current_user AND rolsuper \
    UNION ALL SELECT 'make tables' WHERE has_schema_privilege(current_schema(), 'CREATE') \
    UNION ALL SELECT 'change the list of migrations' WHERE has_table_privilege('seaql_migrations', 'INSERT') \
        OR has_table_privilege('seaql_migrations', 'UPDATE') OR has_table_privilege('seaql_migrations', 'DELETE') \
    UNION ALL SELECT 'change the append-only table ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
        JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE t.tgname = c.relname || '_append_only' AND n.nspname = current_schema() \
        AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') \
            OR has_table_privilege(c.oid, 'TRUNCATE')) \
    UNION ALL SELECT 'rewrite rows of the table ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
        JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE t.tgname = c.relname || '_unchanged' AND n.nspname = current_schema() \
        AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'TRUNCATE'))) t LIMIT 1";

async fn announce(app: &App) -> Result<(), Failed> {
    say(format!("Wijkkoers draait op {}", app.settings.base_url));
    if app.settings.mode == Mode::Demo {
        say("");
        say(format!("Inloggen kan als (wachtwoord voor iedereen: {}):", seed::DEMO_PASSWORD));
        for line in seed::who_can_log_in(app).await? {
            say(format!("  {line}"));
        }
        say("Bewaarders van de buurtbegrotingen, elk met de eigen sleutel (hier mag iedereen die zien):");
        for line in seed::keepers()? {
            say(format!("  {line}"));
        }
        say(format!("Mails die worden verstuurd, leest u op {}/mail", app.settings.base_url));
        say("Stoppen: Ctrl-C");
    }
    Ok(())
}
